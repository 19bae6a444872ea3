"""How answers are coded in the Questionnaire and its responses: standard codes for yes, no, and not known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from screener.case.intake import Intake
from screener.rulebook.book import RuleBook

YES_NO: Final = "http://terminology.hl7.org/CodeSystem/v2-0136"
ABSENT: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
GENDER: Final = "http://hl7.org/fhir/administrative-gender"

YES: Final = {"system": YES_NO, "code": "Y", "display": "Yes"}
NO: Final = {"system": YES_NO, "code": "N", "display": "No"}
UNKNOWN: Final = {"system": ABSENT, "code": "asked-unknown", "display": "I don't know"}
CHOICES: Final = {
    "female": {"system": GENDER, "code": "female", "display": "Female"},
    "male": {"system": GENDER, "code": "male", "display": "Male"},
    "not said": {"system": ABSENT, "code": "asked-declined", "display": "Not said"},
}
WORDS: Final[dict[str, Any]] = {"y": True, "yes": True, "n": False, "no": False, "asked-unknown": None, "unknown": None}
BY_CODE: Final = {coding["code"]: word for word, coding in CHOICES.items()}

UCUM: Final = {
    "mEq/L": "meq/L", "years": "a", "days": "d", "weeks": "wk", "months": "mo", "of 100": "%",
    "mL/min/1.73 m2": "mL/min/{1.73_m2}",
}  # fmt: skip

CANONICAL: Final = "urn:screener:questionnaire"  # of the book that is shipped; others have their name behind it

NONE_TAKEN: Final = "medicines.none"
NAME: Final = "medicines.name"
MONTHS: Final = "medicines.months"


def canonical(book: RuleBook) -> str:
    """The address by which answers name the Questionnaire of a rule book: one of its own when it asks other things."""
    return CANONICAL if book.fields == Intake.fields else f"{CANONICAL}:{book.subject.name}"


def choice(option: str) -> dict[str, str]:
    """The coding of a word to choose: a standard one, or the word itself where there is none."""
    return dict(CHOICES.get(option) or {"code": option, "display": option})


def ucum(unit: str) -> str:
    """A unit's code in UCUM; a word that is not a unit there (`leaves`) is written as an annotation."""
    plain = unit.replace("\u00b5", "u").replace("\u03bc", "u")
    if unit in UCUM:
        return UCUM[unit]
    return plain.replace(" ", "") if "/" in plain or not plain.isalpha() or len(plain) < 3 else f"{{{plain}}}"


def coding_of(value: bool | None) -> dict[str, str]:
    """The coding of yes, no or unknown."""
    return YES if value else UNKNOWN if value is None else NO


def reviewed(book: RuleBook, items: Sequence[str]) -> dict[str, Any]:
    """When some items of a rule book were reviewed: said only where each of them is, as it is now."""
    if not items or not book.reviews.are_reviewed(items):
        return {}
    last = max(book.reviews.of(item).date for item in items)
    return {"approvalDate": last, "lastReviewDate": last}
