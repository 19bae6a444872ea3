"""A rule as its author wrote it, with the answers and conclusions marked by which it matches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from screener.case.answers import Medicines
from screener.logic.condition import conclusions, fields
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Rule

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
