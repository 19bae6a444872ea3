"""Chains as a Mermaid flowchart, for documents that draw it themselves (https://mermaid.js.org)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from screener.explain.chain import Chain
from screener.explain.picture.graph import Node, graph_of
from screener.explain.why_not import WhyNot
from screener.printable import on_one_line

# shapes tell the states apart: rounded, square, hexagon, leaning
SHAPES: Final = {
    "given": ('(["', '"])'),
    "open": ('(["', '"])'),
    "raised": ('["', '"]'),
    "possible": ('{{"', '"}}'),
    "ruled-out": ('[/"', '"/]'),
}


def render(chains: Iterable[Chain], possible: Iterable[WhyNot] = (), direction: str = "LR") -> str:
    """The flowchart; `direction` is LR for columns or TD for rows."""
    graph = graph_of(chains, possible)
    names = {key: f"n{number}" for number, key in enumerate(graph.nodes)}
    lines = [f"flowchart {direction}"]
    lines += [f"    {names[key]}{_shaped(node)}" for key, node in graph.nodes.items()]
    lines += [f"    {names[source]} --> {names[target]}" for source, target in graph.edges]
    return "\n".join(lines) + "\n"


def _shaped(node: Node) -> str:
    left, right = SHAPES[node.state]
    return f"{left}{_escaped(node.mark)}<br/>{_escaped(node.words)}{right}"


def _escaped(text: str) -> str:
    """Text that cannot end or change the label: Mermaid reads entities such as `#quot;`."""
    special = {'"': "#quot;", "#": "#35;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "`": "#96;", ";": "#59;"}
    return "".join(special.get(char, char) for char in on_one_line(text))
