"""A conversation line by line: works in a terminal of any kind, with a screen reader, and in a pipe."""

from __future__ import annotations

import sys
import textwrap
from typing import Final

import click

from screener.printable import printable
from screener.saying import reply_shown, say

WIDTH: Final = 78
MOST_MISSES: Final = 12  # replies in a row that are no answers, when nobody is at a keyboard


def keys() -> str:
    """The keys that work at any question."""
    return say(
        "At any question: {d} for I don't know, ? for why, < to go back, ! to save and stop; then Enter.",
        d=reply_shown("unknown"),
    )


class BackAsked(Exception):
    """The person typed `<`."""


class WhyAsked(Exception):
    """The person typed `?`."""


class RulesAsked(WhyAsked):
    """Somebody typed `??`: what the rules make of each answer."""


class SaveAsked(Exception):
    """The person typed `!`."""


class NotUnderstoodError(EOFError):
    """A program or a file goes on with replies that are no answers."""


COMMANDS: Final = {"<": BackAsked, "?": WhyAsked, "??": RulesAsked, "!": SaveAsked}


class Lines:
    """Says things on standard error, so that standard output holds nothing but the report, and reads replies."""

    def __init__(self) -> None:
        self.misses = 0

    def refuse(self, text: str) -> None:
        """Say why a reply is no answer.

        Raises:
            NotUnderstoodError: so many in a row were none, and nobody is at a keyboard to read this.
        """
        self.say(text, "  ")
        self.misses += 1
        if self.misses >= MOST_MISSES and not (sys.stdin and sys.stdin.isatty()):
            raise NotUnderstoodError

    def say(self, text: str = "", indent: str = "", hanging: int = 0) -> None:
        """Some text on lines of its own, wrapped; the lines after the first can hang further in."""
        wrapped = textwrap.fill(
            printable(text),
            WIDTH,
            initial_indent=indent,
            subsequent_indent=indent + " " * hanging,
            break_long_words=False,
            break_on_hyphens=False,
        )
        click.echo(wrapped, err=True)

    def reply(self, prompt: str) -> str:
        """What the person typed, without spaces around it.

        Raises:
            EOFError: the input ended.
            BackAsked, WhyAsked, SaveAsked: one of the keys was typed instead.
        """
        click.echo(f"{prompt} > ", err=True, nl=False)
        line = sys.stdin.buffer.readline() if sys.stdin else b""
        if not line:
            click.echo(err=True)
            raise EOFError
        # bytes that are no text become a mark that no answer contains, so they are asked for again
        text = line.decode(sys.stdin.encoding or "utf-8", errors="replace").strip()
        if not sys.stdin.isatty():
            click.echo(text, err=True)  # a pipe is not echoed by the terminal
        if text in COMMANDS:
            raise COMMANDS[text]
        return text
