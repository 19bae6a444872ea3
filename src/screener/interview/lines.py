"""A conversation line by line: works in a terminal of any kind, with a screen reader, and in a pipe."""

from __future__ import annotations

import sys
import textwrap
from dataclasses import dataclass, field
from typing import Final, TextIO

import click

WIDTH: Final = 78
KEYS: Final = (
    "At any question: d means I don't know, ? tells why we ask, < goes back, ! saves and stops. Then press Enter."
)


class BackAsked(Exception):
    """The person typed `<`."""


class WhyAsked(Exception):
    """The person typed `?`."""


class SaveAsked(Exception):
    """The person typed `!`."""


COMMANDS: Final = {"<": BackAsked, "?": WhyAsked, "!": SaveAsked}


def _stdin() -> TextIO:
    # bytes that are no text of this terminal become a mark that no answer contains, and are asked for again
    return click.get_text_stream("stdin", errors="replace")


@dataclass
class Lines:
    """Says things on standard error, so that standard output holds nothing but the report, and reads replies."""

    source: TextIO = field(default_factory=_stdin)

    def say(self, text: str = "", indent: str = "") -> None:
        """Some text on lines of its own, wrapped."""
        wrapped = textwrap.fill(
            text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        )
        click.echo(wrapped, err=True)

    def reply(self, prompt: str) -> str:
        """What the person typed, without spaces around it.

        Raises:
            EOFError: the input ended.
            BackAsked, WhyAsked, SaveAsked: one of the keys was typed instead.
        """
        click.echo(f"{prompt} > ", err=True, nl=False)
        line = self.source.readline()
        if not line:
            click.echo(err=True)
            raise EOFError
        text = line.strip()
        if not sys.stdin.isatty():
            click.echo(text, err=True)  # a pipe is not echoed by the terminal
        if text in COMMANDS:
            raise COMMANDS[text]
        return text
