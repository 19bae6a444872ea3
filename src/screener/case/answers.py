"""The kinds of answers: for each a strict check that says what would be right, and its JSON Schema.

Nothing is coerced: what is not one of the allowed forms is refused. The same kinds are used by the intake model, the
batch readers, the interview and the rule loader.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar, Final, TypeAlias

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from screener.case.scalars import plain
from screener.case.units import POTASSIUM, Analyte, egfr_from_text, to_mmol_per_litre
from screener.errors import echo

JsonSchema: TypeAlias = dict[str, Any]

YES_NO_WORDS: Final[dict[str, bool | None]] = {"yes": True, "no": False, "unknown": None}
SEXES: Final = ("female", "male", "not said")
BARE_MAGNESIUM_LIMIT: Final = 1.05  # mmol/L, the top of the normal range: a bare number never reads as high
UNLIKELY_MAGNESIUM: Final = 1.5  # mmol/L; above it a number without a unit is far likelier mg/dL or mEq/L
MAGNESIUM_LEVELS: Final = ((0.5, "very low"), (0.7, "low"), (1.05, "normal"))  # mmol/L, what is above is high
LONGEST_NAME: Final = 200  # characters of one medicine's name
MOST_MEDICINES: Final = 200


class Kind:
    """A field's type: a strict check, used by pydantic, by the batch readers and by the interview."""

    json_schema: ClassVar[JsonSchema] = {}

    def check(self, value: Any) -> Any:
        """Return the value as the model stores it, or raise ValueError saying what would be right."""
        raise NotImplementedError  # pragma: no cover - abstract

    def taken(self, value: Any) -> Any:
        """As `check`, of a value that may be one of NumPy, pandas, pyarrow or `decimal`."""
        given = plain(value)
        try:
            return self.check(given)
        except ValueError as error:
            if isinstance(given, float) and math.isnan(given):
                raise ValueError(f"{error}; what is missing is null (None)") from None
            raise

    def schema(self) -> JsonSchema:
        """The JSON Schema of what `check` accepts."""
        return dict(self.json_schema)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.taken)

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchema:
        return self.schema()


@dataclass(frozen=True)
class YesNo(Kind):
    """Yes, no or unknown: `true`, `false`, `null`, or the words yes, no, unknown in any case."""

    json_schema: ClassVar[JsonSchema] = {
        "anyOf": [{"type": ["boolean", "null"]}, {"type": "string", "pattern": "^(?i:yes|no|unknown)$"}]
    }

    def check(self, value: Any) -> bool | None:
        """See the class."""
        if value is None or value is True or value is False:
            return value
        if isinstance(value, str) and value.lower() in YES_NO_WORDS:
            return YES_NO_WORDS[value.lower()]
        raise ValueError(f"{echo(value)} is not an answer; use yes, no or unknown (or true, false, null)")


@dataclass(frozen=True)
class Number(Kind):
    """A reported number within plausible limits (both included); absent means not reported.

    Attributes:
        low: the smallest plausible value, in `unit`.
        high: the largest plausible value, in `unit`.
        unit: for messages and questions.
        whole: whether only whole numbers make sense (`3.0` counts as whole).
        unknown_word: whether the word `unknown` may stand for "not reported".
    """

    low: float
    high: float
    unit: str
    whole: bool = False
    unknown_word: bool = False

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

    def check(self, value: Any) -> float | None:
        """See the class."""
        if value is None or (self.unknown_word and isinstance(value, str) and value.lower() == "unknown"):
            return None
        if isinstance(value, str):
            return self.within(self.read_text(value), value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"{echo(value)} is not a number; {self.expectation()}")
        return self.read_number(value)

    def read_text(self, text: str) -> float:
        """A number written as text; refused unless the field has such a form."""
        raise ValueError(f"{echo(text)} is text; {self.expectation()}, without quotation marks")

    def read_number(self, value: float) -> float:
        """A bare number in the field's own unit."""
        return self.within(value, value)

    def within(self, value: float, given: object) -> float:
        """The value, if it is finite and plausible."""
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"{echo(given)} is not a finite number; {self.expectation()}")
        if not self.low <= value <= self.high:
            raise ValueError(f"{echo(given)} is out of range; {self.expectation()}")
        if not self.whole:
            return float(value)
        if value != int(value):
            raise ValueError(f"{echo(given)} is not a whole number; {self.expectation()}")
        return int(value)

    def expectation(self) -> str:
        """What would be right, for messages."""
        kind = "a whole number" if self.whole else "a number"
        unit = f" {self.unit}" if self.unit else ""
        return f"use {kind} from {self.low:g} to {self.high:g}{unit}"


@dataclass(frozen=True)
class Lab(Number):
    """A blood test value in mmol/L, or text with a unit such as `1.6 mg/dL`.

    Attributes:
        analyte: its units and their factors.
        bare_high: the largest number that is read as mmol/L when no unit stands beside it, in a single case. Where
            there is one, the same number means different things in the units in use, and a batch needs `--unit`.
        unlikely: above it, a number without a unit is hardly mmol/L.
        levels: how values up to a limit (in mmol/L) are called; those above the last are high.
    """

    analyte: Analyte = POTASSIUM
    bare_high: float = math.inf
    unlikely: float = math.inf
    levels: tuple[tuple[float, str], ...] = ()

    @property
    def bare_limit(self) -> float:
        """See the base class."""
        return min(self.high, self.bare_high)

    def text_schema(self) -> list[JsonSchema]:
        """See the base class."""
        return [{"type": "string", "description": f"a number with its unit: {self.analyte.units}"}]

    def read_text(self, text: str) -> float:
        """See the base class."""
        return to_mmol_per_litre(text, self.analyte)

    def read_number(self, value: float) -> float:
        """See the base class."""
        if self.bare_high < value <= self.high:
            raise ValueError(f'{echo(value)} has no unit{self.doubt(value)}, such as "{value:g} mg/dL"')
        return self.within(value, value)

    def doubt(self, value: float) -> str:
        """Why a number without a unit can not be taken as it is."""
        if value > self.unlikely:
            return " and is more likely mg/dL or mEq/L than mmol/L; write the unit"
        as_mass = self.level(to_mmol_per_litre(f"{float(value)!r} mg/dL", self.analyte))
        return f"; {value:g} mg/dL is {as_mass}, {value:g} mmol/L is {self.level(value)}: write the unit"

    def level(self, value: float) -> str:
        """What a value in mmol/L is called."""
        return next((name for limit, name in self.levels if value < limit), "high")

    def expectation(self) -> str:
        """See the base class."""
        return f"{super().expectation()}, or text with a unit ({self.analyte.units})"


