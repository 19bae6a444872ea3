"""The fields of a rule book, and the intake that they make: what a case may say, its limits, and its errors.

A field that is absent and a field that is null mean the same: a yes/no question is *unknown*, a number was *not
reported*, `medicines` is unknown (an empty list means none). Nothing is coerced: what is not one of the allowed
forms is refused with the field, the value and what would be right.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Final, Self

from pydantic import BaseModel, ConfigDict, ValidationError, create_model
from pydantic_core import ErrorDetails

from screener.case.answers import Choice, Kind, Lab, Measured, Medicine, Medicines, Number, OwnWords, Text, YesNo
from screener.case.bound import Bound
from screener.errors import CaseError, FieldProblem, Hints, at_most, echo
from screener.memo import memo

CASE_ID: Final = "case_id"
BOUND: Final = "_bound"  # ends the name of the column of a laboratory field's signs, in tables
MEDICINES: Final = "medicines"  # the one name of a field of medicines: the rule language's `medicine` reads it


class BaseIntake(BaseModel):
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

    def answers(self) -> dict[str, Any]:
        """The fields that were given, as a case file writes them: `read` gives the same case again.

        A lab has its unit with it where a bare number would be refused.
        """
        return {name: self.fields.written(name, value) for name, value in self.stored().items()}

    def stored(self) -> dict[str, Any]:
        """The fields that were given, as plain data: every lab value a number in its analyte's unit, a bound text."""
        found = {name: _plain(value) for name, value in self if value is not None}
        return {name: self.fields.written(name, v) if isinstance(v, Bound) else v for name, v in found.items()}

    @property
    def named_medicines(self) -> tuple[Medicine, ...] | None:
        """The medicines that were named; None when that is unknown, or the rule book does not ask."""
        named: tuple[Medicine, ...] | None = getattr(self, MEDICINES, None)
        return named

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by the fields: the class of an own rule book is made anew on the other side."""
        return _restored, (self.fields, dict(self))


def _restored(fields: Fields, values: dict[str, Any]) -> BaseIntake:
    return fields.intake.model_construct(**values)


def _plain(value: Any) -> Any:
    if not isinstance(value, tuple):
        return value
    return [m.name if m.months is None else {"name": m.name, "months": m.months} for m in value]


class Fields(Mapping[str, Kind]):
    """Each field of a rule book (without `case_id`) with its kind, in the order of the questionnaire."""

    def __init__(self, kinds: Mapping[str, Kind]) -> None:
        self._kinds = dict(kinds)

    def __getitem__(self, name: str) -> Kind:
        return self._kinds[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)

    def __contains__(self, name: object) -> bool:
        return name in self._kinds

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fields) and list(self._kinds.items()) == list(other._kinds.items())

    def __hash__(self) -> int:
        return hash(tuple(self._kinds))

    def __reduce__(self) -> tuple[Any, ...]:
        return Fields, (self._kinds,)

    @memo
    def case_keys(self) -> tuple[str, ...]:
        """Every name that a case may hold: its id and the fields."""
        return (CASE_ID, *self._kinds)

    @memo
    def bound_columns(self) -> dict[str, str]:
        """The columns of a table that hold the sign of a bound such as `> 7 mmol/L`, and whose field each is about."""
        return {name + BOUND: name for name, kind in self._kinds.items() if isinstance(kind, Measured)}

    @memo
    def columns(self) -> tuple[str, ...]:
        """Every name that a column of a table may have."""
        return (*self.case_keys, *self.bound_columns)

    @memo
    def yes_no(self) -> tuple[str, ...]:
        """The yes/no fields."""
        return self._of(YesNo)

    @memo
    def numbers(self) -> tuple[str, ...]:
        """The fields that hold a number, labs included."""
        return self._of(Number)

    @memo
    def choices(self) -> tuple[str, ...]:
        """The fields that hold one of a few words."""
        return self._of(Choice)

    @memo
    def own_words(self) -> tuple[str, ...]:
        """The fields that hold what a person wrote in their own words."""
        return self._of(OwnWords)

    @memo
    def has_medicines(self) -> bool:
        """Whether a case may say which medicines are taken."""
        return isinstance(self._kinds.get(MEDICINES), Medicines)

    def _of(self, kind: type[Kind]) -> tuple[str, ...]:
        return tuple(name for name, own in self._kinds.items() if isinstance(own, kind))

    def options(self, name: str) -> tuple[str, ...]:
        """The words of a choice, in the order of the book."""
        kind = self._kinds[name]
        assert isinstance(kind, Choice)
        return kind.options

    def written(self, name: str, value: Any) -> Any:
        """A stored value as a case file writes it: with its unit where a bare number would be doubted."""
        kind = self._kinds.get(name)
        return value if kind is None else kind.written(value)

    def in_own_units(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """The answers of a case in a rule file, whose bare numbers are in the field's own unit, as a case file's."""
        return {name: self.written(name, value) for name, value in answers.items()}

    def with_units(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """The same with the unit after every number that needs one among other people's data."""
        return {name: self._with_unit(name, value) for name, value in answers.items()}

    def _with_unit(self, name: str, value: Any) -> Any:
        kind = self._kinds.get(name)
        ambiguous = isinstance(kind, Lab) and math.isfinite(kind.bare_high) and type(value) in (int, float)
        return f"{value!r} {kind.analyte.unit}" if isinstance(kind, Lab) and ambiguous else value

    @memo
    def intake(self) -> type[BaseIntake]:
        """The class of a case: the typed `screener.Intake` where the fields are those of the program's own book."""
        from screener.case.intake import Intake

        if self == Intake.fields:
            return Intake
        kinds: dict[str, Any] = {name: (Annotated[Any, kind], None) for name, kind in self._kinds.items()}
        return create_model("Intake", __base__=BaseIntake, __module__=__name__, **kinds)

    def adopt(self, intake: BaseIntake) -> BaseIntake:
        """A case of other fields as a case of these.

        Raises:
            CaseError: it has an answer that these fields do not know or do not allow.
        """
        if type(intake) is self.intake or intake.fields == self:
            return intake
        return self.intake.read(intake.answers())
