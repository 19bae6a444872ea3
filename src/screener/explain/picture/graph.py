"""Chains as an AND-OR graph to draw: answers, rules with their conditions, conclusions, and which leads to which.

A rule is between what it reads and what it concludes. What leads to a box counts all together (and), each by
itself (or), or so many of it (at least); groups inside a condition are boxes of their own. Several rules for one
conclusion are alternatives; a conclusion is ruled out only by all of its rules together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from screener.explain.chain import Chain, Status, Step, merged
from screener.explain.ground import Fact, Together, facts
from screener.explain.why_not import WhyNot
from screener.logic.order import after_what_it_needs
from screener.memo import memo
from screener.printable import printable

Kind: TypeAlias = Literal["answer", "answers", "rule", "gate", "conclusion", "goal"]
State: TypeAlias = Literal["given", "open", "raised", "possible", "ruled-out"]


@dataclass(frozen=True, slots=True)
class Node:
    """A box of the picture.

    Attributes:
        key: unique within the graph.
        kind: an answer, several answers in one box, a rule, a group inside its condition, a conclusion on the way, or
            one that the picture is about (a goal).
        state: of an answer, whether it was given; of all else, whether it holds.
        words: the answer, the rule's id, the title of the conclusion.
        step: the number of the first step that settles it; 0 for an answer, and for what is open.
        what: for a conclusion `flag`, `finding` or `urgency`.
        need: how many of the lines that could lead to it are enough.
        of: how many there could be, with those that do not count here.
        about: what is said when one points at it.
        folded: the steps and answers that are behind it and not drawn.
    """

    key: str
    kind: Kind
    state: State
    words: str
    step: int = 0
    what: str = ""
    need: int = 1
    of: int = 1
    about: str = ""
    folded: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", printable(self.words))
        object.__setattr__(self, "about", printable(self.about))

    @property
    def concludes(self) -> bool:
        """Whether this is a finding, a flag or an urgency."""
        return self.kind in ("conclusion", "goal")

    @property
    def every(self) -> bool:
        """Whether all lines that could lead to it are needed together (and)."""
        return self.need == self.of > 1


@dataclass(frozen=True, slots=True)
class Edge:
    """One node leads to another, at a step (the number of the first that uses it so).

    Attributes:
        negated: the condition has the source behind a `not`.
        bars: it keeps the target from holding.
    """

    source: str
    target: str
    step: int = 0
    negated: bool = False
    bars: bool = False


@dataclass
class Graph:
    """Nodes by key and edges, in the order in which the reasoning meets them; the goals in the order asked."""

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: dict[tuple[str, str, bool], Edge] = field(default_factory=dict)
    goals: tuple[str, ...] = ()

    def add(self, node: Node) -> None:
        """Add a node; the first of a key stays."""
        self.nodes.setdefault(node.key, node)

    def link(self, source: str, target: str, step: int, negated: bool = False) -> None:
        """Add an edge between two nodes, once."""
        bars = self.nodes[target].state == "ruled-out"
        self.edges.setdefault((source, target, negated), Edge(source, target, step, negated, bars))

    @memo
    def before(self) -> dict[str, list[Edge]]:
        """The edges that lead to each node; asked for when the graph is complete."""
        found: dict[str, list[Edge]] = {key: [] for key in self.nodes}
        for edge in self.edges.values():
            found[edge.target].append(edge)
        return found

    def sources(self, key: str) -> list[str]:
        """The nodes that lead to one."""
        return [edge.source for edge in self.before[key]]

    def behind(self, keys: Iterable[str]) -> list[str]:
        """These nodes and all that leads to them, each after what leads to it."""
        return list(after_what_it_needs(keys, self.sources))

    def leading_to(self, goals: tuple[str, ...]) -> Graph:
        """The part of the graph that leads to some of its nodes."""
        keep = set(self.behind(goals))
        nodes = {key: node for key, node in self.nodes.items() if key in keep}
        return Graph(nodes, {key: edge for key, edge in self.edges.items() if edge.target in keep}, goals)


def graph_of(chains: Iterable[Chain], possible: Iterable[WhyNot] = ()) -> Graph:
    """The graph of chains, and of conclusions that are still open with what they wait for.

    That a pack applies at all is not drawn where nothing depends on it: it would lead to everything.
    """
    listed = list(chains)
    steps = merged(listed)
    waiting = [item.waiting for item in possible if item.waiting is not None]
    known = {(step.rule, step.concludes) for step in steps}
    more = [replace(step, number=0) for step in merged(waiting) if (step.rule, step.concludes) not in known]
    graph = Graph(goals=tuple(dict.fromkeys(chain.goal for chain in (*listed, *waiting))))
    ways: dict[str, int] = {}
    for step in (*steps, *more):
        ways[step.concludes] = ways.get(step.concludes, 0) + len(step.reasons)
    for step in (*steps, *more):
        _add(graph, step, ways[step.concludes])
    return graph.leading_to(graph.goals)


def _add(graph: Graph, step: Step, ways: int) -> None:
    """A step: its conclusion, and the rules that conclude it or cannot."""
    goal = step.concludes
    kind: Kind = "goal" if goal in graph.goals else "conclusion"
    need = ways if step.status == "ruled-out" else 1
    graph.add(Node(goal, kind, step.status, step.title, step.number, step.kind, need, ways, goal))
    for reason in step.reasons:
        key, ground = f"#{reason.rule}", reason.ground
        about = f"{reason.text} [{', '.join(reason.sources)}]"
        graph.add(Node(key, "rule", step.status, reason.rule, step.number, "", ground.need, ground.of, about))
        graph.link(key, goal, step.number)
        _lead(graph, key, ground, step)


def _lead(graph: Graph, target: str, ground: Together, step: Step) -> None:
    """What leads to a rule or to a group inside its condition."""
    for number, part in enumerate(ground.parts, start=1):
        if isinstance(part, Fact):
            node = _fact(part)
            graph.add(node)
            graph.link(node.key, target, step.number, part.negated)
        else:
            key, status = f"{target}.{number}", _status(part, step.status)
            graph.add(Node(key, "gate", status, "", step.number, "", part.need, part.of))
            graph.link(key, target, step.number)
            _lead(graph, key, part, step)


def _status(group: Together, status: Status) -> Status:
    """A group inside an open rule may hold already."""
    return "raised" if status == "possible" and all(fact.known for fact in facts(group)) else status


def _fact(fact: Fact) -> Node:
    """The box of an answer; a conclusion has its own, from the step that settles it."""
    use = fact.use
    if use.kind == "conclusion":
        return Node(use.name, "conclusion", "raised" if use.holds else "ruled-out", use.words, what="finding")
    key = f"={use.name}={use.words}" if fact.known else f"?{use.name}"
    return Node(key, "answer", "given" if fact.known else "open", use.words, about=use.name)
