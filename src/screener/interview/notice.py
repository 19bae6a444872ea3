"""What must be said at once, before anything else is asked, with the offer to stop or to go on."""

from __future__ import annotations

from screener.interview.lines import BackAsked, Lines, WhyAsked
from screener.interview.session import Notice
from screener.rulebook.book import RuleBook
from screener.saying import replies, reply_shown, say


class StopAsked(Exception):
    """The person chose to stop after an urgent text; the report is made from the answers so far."""


def tell(notice: Notice, book: RuleBook, lines: Lines) -> None:
    """Say it, and ask whether to stop or to go on.

    Raises:
        StopAsked: the person stops.
        EOFError, SaveAsked: see `Lines.reply`.
    """
    if notice in book.flags:
        title, text = book.flags[notice].title, book.flags[notice].explanation
    else:
        title, text = book.texts[f"title-{notice}"], book.texts[f"urgency-{notice}"]
    lines.say()
    lines.say(title.upper())
    lines.say(text, "!! ")
    shown = {"go": reply_shown("go")}
    while True:
        try:
            reply = lines.reply(say("Enter to stop here, or {go} to answer more questions", **shown)).lower()
        except (WhyAsked, BackAsked):
            continue
        if not reply or reply in replies("stop"):
            raise StopAsked
        if reply in replies("go"):
            return
        lines.refuse(say("Press Enter to stop here, or type {go}.", **shown))
