"""The fast decoder for cases in JSON, generated from the fields: strict, and never more generous than the intake.

msgspec decodes lines into structs, `screener.batch.reading.conversion` turns their fields into columns. A field that
was absent has a default that no JSON text can produce: so the members of an object can be counted, which is how a key
that is given twice is noticed (msgspec takes the last of them in silence).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import compress
from typing import Any, Final

import msgspec

from screener.case.answers import Medicines, Number, YesNo
from screener.case.fields import Fields

ABSENT: Final = 2  # a JSON number is no yes/no answer, choice, list or text: only the default can be one
NOT_THERE: Final = math.nan  # where a number can be; JSON has no NaN
LONGEST_LEARNT: Final = 200  # characters of the name of a field that is passed over

_keys = msgspec.json.Decoder(dict[str, msgspec.Raw])


def can_learn(name: str) -> bool:
    """Whether the decoder can be told to pass over a field: the name must be in JSON as it is."""
    return 0 < len(name) <= LONGEST_LEARNT and name.isprintable() and not set(name) & {'"', "\\"}


class MedicineRow(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """A medicine given with months."""

    name: str
    months: float | None = NOT_THERE

    @property
    def members(self) -> int:
        """How many JSON members it was written with."""
        return 1 + (self.months is None or self.months == self.months)


def row_type(fields_known: Fields, names: Iterable[str]) -> type[msgspec.Struct]:
    """The struct of a case.

    Args:
        fields_known: what a case may say.
        names: the fields, in the order of the struct. Those that the intake does not have are passed over, as long as
            they hold a plain value.
    """
    renamed = {f"field_{number}": name for number, name in enumerate(names)}
    fields = [(attribute, *_type_and_default(name, fields_known)) for attribute, name in renamed.items()]
    return msgspec.defstruct("Row", fields, forbid_unknown_fields=True, gc=False, rename=renamed)


def _type_and_default(name: str, known: Fields) -> tuple[Any, Any]:
    kind = known.get(name)
    if isinstance(kind, YesNo):
        return bool | str | None, ABSENT
    if isinstance(kind, Number):
        return (float | str | None if kind.unknown_word or kind.text_schema() else float | None), NOT_THERE
    if isinstance(kind, Medicines):
        return list[str | MedicineRow] | None, ABSENT
    if name == "case_id":
        return str | int | None, NOT_THERE
    if kind is None:
        return str | bool | float | None, ABSENT
    return str | None, ABSENT


class FastDecoder:
    """Decodes lines of JSON into rows.

    msgspec is fastest when the keys come in the order of the struct, so the struct takes the order of the input.

    Args:
        fields: what a case may say.
        extras: names that are passed over, as long as they hold a plain value.
        order: fields in the order of the input.
    """

    def __init__(self, fields: Fields, extras: Iterable[str] = (), order: Iterable[str] = ()) -> None:
        self.fields = fields
        self.extras = tuple(sorted(extras))
        known = {*fields.case_keys, *self.extras}
        self.names = tuple(dict.fromkeys([*(name for name in order if name in known), *fields.case_keys, *self.extras]))
        self.yes_no = [isinstance(fields.get(name), YesNo) for name in self.names]
        self.others = [not one for one in self.yes_no]
        self.yes_no_names = tuple(compress(self.names, self.yes_no))
        self.other_names = tuple(compress(self.names, self.others))
        self.decoder = msgspec.json.Decoder(row_type(fields, self.names))

    def in_order_of(self, line: bytes) -> FastDecoder:
        """The decoder for input that looks like this line."""
        try:
            keys = list(_keys.decode(line))
        except (ValueError, msgspec.MsgspecError, RecursionError):
            return self
        known = [name for name in keys if name in self.names]
        return self if tuple(known) == self.names[: len(known)] else FastDecoder(self.fields, self.extras, known)

    def block(self, block: bytes, count: int) -> list[Any] | None:
        """The rows of a block of `count` lines, or None when they are not so many cases that are accepted."""
        try:
            rows: list[Any] = self.decoder.decode_lines(block)
        except (ValueError, msgspec.MsgspecError, RecursionError):
            return None
        return rows if len(rows) == count else None

    def lines(self, lines: Iterable[bytes]) -> list[Any]:
        """The row of each line; None for a line that is not accepted as written."""
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
    """How many colons the JSON text of a row has when no key is given twice and nothing is escaped."""
    values = msgspec.structs.astuple(row)
    count = sum(1 for value in values if value is not ABSENT and value == value)
    for value in values:
        if isinstance(value, str):
            count += value.count(":")
        elif isinstance(value, list):
            count += sum(colons(entry) for entry in value)
    return count


def colons(entry: str | MedicineRow) -> int:
    """How many colons the JSON text of a medicine has, when no key is given twice and nothing is escaped."""
    return entry.count(":") if isinstance(entry, str) else entry.name.count(":") + entry.members
