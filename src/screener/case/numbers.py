"""The kinds of answers that are numbers: plain ones, and results of a laboratory, which have units."""

from __future__ import annotations

import math
from dataclasses import field
from typing import Any, Final

from screener.case.bound import Bound, sign_of
from screener.case.kind import JsonSchema, Kind
from screener.case.units import Analyte, in_its_unit, in_own_unit
from screener.data import dataclass
from screener.errors import echo
from screener.saying import say


@dataclass(frozen=True)
class Number(Kind):
    """A reported number within plausible limits (both included); absent means not reported.

    Attributes:
        low: the smallest plausible value, in `unit`.
        high: the largest plausible value, in `unit`.
        unit: for messages and questions.
        whole: whether only whole numbers make sense (`3.0` counts as whole).
        unknown_word: whether the word `unknown` may mean "not reported".
        step: the smallest difference between two answers that people write, in `unit`.
    """

    low: float
    high: float
    unit: str
    whole: bool = False
    unknown_word: bool = False
    step: float = 0.1

    @property
    def smallest(self) -> float:
        """The smallest difference between two answers."""
        return 1.0 if self.whole else self.step

    def schema(self) -> JsonSchema:
        """See the base class."""
        number = {"type": "integer" if self.whole else "number", "minimum": self.low, "maximum": self.bare_limit}
        options: list[JsonSchema] = [number, {"type": "null"}]
        if self.unknown_word:
            options.append({"type": "string", "pattern": "^(?i:unknown)$"})
        return {"anyOf": [*options, *self.text_schema()]}

    @property
    def bare_limit(self) -> float:
        """The largest plausible value that may be written as a number, without a unit."""
        return self.high

    def text_schema(self) -> list[JsonSchema]:
        """JSON Schemas of the texts accepted instead of a number."""
        return []

    def given(self, value: Any) -> float | None:
        """See the class."""
        if self.unknown_word and isinstance(value, str) and value.lower() == "unknown":
            return None
        if isinstance(value, str):
            return self.within(self.read_text(value), value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(say("{given} is not a number; {right}", given=echo(value), right=self.expectation()))
        return self.read_number(value)

    def read_text(self, text: str) -> float:
        """A number written as text; refused unless the field has such a form."""
        raise ValueError(
            say("{given} is text; {right}, without quotation marks", given=echo(text), right=self.expectation())
        )

    def read_number(self, value: float) -> float:
        """A bare number in the field's own unit."""
        return self.within(value, value)

    def within(self, value: float, given: object) -> float:
        """The value, if it is finite and plausible."""
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(
                say("{given} is not a finite number; {right}", given=echo(given), right=self.expectation())
            )
        if not self.low <= value <= self.high:
            raise ValueError(say("{given} is out of range; {right}", given=echo(given), right=self.expectation()))
        if not self.whole:
            return float(value)
        if value != int(value):
            raise ValueError(say("{given} is not a whole number; {right}", given=echo(given), right=self.expectation()))
        return int(value)

    def expectation(self) -> str:
        """What would be right, for messages."""
        limits = {"low": f"{self.low:g}", "high": f"{self.high:g} {self.unit}".rstrip()}
        if self.whole:
            return say("use a whole number from {low} to {high}", **limits)
        return say("use a number from {low} to {high}", **limits)


@dataclass(frozen=True)
class Measured(Number):
    """A laboratory value: a number, text with a unit, or a bound such as `> 7 mmol/L`.

    Attributes:
        analyte: its units and their factors.
    """

    analyte: Analyte = field(kw_only=True)

    def given(self, value: Any) -> Any:
        """See the base class; what lies beyond a limit is a `Bound`."""
        if isinstance(value, Bound):
            return Bound(value.sign, self.within(value.limit, value))
        sign, rest = sign_of(value) if isinstance(value, str) else ("", "")
        return self.bound(sign, rest, value) if sign else super().given(value)

    def bound(self, sign: str, text: str, given: str) -> Bound:
        """A bound, from its sign and the text of its limit."""
        return Bound(sign, self.within(self.read_text(text), given))

    def written(self, value: Any) -> Any:
        """See the base class."""
        return f"{value.sign} {value.limit!r} {self.analyte.unit}" if isinstance(value, Bound) else value


@dataclass(frozen=True)
class Lab(Measured):
    """A laboratory value in the analyte's own unit, or text with a unit such as `1.6 mg/dL`.

    Attributes:
        bare_high: the largest number that is read in that unit when no unit comes with it, in a single case. Where
            there is one, the same number means different things in the units in use, and a batch needs `--unit`.
        unlikely: above it, a number without a unit is hardly in the analyte's own.
        levels: how values below a limit are called; those above the last are high.
    """

    bare_high: float = math.inf
    unlikely: float = math.inf
    levels: tuple[tuple[float, str], ...] = ()

    @property
    def bare_limit(self) -> float:
        """See the base class."""
        return min(self.high, self.bare_high)

    def text_schema(self) -> list[JsonSchema]:
        """See the base class."""
        units = self.analyte.units
        return [{"type": "string", "description": f"a number with its unit ({units}), perhaps behind <, <=, > or >="}]

    def read_text(self, text: str) -> float:
        """See the base class."""
        return in_own_unit(text, self.analyte)

    def read_number(self, value: float) -> float:
        """See the base class."""
        if self.bare_high < value <= self.high:
            other = self.analyte.others[0]
            raise ValueError(f'{echo(value)} has no unit{self.doubt(value)}, such as "{value:g} {other}"')
        return self.within(value, value)

    def doubt(self, value: float) -> str:
        """Why a number without a unit cannot be taken as it is."""
        own, others = self.analyte.unit, self.analyte.others
        if value > self.unlikely or not self.levels:
            return f" and is more likely {' or '.join(others)} than {own}; write the unit"
        elsewhere = self.level(in_own_unit(f"{float(value)!r} {others[0]}", self.analyte))
        return f"; {value:g} {others[0]} is {elsewhere}, {value:g} {own} is {self.level(value)}: write the unit"

    def level(self, value: float) -> str:
        """What a value in the analyte's own unit is called."""
        return next((name for limit, name in self.levels if value < limit), "high")

    def written(self, value: Any) -> Any:
        """See the base class."""
        doubtful = type(value) in (int, float) and self.bare_high < value <= self.high
        return f"{value!r} {self.analyte.unit}" if doubtful else super().written(value)

    def expectation(self) -> str:
        """See the base class."""
        return say("{number}, or text with a unit ({units})", number=super().expectation(), units=self.analyte.units)


@dataclass(frozen=True)
class OneUnitLab(Measured):
    """A laboratory value whose units all mean the same, such as kidney function (eGFR): a number says all.

    So does the limit of a bound: `>60` is every number above 60, in the one unit.
    """

    def text_schema(self) -> list[JsonSchema]:
        """See the base class."""
        return [{"type": "string", "description": f"text such as >60, <15 or 45 {self.analyte.unit}"}]

    def read_text(self, text: str) -> float:
        """See the base class."""
        return in_its_unit(text, self.analyte, bare=False)

    def bound(self, sign: str, text: str, given: str) -> Bound:
        """See the base class."""
        return Bound(sign, self.within(in_its_unit(text, self.analyte, bare=True), given))


MONTHS: Final = Number(0, 720, "months")
