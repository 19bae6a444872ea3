"""What some data write for missing, yes and no, and in which units: said by the person who runs the batch.

A reader cannot know whether `9` is an age or a missing one, or `0.9` a magnesium in mmol/L or in mg/dL. Nothing is
guessed: what is not said here is read as in a case file, or refused with the option that would say it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from screener.case.answers import YES_NO_WORDS, Kind, Lab, Measured, OneUnitLab, YesNo
from screener.case.fields import Fields
from screener.errors import UsageError, did_you_mean, echo

MISSING: Final = "missing"
MEANINGS: Final = {MISSING: None, "yes": True, "no": False}
OPTIONS: Final = {MISSING: "--na", "yes": "--yes", "no": "--no"}
OURS: Final = {**YES_NO_WORDS, "true": True, "false": False}
OFTEN_MISSING: Final = frozenset(
    ["", "na", "n/a", "#n/a", "<na>", "nan", "nat", "null", "none", "nil", "nul", ".", "..", "-", "--", "?", "missing",
     "-1", "-9", "-99", "-999", "-9999", "99", "999", "9999"]
)  # fmt: skip
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]{0,300})(\.[0-9]{1,300})?([eE][+-]?[0-9]{1,3})?")


def spelled(value: Any) -> str | None:
    """A value as a code is compared with it: letter by letter, numbers by their value; None when it can be no code."""
    if isinstance(value, str):
        text = value.strip()
        if _NUMBER.fullmatch(text):
            return spelled(float(text))
        return "NaN" if text.lower() == "nan" else text
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else None
    return str(int(value)) if abs(value) < 1e15 and value == int(value) else repr(value)


@dataclass(frozen=True)
class Notation:
    """How some data write what they say.

    Attributes:
        fields: what a case may say.
        words: what is written, with what it means: `missing` (in every field), `yes` or `no` (in yes/no fields).
        units: of laboratory fields, the unit of numbers without one, as it was given.
    """

    fields: Fields
    words: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        fields: Fields,
        na: Iterable[str] = (),
        yes: Iterable[str] = (),
        no: Iterable[str] = (),
        units: Iterable[str] = (),
    ) -> Notation:
        """From what the options of the command line say.

        Args:
            fields: what a case may say.
            na: what is written for missing, each perhaps several with commas between them.
            yes: what is written for yes.
            no: what is written for no.
            units: texts such as `magnesium=mg/dL`.

        Raises:
            UsageError: a code means two things, or a field or unit does not exist.
        """
        words: dict[str, str] = {}
        for meaning, given in ((MISSING, na), ("yes", yes), ("no", no)):
            for word in _each(given, OPTIONS[meaning]):
                code = spelled(word) or ""
                _check_word(code, meaning, words)
                words[code] = meaning
        return cls(fields, words, _units(_each(units, "--unit"), fields))

    def data(self) -> list[Any]:
        """What must be the same when a stopped run is resumed."""
        return [sorted(self.words.items()), sorted(self.units.items())]

    def __bool__(self) -> bool:
        return bool(self.words or self.units)

    @cached_property
    def missing_numbers(self) -> list[float]:
        """The numbers that mean missing."""
        return [float(code) for code, meaning in self.words.items() if meaning == MISSING and _NUMBER.fullmatch(code)]

    def code(self, name: str, value: Any) -> str | None:
        """The code that a value of a field is; None when it is none."""
        code = spelled(value) if self.words else None
        if code is None or code not in self.words:
            return None
        return code if self.words[code] == MISSING or isinstance(self.fields.get(name), YesNo) else None

    def label(self, name: str, value: Any) -> str | None:
        """The same as the summary names it."""
        code = self.code(name, value)
        return None if code is None else f"{code} = {self.words[code]}"

    def unit_label(self, name: str) -> str | None:
        """How the summary names that a number was read in the unit that was said; None when none was."""
        return f"{name} in {self.units[name]}" if name in self.units else None

    def used(self, name: str, value: Any) -> str | None:
        """How the summary names what was needed to read a value; None when nothing was."""
        return self.label(name, value) or (self.unit_label(name) if _is_bare(value) else None)

    def lacks_unit(self, name: str, value: Any) -> bool:
        """Whether a value is a number that is refused because nobody said its unit."""
        return _is_bare(value) and self.needs_unit(name)

    def needs_unit(self, name: str) -> bool:
        """Whether a number without a unit could well be in several, so that many cases must not be read without it."""
        kind = self.fields.get(name)
        return isinstance(kind, Lab) and math.isfinite(kind.bare_high) and name not in self.units

    def understood(self, name: str, value: Any) -> Any:
        """A value as the intake takes it.

        Raises:
            ValueError: it is a number that needs a unit; the message says how to give it.
        """
        code = self.code(name, value)
        if code is not None:
            return MEANINGS[self.words[code]]
        if self.lacks_unit(name, value):
            *others, first = units_of(self.fields[name])
            raise ValueError(
                f"{echo(value)} has no unit; pass `--unit {name}={first}` (or {', '.join(others)}), whichever these "
                "data are in, or write it after the number"
            )
        said = name in self.units and isinstance(self.fields[name], Lab) and _is_bare(value)
        return f"{value!r} {self.units[name]}" if said else value

    def uncoded(self, name: str, value: Any) -> Any:
        """The same for a text or number that is no code; a code is left to the careful reader, which counts it."""
        if self.code(name, value) is not None:
            raise ValueError
        return self.understood(name, value)

    def unit(self, name: str) -> str:
        """The unit of numbers without one, of a laboratory field."""
        kind = self.fields[name]
        return self.units.get(name) or (kind.analyte.unit if isinstance(kind, Measured) else "")

    def factor(self, name: str) -> Decimal | None:
        """What gives a number without a unit in the field's own unit; None when such numbers are refused."""
        if name in self.units:
            return _factor(self.fields[name], self.units[name])
        return None if self.needs_unit(name) else Decimal(1)


