"""From an intake to the flat facts that conditions read.

Two things happen here and nowhere else: a follow-up question that can no longer be asked counts as *no*, and the
medicines that were named become marks (class, generic name, QT list).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from operator import ge, gt, le, lt
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from screener.case.answers import YesNo
from screener.case.bound import Bound
from screener.data import dataclass
from screener.logic.condition import Atom, Compare, OneOf, Reported, Takes, Yes
from screener.logic.kleene import Kleene, evaluate, kleene_any
from screener.rulebook.book import RuleBook

if TYPE_CHECKING:
    from screener.case.answered import Answered
    from screener.case.answers import Medicine


# each mark with the months for which medicines with it have been taken, None where they are not known
Marks: TypeAlias = Mapping[str, Sequence[float | None]]

NOT_ASKED: Final = object()  # the value of a number that may still be asked for: comparisons are unknown, not false
COMPARISONS: Final[Mapping[str, Callable[[float, float], bool]]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about one person, as conditions read it.

    Attributes:
        values: field to answer (`True`, `False`, a number, a word); a field that is not there was not given. The
            interview marks a number that may still be asked for as `NOT_ASKED`.
        marks: those of the medicines that are taken; None while `medicines` is unknown.
        unrecognized: names of medicines that the table does not know, as they were written.
        implied: follow-ups that count as no because they do not apply.
        contradictions: follow-ups that were answered although they do not apply (the answer is kept).
    """

    values: Mapping[str, Any]
    marks: Marks | None
    unrecognized: tuple[str, ...] = ()
    implied: frozenset[str] = field(default_factory=frozenset)
    contradictions: tuple[str, ...] = ()

    def truth(self, atom: Atom) -> Kleene:
        """Whether an atom holds: true, false, or None for unknown."""
        if isinstance(atom, Yes):  # by far the most frequent
            answer: Kleene = self.values.get(atom.field)
            return answer
        if isinstance(atom, Takes):
            return self._takes(atom)
        value = self.values.get(atom.field)
        if isinstance(atom, OneOf):
            return None if value is None else value in atom.options
        if value is NOT_ASKED:
            return None
        return value is not None if isinstance(atom, Reported) else compared(value, atom.operator, atom.limit)

    def truths(self, atoms: Iterable[Atom]) -> list[Kleene]:
        """Whether each of many atoms holds."""
        truth, get = self.truth, self.values.get
        return [
            get(atom.field)
            if type(atom) is Yes
            else False  # nothing was reported, so nothing compares
            if type(atom) is Compare and get(atom.field) is None
            else truth(atom)
            for atom in atoms
        ]

    def _takes(self, atom: Takes) -> Kleene:
        if not self.marks:
            return None if self.marks is None else False
        return kleene_any([atom.long_enough(months) for mark in atom.marks for months in self.marks.get(mark, ())])


def compared(value: float | Bound | None, operator: str, limit: float) -> Kleene:
    """Whether a comparison holds: false when nothing was reported, None when a bound does not tell."""
    if value is None:
        return False
    if isinstance(value, Bound):
        return value.compared(operator, limit)
    return COMPARISONS[operator](value, limit)


def facts_of(intake: Answered, book: RuleBook) -> Facts:
    """The facts of a case under a rule book (its follow-up questions and its medicine table)."""
    values = {name: value for name, value in intake if value is not None}
    values.pop("case_id", None)
    medicines = values.pop("medicines", None)
    implied, contradictions = apply_followups(values, book)
    marks, unrecognized = medicine_marks(medicines, book)
    return Facts(values, marks, unrecognized, implied, contradictions)


def apply_followups(values: dict[str, Any], book: RuleBook) -> tuple[frozenset[str], tuple[str, ...]]:
    """Set follow-ups that certainly do not apply to no, in the order they are asked.

    Returns:
        The fields so implied, and those that were answered with something other than no although they do not apply.
    """
    implied: set[str] = set()
    contradictions: list[str] = []
    for name, show_if in book.followups:
        given = values.get(name)
        if given is False or (given is None and not isinstance(book.fields[name], YesNo)):
            continue
        if evaluate(show_if, Facts(values, None).truth, {}) is not False:
            continue
        if given is None:
            values[name] = False
            implied.add(name)
        elif given is not NOT_ASKED:
            contradictions.append(name)
    return frozenset(implied), tuple(contradictions)


def medicine_marks(medicines: Iterable[Medicine] | None, book: RuleBook) -> tuple[Marks | None, tuple[str, ...]]:
    """The marks of the medicines named, and the names (or parts of names) that are not in the table."""
    if medicines is None:
        return None, ()
    marks: dict[str, list[float | None]] = {}
    unrecognized: dict[str, None] = {}
    for medicine in medicines:
        match = book.medicines.match(medicine.name)
        unrecognized.update(dict.fromkeys(match.unrecognized))
        for mark in match.marks:
            marks.setdefault(mark, []).append(medicine.months)
    return marks, tuple(unrecognized)
