"""Where the rule book's files are, and their fingerprint.

A book may build on another one: `extends:` in its `rulebook.yaml`. It then has all of that book's fields, units, texts
and packs, and adds its own. The line is read here by itself, so that the files of both books can be listed and hashed
before anything is parsed.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Final

from screener.errors import RuleBookError, RuleProblem, UsageError, kind_of
from screener.rulebook.contents import walk
from screener.rulebook.drafts import content

SUFFIXES: Final = (".yaml", ".csv")
REVIEWS: Final = "reviews.yaml"
SHIPPED: Final = "screener"  # the program's own book
_LINE: Final = re.compile(r"^extends:[ ]+(?:\"([^\"]*)\"|'([^']*)'|(.*?))[ ]*(?:#.*)?$", re.MULTILINE)


def rules_folder() -> Path:
    """The rule book that belongs to this program: inside the installed package, or next to the source tree."""
    package = Path(__file__).parent.parent
    packed = package / "_rules"
    return packed if packed.is_dir() else package.parent.parent / "rules"


def check_folder(folder: object) -> None:
    """Refuse what cannot be a rule book's folder.

    Raises:
        UsageError: it is neither a path nor None.
    """
    if not isinstance(folder, Path | None):
        raise UsageError(f"a rule book's folder is a pathlib.Path, not {kind_of(folder)}; use Path(...)")


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
    """The folders that the book in this folder is made of: the one at the base of all first, its own last.

    A book that extends itself, or one that does not exist, ends the list; loading it says so.
    """
    found = [folder]
    while (base := base_of(found[0])) is not None and base.is_dir() and not among(base, found):
        found.insert(0, base)
    return found


def base_of(folder: Path) -> Path | None:
    """The folder of the book that a book extends, if any."""
    try:
        match = _LINE.search(content(folder / "rulebook.yaml").decode().replace("\r\n", "\n"))
    except (OSError, UnicodeDecodeError):
        return None
    name = next((text for text in match.groups() if text), "") if match else ""
    return place_of(name, folder) if name else None


def place_of(name: str, folder: Path) -> Path:
    """The folder that `extends: NAME` means in a book."""
    return rules_folder() if name == SHIPPED else folder / name


def among(folder: Path, others: list[Path]) -> bool:
    """Whether a folder is one of the others."""
    return folder.resolve() in [other.resolve() for other in others]


def _add(folder: Path, digest: hashlib._Hash) -> None:
    for path in (path for path in rule_files(folder) if path != folder / REVIEWS):
        try:
            found = content(path)
        except OSError as error:
            shown = f"{folder.name}/{path.relative_to(folder).as_posix()}"
            raise RuleBookError([RuleProblem(shown, 0, 0, f"cannot be read: {error.strerror}")]) from None
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(found)}\0".encode())
        digest.update(found)
