"""From top to bottom: the order of the boxes in each column, with few crossings, and how far down they are.

By turns the columns are sorted by the middle of what leads to them and of what they lead to, and neighbours change
places where that makes crossings fewer (K. Sugiyama, S. Tagawa, M. Toda, Methods for visual understanding of
hierarchical system structures, IEEE Transactions on Systems, Man and Cybernetics 11, 1981, 109-125; E. R. Gansner and
others, A technique for drawing directed graphs, IEEE Transactions on Software Engineering 19, 1993, 214-230). Within a
column boxes are as near to the middle of their neighbours as the others allow: the least squares under the order that
was found, by pooling (R. E. Barlow and others, Statistical inference under order restrictions, 1972).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from itertools import pairwise
from random import Random
from typing import Final

from screener.explain.picture.layers import Layers

SWEEPS: Final = 4
BEGINNINGS: Final = 8
LARGE: Final = 400  # boxes and lanes; above, neighbours do not change places one by one
GAP: Final = 8  # between boxes of one column, in pixels
ROUNDS: Final = 8
STRAIGHT: Final = 8.0  # how much more a lane counts than a box when it is made straight


def order(layers: Layers, goals: tuple[str, ...], carefully: bool = True) -> None:
    """Sort each column; carefully, it is tried from other beginnings, too (always the same), as long as lines cross."""
    _first(layers, goals)
    large = sum(map(len, layers.columns)) > LARGE
    best, fewest = _improved(layers, exchanging=not large)
    lot = Random(0)
    for _ in range(BEGINNINGS if carefully and not large else 0):
        if not fewest:
            break
        for keys in layers.columns:
            lot.shuffle(keys)
        found, crossed = _improved(layers, exchanging=True)
        if crossed < fewest:
            best, fewest = found, crossed
    layers.columns = best


def _improved(layers: Layers, exchanging: bool) -> tuple[list[list[str]], int]:
    """The best order that is met on the way, and its crossings."""
    best, fewest = [list(keys) for keys in layers.columns], crossings(layers)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        _sweep(layers, forwards=sweep % 2 == 0)
        if exchanging:
            _exchange(layers)
        now = crossings(layers)
        if now < fewest:
            best, fewest = [list(keys) for keys in layers.columns], now
    return best, fewest


def crossings(layers: Layers) -> int:
    """How many pairs of lines between neighbouring columns cross."""
    found = 0
    for keys, following in pairwise(layers.columns):
        place = {key: number for number, key in enumerate(following)}
        above: list[int] = []
        for key in keys:
            targets = sorted(place[other] for other in layers.right.get(key, ()))
            found += sum(len(above) - bisect_left(above, target + 1) for target in targets)
            for target in targets:
                insort(above, target)
    return found


def _first(layers: Layers, goals: tuple[str, ...]) -> None:
    """Start in the order in which the boxes are met on the way back from the goals."""
    met: dict[str, int] = {}
    waiting = [goal for goal in reversed(goals) if goal in layers.nodes]
    while waiting:
        key = waiting.pop()
        if key not in met:
            met[key] = len(met)
            waiting += reversed(layers.left.get(key, ()))
    for keys in layers.columns:
        keys.sort(key=lambda key: met[key])


def _sweep(layers: Layers, forwards: bool) -> None:
    """Sort each column by the middle of its neighbours on one side."""
    side, columns = (layers.left, layers.columns) if forwards else (layers.right, layers.columns[::-1])
    for neighbours, keys in pairwise(columns):
        place = {key: index for index, key in enumerate(neighbours)}
        middle: dict[str, float] = {}
        last = 0.0
        for key in keys:  # what has no neighbours there stays behind the one before it
            around = [place[other] for other in side.get(key, ())]
            last = middle[key] = sum(around) / len(around) if around else last
        keys.sort(key=middle.__getitem__)


def _exchange(layers: Layers) -> None:
    """Let neighbours change places as long as that makes crossings fewer."""
    place = {key: index for keys in layers.columns for index, key in enumerate(keys)}
    better = True
    while better:
        better = False
        for keys in layers.columns:
            for index in range(len(keys) - 1):
                one, other = keys[index], keys[index + 1]
                if _gain(layers, one, other, place) > 0:
                    keys[index], keys[index + 1] = other, one
                    place[one], place[other] = index + 1, index
                    better = True


def _gain(layers: Layers, one: str, other: str, place: dict[str, int]) -> int:
    """How many crossings fewer there are when two neighbours change places."""
    gain = 0
    for side in (layers.left, layers.right):
        above = [place[key] for key in side.get(one, ())]
        below = [place[key] for key in side.get(other, ())]
        gain += sum((a > b) - (a < b) for a in above for b in below)
    return gain


def middles(layers: Layers, heights: dict[str, int]) -> dict[str, int]:
    """The middle of each box and lane, from top to bottom without overlap."""
    at: dict[str, float] = {}
    for keys in layers.columns:
        y = 0.0
        for key in keys:
            at[key] = y + heights[key] / 2
            y += heights[key] + GAP
    pulls = {
        key: [(o, 1.0 if key in layers.nodes and o in layers.nodes else STRAIGHT) for o in layers.neighbours(key)]
        for key in at
    }
    for turn in range(ROUNDS):
        for keys in layers.columns if turn % 2 == 0 else reversed(layers.columns):
            _settle(keys, pulls, at, heights)
    top = min((at[key] - heights[key] / 2 for key in at), default=0.0)
    return {key: round(y - top) for key, y in at.items()}


def _settle(
    keys: list[str], pulls: dict[str, list[tuple[str, float]]], at: dict[str, float], heights: dict[str, int]
) -> None:
    """Move the boxes of a column towards the middle of their neighbours, as far as their order allows."""
    wanted, weights, offsets, offset, above = list[float](), list[float](), list[float](), 0.0, 0
    for key in keys:
        high = heights[key]
        offset += (above + high) / 2 + GAP
        total = sum(pull for _, pull in pulls[key])
        middle = sum(at[other] * pull for other, pull in pulls[key]) / total if total else at[key]
        wanted.append(middle - offset)
        weights.append(total or 0.5)
        offsets.append(offset)
        above = high
    for key, y, off in zip(keys, pooled(wanted, weights), offsets, strict=True):
        at[key] = y + off


def pooled(wanted: list[float], weights: list[float]) -> list[float]:
    """The rising numbers nearest to those wanted: the least sum of weighted squares."""
    blocks: list[tuple[float, float, int]] = []  # mean, weight, how many
    for value, weight in zip(wanted, weights, strict=True):
        count = 1
        while blocks and blocks[-1][0] > value:
            mean, heavy, more = blocks.pop()
            value = (mean * heavy + value * weight) / (heavy + weight)
            weight += heavy
            count += more
        blocks.append((value, weight, count))
    return [mean for mean, _, count in blocks for _ in range(count)]
