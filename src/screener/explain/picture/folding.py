"""Folding: what is left of a graph when parts of it are put into one box each.

A conclusion that is folded is drawn without what leads to it, and says how many steps and answers that is. Answers that
lead to the same box in the same way can share one box; that box names them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from screener.explain.picture.graph import Edge, Graph, Node
from screener.logic.order import after_what_it_needs
from screener.saying import counted

FEW: Final = 4  # answers have boxes of their own as long as they are fewer
SHOWN: Final = 40  # answers that a box of several names
TRIES: Final = 3


@dataclass
class Folding:
    """A graph, with the conclusions that are unfolded and the boxes whose answers are apart."""

    graph: Graph
    opened: set[str] = field(default_factory=set)
    apart: set[str] = field(default_factory=set)
    _behind: dict[str, tuple[int, int]] = field(default_factory=dict)

    def rules(self, key: str) -> list[str]:
        """The rules of a conclusion, and the groups in their conditions."""
        found, waiting = list[str](), [key]
        while waiting:
            for edge in self.graph.before[waiting.pop()]:
                if self.graph.nodes[edge.source].kind in ("rule", "gate"):
                    found.append(edge.source)
                    waiting.append(edge.source)
        return found

    def inside(self, key: str) -> list[str]:
        """The conclusions that the rules of a conclusion read, if something is behind them."""
        sources = (edge.source for rule in self.rules(key) for edge in self.graph.before[rule])
        return [name for name in dict.fromkeys(sources) if self.graph.nodes[name].concludes and self.graph.before[name]]

    def opens(self, more: set[str], kept: set[str], fits: Callable[[Graph], bool]) -> bool:
        """Open more of the conclusions, or of the boxes, if there is room for it."""
        more = more - kept
        kept |= more
        if more and not fits(self.folded()):
            kept -= more
            return False
        return True

    def folded(self) -> Graph:
        """What is to be drawn."""

        def leads(key: str) -> list[str]:
            shut = self.graph.nodes[key].concludes and key not in self.opened
            return [] if shut else self.graph.sources(key)

        return self._drawn(set(after_what_it_needs(self.graph.goals, leads)))

    def _drawn(self, keep: set[str]) -> Graph:
        graph = Graph(goals=self.graph.goals)
        shut = {key for key in keep if self.graph.nodes[key].concludes} - self.opened
        unfolded = keep - shut
        together = [group for key in sorted(unfolded) for group in self._together(key)]
        moved = {edge for group in together for edge in group}
        leading = [edge for edge in self.graph.edges.values() if edge.source in keep and edge.target in unfolded]
        stays = [edge for edge in leading if edge not in moved]
        alone = keep - ({edge.source for edge in moved} - {edge.source for edge in stays})
        for key, node in self.graph.nodes.items():
            if key in alone:
                graph.add(self._node(node, shut))
        for group in together:
            box = self._box(group)
            graph.add(box)
            graph.link(box.key, group[0].target, group[0].step, group[0].negated)
        for edge in stays:
            graph.link(edge.source, edge.target, edge.step, edge.negated)
        return graph

    def _together(self, key: str) -> list[list[Edge]]:
        """The answers that lead to a box in the same way, if they are many."""
        if key in self.apart:
            return []
        groups: dict[tuple[str, bool], list[Edge]] = {}
        for edge in self.graph.before[key]:
            source = self.graph.nodes[edge.source]
            if source.kind == "answer":
                groups.setdefault((source.state, edge.negated), []).append(edge)
        return [group for group in groups.values() if len(group) >= FEW]

    def _box(self, group: list[Edge]) -> Node:
        nodes = [self.graph.nodes[edge.source] for edge in group]
        words = "; ".join(node.words for node in nodes[:SHOWN])
        rest = len(nodes) - SHOWN
        if rest > 0:
            words += counted("; and 1 more", "; and {count} more", rest)
        first = group[0]
        key = f"+{first.target}{nodes[0].state}{first.negated}"
        about = "; ".join(node.words for node in nodes)
        return Node(key, "answers", nodes[0].state, words, of=len(nodes), about=about)

    def _node(self, node: Node, shut: set[str]) -> Node:
        if node.key not in shut or not self.graph.before[node.key]:
            return node
        if node.key not in self._behind:
            self._behind[node.key] = self.behind(node.key)
        return replace(node, folded=self._behind[node.key])

    def behind(self, key: str) -> tuple[int, int]:
        """How many steps and answers are behind a conclusion."""
        nodes = [self.graph.nodes[other] for other in self.graph.behind([key])]
        steps = {  # a refutation is one step, whatever the number of rules
            (node.key, "" if node.state == "ruled-out" else rule)
            for node in nodes
            if node.concludes
            for rule in self.graph.sources(node.key)
        }
        return len(steps), sum(node.kind == "answer" for node in nodes)


def to_levels(graph: Graph, levels: int) -> Graph:
    """The graph with what is so many conclusions away from every goal, or more, folded."""
    found, near = Folding(graph, apart=set(graph.nodes)), set(graph.goals)
    for _ in range(levels):
        found.opened |= near
        near = {other for key in near for other in found.inside(key)} - found.opened
        if not near:
            break
    return found.folded()


def to_fit(graph: Graph, fits: Callable[[Graph], bool]) -> Graph:
    """As much of the graph as there is room for, what is nearest to the goals first."""
    found = Folding(graph)
    for _ in range(TRIES):  # what had no room may have some when more around it is open
        before = len(found.opened) + len(found.apart)
        waiting = list(graph.goals)
        for key in waiting:  # grows while it is walked
            if found.opens({key}, found.opened, fits):
                found.opens(set(found.rules(key)), found.apart, fits)
                waiting += [other for other in found.inside(key) if other not in waiting]
        if len(found.opened) + len(found.apart) == before:
            break
    return found.folded()


def about(graph: Graph, key: str) -> Graph:
    """The part of a graph that leads to one conclusion, as a graph about that."""
    part = graph.leading_to((key,))
    for name, node in part.nodes.items():
        if node.concludes:
            part.nodes[name] = replace(node, kind="goal" if name == key else "conclusion")
    return part
