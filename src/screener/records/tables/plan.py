"""What is read of each table: its columns by what they say, and which words in them mean what."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from typing import Final

from screener.records.codes import system_name
from screener.records.tables.mapping import IGNORE, Comparator, Conditions, Drugs, Join, Mapping, Measurements

MEASUREMENT: Final = "measurement"
DRUG: Final = "drug"
CONDITION: Final = "condition"


@dataclass(frozen=True)
class TablePlan:
    """One table.

    Attributes:
        kind: `measurement`, `drug` or `condition`.
        file: its name in the folder.
        person: the column that says who.
        columns: for each role the column that plays it, such as `time` or `code`.
        where: rows count only when these columns hold one of these words.
        join: cells of another file.
        system: of its codes, where there is one for all.
        systems: words of the role `system`, and the code systems that they mean.
        names: what a name of a result means: a field and its use, or `ignore`.
        units: of results without one, by field.
        signs: words of the role `comparator`, and the signs that they mean.
        taken: words of the role `status` of medicines that were taken; None: all were.
        active: words of the role `active` of conditions that are so; None: each row is an event.
        prescribed: whether a row of medicine is a prescription.
        self_reports: words of the role `type` of medicines that people say they take.
        date_format: how its dates are written, when not as ISO has them.
    """

    kind: str
    file: str
    person: str
    columns: Map[str, str]
    where: Map[str, tuple[str, ...]] = field(default_factory=dict)
    join: Join | None = None
    system: str = ""
    systems: Map[str, str] = field(default_factory=dict)
    names: Map[str, str] = field(default_factory=dict)
    units: Map[str, str] = field(default_factory=dict)
    signs: Map[str, str] = field(default_factory=dict)
    taken: tuple[str, ...] | None = None
    active: tuple[str, ...] | None = None
    prescribed: bool = True
    self_reports: frozenset[str] = frozenset()
    date_format: str = ""


@dataclass(frozen=True)
class PeoplePlan:
    """The table of persons.

    Attributes:
        file: its name in the folder.
        id: the column with who they are.
        columns: by role: `sex`, `birth`, `age`, `in_year`, or `year`, `month` and `day` of birth.
        female: words that mean so.
        male: words that mean so.
    """

    file: str
    id: str
    columns: Map[str, str]
    female: frozenset[str] = frozenset()
    male: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Plan:
    """All tables of a folder."""

    people: PeoplePlan
    tables: tuple[TablePlan, ...]


def plan_of(mapping: Mapping) -> Plan:
    """What a mapping file says is read."""
    people = mapping.person
    columns = {
        "sex": people.sex.column if people.sex else "",
        "birth": people.birth.column if people.birth else "",
        "age": people.age.column if people.age else "",
        "in_year": people.age.in_year if people.age else "",
    }
    sex = people.sex
    return Plan(
        PeoplePlan(
            people.file,
            people.id,
            _given(columns),
            frozenset(sex.female if sex else ()),
            frozenset(sex.male if sex else ()),
        ),
        tuple(_table(table) for table in mapping.tables),
    )


def _given(columns: Map[str, str | None]) -> dict[str, str]:
    return {role: column for role, column in columns.items() if column}


def _table(table: Measurements | Drugs | Conditions) -> TablePlan:
    code = table.code
    columns: dict[str, str | None] = {"code": code.column if code else None}
    system_from = code.system_from if code else None
    if system_from is not None:
        columns["system"] = system_from.column
    make = {Measurements: _measurements, Drugs: _drugs, Conditions: _conditions}[type(table)]
    more, rest = make(table)  # type: ignore[operator]
    return TablePlan(
        table.kind,
        table.file,
        table.person,
        _given({**columns, **more}),
        {column: tuple(words) for column, words in table.where.items()},
        table.join,
        system_name(code.system) if code and code.system else "",
        {word: system_name(name) for word, name in system_from.values.items()} if system_from else {},
        date_format=table.date_format or "",
        **rest,
    )


def _measurements(table: Measurements) -> tuple[dict[str, str | None], dict[str, object]]:
    comparator = table.comparator
    worded = isinstance(comparator, Comparator)
    columns = {
        "name": table.name,
        "text": table.text,
        "number": table.number,
        "unit": table.unit,
        "time": table.time,
        "comparator": comparator.column if isinstance(comparator, Comparator) else comparator,
    }
    signs = dict(comparator.values) if isinstance(comparator, Comparator) and worded else {}
    return columns, {"names": dict(table.names), "units": dict(table.units), "signs": signs}


def _drugs(table: Drugs) -> tuple[dict[str, str | None], dict[str, object]]:
    columns = {"name": table.name, "start": table.start, "end": table.end, "route": table.route}
    columns["status"] = table.status.column if table.status else None
    taken = tuple(table.status.taken) if table.status else None
    return columns, {"taken": taken, "prescribed": table.prescribed == "yes"}


def _conditions(table: Conditions) -> tuple[dict[str, str | None], dict[str, object]]:
    active = None if isinstance(table.active, str) else table.active
    columns = {"start": table.start, "end": table.end, "active": active.column if active else None}
    return columns, {"active": tuple(active.values) if active else None}


def meaning_of(words: str) -> tuple[str, str]:
    """The field and use that a name of a result means: `potassium/blood`; nothing for `ignore`."""
    if words == IGNORE:
        return "", IGNORE
    field_name, _, use = words.partition("/")
    return field_name, use
