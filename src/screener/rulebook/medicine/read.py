"""Reads one written name: what every part of it is, in the order written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from screener.rulebook.medicine.index import Index
from screener.rulebook.medicine.item import Item
from screener.rulebook.medicine.lexicon import Lexicon
from screener.rulebook.medicine.pieces import Tools
from screener.rulebook.medicine.result import MedicineEntry, NoMedicine, NotRecognised, PartOnly, Recognised, Result
from screener.rulebook.medicine.text import ARROWS, COLON, Token, clean, tokens_of

LONGEST: Final = 1000  # letters: a name on a packet has at most some 200
MOST_TOKENS: Final = 150  # words and signs
TOO_LONG: Final = "it is too long to be the name of a medicine; write each medicine by itself"


class Reader:
    """Reads names with one table."""

    def __init__(self, entries: Sequence[MedicineEntry], index: Index, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.tools = Tools(entries, index, lexicon)

    def read(self, name: str) -> tuple[Result, ...]:
        """Everything in a written name; nothing for an empty one."""
        typed = name.strip()
        if not typed:
            return ()
        tokens = tokens_of(clean(typed)) if len(typed) <= LONGEST else []
        if not 0 < len(tokens) <= MOST_TOKENS:
            return (NotRecognised(typed, TOO_LONG if len(typed) > LONGEST or tokens else ""),)
        if " ".join(token.text for token in tokens if token.kind != "hyphen") in self.lexicon.nothing:
            return (NoMedicine(typed),)
        found = [result for item in self.items(typed, tokens) for result in item.results()]
        return tuple(_as_a_whole(_once(found), typed))

    def items(self, typed: str, tokens: Sequence[Token]) -> Iterator[Item]:
        """The text, cut at semicolons and line ends; a heading (`stopped:`) is put before each line below it."""
        text = clean(typed)
        heading: Sequence[Token] = ()
        waiting = False  # nothing has come below the heading yet
        for line in _lines(tokens):
            if not line:  # an empty line ends what a heading is said of
                heading = () if not waiting else heading
            elif line[-1].text == COLON:
                if waiting:
                    yield Item(text, heading, self.tools)
                heading, waiting = line, True
            else:
                yield Item(text, [*heading, *line], self.tools)
                waiting = False
        if waiting:
            yield Item(text, heading, self.tools)


def _lines(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """What is between semicolons and line ends."""
    start = 0
    bullets = tokens[0].text in ARROWS.values()  # `> ramipril`, line by line
    for end in (*(at for at, token in enumerate(tokens) if token.kind == "break"), len(tokens)):
        around = [token.text for token in (*tokens[max(end - 1, 0) : end], *tokens[end + 1 : end + 2])]
        if end < len(tokens) and not bullets and not set(around).isdisjoint(ARROWS.values()):
            continue  # one thing changed to another, written on two lines
        yield tokens[start:end]
        start = end + 1


def _once(results: Sequence[Result]) -> list[Result]:
    """Each medicine once: `Lasix [Lasix]`."""
    found: dict[object, Result] = {}
    for result in results:
        key = (result.entry, result.classes) if isinstance(result, Recognised) else result
        found.setdefault(key, result)
    return list(found.values())


def _as_a_whole(results: list[Result], typed: str) -> list[Result]:
    """What is not settled is told as it was written: the whole text, when nothing else is in it."""
    if not results or all(isinstance(result, NotRecognised) for result in results):
        return [NotRecognised(typed)]
    if len(results) == 1:
        return results if results[0].typed == typed else [replace(results[0], typed=typed)]
    known = ", ".join(result.typed for result in results if isinstance(result, Recognised))
    return [_known_part(result, known) if isinstance(result, NotRecognised) and known else result for result in results]


def _known_part(result: NotRecognised, known: str) -> PartOnly:
    """An unknown part among known ones, which count."""
    return PartOnly(result.typed, known, result.typed)
