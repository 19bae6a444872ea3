"""The default page: the summary, so that it fits one screen. As lines of text, and as blocks for Markdown.

How soon, what to ask, why, what is still open, then the standing warnings; an emergency is only the first and the last.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from shlex import quote
from typing import Final, NamedTuple, TypeVar

from screener.printable import printable
from screener.report.blocks import Block, Heading, Paragraph, Tone, bullets, worded
from screener.report.page import OPEN_RESULTS, title_of
from screener.report.parts import AlsoReport, ReportData, Summary, TopicReport
from screener.report.urgency import how_soon
from screener.report.words import either, joined, label, shortened
from screener.rulebook.book import RuleBook
from screener.rulebook.topic import sentences
from screener.rulebook.wording import fill
from screener.saying import counted, say

Form = TypeVar("Form")

WIDTH: Final = 80
MOST_UNKNOWN: Final = 3  # names of medicines that are told
MOST_CONTRARY: Final = 2  # answers that do not fit with others
MOST_REMARKS: Final = 2  # on medicines that were not counted, and on those that a question would settle


class Size(NamedTuple):
    """How long a page may be."""

    lines: int
    words: int

    def holds(self, lines: list[str]) -> bool:
        """Whether a page is not larger than this."""
        return len(lines) <= self.lines and sum(len(line.split()) for line in lines) <= self.words


COMFORTABLE: Final = Size(28, 220)  # what is not urgent gives way to this
MOST: Final = Size(40, 320)  # for everybody


class BriefPage:
    """The default page of one report."""

    def __init__(self, report: ReportData, book: RuleBook) -> None:
        self.report, self.book, self.texts = report, book, book.texts
        self.summary: Summary = report.summary

    def text(self, hints: Iterable[str] = ()) -> str:
        """The page for a terminal: at most 80 columns, 40 lines and 320 words, and mostly 28 lines and 220 words.

        Args:
            hints: lines that say how to see more; the last of the page.
        """
        hints = list(hints)

        def page(summary: Summary, remarks: int = MOST_REMARKS) -> list[str]:
            return list(self._lines(summary, list(self.remarks(remarks)), hints))

        summary = fitting((self.summary, *self.plainer(self.summary)), lambda each: COMFORTABLE.holds(page(each)))
        summary = fitting((summary, *self.shorter(summary)), lambda each: MOST.holds(page(each)))
        remarks = fitting((MOST_REMARKS, 1), lambda number: MOST.holds(page(summary, number)))
        return printable("\n".join(page(summary, remarks))) + "\n"

    def plainer(self, summary: Summary) -> Iterator[Summary]:
        """Without what can wait: more open questions, less urgent topics in third and fourth place, a second reason."""
        for most in range(len(summary.open.ask) - 1, 0, -1):
            summary = replace(summary, open=replace(summary.open, ask=summary.open.ask[:most]))
            yield summary
        for topic in reversed(summary.topics[2:]):
            flags = [self.book.flags[name] for name in topic.flags]
            if not any(flag.red_flag or self.book.levels.is_warning(flag.urgency) for flag in flags):
                summary = by_title_only(summary, topic)
                yield summary
        summary = replace(summary, ask=summary.ask[:2])
        yield summary
        yield replace(summary, because=summary.because[:1])

    def shorter(self, summary: Summary) -> Iterator[Summary]:
        """Shorter and shorter: `--details` tells what is missing. A red flag's line never is, but for what follows."""
        summary = replace(summary, open=replace(summary.open, ask=[]))
        yield summary
        for topic in reversed(summary.topics[1:]):
            if not any(self.book.flags[name].red_flag for name in topic.flags):
                summary = by_title_only(summary, topic)
                yield summary
        for most in range(len(summary.ask) - 1, 0, -1):
            summary = replace(summary, ask=summary.ask[:most])
            yield summary
        for most in range(len(summary.topics) - 1, -1, -1):
            topics = [*summary.topics[:most], *map(first_sentence, summary.topics[most:])]
            summary = replace(summary, topics=topics)
            yield summary
        summary = replace(summary, topics=[replace(topic, sources=[]) for topic in summary.topics])
        yield summary
        yield replace(summary, because=[sentences(reason)[0] for reason in summary.because])

    def _lines(self, summary: Summary, remarks: list[str], hints: list[str]) -> Iterator[str]:
        emergency = self.book.levels.is_emergency(summary.urgency)
        yield summary.headline.upper()
        for text, tone in how_soon(summary, self.book):
            yield from _wrap(text, "! ", "  ") if tone == "caution" else _wrap(text)
        if emergency:
            yield from ("", *_wrap(self.texts["emergency-signs"], "! ", "  "))
            yield from ("", *_wrap(self._about()), *hints)
            return
        yield from self._ask(summary)
        yield from self._why(summary)
        if remarks:
            yield ""
        for remark in remarks:
            yield from _wrap(remark, "? ", "  ")
        yield from self._open(summary)
        yield from (
            "",
            *_wrap(self.texts["brief-signs"], "! ", "  "),
            *_wrap(self.texts["brief-unchanged"], "! ", "  "),
        )
        yield from ("", *_wrap(self._about()))
        if hints:
            yield from ("", *hints)

    def _ask(self, summary: Summary) -> Iterator[str]:
        if summary.ask:
            yield from ("", self.texts["heading-ask"].upper())
            for question in summary.ask:
                yield from _wrap(question, "- ", "  ")

    def _why(self, summary: Summary) -> Iterator[str]:
        if not summary.topics:
            return
        yield from ("", self.texts["heading-why"].upper())
        for number, topic in enumerate(summary.topics, start=1):
            yield from _wrap(told(topic), f"{number}. ", "   ")
        if summary.also:
            titles = "; ".join(topic.title for topic in summary.also)
            yield from _wrap(fill(self.texts["also"], titles=titles))

    def remarks(self, most: int = MOST_REMARKS) -> Iterator[str]:
        """One sentence each: names that were not recognised, and what is odd about the answers.

        Args:
            most: how many medicines are told of each kind that has a sentence for each.
        """
        yield from self.said_of("ask", most)
        open_ones = [m for m in self.report.medicines if m.result in OPEN_RESULTS and m.result != "ask"]
        unknown = [self.unknown(name) for name in dict.fromkeys(m.part or m.typed for m in open_ones)]
        if unknown:
            yield fill(self.texts["brief-unrecognized"], names=joined(unknown, MOST_UNKNOWN))
        yield from self.said_of("not-counted", most)
        names = [label(self.book, name) for name in self.report.summary.contradictions]
        if names:
            yield fill(self.texts["brief-contradictions"], names=joined(names, MOST_CONTRARY))

    def said_of(self, result: str, most: int) -> list[str]:
        """What is said of the medicines that were understood so: of the first few; how many more there are."""
        found = list(dict.fromkeys(m.reason or m.typed for m in self.report.medicines if m.result == result))
        told, more = found[:most], len(found) - most
        return [*told[:-1], say("{names} and {count} more", names=told[-1], count=more)] if more > 0 else told

    def unknown(self, typed: str) -> str:
        """A name that was not recognised, with the names it may have been meant for."""
        close = [name.name for item in self.report.close_to if item.typed in typed for name in item.names]
        return f"{shortened(typed)} ({either(close)}?)" if close else shortened(typed)

    def _open(self, summary: Summary) -> Iterator[str]:
        if not summary.open.count:
            return
        more = f" {self.texts['brief-open-ask']}" if summary.open.ask else ""
        yield from ("", *_wrap(fill(self.texts["brief-open"], count=summary.open.count) + more))
        for question in summary.open.ask:
            yield from _wrap(question, "- ", "  ")

    def _about(self) -> str:
        """What the page is for, and how many of its rules are reviewed."""
        return f"{self.texts['brief-disclaimer']} {self.book.reviewed}".strip()

    # Markdown and others

    def blocks(self) -> list[Block]:
        """The page as headings, paragraphs and lists."""
        summary, texts = self.summary, self.texts
        tone: Tone = "urgent" if self.book.levels.is_urgent(summary.urgency) else "plain"
        blocks: list[Block] = [Heading(1, title_of(self.book)), Heading(2, summary.headline)]
        blocks += [Paragraph(text, tone if said == "plain" else said) for text, said in how_soon(summary, self.book)]
        if self.book.levels.is_emergency(summary.urgency):
            signs = Paragraph(texts["emergency-signs"], "caution")
            return worded([*blocks, signs, Paragraph(self._about(), "small")])
        if summary.ask:
            blocks += [Heading(2, texts["heading-ask"]), bullets(summary.ask)]
        if summary.topics:
            blocks += [Heading(2, texts["heading-why"]), bullets(told(topic) for topic in summary.topics)]
        if summary.also:
            blocks.append(Paragraph(fill(texts["also"], titles="; ".join(topic.title for topic in summary.also))))
        blocks += [Paragraph(remark, "caution") for remark in self.remarks()]
        if summary.open.count:
            blocks.append(Paragraph(fill(texts["brief-open"], count=summary.open.count)))
            blocks += [Paragraph(texts["brief-open-ask"]), bullets(summary.open.ask)] if summary.open.ask else []
        warnings = (Paragraph(texts["brief-signs"], "caution"), Paragraph(texts["brief-unchanged"], "caution"))
        return worded([*blocks, *warnings, Paragraph(self._about(), "small")])


