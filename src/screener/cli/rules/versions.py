"""Two versions of a rule book on the command line: two folders, or one in a git repository with `--git`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from screener.rulebook.book import RuleBook
    from screener.workbench.log.log import Commit
    from screener.workbench.projectcases import ProjectCase

Command = TypeVar("Command", bound=Callable[..., Any])


def git_option(command: Command) -> Command:
    """`--git`"""
    return click.option(
        "--git", "revisions", metavar="REV[..REV]", help="Compare BOOK at one revision with another, or with now."
    )(command)


@contextmanager
def two_versions(old: Path, new: Path | None, revisions: str | None) -> Iterator[tuple[Path, Path, list[Commit]]]:
    """The folders of the two versions, and the commits between them where they come from git.

    Raises:
        UsageError: both ways were used, or none.
    """
    from screener.errors import UsageError

    if (new is None) == (revisions is None):
        raise UsageError("give OLD and NEW, or BOOK and `--git REV[..REV]`")
    if revisions is None:
        assert new is not None
        yield old, new, []
        return
    from screener.workbench.log.versions import versions

    with versions(old, revisions) as found:
        yield found


def vignettes_of(folder: Path) -> Path | None:
    """The vignettes next to a book."""
    from screener.workbench.trial import Trials

    return Trials(folder).own_folder()


def cases_of_both(old: RuleBook, new: RuleBook, folder: Path, vignettes: Path | None) -> list[ProjectCase]:
    """The people to tell a change with: vignettes, then the rules' own cases of either version.

    Args:
        old: the version before, with its cases.
        new: the version now, with its cases.
        folder: of the version now.
        vignettes: a folder of case files; the program's own when None.
    """
    from screener.workbench.projectcases import rule_cases
    from screener.workbench.trial import Trials

    return [*Trials(folder, vignettes).cases(new), *rule_cases(old)]
