"""What a page has said so far: which answers it named, and which sentences are on it. Neither is repeated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import field
from typing import Final

from screener.data import dataclass
from screener.report.examined import Examined
from screener.report.parts import Evidence, FlagReport, ReportData
from screener.report.words import answer_word, joined
from screener.rulebook.book import RuleBook
from screener.rulebook.topic import sentences

MOST_NAMED: Final = 2  # how often one answer may be named on the whole page
MOST_WORDS: Final = 4  # answers named in one placeholder; the others are counted
LONGEST_ANSWERS: Final = 16  # words of the answers in one placeholder; the others are counted


@dataclass
class Telling:
    """A person's own answers in words, and sentences, as one page tells them.

    Attributes:
        named: how often each field was named.
        medicines_named: the medicines that were named, as they were typed.
        said: the sentences.
    """

    case: Examined
    report: ReportData
    named: Counter[str] = field(default_factory=Counter)
    medicines_named: set[str] = field(default_factory=set)
    said: set[str] = field(default_factory=set)

    @property
    def book(self) -> RuleBook:
        """The rule book of the report."""
        return self.case.book

    def is_named(self, item: Evidence, text: str) -> bool:
        """Whether a text names an answer; of medicines, any of them."""
        if isinstance(item.value, list):
            return any(name.casefold() in text.casefold() for name in self.typed)
        word = answer_word(self.book, item.field, item.value, bare=True)
        return bool(word) and word.casefold() in text.casefold()

    @property
    def typed(self) -> list[str]:
        """The medicines, as they were typed; of several in one line, each by itself."""
        return [medicine.part or medicine.typed for medicine in self.report.medicines]

    def behind(self, conclusions: Iterable[str]) -> list[Evidence]:
        """The answers by which the conclusions hold."""
        raised = [name for name in conclusions if self.case.outcome.values.get(name)]
        literals = (literal for name in raised for literal in self.case.behind_conclusion(name))
        return self.case.evidence(dict.fromkeys(literals))

    def words(self, evidence: Iterable[Evidence], bare: bool = False) -> str:
        """Answers in words, without those that were named often enough."""
        found: list[str] = []
        for item in merged(evidence):
            if item.value is None or item.value is False or self.named[item.field] >= MOST_NAMED:
                continue
            word = answer_word(self.book, item.field, item.value, bare)
            if word and word not in found:
                found.append(word)
                self.named[item.field] += 1
        length, most = 0, 0
        for word in found[:MOST_WORDS]:
            length += len(word.split())
            most += not most or length <= LONGEST_ANSWERS
        return joined(found, most)

    def medicines(self, flags: Iterable[FlagReport]) -> list[str]:
        """The medicines behind flags, as they were named."""
        return list(dict.fromkeys(name for flag in flags for name in self.medicines_of(flag)))

    def medicines_of(self, flag: FlagReport) -> list[str]:
        """The medicines that the reasons for a flag speak of."""
        case = self.case
        rules = (self.book.rule[because.rule] for because in flag.because or [])
        return [name for rule in rules for name in case.medicines_behind(case.literals(rule))]

    def unsaid(self, text: str) -> str:
        """The sentences of a text that were not said yet."""
        told = [(_key(sentence), sentence) for sentence in sentences(text)]
        new = [sentence for key, sentence in told if key not in self.said]
        self.said.update(key for key, _ in told)
        return " ".join(new)


def merged(evidence: Iterable[Evidence]) -> Iterator[Evidence]:
    """Each field once."""
    seen: set[str] = set()
    for item in evidence:
        if item.field not in seen:
            seen.add(item.field)
            yield item


def _key(sentence: str) -> str:
    return " ".join(sentence.casefold().split())
