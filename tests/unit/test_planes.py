"""Bit planes say for each of many cases what Kleene's logic says for one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from screener.logic.kleene import Kleene, kleene_all, kleene_any, kleene_at_least
from screener.logic.planes import (
    Pair,
    at_least,
    bits,
    bits_of_all,
    by_case,
    conjunction,
    disjunction,
    every,
    negation,
    pack,
    pack_all,
    planes_of,
    unpack,
    words,
)

KLEENE = st.sampled_from([True, False, None])
CASES = st.integers(1, 150)


def pair(values: list[Kleene]) -> Pair:
    certain = pack(np.array([value is True for value in values]))
    if None not in values:
        return Pair(certain, certain)
    return Pair(certain, pack(np.array([value is not False for value in values])))


def read(value: Pair, count: int) -> list[Kleene]:
    certain, possible = unpack(value.certain, count), unpack(value.possible, count)
    return [True if low else None if high else False for low, high in zip(certain, possible, strict=True)]


@given(st.data())
def test_every_operation_is_kleenes(data: st.DataObject) -> None:
    count = data.draw(CASES)
    parts = data.draw(st.lists(st.lists(KLEENE, min_size=count, max_size=count), max_size=6))
    rows = [list(row) for row in zip(*parts, strict=True)] if parts else [[] for _ in range(count)]
    pairs, length = [pair(values) for values in parts], words(count)
    needed = data.draw(st.integers(-1, 8))
    assert read(conjunction(pairs, length), count) == [kleene_all(row) for row in rows]
    assert read(disjunction(pairs, length), count) == [kleene_any(row) for row in rows]
    assert read(at_least(needed, pairs, length), count) == [kleene_at_least(needed, row) for row in rows]
    for values, planes in zip(parts, pairs, strict=True):
        assert read(negation(planes), count) == [None if value is None else not value for value in values]


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 128, 200])
def test_packing_round_trips_and_leaves_no_bits_beyond_the_end(count: int) -> None:
    mask = np.arange(count) % 3 == 0
    plane = pack(mask)
    assert unpack(plane, count).tolist() == mask.tolist()
    assert bits(plane) == int(mask.sum())
    assert bits(every(count)) == count


@given(st.integers(0, 200), st.integers(1, 200), st.integers(0, 1000))
def test_turning_planes_around(count: int, number: int, seed: int) -> None:
    masks = np.random.default_rng(seed).random((number, count)) < 0.3
    planes = [pack(mask) for mask in masks]
    rows = by_case(planes, count, words(number) + 1)
    turned = np.unpackbits(rows.view(np.uint8), axis=1, bitorder="little").T
    assert (masks == turned[:number]).all()
    assert not turned[number:].any()
    assert (planes_of(rows)[:number] == np.stack(planes)).all()
    assert (pack_all(masks) == np.stack(planes)).all()
    assert bits_of_all(planes) == masks.sum(axis=1).tolist()
