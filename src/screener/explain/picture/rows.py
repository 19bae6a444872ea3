"""The picture for narrow screens: boxes below each other, numbered; each says in words which of them lead to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from screener.explain.picture import words
from screener.explain.picture.boxes import Box, Layout, boxed
from screener.explain.picture.graph import Edge, Graph, Node
from screener.logic.order import after_what_it_needs
from screener.saying import say

GAP: Final = 10  # pixels between boxes
MARGIN: Final = 12


def rows(graph: Graph, most: int, width: int) -> Layout:
    """The boxes in the order of reasoning, as many side by side as there is room for; no lines."""
    before = graph.before()
    order = after_what_it_needs(graph.goals, lambda key: [edge.source for edge in before[key]])
    keys = [key for key in order if graph.nodes[key].kind != "gate"]
    number = {key: index for index, key in enumerate(keys, start=1)}
    per_row = max(1, (most - 2 * MARGIN + GAP) // (width + GAP))
    boxes: list[Box] = []
    y = MARGIN
    for start in range(0, len(keys), per_row):
        row = [boxed(graph.nodes[key], width, 0, _mark(graph, before, key, number)) for key in keys[start:][:per_row]]
        xs = [MARGIN + column * (width + GAP) for column in range(len(row))]
        boxes += [replace(box, x=x, y=y, width=width) for x, box in zip(xs, row, strict=True)]
        y += max(box.height for box in row) + GAP
    across = min(per_row, max(len(keys), 1))
    return Layout("rows", 2 * MARGIN + across * (width + GAP) - GAP, y - GAP + MARGIN, tuple(boxes))


def _mark(graph: Graph, before: dict[str, list[Edge]], key: str, number: dict[str, int]) -> str:
    """Number, kind and status, and the numbers of the boxes that lead to it: `7. flag: raised, from 5 or 6`."""

    def named(node: Node) -> str:
        return str(number[node.key])

    node = graph.nodes[key]
    if node.kind == "answer":
        what = words.status(node)
    else:
        what = f"{say('rule')}: {words.status(node)}" if node.kind == "rule" else words.mark(node)
    rests = words.expression(graph, before, key, named)
    return f"{number[key]}. {what}" + (say(", from {numbers}", numbers=rests) if rests else "")
