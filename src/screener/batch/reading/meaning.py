"""What the texts and the plain answers in a file were found to mean, kept from block to block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
import numpy as np

from screener.batch.reading.bare import BareNumbers
from screener.batch.reading.checks import BAD, ChoiceCodes, OwnTexts, Read, TextNumbers, YesNoCodes
from screener.batch.reading.fast import ABSENT
from screener.batch.reading.notation import Notation
from screener.case.answers import Choice, Number, OwnWords
from screener.case.fields import Fields
from screener.engine.columnar.columns import UNKNOWN, Codes

ABSENT_CODE: Final = UNKNOWN + 1
ABSENT_CHOICE: Final = -3

_encode = msgspec.msgpack.Encoder().encode
_PLAIN: Final = bytes(
    {0xC2: 0, 0xC3: 1, 0xC0: UNKNOWN, ABSENT: ABSENT_CODE}.get(byte, BAD) for byte in range(256)
)  # MessagePack's bytes for false, true, nil and the number 2


class Texts:
    """What the texts in a file were found to mean; kept from block to block.

    Args:
        fields: what a case may say.
        read: from what was written to what the intake takes.

    Attributes:
        with_units: the fields of numbers in which texts were met.
    """

    def __init__(self, fields: Fields, read: Read) -> None:
        self.with_units: set[str] = set()
        kinds = fields.items()
        self.yes_no = YesNoCodes(next(iter(fields.yes_no), ""), read)
        self.numbers = {name: TextNumbers(name, kind, read) for name, kind in kinds if isinstance(kind, Number)}
        self.choices = {name: ChoiceCodes(name, kind, read) for name, kind in kinds if isinstance(kind, Choice)}
        self.own_words = {name: OwnTexts(name, kind, read) for name, kind in kinds if isinstance(kind, OwnWords)}

    def with_absent(self) -> Texts:
        """The same for rows in which `ABSENT` may be."""
        self.yes_no[ABSENT] = ABSENT_CODE
        for codes in self.choices.values():
            codes[ABSENT] = ABSENT_CHOICE
        for texts in self.own_words.values():
            texts[ABSENT] = None
        return self

    def codes(self, columns: Sequence[Sequence[Any]]) -> Codes:
        """The codes of columns of yes/no answers, a row for each column.

        MessagePack writes every plain answer as one byte, after a short header. A word that was met before is put into
        one byte, too; no other text can become so short, since what is replaced is the whole of it.
        """
        header, count = _header(len(columns[0])), len(columns[0])
        packed = _encode(columns)
        whole = _header(len(columns)) + len(columns) * (header + count)
        if len(packed) > whole:
            for word, code in self.yes_no.words:
                packed = packed.replace(word, code)
        if len(packed) == whole:
            table = np.frombuffer(packed.translate(_PLAIN), np.uint8, offset=_header(len(columns)))
            return table.reshape(len(columns), header + count)[:, header:]
        return np.concatenate([self.codes_of_one(column)[None] for column in columns])

    def codes_of_one(self, column: Sequence[Any]) -> Codes:
        """The same for a single column, which may hold words."""
        packed = _encode(column)
        if len(packed) == len(column) + _header(len(column)):
            return np.frombuffer(packed.translate(_PLAIN), np.uint8, offset=_header(len(column)))
        known = self.yes_no
        return np.frombuffer(bytes([known[value] for value in column]), np.uint8)


class Meaning:
    """What a reader learns from block to block about what is in the data.

    Args:
        notation: what the data write for missing, yes and no, and in which units.
        read: from a field and what was written to what the intake takes.
    """

    def __init__(self, notation: Notation, read: Read) -> None:
        self.notation = notation
        self.texts = Texts(notation.fields, read)
        self.bare = BareNumbers(notation)


def _header(count: int) -> int:
    return 1 if count < 16 else 3 if count < 65536 else 5
