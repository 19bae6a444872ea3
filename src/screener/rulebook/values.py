"""How single values are written in rule files: ids, words, sources, yes and no."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

from screener.rulebook.levels import USUAL

Id: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]
Moment: TypeAlias = Annotated[  # a version of the book or a date; `shape.py` says which are right
    str,
    BeforeValidator(lambda value: str(value) if type(value) in (int, float) else value),  # as YAML reads `2.0`
    WithJsonSchema({"type": "string", "pattern": r"^([0-9]+\.[0-9]+\.[0-9]+|[0-9]{4}-[0-9]{2}-[0-9]{2})$"}),
]
SourceId: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*$", max_length=40)]
Words: TypeAlias = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Sources: TypeAlias = Annotated[list[SourceId], Field(min_length=1)]
ConditionData: TypeAlias = Annotated[Any, WithJsonSchema({"x-definition": "condition"})]
AnswersData: TypeAlias = Annotated[dict[str, Any], WithJsonSchema({"x-definition": "answers"})]
UsualData: TypeAlias = Annotated[dict[Literal["at_least", "at_most", "above", "below"], Any], Field(min_length=1)]
LevelName: TypeAlias = Annotated[Id, WithJsonSchema({"enum": list(USUAL)})]  # of the book; these where it names none


def _word(value: Any) -> Any:
    return {"yes": True, "no": False}.get(value, value) if isinstance(value, str) else value


YesNoWord: TypeAlias = Annotated[bool, BeforeValidator(_word), WithJsonSchema({"enum": ["yes", "no", True, False]})]
ImpliedWord: TypeAlias = Annotated[
    Literal["no", "none", "not reported"],
    BeforeValidator(lambda value: "no" if value is False else value),
    WithJsonSchema({"enum": ["no", "none", "not reported", False]}),
]


def is_day(text: str) -> bool:
    """Whether a text such as `2026-11-28` is a day."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
