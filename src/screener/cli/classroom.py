"""`screener class`: what a teacher takes into the room; `screener mark`: what a class has handed in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from screener.cli.options import FILE, ChosenBook, rulebook_options, tell
from screener.private import PUBLIC, make_folder, save
from screener.saying import speaking

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

MOST_SECONDS: Final = 3600


def lesson_names(ctx: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Complete the name of a lesson."""
    from click.shell_completion import CompletionItem

    from screener.explain.kit.lesson import lessons

    return [CompletionItem(name) for name in lessons() if name.startswith(begun)]


@click.command("class")
@click.argument("name", metavar="LESSON", shell_complete=lesson_names)
@click.option("--out", required=True, metavar="FOLDER", type=FILE, help="Where the files go.")
@rulebook_options
def lesson(name: str, rules: ChosenBook, out: Path) -> None:
    """Write slides, a sheet for learners and the teacher's key for a LESSON.

    A lesson is the number or name of one that comes with the program (`L01`), or a `.md` file of your own with the
    same parts, next to its case (`.json`). Each file is one HTML page that needs nothing else. A lesson about one of
    the example books (`L00`) brings that book along; otherwise `--rules` names another than the program's own.

    Example: screener class L01 --out lesson
    """
    from screener.explain.kit.kit import make_kit
    from screener.explain.kit.lesson import read_lesson
    from screener.explain.kit.pages import key, sheet, slides
    from screener.screening import Screener

    read = read_lesson(name)
    screener = Screener(ChosenBook(rules.folder or read.book, rules.packs).book())
    with speaking(screener.book.subject.language):
        kit = make_kit(read, screener)
        files = {"slides.html": slides(kit), "sheet.html": sheet(kit), "key.html": key(kit)}
    make_folder(out)
    for file, text in files.items():
        save(out / file, text, PUBLIC)
    click.echo(f"{read.title}: {', '.join(files)} written to {out}")


@click.command("mark")
@click.argument("folder", metavar="SUBMISSIONS", type=FILE)
@click.option(
    "--cases", "cases_file", required=True, metavar="FILE.yaml", type=FILE,
    help="The cases: a list of id, answers, and expected: {raised: [...]}.",
)  # fmt: skip
@click.option(
    "--model", "model_folder", metavar="BOOK", type=FILE, help="The rule book that submissions are compared with."
)
@click.option(
    "--out", metavar="DIR", type=FILE, help="Write marks.csv and marks.html here; without it, the table goes to stdout."
)
@click.option(
    "--seconds", type=click.FloatRange(1, MOST_SECONDS), default=30, show_default=True,
    help="How long one submission may take.",
)  # fmt: skip
def mark(folder: Path, cases_file: Path, model_folder: Path | None, out: Path | None, seconds: float) -> None:
    """Mark the rule books in SUBMISSIONS, one folder each.

    Each is checked, run on the cases, compared with the model book over all possible answers, and its own cases are
    tried on small slips in its rules. A submission is data: nothing in it is run, and one that is broken or takes too
    long is a row with the reason.

    Example: screener mark examples/marking/submissions --cases examples/marking/cases.yaml --out marks
    """
    from screener.progress import StepLine
    from screener.rulebook.book import RuleBook
    from screener.workbench.mark.expected import graded, read_expected, unmet
    from screener.workbench.mark.marking import mark as mark_one
    from screener.workbench.mark.submission import submissions
    from screener.workbench.mark.views import csv_table, page, summary
    from screener.workbench.space.diagrams import check_installed

    check_installed()
    model = RuleBook.load(model_folder) if model_folder is not None else None
    cases = read_expected(cases_file, model)
    found = submissions(folder)
    names = graded(cases)
    doubts = [f"{case.id}: {'; '.join(what)}" for case in cases if model and (what := unmet(model, case, names))]
    for doubt in doubts:
        tell(f"the model book does not pass case {doubt}")
    marks = []
    with StepLine(len(found)) as line:
        for submission in found:
            line.begin(submission.name)
            marks.append(mark_one(submission, cases, model, seconds))
    if out is None:
        click.echo(csv_table(marks), nl=False)
    else:
        make_folder(out)
        save(out / "marks.csv", csv_table(marks), PUBLIC)
        save(out / "marks.html", page(marks, cases, model or RuleBook.load(), doubts), PUBLIC)
    tell(summary(marks) + (f"; written to {out}" if out is not None else ""))
