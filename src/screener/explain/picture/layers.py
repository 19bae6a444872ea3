"""In which column each box is: conclusions after their rules, rules after what they read, answers next to these.

An answer is drawn once for each box that it leads to, in the column before it; those that end up next to each
other are one box again (`tidied`). An edge that passes a column gets a lane of its own there, so that no line runs
through a box; edges from one box share their lanes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from screener.explain.picture.graph import Edge, Graph, Node
from screener.logic.order import after_what_it_needs


@dataclass
class Layers:
    """One connected part of a picture, in columns.

    Attributes:
        columns: in each column the keys of boxes and lanes, from top to bottom.
        nodes: the box of a key; a lane has none.
        left: the keys of the column before that lead to a key.
        right: the keys of the next column that a key leads to.
        paths: for each edge, the keys that it passes, its source first and its target last.
    """

    columns: list[list[str]] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)
    left: dict[str, list[str]] = field(default_factory=dict)
    right: dict[str, list[str]] = field(default_factory=dict)
    paths: list[tuple[Edge, list[str]]] = field(default_factory=list)

    def link(self, source: str, target: str) -> None:
        """Join two keys of neighbouring columns, once."""
        if target not in self.right.setdefault(source, []):
            self.right[source].append(target)
            self.left.setdefault(target, []).append(source)

    def neighbours(self, key: str) -> list[str]:
        """The keys on both sides that a key is linked with."""
        return [*self.left.get(key, ()), *self.right.get(key, ())]


def parts(graph: Graph) -> list[Layers]:
    """The connected parts of a graph in columns; the one with the first goal first."""
    copies, edges = _copied(graph)
    column = _columns(copies, edges)
    found = []
    for keys in _connected(graph, copies, edges):
        first = min(column[key] for key in keys)
        layers = Layers([[] for _ in range(max(column[key] for key in keys) - first + 1)])
        layers.nodes = {key: copies[key] for key in keys}
        for source, edge in edges:
            if edge.target in layers.nodes:
                layers.paths.append((edge, _path(layers, source, edge.target, column, first)))
        for key in keys:
            layers.columns[column[key] - first].append(key)
        found.append(layers)
    return found


def _is_answer(node: Node) -> bool:
    return node.kind in ("answer", "answers")


def _copied(graph: Graph) -> tuple[dict[str, Node], list[tuple[str, Edge]]]:
    """The boxes with a copy of each answer for each box that it leads to; and the edges, each with its source."""
    copies: dict[str, Node] = {}
    edges: list[tuple[str, Edge]] = []
    for edge in graph.edges.values():
        node = graph.nodes[edge.source]
        source = f"{edge.source}>{edge.target}" if _is_answer(node) else edge.source
        copies[source] = node
        edges.append((source, edge))
    copies.update((key, node) for key, node in graph.nodes.items() if not _is_answer(node))
    return copies, edges


def _columns(copies: dict[str, Node], edges: list[tuple[str, Edge]]) -> dict[str, int]:
    """The column of each box: next to what it leads to; next to what leads to it, where that makes more lines short."""
    before: dict[str, list[str]] = {key: [] for key in copies}
    after: dict[str, list[str]] = {key: [] for key in copies}
    for source, edge in edges:
        before[edge.target].append(source)
        after[source].append(edge.target)
    order = list(after_what_it_needs(copies, before.__getitem__))
    column: dict[str, int] = {}
    for key in order:
        column[key] = max((column[other] + 1 for other in before[key]), default=0)
    for key in reversed(order):
        column[key] = min((column[other] - 1 for other in after[key]), default=column[key])
    for key in order:
        inner = [other for other in before[key] if not _is_answer(copies[other])]
        if len(inner) > len(after[key]):
            column[key] = max(column[other] + 1 for other in inner)
    for key in order:
        if _is_answer(copies[key]):
            column[key] = min(column[other] - 1 for other in after[key])
    return column


def _connected(graph: Graph, copies: dict[str, Node], edges: list[tuple[str, Edge]]) -> Iterator[list[str]]:
    """The keys of each connected part, in the order of the graph; the part with the first goal first."""
    neighbours: dict[str, list[str]] = {key: [] for key in copies}
    for source, edge in edges:
        neighbours[source].append(edge.target)
        neighbours[edge.target].append(source)
    done = set[str]()
    for goal in graph.goals:
        if goal not in done:
            part = set(after_what_it_needs([goal], neighbours.__getitem__))
            done |= part
            yield [key for key in copies if key in part]


def _path(layers: Layers, source: str, target: str, column: dict[str, int], first: int) -> list[str]:
    """The keys that an edge passes; new lanes are put into their columns."""
    path = [source]
    for passed in range(column[source] + 1, column[target]):
        lane = f"|{source}|{passed}"
        if lane not in layers.left:
            layers.columns[passed - first].append(lane)
        layers.link(path[-1], lane)
        path.append(lane)
    layers.link(path[-1], target)
    return [*path, target]


def tidied(layers: Layers) -> None:
    """Sort the answers that are next to each other for one box, and make one box of copies of an answer."""
    place = {key: number for number, key in enumerate(layers.nodes)}

    def for_what(key: str) -> object:
        alone = key in layers.nodes and _is_answer(layers.nodes[key])
        return tuple(layers.right[key]) if alone else key

    for keys in layers.columns:
        keys[:] = [key for _, run in groupby(keys, for_what) for key in sorted(run, key=lambda key: place.get(key, 0))]
        kept: list[str] = []
        for key in keys:
            node = layers.nodes.get(key)
            if kept and node is not None and _is_answer(node) and layers.nodes.get(kept[-1]) == node:
                _move_lines(layers, key, kept[-1])
            else:
                kept.append(key)
        keys[:] = kept


def _move_lines(layers: Layers, key: str, to: str) -> None:
    """Let the lines of a box begin at another one."""
    for target in layers.right[key]:
        layers.left[target][layers.left[target].index(key)] = to
        layers.right[to].append(target)
    for _, path in layers.paths:
        path[0] = to if path[0] == key else path[0]
