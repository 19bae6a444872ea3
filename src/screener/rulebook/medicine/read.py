"""Reads one written name: what every part of it is, in the order written.

A text is cut at semicolons and line ends into items, and each of them is read step by step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from screener.memo import memo
from screener.rulebook.medicine.find import Name, NamePart, PartGroup
from screener.rulebook.medicine.history import SWITCH, TURN, Unit
from screener.rulebook.medicine.piece import AROUND, FORM, HISTORY, NAME, SEPARATOR, Piece
from screener.rulebook.medicine.pieces import SOFT, Tools
from screener.rulebook.medicine.result import (
    CloseTo,
    NoMedicine,
    NotCounted,
    NotRecognised,
    PartOnly,
    Recognised,
    Result,
)
from screener.rulebook.medicine.settle import Settling
from screener.rulebook.medicine.text import ARROWS, COLON, Token, clean, tokens_of
from screener.rulebook.medicine.verdict import Switches, UnitVerdict

STOPPED: Final = "stopped"  # what is given up for another medicine
PLAIN: Final = frozenset({NAME, AROUND, FORM, SEPARATOR})
NOTHING_SAID: Final = UnitVerdict()
MOST_COMPARED: Final = 4  # unknown parts of one text for which close names are looked for
MANY: Final = "write each medicine by itself, to see names that are close to it"


class Placed(NamedTuple):
    """A result with the token it begins at."""

    start: int
    result: Result


class ReadItem(Settling):
    """One item, read."""

    def results(self) -> list[Result]:
        """What is in it."""
        if self.is_plain():
            part = NamePart(self.names[0], 1, self.forms(0))
            return [self.settled(PartGroup((part,), part.name.row))]
        found = [*self.not_taken(), *self.medicines(), *self.others()]
        return [result for _, result in sorted(found, key=lambda placed: placed.start)]

    def is_plain(self) -> bool:
        """Whether it is one name with nothing but a strength, a form or a direction next to it, as most are."""
        return (
            len(self.names) == len(self.pieces) == 1
            and not self.lay
            and all(role.kind in PLAIN and not role.maybe_suffix for role in self.roles)
        )

    # history

    @memo
    def units(self) -> list[Unit]:
        """What history can act on."""
        found: list[Unit] = []
        for number, piece in enumerate(self.pieces):
            if number in self.lay:
                found.append(Unit("lay", piece.start, piece.end, number))
            elif piece.names:
                found += (Unit("name", name.start, name.end, number, self.generic(name)) for name in piece.names)
            elif not self.is_soft(piece):
                at = next(at for at in range(piece.start, piece.end) if self.roles[at].kind not in SOFT)
                found.append(Unit("unknown", at, piece.end, number))
        return found

    @memo
    def verdicts(self) -> dict[int, list[tuple[Unit, UnitVerdict]]]:
        """What history says about each piece: about the whole, or about its names in their order."""
        said = [NOTHING_SAID] * len(self.units)
        if any(role.kind == HISTORY for role in self.roles):
            said = Switches(self.tokens, self.roles, self.units, self.lexicon).verdicts()
        found: dict[int, list[tuple[Unit, UnitVerdict]]] = {}
        for unit, verdict in zip(self.units, said, strict=True):
            found.setdefault(unit.piece, []).append((unit, verdict))
        return found

    def not_taken(self) -> Iterator[Placed]:
        """The medicines that history says are not taken, or may be taken again."""
        for number, said in self.verdicts.items():
            piece = self.pieces[number]
            for unit, verdict in said:
                if verdict.ask:
                    yield Placed(piece.start, self.tools.ask("taken-now", self.written(piece), name=unit.what))
                elif verdict.hit is not None:
                    word = self.said(verdict.hit.start, verdict.hit.end).lower()
                    kind = STOPPED if verdict.hit.kind in (SWITCH, TURN) else verdict.hit.kind
                    yield Placed(piece.start, NotCounted(self.written(piece), kind, word, unit.what))

    # names

    def medicines(self) -> Iterator[Placed]:
        """The names of the table that count, and those with something strange next to them."""
        parts: list[NamePart] = []
        place = 0  # two places apart is too far for one combination: something else is in between
        for number, piece in enumerate(self.pieces):
            if number in self.lay or not piece.names:
                place += 2 if not self.is_soft(piece) or number in self.lay else 0
                continue
            place += 1
            said = [verdict for _, verdict in self.verdicts[number]]
            free = [name for name, verdict in zip(piece.names, said, strict=True) if verdict.hit is None]
            names, strange = self.judge(piece)
            if free and (unknown := self.unknown_label(number)):
                yield Placed(piece.start, self.under_label(unknown, piece, free))
                place += 1
                continue
            if strange and free:
                yield Placed(piece.start, self.part_only(piece, names[0], strange))
            elif free:
                forms = self.forms(number)
                counted = ((name, verdict) for name, verdict in zip(names, said, strict=True) if verdict.hit is None)
                parts += (NamePart(name, place, forms, verdict.as_needed) for name, verdict in counted)
            place += 1 if strange or len(free) < len(names) else 0
        groups = list(self.tools.groups(parts))
        made_up = [group for group in groups if not all(part.name.carrier for part in group.parts)]
        for group in made_up or groups:
            yield Placed(group.parts[0].name.start, self.settled(group))

    def part_only(self, piece: Piece, name: Name, strange: Sequence[int]) -> PartOnly:
        """A name with unknown words next to it."""
        known = self.said(name.start, name.end)
        words = " ".join(self.said(at, at + 1) for at in strange)
        return PartOnly(self.written(piece), known, words, self.generic(name))

    # what is no name of the table

    def others(self) -> Iterator[Placed]:
        """Lay names, names that mean two things, and what other words may have been meant to be.

        Only the first few of those are compared.
        """
        compared = 0
        for number, piece in enumerate(self.pieces):
            is_lay, is_soft, typed = number in self.lay, self.is_soft(piece), self.written(piece)
            if (piece.names and not is_lay) or not self.is_taken(number):
                continue
            if label := self.unknown_label(number):
                if not is_soft:
                    yield Placed(piece.start, NotRecognised(self.labelled(label, piece)))
            elif is_lay:
                if not self.is_explained(number):
                    yield Placed(piece.start, self.tools.lay_answer(self.lay[number], typed))
            elif homonym := self.homonym(piece):
                yield Placed(piece.start, homonym)
            elif is_soft or self.is_reported_label(number):
                continue
            elif compared == MOST_COMPARED:
                yield Placed(piece.start, NotRecognised(typed, MANY))
            else:
                names = self.tools.close_names(self.unknown_words(piece))
                compared += 1
                yield Placed(piece.start, CloseTo(typed, names) if names else NotRecognised(typed))

    def is_taken(self, number: int) -> bool:
        """Whether history says nothing against a piece."""
        return all(verdict.hit is None for _, verdict in self.verdicts.get(number, ()))

    def is_explained(self, number: int) -> bool:
        """Whether a lay name only says what the medicine before it is: `furosemide (water tablet)`."""
        said_of = self.said_of(number) or (self.pieces[number - 1].names if number else [])
        if not said_of:
            return False
        choices = self.lexicon.questions[self.lay[number]]["choices"]
        if not choices and self.said_of(number):
            return True  # `blood pressure tablet: ramipril`
        before = {name for found in said_of for name in self.classes(found)}
        rows = (self.index.names.get("".join(label.split())) for _, label in choices)
        return any(before & set(self.entries[row].classes) for row in rows if row is not None)


LONGEST: Final = 1000  # letters: a name on a packet has at most some 200
MOST_TOKENS: Final = 150  # words and signs
TOO_LONG: Final = "it is too long to be the name of a medicine; write each medicine by itself"


class Reader(Tools):
    """Reads names with one table."""

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

    def items(self, typed: str, tokens: Sequence[Token]) -> Iterator[ReadItem]:
        """The text, cut at semicolons and line ends; a heading (`stopped:`) is put before each line below it."""
        text = clean(typed)
        heading: Sequence[Token] = ()
        waiting = False  # nothing has come below the heading yet
        for line in _lines(tokens):
            if not line:  # an empty line ends what a heading is said of
                heading = () if not waiting else heading
            elif line[-1].text == COLON:
                if waiting:
                    yield ReadItem(text, heading, self)
                heading, waiting = line, True
            else:
                yield ReadItem(text, [*heading, *line], self)
                waiting = False
        if waiting:
            yield ReadItem(text, heading, self)


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
