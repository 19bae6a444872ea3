"""`screener rules log`: what changed between two versions, and for whom."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from screener.cli.rules.versions import cases_of_both, git_option, two_versions, vignettes_of
from screener.report.forms import FORMS, rendered

if TYPE_CHECKING:
    from screener.workbench.log.log import Commit


@click.command("log")
@click.argument("old", type=click.Path(path_type=Path), metavar="OLD|BOOK")
@click.argument("new", required=False, type=click.Path(path_type=Path))
@git_option
@click.option(
    "--cases", type=click.Path(path_type=Path, file_okay=False), help="A folder of vignettes to take people from."
)
@click.option(
    "--people", type=click.IntRange(1, 50), default=3, show_default=True, help="How many are shown for each change."
)
@click.option("--format", "form", type=click.Choice(FORMS), default="text", show_default=True)
def command(old: Path, new: Path | None, revisions: str | None, cases: Path | None, people: int, form: str) -> None:
    """Tell what changed from the rule book in OLD to the one in NEW, and for whom: typical people, before and after.

    With --git, OLD is the folder of a book in a git repository, and its versions come from there. Which changes there
    are is decided for all possible answers; the people are vignettes (those next to the book, or in the folder that
    --cases names), the rules' own cases, and where neither shows a change, the smallest case that does.

    Example: screener rules log rules rules
    """
    with two_versions(old, new, revisions) as (before, after, commits):
        home = old if new is None else new
        click.echo(written(before, after, cases or vignettes_of(home), people, form, commits), nl=False)


def written(old: Path, new: Path, vignettes: Path | None, people: int, form: str, commits: Sequence[Commit]) -> str:
    """The log of two versions in a form."""
    from screener.rulebook.book import RuleBook
    from screener.rulebook.cache import without_cases
    from screener.workbench.diff.diff import compare
    from screener.workbench.log.as_json import as_json
    from screener.workbench.log.log import log
    from screener.workbench.log.page import page

    books = RuleBook.load(old), RuleBook.load(new)
    found = log(compare(*map(without_cases, books)), cases_of_both(*books, new, vignettes), people, commits)
    if form == "json":
        return as_json(found) + "\n"
    return rendered(form, page(found))
