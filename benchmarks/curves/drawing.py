"""Curves as SVG: both axes logarithmic, each curve labelled where it ends, light or dark as the reader has it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import ceil, floor, log, log10
from typing import Final

from benchmarks.curves.curve import Curve, Point

WIDTH, HEIGHT = 400, 300
LEFT, RIGHT, TOP, BOTTOM = 58, 124, 32, 48
SHOWN: Final = 480  # pixels where there is room for them
APART: Final = 32  # from label to label
MOST_LINES: Final = 6  # across an axis of decades, before they stand closer
STYLE: Final = (
    ".paper{fill:#fff}text{font:14px system-ui,sans-serif;fill:currentColor}svg{color:#1f2328}"
    ".name{font-weight:600}.small{font-size:12.5px}.grid{stroke:currentColor;stroke-opacity:.16}"
    ".axis{stroke:currentColor;stroke-opacity:.55}.line{fill:none;stroke-width:2}.beyond{stroke-dasharray:4 4}"
    ".lead{stroke-opacity:.5}.c0{--c:#0b5fad}.c1{--c:#a8430b}.c2{--c:#0a6b4b}.c3{--c:#7a3ea8}"
    ".line,.mark,.lead{stroke:var(--c)}.mark{fill:var(--c)}.open{fill:none;stroke-width:2}text.name{fill:var(--c)}"
    "@media (prefers-color-scheme:dark){.paper{fill:#0d1117}svg{color:#e6edf3}"
    ".c0{--c:#79b8ff}.c1{--c:#ffab70}.c2{--c:#6fdcb0}.c3{--c:#d2a8ff}}"
)
MARKS: Final = (
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0",
    "M-4-4h8v8h-8z",
    "M0-5l5 8.5h-10z",
    "M0-5.5l5.5 5.5l-5.5 5.5l-5.5-5.5z",
)


@dataclass(frozen=True)
class Axis:
    """A logarithmic axis from one value to another, which are drawn at two places."""

    low: float
    high: float
    start: float
    end: float

    def place(self, value: float) -> float:
        """Where a value is drawn."""
        return self.start + (self.end - self.start) * log(value / self.low) / log(self.high / self.low)

    def ticks(self) -> Iterator[float]:
        """Round values: the powers of ten, more between them on a short axis, fewer on a long one."""
        decades = log10(self.high / self.low)
        steps = (1, 2, 5) if decades < 1.3 else (1, 3) if decades < 2.2 else (1,)
        every = max(1, ceil(decades / MOST_LINES))
        for power in range(floor(log10(self.low)), ceil(log10(self.high)) + 1):
            for step in steps if power % every == 0 else ():
                if self.low * 0.999 <= step * 10.0**power <= self.high * 1.001:
                    yield step * 10.0**power


def picture(title: str, about: str, size: str, curves: Sequence[Curve]) -> str:
    """The curves as SVG.

    Args:
        title: the heading.
        about: what is to be seen, for those who do not see it.
        size: what grows, below the axis.
    """
    points = [point for curve in curves for point in (*curve.points, *([curve.beyond] if curve.beyond else []))]
    across = Axis(*ends([size for size, _ in points]), LEFT, WIDTH - RIGHT)
    up = Axis(*rounded([seconds for _, seconds in points]), HEIGHT - BOTTOM, TOP)
    drawn = [
        *lines(across, up),
        *(part for number, curve in enumerate(curves) for part in line(curve, number, across, up)),
    ]
    drawn += labels(curves, across, up)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title about"'
        f' viewBox="0 0 {WIDTH} {HEIGHT}" width="{SHOWN}" height="{SHOWN * HEIGHT // WIDTH}">'
        f'<title id="title">{escape(title)}</title><desc id="about">{escape(about)}</desc>\n<style>{STYLE}</style>\n'
    )
    paper = f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}"/>'
    below = f'<text x="{(LEFT + WIDTH - RIGHT) // 2}" y="{HEIGHT - 8}" text-anchor="middle">{escape(size)}</text>'
    above = f'<text class="heading" x="8" y="17" font-weight="600">{escape(title)}</text>'
    return "\n".join([head + paper, above, *drawn, below, "</svg>", ""])


def ends(values: Sequence[float]) -> tuple[float, float]:
    """The smallest and the largest; a little more where they are one."""
    low, high = min(values), max(values)
    return (low, high) if high > low else (low / 2, high * 2)


def rounded(values: Sequence[float]) -> tuple[float, float]:
    """The smallest and the largest, out to the next 1, 2 or 5 times a power of ten."""
    low, high = min(values), max(values)
    near = [step * 10.0**power for power in range(floor(log10(low)) - 1, ceil(log10(high)) + 2) for step in (1, 2, 5)]
    return max(value for value in near if value < low), min(value for value in near if value > high)


def lines(across: Axis, up: Axis) -> Iterator[str]:
    """The axes with their round values."""
    for value in up.ticks():
        y = f"{up.place(value):.1f}"
        yield f'<path class="grid" d="M{LEFT} {y}H{WIDTH - RIGHT}"/>'
        yield f'<text class="small" x="{LEFT - 6}" y="{float(y) + 4:.1f}" text-anchor="end">{time(value)}</text>'
    long = across.high > POWERS_FROM
    for value in across.ticks():
        x = f"{across.place(value):.1f}"
        yield f'<path class="grid" d="M{x} {TOP}V{HEIGHT - BOTTOM}"/>'
        yield f'<text class="small" x="{x}" y="{HEIGHT - BOTTOM + 19}" text-anchor="middle">{count(value, long)}</text>'
    yield f'<path class="axis" d="M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}" fill="none"/>'


def line(curve: Curve, number: int, across: Axis, up: Axis) -> Iterator[str]:
    """One curve with a mark at each point; what is not measured is dashed, with an open mark."""

    def at(point: Point) -> str:
        return f"{across.place(point[0]):.1f} {up.place(point[1]):.1f}"

    mark = MARKS[number % len(MARKS)]
    yield f'<g class="c{number}"><path class="line" d="M{"L".join(map(at, curve.points))}"/>'
    for point in curve.points:
        yield f'<path class="mark" transform="translate({at(point)})" d="{mark}"/>'
    if curve.beyond is not None:
        yield f'<path class="line beyond" d="M{at(curve.points[-1])}L{at(curve.beyond)}"/>'
        yield f'<path class="mark open" transform="translate({at(curve.beyond)})" d="{mark}"/>'
    yield "</g>"


def labels(curves: Sequence[Curve], across: Axis, up: Axis) -> Iterator[str]:
    """The name and exponent of each curve, at its end; pushed apart where curves end close to one another."""
    last = [curve.beyond or curve.points[-1] for curve in curves]
    heights = apart([up.place(seconds) for _, seconds in last])
    for number, (curve, (size, seconds), y) in enumerate(zip(curves, last, heights, strict=True)):
        x, end = WIDTH - RIGHT + 14, f"{across.place(size) + 6:.1f} {up.place(seconds):.1f}"
        yield f'<g class="c{number}"><path class="lead" d="M{end}L{x - 3} {y:.1f}"/>'
        yield f'<text class="name" x="{x}" y="{y:.1f}">{escape(curve.name)}</text></g>'
        yield f'<text class="small" x="{x}" y="{y + 14:.1f}">{power(curve.exponent)}</text>'


def apart(heights: Sequence[float]) -> list[float]:
    """The same heights, each at least a label from the next, and all of them in the picture."""
    order = sorted(range(len(heights)), key=heights.__getitem__)
    found = list(heights)
    for above, below in pairwise(order):
        found[below] = max(found[below], found[above] + APART)
    limit = float(HEIGHT - BOTTOM)
    for number in reversed(order):
        found[number] = min(found[number], limit)
        limit = found[number] - APART
    return found


def power(exponent: float | None) -> str:
    """How an exponent is written."""
    return "" if exponent is None else f"exponent {round(exponent, 2) + 0.0:.2f}".replace("-", "−")


POWERS_FROM: Final = 100_000
RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
UNITS: Final = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))


def time(seconds: float) -> str:
    """Seconds in the unit that suits them."""
    size, unit = next((one for one in UNITS if seconds >= 0.999 * one[0]), UNITS[-1])
    return f"{float(f'{seconds / size:.3g}'):,.6g} {unit}"


def count(number: float, long: bool = False) -> str:
    """A number of things; on a long axis as a power of ten."""
    return f"10{str(round(log10(number))).translate(RAISED)}" if long else f"{number:,.0f}"
