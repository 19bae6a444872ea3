"""From what a person types to an answer. What is not clearly an answer is asked again, never guessed.

To a list of statements people type which of them are true; what the others are follows from that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from screener.case.answers import Choice, Lab, Number, OneUnitLab, OwnWords, YesNo
from screener.data import dataclass
from screener.errors import echo
from screener.rulebook.question import Question
from screener.saying import ENGLISH, replies, reply_shown, say, spoken

NOT_ONE: Final = "{typed} is not one of these; type {options}, or {d} for I don't know"
NO_NUMBER: Final = "{typed} is not a number; {right}, or {d} for I don't know"
NO_UNIT: Final = "{typed} is none of the units here; type {units}, or {d} for I don't know"
NO_ANSWER: Final = "{typed} is not an answer here; type {y} for yes, {n} for no or {d} for I don't know"
_BARE: Final = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")


class UnitMissingError(ValueError):
    """A laboratory value was given without its unit; the unit has to be asked for."""


def read_entry(question: Question, text: str) -> Any:
    """The answer that some text means, as a case file writes it; None for "I don't know".

    Args:
        question: any question but that for medicines, which takes several lines.
        text: what was typed.

    Raises:
        UnitMissingError: a bare number for a laboratory value.
        ValueError: it is not an answer; the message says what would be right.
    """
    kind = question.kind
    word = " ".join(text.lower().split())
    if not word:
        raise ValueError(
            say("please type something: {allowed}, where {d} means I don't know", allowed=allowed(question), **shown())
        )
    if word in replies("unknown"):
        return None
    if isinstance(kind, YesNo):
        return _yes_no(word, text)
    if isinstance(kind, Choice):
        return _choice(word, text, kind)
    if isinstance(kind, OwnWords):
        return None if word in replies("no") | replies("none") else kind.check(text)
    assert isinstance(kind, Number)
    return _number(text, kind)


def _yes_no(word: str, text: str) -> bool:
    if word in replies("yes") | replies("no"):
        return word in replies("yes")
    raise ValueError(say(NO_ANSWER, typed=echo(text), **shown()))


def _choice(word: str, text: str, kind: Choice) -> str:
    found = [option for option in kind.options if word and option.lower().startswith(word)]
    if word in replies("yes") | replies("no") and word not in map(str.lower, kind.options):
        found = []  # an answer to another question
    if word.isdecimal() and 1 <= int(word[:4]) <= len(kind.options):
        found = [kind.options[int(word[:4]) - 1]]
    if len(found) == 1:
        return found[0]
    raise ValueError(say(NOT_ONE, typed=echo(text), options=", ".join(kind.options), **shown()))


def _number(text: str, kind: Number) -> Any:
    text = _without_unit(text, kind)
    if spoken() != ENGLISH and text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")  # a decimal comma
    if not _BARE.fullmatch(text):
        if isinstance(kind, Lab | OneUnitLab):
            kind.check(text)
            return text
        raise ValueError(say(NO_NUMBER, typed=echo(text), right=kind.expectation(), **shown()))
    if isinstance(kind, Lab):
        raise UnitMissingError(text)
    return kind.check(float(text) if "." in text else int(text))


def _without_unit(text: str, kind: Number) -> str:
    """`70 years` as `70`, where years are asked for."""
    number, _, unit = " ".join(text.lower().split()).partition(" ")
    one, several = unit.removesuffix("s"), kind.unit.lower().removesuffix("s")
    return number if unit and not isinstance(kind, Lab | OneUnitLab) and one == several else text


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
    if " ".join(text.lower().split()) in replies("unknown"):
        return None
    for number, unit in enumerate(question.units, start=1):
        if word in (str(number), unit.lower()):
            return unit
    raise ValueError(say(NO_UNIT, typed=echo(text), units=choices(question.units), **shown()))


def choices(options: tuple[str, ...]) -> str:
    """Numbered choices in one line: `1 for mmol/L, 2 for mg/dL`."""
    return ", ".join(
        say("{number} for {option}", number=number, option=option) for number, option in enumerate(options, start=1)
    )


def allowed(question: Question) -> str:
    """What can be typed, for the prompt."""
    kind = question.kind
    if isinstance(kind, YesNo):
        return say("{y}, {n} or {d}", **shown())
    if isinstance(kind, Choice):
        return say("{options} or {d}", options=", ".join(kind.options), **shown())
    if isinstance(kind, OwnWords):
        return say("your own words, or {d} for nothing", **shown())
    if isinstance(kind, Lab):
        return say("number and unit, or {d}", **shown())
    if isinstance(kind, Number) and kind.unit.isalpha():
        return say("number of {unit}, or {d}", unit=kind.unit, **shown())
    return say("number, or {d}", **shown())


def shown() -> dict[str, str]:
    """The words that prompts name for yes, no and "I don't know"."""
    return {"y": reply_shown("yes"), "n": reply_shown("no"), "d": reply_shown("unknown")}


UNSURE: Final = "?"
NOTHING: Final = "please type the numbers of all that are true, such as 1 3, or 0 for none of these"
NOT_THERE: Final = "{typed} is not on this list; type the numbers of all that are true, or 0 for none of these"
SEVERAL: Final = "{typed} could mean several of these; type their numbers, or 0 for none of these"
NUMBERS: Final = "the numbers of this list are 1 to {most}; type those of all that are true, or 0 for none of these"
_DOUBTED: Final = re.compile(r"\b([0-9]{1,3})\?")
_BETWEEN: Final = re.compile(r"[,;]|\band\b")


@dataclass(frozen=True)
class Ticks:
    """A reply to a list.

    Attributes:
        ticked: the fields that are true, in the order of the list.
        unsure: whether the others are asked one by one; otherwise they are not true.
        unknown: the fields of which it is not known whether they are true.
    """

    ticked: tuple[str, ...]
    unsure: bool = False
    unknown: tuple[str, ...] = ()


def read_ticks(text: str, listed: Mapping[str, str]) -> Ticks:
    """What is meant by a reply.

    Args:
        text: numbers of the list, words of a statement, or both; `5?` for "not sure about 5", and `?` by itself at the
            end for "not sure about the rest".
        listed: the fields of the list, each with the words that mean it.

    Raises:
        ValueError: it cannot be read as a whole; the message says what would be right.
    """
    words = " ".join(text.lower().split())
    if not words:
        raise ValueError(say(NOTHING))
    if words in replies("none") | replies("no"):
        return Ticks(())
    if words in replies("unknown"):
        return Ticks((), unsure=True)
    unsure = words.endswith(f" {UNSURE}")
    rest, doubted = words.removesuffix(f" {UNSURE}"), list[str]()
    for number in _DOUBTED.findall(rest):
        doubted += _meant(number, listed)
    rest = _DOUBTED.sub(" ", rest)
    found = {field for part in _BETWEEN.split(rest) for field in _meant(part.strip(), listed)} - set(doubted)
    return Ticks(tuple(field for field in listed if field in found), unsure, tuple(doubted))


def _meant(part: str, listed: Mapping[str, str]) -> list[str]:
    """The fields that one part of a reply means: numbers, or words that only one statement has."""
    fields = list(listed)
    if not part:
        return []
    if all(re.fullmatch("[0-9]{1,3}", word) for word in part.split()):
        places = [int(word) for word in part.split()]
        if all(1 <= place <= len(fields) for place in places):
            return [fields[place - 1] for place in places]
        raise ValueError(say(NUMBERS, most=len(fields)))
    if mixed := re.fullmatch(r"([0-9 ]+) (\D.+)", part):
        return [*_meant(mixed[1], listed), *_meant(mixed[2], listed)]
    word = re.compile(rf"\b{re.escape(part)}\b")
    having = [field for field in fields if len(part) > 1 and word.search(listed[field].lower())]
    if len(having) == 1:
        return having
    raise ValueError(say(SEVERAL, typed=echo(part)) if having else say(NOT_THERE, typed=echo(part)))
