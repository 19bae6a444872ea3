"""Where the boxes of a picture are: in columns from the answers to the flags, or below each other (`rows`).

In columns each connected part is laid out by itself; parts are side by side where there is room.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Final

from screener.explain.picture import words
from screener.explain.picture.boxes import (
    MARGIN,
    PORT,
    SMALL,
    SMALL_LEADING,
    Arc,
    Box,
    PlacedEdge,
    PlacedGraph,
    boxed,
    room,
    wrap,
)
from screener.explain.picture.graph import Graph, Node
from screener.explain.picture.layers import Layers, parts, tidied
from screener.explain.picture.ordering import middles, order
from screener.saying import say

LANE: Final = 8  # height of a lane for a passing line; all lengths are in pixels
BETWEEN: Final = 30  # between columns, without the straight ends of the lines
STUB: Final = 18  # the straight end of a line, where arcs and signs are
LEGEND: Final = 320  # the least width for the words that explain the signs
APART: Final = 16  # between connected parts; twice as much side by side
NEAR: Final = 40  # parts among which room is looked for
GAP: Final = 10  # between boxes below each other


@dataclass
class ColumnPlacer:
    """Places graphs in columns, and remembers the parts that it has placed: of a graph that grows, most stay.

    Attributes:
        most: how wide a picture may be before something goes below, in pixels.
        box: the greatest width of a box.
        carefully: whether crossings are made as few as can be; it takes longer.
    """

    most: int
    box: int
    carefully: bool = True
    known: dict[object, PlacedGraph] = field(default_factory=dict)

    def place(self, graph: Graph) -> PlacedGraph:
        """Place a graph, from left to right; its parts as high up as there is room for, and then as far left."""
        found = self._parts(graph)
        wide, high, legend = _around(found, graph)
        boxes, lines, arcs = list[Box](), list[PlacedEdge](), list[Arc]()
        for part, x, y in found:
            boxes += [replace(box, x=box.x + x, y=box.y + y) for box in part.boxes]
            lines += [replace(line, points=tuple((a + x, b + y) for a, b in line.points)) for line in part.lines]
            arcs += [replace(arc, x=arc.x + x, top=arc.top + y, bottom=arc.bottom + y) for arc in part.arcs]
        return PlacedGraph(wide, high, tuple(boxes), tuple(lines), tuple(arcs), legend)

    def size(self, graph: Graph) -> tuple[int, int]:
        """How wide and how high the picture of a graph is."""
        return _around(self._parts(graph), graph)[:2]

    def _parts(self, graph: Graph) -> list[tuple[PlacedGraph, int, int]]:
        """The connected parts, each with its place in the picture."""
        found = [self._part(layers, graph.goals) for layers in parts(graph)]
        corners = packed([(part.width, part.height) for part in found], self.most - 2 * MARGIN)
        return [(part, x + MARGIN, y + MARGIN) for part, (x, y) in zip(found, corners, strict=True)]

    def _part(self, layers: Layers, goals: tuple[str, ...]) -> PlacedGraph:
        nodes = tuple((key, node.folded) for key, node in layers.nodes.items())
        key = (nodes, tuple((edge.source, edge.target, edge.negated) for edge, _ in layers.paths))
        if key not in self.known:
            order(layers, goals, self.carefully)
            self.known[key] = _part(layers, self.box)
        return self.known[key]


def _around(found: list[tuple[PlacedGraph, int, int]], graph: Graph) -> tuple[int, int, tuple[str, ...]]:
    """The width and height of a picture, and the words that explain its signs in lines."""
    wide = max((x + part.width for part, x, _ in found), default=MARGIN) + MARGIN
    high = max((y + part.height for part, _, y in found), default=MARGIN) + MARGIN
    said = "  ".join(words.legend(graph))
    if not said:
        return wide, high, ()
    wide = max(wide, LEGEND)
    legend = wrap(said, SMALL, wide - 2 * MARGIN)
    return wide, high + SMALL_LEADING * len(legend) + MARGIN, legend


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


# one part


def _part(layers: Layers, most: int) -> PlacedGraph:
    tidied(layers)
    boxes = _boxes(layers, most)
    wide = [max((boxes[key].width for key in keys if key in boxes), default=0) for keys in layers.columns]
    heights = {key: boxes[key].height if key in boxes else LANE for keys in layers.columns for key in keys}
    middle = middles(layers, heights)
    x, placed, column = 0, dict[str, Box](), dict[str, tuple[int, int]]()
    for keys, across in zip(layers.columns, wide, strict=True):
        for key in keys:
            column[key] = (x, x + across)
            if key in boxes:
                box = boxes[key]
                own = box.width if box.node.kind == "gate" else across
                placed[key] = replace(box, x=x + across - own, y=middle[key] - box.height // 2, width=own)
        x += across + BETWEEN + STUB
    lines, arcs = _lines(layers, placed, middle, column)
    high = max(box.low for box in placed.values())
    lowest = max([high, *(y for line in lines for _, y in line.points)])
    right = max(box.right for box in placed.values())
    return PlacedGraph(right, lowest, tuple(placed.values()), lines, arcs)


def _boxes(layers: Layers, most: int) -> dict[str, Box]:
    """The boxes of a part, wrapped to the width of their column."""
    ends = Counter(edge.target for edge, _ in layers.paths)
    found: dict[str, Box] = {}
    for keys in layers.columns:
        nodes = [(key, layers.nodes[key]) for key in keys if key in layers.nodes]
        natural = [boxed(node, room(node, most), ends[key]) for key, node in nodes]
        wide = max((box.width for box in natural), default=0)
        for (key, node), box in zip(nodes, natural, strict=True):
            found[key] = boxed(node, wide, ends[key]) if box.width < wide and len(box.lines) > 1 else box
    return found


def _lines(
    layers: Layers, placed: dict[str, Box], middle: dict[str, int], column: dict[str, tuple[int, int]]
) -> tuple[tuple[PlacedEdge, ...], tuple[Arc, ...]]:
    """The lines from box to box, each with an end of its own, and the arcs across those that count together."""
    into: dict[str, list[int]] = {}
    for number, (edge, _) in enumerate(layers.paths):
        into.setdefault(edge.target, []).append(number)
    lines: dict[int, PlacedEdge] = {}
    arcs: list[Arc] = []
    for target, numbers in into.items():
        box = placed[target]
        numbers.sort(key=lambda number: middle[layers.paths[number][1][-2]])
        first = middle[target] - PORT * (len(numbers) - 1) // 2
        for place, number in enumerate(numbers):
            edge, path = layers.paths[number]
            several = layers.nodes[path[0]].kind == "answers"
            lines[number] = PlacedEdge(edge, _points(path, placed, middle, column, first + place * PORT), several)
        if box.node.every and (len(numbers) > 1 or any(lines[number].several for number in numbers)):
            arcs.append(Arc(box.x - STUB + 5, first - 5, first + PORT * (len(numbers) - 1) + 5, box.node.step))
    return tuple(lines[number] for number in sorted(lines)), tuple(arcs)


def _points(
    path: list[str], placed: dict[str, Box], middle: dict[str, int], column: dict[str, tuple[int, int]], end: int
) -> tuple[tuple[int, int], ...]:
    """From the right side of the first box, along the lanes, to the left side of the last: curve and straight by turns.

    All curves between two columns begin and end at the same places across, so that they cross only if their order does.
    """
    source, target = placed[path[0]], placed[path[-1]]
    points = [(source.x + source.width, middle[path[0]])]
    for lane in path[1:-1]:
        left, right = column[lane]
        points += [(left - STUB, middle[lane]), (right, middle[lane])]
    left, _ = column[path[-1]]
    return (*points, (left - STUB, end), (target.x, end))


def rows(graph: Graph, most: int, width: int) -> PlacedGraph:
    """The boxes in the order of reasoning, as many side by side as there is room for; no lines."""
    keys = [key for key in graph.behind(graph.goals) if graph.nodes[key].kind != "gate"]
    number = {key: index for index, key in enumerate(keys, start=1)}
    per_row = max(1, (most - 2 * MARGIN + GAP) // (width + GAP))
    boxes: list[Box] = []
    y = MARGIN
    for start in range(0, len(keys), per_row):
        row = [boxed(graph.nodes[key], width, 0, _mark(graph, key, number)) for key in keys[start:][:per_row]]
        xs = [MARGIN + column * (width + GAP) for column in range(len(row))]
        boxes += [replace(box, x=x, y=y, width=width) for x, box in zip(xs, row, strict=True)]
        y += max(box.height for box in row) + GAP
    across = min(per_row, max(len(keys), 1))
    return PlacedGraph(2 * MARGIN + across * (width + GAP) - GAP, y - GAP + MARGIN, tuple(boxes))


def _mark(graph: Graph, key: str, number: dict[str, int]) -> str:
    """Number, kind and status, and the numbers of the boxes that lead to it: `7. flag: raised, from 5 or 6`."""

    def named(node: Node) -> str:
        return str(number[node.key])

    node = graph.nodes[key]
    if node.kind == "answer":
        what = words.status(node)
    else:
        what = f"{say('rule')}: {words.status(node)}" if node.kind == "rule" else words.mark(node)
    rests = words.expression(graph, key, named)
    return f"{number[key]}. {what}" + (say(", from {numbers}", numbers=rests) if rests else "")
