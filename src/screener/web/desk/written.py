"""A rule as written in its file: the YAML that its author wrote."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeAlias

from screener.case.answers import Medicines
from screener.logic.condition import conclusions, fields
from screener.rulebook.book import RuleBook
from screener.rulebook.contents import book_folders
from screener.rulebook.document import parse_document
from screener.rulebook.rule import Rule


def as_written(rule: Rule, folder: Path) -> str:
    """The lines of a rule, from its `- id:` to the next entry, without the indentation; empty if the file is gone."""
    lines = _lines(path_of(rule, folder))
    start, end = _span(rule, lines)
    return textwrap.dedent("\n".join(lines[start:end])).rstrip() + "\n" if start < end else ""


def file_with(texts: Sequence[tuple[Rule, str]], path: Path) -> str:
    """The text of a rule file with other lines for some of its rules.

    Args:
        texts: rules of this file, each with what is there instead, without indentation.
    """
    lines = list(_lines(path))
    for rule, text in sorted(texts, key=lambda one: -one[0].place.line):
        start, end = _span(rule, lines)
        while end > start and not lines[end - 1].strip():
            end -= 1
        dash = lines[start][: lines[start].find("-")]
        new = [(dash + line).rstrip() for line in text.rstrip().split("\n")]
        lines[start:end] = new
    return "\n".join(lines) + "\n"


def _span(rule: Rule, lines: Sequence[str]) -> tuple[int, int]:
    """The first line of a rule, counted from 0, and the one behind its last."""
    start = rule.place.line - 1
    if not 0 <= start < len(lines):
        return 0, 0
    dash = lines[start].find("-")
    end = start + 1
    while end < len(lines) and not _ends(lines[end], dash):
        end += 1
    return start, end


def condition_as_written(rule: Rule, folder: Path) -> Any:
    """The rule's `when` as plain data; None if the file is gone."""
    data = parse_document(as_written(rule, folder).encode(), rule.place.file).data
    return data[0].get("when") if isinstance(data, list) and data and isinstance(data[0], dict) else None


def _ends(line: str, dash: int) -> bool:
    """Whether a line is at the level of the entry's dash or further out: the entry is over."""
    return bool(line.strip()) and len(line) - len(line.lstrip()) <= dash


def path_of(rule: Rule, folder: Path) -> Path:
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


Line: TypeAlias = "tuple[tuple[str, bool], ...]"  # pieces of text, each with whether it is marked
_KEY: Final = re.compile(r"^(?:- |  )([a-z_]+):")
WHEN: Final = "when"
KEYS: Final = ("id", "concludes", "urgency", WHEN, "because", "sources")  # that are shown; of others the name alone
MEDICINE: Final = "medicine"  # how a condition speaks of a field of medicines


def marked(rule: Rule, text: str, names: Sequence[str], book: RuleBook) -> tuple[Line, ...]:
    """The lines of a rule; of its cases and its remarks the names alone.

    Args:
        text: the rule as it is written.
        names: the fields and conclusions that match; they are marked in the rule's condition, and so is a term that
            reads one of them.
    """
    pattern, found, key = _pattern(set(names), book), list[Line](), ""
    for line in text.rstrip().split("\n"):
        if hit := _KEY.match(line):
            key = hit[1]
            if key not in KEYS:
                found.append(((f"  {key}: …", False),))
        if key in KEYS:
            found.append(tuple(_pieces(line, pattern)) if key == WHEN else ((line, False),))
    return tuple(found)


def _pattern(names: set[str], book: RuleBook) -> re.Pattern[str]:
    terms = {name for name, term in book.terms.items() if names & {*fields(term.when), *conclusions(term.when)}}
    kinds = {MEDICINE for name in names if isinstance(book.fields.get(name), Medicines)}
    words = "|".join(map(re.escape, sorted({*names, *terms, *kinds}))) or r"(?!)"
    return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])(?:: *(?:\[[^\]\n]*\]|\{{[^{{}}\n]*\}}|[^\s,{{}}\[\]]+))?")


def _pieces(line: str, pattern: re.Pattern[str]) -> Iterable[tuple[str, bool]]:
    at = 0
    for hit in pattern.finditer(line):
        yield from [(line[at : hit.start()], False), (hit[0], True)]
        at = hit.end()
    yield line[at:], False
