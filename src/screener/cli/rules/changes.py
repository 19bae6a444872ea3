"""`screener rules diff`, `log` and `watch`: what changed in the rule book, and for whom."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from screener.cli.options import FILE, FOLDER, check_book, format_option, tell, together
from screener.cli.stopping import stoppable
from screener.errors import CaseError, ScreenerError, UsageError
from screener.report.blocks import rendered

if TYPE_CHECKING:
    from screener.rulebook.book import RuleBook
    from screener.workbench.diff.diff import Comparison
    from screener.workbench.log.log import Commit
    from screener.workbench.projectcases import ProjectCase
    from screener.workbench.trial import FileTrials

PEOPLE = 2  # for each change, on a page

# two folders, or one in a git repository with `--git`; `two_versions` takes their values
versions_options = together(
    click.argument("old", type=FILE, metavar="OLD|BOOK"),
    click.argument("new", required=False, type=FILE),
    click.option(
        "--git", "revisions", metavar="REV[..REV]", help="Compare BOOK at one revision with another, or with now."
    ),
)


def two_versions(
    old: Path, new: Path | None, revisions: str | None
) -> AbstractContextManager[tuple[Path, Path, list[Commit]]]:
    """The folders of the two versions, and the commits between them where they come from git.

    Raises:
        UsageError: both ways were used, or none.
    """
    if new is not None and revisions is None:
        return nullcontext((old, new, []))
    if new is None and revisions is not None:
        from screener.workbench.log.versions import versions

        return versions(old, revisions)
    raise UsageError("give OLD and NEW, or BOOK and `--git REV[..REV]`")


def read_both(old: Path, new: Path) -> tuple[tuple[RuleBook, RuleBook], Comparison]:
    """The books of two folders, with their cases, and how they compare without them."""
    from screener.rulebook.book import RuleBook
    from screener.rulebook.cache import without_cases
    from screener.workbench.diff.diff import compare

    books = RuleBook.load(old), RuleBook.load(new)
    return books, compare(*map(without_cases, books))


def people_of(
    books: tuple[RuleBook, RuleBook], folder: Path, home: Path, vignettes: Path | None = None
) -> list[ProjectCase]:
    """The people to tell a change with: vignettes, then the rules' own cases of either version.

    Args:
        books: the version before and the version now, with their cases.
        folder: of the version now.
        home: next to which the vignettes are, where no others are named.
        vignettes: a folder of case files.
    """
    from screener.workbench.projectcases import rule_cases
    from screener.workbench.trial import FileTrials

    return [*FileTrials(folder, vignettes or FileTrials(home).own_folder()).cases(books[1]), *rule_cases(books[0])]


@click.command("diff")
@versions_options
@click.option("--cases", type=FILE, help="A case file, a .jsonl of cases, or a folder of them.")
@format_option("Markdown and HTML are pages for a pull request: for whom it matters, then the figures.")
def diff(old: Path, new: Path | None, revisions: str | None, cases: Path | None, form: str) -> int:
    """Compare the rule books in the folders OLD and NEW: what they say, and for whom they mean something else.

    For every finding and flag, and for the urgency, each change of status is counted over all possible answers, with
    the smallest case that shows it. With --cases, the cases that change are listed, with the rules behind it. A case
    that is refused is reported and makes the exit code 3; one that is meant to be refused (its `.expected.yaml` says
    so) is passed over. With --git, OLD is the folder of a book in a git repository, and its versions come from there.

    Example: screener rules diff rules rules
    """
    with two_versions(old, new, revisions) as (before, after, _):
        books, found = read_both(before, after)
        refused = 0 if cases is None else add_cases(found, cases)
        if form == "json":
            from screener.workbench.diff.diff import as_json

            click.echo(as_json(found))
        elif form == "text":
            from screener.workbench.diff.diff import report

            click.echo("\n".join(report(found)))
        else:
            from screener.workbench.log.log import log
            from screener.workbench.log.page import pull_request

            people = people_of(books, after, new or old)
            click.echo(rendered(form, pull_request(found, log(found, people, PEOPLE))), nl=False)
    return refused


def add_cases(found: Comparison, cases: Path) -> int:
    """Add the cases that change; the exit code when one of them is refused, else 0."""
    from screener.case.fields import Fields
    from screener.workbench.diff.cases import cases_of, meant_to_be_refused, shift
    from screener.workbench.problem import counted

    refused = passed_over = 0
    for name, intake in cases_of(cases, Fields({**found.old.fields, **found.new.fields})):
        if not isinstance(intake, CaseError):
            found.tried += 1
            if changed := shift(name, intake, found.old, found.new):
                found.cases.append(changed)
        elif meant_to_be_refused(name):
            passed_over += 1
        else:
            tell(intake)
            refused = CaseError.exit_code
    if passed_over:
        tell(f"{counted(passed_over, 'case')} passed over: meant to be refused")
    return refused


@click.command("log")
@versions_options
@click.option("--cases", type=FOLDER, help="A folder of vignettes to take people from.")
@click.option(
    "--people", type=click.IntRange(1, 50), default=3, show_default=True, help="How many are shown for each change."
)
@format_option()
def log(old: Path, new: Path | None, revisions: str | None, cases: Path | None, people: int, form: str) -> None:
    """Tell what changed from the rule book in OLD to the one in NEW, and for whom: typical people, before and after.

    With --git, OLD is the folder of a book in a git repository, and its versions come from there. Which changes there
    are is decided for all possible answers; the people are vignettes (those next to the book, or in the folder that
    --cases names), the rules' own cases, and where neither shows a change, the smallest case that does.

    Example: screener rules log rules rules
    """
    from screener.workbench.log.log import as_json, log
    from screener.workbench.log.page import page

    with two_versions(old, new, revisions) as (before, after, commits):
        books, compared = read_both(before, after)
        found = log(compared, people_of(books, after, new or old, cases), people, commits)
        click.echo(as_json(found) + "\n" if form == "json" else rendered(form, page(found)), nl=False)


@click.command("watch")
@click.argument("folder", type=FOLDER)
@click.option("--case", type=click.Path(path_type=Path, dir_okay=False), help="A case to screen at each save.")
@click.option("--vignettes", type=FOLDER, help="A folder of case files to try at each save.")
def watch(folder: Path, case: Path | None, vignettes: Path | None) -> None:
    """Watch the rule book in FOLDER; at each save print what is wrong, what CASE comes to, and which cases change.

    The cases are the vignettes (those of the folder that --vignettes names, or that are next to the book) and the
    rules' own cases. They are compared with the last save at which the book could be used. The case is a file as
    `screener screen` reads it, or one with a line for each answer, such as `fatigue: yes`. Ctrl+C ends it.

    Example: screener rules watch rules --case examples/vignettes/V06-potassium-tablets-not-working.json
    """
    check_book(folder)
    with stoppable() as end_if_asked:
        from screener.rulebook.contents import book_folders, rule_files
        from screener.workbench.edit.watch import changes
        from screener.workbench.trial import FileTrials

        def files() -> list[Path]:
            found = [path for each in book_folders(folder) for path in rule_files(each)]
            return found if case is None else [*found, case]

        looks, seen = chain([[]], changes(files)), SeenBook(FileTrials(folder, vignettes), case)
        tell(f"watching {folder}; Ctrl+C ends")
        for changed in looks:
            seen.look(changed)
            end_if_asked()


class SeenBook:
    """The rule book as it was when it was last looked at."""

    def __init__(self, trials: FileTrials, case: Path | None) -> None:
        self.trials = trials
        self.case = case
        self.good: RuleBook | None = None

    def look(self, changed: list[Path]) -> None:
        """Print what the book comes to now."""
        try:
            lines = list(self.lines(changed))
        except (ScreenerError, OSError) as error:  # a file that is just being replaced: the next look shows it
            lines = [str(error)]
        click.echo("\n".join(lines))

    def lines(self, changed: list[Path]) -> Iterator[str]:
        """The same as lines."""
        from screener.workbench.edit.told import told, told_of_case, typed_case

        if changed:
            yield f"\n{datetime.now():%H:%M:%S} saved: {', '.join(map(str, changed))}"
        trial = self.trials.tried({}, self.good)
        if changed and self.good is None:
            trial = replace(trial, compared=False)
        yield from told(trial, self.good)
        book = trial.book or self.good
        if self.case is not None and book is not None:
            if trial.book is None:
                yield "with the last book that could be used:"
            text = self.case.read_bytes().decode("utf-8", "replace")
            yield from told_of_case(str(self.case), typed_case(text, book, str(self.case)), book)
        self.good = book
