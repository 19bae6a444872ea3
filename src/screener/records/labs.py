"""Results of laboratories: their values in the unit of a field, and which are too old to answer anything.

A unit is never guessed. Which of several values is the last one is settled in `screener.records.last`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeAlias

from screener.case.answers import Kind, Lab, Measured, Number
from screener.case.bound import Bound
from screener.case.units import plain_unit
from screener.errors import echo
from screener.records.imported import Gathered
from screener.records.when import When, Window

RANKS: Final = {"preferred": 0, "serum": 1, "": 1, "women": 1, "men": 1, "blood": 2}
SEXES: Final = {"women": "female", "men": "male"}


class LabValue(NamedTuple):
    """One value.

    Attributes:
        field: the intake field it answers, or the measure.
        value: in the field's unit; a `Bound` where only one was reported; None when it cannot be read.
        when: when the sample was taken, or the result issued.
        rank: 0 before 1 before 2 on the same day (corrected or preferred, serum, whole blood).
        revised: whether this is a corrected result.
        source: the observation.
    """

    field: str
    value: float | Bound | None
    when: When
    rank: int
    revised: int
    source: str

    def under(self, limit: float) -> bool | None:
        """Whether it is under a limit; None when a bound does not tell, or nothing can be read."""
        if self.value is None:
            return None
        return self.value.compared("<", limit) if isinstance(self.value, Bound) else self.value < limit


Values: TypeAlias = Mapping[str, list[LabValue]]  # by what they measure, each list in order of time


def called(name: str, kind: Kind) -> str:
    """A field or measure in words, for notes."""
    return kind.analyte.name if isinstance(kind, Measured) else name


def from_text(kind: Kind, text: str) -> float | Bound:
    """A value written as text with its unit, read as the questionnaire reads it.

    Raises:
        ValueError: saying what would be right.
    """
    if not isinstance(kind, Measured):
        raise ValueError(f"{echo(text)} is text, not a number with a unit")
    value = kind.check(text)
    return value if isinstance(value, Bound) else float(value)


def from_number(name: str, kind: Kind, number: Decimal, sign: str, units: Iterable[str], given: str) -> float | Bound:
    """A number with its units, in the field's unit, exactly.

    Args:
        name: of the field, for messages.
        kind: of the field.
        number: as reported.
        sign: `<`, `<=`, `>`, `>=` or nothing.
        units: as reported, all of them.
        given: the value as it is shown.

    Raises:
        ValueError: it cannot be read; saying why.
    """
    units = [unit for unit in units if unit]
    known = {_factor(kind, unit) for unit in units} - {None}
    if not units:
        raise ValueError(f"{echo(given)} has no unit, and a unit is never guessed")
    if not known:
        raise ValueError(f"{echo(units[0])} is not a unit of {name} that is read here")
    if len(known) > 1:
        raise ValueError(f"the units {' and '.join(echo(unit) for unit in units)} contradict each other")
    factor = known.pop()
    assert factor is not None
    value = within(kind, float(number * factor), given)
    if not sign:
        return value
    if sign not in ("<", "<=", ">", ">="):
        raise ValueError(f"the comparator {echo(sign)} makes this no value")
    if not isinstance(kind, Measured):
        raise ValueError(f"only a bound ({sign} {given}) was reported")
    return Bound(sign, value)


@lru_cache(maxsize=1024)
def _factor(kind: Kind, unit: str) -> Decimal | None:
    if isinstance(kind, Measured):
        return kind.analyte.factor(unit)
    return Decimal(1) if isinstance(kind, Number) and plain_unit(unit) == plain_unit(kind.unit) else None


def is_unit(kind: Kind, unit: str) -> bool:
    """Whether values of a kind are read in this unit."""
    return _factor(kind, unit) is not None


def within(kind: Kind, value: float, given: str) -> float:
    """The value, if it is plausible.

    Raises:
        ValueError: it is not.
    """
    assert isinstance(kind, Number)
    if not kind.low <= value <= kind.high:
        raise ValueError(f"{echo(given)} is out of range ({kind.low:g} to {kind.high:g} {kind.unit})")
    return value


def case_value(kind: Kind, value: float | Bound) -> Any:
    """The value as a case file writes it; one that would look like another unit is written with its own."""
    if isinstance(value, Bound):
        return kind.written(value)
    if isinstance(kind, Lab) and value > kind.bare_high:
        return f"{value:.6f} {kind.analyte.unit}"
    return value


def those_in(values: list[LabValue], window: Window) -> list[LabValue]:
    """Those that may fall in a window; the same list when all are."""
    first = window.first
    return values if first is None else [value for value in values if value.when.last >= first]


def in_window(values: Values, window: Window, found: Gathered) -> dict[str, list[LabValue]]:
    """The values that are not too old; the others are named in a note, with the newest of them."""
    recent: dict[str, list[LabValue]] = {}
    for name, mine in values.items():
        kept = those_in(mine, window)
        if kept:
            recent[name] = kept
        if len(kept) < len(mine) and found.explains:
            newest = max(value.when.last for value in mine if not window.has(value.when))
            left = len(mine) - len(kept)
            many = "1 result" if left == 1 else f"{left} results"
            found.note(
                f"{many} of {name} from more than {window} answer nothing; the newest is of {newest} (--look-back "
                "reads further back)."
            )
    return recent


def said(amount: float | Bound | None) -> tuple[int, float, str]:
    """Sorts amounts: those that cannot be read, numbers, bounds."""
    if amount is None:
        return (0, 0.0, "")
    return (2, amount.limit, amount.sign) if isinstance(amount, Bound) else (1, amount, "")


def in_order(value: LabValue) -> tuple[Any, ...]:
    """Sorts values by time and by all that they say, so that nothing depends on the order of a record."""
    when = value.when
    clock = (when.clock is not None, when.clock or 0.0)
    return (when.first, when.last, clock, -value.rank, value.revised, said(value.value), value.source)


def by_field(values: Iterable[LabValue]) -> dict[str, list[LabValue]]:
    """Values by what they measure, each list in order of time."""
    found: dict[str, list[LabValue]] = {}
    for value in sorted(values, key=in_order):
        found.setdefault(value.field, []).append(value)
    return found


def overruled(value: LabValue, values: Iterable[LabValue]) -> bool:
    """Whether a better sample of the same day overrules this one (serum against whole blood)."""
    return any(
        other.when.exact
        and other.when.first == value.when.first
        and other.rank < value.rank
        and other.value is not None
        for other in values
    )