def fitting(forms: Iterable[Form], fits: Callable[[Form], bool]) -> Form:
    """The first form that fits; the last where none does."""
    for form in forms:
        if fits(form):
            break
    return form


def told(topic: TopicReport) -> str:
    """A topic in one paragraph: its title, its line, its sources."""
    sources = f" [{', '.join(topic.sources)}]" if topic.sources else ""
    title = topic.title if topic.title.endswith((".", "?", "!")) else f"{topic.title}."
    return f"{title} {topic.line}{sources}" if topic.line else title


def _wrap(text: str, first: str = "", rest: str = "") -> list[str]:
    text = printable(text)  # an escape is wider than what it replaces
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=True, break_on_hyphens=False
    )


def first_sentence(topic: TopicReport) -> TopicReport:
    """A topic with the first sentence of its line."""
    return replace(topic, line=sentences(topic.line)[0]) if topic.line else topic


def by_title_only(summary: Summary, topic: TopicReport) -> Summary:
    """The summary with one of its topics told by its title alone."""
    left = [other for other in summary.topics if other is not topic]
    return replace(summary, topics=left, also=[AlsoReport(topic.id, topic.title, topic.flags), *summary.also])


def hints(report: ReportData, case: str) -> list[str]:
    """The last lines of the page: what to type for more.

    Args:
        report: the report that was printed.
        case: the name of its case file; empty or `-` when there is none.
    """
    flags = counted("{count} flag", "{count} flags", len(report.shown()))
    more = say("More")
    lines = [f"{more}:  --details  {flags}  |  --clinician  {say('for your doctor')}"]
    if not case or case == "-":
        return lines
    name = quote(case) if case.isprintable() and len(case) <= 40 else "CASE"
    lines.append(f"{' ' * (len(more) + 3)}screener explain {name}")
    if report.summary.open.count:
        lines.insert(0, f"{say('Go on')}:  screener ask --resume {name}")
    return lines
