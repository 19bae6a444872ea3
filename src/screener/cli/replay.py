"""`screener replay`: the inference step by step, forwards and back; `--quiz`: predict first; `--lab`: see why."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING

import click

from screener.cli.completion import conclusion_ids
from screener.cli.options import ChosenBook, format_option, is_typed, read_seed, rulebook_options
from screener.errors import UsageError
from screener.saying import say, speaking

if TYPE_CHECKING:
    from screener.explain.lab.forward import Strategy
    from screener.explain.lab.lab import TeachingLab
    from screener.report.build import ReportBuilder

STRATEGIES = ["order", "specificity", "recency", "random"]


@click.command("replay")
@click.argument("case", metavar="CASE.json")
@rulebook_options
@click.option("--all", "everything", is_flag=True, help="Show also the steps that rule something out.")
@click.option("--quiz", "as_quiz", is_flag=True, help="Predict first; the score is shown at the end.")
@click.option("--lab", "as_lab", is_flag=True, help="Show working memory and the conflict set at each step.")
@click.option(
    "--strategy", type=click.Choice(STRATEGIES), default="order", show_default=True,
    help="With --lab: which of the rules that can fire does.",
)  # fmt: skip
@click.option("--seed", default="0", show_default=True, help="With --strategy random: a whole number, for the lot.")
@click.option(
    "--goal", metavar="ID", shell_complete=conclusion_ids,
    help="With --lab: reason backward from this flag or finding, too. With --quiz: ask about it.",
)  # fmt: skip
@click.option("--score", metavar="FILE", help="With --quiz: save questions, answers and score to this file.")
@format_option("With --lab: how it is written.", ["text", "markdown", "json"])
def replay(
    case: str, rules: ChosenBook, everything: bool, as_quiz: bool, as_lab: bool,
    strategy: Strategy, seed: str, goal: str | None, score: str | None, form: str,
) -> None:  # fmt: skip
    """Step through the reasoning about one case: Enter shows the next step, b goes back, q quits.

    Without a terminal, the lines of standard input are read as keys; when they end, all further steps are shown.

    With --lab each step shows what is known, which rules can fire and why this one does, by the strategy that is
    chosen; at the end, that another order comes to the same. With --goal, the same backward.

    Example: screener replay examples/vignettes/V06-potassium-tablets-not-working.json --quiz
    """
    from screener.case.files import read_case
    from screener.explain.goal import urgent
    from screener.explain.lab.lab import lab
    from screener.explain.lab.transcript import blocks, ending
    from screener.screening import Screener

    _check_options(as_lab, as_quiz, everything, goal, score, strategy)
    number = read_seed(seed)
    book = rules.book()
    examined = Screener(book).examine(read_case(case, book.fields))
    with speaking(book.subject.language):
        shown = lab(examined, strategy, number, goal) if as_lab else None
        if shown is not None and form != "text":
            click.echo(_written(shown, form), nl=False)
            return
        if first := urgent(examined):
            click.echo(f"!! {first}\n")
        if as_quiz:
            _quiz(examined, goal, score)
        else:
            _walk(blocks(shown) if shown is not None else _replayed(examined, everything))
    click.echo(f"\n{ending(examined)}")


def _check_options(
    as_lab: bool, as_quiz: bool, everything: bool, goal: str | None, score: str | None, strategy: str
) -> None:
    """Refuse options that would say nothing."""
    if goal is not None and not (as_lab or as_quiz):
        raise UsageError("`--goal` is about the lab or the quiz; add `--lab` or `--quiz`")
    if score is not None and not as_quiz:
        raise UsageError("`--score` is about the quiz; add `--quiz`")
    for name, option in (("strategy", "--strategy"), ("seed", "--seed"), ("form", "--format")):
        if not as_lab and is_typed(name):
            raise UsageError(f"`{option}` is about the lab; add `--lab`")
    if as_lab and (as_quiz or everything):
        raise UsageError(f"`--lab` and `{'--quiz' if as_quiz else '--all'}` do not go together; use one of them")
    if is_typed("seed") and strategy != "random":
        raise UsageError("`--seed` is for the strategy `random`; add `--strategy random`")


def _written(shown: TeachingLab, form: str) -> str:
    """The lab in a form that is not stepped through."""
    from screener.explain.lab.transcript import markdown, to_dict

    return markdown(shown) if form == "markdown" else dumps(to_dict(shown), indent=2, ensure_ascii=False) + "\n"


def _keys() -> Iterator[str]:
    """The lines typed, or piped in, without the end of line."""
    while True:
        if sys.stdin.isatty():
            click.echo(f"[{say('Enter: next, b: back, q: quit')}] ", err=True, nl=False)
        line = sys.stdin.readline()
        if not line:
            return
        yield line.strip().lower()


def _replayed(case: ReportBuilder, everything: bool) -> list[str]:
    """The steps of the engine, one block of lines each."""
    from screener.explain.teaching.replay import lines, moments

    found = moments(case, everything)
    return ["\n".join(lines(moment, len(found))) for moment in found]


def _walk(blocks: list[str]) -> None:
    """Show one block after the other, forwards and back, as the keys say."""
    if not blocks:
        click.echo(say("No rule fired."))
        return
    place = 0
    click.echo(blocks[0])
    for key in _keys():
        if key in ("q", "quit"):
            return
        place = place - 1 if key in ("b", "back") else place + 1
        if place >= len(blocks):
            click.echo(say("That was the last step."))
            return
        place = max(0, place)
        click.echo("\n" + blocks[place])
    for block in blocks[place + 1 :]:
        click.echo("\n" + block)


def _quiz(case: ReportBuilder, goal: str | None, score: str | None) -> None:
    """Ask about one conclusion, or about the whole case; the score can be saved, for its owner alone."""
    from screener.explain.goal import goal_of
    from screener.explain.teaching.quiz import Prediction, aimed, given_answers, quiz, right_of, score_data
    from screener.private import save

    questions = quiz(case) if goal is None else aimed(case, goal_of(case, goal))
    click.echo(say("The answers of this case:"))
    for words in given_answers(case):
        click.echo(f"- {words}")
    keys, told = _keys(), list[Prediction]()
    for number, question in enumerate(questions, start=1):
        click.echo(f"\n{say('Question {number} of {total}', number=number, total=len(questions))}: {question.ask}")
        for letter, choice in zip("abcd", question.choices, strict=False):
            click.echo(f"  {letter}) {choice}")
        answer = _answer(keys, question.read)
        if answer is None:
            break
        told.append(Prediction(question.ask, answer, question.letter))
        verdict = say("Right.") if told[-1].is_right else say("Not quite: it is {letter}.", letter=question.letter)
        click.echo(f"{verdict} {question.because}")
    click.echo(f"\n{say('Score: {right} of {asked}', right=right_of(told), asked=len(told))}")
    if score is not None:
        save(Path(score), dumps(score_data(case, goal, told), indent=2, ensure_ascii=False) + "\n")


def _answer(keys: Iterator[str], read: Callable[[str], str | None]) -> str | None:
    """The next line that is one of the choices; None when the learner stops."""
    for key in keys:
        if key in ("q", "quit"):
            return None
        answer = read(key)
        if answer is not None:
            return answer
        click.echo(say("Please answer with one of the letters, or q to stop."))
    return None
