"""Where the boxes of a picture are: in columns from the answers to the flags.

Each connected part is laid out by itself; parts are side by side where there is room.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import ceil
from typing import Final

from screener.explain.picture import words
from screener.explain.picture.boxes import PAD, PORT, SIZE, SMALL, SMALL_LEADING, Arc, Box, Layout, Line, boxed, front
from screener.explain.picture.graph import Graph, Node
from screener.explain.picture.layers import Layers, parts, tidied
from screener.explain.picture.lettering import broken, width, wrap
from screener.explain.picture.ordering import order
from screener.explain.picture.spacing import middles, packed

LIST: Final = 250  # the greatest width of a box of several answers; all lengths are in pixels
LANE: Final = 8  # height of a lane for a passing line
BETWEEN: Final = 30  # between columns, without the straight ends of the lines
STUB: Final = 18  # the straight end of a line, where arcs and signs are
MARGIN: Final = 12
LEGEND: Final = 320  # the least width for the words that explain the signs


@dataclass
class Columns:
    """Places graphs in columns, and remembers the parts that it has placed: of a graph that grows, most stay.

    Attributes:
        most: how wide a picture may be before something goes below, in pixels.
        box: the greatest width of a box.
        carefully: whether crossings are made as few as can be; it takes longer.
    """

    most: int
    box: int
    carefully: bool = True
    known: dict[object, _Part] = field(default_factory=dict)

    def place(self, graph: Graph) -> Layout:
        """Place a graph, from left to right; its parts as high up as there is room for, and then as far left."""
        found = [self._part(layers, graph.goals) for layers in parts(graph)]
        corners = packed([(part.width, part.height) for part in found], self.most - 2 * MARGIN)
        placed = [part.moved(x + MARGIN, y + MARGIN) for part, (x, y) in zip(found, corners, strict=True)]
        wide, high, legend = _around(found, corners, graph)
        boxes = tuple(box for part in placed for box in part.boxes)
        lines = tuple(line for part in placed for line in part.lines)
        arcs = tuple(arc for part in placed for arc in part.arcs)
        return Layout("columns", wide, high, boxes, lines, arcs, legend)

    def size(self, graph: Graph) -> tuple[int, int]:
        """How wide and how high the picture of a graph is."""
        found = [self._part(layers, graph.goals) for layers in parts(graph)]
        corners = packed([(part.width, part.height) for part in found], self.most - 2 * MARGIN)
        return _around(found, corners, graph)[:2]

    def _part(self, layers: Layers, goals: tuple[str, ...]) -> _Part:
        nodes = tuple((key, node.folded) for key, node in layers.nodes.items())
        key = (nodes, tuple((edge.source, edge.target, edge.negated) for edge, _ in layers.paths))
        if key not in self.known:
            order(layers, goals, self.carefully)
            self.known[key] = _part(layers, self.box)
        return self.known[key]


@dataclass(frozen=True)
class _Part:
    """A connected part, placed by itself."""

    width: int
    height: int
    boxes: list[Box]
    lines: list[Line]
    arcs: list[Arc]

    def moved(self, x: int, y: int) -> _Part:
        return _Part(
            self.width,
            self.height,
            [replace(box, x=box.x + x, y=box.y + y) for box in self.boxes],
            [replace(line, points=tuple((a + x, b + y) for a, b in line.points)) for line in self.lines],
            [replace(arc, x=arc.x + x, top=arc.top + y, bottom=arc.bottom + y) for arc in self.arcs],
        )


def _around(found: list[_Part], corners: list[tuple[int, int]], graph: Graph) -> tuple[int, int, tuple[str, ...]]:
    """The width and height of a picture, and the words that explain its signs in lines."""
    wide = max((x + part.width for part, (x, _) in zip(found, corners, strict=True)), default=0) + 2 * MARGIN
    high = max((y + part.height for part, (_, y) in zip(found, corners, strict=True)), default=0) + 2 * MARGIN
    said = "  ".join(words.legend(graph))
    if not said:
        return wide, high, ()
    wide = max(wide, LEGEND)
    legend = wrap(said, SMALL, wide - 2 * MARGIN)
    return wide, high + SMALL_LEADING * len(legend) + MARGIN, legend


# one part


def _part(layers: Layers, most: int) -> _Part:
    tidied(layers)
    boxes = _boxes(layers, most)
    wide = [max((boxes[key].width for key in keys if key in boxes), default=0) for keys in layers.columns]
    middle = middles(layers, {key: boxes[key].height if key in boxes else LANE for key in _keys(layers)})
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
    return _Part(right, lowest, list(placed.values()), lines, arcs)


def _keys(layers: Layers) -> list[str]:
    return [key for keys in layers.columns for key in keys]


def _boxes(layers: Layers, most: int) -> dict[str, Box]:
    """The boxes of a part, wrapped to the width of their column."""
    ends: dict[str, int] = {}
    for edge, _ in layers.paths:
        ends[edge.target] = ends.get(edge.target, 0) + 1
    found: dict[str, Box] = {}
    for keys in layers.columns:
        nodes = [(key, layers.nodes[key]) for key in keys if key in layers.nodes]
        natural = [boxed(node, _most(node, most), ends.get(key, 0)) for key, node in nodes]
        wide = max((box.width for box in natural), default=0)
        for (key, node), box in zip(nodes, natural, strict=True):
            found[key] = boxed(node, wide, ends.get(key, 0)) if box.width < wide and len(box.lines) > 1 else box
    return found


def _most(node: Node, most: int) -> int:
    """How wide a box may be: wider for lists, and for a long word rather than cutting it."""
    size = SMALL if node.kind in ("rule", "answers") else SIZE
    longest = max((width(word, size) for word in broken(node.words)), default=0)
    return max(LIST if node.kind == "answers" else most, min(LIST, ceil(longest) + 2 * PAD + front(words.sign(node))))


def _lines(
    layers: Layers, placed: dict[str, Box], middle: dict[str, int], column: dict[str, tuple[int, int]]
) -> tuple[list[Line], list[Arc]]:
    """The lines from box to box, each with an end of its own, and the arcs across those that count together."""
    into: dict[str, list[int]] = {}
    for number, (edge, _) in enumerate(layers.paths):
        into.setdefault(edge.target, []).append(number)
    lines: dict[int, Line] = {}
    arcs: list[Arc] = []
    for target, numbers in into.items():
        box = placed[target]
        numbers.sort(key=lambda number: middle[layers.paths[number][1][-2]])
        first = middle[target] - PORT * (len(numbers) - 1) // 2
        for place, number in enumerate(numbers):
            edge, path = layers.paths[number]
            several = layers.nodes[path[0]].kind == "answers"
            lines[number] = Line(edge, _points(path, placed, middle, column, first + place * PORT), several)
        if box.node.every and (len(numbers) > 1 or any(lines[number].several for number in numbers)):
            arcs.append(Arc(box.x - STUB + 5, first - 5, first + PORT * (len(numbers) - 1) + 5, box.node.step))
    return [lines[number] for number in sorted(lines)], arcs


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
