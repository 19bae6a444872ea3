"""A rule book as it was at a revision of git, in a private folder."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from screener.errors import FileError, UsageError, echo
from screener.rulebook.contents import base_of
from screener.workbench.log.log import Commit

SECONDS: Final = 120.0
MOST_COMMITS: Final = 30
MOST_BOOKS: Final = 10  # each extending the next


@dataclass(frozen=True)
class Repository:
    """The git repository that a book is in.

    Attributes:
        top: its first folder.
        path: of the book in it, with slashes; `.` when it is the whole repository.
    """

    top: Path
    path: str

    @classmethod
    def of(cls, book: Path) -> Repository:
        """The repository of a book.

        Raises:
            UsageError: it is in none, or there is no such folder.
            FileError: git is not installed.
        """
        if not book.is_dir():
            raise UsageError(f"there is no folder {echo(str(book))}")
        top = Path(_git(book, "rev-parse", "--show-toplevel", wrong=f"{echo(str(book))} is in no git repository"))
        return cls(top, book.resolve().relative_to(top.resolve()).as_posix())

    def commit(self, revision: str) -> str:
        """The full name of a revision.

        Raises:
            UsageError: there is none.
        """
        wrong = f"there is no revision {echo(revision)} in the repository of this book"
        if not revision or revision.startswith("-"):
            raise UsageError(wrong)
        return _git(self.top, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", wrong=wrong)

    def export(self, revision: str, into: Path) -> Path:
        """Write the book's files as they were into a new folder, with those of a book that it extends.

        Returns:
            The folder of the book.

        Raises:
            UsageError: there is no such revision, or no book at it.
        """
        commit, path = self.commit(revision), self.path
        into.mkdir()
        for _ in range(MOST_BOOKS):
            self._unpack(commit, path, into, revision)
            base = base_of(into / path)
            if base is None or base.is_dir() or not base.resolve().is_relative_to(into.resolve()):
                break
            path = base.resolve().relative_to(into.resolve()).as_posix()
        return into / self.path

    def _unpack(self, commit: str, path: str, into: Path, revision: str) -> None:
        wrong = f"at {echo(revision)} there is no rule book in {echo(path)}"
        _git(self.top, "cat-file", "-e", f"{commit}:{'' if path == '.' else path + '/'}rulebook.yaml", wrong=wrong)
        packed = _run(self.top, "archive", "--format=tar", commit, "--", path)
        if packed.returncode:
            raise UsageError(wrong)
        with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
            archive.extractall(into, filter="data")

    def commits(self, old: str, new: str | None) -> list[Commit]:
        """The commits between two revisions that touch the book, the newest first."""
        between = f"{self.commit(old)}..{'HEAD' if new is None else self.commit(new)}"
        form = "--format=%h%x00%as%x00%s"
        said = _git(self.top, "log", f"--max-count={MOST_COMMITS}", form, between, "--", self.path, wrong="no history")
        return [Commit(*line.split("\0", 2)) for line in said.splitlines()]


@contextmanager
def versions(book: Path, revisions: str) -> Iterator[tuple[Path, Path, list[Commit]]]:
    """The folders of a book at one revision and at another (or as it is now), and the commits between.

    Args:
        book: the folder of the book.
        revisions: `REV`, or `REV..REV`.

    Raises:
        UsageError: see `Repository`.
        FileError: git is not installed, or fails.
    """
    repository = Repository.of(book)
    old, dots, new = revisions.partition("..")
    new = new.removeprefix(".") or ("HEAD" if dots else "")
    with TemporaryDirectory(prefix="screener-") as folder:
        before = repository.export(old or "HEAD", Path(folder) / "old")
        after = repository.export(new, Path(folder) / "new") if new else book
        yield before, after, repository.commits(old or "HEAD", new or None)


def _git(folder: Path, *arguments: str, wrong: str) -> str:
    done = _run(folder, *arguments)
    if done.returncode:
        raise UsageError(wrong)
    return done.stdout.decode("utf-8", "replace").strip()


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run git without asking anybody anything.

    Raises:
        FileError: git is not installed, or takes too long.
    """
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        return subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, env=environment, timeout=SECONDS, check=False
        )
    except FileNotFoundError:
        raise FileError("git is not installed; give the folders of two versions instead") from None
    except subprocess.TimeoutExpired:
        raise FileError(f"git did not answer within {SECONDS:g} seconds") from None
