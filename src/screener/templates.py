"""The templates of a room: pages and other texts that are mostly text.

What comes from outside is escaped in pages, and made printable everywhere. A name that is not given is an error.
"""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from screener import __version__
from screener.printable import printable
from screener.saying import counted, say, spoken


@cache
def templates(*folders: Path) -> Environment:
    """The templates in folders; those whose names end in `.html` or `.svg` are escaped."""
    made = Environment(
        loader=FileSystemLoader(folders),
        autoescape=lambda name: name is not None and name.endswith((".html", ".svg")),
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"version": __version__, "say": say, "counted": counted, "spoken": spoken}
    return made


@cache
def standalone(*folders: Path) -> Environment:
    """The same for pages that are files of their own, where quotes are escaped as in all of a report."""
    return templates(*folders).overlay(finalize=_escaped, keep_trailing_newline=True)


def _shown(value: Any) -> Any:
    return printable(value) if type(value) is str else value


def _escaped(value: Any) -> Any:
    return Markup(escape(printable(value))) if type(value) is str else value
