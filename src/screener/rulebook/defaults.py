"""The program's own wording, for what a rule book does not word itself: one file for each language."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import yaml

FOLDER: Final = Path(__file__).parent.parent / "languages"
FALLBACK: Final = "en"


def languages() -> list[str]:
    """The languages that the program speaks itself."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


@cache
def default_texts(language: str) -> dict[str, str]:
    """The texts of a language (its first part counts: `de` for `de-CH`), in English where the program has no others.

    Args:
        language: of the rule book.
    """
    own = language.split("-")[0].lower()
    found: dict[str, str] = {}
    for each in dict.fromkeys((FALLBACK, own)):
        path = FOLDER / f"{each}.yaml"
        if path.is_file():
            found |= yaml.safe_load(path.read_text(encoding="utf-8"))["texts"]
    return found
