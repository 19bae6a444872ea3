"""Kleene logic on bit planes: 64 cases in every word, AND and OR as one instruction for all of them.

A truth value of many cases is a pair of planes: in `certain` a case's bit is set when the value is true, in `possible`
when it is true or unknown. AND and OR work on both planes alike, NOT swaps and inverts them. Where a value cannot be
unknown both are the same array, and the work is done once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Plane: TypeAlias = NDArray[np.uint64]
WORD: Final = 64


class Pair(NamedTuple):
    """The truth value of one condition for many cases."""

    certain: Plane
    possible: Plane

    @property
    def exact(self) -> bool:
        """Whether no case is unknown, by construction."""
        return self.certain is self.possible


def words(count: int) -> int:
    """How many words hold a bit for each of `count` cases."""
    return -(-count // WORD)


def pack(mask: NDArray[Any]) -> Plane:
    """One bit for each element of a mask, the first in the lowest bit; bits beyond the end are 0."""
    plane: Plane = pack_all(mask[np.newaxis])[0]
    return plane


def pack_all(masks: NDArray[Any]) -> NDArray[np.uint64]:
    """The planes of several masks, the rows of a table."""
    packed = np.zeros((len(masks), words(masks.shape[1]) * 8), np.uint8)
    bits = np.packbits(masks, axis=1, bitorder="little")
    packed[:, : bits.shape[1]] = bits
    return packed.view(np.uint64)


def unpack(plane: Plane, count: int) -> NDArray[np.bool_]:
    """The first `count` bits of a plane as booleans."""
    return np.unpackbits(plane.view(np.uint8), count=count, bitorder="little").view(np.bool_)


def bits(plane: Plane) -> int:
    """How many bits are set; the plane must have none beyond the last case."""
    return int(np.bitwise_count(plane).sum())


def bits_of_all(planes: Sequence[Plane]) -> list[int]:
    """How many bits are set in each of several planes."""
    if not planes:
        return []
    counts: list[int] = np.bitwise_count(np.stack(planes)).sum(axis=1).tolist()
    return counts


def zeros(length: int) -> Plane:
    """A plane in which no bit is set."""
    return np.zeros(length, np.uint64)


def ones(length: int) -> Plane:
    """A plane in which every bit is set, those beyond the last case too."""
    return np.full(length, np.iinfo(np.uint64).max, np.uint64)


def every(count: int) -> Plane:
    """A plane in which the bits of `count` cases are set and no other."""
    plane = ones(words(count))
    if count % WORD:
        plane[-1] >>= np.uint64(WORD - count % WORD)
    return plane


def exact(plane: Plane) -> Pair:
    """A value that is never unknown."""
    return Pair(plane, plane)


def negation(part: Pair) -> Pair:
    """True where the part is false."""
    certain = ~part.possible
    return exact(certain) if part.exact else Pair(certain, ~part.certain)


def conjunction(parts: Sequence[Pair], length: int) -> Pair:
    """True where all parts are, false where one part is."""
    return _of_both(partial(_reduce, np.bitwise_and), parts) if parts else exact(ones(length))


def disjunction(parts: Sequence[Pair], length: int) -> Pair:
    """True where some part is, false where all parts are."""
    return _of_both(partial(_reduce, np.bitwise_or), parts) if parts else exact(zeros(length))


def _reduce(operation: np.ufunc, planes: Sequence[Plane]) -> Plane:
    if len(planes) == 1:
        return planes[0]
    result: Plane = operation(planes[0], planes[1])
    for plane in planes[2:]:
        operation(result, plane, out=result)
    return result


def at_least(count: int, parts: Sequence[Pair], length: int) -> Pair:
    """True where so many parts are true, false where so many can no longer be true."""
    return _of_both(partial(counted, count, length=length), parts)


def _of_both(work: Callable[[list[Plane]], Plane], parts: Sequence[Pair]) -> Pair:
    """What is worked out from the certain planes, and from the possible ones; once where they are the same."""
    certain = work([part.certain for part in parts])
    if all(part.exact for part in parts):
        return exact(certain)
    return Pair(certain, work([part.possible for part in parts]))


def counted(count: int, planes: Sequence[Plane], length: int) -> Plane:
    """The cases in which at least `count` of the planes have their bit set: a bit-sliced adder and comparison."""
    digits: list[Plane] = []  # of the sum, in binary, the lowest first
    for number, plane in enumerate(planes, start=1):
        carry = plane
        for index, digit in enumerate(digits):
            digits[index], carry = digit ^ carry, digit & carry
        if len(digits) < number.bit_length():
            digits.append(carry)
    if count <= 0:
        return ones(length)
    if count >> len(digits):
        return zeros(length)
    result = ones(length)
    for index, digit in enumerate(digits):
        result = result & digit if count >> index & 1 else result | digit
    return result


_HALVES: Final = (
    (32, 0x00000000FFFFFFFF), (16, 0x0000FFFF0000FFFF), (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F), (2, 0x3333333333333333), (1, 0x5555555555555555),
)  # fmt: skip


def _turn(squares: NDArray[np.uint64]) -> None:
    """Transpose every column of 64 words in place, as 64 by 64 bits (H. S. Warren, Hacker's Delight, 7-3)."""
    for distance, mask in _HALVES:
        halves = squares.reshape(WORD // (2 * distance), 2, distance, squares.shape[1])
        upper, lower = halves[:, 0], halves[:, 1]
        moved = upper >> np.uint64(distance)
        moved ^= lower
        moved &= np.uint64(mask)
        lower ^= moved
        moved <<= np.uint64(distance)
        upper ^= moved


def by_case(planes: Sequence[Plane], count: int, width: int) -> NDArray[np.uint64]:
    """The bits of many planes turned around: a row of `width` words for each case, its first bit from the first plane.

    Bits that no plane fills are 0.
    """
    found = np.zeros((words(count), WORD, width), np.uint64)
    for place in range(words(len(planes))):
        square = np.zeros((WORD, words(count)), np.uint64)
        for row, plane in zip(square, planes[place * WORD : (place + 1) * WORD], strict=False):
            row[:] = plane
        _turn(square)
        found[:, :, place] = square.T
    return found.reshape(-1, width)[:count]


def planes_of(rows: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """What `by_case` turned around, turned back: the planes of rows of words, one for each bit."""
    count, width = rows.shape
    padded = np.zeros((words(count) * WORD, width), np.uint64)
    padded[:count] = rows
    found = np.zeros((width * WORD, words(count)), np.uint64)
    for place in range(width):
        square = found[place * WORD : (place + 1) * WORD]
        square[:] = padded[:, place].reshape(-1, WORD).T
        _turn(square)
    return found
