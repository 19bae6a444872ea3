"""A conversation line by line: works in a terminal of any kind, with a screen reader, and in a pipe."""

from __future__ import annotations

import sys
import textwrap
from typing import Final

import click

from screener.printable import printable
from screener.saying import reply_shown, say

WIDTH: Final = 78


def keys() -> str:
    """The keys that work at any question."""
    return say(
        "At any question: {d} means I don't know, ? tells why we ask, < goes back, ! saves and stops. "
        "Then press Enter.",
        d=reply_shown("unknown"),
    )


class BackAsked(Exception):
    """The person typed `<`."""


class WhyAsked(Exception):
    """The person typed `?`."""


class SaveAsked(Exception):
    """The person typed `!`."""


COMMANDS: Final = {"<": BackAsked, "?": WhyAsked, "!": SaveAsked}


class Lines:
    """Says things on standard error, so that standard output holds nothing but the report, and reads replies."""

    def say(self, text: str = "", indent: str = "") -> None:
        """Some text on lines of its own, wrapped."""
        wrapped = textwrap.fill(
            printable(text),
            WIDTH,
            initial_indent=indent,
            subsequent_indent=indent,
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
