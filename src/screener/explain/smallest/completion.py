"""One way to fill in the unknown answers so that a conclusion is settled as wanted, or the proof that there is none.

Kleene's logic looks at the parts, not at the whole: a conclusion can be possible although no completion of the unknown
answers would ever raise it. So the search is exact: it gives an answer to one open question after the other, the
earlier one in the interview first, until the conclusion is decided, and goes back where it was decided the wrong way;
before that it is tried whether one answer alone is enough.
Answers that turn out not to be needed are left open again: whatever they are, the conclusion stays as wanted.
A number that was not reported is known as not reported, and stays so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from screener.case.answers import Choice, Medicine, Number
from screener.case.bound import Bound
from screener.case.fields import CASE_ID, MEDICINES
from screener.engine.facts import Facts, apply_followups
from screener.explain.goal import ancestors
from screener.explain.smallest.moves import StockMedicine, stock
from screener.explain.what_if import in_words
from screener.logic.condition import Atom, Compare, Concluded, Takes, atoms, field_of
from screener.logic.kleene import Kleene, Truth, evaluate, kleene_any, open_leaves
from screener.logic.order import after_what_it_needs
from screener.report.build import ReportBuilder


@dataclass(frozen=True, slots=True)
class Completion:
    """Answers to questions that were open, as a case file writes them and in words; they settle the conclusion."""

    answers: Mapping[str, Any]
    words: str


def complete(builder: ReportBuilder, goal: str, wanted: bool) -> Completion | None:
    """Answers to the open questions that raise (`wanted`) or rule out a possible conclusion; None when none do."""
    search = _Search(builder, goal, wanted)
    found = search.by_one_answer() or search.run({})
    if found is None:
        return None
    answers = search.answers(search.needed(found))
    return Completion(answers, "; ".join(in_words(builder.book, name, value) for name, value in answers.items()))


# what is assumed so far: of a field, its answer; of a place in the list of medicines, the months for which that one is
# taken; of a medicine that might be on the list, while that is unknown, whether it is
_Assumed: TypeAlias = Mapping[str | int | StockMedicine, Any]


@dataclass
class _Search:
    builder: ReportBuilder
    goal: str
    wanted: bool

    def __post_init__(self) -> None:
        book, intake = self.builder.book, self.builder.intake
        self.names = ancestors(book, self.goal)
        conditions = [rule.condition for name in self.names for rule in book.rules_for[name]]
        self.atoms = tuple(dict.fromkeys(atom for condition in conditions for atom in atoms(condition)))
        takes = [atom for atom in self.atoms if isinstance(atom, Takes)]
        self.limits = sorted({atom.months for atom in takes if atom.months is not None})
        self.items = stock(book, takes)
        self.medicines = intake.named_medicines
        self.marks = [book.medicines.match(medicine.name).marks for medicine in self.medicines or ()]
        # without what follows from them
        self.given = {name: value for name, value in intake if value is not None and name not in (CASE_ID, MEDICINES)}

    def run(self, assumed: _Assumed) -> _Assumed | None:
        """Depth first: decide the first open question, both ways if need be."""
        statuses, truth = self.conclude(assumed)
        if statuses[self.goal] is not None:
            return assumed if statuses[self.goal] is self.wanted else None
        for following in self.branches(assumed, self.open_atoms(truth, statuses)[0]):
            found = self.run(following)
            if found is not None:
                return found
        return None

    def by_one_answer(self) -> _Assumed | None:
        """The first single answer that is enough by itself, if there is one."""
        statuses, truth = self.conclude({})
        if statuses[self.goal] is None:
            for atom in self.open_atoms(truth, statuses):
                for following in self.branches({}, atom):
                    if self.is_enough(following):
                        return following
        return None

    def needed(self, assumed: _Assumed) -> _Assumed:
        """What is assumed, without what the conclusion does not need: without answers first, then without medicines."""
        places = range(len(self.medicines or ()))
        for key in (*sorted(self.builder.book.fields), *sorted(self.items, key=repr), *places):
            rest = {other: value for other, value in assumed.items() if other != key}
            if key in assumed and self.is_enough(rest):
                assumed = rest
        return assumed

    def is_enough(self, assumed: _Assumed) -> bool:
        """Whether the conclusion is as wanted."""
        return self.conclude(assumed)[0][self.goal] is self.wanted

    def conclude(self, assumed: _Assumed) -> tuple[dict[str, Kleene], Truth]:
        """The conclusions and the truth of atoms under what is assumed."""
        values = {**self.given, **{name: value for name, value in assumed.items() if isinstance(name, str)}}
        apply_followups(values, self.builder.book)
        facts = Facts(values, None)

        def truth(atom: Atom) -> Kleene:
            return self.takes(atom, assumed) if isinstance(atom, Takes) else facts.truth(atom)

        statuses: dict[str, Kleene] = {}
        for name in self.names:
            rules = self.builder.book.rules_for[name]
            statuses[name] = kleene_any([evaluate(rule.condition, truth, statuses) for rule in rules])
        return statuses, truth

    def open_atoms(self, truth: Truth, statuses: Mapping[str, Kleene]) -> list[Atom]:
        """The atoms that can be decided, those first whose question comes first in the interview."""
        leaves: dict[str, list[Atom | Concluded]] = {}

        def needs(name: str) -> list[str]:
            rules = self.builder.book.rules_for[name]
            leaves[name] = [leaf for rule in rules for leaf in open_leaves(rule.condition, truth, statuses)]
            return [leaf.id for leaf in leaves[name] if isinstance(leaf, Concluded)]

        names = after_what_it_needs([self.goal], needs)
        found = {leaf for name in names for leaf in leaves[name] if not isinstance(leaf, Concluded)}
        place = {name: index for index, name in enumerate(self.builder.book.questions)}
        return sorted(found, key=lambda atom: (place.get(field_of(atom), len(place)), self.atoms.index(atom)))

    def branches(self, assumed: _Assumed, atom: Atom) -> Iterator[_Assumed]:
        """The ways in which the question behind an atom can be answered."""
        key, options = self.options(assumed, atom)
        for option in options:
            yield {**assumed, key: option}

    def options(self, assumed: _Assumed, atom: Atom) -> tuple[str | int | StockMedicine, Iterable[Any]]:
        """What could be assumed next to decide an atom, and everything that it could be."""
        either = (self.wanted, not self.wanted)
        if isinstance(atom, Takes):
            marks = set(atom.marks)
            if self.medicines is None:
                return next(item for item in self.items if item not in assumed and item.marks & marks), either
            unknown = (n for n, medicine in enumerate(self.medicines) if medicine.months is None and n not in assumed)
            return next(n for n in unknown if self.marks[n] & marks), (0.0, *self.limits)
        given, kind = self.given.get(atom.field), self.builder.book.fields[atom.field]
        if isinstance(given, Bound):
            return atom.field, self.numbers_beyond(atom.field, given)
        return atom.field, kind.options if isinstance(kind, Choice) else either

    def numbers_beyond(self, name: str, given: Bound) -> Iterator[float]:
        """A number for every way in which conditions can read a field of which only a bound is known."""
        kind = self.builder.book.fields[name]
        assert isinstance(kind, Number)
        limits = {atom.limit for atom in self.atoms if isinstance(atom, Compare) and atom.field == name}
        for limit in sorted({*limits, given.limit}):
            for number in (limit, round(limit - kind.smallest, 6), round(limit + kind.smallest, 6)):
                if kind.low <= number <= kind.high and given.has(number):
                    yield number

    def takes(self, atom: Takes, assumed: _Assumed) -> Kleene:
        """Whether a medicine is taken, and for as long as the atom asks, as far as it is assumed."""
        if self.medicines is None:
            return kleene_any([assumed.get(item) for item in self.items if item.satisfies(atom)])
        return kleene_any(
            [
                atom.long_enough(assumed.get(number, medicine.months))
                for number, medicine in enumerate(self.medicines)
                if self.marks[number] & set(atom.marks)
            ]
        )

    def answers(self, assumed: _Assumed) -> dict[str, Any]:
        """What was assumed, as a case file writes it."""
        written = self.builder.book.fields.written
        found = {name: written(name, value) for name, value in assumed.items() if isinstance(name, str)}
        if len(found) < len(assumed):
            taken = [key.medicine for key, value in assumed.items() if isinstance(key, StockMedicine) and value]
            listed = enumerate(self.medicines or ())
            with_months = [Medicine(medicine.name, assumed.get(n, medicine.months)) for n, medicine in listed]
            found["medicines"] = [medicine.written for medicine in (*taken, *with_months)]
        return {name: found[name] for name in self.builder.in_order(frozenset(found))}
