"""Texts as cells of a CSV file that a spreadsheet shows and does not run."""

from __future__ import annotations

import re
from typing import Final

_RUNS: Final = re.compile(r"\s*'*\s*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_QUOTED: Final = re.compile(r'[",;\t\n\r]|\A\s|\s\Z')  # `;` and tabs separate cells in some countries


def shown(text: str) -> str:
    """A text that a spreadsheet shows and does not run.

    A text that begins like a formula gets a `'` in front; so does one that has such a `'` already, so that taking one
    away always gives the text.
    """
    return "'" + text if _RUNS.match(text) else text


def cell(text: str) -> str:
    """The same as a CSV cell (RFC 4180)."""
    return quoted(shown(text))


def quoted(text: str) -> str:
    """A text as a CSV cell as it is."""
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def text_of(cell: str) -> str:
    """The text of a cell that `cell` wrote and a CSV reader has read: without the `'` in front of what would run."""
    return cell[1:] if cell.startswith("'") and _RUNS.match(cell[1:]) else cell
