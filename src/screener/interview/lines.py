"""A conversation line by line: works in a terminal of any kind, with a screen reader, and in a pipe.

What is urgent is said at once, before anything else is asked, with the offer to stop or to go on.
"""

from __future__ import annotations

import sys
import textwrap
from typing import Final

import click

from screener.printable import printable
from screener.saying import replies, reply_shown, say

WIDTH: Final = 78
MOST_MISSES: Final = 12  # replies in a row that are not answers, when nobody is at a keyboard


class BackAsked(Exception):
    """The person typed `<`."""


class WhyAsked(Exception):
    """The person typed `?`."""


class RulesAsked(WhyAsked):
    """Somebody typed `??`: what the rules make of each answer."""


class SaveAsked(Exception):
    """The person typed `!`."""


class StopAsked(Exception):
    """The person chose to stop after an urgent text; the report is made from the answers so far."""


class NotUnderstoodError(EOFError):
    """A program or a file goes on with replies that are not answers."""


COMMANDS: Final = {"<": BackAsked, "?": WhyAsked, "??": RulesAsked, "!": SaveAsked}


class Lines:
    """Says things on standard error, so that standard output holds nothing but the report, and reads replies."""

    def __init__(self) -> None:
        self.misses = 0

    def refuse(self, text: str) -> None:
        """Say why a reply is not an answer.

        Raises:
            NotUnderstoodError: so many in a row were none, and nobody is at a keyboard to read this.
        """
        self.hint(text)
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

    def hint(self, text: str) -> None:
        """Some text that belongs to what was said before it: further in."""
        self.say(text, "  ")

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

    def tell(self, title: str, text: str) -> None:
        """Say what is urgent, and ask whether to stop or to go on.

        Raises:
            StopAsked: the person stops.
            EOFError, SaveAsked: see `reply`.
        """
        self.say()
        self.say(title.upper())
        self.say(text, "!! ")
        shown = {"go": reply_shown("go")}
        while True:
            try:
                reply = self.reply(say("Enter to stop here, or {go} to answer more questions", **shown)).lower()
            except (WhyAsked, BackAsked):
                continue
            if not reply or reply in replies("stop"):
                raise StopAsked
            if reply in replies("go"):
                return
            self.refuse(say("Press Enter to stop here, or type {go}.", **shown))
