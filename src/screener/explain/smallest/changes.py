"""The smallest changes: every minimal set of up to three answers whose change would raise a conclusion or rule it out.

Exact, by trying all of them: first single answers and pairs, then triples without such a part, thousands at a time
(`bits`). A set is minimal when no smaller part of it would do, with whatever answers. Only the answers that the rules
of the conclusion read, directly or through findings, can matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from screener.case.answers import YesNo
from screener.engine.facts import Facts, medicine_marks
from screener.explain.goal import ancestors, is_red, title_of
from screener.explain.smallest.moves import Move, moves
from screener.logic.condition import AnyOf, Atom, Condition, atoms, field_of, fields
from screener.logic.sets import Bits, evaluate
from screener.memo import memo
from screener.report.build import ReportBuilder
from screener.saying import say

REFUSED: Final = (
    "This is an urgent sign or needs care whatever else is true. So no other answers are shown for it: please take it "
    "as it is."
)


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """One minimal set of answers.

    Attributes:
        fields: whose change would do, together and not without each other.
        options: each way to change them that does.
        checkable: each of them can be found out or checked: it was not answered, or a test result, a packet or a
            record can confirm it. Otherwise some of it is as it is.
    """

    fields: tuple[str, ...]
    options: tuple[tuple[Move, ...], ...]
    checkable: bool


@dataclass(frozen=True)
class SmallestChanges:
    """The minimal sets for one conclusion.

    Attributes:
        wanted: True for raising it, False for ruling it out.
        sets: the shortest first, then in the order of the interview.
        refused: why none are given, or empty.
    """

    goal: str
    title: str
    wanted: bool
    sets: tuple[ChangeSet, ...] = ()
    refused: str = ""


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
        self.followups = [(name, show_if) for name, show_if in self._followups(read)]
        everything = [*self.conditions.values(), *(show_if for _, show_if in self.followups)]
        self.atoms = tuple(dict.fromkeys(atom for condition in everything for atom in atoms(condition)))
        by_field: dict[str, list[Atom]] = {name: [] for name in sorted(read)}
        for atom in self.atoms:
            by_field.setdefault(field_of(atom), []).append(atom)
        ordered = [n for n in book.questions if n in by_field]
        options = {name: moves(intake, book, name, by_field[name]) for name in dict.fromkeys(ordered)}
        self.options = {name: choices for name, choices in options.items() if choices}
        self.given = Facts(
            {
                name: getattr(intake, name)
                for name in book.fields
                if name != "medicines" and getattr(intake, name) is not None
            },
            medicine_marks(intake.named_medicines, book)[0],
        )
        self.cases = Trials.of(self.options)

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
        odd = 0
        for name, show_if in self.followups:
            off = evaluate(show_if, values, {}, every)[1]
            odd |= off & self.answered(name, every, first)
            self.imply(name, off, values, every)
        known: dict[str, Bits] = {}
        for name, condition in self.conditions.items():
            known[name] = evaluate(condition, values, known, every)
        return known[self.goal][0 if self.wanted else 1] & ~odd

    def bits(self, atom: Atom, every: int, first: Move | None) -> Bits:
        """The cases in which an atom is true and false, before follow-up questions are considered."""
        name = field_of(atom)
        if first is not None and first.field == name:
            return _constant(first.facts.truth(atom), every)
        true, false = _constant(self.given.truth(atom), every & ~self.cases.any_change.get(name, 0))
        for move, mask in zip(self.options.get(name, ()), self.cases.changed.get(name, ()), strict=True):
            move_true, move_false = _constant(move.facts.truth(atom), mask & every)
            true, false = true | move_true, false | move_false
        return true, false

    def imply(self, name: str, off: int, values: dict[Atom, Bits], every: int) -> None:
        """A yes/no follow-up that is not answered and certainly not asked counts as no."""
        if not isinstance(self.builder.book.fields[name], YesNo):
            return
        for atom in self.atoms:
            if field_of(atom) == name:
                true, false = values[atom]
                values[atom] = (true, false | (off & every & ~true))

    def answered(self, name: str, every: int, first: Move | None) -> int:
        """The cases that newly give a follow-up an answer other than no."""
        if first is not None and first.field == name:
            return every if first.value is not False else 0
        found = 0
        for move, mask in zip(self.options.get(name, ()), self.cases.changed.get(name, ()), strict=True):
            found |= mask if move.value is not False else 0
        return found & every

    # searching

    def sets(self) -> Iterator[ChangeSet]:
        """The minimal sets: single answers, pairs, triples."""
        cases = self.cases
        found: dict[tuple[str, ...], list[tuple[Move, ...]]] = {}
        reached = self.hits((1 << len(cases.listed)) - 1)
        hit = [cases.listed[number] for number in numbers(reached)]
        for size in (1, 2):
            for case in hit:
                names = tuple(name for name, _ in case)
                if len(case) == size and not any((name,) in found for name in names if size > 1):
                    found.setdefault(names, []).append(self.moves(case))
        for names, options in self.triples(found):
            found.setdefault(names, []).append(options)
        place = {name: index for index, name in enumerate(self.options)}
        for names in sorted(found, key=lambda names: (len(names), [place[name] for name in names])):
            yield ChangeSet(names, tuple(found[names]), all(self.can_check(name) for name in names))

    def triples(self, smaller: Mapping[tuple[str, ...], object]) -> Iterator[tuple[tuple[str, ...], tuple[Move, ...]]]:
        """Sets of three that contain no smaller one that does."""
        cases = self.cases
        alone = {names[0] for names in smaller if len(names) == 1}
        pairs = {(names[0], names[1]) for names in smaller if len(names) == 2}
        unfit = self.unfit(alone, pairs)
        for name, choices in self.options.items():
            if name in alone:
                continue
            every = (1 << cases.upto[name]) - 1
            fit = every & ~unfit
            for left, right in pairs:
                if name in (left, right):
                    fit &= ~cases.any_change[right if left == name else left]
            if not fit:
                continue
            for move in choices:
                for number in numbers(self.hits(every, move) & fit):
                    case = cases.listed[number]
                    yield (name, *(other for other, _ in case)), (move, *self.moves(case))

    def unfit(self, alone: set[str], pairs: set[tuple[str, str]]) -> int:
        """The cases that cannot be the rest of a minimal triple: fewer than two changes, or a part that does alone."""
        found = 0
        for name in alone:
            found |= self.cases.any_change[name]
        for left, right in pairs:
            found |= self.cases.any_change[left] & self.cases.any_change[right]
        for number, case in enumerate(self.cases.listed):
            if len(case) < 2:
                found |= 1 << number
        return found

    def moves(self, case: tuple[tuple[str, int], ...]) -> tuple[Move, ...]:
        return tuple(self.options[name][index] for name, index in case)

    def can_check(self, name: str) -> bool:
        """Whether an answer can be found out or checked."""
        question = self.builder.book.questions.get(name)
        return getattr(self.builder.intake, name) is None or (question is not None and question.checkable)


def _constant(value: bool | None, mask: int) -> Bits:
    return (mask if value is True else 0, mask if value is False else 0)


@dataclass
class Trials:
    """All ways to change at most two answers, numbered: case n is bit n.

    The cases that change only fields from one on (in order) come first, so that they are the low bits.

    Attributes:
        changed: for each field, the cases with each of its moves.
        upto: for each field, how many cases change only later ones.
        listed: each case as the moves it makes.
    """

    changed: dict[str, list[int]]
    upto: dict[str, int] = field(default_factory=dict)
    listed: list[tuple[tuple[str, int], ...]] = field(default_factory=lambda: [()])

    @classmethod
    def of(cls, options: dict[str, list[Move]]) -> Trials:
        """The cases for these moves of each field."""
        found = cls({name: [0] * len(choices) for name, choices in options.items()})
        for name in reversed(options):
            found.upto[name] = len(found.listed)
            later = [case for case in found.listed if len(case) < 2]
            for index in range(len(options[name])):
                found.add(later, (name, index))
        return found

    def add(self, later: list[tuple[tuple[str, int], ...]], move: tuple[str, int]) -> None:
        """Number the cases that make this move and one of these others."""
        start = len(self.listed)
        self.changed[move[0]][move[1]] |= ((1 << len(later)) - 1) << start
        for offset, case in enumerate(later):
            for name, index in case:
                self.changed[name][index] |= 1 << (start + offset)
            self.listed.append((move, *case))

    @memo
    def any_change(self) -> dict[str, int]:
        """For each field, the cases that change it."""
        found = {}
        for name, masks in self.changed.items():
            found[name] = 0
            for mask in masks:
                found[name] |= mask
        return found


def numbers(bits: int) -> Iterator[int]:
    """The numbers of the bits that are set."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low
