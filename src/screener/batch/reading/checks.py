"""The intake's own checks for whole columns: ranges in one comparison, texts once for each text that occurs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from screener.case.answers import MONTHS, Choice, Number, OwnWords, YesNo, is_name
from screener.case.bound import Bound
from screener.engine.columnar.columns import NO_CHOICE, UNKNOWN

BAD: Final = 255  # the code of a yes/no answer that is none
BAD_CHOICE: Final = -2
BAD_TEXT: Final = object()
MOST_TEXTS_KEPT: Final = 50_000
MOST_WORDS_KEPT: Final = 24  # each is looked for in every block
_encode = msgspec.msgpack.Encoder().encode

Value = TypeVar("Value")
Read: TypeAlias = Callable[[str, Any], Any]  # from a field and what was written to what the intake takes


def bad_months(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which durations of a medicine (NaN: not said) the intake would refuse."""
    return (values < MONTHS.low) | (values > MONTHS.high)


def bad_names(names: Iterable[str]) -> NDArray[np.bool_]:
    """Which medicine names the intake would refuse."""
    return np.array([not is_name(name) for name in names], np.bool_)


class YesNoCodes(dict[Any, int]):
    """Codes of answers to a yes/no field as they were written; learns each once.

    Args:
        name: any such field: all are read in the same way.
        read: from what was written to what the intake takes; a ValueError leaves the row to the careful reader.

    Attributes:
        words: the first words that were met, each as MessagePack writes it, with what it writes for their meaning.
    """

    kind: Final = YesNo()

    def __init__(self, name: str, read: Read) -> None:
        super().__init__()
        self.name = name
        self.read = read
        self.words: list[tuple[bytes, bytes]] = []

    def __missing__(self, value: Any) -> int:
        try:
            answer = self.kind.check(self.read(self.name, value))
            code = UNKNOWN if answer is None else int(answer)
        except ValueError:
            code = BAD
        if isinstance(value, str) and code != BAD and len(self.words) < MOST_WORDS_KEPT:
            self.words.append((_encode(value), _encode({UNKNOWN: None}.get(code, code == 1))))
        return keep(self, value, code)


class ChoiceCodes(dict[Any, int]):
    """Codes of the words of a choice as they were written; learns each once."""

    def __init__(self, name: str, kind: Choice, read: Read) -> None:
        super().__init__()
        self.name = name
        self.kind = kind
        self.read = read

    def __missing__(self, value: Any) -> int:
        try:
            word = self.kind.check(self.read(self.name, value))
            code = NO_CHOICE if word is None else self.kind.options.index(word)
        except ValueError:
            code = BAD_CHOICE
        return keep(self, value, code)


class OwnTexts(dict[Any, Any]):
    """What people wrote in their own words, None where nothing is said; learns each once.

    `BAD_TEXT` marks what is left to the careful reader.
    """

    def __init__(self, name: str, kind: OwnWords, read: Read) -> None:
        super().__init__()
        self.name = name
        self.kind = kind
        self.read = read

    def __missing__(self, value: Any) -> Any:
        try:
            text: Any = self.kind.check(self.read(self.name, value))
        except ValueError:
            text = BAD_TEXT
        return keep(self, value, text)

    def column(self, values: Iterable[Any]) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
        """A column of texts, and in which rows the careful reader has to look."""
        found = [self[value] for value in values]
        texts = np.full(len(found), None, np.object_)
        texts[:] = [None if text is BAD_TEXT else text for text in found]
        return texts, np.array([text is BAD_TEXT for text in found], np.bool_)


class TextNumbers(dict[Any, float]):
    """Values of a number field that were written as text, such as `1.6 mg/dL`.

    Infinity marks what is left to the careful reader: bounds such as `> 7 mmol/L`, and what is refused.

    Args:
        name: the field.
        kind: what can be answered to it.
        read: from what was written to what the intake takes.
    """

    def __init__(self, name: str, kind: Number, read: Read) -> None:
        super().__init__()
        self.name = name
        self.kind = kind
        self.read = read

    def __missing__(self, text: Any) -> float:
        try:
            value: Any = self.kind.check(self.read(self.name, text))
            number = math.nan if value is None else math.inf if isinstance(value, Bound) else float(value)
        except ValueError:
            number = math.inf
        return keep(self, text, number)


def keep(cache: dict[Any, Value], key: Any, value: Value) -> Value:
    """Remember a value, in a cache that does not grow for ever."""
    if len(cache) >= MOST_TEXTS_KEPT:
        cache.clear()
    cache[key] = value
    return value
