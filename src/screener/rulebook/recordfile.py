"""`records.yaml`: its shape, and what it says; what is wrong is noted at its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from screener.case.answers import Kind, Lab, Measured, Number, YesNo
from screener.data import dataclass
from screener.rulebook.entries import Entry
from screener.rulebook.files import AnalyteEntry
from screener.rulebook.kinds import analyte_of
from screener.rulebook.parse import WRONG, ConditionParser, Vocabulary
from screener.rulebook.recorded import Against, Computed, Low, Measure, Records, ResultRead, TakenRead, Unclear
from screener.rulebook.values import Words, YesNoWord
from screener.rulebook.wording import Filled, check_placeholders

Name: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
LimitData: TypeAlias = float | int | Annotated[str, Field(pattern=r"^\$")]
Classes: TypeAlias = Annotated[list[Words], Field(min_length=1)]
Entries: TypeAlias = Callable[[str], Iterator[Entry]]

# each equation with the unit of what it is worked out from, and of its result
EQUATIONS: Final = {"ckd-epi-2021": ("mg/dL", "mL/min/1.73 m2")}


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class MeasureEntry(AnalyteEntry):
    """A result that no question asks for, and that is read for others."""

    id: Name
    from_: float | int = Field(alias="from")
    to: float | int
    not_the: Words | None = None


class CourseEntry(_File):
    """A course of a medicine against a low result."""

    of: Words
    classes: Classes
    prescribed: Words
    weeks: Words | None = None
    still_low: Words
    rising_above: LimitData


class LowEntry(_File):
    """What a low result answers, and a course against it."""

    below: LimitData
    answers: Words
    course: CourseEntry | None = None


class UnclearEntry(_File):
    """When a low result says nothing: another one is low, too."""

    below: LimitData
    called: Words
    measure: Words
    measure_below: LimitData
    tells: Words


class ResultEntry(_File):
    """What the results of a field answer besides it."""

    field: Words
    measured: Words | None = None
    low: LowEntry | None = None
    unclear: UnclearEntry | None = None


class TakenEntry(_File):
    """A yes/no field that the medicines taken on the day answer."""

    answers: Words
    classes: Classes
    months: Words | None = None
    prescribed: YesNoWord | None = None
    by_mouth: YesNoWord = False


class ComputedEntry(_File):
    """A field that is worked out from another result by an equation."""

    field: Words
    by: Literal["ckd-epi-2021"]
    from_: Words = Field(alias="from")
    not_in: dict[str, Words] = {}


class RecordsFile(_File):
    """records.yaml"""

    measures: list[MeasureEntry] = []
    results: list[ResultEntry] = []
    medicines: list[TakenEntry] = []
    computed: list[ComputedEntry] = []


def records_of(entries: Entries, vocabulary: Vocabulary) -> Records:
    """What records are read for.

    Args:
        entries: gives the entries of a kind.
        vocabulary: the names that they may use.
    """
    measures = {entry.data.id: measure_of(entry, vocabulary.fields) for entry in entries("measures")}
    kinds = {**{name: measure.kind for name, measure in measures.items()}, **vocabulary.fields}
    reading = _Reading(vocabulary, kinds)
    return Records(
        measures,
        tuple(reading.result(entry) for entry in entries("results")),
        tuple(reading.taken(entry) for entry in entries("medicines")),
        tuple(reading.computed(entry) for entry in entries("computed")),
        frozenset(reading.settings),
    )


def measure_of(entry: Entry, fields: Mapping[str, Kind]) -> Measure:
    """A result that is read for others."""
    data: MeasureEntry = entry.data
    if not data.from_ < data.to:
        entry.problem(f"`from` ({data.from_:g}) should be less than `to` ({data.to:g})", "from")
    if data.not_the is not None and data.not_the not in fields:
        entry.unknown("field", data.not_the, fields, "not_the")
    entry.unfilled("name")
    analyte = analyte_of(data, entry.problem)
    return Measure(data.id, Lab(data.from_, data.to, data.unit, analyte=analyte), analyte.name, data.not_the or "")


@dataclass
class _Reading:
    """Reads entries that name fields, measures, settings and classes.

    Attributes:
        kinds: of the fields and measures.
        settings: the settings that were used so far.
    """

    vocabulary: Vocabulary
    kinds: Mapping[str, Kind]
    settings: set[str] = field(default_factory=set)

    def result(self, entry: Entry) -> ResultRead:
        """What the results of a field answer besides it."""
        data: ResultEntry = entry.data
        kind = self.number(entry, data.field, "field")
        if data.measured is None and data.low is None and data.unclear is None:
            entry.problem(
                f"results of `{data.field}` answer nothing here; write `measured`, `low` or `unclear`", "field"
            )
        called = kind.analyte.name if isinstance(kind, Measured) else data.field
        measured = self.yes_no(entry, data.measured, "measured")
        low = self.low(entry.inside("low"), data.field, kind) if kind and data.low else None
        unclear = self.unclear(entry.inside("unclear"), data.field, kind) if kind and data.unclear else None
        return ResultRead(data.field, called, measured, low, unclear)

    def low(self, entry: Entry, name: str, kind: Number) -> Low:
        """What a low result answers."""
        data: LowEntry = entry.data
        below = self.limit(entry, name, kind, "below")
        answers = self.yes_no(entry, data.answers, "answers")
        return Low(below, answers, self.against(entry.inside("course"), name, kind) if data.course else None)

    def against(self, entry: Entry, name: str, kind: Number) -> Against:
        """A course of a medicine against a low result."""
        data: CourseEntry = entry.data
        entry.unfilled("of")
        rise = self.limit(entry, name, kind, "rising_above", within=False)
        if rise < 0:
            message = f"`rising_above` ({rise:g}) is how much more than the first low result: 0 or more"
            entry.problem(message, "rising_above")
        return entry.made(
            Against,
            classes=self.classes(entry),
            prescribed=self.yes_no(entry, data.prescribed, "prescribed"),
            still_low=self.yes_no(entry, data.still_low, "still_low"),
            rising_above=rise,
            weeks=self.time(entry, "weeks"),
        )

    def unclear(self, entry: Entry, name: str, kind: Number) -> Unclear:
        """When a low result says nothing."""
        data: UnclearEntry = entry.data
        entry.unfilled("called", "tells")
        other = self.number(entry, data.measure, "measure")
        measure_below = self.limit(entry, data.measure, other, "measure_below") if other else WRONG
        return entry.made(Unclear, below=self.limit(entry, name, kind, "below"), measure_below=measure_below)

    def taken(self, entry: Entry) -> TakenRead:
        """A field that the medicines taken answer."""
        return entry.made(
            TakenRead,
            answers=self.yes_no(entry, entry.data.answers, "answers"),
            classes=self.classes(entry),
            months=self.time(entry, "months"),
        )

    def computed(self, entry: Entry) -> Computed:
        """A field that is worked out by an equation."""
        data: ComputedEntry = entry.data
        unit_in, unit_out = EQUATIONS[data.by]
        result, source = self.number(entry, data.field, "field"), self.number(entry, data.from_, "from")
        if result is not None and _factor(result, unit_out) != 1:
            entry.problem(f"`{data.by}` gives {unit_out}, and `{data.field}` is in {result.unit}", "field")
        factor = _factor(source, unit_in) if source is not None else 1
        if factor is None:
            entry.problem(f"`{data.by}` needs {unit_in}, which is not a unit of `{data.from_}`", "from")
        for name, words in data.not_in.items():
            self.yes_no(entry, name, "not_in", name)
            check_placeholders(entry.document, (*entry.path, "not_in", name), words, Filled("not_in"))
        return Computed(data.field, data.by, data.from_, float(factor or 1), tuple(data.not_in.items()))

    # names

    def yes_no(self, entry: Entry, name: str | None, *keys: str) -> str:
        """A yes/no field; empty when none is named."""
        known = self.vocabulary.fields
        there = name is not None and self.is_there(entry, name, known, "field", *keys)
        if there and not isinstance(known[name or ""], YesNo):
            entry.problem(f"`{name}` should be a yes/no question", *keys)
        return name or ""

    def time(self, entry: Entry, unit: str) -> str:
        """The field for a time, under the name of its unit; empty when none is named."""
        name: str | None = getattr(entry.data, unit)
        if name is not None and self.is_there(entry, name, self.vocabulary.fields, "field", unit):
            kind = self.vocabulary.fields[name]
            if not isinstance(kind, Number) or kind.unit != unit:
                entry.problem(f"`{name}` should be a number in {unit}", unit)
        return name or ""

    def number(self, entry: Entry, name: str, *keys: str) -> Number | None:
        """A field or measure that is a number; None, with the problem noted, when it is none."""
        if not self.is_there(entry, name, self.kinds, "field or measure", *keys):
            return None
        kind = self.kinds[name]
        if isinstance(kind, Number):
            return kind
        entry.problem(f"`{name}` is not a number, so no result answers it", *keys)
        return None

    def is_there(self, entry: Entry, name: str, known: Mapping[str, Any], what: str, *keys: str) -> bool:
        """Whether a name is known; noted when it is not. A field with a wrong question was told already."""
        if name in known:
            return name not in self.vocabulary.unsure
        entry.unknown(what, name, known, *keys)
        return False

    def classes(self, entry: Entry) -> frozenset[str]:
        """Classes of the medicine table."""
        known = self.vocabulary.medicines.classes
        for index, name in enumerate(entry.data.classes):
            if name not in known:
                entry.problem(
                    f"no medicine has the class `{name}`{entry.document.hints(name, known)}", "classes", index
                )
        return frozenset(entry.data.classes)

    def limit(self, entry: Entry, name: str, kind: Number, key: str, within: bool = True) -> float:
        """A limit for a field or measure, as a number or the `$name` of a setting, which is remembered.

        Args:
            within: whether it is a value of that field or measure, and not a difference.
        """
        value = getattr(entry.data, key)
        if isinstance(value, str):
            self.settings.add(value.removeprefix("$"))
        parser = ConditionParser(entry.document, self.vocabulary)
        read = parser.within if within else parser.limit
        return read(name, kind, value, (*entry.path, key))


def _factor(kind: Number, unit: str) -> Any:
    """The factor of a unit of a laboratory value; None when it has no such unit."""
    return kind.analyte.factor(unit) if isinstance(kind, Measured) else None
