"""Where the boxes of a picture stand: in layers from the answers to the flags, as columns or as rows.

Every edge leads from an earlier layer to a later one. In columns, an edge that passes a layer gets a lane of its own
there, so that no line runs through a box; within a layer, boxes are ordered by the middle of their neighbours, which
keeps crossings few (K. Sugiyama, S. Tagawa, M. Toda, Methods for visual understanding of hierarchical system
structures, IEEE Transactions on Systems, Man and Cybernetics 11, 1981, 109-125).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from screener.explain.picture.graph import Edge, Graph, Node
from screener.explain.picture.lettering import wrap
from screener.logic.order import after_what_it_needs
from screener.saying import say

Direction: TypeAlias = Literal["columns", "rows"]
SIZE: Final = 13  # of the letters; all lengths are in pixels
SMALL: Final = 11
LEADING: Final = 17
PAD: Final = 14
BOX: Final = 204  # width of a box
LANE: Final = 10  # height of a lane for a passing edge
GAP: Final = 12  # between boxes of one layer
BETWEEN: Final = 76  # between layers
MARGIN: Final = 12
SWEEPS: Final = 4


@dataclass(frozen=True, slots=True)
class Box:
    """A placed node: left upper corner, size, its small first line and its lines of text."""

    node: Node
    x: int
    y: int
    width: int
    height: int
    mark: tuple[str, ...]  # number, kind and status, and in rows the numbers of the boxes that lead to it
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A placed edge: the points it passes through, from box to box, across columns or down rows."""

    edge: Edge
    points: tuple[tuple[int, int], ...]
    across: bool = True


@dataclass(frozen=True)
class Layout:
    """A placed graph."""

    direction: Direction
    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def place(graph: Graph, direction: Direction = "columns", most: int = 760, box: int = BOX) -> Layout:
    """Place a graph.

    Args:
        graph: the nodes and edges.
        direction: layers as columns from left to right, or as rows from top to bottom.
        most: in rows, how wide the picture may be before a row is broken, in pixels.
        box: the width of a box, in pixels.
    """
    layers = _layers(graph)
    return _columns(graph, layers, box) if direction == "columns" else _rows(graph, layers, most, box)


def _layers(graph: Graph) -> dict[str, int]:
    """The layer of each node: answers first, then one after everything that leads to it."""
    before: dict[str, list[str]] = {key: [] for key in graph.nodes}
    for edge in graph.edges.values():
        before[edge.target].append(edge.source)
    found: dict[str, int] = {}
    for key in after_what_it_needs(graph.nodes, before.__getitem__):
        first = 0 if graph.nodes[key].kind == "answer" else 1
        found[key] = max((first, *(found[other] + 1 for other in before[key])))
    return {key: found[key] for key in graph.nodes}


def _box(node: Node, x: int, y: int, width: int, mark_text: str = "") -> Box:
    inner = width - 2 * PAD
    mark, lines = tuple(wrap(mark_text or node.mark, SMALL, inner)), tuple(wrap(node.words, SIZE, inner))
    height = 2 * PAD - 6 + LEADING * len(lines) + (LEADING - 2) * len(mark)
    return Box(node, x, y, width, height, mark, lines)


# columns


@dataclass
class _Lanes:
    """Layers of slots: nodes, and lanes for edges that pass a layer."""

    slots: list[list[str]] = field(default_factory=list)
    neighbours: dict[str, tuple[list[str], list[str]]] = field(default_factory=dict)
    paths: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def link(self, left: str, right: str) -> None:
        self.neighbours.setdefault(left, ([], []))[1].append(right)
        self.neighbours.setdefault(right, ([], []))[0].append(left)


def _lanes(graph: Graph, layers: dict[str, int]) -> _Lanes:
    lanes = _Lanes([[] for _ in range(max(layers.values(), default=0) + 1)])
    for key in graph.nodes:
        lanes.slots[layers[key]].append(key)
    shared: dict[tuple[str, int], str] = {}
    for source, target in graph.edges:
        path = [source]
        for layer in range(layers[source] + 1, layers[target]):
            lane = shared.get((source, layer))
            if lane is None:  # edges from one box share their lane as long as they go the same way
                lane = shared[source, layer] = f"|{source}|{layer}"
                lanes.slots[layer].append(lane)
                lanes.link(path[-1], lane)
            path.append(lane)
        lanes.link(path[-1], target)
        lanes.paths[source, target] = [*path, target]
    _order(lanes)
    return lanes


