"""The slides of a lesson: one step each, with notes for the presenter. One file, and no need of scripts."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from screener.explain.kit.kit import Kit, items, paragraph, whole
from screener.explain.kit.lesson import as_html
from screener.explain.lab.forward import LabStep
from screener.explain.lab.text import opening, step_title
from screener.explain.lab.words import (
    asks_words,
    concluded,
    conflict_line,
    fires,
    forward_words,
    look_words,
    matches,
    memory,
    orders,
    verdict,
)
from screener.saying import say

STYLE: Final = """
:root{--ink:#0b0c0c;--paper:#fff;--line:#505a5f;--link:#1a4f8b;--urgent:#942514}
@media(prefers-color-scheme:dark){:root{--ink:#f3f2f1;--paper:#16181a;--line:#b1b4b6;--link:#8ec5ff;--urgent:#ff9d8c}}
html{scroll-snap-type:y proximity;background:var(--paper)}
body{margin:0;color:var(--ink);background:var(--paper);font:clamp(1rem,1.9vw,1.45rem)/1.45 system-ui,sans-serif}
section{min-height:100vh;box-sizing:border-box;padding:1.2rem clamp(1rem,5vw,5rem);scroll-snap-align:start;
display:flex;flex-direction:column;border-bottom:1px solid var(--line)}
section>div:first-child{flex:1}
h1{font-size:1.7em;line-height:1.15;margin:.3em 0}h2{font-size:1.35em;line-height:1.2;margin:.3em 0}
p,li,td,pre{overflow-wrap:anywhere}p{margin:.5em 0}ul,ol{margin:.4em 0;padding-left:1.3em}li{margin:.2em 0}
pre{white-space:pre-wrap;font-size:.8em}table{border-collapse:collapse}td,th{text-align:left;padding:.2em .8em .2em 0;
vertical-align:top}.small{font-size:.75em}
.urgent{border-left:.4rem solid var(--urgent);padding-left:.8rem;font-weight:bold}
@media(min-width:60rem) and (min-height:40rem){.step{font-size:.8em;line-height:1.35}}
.looks{max-height:45vh;overflow:auto}
.go{display:flex;gap:1.5rem;align-items:baseline;font-size:.8em}a{color:var(--link);padding:.4rem 0}
details{border-top:1px solid var(--line);padding:.4rem 0}summary{cursor:pointer}.notes{font-size:.8em}
a:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:3px solid #b58900;outline-offset:2px}
@media print{section{min-height:0;break-after:page;border:0}.go{display:none}.looks{max-height:none;overflow:visible}}
"""
SCRIPT: Final = """
(function(){var all=Array.prototype.slice.call(document.querySelectorAll("section"));
document.addEventListener("keydown",function(e){var by={ArrowRight:1,PageDown:1,ArrowLeft:-1,PageUp:-1}[e.key];
if(!by||e.altKey||e.ctrlKey||e.metaKey)return;var now=0;
all.forEach(function(s,i){if(s.getBoundingClientRect().top<=10)now=i});
var to=all[Math.min(all.length-1,Math.max(0,now+by))];e.preventDefault();to.scrollIntoView()})})();
"""
SHOWN: Final = 7  # rules of a conflict set on one slide


def slides(kit: Kit) -> str:
    """The slides as a complete HTML document."""
    pages = [(title, body, notes) for title, body, notes in _pages(kit)]
    made = (_slide(number, len(pages), *one) for number, one in enumerate(pages, start=1))
    return whole(kit.lesson.title, STYLE, f"<main>\n{''.join(made)}</main>\n", SCRIPT)


def _slide(number: int, total: int, title: str, body: str, notes: str) -> str:
    tag = "h1" if number == 1 else "h2"
    back = f'<a href="#s{number - 1}">‹ {escape(say("Back"))}</a>' if number > 1 else ""
    forth = f'<a href="#s{number + 1}">{escape(say("Next"))} ›</a>' if number < total else ""
    return (
        f'<section id="s{number}" aria-label="{number}/{total}"><div>\n<{tag}>{escape(title)}</{tag}>\n{body}</div>\n'
        f'<details class="notes"><summary>{escape(say("Notes for the presenter"))}</summary>\n{notes}</details>\n'
        f'<div class="go">{back}{forth}<span>{number}/{total}</span></div></section>\n'
    )


def _pages(kit: Kit) -> Iterator[tuple[str, str, str]]:
    """Title, body and notes of each slide."""
    lesson, shown, case = kit.lesson, kit.shown, kit.case
    first, *answers = opening(shown)
    yield (lesson.title, kit.urgent + as_html(lesson.parts["Story"]) + kit.closing,
           paragraph(say("Let somebody read the story aloud. Nobody opens a computer yet.")))  # fmt: skip
    yield (say("Think first"), as_html(lesson.parts["Question"]),
           paragraph(say("Two minutes in pairs, then collect guesses without judging them."))
           + as_html(lesson.parts["Expected reasoning"]))  # fmt: skip
    yield (say("What is known"), paragraph(first) + items([line.removeprefix("- ") for line in answers]),
           paragraph(say("Ask: what is not known here? Unknown is never no.")))  # fmt: skip
    for step in shown.run.steps:
        yield step_title(shown, step), _step(kit, step), _step_notes(kit, step)
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(order)}</td></tr>\n" for name, order in orders(shown))
    yield (say("The order changes, the conclusions do not"),
           f"<table>{rows}</table>\n{paragraph(verdict(shown))}",
           paragraph(say("Ask: why can no order change what is concluded? No rule takes anything back.")))  # fmt: skip
    for found in shown.backward:
        looks = items([look_words(case, look) for look in found.looks], ordered=True)
        yield (say("Backward: {goal}", goal=found.goal),
               f"{paragraph(forward_words(shown, found))}{paragraph(asks_words(case, found))}"
               f"{_folded(say('All steps'), looks)}",
               paragraph(say("Ask: which rules did backward never look at, and when is that better?")))  # fmt: skip
    last = say("Each learner says in one sentence what the program knows, and what it does not.")
    yield say("What to take home"), as_html(lesson.parts["Pitfall"]) + kit.closing, paragraph(last)


def _folded(title: str, inside: str) -> str:
    """Something long, folded; unfolded it scrolls by itself."""
    label = escape(title)
    box = f'<div class="looks" tabindex="0" role="region" aria-label="{label}">{inside}</div>'
    return f"<details><summary>{label}</summary>\n{box}</details>\n"


def _step(kit: Kit, step: LabStep) -> str:
    """The question of a step, and its answer folded away."""
    rules = [f"{one.rule} ({matches(kit.case, one)})" for one in step.conflict[:SHOWN]]
    rest = len(step.conflict) - SHOWN
    more = paragraph(say("and {count} more", count=rest)) if rest > 0 else ""
    return (
        f'<div class="step">{paragraph(memory(kit.shown, step))}{paragraph(conflict_line(step))}{items(rules)}{more}'
        f"<details><summary>{escape(say('Which one fires next?'))}</summary>\n"
        f"{paragraph(fires(kit.shown, step))}{paragraph(concluded(kit.case, step))}</details></div>\n"
    )


def _step_notes(kit: Kit, step: LabStep) -> str:
    from screener.explain.chain import because

    rule = kit.case.book.rule[step.chosen.rule]
    asked = paragraph(say("Let the class vote before you open it."))
    return asked + paragraph(say("Reason: {reason}", reason=because(kit.case, rule)))
