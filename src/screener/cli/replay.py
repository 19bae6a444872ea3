"""`screener replay`: the inference step by step, forwards and back; with `--quiz`, predict first."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from screener.cli.options import chosen_book, rulebook_options
from screener.saying import say, speaking

if TYPE_CHECKING:
    from screener.explain.teaching.replay import Moment
    from screener.report.build import ReportBuilder


@click.command("replay")
@click.argument("case", metavar="CASE.json")
@rulebook_options
@click.option("--all", "everything", is_flag=True, help="Show also the steps that rule something out.")
@click.option("--quiz", "as_quiz", is_flag=True, help="Predict first; the score is shown at the end.")
def command(case: str, packs: tuple[str, ...], rules_folder: Path | None, everything: bool, as_quiz: bool) -> None:
    """Step through the reasoning about one case: Enter shows the next step, b goes back, q quits.

    Without a terminal, the lines of standard input are read as keys; when they end, all further steps are shown.

    Example: screener replay examples/vignettes/V06-potassium-tablets-not-working.json --quiz
    """
    from screener.case.files import read_case
    from screener.explain.teaching.replay import moments
    from screener.screening import Screener

    book = chosen_book(rules_folder, packs)
    examined = Screener(book).examine(read_case(case, book.fields))
    with speaking(book.subject.language):
        _urgent(examined)
        if as_quiz:
            _quiz(examined)
        else:
            _replay(moments(examined, everything))
    click.echo(f"\n{examined.book.texts['safety-net']}\n{examined.book.texts['disclaimer']}")


def _urgent(case: ReportBuilder) -> None:
    """What is urgent stands before everything else."""
    level, texts = case.outcome.urgency, case.book.texts
    if case.book.levels.is_urgent(level):
        click.echo(f"!! {texts[f'title-{level}']}. {texts[f'urgency-{level}']}\n")


def _keys() -> Iterator[str]:
    """The lines typed, or piped in, without the end of line."""
    while True:
        if sys.stdin.isatty():
            click.echo(f"[{say('Enter: next, b: back, q: quit')}] ", err=True, nl=False)
        line = sys.stdin.readline()
        if not line:
            return
        yield line.strip().lower()


def _replay(moments: tuple[Moment, ...]) -> None:
    from screener.explain.teaching.replay import lines

    if not moments:
        click.echo(say("No rule fired."))
        return
    place = 0
    click.echo("\n".join(lines(moments[0], len(moments))))
    for key in _keys():
        if key in ("q", "quit"):
            return
        place = place - 1 if key in ("b", "back") else place + 1
        if place >= len(moments):
            click.echo(say("That was the last step."))
            return
        place = max(0, place)
        click.echo("\n" + "\n".join(lines(moments[place], len(moments))))
    for moment in moments[place + 1 :]:
        click.echo("\n" + "\n".join(lines(moment, len(moments))))


def _quiz(case: ReportBuilder) -> None:
    from screener.explain.teaching.quiz import given_answers, quiz

    click.echo(say("The answers of this case:"))
    for words in given_answers(case):
        click.echo(f"- {words}")
    keys = _keys()
    questions, right, asked = quiz(case), 0, 0
    for number, question in enumerate(questions, start=1):
        click.echo(f"\n{say('Question {number} of {total}', number=number, total=len(questions))}: {question.ask}")
        for letter, choice in zip("abcd", question.choices, strict=False):
            click.echo(f"  {letter}) {choice}")
        answer = _answer(keys, question.read)
        if answer is None:
            break
        asked += 1
        right += answer == question.letter
        is_right = answer == question.letter
        verdict = say("Right.") if is_right else say("Not quite: it is {letter}.", letter=question.letter)
        click.echo(f"{verdict} {question.because}")
    click.echo(f"\n{say('Score: {right} of {asked}', right=right, asked=asked)}")


def _answer(keys: Iterator[str], read: object) -> str | None:
    """The next line that is one of the choices; None when the learner stops."""
    assert callable(read)
    for key in keys:
        if key in ("q", "quit"):
            return None
        answer: str | None = read(key)
        if answer is not None:
            return answer
        click.echo(say("Please answer with one of the letters, or q to stop."))
    return None
