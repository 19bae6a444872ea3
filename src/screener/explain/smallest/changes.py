"""The smallest changes: every minimal set of up to three answers whose change would raise a conclusion or rule it out.

Exact, by trying all of them: first single answers and pairs, then triples without such a part, thousands at a time
(`Trials`). A set is minimal when no smaller part of it would do, with whatever answers. Only the answers that the rules
of the conclusion read, directly or through findings, can matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from screener.case.answers import YesNo
from screener.engine.facts import Facts, medicine_marks
from screener.explain.goal import ancestors, is_red, title_of
from screener.explain.smallest.moves import Move, moves
from screener.explain.smallest.sets import ChangeSet, SmallestChanges
from screener.logic.condition import AnyOf, Atom, Condition, atoms, field_of, fields
from screener.logic.sets import Logic, SetPair, union
from screener.report.build import ReportBuilder
from screener.saying import say

REFUSED: Final = (
    "This is an urgent sign or needs care whatever else is true. So no other answers are shown for it: please take it "
    "as it is."
)


def smallest_changes(builder: ReportBuilder, goal: str, wanted: bool) -> SmallestChanges:
    """The minimal sets of up to three answers whose change would raise (`wanted`) or rule out a conclusion.

    None are given for urgent signs; nor when the conclusion is already as wanted.
    """
    title = title_of(builder, goal)
    if is_red(builder.book, goal):
        return SmallestChanges(goal, title, wanted, refused=say(REFUSED))
    if builder.outcome.values[goal] is wanted:
        return SmallestChanges(goal, title, wanted)
    return SmallestChanges(goal, title, wanted, tuple(_Search(builder, goal, wanted).sets()))


class _Search:
    """Everything about the search for one conclusion."""

    def __init__(self, builder: ReportBuilder, goal: str, wanted: bool) -> None:
        self.builder, self.goal, self.wanted = builder, goal, wanted
        book, intake = builder.book, builder.intake
        self.names = ancestors(book, goal)
        self.conditions = {name: AnyOf(tuple(r.condition for r in book.rules_for[name])) for name in self.names}
        read = frozenset(name for condition in self.conditions.values() for name in fields(condition))
        self.followups = self._followups(read)
        everything = [*self.conditions.values(), *(show_if for _, show_if in self.followups)]
        self.atoms = tuple(dict.fromkeys(atom for condition in everything for atom in atoms(condition)))
        by_field: dict[str, list[Atom]] = {name: [] for name in sorted(read)}
        for atom in self.atoms:
            by_field.setdefault(field_of(atom), []).append(atom)
        options = {name: moves(intake, book, name, by_field[name]) for name in book.questions if name in by_field}
        given = {name: getattr(intake, name) for name in book.fields if name != "medicines"}
        known = {name: value for name, value in given.items() if value is not None}
        self.given = Facts(known, medicine_marks(intake.named_medicines, book)[0])
        self.cases = Trials({name: choices for name, choices in options.items() if choices})
        self.drawn = {atom: self.draw(atom) for atom in self.atoms}

    def _followups(self, read: frozenset[str]) -> list[tuple[str, Condition]]:
        """The follow-up questions that matter, with the condition under which each is asked."""
        needed, found = set(read), []
        for name, show_if in reversed(self.builder.book.followups):
            if name in needed:
                needed |= fields(show_if)
                found.append((name, show_if))
        return found[::-1]

    # evaluating

    def hits(self, every: int, first: Move | None = None) -> int:
        """The cases in which the conclusion is as wanted; with `first`, after that move in each of them."""
        values = {atom: self.bits(atom, every, first) for atom in self.atoms}
        logic, odd = Logic(every, 0, values.__getitem__), 0
        for name, show_if in self.followups:
            off = logic.value(show_if, {}).refuted
            odd |= off & self.answered(name, every, first)
            self.imply(name, off, values, every)
        known: dict[str, SetPair[int]] = {}
        for name, condition in self.conditions.items():
            known[name] = logic.value(condition, known)
        found = known[self.goal]
        return (found.proved if self.wanted else found.refuted) & ~odd

    def draw(self, atom: Atom) -> SetPair[int]:
        """The cases in which an atom is true and false, before follow-up questions are considered."""
        name = field_of(atom)
        true, false = _constant(self.given.truth(atom), self.cases.every & ~self.cases.changing.get(name, 0))
        for tried in self.cases.tried.get(name, ()):
            tried_true, tried_false = _constant(tried.move.facts.truth(atom), tried.cases)
            true, false = true | tried_true, false | tried_false
        return SetPair(true, false)

    def bits(self, atom: Atom, every: int, first: Move | None) -> SetPair[int]:
        """The same of some cases; with `first`, after that move in each of them."""
        if first is not None and first.field == field_of(atom):
            return _constant(first.facts.truth(atom), every)
        true, false = self.drawn[atom]
        return SetPair(true & every, false & every)

    def imply(self, name: str, off: int, values: dict[Atom, SetPair[int]], every: int) -> None:
        """A yes/no follow-up that is not answered and certainly not asked counts as no."""
        if not isinstance(self.builder.book.fields[name], YesNo):
            return
        for atom in self.atoms:
            if field_of(atom) == name:
                true, false = values[atom]
                values[atom] = SetPair(true, false | (off & every & ~true))

    def answered(self, name: str, every: int, first: Move | None) -> int:
        """The cases that newly give a follow-up an answer other than no."""
        if first is not None and first.field == name:
            return every if first.value is not False else 0
        found = [tried.cases for tried in self.cases.tried.get(name, ()) if tried.move.value is not False]
        return _united(found) & every

    # searching

    def sets(self) -> Iterator[ChangeSet]:
        """The minimal sets: single answers, pairs, triples."""
        found: dict[tuple[str, ...], list[tuple[Move, ...]]] = {}
        hit = [self.cases.moves(number) for number in numbers(self.hits(self.cases.every))]
        for size in (1, 2):
            for made in hit:
                names = tuple(move.field for move in made)
                if len(made) == size and not any((name,) in found for name in names if size > 1):
                    found.setdefault(names, []).append(made)
        for made in self.triples(found):
            found.setdefault(tuple(move.field for move in made), []).append(made)
        place = {name: index for index, name in enumerate(self.cases.tried)}
        for names in sorted(found, key=lambda names: (len(names), [place[name] for name in names])):
            yield ChangeSet(names, tuple(found[names]), all(self.can_check(name) for name in names))

    def triples(self, smaller: Mapping[tuple[str, ...], object]) -> Iterator[tuple[Move, ...]]:
        """Sets of three that contain no smaller one that does."""
        cases = self.cases
        alone = {names[0] for names in smaller if len(names) == 1}
        pairs = {(names[0], names[1]) for names in smaller if len(names) == 2}
        # what cannot be the rest of a minimal triple: fewer than two changes, or a part that does alone
        unfit = _united(1 << number for number, made in enumerate(cases.listed) if len(made) < 2)
        unfit |= _united(cases.changing[name] for name in alone)
        unfit |= _united(cases.changing[left] & cases.changing[right] for left, right in pairs)
        for name, choices in cases.tried.items():
            if name in alone:
                continue
            every = (1 << cases.upto[name]) - 1
            others = [right if left == name else left for left, right in pairs if name in (left, right)]
            fit = every & ~unfit & ~_united(cases.changing[other] for other in others)
            for tried in choices if fit else ():
                for number in numbers(self.hits(every, tried.move) & fit):
                    yield (tried.move, *cases.moves(number))

    def can_check(self, name: str) -> bool:
        """Whether an answer can be found out or checked."""
        question = self.builder.book.questions.get(name)
        return getattr(self.builder.intake, name) is None or (question is not None and question.checkable)


def _constant(value: bool | None, mask: int) -> SetPair[int]:
    return SetPair(mask if value is True else 0, mask if value is False else 0)


@dataclass
class _Tried:
    """A move with the cases that make it, as bits."""

    move: Move
    cases: int = 0


class Trials:
    """All ways to change at most two answers, numbered: case n is bit n.

    The cases that change only fields from one on (in order) come first, so that they are the low bits.

    Attributes:
        tried: the moves of each field.
        upto: for each field, how many cases change only later ones.
        listed: each case as the moves it makes.
        changing: for each field, the cases that change it.
    """

    def __init__(self, options: Mapping[str, Iterable[Move]]) -> None:
        self.tried = {name: [_Tried(move) for move in choices] for name, choices in options.items()}
        self.upto: dict[str, int] = {}
        self.listed: list[tuple[_Tried, ...]] = [()]
        for name in reversed(self.tried):
            self.upto[name] = len(self.listed)
            later = [case for case in self.listed if len(case) < 2]
            for tried in self.tried[name]:
                self._add(tried, later)
        self.changing = {name: _united(tried.cases for tried in choices) for name, choices in self.tried.items()}

    def _add(self, tried: _Tried, later: list[tuple[_Tried, ...]]) -> None:
        """Number the cases that make this move and one of these others."""
        start = len(self.listed)
        tried.cases |= ((1 << len(later)) - 1) << start
        for number, case in enumerate(later, start):
            for other in case:
                other.cases |= 1 << number
            self.listed.append((tried, *case))

    @property
    def every(self) -> int:
        """All cases."""
        return (1 << len(self.listed)) - 1

    def moves(self, number: int) -> tuple[Move, ...]:
        """The moves that a case makes."""
        return tuple(tried.move for tried in self.listed[number])


def _united(masks: Iterable[int]) -> int:
    """The cases in any of these."""
    return union(masks, 0)


def numbers(bits: int) -> Iterator[int]:
    """The numbers of the bits that are set."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low
