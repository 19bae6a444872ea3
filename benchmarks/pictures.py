"""Pictures of every vignette: boxes, crossings, size and time, as they fit a projector and with nothing folded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from pathlib import Path
from time import perf_counter
from typing import Literal

from screener.case.files import read_case
from screener.case.intake import Intake
from screener.errors import CaseError
from screener.explain.picture.boxes import PlacedEdge
from screener.explain.picture.graph import Graph, graph_of
from screener.explain.picture.svg import draw, laid_out
from screener.explain.questions import ask
from screener.screening import Screener

ROOT = Path(__file__).parents[1]
VIGNETTES = sorted((ROOT / "examples" / "vignettes").glob("*.json"))
PIECES = 16  # straight ones that a curve is looked at as
Point = tuple[float, float]


def graphs() -> Iterator[tuple[str, Graph]]:
    """The graph of everything that came up in each vignette, if anything did."""
    screener = Screener()
    for path in VIGNETTES:
        try:
            found = ask(screener, screener.examine(read_case(str(path), Intake.fields)))
        except CaseError:
            continue  # the one that must be refused
        if found.chains:
            yield path.stem.split("-")[0], graph_of(found.chains)


def flattened(line: PlacedEdge) -> list[Point]:
    """A drawn line as straight pieces: curves and straight pieces by turns."""
    (x, y), *rest = line.points
    found: list[Point] = [(x, y)]
    for number, (to_x, to_y) in enumerate(rest):
        middle = (x + to_x) // 2
        for piece in range(1, PIECES) if number % 2 == 0 else ():
            t, u = piece / PIECES, 1 - piece / PIECES
            across = u**3 * x + 3 * u * t * middle + t**3 * to_x
            found.append((across, (u**3 + 3 * u * u * t) * y + (3 * u * t * t + t**3) * to_y))
        found.append((to_x, to_y))
        x, y = to_x, to_y
    return found


def crossings(lines: Sequence[PlacedEdge]) -> int:
    """How often lines cross that have no box in common."""
    drawn = [(line.edge, flattened(line)) for line in lines]
    return sum(
        cross(a, b, c, d)
        for (one, left), (other, right) in combinations(drawn, 2)
        if one.source != other.source and one.target != other.target
        for a, b in pairwise(left)
        for c, d in pairwise(right)
        if max(a[0], b[0]) >= min(c[0], d[0]) and max(c[0], d[0]) >= min(a[0], b[0])
    )


def cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether two straight pieces cross inside."""

    def side(p: Point, q: Point, r: Point) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


def measured(graph: Graph, levels: Literal["fit", "all"]) -> tuple[int, int, str, float]:
    """Boxes, crossings, size and milliseconds of a picture."""
    start = perf_counter()
    shown, layout = laid_out(graph, levels=levels)
    draw(layout, shown)
    taken = (perf_counter() - start) * 1000
    return len(shown.nodes), crossings(layout.lines), f"{layout.width}x{layout.height}", taken


def main() -> None:
    rows = [(name, measured(graph, "fit"), measured(graph, "all")) for name, graph in graphs()]
    rows.sort(key=lambda row: -row[2][0])
    print("          as they fit a projector            with nothing folded")
    print("      boxes crossings      size      ms  boxes crossings      size      ms")
    for name, fitted, whole in rows[:10]:
        print(f"{name:5}" + "".join(f"{b:6}{c:10}{s:>10}{ms:8.0f} " for b, c, s, ms in (fitted, whole)))
    for what, column in (("as they fit", 1), ("with nothing folded", 2)):
        found = [row[column] for row in rows]
        crossed, slowest = sum(int(f[1]) for f in found), max(float(f[3]) for f in found)
        print(f"{what}: {len(rows)} pictures, {crossed} crossings, slowest {slowest:.0f} ms")
