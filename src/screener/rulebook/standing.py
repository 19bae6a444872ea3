"""Which other rule book a book builds on: `extends:` in its `rulebook.yaml`.

A book that extends another has all of its fields, units, texts and packs, and adds its own. The line is read here by
itself, so that the files of both books can be listed and hashed before anything is parsed.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from screener.rulebook.drafts import content

SHIPPED: Final = "screener"  # the program's own book
_LINE: Final = re.compile(r"^extends:[ ]+(?:\"([^\"]*)\"|'([^']*)'|(.*?))[ ]*(?:#.*)?$", re.MULTILINE)


def folders(folder: Path, own: Path) -> list[Path]:
    """The folders that a book is made of: the one at the base of all first, its own last.

    A book that extends itself, or one that does not exist, ends the list; loading it says so.

    Args:
        folder: of the book.
        own: the folder of the program's own book.
    """
    found = [folder]
    while (base := base_of(found[0], own)) is not None and base.is_dir() and not among(base, found):
        found.insert(0, base)
    return found


def base_of(folder: Path, own: Path) -> Path | None:
    """The folder of the book that a book extends, if any."""
    try:
        match = _LINE.search(content(folder / "rulebook.yaml").decode().replace("\r\n", "\n"))
    except (OSError, UnicodeDecodeError):
        return None
    name = next((text for text in match.groups() if text), "") if match else ""
    return place_of(name, folder, own) if name else None


def place_of(name: str, folder: Path, own: Path) -> Path:
    """The folder that `extends: NAME` means in a book."""
    return own if name == SHIPPED else folder / name


def among(folder: Path, others: list[Path]) -> bool:
    """Whether a folder is one of the others."""
    return folder.resolve() in [other.resolve() for other in others]
