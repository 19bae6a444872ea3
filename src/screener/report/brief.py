"""The default page: the summary, so that it fits one screen. As lines of text, and as blocks for Markdown.

How soon, what to ask, why, what is still open, then the standing warnings; an emergency is only the first and the last.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from shlex import quote
from typing import Final, NamedTuple, TypeAlias, TypeVar

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
# a heading, which may be empty, and lines: the mark of each in a terminal, and its texts, which are one paragraph there
Section: TypeAlias = tuple[str, list[tuple[str, ...]]]

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
        yield summary.headline.upper()
        for text, tone in how_soon(summary, self.book):
            yield from _wrap(text, "! ", "  ") if tone == "caution" else _wrap(text)
        for heading, lines in self.sections(summary, remarks):
            if lines:
                yield from ("", heading.upper()) if heading else ("",)
            for number, (mark, *texts) in enumerate(lines, start=1):
                yield from _wrap(" ".join(texts), mark.replace("1", str(number)), " " * len(mark))
        yield from ("", *_wrap(self._about()))
        if hints and not self.book.levels.is_emergency(summary.urgency):
            yield ""
        yield from hints

    def sections(self, summary: Summary, remarks: Iterable[str]) -> Iterator[Section]:
        """What is between the headline and what the page is for; in an emergency the signs alone."""
        texts = self.texts
        if self.book.levels.is_emergency(summary.urgency):
            yield "", [("! ", texts["emergency-signs"])]
            return
        yield texts["heading-ask"], [("- ", question) for question in summary.ask]
        why: list[tuple[str, ...]] = [("1. ", told(topic)) for topic in summary.topics]
        if summary.also:
            why.append(("", fill(texts["also"], titles="; ".join(topic.title for topic in summary.also))))
        yield texts["heading-why"], why
        yield "", [("? ", remark) for remark in remarks]
        if summary.open.count:
            much, ask = fill(texts["brief-open"], count=summary.open.count), summary.open.ask
            yield "", [("", much, texts["brief-open-ask"]) if ask else ("", much), *(("- ", one) for one in ask)]
        yield "", [("! ", texts["brief-signs"]), ("! ", texts["brief-unchanged"])]

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

    def _about(self) -> str:
        """What the page is for, and how many of its rules are reviewed."""
        return f"{self.texts['brief-disclaimer']} {self.book.reviewed}".strip()

    # Markdown and others

    def blocks(self) -> list[Block]:
        """The page as headings, paragraphs and lists."""
        tone: Tone = "urgent" if self.book.levels.is_urgent(self.summary.urgency) else "plain"
        blocks: list[Block] = [Heading(1, title_of(self.book)), Heading(2, self.summary.headline)]
        soon = how_soon(self.summary, self.book)
        blocks += [Paragraph(text, tone if said == "plain" else said) for text, said in soon]
        for heading, lines in self.sections(self.summary, self.remarks()):
            if heading and lines:
                blocks.append(Heading(2, heading))
            for mark, group in groupby(lines, itemgetter(0)):
                texts = [text for _, *several in group for text in several]
                is_list = mark in ("- ", "1. ")
                blocks += [bullets(texts)] if is_list else [Paragraph(t, "caution" if mark else "plain") for t in texts]
        return worded([*blocks, Paragraph(self._about(), "small")])


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
