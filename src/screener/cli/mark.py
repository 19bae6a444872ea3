"""`screener mark`: what a class has handed in."""

from __future__ import annotations

from pathlib import Path

import click

MOST_SECONDS = 3600


@click.command("mark")
@click.argument("folder", metavar="SUBMISSIONS", type=click.Path(path_type=Path))
@click.option(
    "--cases", "cases_file", required=True, metavar="FILE.yaml", type=click.Path(path_type=Path),
    help="The cases: a list of id, answers, and expected: {raised: [...]}.",
)  # fmt: skip
@click.option(
    "--model", "model_folder", metavar="BOOK", type=click.Path(path_type=Path),
    help="The rule book that submissions are compared with.",
)  # fmt: skip
@click.option(
    "--out", "out", metavar="DIR", type=click.Path(path_type=Path),
    help="Write marks.csv and marks.html here; without it, the table goes to stdout.",
)  # fmt: skip
@click.option(
    "--seconds", type=click.FloatRange(1, MOST_SECONDS), default=30, show_default=True,
    help="How long one submission may take.",
)  # fmt: skip
def command(folder: Path, cases_file: Path, model_folder: Path | None, out: Path | None, seconds: float) -> None:
    """Mark the rule books in SUBMISSIONS, one folder each.

    Each is checked, run on the cases, compared with the model book over all possible answers, and its own cases are
    tried on small slips in its rules. A submission is data: nothing in it is run, and one that is broken or takes too
    long is a row with the reason.

    Example: screener mark examples/marking/submissions --cases examples/marking/cases.yaml --out marks
    """
    from screener.private import PUBLIC, make_folder, save
    from screener.rulebook.book import RuleBook
    from screener.workbench.mark.expected import graded, read_expected, unmet
    from screener.workbench.mark.run import mark
    from screener.workbench.mark.submission import submissions
    from screener.workbench.mark.views import csv_table, page, summary
    from screener.workbench.progress import progress
    from screener.workbench.space.diagrams import check_installed

    check_installed()
    model = RuleBook.load(model_folder) if model_folder is not None else None
    cases = read_expected(cases_file, model)
    found = submissions(folder)
    names = graded(cases)
    doubts = [f"{case.id}: {'; '.join(what)}" for case in cases if model and (what := unmet(model, case, names))]
    for doubt in doubts:
        click.echo(f"the model book does not pass case {doubt}", err=True)
    marks = []
    with progress(len(found)) as line:
        for submission, one in zip(found, mark(found, cases, model, seconds), strict=True):
            line.begin(submission.name)
            marks.append(one)
    if out is None:
        click.echo(csv_table(marks), nl=False)
    else:
        make_folder(out)
        save(out / "marks.csv", csv_table(marks), PUBLIC)
        save(out / "marks.html", page(marks, cases, model or RuleBook.load(), doubts), PUBLIC)
    click.echo(summary(marks) + (f"; written to {out}" if out is not None else ""), err=True)
