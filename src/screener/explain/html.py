"""An explanation as one self-contained HTML file: text, picture and a slider through the steps.

No request leaves the file. Without its small script everything is there, only the slider is not. The picture is
there twice, as columns for wide screens and for paper, and as rows for narrow ones; only one of them is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Final

from screener.explain.chain import Chain, Step, merged
from screener.explain.picture.folding import about
from screener.explain.picture.graph import Graph, Node, graph_of
from screener.explain.picture.placing import rows
from screener.explain.picture.svg import WIDE, draw, laid_out
from screener.explain.picture.words import fold
from screener.explain.questions import Explanation
from screener.explain.text import body, closing, head
from screener.explain.why_not import WhyNot
from screener.explain.words import step_details, step_title
from screener.report.blocks import Heading
from screener.report.html import STYLE as REPORT_STYLE
from screener.report.html import WHOLE_STYLE, inner, safe, whole
from screener.saying import counted, say

NARROW: Final = 288  # pixels that a screen of 320 leaves for the picture
NARROW_BOX: Final = 264
MOST_FOLDED: Final = 24  # conclusions that are folded in a picture and drawn below it

HERE: Final = Path(__file__)
STYLE: Final = "\n" + HERE.with_suffix(".css").read_text(encoding="utf-8")
SCRIPT: Final = "\n" + HERE.with_suffix(".js").read_text(encoding="utf-8")


def document(found: Explanation) -> str:
    """The explanation as a complete HTML document."""
    main = f'<main class="screener">\n{content(found)}</main>'
    style = WHOLE_STYLE + REPORT_STYLE + STYLE
    return whole(say("How the rules came to this"), style, f"\n{main}\n<script>{SCRIPT}</script>\n")


def content(found: Explanation) -> str:
    """What is in the body: what is urgent, the picture, the steps, the answers to what was asked, the limits."""
    steps = merged(found.chains)
    return (
        inner(head(found))
        + figure(found.chains, found.possible)
        + (inner([Heading(2, say("The steps"))]) + slider(len(steps)) + listed(steps) if steps else "")
        + inner([*body(found, with_steps=False), *closing(found.case.book)])
    )


def figure(chains: Sequence[Chain], possible: Sequence[WhyNot] = (), most: int = WIDE, behind: bool = True) -> str:
    """The picture, for wide and for narrow screens, and below it what is folded in it; empty without anything to draw.

    Args:
        chains: what is proved or refuted.
        possible: what is still open.
        most: how wide the picture for wide screens may be, in pixels, before something is folded.
        behind: whether what is folded is drawn below it, each behind a line that opens it.
    """
    if not chains and not possible:
        return ""
    whole = graph_of(chains, possible)
    drawn, folded = _both(whole, most)
    parts, waiting = [f'<figure class="picture">{drawn}</figure>\n'], list(folded if behind else ())
    for node in waiting:  # grows while it is walked
        if len(parts) > MOST_FOLDED:
            left = counted("1 more is folded.", "{count} more are folded.", len(waiting) - MOST_FOLDED)
            parts.append(f'<p class="small">{escape(left)}</p>\n')
            break
        drawn, folded = _both(about(whole, node.key), most)
        title = escape(f"{node.words} ({fold(node)})")
        parts.append(
            f'<details class="folded"><summary>{title}</summary><figure class="picture">{drawn}</figure></details>\n'
        )
        waiting += [other for other in folded if other not in waiting]
    return "".join(parts)


def _both(whole: Graph, most: int) -> tuple[str, list[Node]]:
    """The picture of a graph for wide and for narrow screens, and the boxes that are folded in it."""
    graph, layout = laid_out(whole, most=most)
    wide, narrow = draw(layout, graph), draw(rows(graph, NARROW, NARROW_BOX), graph)
    folded = [replace(node, kind="conclusion") for node in graph.nodes.values() if node.folded]
    return f'<div class="wide">{wide}</div><div class="narrow">{narrow}</div>', folded


def slider(steps: int) -> str:
    """The slider through the steps; hidden until the script finds it."""
    start = escape(say("The answers, before any rule has fired"))
    return (
        f'<div class="slider" id="slider" hidden><button type="button" id="back">{escape(say("Back"))}</button>'
        f'<input type="range" id="step" min="0" max="{steps}" value="{steps}" aria-label="{escape(say("Step"))}">'
        f'<button type="button" id="next">{escape(say("Next"))}</button>'
        f'<output id="said" for="step" data-start="{start}"></output></div>\n'
    )


def listed(steps: Sequence[Step]) -> str:
    """The steps as a list."""
    return f'<ul class="steps">\n{"".join(_item(step, steps) for step in steps)}</ul>\n'


def _item(step: Step, steps: Sequence[Step]) -> str:
    details = "".join(f"<li>{safe(detail)}</li>" for detail in step_details(step, steps))
    title = safe(step_title(step))
    return f'<li data-step="{step.number}"><b>{title}</b><ul>{details}</ul></li>\n'
