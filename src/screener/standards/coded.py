"""How answers are coded in the Questionnaire and its responses: standard codes for yes, no, and not known."""

from __future__ import annotations

from typing import Any, Final

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

NONE_TAKEN: Final = "medicines.none"
NAME: Final = "medicines.name"
MONTHS: Final = "medicines.months"


def coding_of(value: bool | None) -> dict[str, str]:
    """The coding of yes, no or unknown."""
    return YES if value else UNKNOWN if value is None else NO
