"""A rule as it stands in its file: the YAML that its author wrote."""

from __future__ import annotations

import textwrap
from functools import lru_cache
from pathlib import Path
from typing import Any

from screener.rulebook.document import parse_document
from screener.rulebook.locate import book_folders
from screener.rulebook.rule import Rule


def as_written(rule: Rule, folder: Path) -> str:
    """The lines of a rule, from its `- id:` to the next entry, without the indentation; empty if the file is gone."""
    lines = _lines(_path(rule, folder))
    start = rule.place.line - 1
    if not 0 <= start < len(lines):
        return ""
    dash = lines[start].find("-")
    end = start + 1
    while end < len(lines) and not _ends(lines[end], dash):
        end += 1
    return textwrap.dedent("\n".join(lines[start:end])).rstrip() + "\n"


def condition_as_written(rule: Rule, folder: Path) -> Any:
    """The rule's `when` as plain data; None if the file is gone."""
    data = parse_document(as_written(rule, folder).encode(), rule.place.file).data
    return data[0].get("when") if isinstance(data, list) and data and isinstance(data[0], dict) else None


def _ends(line: str, dash: int) -> bool:
    """Whether a line stands at the level of the entry's dash or further out: the entry is over."""
    return bool(line.strip()) and len(line) - len(line.lstrip()) <= dash


def _path(rule: Rule, folder: Path) -> Path:
    """The file of a rule: its place leads with the name of the rule book's folder, if that has one."""
    first, *rest = Path(rule.place.file).parts
    if not folder.name:
        return folder.joinpath(first, *rest)
    folders = [each for each in book_folders(folder) if each.name == first]  # of the book, or of one that it extends
    return next((path for each in folders[::-1] if (path := each.joinpath(*rest)).is_file()), folder.joinpath(*rest))


@lru_cache(maxsize=64)
def _lines(path: Path) -> tuple[str, ...]:
    try:
        return tuple(path.read_text(encoding="utf-8-sig").splitlines())
    except OSError:
        return ()
