"""What may be in the folder of a rule book: whatever is neither read nor allowed there is an error that names it.

A file that nobody reads would be a rule that nobody runs: a red flag in `extra.yml`, a pack that is not listed. So the
folder is walked once, and each entry is read by the loader, or belongs to somebody's tools, or is reported.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from screener.errors import Hints, RuleProblem, echo

# at any depth, and never part of the rule book; docs/rule-format.md lists them
ALLOWED: Final = (
    "README.md", ".git", ".gitignore", ".gitattributes",
    ".editorconfig", ".vscode", ".idea", ".screener", "*.swp", "*.swo", "*~", "#*#", ".#*",
    ".DS_Store", "._*",
)  # fmt: skip
BOOK_FILES: Final = (
    "rulebook.yaml",
    "texts.yaml",
    "questionnaire.yaml",
    "units.yaml",
    "topics.yaml",
    "records.yaml",
    "reviews.yaml",
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
            yield self.problem(place, f"the folder cannot be read: {str(error.strerror).lower()}", line=0)
            return
        for entry in found:
            path = f"{place}/{entry.name}" if place else entry.name
            if path in self.files:
                yield from self.folder_to_read(entry, path)
            elif any(fnmatchcase(entry.name, name) for name in self.files[place]):
                if not entry.is_file():
                    yield self.problem(path, f"{_kind(entry)}, so it is not read; it should be a file", line=0)
            elif entry.is_dir():
                yield self.problem(path, f"the folder is not read{self.about_folder(place, entry.name)}", line=0)
            else:
                yield self.problem(path, f"the file is not read{self.about_file(place, entry.name)}")

    def folder_to_read(self, entry: os.DirEntry[str], path: str) -> Iterator[RuleProblem]:
        if entry.is_dir(follow_symlinks=False):
            yield from self.below(path)
        else:  # a link would let the book change without its fingerprint
            yield self.problem(path, f"{_kind(entry)}, so it is not read; it should be a folder", line=0)

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
    return "this is a folder" if entry.is_dir() else "this is a file" if entry.is_file() else "this is no plain file"
