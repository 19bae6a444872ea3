"""`screener rules diff`: two versions of the rule book, compared by meaning."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from screener.cli.rules.versions import cases_of_both, git_option, two_versions, vignettes_of
from screener.report.forms import FORMS, rendered

if TYPE_CHECKING:
    from screener.workbench.diff.diff import Comparison
    from screener.workbench.projectcases import ProjectCase

PEOPLE = 2  # for each change, on a page


@click.command("diff")
@click.argument("old", type=click.Path(path_type=Path), metavar="OLD|BOOK")
@click.argument("new", required=False, type=click.Path(path_type=Path))
@git_option
@click.option("--cases", type=click.Path(path_type=Path), help="A case file, a .jsonl of cases, or a folder of them.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMS),
    default="text",
    show_default=True,
    help="Markdown and HTML are pages for a pull request: for whom it matters, then the figures.",
)
def command(old: Path, new: Path | None, revisions: str | None, cases: Path | None, form: str) -> int:
    """Compare the rule books in the folders OLD and NEW: what they say, and for whom they mean something else.

    For every finding and flag, and for the urgency, each change of status is counted over all possible answers, with
    the smallest case that shows it. With --cases, the cases that change are listed, with the rules behind it. A case
    that is refused is reported and makes the exit code 3; one that is meant to be refused (its `.expected.yaml` says
    so) is passed over. With --git, OLD is the folder of a book in a git repository, and its versions come from there.

    Example: screener rules diff rules rules
    """
    from screener.rulebook.book import RuleBook
    from screener.rulebook.cache import without_cases
    from screener.workbench.diff.diff import compare, report

    with two_versions(old, new, revisions) as (before, after, _):
        books = RuleBook.load(before), RuleBook.load(after)
        found = compare(*map(without_cases, books))
        refused = 0 if cases is None else add_cases(found, cases)
        if form == "json":
            from screener.workbench.diff.as_json import as_json

            click.echo(as_json(found))
        elif form == "text":
            click.echo("\n".join(report(found)))
        else:
            own = vignettes_of(old if new is None else new)
            click.echo(page(found, cases_of_both(*books, after, own), form), nl=False)
    return refused


def add_cases(found: Comparison, cases: Path) -> int:
    """Add the cases that change; the exit code when one of them is refused, else 0."""
    from screener.case.fields import Fields
    from screener.errors import CaseError
    from screener.workbench.diff.cases import cases_of, meant_to_be_refused, shift
    from screener.workbench.problem import counted

    refused = passed_over = 0
    for name, intake in cases_of(cases, Fields({**found.old.fields, **found.new.fields})):
        if isinstance(intake, CaseError):
            if meant_to_be_refused(name):
                passed_over += 1
                continue
            click.echo(str(intake), err=True)
            refused = CaseError.exit_code
            continue
        found.tried += 1
        if changed := shift(name, intake, found.old, found.new):
            found.cases.append(changed)
    if passed_over:
        click.echo(f"{counted(passed_over, 'case')} passed over: meant to be refused", err=True)
    return refused


def page(found: Comparison, cases: Iterable[ProjectCase], form: str) -> str:
    """The comparison as a page, in Markdown or HTML, with people among these cases."""
    from screener.workbench.log.log import log
    from screener.workbench.log.pull_request import page as blocks

    return rendered(form, blocks(found, log(found, cases, PEOPLE)))
