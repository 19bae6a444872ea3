"""A report as CDS Hooks cards, as data: how soon, then each topic that came up; the web front serves them.

Form after the CDS Hooks 2.0 specification (HL7): a summary under 140 characters, an indicator, a source; optional
fields are omitted, never empty. There are no suggestions: nothing is proposed to be started, stopped or ordered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import NAMESPACE_OID, uuid5

from screener.report.markdown import escape
from screener.report.model import Report
from screener.report.parts import FlagReport, TopicReport
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import URGENCY, Urgency

LONGEST_SUMMARY: Final = 139  # the specification says: under 140 characters
LABEL: Final = "screener, an educational rule book"

Card = dict[str, Any]


@dataclass
class CardMaker:
    """Makes the cards of one report.

    Attributes:
        steps: the chain of reasoning to a conclusion, as lines of Markdown; none by default.
        instance: with a conclusion's id it makes the id of a card; by default the case and the hash of the rule book.
        home: the address of a server that has the rule book, without a slash at the end; without it there is no link.
        calm: whether topics without an urgency have cards too; otherwise they are named on the last card.
    """

    report: Report
    book: RuleBook
    steps: Callable[[str], Iterable[str]] | None = None
    instance: str = ""
    home: str = ""
    calm: bool = True

    def cards(self) -> list[Card]:
        """How soon to get help, when that is soon or sooner; then a card for each topic; the last names the others."""
        summary, calm = self.report.summary, self.book.levels[0]
        raised = [(topic, flags) for topic in summary.topics if (flags := self.raised(topic))]
        shown = [(topic, flags) for topic, flags in raised if self.calm or self.level(flags[0]) != calm]
        rest = [one[0].title for one in raised if one not in shown] + [one.title for one in summary.also]
        found = [self.urgency()] if self.book.levels.is_warning(self.report.urgency) else []
        return found + [self.topic(*one, rest if one is shown[-1] else []) for one in shown]

    def raised(self, topic: TopicReport) -> list[FlagReport]:
        """The flags of a topic that are raised, the most urgent first: that one gives the card its id."""
        flags = [flag for name in topic.flags if (flag := self.report.flag(name)) and flag.status == "raised"]
        return sorted(flags, key=lambda flag: -self.book.levels.index(self.level(flag)))

    def level(self, flag: FlagReport) -> Urgency:
        """How urgent a flag is."""
        return flag.urgency or self.book.levels[0]

    def questions(self, topic: str, flags: Iterable[FlagReport]) -> list[str]:
        """What the person could ask about a topic."""
        found = self.book.complete_topics[topic].ask or [text for one in flags for text in one.ask_your_clinician or []]
        return list(dict.fromkeys(map(self.book.topics.question, found)))

    def urgency(self) -> Card:
        """How soon to get help, and the reasons that decide it."""
        level, summary = self.report.urgency, self.report.summary
        lead = [" ".join(summary.because), self.book.texts[f"urgency-{level}"]]
        name = f"urgency-{level}" if not self.instance else f"{URGENCY}{level}"
        detail = self.detail(lead, URGENCY + level, [])
        return self.card(name, summary.headline, detail, f"urgency/{level}", "warning")

    def topic(self, topic: TopicReport, flags: list[FlagReport], rest: list[str]) -> Card:
        """A topic: its line, the answers behind it, the flags it speaks for; `rest` has no card of its own."""
        first, ask = flags[0], self.questions(topic.id, flags)
        tail = ["**The flags behind this:**", *self.flags(flags)]
        if ask:
            tail += ["", "**What the person could ask:**", *(f"- {escape(text)}" for text in ask)]
        tail += ["", f"**Also came up:** {escape('; '.join(rest))}"] if rest else []
        answers = [f"What was told: {'; '.join(topic.answers)}."] if topic.answers else []
        lead = [text for text in (topic.line or first.explanation, *answers) if text]
        indicator = "warning" if self.book.levels.is_warning(self.level(first)) else "info"
        return self.card(first.id, topic.title, self.detail(lead, first.id, tail), f"flags/{first.id}", indicator)

    def flags(self, flags: Iterable[FlagReport]) -> Iterator[str]:
        """Flags by their titles, each with its reasons and sources where they were not told yet."""
        told: set[str] = set()
        for flag in flags:
            yield f"- {escape(flag.title or flag.id)}"
            for because in flag.because or ():
                if because.text not in told:
                    told.add(because.text)
                    where = f"rule {because.rule}; sources: {', '.join(because.sources)}"
                    yield f"  - {escape(because.text)} ({escape(where)})"

    def detail(self, lead: list[str], goal: str, tail: list[str]) -> str:
        """The text of a card, as Markdown, with the disclaimer and the safety net."""
        chain = list(self.steps(goal)) if self.steps else []
        lines = [text for one in lead if one for text in (escape(one), "")]
        lines += ["**How the rules came to this:**", *chain, ""] if chain else []
        lines += [*tail, ""] if tail else []
        return "\n".join(
            [*lines, escape(self.report.disclaimer), "", escape(self.report.safety_net), "", escape(self.book.reviewed)]
        )

    def card(self, name: str, summary: str, detail: str, path: str, indicator: str) -> Card:
        """One card; its id is the same for the same case, call and conclusion."""
        rules = self.report.rulebook
        instance = self.instance or f"{self.report.case_id}/{rules.sha256}"
        source = {"label": f"{LABEL}, version {rules.version}"}
        card: Card = {
            "uuid": str(uuid5(NAMESPACE_OID, f"{instance}/{name}")),
            "summary": shortened(summary),
            "detail": detail,
            "indicator": indicator,
            "source": source,
        }
        if self.home:
            link = {"label": "Rules and sources behind this", "url": f"{self.home}/rulebook/{path}", "type": "absolute"}
            card |= {"source": {**source, "url": f"{self.home}/rulebook"}, "links": [link]}
        return card


def cards(report: Report, book: RuleBook) -> list[Card]:
    """The cards of one report, without links; none when no flag was raised."""
    return CardMaker(report, book).cards()


def shortened(text: str) -> str:
    """A summary that is short enough, cut between words."""
    if len(text) <= LONGEST_SUMMARY:
        return text
    return text[: LONGEST_SUMMARY - 1].rsplit(" ", 1)[0] + "…"
