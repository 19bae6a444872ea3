"""The folder of a rule book: where it is, what may be in it, and the fingerprint of its files.

A file that nobody reads would be a rule that nobody runs: a red flag in `extra.yml`, a pack that is not listed. So the
folder is walked once, and each entry is read by the loader, or belongs to somebody's tools, or is an error that names
it.

A book may build on another one: `extends:` in its `rulebook.yaml`. It then has all of that book's fields, units, texts
and packs, and adds its own. The line is read here by itself, so that the files of both books can be listed and hashed
before anything is parsed.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from screener.errors import Hints, RuleBookError, RuleProblem, UsageError, echo, kind_of, reason
from screener.rulebook.drafts import content

# at any depth, and never part of the rule book; docs/rule-format.md lists them
ALLOWED: Final = (
    "README.md", ".git", ".gitignore", ".gitattributes",
    ".editorconfig", ".vscode", ".idea", ".screener", "*.swp", "*.swo", "*~", "#*#", ".#*",
    ".DS_Store", "._*",
)  # fmt: skip
BOOK_FILES: Final = tuple(
    f"{name}.yaml" for name in ("rulebook", "texts", "questionnaire", "units", "topics", "records", "reviews")
)
WORD_FILES: Final = (  # the word lists next to `medicines.csv`
    "words.csv", "suffixes.csv", "routes.csv", "form-words.csv", "history-words.csv", "order-abbreviations.csv",
    "lay-names.csv", "homonyms.csv", "confusable.csv", "classes.csv",
)  # fmt: skip
VOCABULARY_FILES: Final = ("medicines.csv", *WORD_FILES, "codes.csv")
PACK_FILES: Final = tuple(
    f"{name}.yaml" for name in ("pack", "sources", "settings", "terms", "findings", "flags", "notes", "rules")
)
EXTRA: Final[Mapping[str, tuple[str, ...]]] = {"article": ("sentences.csv",)}  # read by `rules docs --article`
RULES: Final = "rules"  # the folder of a pack in which every `.yaml` file holds rules
SUFFIX: Final = ".yaml"
SUFFIXES: Final = (".yaml", ".csv")
REVIEWS: Final = "reviews.yaml"
SHIPPED: Final = "screener"  # the program's own book
_LINE: Final = re.compile(r"^extends:[ ]+(?:\"([^\"]*)\"|'([^']*)'|(.*?))[ ]*(?:#.*)?$", re.MULTILINE)


def allowed(name: str) -> bool:
    """Whether a file or folder of this name may be anywhere in a rule book without being read."""
    return any(fnmatchcase(name, pattern) for pattern in ALLOWED)


def entries(folder: Path) -> list[os.DirEntry[str]]:
    """What is in one folder, by name, without what is only allowed there.

    Raises:
        OSError: the folder cannot be listed.
    """
    with os.scandir(folder) as found:
        return sorted((entry for entry in found if not allowed(entry.name)), key=lambda entry: entry.name)


def walk(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Every file, folder and link below a folder that is not only allowed there. Links to folders are not followed.

    A folder that cannot be listed is passed over here: loading the rule book says so (`unread`).
    """
    try:
        found = entries(folder)
    except OSError:
        return
    for entry in found:
        yield entry
        if entry.is_dir(follow_symlinks=False):
            yield from walk(Path(entry.path))


def rule_files_of(pack: Path) -> list[Path]:
    """The files in the folder `rules/` of a pack, by name."""
    folder = pack / RULES
    if not folder.is_dir():
        return []
    return [Path(entry.path) for entry in entries(folder) if entry.name.endswith(SUFFIX) and entry.is_file()]


def unread(folder: Path, packs: Sequence[str], shown_as: str) -> Iterator[RuleProblem]:
    """Every file and folder of a rule book that the loader does not read.

    Args:
        folder: the rule book's folder.
        packs: the packs that `rulebook.yaml` lists.
        shown_as: how messages call the folder; empty when it has no name.
    """
    yield from _Walk(folder, packs, f"{shown_as}/" if shown_as else "").below("")


class _Walk:
    def __init__(self, folder: Path, packs: Sequence[str], lead: str) -> None:
        self.folder = folder
        self.lead = lead
        self.hints = Hints()
        self.files: dict[str, tuple[str, ...]] = {"": BOOK_FILES, "vocabulary": VOCABULARY_FILES}
        self.packs = packs
        for pack in packs:
            self.files[pack] = (*self.files.get(pack, ()), *PACK_FILES, *EXTRA.get(pack, ()))
            self.files[f"{pack}/{RULES}"] = (f"*{SUFFIX}",)

    def below(self, place: str) -> Iterator[RuleProblem]:
        """What is not read in a folder of the book (`""`, `article`, `article/rules`), and in the folders in it."""
        try:
            found = entries(self.folder / place)
        except OSError as error:
            yield self.problem(place, f"the folder cannot be read: {reason(error)}", line=0)
            return
        for entry in found:
            path = f"{place}/{entry.name}" if place else entry.name
            if path in self.files:
                if entry.is_dir(follow_symlinks=False):
                    yield from self.below(path)
                else:  # a link would let the book change without its fingerprint
                    yield self.problem(path, f"{_kind(entry)}, so it is not read; it should be a folder", line=0)
            elif any(fnmatchcase(entry.name, name) for name in self.files[place]):
                if not entry.is_file():
                    yield self.problem(path, f"{_kind(entry)}, so it is not read; it should be a file", line=0)
            elif entry.is_dir():
                yield self.problem(path, f"the folder is not read{self.about_folder(place, entry.name)}", line=0)
            else:
                yield self.problem(path, f"the file is not read{self.about_file(place, entry.name)}")

    def about_folder(self, place: str, name: str) -> str:
        if place:
            return f": rule files are read in the folder `{RULES}` of a pack and not deeper"
        return f": `packs` in rulebook.yaml lists no pack {echo(name)}{self.hints(name, self.packs)}"

    def about_file(self, place: str, name: str) -> str:
        known = self.files[place]
        stem, _, ending = name.lower().rpartition(".")
        likely = f"{stem}{SUFFIX}"
        if ending in ("yaml", "yml") and any(fnmatchcase(likely, pattern) for pattern in known):
            return f": the name of a rule file ends in `{SUFFIX}`, so call it {echo(likely)}"
        if known[0].startswith("*"):
            return f": only files whose names end in `{SUFFIX}` are read here"
        return f": the files read here are {', '.join(known)}{self.hints(name, known)}"

    def problem(self, path: str, message: str, line: int = 1) -> RuleProblem:
        return RuleProblem(f"{self.lead}{path}".rstrip("/"), line, line, message)


def _kind(entry: os.DirEntry[str]) -> str:
    if entry.is_symlink():
        return "this is a link that leads nowhere" if not os.path.exists(entry.path) else "this is a link"  # noqa: PTH110
    return "this is a folder" if entry.is_dir() else "this is a file" if entry.is_file() else "this is not a plain file"


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
