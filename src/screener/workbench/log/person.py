"""A person in a sentence: `a woman of 70 who says yes to “water tablet” and “muscle cramps”`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from screener.case.answers import Medicine, OwnWords, YesNo
from screener.case.model import BaseIntake
from screener.errors import CaseError
from screener.report.words import answer_word, label
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import listed

AGE: Final = "age"
SEX: Final = "sex"
PERSONS: Final = {"female": "a woman", "male": "a man"}
MOST_YES: Final = 8  # answers that are named; more are counted
MOST_NO: Final = 3  # the same; a no says less about who somebody is


def sentence(book: RuleBook, answers: dict[str, Any]) -> str:
    """Who somebody is by their answers, in the words of the book's questions.

    Args:
        book: whose questions were answered.
        answers: as a case file writes them; the book takes them.
    """
    try:
        intake = book.intake.read(answers)
    except CaseError:  # a witness of the other version
        return "somebody whose answers this version does not take"
    parts = list(_parts(book, intake))
    who = _who(intake)
    if parts:
        return f"{who} who {'; '.join(parts)}"
    return f"{who} who answers nothing{' else' if getattr(intake, AGE, None) is not None else ''}"


def _who(intake: BaseIntake) -> str:
    """Sex and age, where they were given."""
    who = PERSONS.get(str(getattr(intake, SEX, None)), "somebody")
    age = getattr(intake, AGE, None)
    return who if age is None else f"{who} of {age:g}" if isinstance(age, int | float) else f"{who} of age {age}"


def _parts(book: RuleBook, intake: BaseIntake) -> Iterator[str]:
    given = {name: value for name, value in intake if value is not None and name in book.questions}
    spoken = {AGE} | ({SEX} if str(given.get(SEX)) in PERSONS else set())
    yes = [label(book, name) for name, value in given.items() if value is True]
    no = [label(book, name) for name, value in given.items() if value is False]
    if yes:
        yield f"says yes to {_quoted(yes)}"
    others = [
        answer_word(book, name, value)
        for name, value in given.items()
        if name not in spoken and not isinstance(book.fields[name], YesNo | OwnWords) and not isinstance(value, tuple)
    ]
    if others:
        yield f"gives {listed(others[:MOST_YES])}"
    medicines = intake.named_medicines
    if medicines is not None:
        yield f"takes {listed([_medicine(one) for one in medicines]) or 'no medicines'}"
    if any(isinstance(book.fields[name], OwnWords) for name in given):
        yield "writes something in their own words"
    if no:
        yield f"says no to {_quoted(no) if len(no) <= MOST_NO else f'{len(no)} questions'}"


def _medicine(medicine: Medicine) -> str:
    return medicine.name if medicine.months is None else f"{medicine.name} for {medicine.months:g} months"


def _quoted(names: list[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    if len(quoted) <= MOST_YES:
        return listed(quoted)
    return f"{', '.join(quoted[: MOST_YES - 1])} and {len(quoted) - MOST_YES + 1} others"
