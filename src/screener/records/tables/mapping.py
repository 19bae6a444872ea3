"""Mapping files: which columns of which tables say what. Wrong ones are errors with line and column."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, Literal, Self, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from screener.errors import RuleBookError, UsageError, as_file_error, echo, echo_path
from screener.rulebook.document import Document, parse_document

Name: TypeAlias = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200)]
# parts of the place of a problem that name a choice, and no key
CHOICES: Final = ("measurement", "drug", "condition", "Comparator", "ActiveBy", "literal['events']", "constrained-str")


def _text(value: Any) -> Any:
    """Words and numbers alike: a column may hold either."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Word: TypeAlias = Annotated[str, BeforeValidator(_text)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    # of some keys, how many may be said, and what is wrong when it is another number
    said: ClassVar[tuple[tuple[tuple[str, ...], tuple[int, ...], str], ...]] = ()

    @model_validator(mode="after")
    def _as_many(self) -> Self:
        for names, allowed, message in self.said:
            if sum(getattr(self, name) is not None for name in names) not in allowed:
                raise ValueError(message)
        return self


class Column(_Part):
    """A column."""

    column: Name


class Sex(Column):
    """Which words of a column mean which sex."""

    female: list[Word]
    male: list[Word]


class AgeInYear(Column):
    """An age in years, and the year in which it was so."""

    in_year: Name = Field(alias="in-year")


class People(_Part):
    """The table with one row a person."""

    said = ((("birth", "age"), (0, 1), "give `birth` or `age`, not both"),)
    file: Name
    id: Name
    sex: Sex | None = None
    birth: Column | None = None
    age: AgeInYear | None = None


class SystemFrom(Column):
    """A column that says which code system a row is in."""

    values: dict[Word, Name]


class Code(Column):
    """A column with codes, and their system."""

    said = ((("system", "system_from"), (1,), "say `system` or `system-from`"),)
    system: Name | None = None
    system_from: SystemFrom | None = Field(default=None, alias="system-from")


class Comparator(Column):
    """A column with signs, or words for them."""

    values: dict[Word, Literal["<", "<=", ">", ">=", "="]] = {}


class Join(_Part):
    """Cells that are in another file."""

    file: Name
    on: Name
    take: dict[Name, Name]


class Status(Column):
    """A column that says whether a medicine was taken."""

    taken: list[Word]


class ActiveBy(Column):
    """A column that says whether a condition is active."""

    values: list[Word]


class _Table(_Part):
    file: Name
    person: Name
    where: dict[Name, list[Word]] = {}
    join: Join | None = None
    date_format: Name | None = Field(default=None, alias="date-format")


class Measurements(_Table):
    """A table with a row for each result."""

    said = (
        (("code", "name"), (1,), "say `code`, or `name` with `names`"),
        (("text", "number"), (1, 2), "say `text`, `number`, or both"),
    )
    kind: Literal["measurement"]
    code: Code | None = None
    name: Name | None = None
    names: dict[Word, Name] = {}
    text: Name | None = None
    number: Name | None = None
    comparator: Name | Comparator | None = None
    unit: Name | None = None
    units: dict[Name, Name] = {}
    time: Name
    low: Name | None = None
    high: Name | None = None


class Drugs(_Table):
    """A table with a row for each prescription, or medicine taken."""

    said = ((("code", "name"), (1, 2), "say `name`, `code`, or both"),)
    kind: Literal["drug"]
    code: Code | None = None
    name: Name | None = None
    start: Name
    end: Name | None = None
    route: Name | None = None
    prescribed: Literal["yes", "no"] = "yes"
    status: Status | None = None


class Conditions(_Table):
    """A table with a row for each diagnosis."""

    kind: Literal["condition"]
    code: Code
    start: Name | None = None
    end: Name | None = None
    active: Literal["events"] | ActiveBy = "events"


Table: TypeAlias = Annotated[Measurements | Drugs | Conditions, Field(discriminator="kind")]


class Mapping(_Part):
    """A mapping file."""

    version: Literal[1] = Field(alias="screener-map")
    person: People
    tables: list[Table]


def read_mapping(path: Path) -> Mapping:
    """A mapping file.

    Raises:
        UsageError: it is wrong; every problem with line and column.
        FileError: it cannot be read.
    """
    with as_file_error(f"{echo_path(str(path))} cannot be read"):
        raw = path.read_bytes()
    try:
        document = parse_document(raw, str(path))
    except RuleBookError as error:
        raise UsageError(str(error)) from None
    if document.problems:
        raise UsageError("\n".join(str(problem) for problem in document.problems))
    try:
        return Mapping.model_validate(document.data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            _note(document, dict(detail))
        raise UsageError("\n".join(str(problem) for problem in document.problems)) from None


def _note(document: Document, detail: dict[str, Any]) -> None:
    """One problem of a mapping, at its place."""
    path = tuple(part for part in detail["loc"] if part not in CHOICES)
    name = echo(str(path[-1])) if path else "the mapping"
    if detail["type"] == "extra_forbidden":
        known = (*Measurements.model_fields, *Drugs.model_fields, *Conditions.model_fields, *People.model_fields)
        message = f"there is no key {name} here{document.hints(str(path[-1]), known)}"
    elif detail["type"] == "missing":
        message = f"{name} is missing"
    elif detail["type"] == "value_error":
        message = str(detail["ctx"]["error"])
    else:
        message = f"{name}: {str(detail['msg'])[0].lower()}{str(detail['msg'])[1:]}"
    document.problem(path, message)
