"""Chains as a graph to draw: answers, findings and flags, and which leads to which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from screener.explain.chain import Chain, Reason, Step, Use
from screener.explain.why_not import WhyNot
from screener.printable import printable
from screener.report.words import kind_word, status_word
from screener.saying import say

Kind: TypeAlias = Literal["answer", "conclusion", "goal"]
State: TypeAlias = Literal["given", "open", "raised", "possible", "ruled-out"]


@dataclass(frozen=True, slots=True)
class Node:
    """A box of the picture.

    Attributes:
        key: unique within the graph.
        kind: an answer, a conclusion on the way, or one that the picture is about.
        what: in words, for a conclusion: `flag`, `finding` or `urgency`.
        step: the number of the first step that settles it; 0 for an answer.
    """

    key: str
    kind: Kind
    state: State
    words: str
    step: int = 0
    what: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", printable(self.words))

    @property
    def mark(self) -> str:
        """Kind and status in words, for those who do not see shape or colour."""
        return self.status if self.kind == "answer" else f"{kind_word(self.what)}: {self.status}"

    @property
    def status(self) -> str:
        """The status in words."""
        words = {"given": say("answer"), "open": say("not answered")}
        return words.get(self.state) or status_word(self.state)


@dataclass(frozen=True, slots=True)
class Edge:
    """One node leads to another, at a step (the number of the first that uses it so)."""

    source: str
    target: str
    step: int = 0


@dataclass
class Graph:
    """Nodes by key and edges, in the order in which the reasoning meets them."""

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: dict[tuple[str, str], Edge] = field(default_factory=dict)

    def add(self, node: Node) -> None:
        """Add a node; a goal stays a goal."""
        if node.key not in self.nodes:
            self.nodes[node.key] = node

    def link(self, source: str, target: str, step: int) -> None:
        """Add an edge, once."""
        self.edges.setdefault((source, target), Edge(source, target, step))


def merge(chains: Iterable[Chain]) -> tuple[Step, ...]:
    """The steps of several chains of one case, each once, numbered anew; each step still uses only earlier ones."""
    found: dict[tuple[str | None, str], Step] = {}
    for chain in chains:
        for step in chain.steps:
            found.setdefault((step.rule, step.concludes), step)
    numbers: dict[str, list[int]] = {}
    merged: list[Step] = []
    for number, step in enumerate(found.values(), start=1):
        used = {use.name for reason in step.reasons for use in reason.uses if use.kind == "conclusion"}
        rests_on = tuple(sorted(n for name in used for n in numbers.get(name, ())))
        merged.append(replace(step, number=number, rests_on=rests_on))
        numbers.setdefault(step.concludes, []).append(number)
    return tuple(merged)


def graph_of(chains: Iterable[Chain], possible: Iterable[WhyNot] = ()) -> Graph:
    """The graph of chains, and of conclusions that are still open with the answers they wait for.

    That a pack applies at all is left out: it would lead to everything.
    """
    listed = list(chains)
    goals = {chain.goal for chain in listed}
    graph = Graph()
    for step in merge(listed):
        kind: Kind = "goal" if step.concludes in goals else "conclusion"
        uses = [use for reason in step.reasons for use in _shown(reason)]
        if not uses and kind != "goal":
            continue
        for use in uses:
            if use.kind == "answer":
                graph.add(Node(_key(use), "answer", "given", use.words))
        graph.add(Node(step.concludes, kind, step.status, step.title, step.number, step.kind))
        for use in uses:
            if _key(use) in graph.nodes:
                graph.link(_key(use), step.concludes, step.number)
    for item in possible:
        for name, words in item.open_fields:
            graph.add(Node(f"?{name}", "answer", "open", words))
        graph.add(Node(item.goal, "goal", "possible", item.title, 0, item.kind))
        for name, _ in item.open_fields:
            graph.link(f"?{name}", item.goal, 0)
    return _used(graph)


def _shown(reason: Reason) -> list[Use]:
    return [use for use in reason.uses if not use.gate]


def _key(use: Use) -> str:
    return f"={use.name}={use.words}" if use.kind == "answer" else use.name


def _used(graph: Graph) -> Graph:
    """The graph without what leads nowhere and is no goal: conclusions that only decide whether a pack applies."""
    while True:
        sources = {edge.source for edge in graph.edges.values()}
        idle = {key for key, node in graph.nodes.items() if node.kind != "goal" and key not in sources}
        if not idle:
            return graph
        graph.nodes = {key: node for key, node in graph.nodes.items() if key not in idle}
        graph.edges = {key: edge for key, edge in graph.edges.items() if edge.target not in idle}
