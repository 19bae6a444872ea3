"""How far down boxes are in their columns, and where the parts of a picture are.

Within a column boxes are as near to the middle of their neighbours as the others allow: the least squares under the
order that was found, by pooling (R. E. Barlow and others, Statistical inference under order restrictions, 1972).
"""

from __future__ import annotations

from typing import Final

from screener.explain.picture.layers import Layers

GAP: Final = 8  # between boxes of one column, in pixels
APART: Final = 16  # between connected parts; twice as much side by side
ROUNDS: Final = 8
STRAIGHT: Final = 8.0  # how much more a lane counts than a box when it is made straight
NEAR: Final = 40  # parts among which room is looked for


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


def packed(sizes: list[tuple[int, int]], most: int) -> list[tuple[int, int]]:
    """A place for each rectangle, as high up as there is room for, and then as far left.

    Args:
        sizes: their widths and heights.
        most: how far they may reach to the right; one that is wider still is put at the left.
    """
    taken: list[tuple[int, int, int, int]] = []
    for wide, high in sizes:
        highest = min((top for _, top, _, _ in taken[-NEAR:]), default=0)  # far above nobody looks for room
        near = [one for one in taken if one[3] + APART > highest]
        for y in sorted({highest, *(low + APART for _, _, _, low in near)}):
            level = [(left, right) for left, top, right, low in near if y < low + APART and top < y + high + APART]
            rooms = [
                x for x in sorted({0, *(right + 2 * APART for _, right in level)})
                if (x + wide <= most or not x)
                and not any(x < right + 2 * APART and left < x + wide + 2 * APART for left, right in level)
            ]  # fmt: skip
            if rooms:
                taken.append((rooms[0], y, rooms[0] + wide, y + high))
                break
    return [(left, top) for left, top, _, _ in taken]
