"""The result as HTML: one screen first, everything else folded behind it. No script, and no request to anywhere.

What a terminal prints by `--details` is all here: a topic opens to its flags, a source mark leads to its entry, and the
entry to the publisher.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from markupsafe import Markup

from screener.printable import printable
from screener.report.blocks import Block, worded
from screener.report.brief import BriefPage
from screener.report.html import inner
from screener.report.page import PageBuilder, title_of, told_once
from screener.report.parts import FlagReport, ReportData
from screener.report.urgency import how_soon
from screener.report.words import rules_line, source_line
from screener.rulebook.book import RuleBook
from screener.rulebook.levels import Like
from screener.rulebook.wording import fill
from screener.templates import standalone

TEMPLATES: Final = Path(__file__).with_name("templates")
CARDS: Final[dict[Like, str]] = {
    "emergency": "now",
    "same-day": "today",
    "soon": "visit",
    "routine": "ask",
    "none": "none",
}


class ResultPage:
    """The page of one report.

    Attributes:
        prefix: begins every id on the page, so that several reports fit in one document.
        actions: HTML of what a person can do, under what to ask.
        opened: whether everything is unfolded at once, as `--details` asks for.
    """

    def __init__(
        self, report: ReportData, book: RuleBook, prefix: str = "", actions: str = "", opened: bool = False
    ) -> None:
        self.report, self.book, self.prefix, self.actions, self.opened = report, book, prefix, actions, opened
        self.cited: dict[str, None] = {}

    def content(self) -> str:
        """The page, without the element around it."""
        report, book, texts = self.report, self.book, self.book.texts
        full = PageBuilder(report, book)
        heading, text, *urgent = full.urgency()
        return standalone(TEMPLATES).get_template("result.html").render(
            page=self, report=report, summary=report.summary, texts=texts, full=full, fill=fill,
            prefix=self.prefix, actions=Markup(self.actions), opened=self.opened,
            title=title_of(book), card=self.card(), how_soon=how_soon(report.summary, book),
            emergency=book.levels.is_emergency(report.summary.urgency),
            remarks=BriefPage(report, book).remarks(),
            urgency=_html([heading, text]), urgent=_html(urgent[1:] if report.urgency_because else urgent),
            rest=_html([*full.possible(), *full.remarks(), *full.limits(), *full.closing()[:2]]),
            notes=[note for note in report.notes if not note.remark],
            about=(report.disclaimer, report.safety_net, texts["footer"], rules_line(book)),
        )  # fmt: skip

    def card(self) -> str:
        """The kind of the card that says how soon."""
        summary, levels = self.report.summary, self.book.levels
        undecided = summary.open.urgent and not levels.is_warning(summary.urgency)
        return "open" if undecided else CARDS[levels.likes[summary.urgency]]

    def flags(self, names: Iterable[str]) -> Iterator[FlagReport]:
        """The flags behind a topic."""
        return told_once((flag for name in names if (flag := self.report.flag(name))), self.book)

    def cite(self, sources: Iterable[str]) -> list[str]:
        """The sources of a mark; they get an entry."""
        names = list(sources)
        self.cited.update(dict.fromkeys(names))
        return names

    def sources(self) -> Iterator[tuple[str, str, str, str]]:
        """For each mark on the page its name, and what it is in three parts: before a link, the link, and after it."""
        for name in sorted(self.cited):
            source, line = self.book.sources.get(name), printable(source_line(self.book, name))
            link = (source and source.link) or ""
            before, found, after = line.partition(printable(link)) if link else (line, "", "")
            yield name, before if found or not link else f"{before} ", link, after


def _html(blocks: Iterable[Block]) -> Markup:
    return Markup(inner(worded(blocks)))
