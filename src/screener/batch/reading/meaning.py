"""What the texts and numbers in a file mean, checked as the intake does: texts once for each text that occurs, ranges
in one comparison for a whole column. What was found is kept from block to block.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, Final, TypeAlias, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from screener.batch.reading.fast import ABSENT
from screener.batch.reading.notation import Notation
from screener.case.answers import MONTHS, Number, is_name
from screener.case.bound import Bound
from screener.engine.columnar.columns import NO_CHOICE, UNKNOWN, Codes, Floats

ABSENT_CODE: Final = UNKNOWN + 1
ABSENT_CHOICE: Final = -3
BAD: Final = 255  # the code of a yes/no answer that is none
BAD_CHOICE: Final = -2
REFUSED: Final = object()
MOST_TEXTS_KEPT: Final = 50_000
MOST_WORDS_KEPT: Final = 24  # each is looked for in every block

_encode = msgspec.msgpack.Encoder().encode
_PLAIN: Final = bytes(
    {0xC2: 0, 0xC3: 1, 0xC0: UNKNOWN, ABSENT: ABSENT_CODE}.get(byte, BAD) for byte in range(256)
)  # MessagePack's bytes for false, true, nil and the number 2

Value = TypeVar("Value")
Read: TypeAlias = Callable[[str, Any], Any]  # from a field and what was written to what the intake takes


class Learnt(dict[Any, Value]):
    """What things that were written say: each is found out once, and forgotten when there are very many."""

    def __init__(self, find: Callable[[Any], Value]) -> None:
        super().__init__()
        self.find = find

    def __missing__(self, written: Any) -> Value:
        value = self.find(written)
        if len(self) >= MOST_TEXTS_KEPT:
            self.clear()
        self[written] = value
        return value


class Meaning:
    """What a reader learns about what is in the data.

    Args:
        notation: what the data write for missing, yes and no, and in which units.
        read: from a field and what was written to what the intake takes; a ValueError leaves the row to the careful
            reader.

    Attributes:
        yes_no: codes of answers to yes/no fields, which are all read in the same way.
        words: the first words that were met in them, each as MessagePack writes it, with what it writes for their
            meaning.
        numbers: by field, what texts such as `1.6 mg/dL` say. Infinity marks what is left to the careful reader:
            bounds such as `> 7 mmol/L`, and what is refused.
        with_units: the fields of numbers in which texts were met.
        choices: by field, codes of words.
        own_words: by field, what people wrote in their own words, None where nothing is said. `REFUSED` marks what is
            left to the careful reader.
    """

    def __init__(self, notation: Notation, read: Read) -> None:
        self.notation = notation
        self.fields = fields = notation.fields
        self.read = read
        self.yes_no = Learnt(partial(self._yes_no, next(iter(fields.yes_no), "")))
        self.words: list[tuple[bytes, bytes]] = []
        self.numbers = {name: Learnt(partial(self._number, name)) for name in fields.numbers}
        self.with_units: set[str] = set()
        self.choices = {name: Learnt(partial(self._choice, name)) for name in fields.choices}
        self.own_words = {name: Learnt(partial(self._checked, name)) for name in fields.own_words}
        self.factors = {name: notation.factor(name) for name in fields.numbers}
        self.exact = {name: Learnt(partial(_times, factor)) for name, factor in self.factors.items() if factor}

    def with_absent(self) -> Meaning:
        """The same for rows in which `ABSENT` may be."""
        self.yes_no[ABSENT] = ABSENT_CODE
        for codes in self.choices.values():
            codes[ABSENT] = ABSENT_CHOICE
        for texts in self.own_words.values():
            texts[ABSENT] = None
        return self

    def _checked(self, name: str, written: Any) -> Any:
        """An answer as the intake has it."""
        try:
            return self.fields[name].check(self.read(name, written))
        except ValueError:
            return REFUSED

    def _yes_no(self, name: str, written: Any) -> int:
        answer = self._checked(name, written)
        if answer is REFUSED:
            return BAD
        if isinstance(written, str) and len(self.words) < MOST_WORDS_KEPT:
            self.words.append((_encode(written), _encode(answer)))
        return UNKNOWN if answer is None else int(answer)

    def _choice(self, name: str, written: Any) -> int:
        word = self._checked(name, written)
        if word is REFUSED:
            return BAD_CHOICE
        return NO_CHOICE if word is None else self.fields.options(name).index(word)

    def _number(self, name: str, written: Any) -> float:
        value = self._checked(name, written)
        if value is REFUSED or isinstance(value, Bound):
            return math.inf
        return math.nan if value is None else float(value)

    def codes(self, columns: Sequence[Sequence[Any]]) -> Codes:
        """The codes of columns of yes/no answers, a row for each column.

        MessagePack writes every plain answer as one byte, after a short header. A word that was met before is put into
        one byte, too; no other text can become so short, since what is replaced is the whole of it.
        """
        header, count = _header(len(columns[0])), len(columns[0])
        packed = _encode(columns)
        whole = _header(len(columns)) + len(columns) * (header + count)
        if len(packed) > whole:
            for word, code in self.words:
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

    def bare(self, name: str, values: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        """Numbers without a unit (NaN: not reported) in the field's own unit, and which the intake would refuse."""
        factor = self.factors[name]
        if factor is None:
            return values, ~np.isnan(values)
        if factor != 1:
            different, places = np.unique(values, return_inverse=True)
            values = np.array([self.exact[name][value] for value in different.tolist()], np.float64)[places]
        kind = self.fields[name]
        assert isinstance(kind, Number)
        bad = (values < kind.low) | (values > kind.high)
        if kind.whole:
            bad |= (values != np.floor(values)) & ~np.isnan(values)
        return values, bad

    def texts(self, name: str, written: Iterable[Any]) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
        """A column of what people wrote in their own words, and in which rows the careful reader has to look."""
        found = [self.own_words[name][value] for value in written]
        texts = np.full(len(found), None, np.object_)
        texts[:] = [None if text is REFUSED else text for text in found]
        return texts, np.array([text is REFUSED for text in found], np.bool_)


def _header(count: int) -> int:
    return 1 if count < 16 else 3 if count < 65536 else 5


def _times(factor: Decimal, value: float) -> float:
    """Computed exactly and rounded once, as `screener.case.units` does it."""
    return float(Decimal(repr(value)) * factor)


def bad_months(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which durations of a medicine (NaN: not said) the intake would refuse."""
    return (values < MONTHS.low) | (values > MONTHS.high)


def bad_names(names: Iterable[str]) -> NDArray[np.bool_]:
    """Which medicine names the intake would refuse."""
    return np.array([not is_name(name) for name in names], np.bool_)
