"""What a cell of a table says: in CSV, and where a typed column holds text; and rows of typed columns one by one."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from typing import Any, Final

import msgspec
import pyarrow as pa

from screener.batch.reading.arrow import Mask, usual
from screener.batch.reading.fast import MedicineRow, colons
from screener.batch.reading.meaning import Read
from screener.batch.reading.notation import Notation
from screener.case.answers import MONTHS, MOST_MEDICINES, Medicine, Medicines, is_name, looks_like_data
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


def understood(notation: Notation, name: str, value: Any) -> Any:
    """What a cell says with some notation, and a number that means yes or no."""
    return notation.understood(name, cell_value(name, value, notation.fields) if isinstance(value, str) else value)


def medicines_in(read: Read, text: str) -> tuple[tuple[Medicine, ...] | None, bool]:
    """The medicines in a cell, and whether the intake accepts them."""
    if (plain := plain_medicines(text)) is not None:
        return plain, True
    try:
        return Medicines().check(read(MEDICINES, text)), True
    except ValueError:
        return None, False


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


def ids(column: pa.Array) -> tuple[pa.Array, Mask | None]:
    """Case ids; whole numbers of whatever type become texts."""
    if pa.types.is_decimal(column.type):
        values = [None if v is None else int(v) if v == v.to_integral_value() else v for v in column.to_pylist()]
        return pa.array([None if v is None else str(v) for v in values], pa.string()), None
    return usual(column)


def answer_in(name: str, value: Any, fields: Fields) -> Any:
    """What a value says, as JSON has it."""
    if isinstance(value, str):
        return cell_value(name, value, fields)
    return [_entry(entry) for entry in value] if name == MEDICINES and isinstance(value, list) else value


def _entry(entry: Any) -> Any:
    """An entry of the list of medicines: JSON text of an object, and a map, are objects."""
    if isinstance(entry, list) and all(isinstance(part, tuple) for part in entry):
        return dict(entry)
    if isinstance(entry, str) and looks_like_data(entry):
        with suppress(CaseError):
            return parse_json(entry.encode(), "")
    return entry
