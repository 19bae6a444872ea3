"""From what a person types to an answer. What is not clearly an answer is asked again, never guessed."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from screener.case.answers import Choice, Lab, Number, OneUnitLab, YesNo
from screener.errors import echo
from screener.rulebook.rule import Question

YES: Final = frozenset({"y", "yes"})
NO: Final = frozenset({"n", "no"})
DONT_KNOW: Final = frozenset(
    {"d", "dk", "don't know", "dont know", "don\u2019t know", "i don't know", "i dont know", "i don\u2019t know",
     "unknown", "not sure", "skip"}
)  # fmt: skip
NONE: Final = frozenset({"0", "none", "none of these"})
TIMES: Final = frozenset({"years", "months", "weeks", "days"})
_BARE: Final = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")


class UnitMissingError(ValueError):
    """A laboratory value was given without its unit; the unit has to be asked for."""


def read_entry(question: Question, text: str) -> Any:
    """The answer that some text stands for, as a case file writes it; None for "I don't know".

    Args:
        question: any question but that for medicines, which takes several lines.
        text: what was typed.

    Raises:
        UnitMissingError: a bare number for a laboratory value.
        ValueError: it is no answer; the message says what would be right.
    """
    kind = question.kind
    word = " ".join(text.lower().split())
    if not word:
        raise ValueError(f"please type something: {allowed(question)}, where d means I don't know")
    if word in DONT_KNOW:
        return None
    if isinstance(kind, YesNo):
        return _yes_no(word, text)
    if isinstance(kind, Choice):
        return _choice(word, text, kind)
    assert isinstance(kind, Number)
    return _number(text, kind)


def _yes_no(word: str, text: str) -> bool:
    if word in YES | NO:
        return word in YES
    raise ValueError(f"{echo(text)} is not an answer here; type y for yes, n for no or d for I don't know")


def _choice(word: str, text: str, kind: Choice) -> str:
    found = [option for option in kind.options if word and option.startswith(word)]
    if word in YES | NO and word not in kind.options:
        found = []  # an answer to another question
    if word.isdecimal() and 1 <= int(word[:4]) <= len(kind.options):
        found = [kind.options[int(word[:4]) - 1]]
    if len(found) == 1:
        return found[0]
    raise ValueError(f"{echo(text)} is not one of these; type {', '.join(kind.options)}, or d for I don't know")


def _number(text: str, kind: Number) -> Any:
    text = _without_unit(text, kind)
    if not _BARE.fullmatch(text):
        if isinstance(kind, Lab | OneUnitLab):
            kind.check(text)
            return text
        raise ValueError(f"{echo(text)} is not a number; {kind.expectation()}, or d for I don't know")
    if isinstance(kind, Lab):
        raise UnitMissingError(text)
    return kind.check(float(text) if "." in text else int(text))


def _without_unit(text: str, kind: Number) -> str:
    """`70 years` as `70`, where years are asked for."""
    number, _, unit = text.strip().partition(" ")
    return number if kind.unit in TIMES and unit.strip().lower().rstrip("s") == kind.unit.rstrip("s") else text


def only_unit(question: Question, text: str) -> str:
    """The unit of a bare number that is plausible in one only, or the same number in each; otherwise nothing."""
    kind = question.kind
    assert isinstance(kind, Lab)
    values = {unit: Decimal(text) * (kind.analyte.factor(unit) or 0) for unit in question.units}
    plausible = {unit: value for unit, value in values.items() if kind.low <= value <= kind.high}
    return next(iter(plausible)) if len(set(plausible.values())) == 1 else ""


def read_unit(question: Question, text: str) -> str | None:
    """The unit that was chosen, by its number or its name; None for "I don't know".

    Raises:
        ValueError: it is none of the units; the message lists them.
    """
    word = "".join(text.lower().split())
    if " ".join(text.lower().split()) in DONT_KNOW:
        return None
    for number, unit in enumerate(question.units, start=1):
        if word in (str(number), unit.lower()):
            return unit
    raise ValueError(f"{echo(text)} is none of the units here; type {choices(question.units)}, or d for I don't know")


def choices(options: tuple[str, ...]) -> str:
    """Numbered choices in one line: `1 for mmol/L, 2 for mg/dL`."""
    return ", ".join(f"{number} for {option}" for number, option in enumerate(options, start=1))


def allowed(question: Question) -> str:
    """What can be typed, for the prompt."""
    kind = question.kind
    if isinstance(kind, YesNo):
        return "y, n or d"
    if isinstance(kind, Choice):
        return f"{', '.join(kind.options)} or d"
    if isinstance(kind, Lab):
        return "number and unit, or d"
    unit = f" of {kind.unit}" if isinstance(kind, Number) and kind.unit.isalpha() else ""
    return f"number{unit}, or d"
