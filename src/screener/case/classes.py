"""From answers to a case: its class, answers read without that class, and cases of other fields adopted.

Nothing here imports Pydantic before it is needed: a command that has one valid case to read does without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from screener.case.answered import Answered, Case
from screener.case.answers import Text
from screener.case.fields import CASE_ID, Fields

if TYPE_CHECKING:
    from screener.case.model import BaseIntake

CLASS: Final = "_class"  # what the class of a case is kept under


def intake_class(fields: Fields) -> type[BaseIntake]:
    """The class of a case, kept with the fields: the typed `screener.Intake` where they are those of our own book."""
    found: type[BaseIntake] | None = fields.__dict__.get(CLASS)
    if found is None:
        from screener.case.intake import Intake
        from screener.case.model import intake_of

        found = fields.__dict__.setdefault(CLASS, Intake if fields == Intake.fields else intake_of(fields))
    return found


def adopt(intake: Answered, fields: Fields) -> Answered:
    """A case of other fields as a case of these.

    Raises:
        CaseError: it has an answer that these fields do not know or do not allow.
    """
    if intake.fields is fields or type(intake) is intake_class(fields) or intake.fields == fields:
        return intake
    return intake_class(fields).read(intake.answers())


def read(answers: Any, fields: Fields, where: str = "") -> Answered:
    """Validate the answers of one case, as `intake_class(fields).read` does.

    Raises:
        CaseError: naming every wrong field, its value and what would be right.
    """
    if isinstance(answers, dict) and answers.keys() <= set(fields.case_keys):
        try:
            return Case(fields, _checked(answers, fields))
        except (ValueError, AssertionError):  # the model says what is wrong, also with the other fields
            pass
    return intake_class(fields).read(answers, where)


def _checked(answers: dict[str, Any], fields: Fields) -> dict[str, Any]:
    values: dict[str, Any] = {CASE_ID: Text().taken(answers.get(CASE_ID))}
    for name, kind in fields.items():
        values[name] = kind.taken(answers[name]) if name in answers else None
    return values
