"""The fields of a rule book: what a case may say, and how an answer is written.

A field that is absent and a field that is null mean the same: a yes/no question is *unknown*, a number was *not
reported*, `medicines` is unknown (an empty list means none). Nothing is coerced: what is not one of the allowed
forms is refused with the field, the value and what would be right.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from screener.case.answers import Choice, Kind, Lab, Measured, Medicines, Number, OwnWords, YesNo
from screener.memo import memo

CASE_ID: Final = "case_id"
BOUND: Final = "_bound"  # ends the name of the column of a laboratory field's signs, in tables
MEDICINES: Final = "medicines"  # the one name of a field of medicines: the rule language's `medicine` reads it


class Fields(Mapping[str, Kind]):
    """Each field of a rule book (without `case_id`) with its kind, in the order of the questionnaire."""

    def __init__(self, kinds: Mapping[str, Kind]) -> None:
        self._kinds = dict(kinds)

    def __getitem__(self, name: str) -> Kind:
        return self._kinds[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)

    def __contains__(self, name: object) -> bool:
        return name in self._kinds

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fields) and list(self._kinds.items()) == list(other._kinds.items())

    def __hash__(self) -> int:
        return hash(tuple(self._kinds))

    def __reduce__(self) -> tuple[Any, ...]:
        return Fields, (self._kinds,)

    @memo
    def case_keys(self) -> tuple[str, ...]:
        """Every name that a case may hold: its id and the fields."""
        return (CASE_ID, *self)

    @memo
    def bound_columns(self) -> dict[str, str]:
        """The columns of a table that hold the sign of a bound such as `> 7 mmol/L`, and whose field each is about."""
        return {name + BOUND: name for name, kind in self.items() if isinstance(kind, Measured)}

    @memo
    def columns(self) -> tuple[str, ...]:
        """Every name that a column of a table may have."""
        return (*self.case_keys, *self.bound_columns)

    @memo
    def yes_no(self) -> tuple[str, ...]:
        """The yes/no fields."""
        return self._of(YesNo)

    @memo
    def numbers(self) -> tuple[str, ...]:
        """The fields that hold a number, labs included."""
        return self._of(Number)

    @memo
    def choices(self) -> tuple[str, ...]:
        """The fields that hold one of a few words."""
        return self._of(Choice)

    @memo
    def own_words(self) -> tuple[str, ...]:
        """The fields that hold what a person wrote in their own words."""
        return self._of(OwnWords)

    @memo
    def has_medicines(self) -> bool:
        """Whether a case may say which medicines are taken."""
        return isinstance(self.get(MEDICINES), Medicines)

    def _of(self, kind: type[Kind]) -> tuple[str, ...]:
        return tuple(name for name, own in self.items() if isinstance(own, kind))

    def options(self, name: str) -> tuple[str, ...]:
        """The words of a choice, in the order of the book."""
        kind = self[name]
        assert isinstance(kind, Choice)
        return kind.options

    def written(self, name: str, value: Any) -> Any:
        """A stored value as a case file writes it: with its unit where a bare number would be doubted."""
        kind = self.get(name)
        return value if kind is None else kind.written(value)

    def in_own_units(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """The answers of a case in a rule file, whose bare numbers are in the field's own unit, as a case file's."""
        return {name: self.written(name, value) for name, value in answers.items()}

    def with_units(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """The same with the unit after every number that needs one among other people's data."""
        return {name: self._with_unit(name, value) for name, value in answers.items()}

    def _with_unit(self, name: str, value: Any) -> Any:
        kind = self.get(name)
        ambiguous = isinstance(kind, Lab) and math.isfinite(kind.bare_high) and type(value) in (int, float)
        return f"{value!r} {kind.analyte.unit}" if isinstance(kind, Lab) and ambiguous else value
