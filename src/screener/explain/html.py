"""An explanation as one self-contained HTML file: text, picture and a slider through the steps.

No request leaves the file. Without its small script everything is there, only the slider is not. The picture is
there twice, as columns for wide screens and for paper, and as rows for narrow ones; only one of them is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from typing import Final

from screener.explain.chain import Chain, Step
from screener.explain.picture.folding import about
from screener.explain.picture.graph import Graph, Node, graph_of, merge
from screener.explain.picture.placing import rows
from screener.explain.picture.svg import WIDE, draw, laid_out
from screener.explain.picture.words import fold
from screener.explain.questions import Explanation
from screener.explain.text import body, closing, head, step_details, step_title
from screener.explain.why_not import WhyNot
from screener.report.blocks import Heading
from screener.report.html import STYLE as REPORT_STYLE
from screener.report.html import WHOLE_STYLE, inner, safe, whole
from screener.saying import counted, say

NARROW: Final = 288  # pixels that a screen of 320 leaves for the picture
NARROW_BOX: Final = 264
MOST_FOLDED: Final = 24  # conclusions that are folded in a picture and drawn below it

STYLE: Final = """
main.screener{max-width:78rem}.screener p,.screener ul,.screener ol{max-width:48rem}
.picture{overflow-x:auto;margin:1rem 0;padding:0}.picture .narrow{display:none}
.steps li{margin:.6rem 0}.steps ul{list-style:none;padding-left:1rem}.later{opacity:.13}
.slider{display:flex;gap:.8rem;align-items:center;flex-wrap:wrap;margin:1rem 0}.slider[hidden]{display:none}
.slider input{flex:1 1 12rem;height:2.5rem}.slider button{font:inherit;padding:.4rem 1rem;min-height:2.75rem}
.slider output{flex-basis:100%;font-weight:bold}.now{outline:3px solid currentColor;outline-offset:4px}
details.folded{border-top:1px solid currentColor;padding:.4rem 0}details.folded summary{cursor:pointer}
@media(max-width:47rem){.picture .wide{display:none}.picture .narrow{display:block}}
@media print{.slider{display:none}.later{opacity:1}.now{outline:none}.picture{overflow:visible}
.picture .wide{display:block}.picture .narrow{display:none}.picture svg{max-width:100%;height:auto}}
"""

SCRIPT: Final = """
(function(){var box=document.getElementById("slider"),range=document.getElementById("step"),
said=document.getElementById("said"),all=document.querySelectorAll("[data-step]"),
items=document.querySelectorAll(".steps li[data-step]");if(!box)return;box.hidden=false;
function show(){var n=Number(range.value);all.forEach(function(e){
e.classList.toggle("later",Number(e.getAttribute("data-step"))>n)});
items.forEach(function(e,i){e.classList.toggle("now",i===n-1&&n<range.max)});
said.textContent=n?items[n-1].querySelector("b").textContent:said.dataset.start}
range.addEventListener("input",show);
function move(by){range.value=Number(range.value)+by;show()}
document.getElementById("back").addEventListener("click",function(){move(-1)});
document.getElementById("next").addEventListener("click",function(){move(1)});show()})();
"""


def document(found: Explanation) -> str:
    """The explanation as a complete HTML document."""
    main = f'<main class="screener">\n{content(found)}</main>'
    style = WHOLE_STYLE + REPORT_STYLE + STYLE
    return whole(say("How the rules came to this"), style, f"\n{main}\n<script>{SCRIPT}</script>\n")


def content(found: Explanation) -> str:
    """What is in the body: what is urgent, the picture, the steps, the answers to what was asked, the limits."""
    steps = merge(found.chains)
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
