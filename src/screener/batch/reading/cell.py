"""What a cell of a table says: in CSV, and where a typed column holds text."""

from __future__ import annotations

import json
import math
from typing import Any, Final

import msgspec

from screener.batch.reading.checks import Read, keep
from screener.batch.reading.fast import MedicineRow, colons
from screener.batch.reading.notation import Notation
from screener.case.answers import MONTHS, MOST_MEDICINES, Medicine, Medicines, is_name
from screener.case.fields import CASE_ID, MEDICINES, Fields
from screener.case.files import parse_json
from screener.errors import CaseError

WORDS: Final = {"": None, "null": None, "true": True, "false": False}

_entries = msgspec.json.Decoder(list[str | MedicineRow] | None)


def plain_value(text: str) -> Any:
    """What a cell of a field other than text says: a word, a number, or itself without the space around it."""
    inner = text.strip()
    word = inner.lower()
    if word in WORDS:
        return WORDS[word]
    try:
        value = json.loads(inner)
    except (ValueError, RecursionError):
        return inner
    return value if type(value) in (int, float) else inner


def cell_value(name: str, text: str, fields: Fields) -> Any:
    """What a cell says, as the intake takes it."""
    if name in fields.own_words:
        return text.strip() or None
    if name == MEDICINES and text.strip():
        try:
            return parse_json(text.encode(), "")
        except CaseError:
            return text
    if name == CASE_ID:
        return text or None
    return plain_value(text)


def of_cells(notation: Notation) -> Read:
    """How cells are read, and numbers that mean yes and no."""

    def read(name: str, value: Any) -> Any:
        return notation.understood(name, cell_value(name, value, notation.fields) if isinstance(value, str) else value)

    return read


class MedicineTexts(dict[str, tuple[tuple[Medicine, ...] | None, bool]]):
    """The medicines in a cell, and whether the intake accepts them; learns each text once."""

    def __init__(self, read: Read) -> None:
        super().__init__()
        self.read = read

    def __missing__(self, text: str) -> tuple[tuple[Medicine, ...] | None, bool]:
        if (plain := plain_medicines(text)) is not None:
            return keep(self, text, (plain, True))
        try:
            return keep(self, text, (Medicines().check(self.read(MEDICINES, text)), True))
        except ValueError:
            return keep(self, text, (None, False))


def plain_medicines(text: str) -> tuple[Medicine, ...] | None:
    """The medicines in a list that is written in the usual way; None when it has to be read carefully."""
    try:
        entries = [] if "\\" in text else _entries.decode(text)
    except (ValueError, msgspec.MsgspecError, RecursionError):
        return None
    if not entries or len(entries) > MOST_MEDICINES or text.count(":") != sum(map(colons, entries)):
        return None
    rows = [MedicineRow(entry) if isinstance(entry, str) else entry for entry in entries]
    found = [Medicine(row.name, None if row.months is None or math.isnan(row.months) else row.months) for row in rows]
    plain = all(is_name(one.name) and (one.months is None or MONTHS.low <= one.months <= MONTHS.high) for one in found)
    return tuple(found) if plain else None