def _is_bare(value: Any) -> bool:
    """Whether a value is a number without a unit."""
    return type(value) in (int, float) and math.isfinite(value)


def units_of(kind: Kind) -> list[str]:
    """The units of a laboratory field as they are usually written; none for any other field."""
    if isinstance(kind, Lab):
        return list(kind.analyte.factors)
    return [kind.analyte.unit.replace(" ", "")] if isinstance(kind, OneUnitLab) else []


def hint(kind: Kind | None, value: Any) -> str:
    """Which option would say what a refused value means, to be added to the message; often nothing."""
    code = spelled(value)
    if not code or len(code) > 20 or "`" in code:
        return ""
    often = code.lower() in OFTEN_MISSING
    if isinstance(kind, YesNo):
        ways = "`--yes`, `--no` or `--na`" if not often or _NUMBER.fullmatch(code) else "`--na`"
        return f"; {ways} with `{code}` says what it means"
    return f"; if it means missing, `--na {code}` says so" if often else ""


def _each(given: Iterable[str], option: str) -> list[str]:
    """The codes in the values of one option."""
    found: list[str] = []
    for text in given:
        parts = [part.strip() for part in text.split(",")] if text.strip() else [""]
        if "" in parts and len(parts) > 1:
            raise UsageError(f"{option} {echo(text)} has nothing between two commas; write such as `{option} NA,-999`")
        found += parts
    return found


def _check_word(code: str, meaning: str, words: Mapping[str, str]) -> None:
    ours = OURS.get(code.lower(), MEANINGS[meaning])
    if ours is not MEANINGS[meaning]:
        already = {True: "yes", False: "no", None: "unknown"}[ours]
        raise UsageError(f"{OPTIONS[meaning]}: {echo(code)} means {already} already")
    if words.get(code, meaning) != meaning:
        raise UsageError(f"{echo(code)} cannot be given to both {OPTIONS[words[code]]} and {OPTIONS[meaning]}")


def _units(texts: Iterable[str], fields: Fields) -> dict[str, str]:
    """The units in texts such as `magnesium=mg/dL`, by field."""
    labs = {name: units_of(kind) for name, kind in fields.items() if units_of(kind)}
    found: dict[str, str] = {}
    for text in texts:
        name, _, unit = (part.strip() for part in text.partition("="))
        if name not in labs:
            hint = did_you_mean(name, labs)
            raise UsageError(f"--unit: {echo(name)} is not a field with units{hint}; use {', '.join(labs)}")
        factor = _factor(fields[name], unit)
        if factor is None:
            ways = " or ".join(f"`--unit {name}={one}`" for one in labs[name])
            raise UsageError(f"--unit: {echo(unit)} is not a unit of {name}; use {ways}")
        if _factor(fields[name], found.get(name, unit)) != factor:
            raise UsageError(f"--unit: {name} cannot be in both {found[name]} and {unit}")
        found[name] = unit
    return found


def _factor(kind: Kind, unit: str) -> Decimal | None:
    """What gives a value in this unit in the field's own unit."""
    return kind.analyte.factor(unit) if isinstance(kind, Lab | OneUnitLab) else None


class Uses:
    """Which rows of a block used which code; the doubtful ones are counted by whoever reads them again."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, NDArray[np.bool_]]] = []

    def note(self, label: str | None, rows: NDArray[np.bool_]) -> None:
        """These rows used a code."""
        if label and rows.any():
            self.rows.append((label, rows))

    def note_all(self, labels: Sequence[str | None], places: NDArray[np.int64]) -> None:
        """The rows used these codes, each that at its place."""
        for label in set(labels) - {None}:
            self.note(label, np.array([other == label for other in labels], np.bool_)[places])

    def count(self, doubtful: NDArray[np.bool_]) -> Counter[str]:
        """How often each code was used in the other rows."""
        found: Counter[str] = Counter()
        for label, rows in self.rows:
            found[label] += int(np.count_nonzero(rows & ~doubtful))
        return +found
