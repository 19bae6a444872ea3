"""Chains as a picture: one self-contained SVG without script or request, the same bytes for the same chains.

Raised, possible and ruled out are told apart by shape and by words, not only by colour. All classes and ids carry a
prefix made from the content, so that several pictures can be on one page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Final, Literal, TypeAlias

from screener.explain.chain import Chain
from screener.explain.picture.boxes import (
    BEHIND,
    MARGIN,
    SIZE,
    SMALL,
    SMALL_LEADING,
    Arc,
    Box,
    PlacedEdge,
    PlacedGraph,
    lettering,
)
from screener.explain.picture.folding import to_fit, to_levels
from screener.explain.picture.graph import Graph, graph_of
from screener.explain.picture.placing import ColumnPlacer, rows
from screener.explain.picture.words import describe, hint
from screener.explain.why_not import WhyNot

Direction: TypeAlias = Literal["columns", "rows"]
Levels: TypeAlias = int | Literal["fit", "all"]
WIDE: Final = 1216  # pixels: what a projector of 1280 by 720 leaves within the margins of a page
HIGH: Final = 696
BOXES: Final = (230, 160, 130)  # the greatest width of a box: the first with which all has room
FOLDED_BOX: Final = 160  # and where something must be folded
ROW_BOX: Final = 230
MOST: Final = 160  # boxes; a picture of more is folded without a try
CUT: Final = 8  # of the corners of what is ruled out
POINT: Final = 6  # of what is possible
BOW: Final = 7  # of an arc

_WRITTEN: Final = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
STYLE: Final = _WRITTEN.replace("\n", "").replace("SIZE", str(SIZE)).replace("SMALL", str(SMALL))

# `@P` marks the prefix of the picture's classes
# how a line ends: with an arrow, or a crossbar where it keeps something from holding; with a circle behind a `not`
ENDS: Final = {
    "h": '<path class="@P-a" d="M9 1L16 5L9 9z"/>',
    "x": '<path class="@P-x" d="M10 0V10"/>',
    "n": '<circle class="@P-n" cx="12" cy="5" r="3.3"/>',
    "nx": '<path class="@P-x" d="M4 0V10"/><circle class="@P-n" cx="12" cy="5" r="3.3"/>',
}


def picture(
    chains: Iterable[Chain],
    possible: Iterable[WhyNot] = (),
    direction: Direction = "columns",
    levels: Levels = "fit",
) -> str:
    """The picture of chains and of conclusions that are still open.

    Args:
        chains: what is proved or refuted.
        possible: what is open, with what it waits for.
        direction: answers, rules and conclusions as columns, or as numbered boxes below each other.
        levels: how many conclusions deep it goes before the rest is folded; `all` folds nothing, `fit` what has no
            room in `WIDE` by `HIGH` pixels, as columns.
    """
    whole = graph_of(chains, possible)
    if direction == "rows":
        graph = shown(whole, levels)
        return draw(rows(graph, WIDE, ROW_BOX), graph)
    graph, layout = laid_out(whole, levels)
    return draw(layout, graph)


def laid_out(graph: Graph, levels: Levels = "fit", most: int = WIDE) -> tuple[Graph, PlacedGraph]:
    """What of a graph is drawn, and where, in columns at most so wide: see `picture`."""
    boxes: tuple[int, ...] = BOXES
    if levels != "fit":
        graph = shown(graph, levels)
    elif len(graph.nodes) > MOST or not any(_fits(ColumnPlacer(most, box, carefully=False), graph) for box in boxes):
        columns = ColumnPlacer(most, FOLDED_BOX, carefully=False)
        graph = to_fit(graph, lambda some: _fits(columns, some))
        boxes = (FOLDED_BOX,)
    tried = (ColumnPlacer(most, box, carefully) for carefully in (True, False) for box in boxes)
    columns = next((one for one in tried if _fits(one, graph)), ColumnPlacer(most, FOLDED_BOX))
    return graph, columns.place(graph)


def _fits(columns: ColumnPlacer, graph: Graph) -> bool:
    wide, high = columns.size(graph)
    return wide <= columns.most and high <= HIGH


def shown(graph: Graph, levels: Levels) -> Graph:
    """What of a graph is drawn: see `picture`."""
    if levels == "fit":
        return laid_out(graph)[0]
    return graph if levels == "all" else to_levels(graph, levels)


def draw(layout: PlacedGraph, graph: Graph) -> str:
    """A placed graph as SVG."""
    lines = [*map(_line, layout.lines), *map(_arc, layout.arcs)]
    content = "".join([*lines, *map(_box, layout.boxes), *_legend(layout)])
    title, about = describe(graph)
    prefix = "x" + sha256(f"{layout.width}{layout.height}{content}{about}".encode()).hexdigest()[:8]
    ends = sorted({_end(line) for line in layout.lines})
    defined = f"<defs>{''.join(map(_marker, ends))}</defs>" if ends else ""
    body = (defined + content).replace("@P", prefix)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{prefix}" role="img" '
        f'aria-labelledby="{prefix}-t {prefix}-d" width="{layout.width}" height="{layout.height}" '
        f'viewBox="0 0 {layout.width} {layout.height}">'
        f'<title id="{prefix}-t">{escape(title)}</title><desc id="{prefix}-d">{escape(about)}</desc>'
        f"<style>{STYLE.replace('.P', '.' + prefix)}</style>{body}</svg>\n"
    )


def _end(line: PlacedEdge) -> str:
    """The name of the sign at the end of a line."""
    return f"{'n' if line.edge.negated else ''}{'x' if line.edge.bars else ''}" or "h"


def _marker(name: str) -> str:
    """The sign at the end of lines."""
    return (
        f'<marker id="@P-{name}" viewBox="0 0 16 10" refX="16" refY="5" markerWidth="16" markerHeight="10" '
        f'markerUnits="userSpaceOnUse" orient="auto">{ENDS[name]}</marker>'
    )


def _line(drawn: PlacedEdge) -> str:
    """A line from box to box."""
    (x, y), *rest = drawn.points
    path = [f"M{x} {y}"]
    for number, (to_x, to_y) in enumerate(rest):
        middle = (x + to_x) // 2
        path.append(f"L{to_x} {to_y}" if number % 2 else f"C{middle} {y} {middle} {to_y} {to_x} {to_y}")
        x, y = to_x, to_y
    wide = " @P-w" if drawn.several else ""
    return (
        f'<path class="@P-e{wide}" data-step="{drawn.edge.step}" marker-end="url(#@P-{_end(drawn)})" '
        f'd="{"".join(path)}"/>'
    )


def _arc(drawn: Arc) -> str:
    """The arc across lines that count together."""
    middle = (drawn.top + drawn.bottom) // 2
    path = f"M{drawn.x} {drawn.top}Q{drawn.x - BOW} {middle} {drawn.x} {drawn.bottom}"
    return f'<path class="@P-c" data-step="{drawn.step}" d="{path}"/>'


def _box(drawn: Box) -> str:
    """A box with its text."""
    node = drawn.node
    also = {"end": node.concludes, "goal": node.kind == "goal", "f": node.folded}
    called = " ".join(f"@P-{name}" for name in ("g", node.state, *(name for name in also if also[name])))
    behind = _shape(drawn, BEHIND) if node.folded else ""
    return (
        f'<g class="{called}" data-step="{node.step}"><title>{escape(hint(node))}</title>'
        f"{behind}{_shape(drawn)}{_sign(drawn)}{''.join(_texts(drawn))}</g>"
    )


def _sign(drawn: Box) -> str:
    """`or` in front of the text, with a stroke between them; in a group of a condition it is all there is."""
    if not drawn.sign:
        return ""
    wide = drawn.front or drawn.width
    stroke = f'<path class="@P-b" d="M{drawn.x + wide} {drawn.y}v{drawn.height}"/>' if drawn.front else ""
    x, y = drawn.x + wide // 2, drawn.y + drawn.height // 2 + SMALL // 2 - 1
    return stroke + _text(drawn.sign, x, y, "@P-o")


def _texts(drawn: Box) -> Iterator[str]:
    size, leading = lettering(drawn.node)
    high = len(drawn.lines) * leading + SMALL_LEADING * len(drawn.mark)
    x, y = drawn.left, drawn.y + (drawn.height - high) // 2
    for text in drawn.mark:
        yield _text(text, x, y + (SMALL_LEADING + SMALL) // 2 - 2, "@P-m")
        y += SMALL_LEADING
    for text in drawn.lines:
        yield _text(text, x, y + (leading + size) // 2 - 2, "@P-s" if size == SMALL else "")
        y += leading


def _text(text: str, x: int, y: int, name: str) -> str:
    called = f'class="{name}" ' if name else ""
    return f'<text {called}x="{x}" y="{y}">{escape(text)}</text>'


def _shape(drawn: Box, by: int = 0) -> str:
    """Answers have round corners, what holds has square ones, what is possible has points, what does not hold cuts."""
    x, y, right, low = drawn.x + by, drawn.y + by, drawn.x + drawn.width + by, drawn.y + drawn.height + by
    node = drawn.node
    if node.state in ("given", "open") or node.kind == "gate":
        round_by = min(12, drawn.height // 2)
        return f'<rect class="@P-b" x="{x}" y="{y}" width="{right - x}" height="{low - y}" rx="{round_by}"/>'
    if node.state == "raised":
        return f'<rect class="@P-b" x="{x}" y="{y}" width="{right - x}" height="{low - y}"/>'
    if node.state == "possible":
        middle = (y + low) // 2
        inner, outer = x + POINT, right - POINT
        corners = [(x, middle), (inner, y), (outer, y), (right, middle), (outer, low), (inner, low)]
    else:
        corners = [
            (x, y + CUT), (x + CUT, y), (right - CUT, y), (right, y + CUT),
            (right, low - CUT), (right - CUT, low), (x + CUT, low), (x, low - CUT),
        ]  # fmt: skip
    return f'<polygon class="@P-b" points="{" ".join(f"{a},{b}" for a, b in corners)}"/>'


def _legend(layout: PlacedGraph) -> list[str]:
    """What the signs mean, below the picture."""
    top = layout.height - MARGIN - SMALL_LEADING * len(layout.legend)
    return [
        _text(text, MARGIN, top + SMALL + SMALL_LEADING * number, "@P-s") for number, text in enumerate(layout.legend)
    ]
