"""The intake: a Pydantic model of the answers of one case, its limits, and its errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Self

from pydantic import BaseModel, ConfigDict, ValidationError, create_model
from pydantic_core import ErrorDetails

from screener.case.answered import Answered
from screener.case.answers import Kind, Text
from screener.case.fields import CASE_ID, Fields
from screener.errors import CaseError, FieldProblem, Hints, at_most, echo

MADE: Final = "_made"  # what the class of cases with some fields is kept under, with the fields


class BaseIntake(Answered, BaseModel):
    """One person's answers to the fields of a rule book. Each is optional; see the module for what absence means.

    Raises:
        CaseError: from `read`, when anything is wrong; the plain constructor raises pydantic's own error.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, title="Screener case")

    fields: ClassVar[Fields]
    case_id: Annotated[str | None, Text()] = None

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Gather the fields of a class of answers, in the order of the model."""
        kinds = {
            name: next(item for item in info.metadata if isinstance(item, Kind))
            for name, info in cls.model_fields.items()
            if name != CASE_ID
        }
        cls.fields = Fields(kinds)

    @classmethod
    def read(cls, answers: Any, where: str = "") -> Self:
        """Validate the answers of one case.

        Args:
            answers: field names to values, as decoded from JSON.
            where: the file (and line) they came from, for messages.

        Raises:
            CaseError: naming every wrong field, its value and what would be right.
        """
        if not isinstance(answers, dict):
            raise CaseError([FieldProblem("", f"a case is an object of fields, not {echo(answers)}")], where=where)
        try:
            return cls.model_validate(answers)
        except ValidationError as error:
            case_id, hints = answers.get(CASE_ID), Hints()
            raise CaseError(
                at_most([cls._problem(detail, hints) for detail in error.errors(include_url=False)]),
                case_id if isinstance(case_id, str) else None,
                where,
            ) from None

    @classmethod
    def _problem(cls, detail: ErrorDetails, hints: Hints) -> FieldProblem:
        """One of pydantic's errors in our words."""
        name = ".".join(str(part) for part in detail["loc"])
        if detail["type"] == "extra_forbidden":
            return FieldProblem(name, f"there is no such field{hints(name, cls.model_fields)}")
        if detail["type"] == "value_error":
            return FieldProblem(name, str(detail["ctx"]["error"]))
        return FieldProblem(name, f"{echo(detail['input'])}: {detail['msg'].lower()}")

    def changed(self, answers: Mapping[str, Any]) -> Self:
        """See the base class."""
        return self.model_copy(update=dict(answers))


class _OwnIntake(BaseIntake):
    """A case of an own rule book, whose class no other process knows by its name."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by the fields: the class is made anew on the other side."""
        return _restored, (self.fields, dict(self))


def _restored(fields: Fields, values: dict[str, Any]) -> BaseIntake:
    return intake_of(fields).model_construct(**values)


def intake_of(fields: Fields) -> type[BaseIntake]:
    """A class of cases with these fields, made once and kept with them."""
    found: type[BaseIntake] | None = fields.__dict__.get(MADE)
    if found is None:
        kinds: dict[str, Any] = {name: (Annotated[Any, kind], None) for name, kind in fields.items()}
        made = create_model("Intake", __base__=_OwnIntake, __module__=__name__, **kinds)
        found = fields.__dict__.setdefault(MADE, made)
    return found
