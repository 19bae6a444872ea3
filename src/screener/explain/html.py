"""An explanation as one self-contained HTML file: text, picture and a slider through the steps.

No request leaves the file. Without its small script everything is there, only the slider is not. The picture is
there twice, as columns for wide screens and for paper, and as rows for narrow ones; only one of them is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup

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
from screener.report.html import STYLE as REPORT_STYLE
from screener.report.html import WHOLE_STYLE, inner, whole
from screener.saying import say
from screener.templates import standalone

NARROW: Final = 288  # pixels that a screen of 320 leaves for the picture
NARROW_BOX: Final = 264
MOST_FOLDED: Final = 24  # conclusions that are folded in a picture and drawn below it

HERE: Final = Path(__file__)
STYLE: Final = "\n" + HERE.with_suffix(".css").read_text(encoding="utf-8")
SCRIPT: Final = Markup("\n" + HERE.with_suffix(".js").read_text(encoding="utf-8"))


def document(found: Explanation) -> str:
    """The explanation as a complete HTML document: what is urgent, the picture, the steps, the answers to what was
    asked, the limits.
    """
    main = _rendered(
        "explanation.html",
        head=Markup(inner(head(found))),
        figure=Markup(figure(found.chains, found.possible)),
        steps=_told(merged(found.chains)),
        rest=Markup(inner([*body(found, with_steps=False), *closing(found.case.book)])),
        script=SCRIPT,
    )
    return whole(say("How the rules came to this"), WHOLE_STYLE + REPORT_STYLE + STYLE, f"\n{main}")


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
    waiting = folded if behind else []
    below: list[tuple[str, tuple[Markup, Markup]]] = []
    for node in waiting:  # grows while it is walked
        if len(below) == MOST_FOLDED:
            break
        inside, folded = _both(about(whole, node.key), most)
        below.append((f"{node.words} ({fold(node)})", inside))
        waiting += [other for other in folded if other not in waiting]
    return _rendered("figure.html", drawn=drawn, below=below, left=len(waiting) - len(below))


def _both(whole: Graph, most: int) -> tuple[tuple[Markup, Markup], list[Node]]:
    """The picture of a graph for wide and for narrow screens, and the boxes that are folded in it."""
    graph, layout = laid_out(whole, most=most)
    wide, narrow = draw(layout, graph), draw(rows(graph, NARROW, NARROW_BOX), graph)
    folded = [replace(node, kind="conclusion") for node in graph.nodes.values() if node.folded]
    return (Markup(wide), Markup(narrow)), folded


def listed(steps: Sequence[Step]) -> str:
    """The steps as a list."""
    return _rendered("steps.html", steps=_told(steps))


def _told(steps: Sequence[Step]) -> list[tuple[int, str, list[str]]]:
    """The number, the title and the details of each step."""
    return [(step.number, step_title(step), step_details(step, steps)) for step in steps]


def _rendered(name: str, **shown: Any) -> str:
    return standalone(HERE.with_name("templates")).get_template(name).render(shown)
