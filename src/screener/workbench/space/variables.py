"""Which Boolean variables represent the answers, and the case that an assignment of them represents.

A number is cut by every limit that some rule compares it with. Medicines that no rule tells apart are one kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor
from typing import Any, Final, TypeAlias

from screener.case.answers import Choice, Number, YesNo
from screener.case.answers import Kind as FieldKind
from screener.logic import condition as c
from screener.rulebook.book import RuleBook

GIVEN: Final = "given"  # the variable that tells whether a field was answered
Cut: TypeAlias = tuple[float, bool]  # a limit, and whether only what lies above it (not the limit itself) is beyond


def cut_of(kind: Number, operator: c.Operator, limit: float) -> tuple[Cut, bool]:
    """The cut that a comparison reads, and whether it holds beyond it (`>`, `>=`) or short of it.

    For whole numbers `> 17` and `>= 18` are the same cut.
    """
    above = operator in (">", "<=")
    if kind.whole:
        limit, above = (floor(limit) + 1 if above else ceil(limit)), False
    return (float(limit), above), operator in (">", ">=")


@dataclass(frozen=True)
class Regions:
    """A number field cut by every limit that conditions compare it with.

    Region 0 lies short of the first cut, region `i` between cut `i - 1` and cut `i`.
    """

    kind: Number
    cuts: tuple[Cut, ...]

    @classmethod
    def of(cls, name: str, kind: Number, atoms: Iterable[c.Atom]) -> Regions:
        """The regions of a field by the comparisons among these atoms, without cuts that no answer can lie beyond."""
        cuts = {
            cut_of(kind, atom.operator, atom.limit)[0]
            for atom in atoms
            if isinstance(atom, c.Compare) and atom.field == name
        }
        inside = {cut for cut in cuts if (kind.low, False) < cut and cut < (kind.high, True)}
        return cls(kind, tuple(sorted(inside)))

    def spelled(self, atom: c.Compare | c.Reported) -> c.Condition:
        """When an atom holds, by the variables of its field: whether it was given, and lies beyond the first cuts."""
        given = c.Yes(f"{atom.field}.{GIVEN}")
        if isinstance(atom, c.Reported):
            return given
        cut, beyond = cut_of(self.kind, atom.operator, atom.limit)
        far: c.Condition = c.ALWAYS if cut <= (self.kind.low, False) else c.NEVER
        if cut in self.cuts:
            far = c.AllOf(tuple(c.Yes(f"{atom.field}.{number}") for number in range(self.cuts.index(cut) + 1)))
        return c.AllOf((given, far if beyond else c.Not(far)))

    def example(self, region: int) -> float | int | str:
        """A plain value in a region, as a case file writes it."""
        value = self._value(region)
        shown: float | int | str = self.kind.written(int(value) if float(value).is_integer() else value)
        return shown

    def _value(self, region: int) -> float:
        """A value of a region: one step beyond the limit below it (or short of the one above it), if that is in it."""
        kind, small = self.kind, self.kind.smallest
        if not self.cuts:
            return max(kind.low, min(1.0, kind.high))
        if region == 0:
            limit, above = self.cuts[0]
            value = max(kind.low, round(limit - small, 6))
            return limit if above else value if value < limit else (kind.low + limit) / 2
        limit, above = self.cuts[region - 1]
        if not above:
            return limit
        following, included = self.cuts[region] if region < len(self.cuts) else (kind.high, True)
        value = round(limit + small, 6)
        inside = limit < value < following or (included and value == following)
        return value if inside else (limit + following) / 2


def chosen(name: str, known: Sequence[str], options: Sequence[str], implied: str = "") -> c.Condition:
    """When a choice is one of these options: the first variable that is true decides which it is.

    Args:
        name: the field.
        known: all options that have a variable, and the implied one.
        options: those that are asked for.
        implied: the option that it is where none of the variables is true.
    """
    own = [c.Yes(f"{name}.{option}") for option in known]
    ways = []
    for number, option in enumerate(known):
        if option in options:
            before = map(c.Not, own[:number])
            ways.append(c.AllOf((*before, *([] if option == implied else [own[number]]))))
    return c.AnyOf(tuple(ways))


@dataclass(frozen=True, slots=True)
class MedicineKind:
    """Medicines that no rule tells apart.

    Attributes:
        name: of one of them, for examples.
        marks: the marks that rules read.
        limits: the months that rules ask for with these marks, ascending.
    """

    name: str
    marks: frozenset[str]
    limits: tuple[float, ...] = ()


@dataclass(frozen=True)
class VariableLayout:
    """Which variables represent which field, for all rules (and follow-ups) of some rule books."""

    books: tuple[RuleBook, ...]

    @cached_property
    def atoms(self) -> tuple[c.Atom, ...]:
        """Every answer that a rule reads, and those that settle its follow-ups; each once."""
        found = dict.fromkeys(atom for book in self.books for rule in book.rules for atom in c.atoms(rule.condition))
        for book in self.books:
            for name, show_if in reversed(book.followups):
                if isinstance(self.kind(name), YesNo) and any(c.field_of(atom) == name for atom in found):
                    found.update(dict.fromkeys(c.atoms(show_if)))
        return tuple(found)

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The fields read, in the order of the interview."""
        read = {c.field_of(atom) for atom in self.atoms}
        asked = dict.fromkeys(name for book in self.books for name in book.questions)
        return tuple(name for name in asked if name in read)

    def kind(self, name: str) -> FieldKind:
        """What can be answered to a field: in the first of the books that asks for it."""
        return next(book.fields[name] for book in self.books if name in book.fields)

    @cached_property
    def regions(self) -> dict[str, Regions]:
        """How each number is cut."""
        return {
            name: Regions.of(name, kind, self.atoms)
            for name in self.fields
            if isinstance(kind := self.kind(name), Number)
        }

    @cached_property
    def kinds(self) -> tuple[MedicineKind, ...]:
        """The kinds of medicines, in the order of the table."""
        taken = [atom for atom in self.atoms if isinstance(atom, c.Takes)]
        read = frozenset(mark for atom in taken for mark in atom.marks)
        found: dict[frozenset[str], MedicineKind] = {}
        for entry in (entry for book in self.books for entry in book.medicines.entries):
            marks = entry.marks & read
            if marks and marks not in found:
                limits = {atom.months for atom in taken if atom.months is not None and marks & set(atom.marks)}
                found[marks] = MedicineKind(entry.generic, marks, tuple(sorted(limits)))
        return tuple(found.values())

    def variables(self, name: str) -> list[str]:
        """The variables of one field."""
        kind = self.kind(name)
        if isinstance(kind, YesNo):
            return [f"{name}.{GIVEN}", name]
        if isinstance(kind, Number):
            return [f"{name}.{GIVEN}", *(f"{name}.{number}" for number in range(len(self.regions[name].cuts)))]
        if isinstance(kind, Choice):
            return [f"{name}.{GIVEN}", *(f"{name}.{option}" for option in kind.options[:-1])]
        return [f"{name}.{GIVEN}", *(variable for kind in self.kinds for variable in kind_variables(kind))]

    def all_variables(self) -> list[str]:
        """Every variable, those of one field side by side."""
        return [variable for name in self.fields for variable in self.variables(name)]


