"""What is in the fields of a question on a page, and which fields those are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from screener.case.answers import Choice, Lab, Medicines, Number, OwnWords, YesNo
from screener.case.bound import sign_of
from screener.rulebook.question import Question
from screener.saying import say
from screener.web.desk.form import Form

ROWS: Final = 1  # of the medicines page


@dataclass(frozen=True)
class Filled:
    """What is in the fields of a question's page."""

    value: str = ""
    unit: str = ""
    rows: tuple[tuple[str, str], ...] = ()

    @classmethod
    def again(cls, form: Form) -> Filled:
        """What was filled in, to be corrected."""
        return cls(form.text("value"), form.text("unit"), tuple(form.rows()))

    @classmethod
    def of(cls, question: Question, answers: Mapping[str, Any]) -> Filled:
        """What was answered earlier."""
        if question.field not in answers:
            return cls()
        value, kind = answers[question.field], question.kind
        if isinstance(kind, Medicines):
            entries = [entry if isinstance(entry, dict) else {"name": entry} for entry in value or ()]
            return cls(rows=tuple((entry["name"], _text(entry.get("months"))) for entry in entries))
        if isinstance(kind, YesNo):
            return cls("unknown" if value is None else "yes" if value is True or value == "yes" else "no")
        if isinstance(kind, Lab) and value is not None:
            sign, rest = sign_of(str(value))
            number, _, unit = rest.partition(" ")
            return cls(f"{sign} {number}".strip(), unit or kind.unit)
        if isinstance(kind, Choice) and value is None:
            return cls("unknown")
        return cls(_text(value))

    def with_rows(self, most: int) -> Filled:
        """The same with some empty rows at the end."""
        empty = max(most - len(self.rows), 1)
        return Filled(self.value, self.unit, (*self.rows, *[("", "")] * empty))


def kind_of(question: Question) -> str:
    """Which fields the page of a question has."""
    match question.kind:
        case Lab():
            return "lab"
        case Number():
            return "number"
        case Medicines():
            return "medicines"
        case OwnWords():
            return "words"
        case _:
            return "choice"


def unit_of(question: Question) -> str:
    """The unit that follows a number, if it has just one."""
    kind = question.kind
    return kind.unit if isinstance(kind, Number) and not isinstance(kind, Lab) else ""


def choices_of(question: Question) -> list[tuple[str, str]]:
    """The answers to choose from, each with what is shown next to it."""
    kind = question.kind
    if isinstance(kind, YesNo):
        return [("yes", say("Yes")), ("no", say("No")), ("unknown", say("I don't know"))]
    if isinstance(kind, Choice):
        return [*((option, option.capitalize()) for option in kind.options), ("unknown", say("I don't know"))]
    return []


def _text(value: Any) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
