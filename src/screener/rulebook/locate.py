"""Where the rule book's files are, and their fingerprint."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from screener.errors import RuleBookError, RuleProblem
from screener.rulebook.contents import walk
from screener.rulebook.drafts import content
from screener.rulebook.standing import folders

SUFFIXES: Final = (".yaml", ".csv")
REVIEWS: Final = "reviews.yaml"


def rules_folder() -> Path:
    """The rule book that belongs to this program: inside the installed package, or next to the source tree."""
    package = Path(__file__).parent.parent
    packed = package / "_rules"
    return packed if packed.is_dir() else package.parent.parent / "rules"


def rule_files(folder: Path) -> list[Path]:
    """Every file of the rule book in this folder, in a fixed order; without those of a book that it extends."""
    return sorted(Path(entry.path) for entry in walk(folder) if entry.name.endswith(SUFFIXES) and entry.is_file())


def fingerprint(folder: Path) -> str:
    """SHA-256 over the names and contents of all rule files: equal exactly when the rule book is.

    Its reviews are no part of it: they say nothing to anybody's answers, so what was made with a book stays valid.

    Raises:
        RuleBookError: a file cannot be read.
    """
    digest = hashlib.sha256()
    for number, each in enumerate(book_folders(folder)[::-1]):
        if number:
            digest.update(f"\0{number}\0".encode())
        _add(each, digest)
    return digest.hexdigest()


def review_files(folder: Path) -> list[Path]:
    """The reviews of the book in this folder: those of the book that it extends first, its own last."""
    return [path for each in book_folders(folder) if (path := each / REVIEWS).is_file()]


def book_folders(folder: Path) -> list[Path]:
    """The folders that the book in this folder is made of, its own last; see `standing.py`."""
    return folders(folder, rules_folder())


def _add(folder: Path, digest: hashlib._Hash) -> None:
    for path in (path for path in rule_files(folder) if path != folder / REVIEWS):
        try:
            found = content(path)
        except OSError as error:
            shown = f"{folder.name}/{path.relative_to(folder).as_posix()}"
            raise RuleBookError([RuleProblem(shown, 0, 0, f"cannot be read: {error.strerror}")]) from None
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(found)}\0".encode())
        digest.update(found)
