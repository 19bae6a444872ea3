"""What one person reads first: how soon, what to ask, why, what is still open. Made from the topics of the rule book.

Nothing is decided here: the urgency, the flags and their statuses are the report's. A topic is shown when one of its
flags is raised, or is shown although merely possible (fail-safe). What does not fit stays in `also`, by its title.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import zip_longest
from typing import Final

from screener.case.bound import Bound
from screener.data import dataclass
from screener.logic.kleene import Kleene, evaluate
from screener.memo import memo
from screener.report import parts
from screener.report.examined import Examined
from screener.report.telling import MOST_WORDS, Telling, merged
from screener.report.urgency import headline
from screener.report.words import answer_words, joined, shortened
from screener.rulebook.topic import MEDICINE, MEDICINES, PLACEHOLDER, Line, Topic

MOST_TOPICS: Final = 4
MOST_ASKED: Final = 3
MOST_OPEN: Final = 3
MOST_REASONS: Final = 2
MOST_MEDICINES: Final = 3  # sentences about single medicines in one topic
LONGEST_REASON: Final = 45  # words of the reasons together


def summary_of(case: Examined, report: parts.ReportData) -> parts.Summary:
    """The summary of a report, from the same inference."""
    return _Summarizer(case, report).summary()


@dataclass
class _Shown:
    """A topic with the flags that it speaks for in this report."""

    topic: Topic
    flags: list[parts.FlagReport]


class _Summarizer(Telling):
    def summary(self) -> parts.Summary:
        because = self.because()
        shown = self.shown()
        told = self.told(shown)
        topics = [self.topic(one) for one in told]
        rest = [one for one in shown if one not in told]
        return parts.Summary(
            headline=headline(self.case, bool(self.report.urgent_unanswered)),
            urgency=self.report.urgency,
            because=because,
            ask=self.ask(shown),
            topics=topics,
            also=[parts.AlsoReport(one.topic.id, one.topic.title, [flag.id for flag in one.flags]) for one in rest],
            open=self.open(),
            contradictions=list(self.case.facts.contradictions),
        )

    # how soon

    def because(self) -> list[str]:
        """The one or two reasons that decide the urgency, with the answers behind them."""
        chosen: list[tuple[parts.Because, str]] = []
        for reason in _distinct(self.report.urgency_because):
            length = sum(len(other.text.split()) for other in (*(one for one, _ in chosen), reason))
            if len(chosen) == MOST_REASONS or (chosen and length > LONGEST_REASON):
                break
            if text := self.unsaid(reason.text):
                chosen.append((reason, text))
        said = " ".join(text for _, text in chosen)
        return [self.reason(reason, text, said) for reason, text in chosen]

    def reason(self, reason: parts.Because, text: str, said: str) -> str:
        """What was not said yet of a reason, with the answers that neither it nor another one names by itself."""
        by_itself = [item for item in reason.evidence if self.is_named(item, said)]
        told = [item for item in reason.evidence if not self.named[item.field] and item not in by_itself]
        self.named.update({item.field for item in by_itself})
        words = self.words(told)
        whole = f"{text.rstrip('.')} ({words})." if words else text
        self.medicines_named |= {name for name in self.typed if name.casefold() in whole.casefold()}
        return whole

    # topics

    def shown(self) -> list[_Shown]:
        """The topics with something to say, most urgent first; one that another takes in is no longer on its own."""
        by_id = {flag.id: flag for flag in self.report.shown()}
        found: dict[str, _Shown] = {}
        for topic in self.book.complete_topics.values():
            flags = [by_id[name] for name in topic.speaks_for if name in by_id]
            if flags:
                found[topic.id] = _Shown(topic, flags)
        for one in list(found.values()):
            for name in one.topic.within:
                if one.topic.id in found and name in found:
                    found[one.topic.id].flags += found.pop(name).flags
        return sorted(found.values(), key=self.rank)

    def rank(self, one: _Shown) -> tuple[int, int]:
        """What sorts topics: how urgent they are, then how important."""
        levels = self.book.levels
        return -max(levels.index(flag.urgency or levels[0]) for flag in one.flags), one.topic.priority

    def told(self, shown: list[_Shown]) -> list[_Shown]:
        """The topics that are told in full: those of red flags are chosen first."""
        red = [one for one in shown if any(self.book.flags[flag.id].red_flag for flag in one.flags)]
        chosen = [*red, *(one for one in shown if one not in red)][:MOST_TOPICS]
        return [one for one in shown if one in chosen]

    def topic(self, one: _Shown) -> parts.TopicReport:
        """A topic in its lines. One whose every sentence was said already has its title alone."""
        said = self.each_medicine(one) if one.topic.each_medicine else self.lines(one, {}, self.statuses)
        sources = dict.fromkeys(name for line, _ in said for name in line.sources)
        text = " ".join(new for _, filled in said if (new := self.unsaid(filled)))
        evidence = [item for flag in one.flags for because in flag.because or [] for item in because.evidence]
        return parts.TopicReport(
            id=one.topic.id,
            title=one.topic.title,
            line=text,
            answers=answer_words(self.book, merged(evidence)),
            flags=[flag.id for flag in one.flags],
            sources=list(sources),
        )

    def lines(self, one: _Shown, own: dict[str, str], statuses: Mapping[str, Kleene]) -> list[tuple[Line, str]]:
        """The line that applies, and what follows it, each filled in."""
        found = (self.first(one, lines, own, statuses) for lines in (one.topic.lines, one.topic.then))
        return [line for line in found if line is not None]

    def first(
        self, one: _Shown, lines: tuple[Line, ...], own: dict[str, str], statuses: Mapping[str, Kleene]
    ) -> tuple[Line, str] | None:
        for line in lines:
            if evaluate(line.when, self.case.facts.truth, statuses) is True:
                filled = self.filled(line, one, own)
                if filled is not None:
                    return line, filled
        return None

    def filled(self, line: Line, one: _Shown, own: dict[str, str]) -> str | None:
        """The line with the person's own answers; None where a placeholder has nothing to say."""
        before = self.named.copy()
        values = {name: own.get(name) or self.placeholder(name, one) for name in line.placeholders}
        if all(values.values()):
            return _capital(PLACEHOLDER.sub(lambda match: values[match[1]], line.text))
        self.named = before
        return None

    def placeholder(self, name: str, one: _Shown) -> str:
        if name == MEDICINES:
            names = self.medicines(one.flags)
            if not self.medicines_named.isdisjoint(names):
                return ""  # once above, and once where each medicine has its line
            self.medicines_named |= set(names)
            return joined(names, MOST_WORDS)
        if name in self.book.topics.words:
            return self.words(self.behind(self.book.topics.words[name]))
        value = self.case.facts.values.get(name)
        plain = isinstance(value, bool | int | float | str | Bound)
        return self.words([parts.Evidence(name, value)], bare=True) if plain else ""

    def each_medicine(self, one: _Shown) -> list[tuple[Line, str]]:
        """The topic's lines for each medicine behind its flags; those of which the same is said share a sentence."""
        groups: dict[tuple[Line, ...], list[str]] = {}
        for name in self.medicines(one.flags):
            statuses = {flag.id: name in self.medicines_of(flag) for flag in one.flags}
            lines = tuple(line for line, _ in self.lines(one, {MEDICINE: name}, {**self.statuses, **statuses}))
            groups.setdefault(lines, []).append(name)
        said = list(groups.items())[:MOST_MEDICINES]
        return [
            (line, _capital(line.text.replace(f"{{{MEDICINE}}}", joined(list(map(shortened, names)), MOST_WORDS))))
            for lines, names in said
            for line in lines
        ]

    @memo
    def statuses(self) -> dict[str, Kleene]:
        """Every conclusion as it is shown: a suppressed or hidden one does not count."""
        outcome, gone = self.case.outcome, self.case.hidden | self.case.outcome.suppressed
        return {name: False if name in gone and value else value for name, value in outcome.values.items()}

    # what to ask, what is open

    def ask(self, shown: list[_Shown]) -> list[str]:
        """The first question of each topic, then the second: at most three, each once."""
        topics = self.book.topics
        lists = [one.topic.ask or [q for flag in one.flags for q in flag.ask_your_clinician or []] for one in shown]
        rounds = (topics.question(name) for several in zip_longest(*lists) for name in several if name)
        return list(dict.fromkeys(rounds))[:MOST_ASKED]

    def open(self) -> parts.OpenReport:
        """How many questions are open, and the few that would settle most: urgent ones first."""
        urgent = [question.field for question in self.report.urgent_unanswered]
        weights: Counter[str] = Counter()
        for flag in self.report.flags:
            for name in flag.settled_by or []:
                weights[name] += 1 + 2 * self.book.levels.index(flag.urgency or self.book.levels[0])
        useful = [name for name, _ in weights.most_common() if name not in urgent]
        most = (useful or urgent)[:MOST_OPEN]
        return parts.OpenReport(len(self.report.unanswered), urgent, [self.book.questions[name].ask for name in most])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _distinct(reasons: Iterable[parts.Because]) -> list[parts.Because]:
    return list({reason.text: reason for reason in reasons}.values())
