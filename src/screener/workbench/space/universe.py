"""All possible answers at once: every field cut into the regions that the rules tell apart, as Boolean variables.

For each yes/no field there are two variables: whether an answer was given, and what is true of the person (known to us
only when it was given). The same holds for the choice, and for the list of medicines. So one assignment is a case *and*
one way in which its open answers could turn out: a statement about all completions is a statement about all values of
the second variable where the first is false.

- A number is a chain of cuts: not reported, or beyond so many of the limits that some rule compares it with.
- A medicine counts by its marks. All medicines of the table with the same marks (of those that rules read) are one
  kind; several kinds may be taken at once, each known for some months, or for a time that was not given.
- A follow-up that was not answered and cannot apply counts as no, as `screener.engine.facts` says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Generic

from screener.case.answers import Choice, YesNo
from screener.logic.condition import Atom, Compare, OneOf, Reported, Takes, Yes, field_of
from screener.logic.sets import Logic, S, SetPair, union
from screener.rulebook.book import RuleBook
from screener.workbench.space.variables import GIVEN, MedicineKind, VariableLayout, chosen


@dataclass(frozen=True)
class Universe(Generic[S]):
    """Where each answer is so, over a layout's variables.

    Attributes:
        layout: the variables.
        book: the rule book whose follow-ups count.
        everything: the set of all assignments.
        nothing: the empty set.
        variable: the set in which a variable is true.
    """

    layout: VariableLayout
    book: RuleBook
    everything: S
    nothing: S
    variable: Callable[[str], S]

    @cached_property
    def logic(self) -> Logic[S]:
        """What is known: Kleene's values."""
        return Logic(self.everything, self.nothing, self.known)

    @cached_property
    def real(self) -> Logic[S]:
        """What is true once every open answer has turned out: never unknown."""
        return Logic(self.everything, self.nothing, lambda atom: _decided(self.truth(atom)))

    def known(self, atom: Atom) -> SetPair[S]:
        """Where an answer is certainly so, and where it is certainly not."""
        match atom:
            case Yes(name):
                return self.answers[name]
            case OneOf(name, _):
                given = self.given(name)
                return SetPair(given & self.truth(atom), given & ~self.truth(atom))
            case Takes():
                return self._takes(atom)
            case _:
                return _decided(self.truth(atom))

    def truth(self, atom: Atom) -> S:
        """Where an answer really is so."""
        match atom:
            case Yes(name):
                return self.reality[name].proved
            case OneOf(name, options):
                kind = self.layout.kind(name)
                assert isinstance(kind, Choice)
                return self.variables.value(chosen(name, kind.options, options, kind.options[-1]), {}).proved
            case Takes(marks, months, counts):
                return union((self._really_taken(kind, months, counts) for kind in self._kinds(marks)), self.nothing)
            case Reported(name) | Compare(name):
                return self.variables.value(self.layout.regions[name].spelled(atom), {}).proved

    def given(self, name: str) -> S:
        """Where a field was answered."""
        return self.variable(f"{name}.{GIVEN}")

    @cached_property
    def variables(self) -> Logic[S]:
        """Evaluates conditions on variables, which are never unknown."""
        return Logic(self.everything, self.nothing, lambda atom: _decided(self.variable(field_of(atom))))

    @cached_property
    def answers(self) -> dict[str, SetPair[S]]:
        """The yes/no answers as known: follow-ups that cannot apply count as no."""
        return self._followed(real=False)

    @cached_property
    def reality(self) -> dict[str, SetPair[S]]:
        """The yes/no answers as they turn out: a follow-up that was not answered is no where it does not apply."""
        return self._followed(real=True)

    def _followed(self, real: bool) -> dict[str, SetPair[S]]:
        """The yes/no fields, with follow-ups settled in the order they are asked."""
        found: dict[str, SetPair[S]] = {}
        for name in self.layout.fields:
            if isinstance(self.layout.kind(name), YesNo):
                given, yes = self.given(name), self.variable(name)
                found[name] = _decided(yes) if real else SetPair(given & yes, given & ~yes)

        def atom(part: Atom) -> SetPair[S]:
            if isinstance(part, Yes):
                return found[part.field]
            return _decided(self.truth(part)) if real else self.known(part)

        logic = Logic(self.everything, self.nothing, atom)
        for name, show_if in self.book.followups:
            if name in found:
                given, own, asked = self.given(name), found[name], logic.value(show_if, {})
                never = SetPair(own.proved, own.refuted | (asked.refuted & ~given))
                found[name] = _decided(own.proved & (given | asked.proved)) if real else never
        return found

    def _kinds(self, marks: Iterable[str]) -> Iterator[MedicineKind]:
        return (kind for kind in self.layout.kinds if not kind.marks.isdisjoint(marks))

    def _takes(self, atom: Takes) -> SetPair[S]:
        given, kinds = self.given("medicines"), list(self._kinds(atom.marks))
        proved = union((self._taken(kind, atom.months, atom.unknown_counts) for kind in kinds), self.nothing)
        maybe = self.nothing
        if atom.months is not None and not atom.unknown_counts:
            maybe = union((self.variable(f"{kind.name}.open") for kind in kinds if kind.limits), self.nothing)
        return SetPair(given & proved, given & ~proved & ~maybe)

    def _taken(self, kind: MedicineKind, months: float | None, counts: bool) -> S:
        """Where a kind is taken, if months are asked for certainly for so long, or for a time that counts as such."""
        if not kind.limits:
            return self.variable(kind.name)
        first = 0 if months is None else kind.limits.index(months) + 1
        spans = union((self.variable(f"{kind.name}.{n}") for n in range(first, len(kind.limits) + 1)), self.nothing)
        return spans | self.variable(f"{kind.name}.open") if months is None or counts else spans

    def _really_taken(self, kind: MedicineKind, months: float | None, counts: bool) -> S:
        """Where a kind really is taken for so long; that no time was given is a fact where it counts."""
        certain = self._taken(kind, months, counts)
        if months is None or counts:
            return certain
        long_enough = self.variable(f"{kind.name}.open")
        for number in range(1, kind.limits.index(months) + 2):
            long_enough = long_enough & self.variable(f"{kind.name}.really{number}")
        either: S = certain | long_enough
        return either


def _decided(truth: S) -> SetPair[S]:
    """A truth that is never unknown."""
    return SetPair(truth, ~truth)
