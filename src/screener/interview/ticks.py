"""From what a person types at a list of statements to those that are true, and what the others are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from screener.data import dataclass
from screener.errors import echo
from screener.saying import replies, say

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
