"""Chains as a Mermaid flowchart, for documents that draw it themselves (https://mermaid.js.org).

Mermaid has no arcs: `and`, `or` and how many are enough are in a circle of their own where lines come together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from screener.explain.chain import Chain
from screener.explain.picture import words
from screener.explain.picture.graph import Edge, Node, graph_of
from screener.explain.picture.svg import Levels, shown
from screener.explain.why_not import WhyNot
from screener.printable import on_one_line
from screener.saying import say

# shapes tell kinds and states apart: rounded, with doubled sides, square, hexagon, leaning
ANSWER: Final = ('(["', '"])')
RULE: Final = ('[["', '"]]')
CIRCLE: Final = ('(("', '"))')
SHAPES: Final = {"raised": ('["', '"]'), "possible": ('{{"', '"}}'), "ruled-out": ('[/"', '"/]')}


def render(
    chains: Iterable[Chain],
    possible: Iterable[WhyNot] = (),
    direction: str = "LR",
    levels: Levels = "all",
) -> str:
    """The flowchart; `direction` is LR for columns or TD for rows; `levels` as in `svg.picture`."""
    graph = shown(graph_of(chains, possible), levels)
    names = {key: f"n{number}" for number, key in enumerate(graph.nodes)}
    lines = [f"flowchart {direction}"]
    lines += [f"    {names[key]}{_shaped(node)}" for key, node in graph.nodes.items()]
    for key, node in graph.nodes.items():
        lines += _into(node, graph.before[key], names)
    return "\n".join(lines) + "\n"


def _into(node: Node, edges: list[Edge], names: dict[str, str]) -> Iterator[str]:
    """The lines that lead to a node; through a circle where it matters how many of them there are."""
    target = names[node.key]
    sign = words.sign(node) or (say("and") if node.every else "")
    if sign and node.kind != "gate" and edges:
        circle = f"{target}g"
        yield f"    {circle}{CIRCLE[0]}{_escaped(sign)}{CIRCLE[1]}"
        yield f"    {circle} {_arrow(edges[0].bars)} {target}"
        target = circle
    for edge in edges:
        negated = f"|{_escaped(say('not'))}|" if edge.negated else ""
        yield f"    {names[edge.source]} {_arrow(edge.bars)}{negated} {target}"


def _arrow(bars: bool) -> str:
    return "--x" if bars else "-->"


def _shaped(node: Node) -> str:
    if node.kind == "gate":
        left, right = CIRCLE
        return f"{left}{_escaped(words.sign(node))}{right}"
    left, right = ANSWER if node.kind.startswith("answer") else RULE if node.kind == "rule" else SHAPES[node.state]
    said = [words.mark(node) or words.status(node), words.fold(node), node.words]
    if node.kind == "rule":
        said[0] = f"{say('rule')}: {words.status(node)}"
    return f"{left}{'<br/>'.join(_escaped(text) for text in said if text)}{right}"


def _escaped(text: str) -> str:
    """Text that cannot end or change the label: Mermaid reads entities such as `#quot;`."""
    special = {'"': "#quot;", "#": "#35;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "`": "#96;", ";": "#59;"}
    return "".join(special.get(char, char) for char in on_one_line(text))
