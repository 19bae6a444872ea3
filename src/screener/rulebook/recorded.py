"""What health records are read for beyond the codes of `codes.csv`: what follows from results and medicines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from screener.case.answers import Kind
from screener.data import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """A result that no question asks for, and that is read for others.

    Attributes:
        kind: its units and plausible limits.
        called: for notes.
        not_the: the field that people could take it for.
    """

    id: str
    kind: Kind
    called: str
    not_the: str = ""


@dataclass(frozen=True, slots=True)
class Against:
    """A course of a medicine against a low result.

    Attributes:
        of: what it is a course of, for notes.
        classes: the medicine is one of these, and nothing else.
        prescribed: the yes/no field whether it is prescribed.
        still_low: the yes/no field whether the result is still low on it.
        rising_above: a result more than this above the first low one is rising, in the field's unit.
        weeks: the field for how many weeks it has been prescribed; empty when none asks for that.
    """

    of: str
    classes: frozenset[str]
    prescribed: str
    still_low: str
    rising_above: float
    weeks: str = ""


@dataclass(frozen=True, slots=True)
class Low:
    """What a low result answers.

    Attributes:
        below: the limit, in the field's unit.
        answers: the yes/no field.
        course: a course against it, if records are read for one.
    """

    below: float
    answers: str
    course: Against | None = None


@dataclass(frozen=True, slots=True)
class Unclear:
    """When a low result says nothing: another one is low, too.

    Attributes:
        below: under this it is low, in the field's unit.
        called: the result, for notes.
        measure: the other result.
        measure_below: under this the other one is low, in its unit.
        tells: what would tell, for notes.
    """

    below: float
    called: str
    measure: str
    measure_below: float
    tells: str


@dataclass(frozen=True, slots=True)
class ResultRead:
    """What the results of a field answer besides it.

    Attributes:
        called: for notes.
        measured: the yes/no field whether there is a result at all; or empty.
    """

    field: str
    called: str
    measured: str = ""
    low: Low | None = None
    unclear: Unclear | None = None


@dataclass(frozen=True, slots=True)
class TakenRead:
    """A yes/no field that the medicines taken on the day answer.

    Attributes:
        answers: the field.
        classes: one of these is taken.
        months: the field for how many months it has been taken; or empty.
        prescribed: only what is (True) or is not (False) prescribed counts; None for both.
        by_mouth: only what is swallowed counts.
    """

    answers: str
    classes: frozenset[str]
    months: str = ""
    prescribed: bool | None = None
    by_mouth: bool = False


@dataclass(frozen=True, slots=True)
class Computed:
    """A field that is worked out from another result by an equation.

    Attributes:
        by: the equation.
        source: the result it is worked out from.
        factor: what one unit of the equation is in the unit of that result.
        not_in: the yes/no fields with which the equation says nothing, each in words.
    """

    field: str
    by: str
    source: str
    factor: float
    not_in: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Records:
    """All of it; a book may have none of it.

    Attributes:
        measures: by id.
        settings: the settings that it uses.
    """

    measures: Mapping[str, Measure] = field(default_factory=dict)
    results: tuple[ResultRead, ...] = ()
    medicines: tuple[TakenRead, ...] = ()
    computed: tuple[Computed, ...] = ()
    settings: frozenset[str] = frozenset()
