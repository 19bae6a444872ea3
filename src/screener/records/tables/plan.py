"""What is read of each table: its columns by what they say, and which words in them mean what."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from screener.records.codes import IGNORE, system_name
from screener.records.tables.mapping import ActiveBy, Comparator, Conditions, Drugs, Join, Mapping, Measurements

Cells: TypeAlias = dict[str, str | None]  # by role, or by column

MEASUREMENT: Final = "measurement"
DRUG: Final = "drug"
CONDITION: Final = "condition"
# keys of a mapping that name columns, or say more of one
ROLES: Final = (
    "code", "system", "name", "text", "number", "unit", "time", "comparator", "start", "end", "route", "status",
    "active",
)  # fmt: skip


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
        translate: turns the cells of a row into others, such as concept ids into codes.
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
    translate: Callable[[Cells], Cells] | None = None


@dataclass(frozen=True)
class PeoplePlan:
    """The table of persons.

    Attributes:
        file: its name in the folder.
        id: the column with who they are.
        columns: by role: `sex`, `birth`, `age`, `in_year`, or `year`, `month` and `day` of birth.
        sexes: words of the role `sex`, and the sexes that they mean.
    """

    file: str
    id: str
    columns: Map[str, str]
    sexes: Map[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """All tables of a folder."""

    people: PeoplePlan
    tables: tuple[TablePlan, ...]


def plan_of(mapping: Mapping) -> Plan:
    """What a mapping file says is read."""
    people = mapping.person
    sex, age = people.sex, people.age
    columns = {"sex": sex, "birth": people.birth, "age": age, "in_year": age.in_year if age else None}
    sexes = dict.fromkeys(sex.male, "male") | dict.fromkeys(sex.female, "female") if sex else {}
    return Plan(PeoplePlan(people.file, people.id, _columns(columns), sexes), tuple(map(_table, mapping.tables)))


def _columns(said: Map[str, Any]) -> dict[str, str]:
    """For each role its column: the name of it, or what is said of it and more."""
    return {role: one if isinstance(one, str) else one.column for role, one in said.items() if one}


def _table(table: Measurements | Drugs | Conditions) -> TablePlan:
    code, said = table.code, {role: getattr(table, role, None) for role in ROLES}
    system_from = code.system_from if code else None
    status, comparator = said["status"], said["comparator"]
    active = table.active if isinstance(table, Conditions) and isinstance(table.active, ActiveBy) else None
    return TablePlan(
        table.kind,
        table.file,
        table.person,
        _columns({**said, "active": active, "system": system_from}),
        {column: tuple(words) for column, words in table.where.items()},
        table.join,
        system_name(code.system) if code and code.system else "",
        {word: system_name(name) for word, name in system_from.values.items()} if system_from else {},
        names=table.names if isinstance(table, Measurements) else {},
        units=table.units if isinstance(table, Measurements) else {},
        signs=comparator.values if isinstance(comparator, Comparator) else {},
        taken=tuple(status.taken) if status else None,
        active=tuple(active.values) if active else None,
        prescribed=not isinstance(table, Drugs) or table.prescribed == "yes",
        date_format=table.date_format or "",
    )


def meaning_of(words: str) -> tuple[str, str]:
    """The field and use that a name of a result means: `potassium/blood`; nothing for `ignore`."""
    if words == IGNORE:
        return "", IGNORE
    field_name, _, use = words.partition("/")
    return field_name, use