def _order(lanes: _Lanes) -> None:
    """Sort each layer by the middle of its neighbours, forwards and backwards in turn."""
    for sweep in range(SWEEPS):
        forwards = sweep % 2 == 0
        order = range(1, len(lanes.slots)) if forwards else range(len(lanes.slots) - 2, -1, -1)
        for layer in order:
            beside = lanes.slots[layer - 1 if forwards else layer + 1]
            place = {key: index for index, key in enumerate(beside)}
            own = {key: index for index, key in enumerate(lanes.slots[layer])}
            side = 0 if forwards else 1

            def middle(
                key: str, own: dict[str, int] = own, place: dict[str, int] = place, side: int = side
            ) -> tuple[float, int]:
                around = [place[other] for other in lanes.neighbours.get(key, ([], []))[side] if other in place]
                return (sum(around) / len(around) if around else float(own[key]), own[key])

            lanes.slots[layer].sort(key=middle)


def _columns(graph: Graph, layers: dict[str, int], width: int) -> Layout:
    lanes = _lanes(graph, layers)
    heights = {key: _box(node, 0, 0, width).height for key, node in graph.nodes.items()}
    totals = [sum(heights.get(key, LANE) + GAP for key in slots) - GAP for slots in lanes.slots]
    tallest = max(totals, default=0)
    boxes: list[Box] = []
    middles: dict[str, tuple[int, int]] = {}
    for layer, slots in enumerate(lanes.slots):
        x, y = MARGIN + layer * (width + BETWEEN), MARGIN + (tallest - totals[layer]) // 2
        for key in slots:
            height = heights.get(key, LANE)
            middles[key] = (x, y + height // 2)
            if key in graph.nodes:
                boxes.append(_box(graph.nodes[key], x, y, width))
            y += height + GAP
    lines = tuple(Line(edge, _points(lanes.paths[key], middles, width)) for key, edge in graph.edges.items())
    columns = len(lanes.slots)
    return Layout(
        "columns", 2 * MARGIN + columns * width + (columns - 1) * BETWEEN, tallest + 2 * MARGIN, tuple(boxes), lines
    )


def _points(path: list[str], middles: dict[str, tuple[int, int]], width: int) -> tuple[tuple[int, int], ...]:
    """From the right side of the first box, along its lanes, to the left side of the last."""
    x, y = middles[path[0]]
    points = [(x + width, y)]
    for lane in path[1:-1]:
        x, y = middles[lane]
        points += [(x, y), (x + width, y)]
    return (*points, middles[path[-1]])


# rows


def _rows(graph: Graph, layers: dict[str, int], most: int, width: int) -> Layout:
    """Rows from top to bottom. Boxes are numbered and name the boxes before them: a line may have to pass others."""
    keys = sorted(graph.nodes, key=lambda key: layers[key])
    marks = _numbered(graph, keys)
    per_row = max(1, (most - 2 * MARGIN + GAP) // (width + GAP))
    boxes: dict[str, Box] = {}
    y, widest = MARGIN, 1
    for layer in range(max(layers.values(), default=0) + 1):
        own = [key for key in keys if layers[key] == layer]
        for start in range(0, len(own), per_row):
            row = own[start : start + per_row]
            for column, key in enumerate(row):
                boxes[key] = _box(graph.nodes[key], MARGIN + column * (width + GAP), y, width, marks[key])
            y += max(boxes[key].height for key in row) + GAP
            widest = max(widest, len(row))
        y += BETWEEN // 2
    lines = _straight(graph, layers, boxes) if _is_free(graph, layers, per_row) else ()
    height = y - GAP - BETWEEN // 2 + MARGIN
    return Layout("rows", 2 * MARGIN + widest * (width + GAP) - GAP, height, tuple(boxes.values()), lines)


def _numbered(graph: Graph, keys: list[str]) -> dict[str, str]:
    """The first line of each box: its number, what it is, and the numbers of those that lead to it."""
    number = {key: index for index, key in enumerate(keys, start=1)}
    before: dict[str, list[int]] = {key: [] for key in keys}
    for source, target in graph.edges:
        before[target].append(number[source])
    return {
        key: f"{number[key]}. {graph.nodes[key].mark}"
        + (say(", from {numbers}", numbers=", ".join(map(str, sorted(before[key])))) if before[key] else "")
        for key in keys
    }


def _is_free(graph: Graph, layers: dict[str, int], per_row: int) -> bool:
    """Whether lines can be drawn without passing behind a box: every layer is one row and no line skips one."""
    sizes = [list(layers.values()).count(layer) for layer in set(layers.values())]
    return max(sizes, default=0) <= per_row and all(layers[b] - layers[a] == 1 for a, b in graph.edges)


def _straight(graph: Graph, layers: dict[str, int], boxes: dict[str, Box]) -> tuple[Line, ...]:
    """Lines from the bottom of a row to the top of the next."""
    bottom = {layer: max(b.y + b.height for k, b in boxes.items() if layers[k] == layer) for layer in layers.values()}
    found = []
    for edge in graph.edges.values():
        source, target = boxes[edge.source], boxes[edge.target]
        x = source.x + source.width // 2
        start = ((x, source.y + source.height), (x, bottom[layers[edge.source]]))
        found.append(Line(edge, (*start, (target.x + target.width // 2, target.y)), across=False))
    return tuple(found)
