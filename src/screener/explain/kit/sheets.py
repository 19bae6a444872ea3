"""The learner's sheet to fill in, and the teacher's key to it; both print on A4."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from screener.explain.kit.kit import Kit, items, paragraph, whole
from screener.explain.kit.lesson import as_html
from screener.explain.lab.text import opening
from screener.explain.lab.words import asks_words, forward_words, listed, verdict, why
from screener.printable import printable
from screener.report.html import STYLE as REPORT_STYLE
from screener.report.style import PAGE_STYLE
from screener.saying import say

STYLE: Final = (
    REPORT_STYLE
    + PAGE_STYLE
    + """
html{background:Canvas}body{margin:0}.screener table{border-collapse:collapse;width:100%}
.screener th,.screener td{border:1px solid var(--line);padding:.35rem .5rem;text-align:left;vertical-align:top;
overflow-wrap:anywhere}
.screener thead th{white-space:nowrap}
.screener td.blank{height:2.2rem}.screener .line{border-bottom:1px solid var(--line);height:2rem}
.screener .right{font-weight:bold}.screener .small{font-size:.85em}
.screener .choices ul{list-style:none;padding-left:.5rem}.scroll{overflow-x:auto}
.screener pre{white-space:pre-wrap;overflow-wrap:anywhere}
"""
)
MOST_ROWS: Final = 12  # of the table to fill in
LINES: Final = 4  # to write on


def sheet(kit: Kit) -> str:
    """The learner's sheet."""
    lines = '<div class="line"></div>\n' * LINES
    body = (
        f"<h1>{escape(kit.lesson.title)}</h1>\n{paragraph(say('Name:') + ' ' + '_' * 30)}"
        f"{as_html(kit.lesson.parts['Story'])}{_answers(kit)}"
        f"<h2>{escape(say('Think first'))}</h2>\n{as_html(kit.lesson.parts['Question'])}{lines}"
        f"<h2>{escape(say('The steps'))}</h2>\n{paragraph(say('Fill in one row for each rule that fires.'))}"
        f"{_table([('', '', '')] * min(len(kit.shown.run.steps), MOST_ROWS))}{_questions(kit, key=False)}{kit.closing}"
    )
    return whole(kit.lesson.title, STYLE, f'<main class="screener">\n{body}</main>\n')


def key(kit: Kit) -> str:
    """The teacher's key."""
    title = say("Key: {title}", title=kit.lesson.title)
    shown = kit.shown
    rows = [(step.chosen.rule, listed(one.rule for one in step.conflict), why(shown, step)) for step in shown.run.steps]
    backward = "".join(
        f"<h2>{escape(say('Backward: {goal}', goal=found.goal))}</h2>\n{paragraph(forward_words(shown, found))}"
        f"{paragraph(asks_words(kit.case, found))}"
        for found in shown.backward
    )
    body = (
        f"<h1>{escape(title)}</h1>\n{kit.urgent}{_answers(kit)}"
        f"<h2>{escape(say('Think first'))}</h2>\n{as_html(kit.lesson.parts['Question'])}"
        f"{as_html(kit.lesson.parts['Expected reasoning'])}<h2>{escape(say('The steps'))}</h2>\n{_table(rows)}"
        f"{paragraph(verdict(shown))}{backward}{_questions(kit, key=True)}"
        f"<h2>{escape(say('What to take home'))}</h2>\n{as_html(kit.lesson.parts['Pitfall'])}{kit.closing}"
    )
    return whole(title, STYLE, f'<main class="screener">\n{body}</main>\n')


def _answers(kit: Kit) -> str:
    first, *answers = opening(kit.shown)
    return paragraph(first) + items([line.removeprefix("- ") for line in answers])


def _table(rows: list[tuple[str, str, str]]) -> str:
    heads = (say("Step"), say("fires"), say("could fire"), say("why this one"))
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    found = "".join(
        f"<tr><td>{number}</td>"
        + "".join(f'<td class="blank">{escape(printable(text))}</td>' for text in row)
        + "</tr>\n"
        for number, row in enumerate(rows, start=1)
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(say("The steps"))}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>\n{found}</tbody></table></div>\n"
    )


def _cell(text: str) -> str:
    return f'<td class="blank">{escape(printable(text))}</td>'


def _questions(kit: Kit, key: bool) -> str:
    """What learners are asked; with `key`, the right letter and why."""
    if not kit.questions:
        return ""
    return f"<h2>{escape(say('Questions'))}</h2>\n" + "".join(_asked(kit, key))


def _asked(kit: Kit, key: bool) -> Iterator[str]:
    for number, question in enumerate(kit.questions, start=1):
        yield paragraph(f"{number}. {question.ask}")
        choices = [f"{letter}) {choice}" for letter, choice in zip("abcd", question.choices, strict=False)]
        if not key:
            yield f'<div class="choices">{items([f"☐ {choice}" for choice in choices])}</div>'
        else:
            yield f'<p class="right">{escape(printable(choices[question.right]))}</p>\n{paragraph(question.because)}'