@dataclass(frozen=True)
class Egfr(Number):
    """Kidney function (eGFR) in mL/min/1.73 m2; a report's `>60` is accepted and reads as 60."""

    def text_schema(self) -> list[JsonSchema]:
        """See the base class."""
        return [{"type": "string", "description": "text such as >60 or 45 mL/min/1.73 m2"}]

    def read_text(self, text: str) -> float:
        """See the base class."""
        return egfr_from_text(text)


@dataclass(frozen=True)
class Choice(Kind):
    """One of a few words, in any case."""

    options: tuple[str, ...]

    def schema(self) -> JsonSchema:
        """See the base class."""
        return {"anyOf": [{"enum": list(self.options)}, {"type": "null"}]}

    def check(self, value: Any) -> str | None:
        """See the class."""
        if value is None:
            return None
        if isinstance(value, str) and value.lower() in self.options:
            return value.lower()
        raise ValueError(f"{echo(value)} is not a choice; use {' or '.join(f'`{option}`' for option in self.options)}")


@dataclass(frozen=True)
class Text(Kind):
    """Free text that the rules never read."""

    json_schema: ClassVar[JsonSchema] = {"type": ["string", "null"]}

    def check(self, value: Any) -> str | None:
        """See the class."""
        if value is None:
            return None
        if not isinstance(value, str):
            raise ValueError(f"{echo(value)} is not text; write it in quotation marks")
        return _writable(value)


def _writable(text: str) -> str:
    """The text, unless it holds half of a character, which can be read but not written out again."""
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError(f"{echo(text)} holds half of a character (a lone surrogate)")
    return text


def looks_like_data(name: str) -> bool:
    """Whether a medicine's name is rather a piece of JSON that was not taken apart."""
    return name.lstrip()[:1] in ("{", "[")


def is_name(name: str) -> bool:
    """Whether some text can be a medicine's name."""
    return bool(name.strip()) and len(name) <= LONGEST_NAME and not looks_like_data(name)


MONTHS: Final = Number(0, 720, "months")


@dataclass(frozen=True, slots=True)
class Medicine:
    """A medicine as the person named it, and for how many months it has been taken (None: unknown)."""

    name: str
    months: float | None = None


@dataclass(frozen=True)
class Medicines(Kind):
    """A list of names or of `{name, months}`; null is unknown, an empty list is none."""

    json_schema: ClassVar[JsonSchema] = {
        "anyOf": [
            {"type": "null"},
            {
                "type": "array",
                "maxItems": MOST_MEDICINES,
                "items": {
                    "anyOf": [
                        {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME},
                        {
                            "type": "object",
                            "properties": {
                                "name": {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME},
                                "months": MONTHS.schema(),
                            },
                            "required": ["name"],
                            "additionalProperties": False,
                        },
                    ]
                },
            },
        ]
    }

    def check(self, value: Any) -> tuple[Medicine, ...] | None:
        """See the class."""
        if value is None:
            return None
        if not isinstance(value, list | tuple):
            raise ValueError(f'{echo(value)} is not a list; write names in brackets, such as ["omeprazole"]')
        if len(value) > MOST_MEDICINES:
            raise ValueError(f"`{len(value)}` medicines are too many; give at most {MOST_MEDICINES}")
        return tuple(self.one(item, number) for number, item in enumerate(value, start=1))

    def one(self, item: Any, number: int) -> Medicine:
        """One entry of the list; `number` counts from 1, for the message."""
        if isinstance(item, Medicine):
            return Medicine(self.name(item.name, number), self.months(item.months, number))
        if isinstance(item, str):
            return Medicine(self.name(item, number))
        if not isinstance(item, dict):
            raise ValueError(f'entry {number} is {echo(item)}; use a name or {{"name": …, "months": …}}')
        for key in item:
            if key not in ("name", "months"):
                raise ValueError(f"entry {number} has {echo(key)}; only `name` and `months` are allowed")
        if "name" not in item:
            raise ValueError(f"entry {number} has no `name`")
        return Medicine(self.name(item["name"], number), self.months(item.get("months"), number))

    def name(self, value: Any, number: int) -> str:
        """A medicine's name: some text."""
        if not isinstance(value, str) or not value.strip() or looks_like_data(value):
            raise ValueError(f"entry {number} has the name {echo(value)}; write the name on the packet")
        if len(value) > LONGEST_NAME:
            raise ValueError(f"entry {number} has a name of {len(value)} characters; at most {LONGEST_NAME} are read")
        return _writable(value)

    def months(self, value: Any, number: int) -> float | None:
        """For how many months it has been taken."""
        try:
            months: float | None = MONTHS.taken(value)
        except ValueError as error:
            raise ValueError(f"entry {number}, `months`: {error}") from None
        return months
