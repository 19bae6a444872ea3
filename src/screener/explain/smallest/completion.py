"""One way to fill in the unknown answers so that a conclusion is settled as wanted, or the proof that there is none.

Kleene's logic looks at the parts, not at the whole: a conclusion can be possible although no completion of the unknown
answers would ever raise it. So the search is exact: it gives an answer to one open question after the other, the
earlier one in the interview first, until the conclusion is decided, and goes back where it was decided the wrong way;
before that it is tried whether one answer alone is enough.
Answers that turn out not to be needed are left open again: whatever they are, the conclusion stays as wanted.
A number that was not reported is known as not reported, and stays so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from screener.case.answers import Choice, Medicine, Number
from screener.case.bound import Bound
from screener.case.fields import CASE_ID, MEDICINES
from screener.engine.facts import Facts, apply_followups
from screener.explain.goal import ancestors
from screener.explain.smallest.moves import StockMedicine, stock
from screener.logic.condition import Atom, Compare, Concluded, Takes, atoms, field_of
from screener.logic.kleene import Kleene, Truth, evaluate, kleene_any, open_leaves
from screener.logic.order import after_what_it_needs
from screener.report.build import ReportBuilder


@dataclass(frozen=True, slots=True)
class Completion:
    """Answers to questions that were open, as a case file writes them; with them the conclusion is settled."""

    answers: Mapping[str, Any]


def complete(builder: ReportBuilder, goal: str, wanted: bool) -> Completion | None:
    """Answers to the open questions that raise (`wanted`) or rule out a possible conclusion; None when none do."""
    search = _Search(builder, goal, wanted)
    start = _State(search.given, dict.fromkeys(search.listed))
    found = search.by_one_answer(start) or search.run(start)
    return None if found is None else Completion(search.answers(search.needed(found)))


@dataclass(frozen=True)
class _State:
    """What is assumed so far.

    Attributes:
        values: answers by field.
        months: the months assumed for medicines whose months are not known, by their place in the list.
        stocked: whether medicines that are not named are taken; only while the list is unknown.
    """

    values: Mapping[str, Any]
    months: Mapping[int, float | None]
    stocked: Mapping[StockMedicine, bool] = field(default_factory=dict)


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
        self.listed = [n for n, medicine in enumerate(self.medicines or ()) if medicine.months is None]
        # without what follows from them
        self.given = {name: value for name, value in intake if value is not None and name not in (CASE_ID, MEDICINES)}

    def run(self, state: _State) -> _State | None:
        """Depth first: decide the first open question, both ways if need be."""
        statuses, truth = self.conclude(state)
        if statuses[self.goal] is not None:
            return state if statuses[self.goal] is self.wanted else None
        for following in self.branches(state, self.open_atoms(truth, statuses)[0]):
            found = self.run(following)
            if found is not None:
                return found
        return None

    def by_one_answer(self, state: _State) -> _State | None:
        """The first single answer that is enough by itself, if there is one."""
        statuses, truth = self.conclude(state)
        if statuses[self.goal] is None:
            for atom in self.open_atoms(truth, statuses):
                for following in self.branches(state, atom):
                    if self.conclude(following)[0][self.goal] is self.wanted:
                        return following
        return None

    def needed(self, state: _State) -> _State:
        """The state without the assumptions that the conclusion does not need."""
        for kind, keys in (("values", set(state.values) - set(self.given)), ("stocked", set(state.stocked))):
            for key in sorted(keys, key=repr):
                rest = {other: value for other, value in getattr(state, kind).items() if other != key}
                state = self.if_enough(replace(state, **{kind: rest}), state)
        for number in self.listed:
            state = self.if_enough(replace(state, months={**state.months, number: None}), state)
        return state

    def if_enough(self, smaller: _State, state: _State) -> _State:
        """The smaller state if the conclusion is as wanted with it, too."""
        return smaller if self.conclude(smaller)[0][self.goal] is self.wanted else state

    def conclude(self, state: _State) -> tuple[dict[str, Kleene], Truth]:
        """The conclusions and the truth of atoms under what is assumed."""
        values = dict(state.values)
        apply_followups(values, self.builder.book)
        facts = Facts(values, None)

        def truth(atom: Atom) -> Kleene:
            return self.takes(atom, state) if isinstance(atom, Takes) else facts.truth(atom)

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

    def branches(self, state: _State, atom: Atom) -> Iterator[_State]:
        """The ways in which the question behind an atom can be answered."""
        if isinstance(atom, Takes):
            yield from self.medicine_branches(state, atom)
            return
        given = state.values.get(atom.field)
        if isinstance(given, Bound):
            for number in self.numbers_beyond(atom.field, given):
                yield replace(state, values={**state.values, atom.field: number})
            return
        kind = self.builder.book.fields[atom.field]
        options: tuple[Any, ...] = kind.options if isinstance(kind, Choice) else (self.wanted, not self.wanted)
        for option in options:
            yield replace(state, values={**state.values, atom.field: option})

    def numbers_beyond(self, name: str, given: Bound) -> Iterator[float]:
        """A number for every way in which conditions can read a field of which only a bound is known."""
        kind = self.builder.book.fields[name]
        assert isinstance(kind, Number)
        limits = {atom.limit for atom in self.atoms if isinstance(atom, Compare) and atom.field == name}
        for limit in sorted({*limits, given.limit}):
            for number in (limit, round(limit - kind.smallest, 6), round(limit + kind.smallest, 6)):
                if kind.low <= number <= kind.high and given.has(number):
                    yield number

    def medicine_branches(self, state: _State, atom: Takes) -> Iterator[_State]:
        if self.medicines is None:
            item = next(item for item in self.items if item not in state.stocked and item.marks & set(atom.marks))
            for taken in (self.wanted, not self.wanted):
                yield replace(state, stocked={**state.stocked, item: taken})
            return
        number = next(n for n in self.listed if state.months[n] is None and self.marks[n] & set(atom.marks))
        for months in (0.0, *self.limits):
            yield replace(state, months={**state.months, number: months})

    def takes(self, atom: Takes, state: _State) -> Kleene:
        """Whether a medicine is taken, and for as long as the atom asks, as far as it is assumed."""
        if self.medicines is None:
            return kleene_any([state.stocked.get(item) for item in self.items if item.satisfies(atom)])
        return kleene_any(
            [
                atom.long_enough(medicine.months if medicine.months is not None else state.months[number])
                for number, medicine in enumerate(self.medicines)
                if self.marks[number] & set(atom.marks)
            ]
        )

    def answers(self, state: _State) -> dict[str, Any]:
        """What was assumed, as a case file writes it."""
        written = self.builder.book.fields.written
        found = {
            name: written(name, value)
            for name, value in state.values.items()
            if name not in self.given or value != self.given[name]
        }
        if state.stocked:
            found["medicines"] = [item.medicine.written for item, taken in state.stocked.items() if taken]
        elif any(months is not None for months in state.months.values()):
            found["medicines"] = [
                (medicine if medicine.months is not None else Medicine(medicine.name, state.months.get(number))).written
                for number, medicine in enumerate(self.medicines or ())
            ]
        return {name: found[name] for name in self.builder.in_order(frozenset(found))}
