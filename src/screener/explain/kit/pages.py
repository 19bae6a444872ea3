"""What is shown and handed out: the slides, the learner's sheet to fill in, and the teacher's key to it.

The slides have one step each, with notes for the presenter, and no need of scripts; sheet and key print on A4.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Final

from screener.explain.chain import because
from screener.explain.kit.kit import Kit, items, paragraph
from screener.explain.kit.lesson import as_html
from screener.explain.lab import words
from screener.explain.lab.forward import LabStep
from screener.explain.lab.transcript import opening, step_title
from screener.report.html import PAGE_STYLE, safe, whole
from screener.report.html import STYLE as REPORT_STYLE
from screener.saying import say

HERE: Final = Path(__file__)
SLIDES_STYLE: Final = "\n" + HERE.with_name("slides.css").read_text(encoding="utf-8")
SCRIPT: Final = "\n" + HERE.with_name("slides.js").read_text(encoding="utf-8")
SHOWN: Final = 7  # rules of a conflict set on one slide
SHEET_STYLE: Final = REPORT_STYLE + PAGE_STYLE + "\n" + HERE.with_name("sheet.css").read_text(encoding="utf-8")
MOST_ROWS: Final = 12  # of the table to fill in
LINES: Final = 4  # to write on


def slides(kit: Kit) -> str:
    """The slides as a complete HTML document."""
    pages = list(_pages(kit))
    made = (_slide(number, len(pages), *one) for number, one in enumerate(pages, start=1))
    return whole(kit.lesson.title, SLIDES_STYLE, f"\n<main>\n{''.join(made)}</main>\n<script>{SCRIPT}</script>\n")


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
    yield (lesson.title, kit.urgent + as_html(lesson.parts["Story"]) + kit.closing,
           paragraph(say("Let somebody read the story aloud. Nobody opens a computer yet.")))  # fmt: skip
    yield (say("Think first"), as_html(lesson.parts["Question"]),
           paragraph(say("Two minutes in pairs, then collect guesses without judging them."))
           + as_html(lesson.parts["Expected reasoning"]))  # fmt: skip
    yield (say("What is known"), _answers(kit),
           paragraph(say("Ask: what is not known here? Unknown is never no.")))  # fmt: skip
    for step in shown.run.steps:
        yield step_title(shown, step), _step(kit, step), _step_notes(kit, step)
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(order)}</td></tr>\n" for name, order in words.orders(shown))
    yield (say("The order changes, the conclusions do not"),
           f"<table>{rows}</table>\n{paragraph(words.verdict(shown))}",
           paragraph(say("Ask: why can no order change what is concluded? No rule takes anything back.")))  # fmt: skip
    for found in shown.backward:
        looks = items([words.look_words(case, look) for look in found.looks], ordered=True)
        yield (say("Backward: {goal}", goal=found.goal),
               f"{paragraph(words.forward_words(shown, found))}{paragraph(words.asks_words(case, found))}"
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
    rules = [f"{one.rule} ({words.matches(kit.case, one)})" for one in step.conflict[:SHOWN]]
    rest = len(step.conflict) - SHOWN
    more = paragraph(say("and {count} more", count=rest)) if rest > 0 else ""
    return (
        f'<div class="step">{paragraph(words.memory(kit.shown, step.number - 1))}'
        f"{paragraph(words.conflict_line(step))}{items(rules)}{more}"
        f"<details><summary>{escape(say('Which one fires next?'))}</summary>\n"
        f"{paragraph(words.fires(kit.shown, step))}{paragraph(words.concluded(kit.case, step))}</details></div>\n"
    )


def _step_notes(kit: Kit, step: LabStep) -> str:
    rule = kit.case.book.rule[step.chosen.rule]
    asked = paragraph(say("Let the class vote before you open it."))
    return asked + paragraph(say("Reason: {reason}", reason=because(kit.case, rule)))


def sheet(kit: Kit) -> str:
    """The learner's sheet."""
    lines = '<div class="line"></div>\n' * LINES
    body = (
        f"<h1>{escape(kit.lesson.title)}</h1>\n{paragraph(say('Name:') + ' ' + '_' * 30)}"
        f"{as_html(kit.lesson.parts['Story'])}{_answers(kit)}"
        f"{_heading(say('Think first'))}{as_html(kit.lesson.parts['Question'])}{lines}"
        f"{_heading(say('The steps'))}{paragraph(say('Fill in one row for each rule that fires.'))}"
        f"{_table([('', '', '')] * min(len(kit.shown.run.steps), MOST_ROWS))}{_questions(kit, key=False)}{kit.closing}"
    )
    return whole(kit.lesson.title, SHEET_STYLE, f'\n<main class="screener">\n{body}</main>\n')


def key(kit: Kit) -> str:
    """The teacher's key."""
    title = say("Key: {title}", title=kit.lesson.title)
    shown = kit.shown
    rows = [
        (step.chosen.rule, words.listed(one.rule for one in step.conflict), words.why(shown, step))
        for step in shown.run.steps
    ]
    backward = "".join(
        f"{_heading(say('Backward: {goal}', goal=found.goal))}{paragraph(words.forward_words(shown, found))}"
        f"{paragraph(words.asks_words(kit.case, found))}"
        for found in shown.backward
    )
    body = (
        f"<h1>{escape(title)}</h1>\n{kit.urgent}{_answers(kit)}"
        f"{_heading(say('Think first'))}{as_html(kit.lesson.parts['Question'])}"
        f"{as_html(kit.lesson.parts['Expected reasoning'])}{_heading(say('The steps'))}{_table(rows)}"
        f"{paragraph(words.verdict(shown))}{backward}{_questions(kit, key=True)}"
        f"{_heading(say('What to take home'))}{as_html(kit.lesson.parts['Pitfall'])}{kit.closing}"
    )
    return whole(title, SHEET_STYLE, f'\n<main class="screener">\n{body}</main>\n')


def _heading(text: str) -> str:
    return f"<h2>{escape(text)}</h2>\n"


def _answers(kit: Kit) -> str:
    first, answers = opening(kit.case)
    return paragraph(first) + items(answers)


def _table(rows: list[tuple[str, str, str]]) -> str:
    heads = (say("Step"), say("fires"), say("could fire"), say("why this one"))
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    found = "".join(
        f"<tr><td>{number}</td>" + "".join(f'<td class="blank">{safe(text)}</td>' for text in row) + "</tr>\n"
        for number, row in enumerate(rows, start=1)
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(say("The steps"))}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>\n{found}</tbody></table></div>\n"
    )


def _questions(kit: Kit, key: bool) -> str:
    """What learners are asked; with `key`, the right letter and why."""
    if not kit.questions:
        return ""
    return _heading(say("Questions")) + "".join(_asked(kit, key))


def _asked(kit: Kit, key: bool) -> Iterator[str]:
    for number, question in enumerate(kit.questions, start=1):
        yield paragraph(f"{number}. {question.ask}")
        choices = [f"{letter}) {choice}" for letter, choice in zip("abcd", question.choices, strict=False)]
        if not key:
            yield f'<div class="choices">{items([f"☐ {choice}" for choice in choices])}</div>'
        else:
            yield f'<p class="right">{safe(choices[question.right])}</p>\n{paragraph(question.because)}'
