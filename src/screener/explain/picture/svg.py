"""Chains as a picture: one self-contained SVG without script or request, the same bytes for the same chains.

Raised, possible and ruled out are told apart by shape and by words, not only by colour. All classes and ids carry a
prefix made from the content, so that several pictures can stand on one page.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from html import escape
from typing import Final

from screener.explain.chain import Chain
from screener.explain.picture.graph import Graph, graph_of
from screener.explain.picture.placing import BOX, LEADING, PAD, SIZE, SMALL, Box, Direction, Layout, Line, place
from screener.explain.why_not import WhyNot
from screener.saying import say

CUT: Final = 9  # of the corners of what is ruled out or possible

STYLE: Final = """
.P{font-family:Verdana,"DejaVu Sans",sans-serif;color:#0b0c0c;background:#fff;max-width:none}
.P text{fill:currentColor;font-size:SIZEpx}.P .P-m{font-size:SMALLpx;font-style:italic}
.P .P-b{fill:#fff;stroke:#0b0c0c;stroke-width:1}
.P .P-given .P-b{fill:#eef3f8}.P .P-open .P-b{stroke-dasharray:5 4}
.P .P-raised .P-b{fill:#fff4d6;stroke-width:2}.P .P-goal.P-raised .P-b{stroke-width:4}
.P .P-possible .P-b{fill:#f3eefa;stroke-dasharray:7 4;stroke-width:2}
.P .P-ruled-out .P-b{fill:#eee;stroke-dasharray:2 3;stroke-width:2}
.P .P-e{fill:none;stroke:#505a5f;stroke-width:1.4}.P .P-a{fill:#505a5f}
@media(prefers-color-scheme:dark){.P{color:#f3f2f1;background:#16181a}
.P .P-b{fill:#16181a;stroke:#f3f2f1}.P .P-given .P-b{fill:#1d2a36}.P .P-raised .P-b{fill:#3a3010}
.P .P-possible .P-b{fill:#2b2338}.P .P-ruled-out .P-b{fill:#2a2c2e}
.P .P-e{stroke:#b1b4b6}.P .P-a{fill:#b1b4b6}}
@media print{.P{color:#000;background:#fff}.P .P-g .P-b{fill:#fff;stroke:#000}.P .P-e{stroke:#000}.P .P-a{fill:#000}}
""".replace("\n", "").replace("SIZE", str(SIZE)).replace("SMALL", str(SMALL))  # fmt: skip


def picture(
    chains: Iterable[Chain],
    possible: Iterable[WhyNot] = (),
    direction: Direction = "columns",
    most: int = 760,
    box: int = BOX,
) -> str:
    """The picture of chains and of conclusions that are still open.

    Args:
        chains: what is proved or refuted.
        possible: what is open, with the answers it waits for.
        direction: answers, findings and flags as columns or as rows.
        most: in rows, the greatest width of the picture, in pixels.
        box: the width of a box, in pixels.
    """
    graph = graph_of(chains, possible)
    return draw(place(graph, direction, most, box), graph)


def draw(layout: Layout, graph: Graph) -> str:
    """A placed graph as SVG."""
    content = "".join([*(_line(line) for line in layout.lines), *(_box(box) for box in layout.boxes)])
    title, about = describe(graph)
    prefix = "x" + sha256(f"{layout.width}{layout.height}{content}{about}".encode()).hexdigest()[:8]
    body = content.replace("@P", prefix)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{prefix}" role="img" '
        f'aria-labelledby="{prefix}-t {prefix}-d" width="{layout.width}" height="{layout.height}" '
        f'viewBox="0 0 {layout.width} {layout.height}">'
        f'<title id="{prefix}-t">{escape(title)}</title><desc id="{prefix}-d">{escape(about)}</desc>'
        f"<style>{STYLE.replace('.P', '.' + prefix)}</style>"
        f'<defs><marker id="{prefix}-h" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" '
        f'orient="auto"><path class="{prefix}-a" d="M0 0L8 4L0 8z"/></marker></defs>{body}</svg>\n'
    )


def describe(graph: Graph) -> tuple[str, str]:
    """A title and a description in words for those who do not see the picture."""
    goals = [node for node in graph.nodes.values() if node.kind == "goal"]
    title = "; ".join(f"{node.words} ({node.status})" for node in goals) or say("Nothing to show")
    ways = []
    for node in graph.nodes.values():
        if node.kind != "answer":
            names = [graph.nodes[edge.source].words for edge in graph.edges.values() if edge.target == node.key]
            rests = "; ".join(names) or say("nothing")
            ways.append(say("{title} ({what}) rests on: {names}.", title=node.words, what=node.mark, names=rests))
    return say("How the answers lead to: {title}", title=title), " ".join(ways)


def _line(line: Line) -> str:
    path = _across(line) if line.across else _down(line)
    return f'<path class="@P-e" data-step="{line.edge.step}" marker-end="url(#@P-h)" d="{path}"/>'


def _across(line: Line) -> str:
    """From left to right: a curve between columns, a straight piece along each lane."""
    (x, y), *rest = line.points
    path = [f"M{x} {y}"]
    for number, (to_x, to_y) in enumerate(rest):
        middle = (x + to_x) // 2
        path.append(f"L{to_x} {to_y}" if number % 2 else f"C{middle} {y} {middle} {to_y} {to_x} {to_y}")
        x, y = to_x, to_y
    return "".join(path)


def _down(line: Line) -> str:
    """From top to bottom: straight to the end of the row, then a curve."""
    (x, y), (_, low), (to_x, to_y) = line.points
    middle = (low + to_y) // 2
    return f"M{x} {y}L{x} {low}C{x} {middle} {to_x} {middle} {to_x} {to_y}"


def _box(box: Box) -> str:
    node = box.node
    goal = " @P-goal" if node.kind == "goal" else ""
    y = box.y + PAD + SMALL - 4
    texts = []
    for text in box.mark:
        texts.append(f'<text class="@P-m" x="{box.x + PAD}" y="{y}">{escape(text)}</text>')
        y += LEADING - 2
    for text in box.lines:
        texts.append(f'<text x="{box.x + PAD}" y="{y + 2}">{escape(text)}</text>')
        y += LEADING
    return f'<g class="@P-g @P-{node.state}{goal}" data-step="{node.step}">{_shape(box)}{"".join(texts)}</g>'


def _shape(box: Box) -> str:
    """Answers have round corners, raised conclusions square ones, possible ones points, ruled out ones cut corners."""
    x, y, right, low = box.x, box.y, box.x + box.width, box.y + box.height
    if box.node.state in ("given", "open"):
        return f'<rect class="@P-b" x="{x}" y="{y}" width="{box.width}" height="{box.height}" rx="12"/>'
    if box.node.state == "raised":
        return f'<rect class="@P-b" x="{x}" y="{y}" width="{box.width}" height="{box.height}"/>'
    if box.node.state == "possible":
        middle = (y + low) // 2
        corners = [(x, middle), (x + CUT, y), (right - CUT, y), (right, middle), (right - CUT, low), (x + CUT, low)]
    else:
        corners = [
            (x, y + CUT), (x + CUT, y), (right - CUT, y), (right, y + CUT),
            (right, low - CUT), (right - CUT, low), (x + CUT, low), (x, low - CUT),
        ]  # fmt: skip
    return f'<polygon class="@P-b" points="{" ".join(f"{a},{b}" for a, b in corners)}"/>'
