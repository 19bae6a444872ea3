"""Chains as a picture: one self-contained SVG without script or request, the same bytes for the same chains.

Raised, possible and ruled out are told apart by shape and by words, not only by colour. All classes and ids carry a
prefix made from the content, so that several pictures can be on one page.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from html import escape
from typing import Final, Literal, TypeAlias

from screener.explain.chain import Chain
from screener.explain.picture import drawing
from screener.explain.picture.boxes import Direction, Layout
from screener.explain.picture.folding import to_fit, to_levels
from screener.explain.picture.graph import Graph, graph_of
from screener.explain.picture.placing import Columns
from screener.explain.picture.rows import rows
from screener.explain.picture.words import describe
from screener.explain.why_not import WhyNot

Levels: TypeAlias = int | Literal["fit", "all"]
WIDE: Final = 1216  # pixels: what a projector of 1280 by 720 leaves within the margins of a page
HIGH: Final = 696
BOXES: Final = (230, 160, 130)  # the greatest width of a box: the first with which all has room
FOLDED_BOX: Final = 160  # and where something must be folded
ROW_BOX: Final = 230
MOST: Final = 160  # boxes; a picture of more is folded without a try


def picture(
    chains: Iterable[Chain],
    possible: Iterable[WhyNot] = (),
    direction: Direction = "columns",
    most: int = WIDE,
    box: int | None = None,
    levels: Levels = "fit",
    high: int = HIGH,
) -> str:
    """The picture of chains and of conclusions that are still open.

    Args:
        chains: what is proved or refuted.
        possible: what is open, with what it waits for.
        direction: answers, rules and conclusions as columns, or as numbered boxes below each other.
        most: the greatest width of the picture, in pixels.
        box: the greatest width of a box, in pixels; None for what suits.
        levels: how many conclusions deep it goes before the rest is folded; `all` folds nothing, `fit` what has no
            room in `most` by `high` pixels, as columns.
    """
    whole = graph_of(chains, possible)
    if direction == "rows":
        graph = shown(whole, levels)
        return draw(rows(graph, most, box or ROW_BOX), graph)
    graph, layout = laid_out(whole, most, high, levels, box)
    return draw(layout, graph)


def laid_out(
    graph: Graph, most: int = WIDE, high: int = HIGH, levels: Levels = "fit", box: int | None = None
) -> tuple[Graph, Layout]:
    """What of a graph is drawn, and where, in columns: see `picture`."""
    boxes = (box,) if box else BOXES
    if levels != "fit":
        graph = shown(graph, levels)
    elif len(graph.nodes) > MOST or not any(_fits(Columns(most, one, False), graph, high) for one in boxes):
        columns = Columns(most, box or FOLDED_BOX, carefully=False)
        graph = to_fit(graph, lambda some: _fits(columns, some, high))
        boxes = (columns.box,)
    tried = (Columns(most, one, carefully) for carefully in (True, False) for one in boxes)
    columns = next((one for one in tried if _fits(one, graph, high)), Columns(most, box or FOLDED_BOX))
    return graph, columns.place(graph)


def _fits(columns: Columns, graph: Graph, high: int) -> bool:
    size = columns.size(graph)
    return size[0] <= columns.most and size[1] <= high


def shown(graph: Graph, levels: Levels) -> Graph:
    """What of a graph is drawn: see `picture`."""
    if levels == "fit":
        return laid_out(graph)[0]
    return graph if levels == "all" else to_levels(graph, levels)


def draw(layout: Layout, graph: Graph) -> str:
    """A placed graph as SVG."""
    lines = [*map(drawing.line, layout.lines), *map(drawing.arc, layout.arcs)]
    content = "".join([*lines, *map(drawing.box, layout.boxes), *drawing.legend(layout)])
    title, about = describe(graph)
    prefix = "x" + sha256(f"{layout.width}{layout.height}{content}{about}".encode()).hexdigest()[:8]
    ends = sorted({drawing.end(line) for line in layout.lines})
    defined = f"<defs>{''.join(map(drawing.marker, ends))}</defs>" if ends else ""
    body = (defined + content).replace("@P", prefix)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{prefix}" role="img" '
        f'aria-labelledby="{prefix}-t {prefix}-d" width="{layout.width}" height="{layout.height}" '
        f'viewBox="0 0 {layout.width} {layout.height}">'
        f'<title id="{prefix}-t">{escape(title)}</title><desc id="{prefix}-d">{escape(about)}</desc>'
        f"<style>{drawing.STYLE.replace('.P', '.' + prefix)}</style>{body}</svg>\n"
    )
