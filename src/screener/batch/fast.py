"""The fast decoder for cases in JSON, generated from the intake: strict, and never more generous than the intake.

msgspec decodes lines into structs, `screener.batch.table` turns their fields into columns. A field that was absent has
a default that no JSON text can produce: so the members of an object can be counted, which is how a key that stands
twice is noticed (msgspec takes the last of them in silence).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from screener.engine.columns import CHOICE_FIELDS, MEDICINE_FIELD, NUMBER_FIELDS, YES_NO_FIELDS
from screener.intake import FIELDS, Number

ABSENT: Final = 2  # a JSON number is no yes/no answer, choice, list or text: only the default can be one
NOT_THERE: Final = math.nan  # JSON has no NaN


class MedicineRow(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """A medicine given with months."""

    name: str
    months: float | None = NOT_THERE

    @property
    def members(self) -> int:
        """How many JSON members it was written with."""
        return 1 + (self.months is None or self.months == self.months)


def row_type(extras: Iterable[str] = ()) -> type[msgspec.Struct]:
    """The struct of a case, its fields in the order of the columns.

    Args:
        extras: other fields that are passed over, as long as they hold a plain value.
    """
    fields: list[tuple[str, Any, Any]] = [(name, bool | str | None, ABSENT) for name in YES_NO_FIELDS]
    fields += [(name, _number_type(name), NOT_THERE) for name in NUMBER_FIELDS]
    fields += [(name, str | None, ABSENT) for name in CHOICE_FIELDS]
    fields += [(MEDICINE_FIELD, list[str | MedicineRow] | None, ABSENT), ("case_id", str | None, ABSENT)]
    names = {f"extra_{number}": name for number, name in enumerate(sorted(extras))}
    fields += [(attribute, str | bool | float | None, ABSENT) for attribute in names]
    return msgspec.defstruct("Row", fields, forbid_unknown_fields=True, gc=False, rename=names)


def _number_type(name: str) -> Any:
    kind = FIELDS[name]
    assert isinstance(kind, Number)
    return float | str | None if kind.unknown_word or kind.text_schema() else float | None


class FastDecoder:
    """Decodes lines of JSON into rows.

    Args:
        extras: fields that are passed over, as long as they hold a plain value.
    """

    def __init__(self, extras: Iterable[str] = ()) -> None:
        self.extras = tuple(sorted(extras))
        self.decoder = msgspec.json.Decoder(row_type(self.extras))

    def block(self, block: bytes, count: int) -> list[Any] | None:
        """The rows of a block of `count` lines, or None when they are not so many cases that are accepted."""
        try:
            rows: list[Any] = self.decoder.decode_lines(block)
        except (ValueError, msgspec.MsgspecError, RecursionError):
            return None
        return rows if len(rows) == count else None

    def lines(self, lines: Iterable[bytes]) -> list[Any]:
        """The row of each line; None for a line that is not accepted as it stands."""
        rows: list[Any] = []
        rest = iter(lines)
        decode = self.decoder.decode
        while True:
            try:
                rows.extend(map(decode, rest))
            except (ValueError, msgspec.MsgspecError, RecursionError):
                rows.append(None)
            else:
                return rows


def members(row: Any) -> int:
    """How many colons the JSON text of a row has when no key stands twice and nothing is escaped."""
    values = msgspec.structs.astuple(row)
    count = sum(1 for value in values if value is not ABSENT and value == value)
    for value in values:
        if isinstance(value, str):
            count += value.count(":")
        elif isinstance(value, list):
            count += sum(_entry(entry) for entry in value)
    return count


def _entry(entry: str | MedicineRow) -> int:
    return entry.count(":") if isinstance(entry, str) else entry.name.count(":") + entry.members