def kind_variables(kind: MedicineKind) -> list[str]:
    """The variables of a kind: taken, or how it is taken where rules ask for months.

    `.open` is one taken for a time that was not given, `.0` and so on one taken for so long, `.really0` and so on for
    how long the open one really is taken.
    """
    if not kind.limits:
        return [kind.name]
    spans = range(len(kind.limits) + 1)
    return [
        f"{kind.name}.open",
        *(f"{kind.name}.{number}" for number in spans),
        *(f"{kind.name}.really{number}" for number in spans[1:]),
    ]


def answers_of(layout: VariableLayout, assignment: dict[str, bool]) -> dict[str, Any]:
    """The answers that an assignment represents, as a case file writes them; variables not in it are false."""
    found: dict[str, Any] = {}
    for name in layout.fields:
        if not assignment.get(f"{name}.{GIVEN}"):
            continue
        kind = layout.kind(name)
        if isinstance(kind, YesNo):
            found[name] = assignment.get(name, False)
        elif isinstance(kind, Number):
            cuts = range(len(layout.regions[name].cuts))
            region = next((n for n in cuts if not assignment.get(f"{name}.{n}")), len(cuts))
            found[name] = layout.regions[name].example(region)
        elif isinstance(kind, Choice):
            found[name] = next((o for o in kind.options[:-1] if assignment.get(f"{name}.{o}")), kind.options[-1])
        else:
            found[name] = [m for kind in layout.kinds for m in _medicines(kind, assignment)]
    return found


def _medicines(kind: MedicineKind, assignment: dict[str, bool]) -> Iterator[Any]:
    """The medicines of one kind that an assignment has."""
    if not kind.limits:
        if assignment.get(kind.name):
            yield kind.name
        return
    if assignment.get(f"{kind.name}.open"):
        yield kind.name
    for number, low in enumerate((0, *kind.limits)):
        if assignment.get(f"{kind.name}.{number}"):
            yield {"name": kind.name, "months": int(low) if float(low).is_integer() else low}
