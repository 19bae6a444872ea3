"""`screener explain`: how a flag came up, why not, what if, and the smallest changes."""

from __future__ import annotations

from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING

import click

from screener.cli.completion import conclusion_ids, fields
from screener.cli.options import ChosenBook, Command, format_option, is_number, read_seed, rulebook_options, together
from screener.errors import CaseError, UsageError, echo
from screener.explain.questions import QUESTIONS, Explanation, ask
from screener.saying import speaking

if TYPE_CHECKING:
    from screener.explain.picture.svg import Levels
    from screener.explain.teaching.sealed import Difficulty


def read_levels(context: click.Context, option: click.Parameter, given: str | None) -> Levels | None:
    """How deep a picture goes: a number from 1, `all` or `fit`.

    Raises:
        UsageError: it is something else.
    """
    if given is None:
        return None
    if given in ("all", "fit"):
        return "all" if given == "all" else "fit"
    if not (is_number(given) and int(given) > 0):
        raise UsageError(f"--levels {echo(given)}: use a number from 1, all or fit")
    return int(given)


def questions(command: Command) -> Command:
    """An option for each of the questions that are declared in `explain/questions.py`."""
    options = [
        click.option(
            one.option, name, multiple=True, metavar=one.takes, help=one.help,
            shell_complete=conclusion_ids if one.answer else fields,
        )
        for name, one in QUESTIONS.items()
    ]  # fmt: skip
    return together(*options)(command)


@click.command("explain")
@click.argument("case", required=False, metavar="CASE.json")
@rulebook_options
@questions
@format_option("How it is written.", ["text", "json", "mermaid", "svg", "html"])
@click.option("--details", is_flag=True, help="Tell everything: each step, every reason and source.")
@click.option("--receipt", metavar="FILE", help="Save a receipt of the whole reasoning to this file too.")
@click.option("--check", metavar="RECEIPT", help="Verify a saved receipt step by step, without the engine.")
@click.option(
    "--broken", nargs=2, metavar="SEED FOLDER",
    help="Find the broken rule: write a rule book with a subtle mistake, and a case that exposes it, to this folder.",
)  # fmt: skip
@click.option(
    "--difficulty", type=click.Choice(["easy", "medium", "hard"]), default="easy", show_default=True,
    help="With --broken: how far the mistake is from what comes out wrong.",
)  # fmt: skip
@click.option(
    "--faults", type=click.IntRange(1, 5), default=1, show_default=True, help="With --broken: how many mistakes."
)
@click.option("--guess", nargs=2, metavar="FOLDER RULE", help="Is this rule of the puzzle in FOLDER a broken one?")
@click.option("--reveal", metavar="FOLDER", help="The answer of the puzzle in FOLDER.")
@click.option("--rows", is_flag=True, help="Draw numbered boxes below each other, not columns with lines.")
@click.option(
    "--levels", metavar="N|all|fit", default=None, callback=read_levels,
    help="With --format svg or mermaid: how many conclusions deep, before the rest is folded into boxes that say how "
    "many steps they hold. As usual, svg folds what does not fit a projector, and mermaid nothing.",
)  # fmt: skip
def explain(
    case: str | None, rules: ChosenBook, form: str, details: bool, receipt: str | None, check: str | None,
    broken: tuple[str, str] | None, rows: bool, difficulty: Difficulty, faults: int,
    levels: Levels | None, guess: tuple[str, str] | None, reveal: str | None, **asked: tuple[str, ...],
) -> None:  # fmt: skip
    """Explain the reasoning about one case. `-` is standard input. Without a question: every raised flag.

    The answer fits one screen; `--details` tells the rest.

    Example: screener explain examples/vignettes/V06-potassium-tablets-not-working.json --flag suspect-magnesium
    """
    from screener.case.files import read_case
    from screener.screening import Screener

    if check is not None:
        click.echo(_check(check, rules.folder))
        return
    if broken is not None or guess is not None or reveal is not None:
        click.echo(_puzzle(broken, difficulty, faults, guess, reveal, rules.folder))
        return
    if case is None:
        raise UsageError("name a case file, such as `screener explain CASE.json`")
    screener = Screener(rules.book())
    with speaking(screener.book.subject.language):
        examined = screener.examine(read_case(case, screener.book.fields))
        found = ask(screener, examined, **asked)
        if receipt is not None:
            _save(receipt, found)
        click.echo(_written(found, "details" if details and form == "text" else form, rows, levels), nl=False)


def _save(path: str, found: Explanation) -> None:
    """Write a receipt of the case (as changed, when it was asked what if)."""
    from screener.explain.receipt.receipt import receipt, to_json
    from screener.private import save

    save(Path(path), to_json(receipt(found.case)), device=True)


def _check(path: str, rules_folder: Path | None) -> str:
    """Verify a receipt; what is wrong is an error that names the step."""
    from screener.case.files import parse_json, read_bytes
    from screener.explain.receipt.checker import check_receipt

    where = "<stdin>" if path == "-" else path
    try:
        steps = check_receipt(parse_json(read_bytes(path), where), ChosenBook(rules_folder).book())
    except CaseError as error:
        raise error if error.where else error.at(where) from None
    return f"verified: {steps} steps follow from the answers, and none is missing"


def _puzzle(
    broken: tuple[str, str] | None, difficulty: Difficulty, faults: int, guess: tuple[str, str] | None,
    reveal: str | None, rules_folder: Path | None,
) -> str:  # fmt: skip
    """Write a puzzle, judge a guess, or tell the answer."""
    from screener.explain.teaching.broken import make_broken, revealed
    from screener.explain.teaching.sealed import guessed

    if guess is not None:
        right = guessed(Path(guess[0]), guess[1])
        return f"{echo(guess[1])} is {'broken: well found' if right else 'as it should be: look on'}"
    if reveal is not None:
        return revealed(Path(reveal), rules_folder).rstrip()
    assert broken is not None
    seed = read_seed(broken[0])
    puzzle = make_broken(seed, Path(broken[1]), rules_folder, difficulty, faults)
    return f"written to {broken[1]}: start with {puzzle.question.name}; the answer is sealed"


def _written(found: Explanation, form: str, rows: bool, levels: Levels | None) -> str:
    """The explanation in the chosen form; what a form needs is imported for it alone."""
    if form == "json":
        from screener.explain.data import to_dict

        return dumps(to_dict(found), indent=2, ensure_ascii=False) + "\n"
    if form == "mermaid":
        from screener.explain.picture.mermaid import render

        return render(found.chains, found.possible, "TD" if rows else "LR", levels or "all")
    if form == "svg":
        from screener.explain.picture.svg import picture

        return picture(found.chains, found.possible, "rows" if rows else "columns", levels=levels or "fit")
    if form == "html":
        from screener.explain.html import document

        return document(found)
    if form == "text":
        from screener.explain.text import brief

        return brief(found)
    from screener.explain.text import page
    from screener.report.text import render as render_text

    return render_text(page(found))
