"""The article's 98 propositions: each is used somewhere, or says why not; never both, never neither."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from screener.rulebook.book import RuleBook
from screener.workbench.check.names import cited_by

IDS = [f"A{number:02}" for number in range(1, 99)]


def gaps(book: RuleBook) -> dict[str, list[str]]:
    """What is wrong with the account of the propositions."""
    cited = cited_by(book)
    stated = {name: source for name, source in book.sources.items() if source.kind == "article"}
    return {
        "not stated": [name for name in IDS if name not in stated],
        "stated but unknown": [name for name in stated if name not in IDS],
        "neither cited nor excused": [n for n in IDS if n in stated and not cited[n] and not stated[n].not_encoded],
        "cited and excused": [n for n in IDS if n in stated and cited[n] and stated[n].not_encoded],
    }


def test_98_of_98_are_accounted_for(book: RuleBook) -> None:
    assert not any(gaps(book).values()), gaps(book)
    assert sum(source.kind == "article" for source in book.sources.values()) == 98


def test_a_proposition_that_nothing_uses_is_a_gap(book: RuleBook) -> None:
    def without(entry: Any) -> Any:
        return replace(entry, sources=tuple(source for source in entry.sources if source != "A72"))

    rules, notes = (tuple(map(without, entries)) for entries in (book.rules, book.notes))
    flags = {name: without(flag) for name, flag in book.flags.items()}
    questions = {name: without(question) for name, question in book.questions.items()}
    changed = replace(book, rules=rules, notes=notes, flags=flags, questions=questions)
    assert gaps(changed)["neither cited nor excused"] == ["A72"]


def test_a_proposition_that_is_used_and_excused_is_a_gap(book: RuleBook) -> None:
    sources = {**book.sources, "A72": replace(book.sources["A72"], not_encoded="a reason")}
    assert gaps(replace(book, sources=sources))["cited and excused"] == ["A72"]


def test_a_missing_and_an_extra_proposition_are_gaps(book: RuleBook) -> None:
    sources = {name: source for name, source in book.sources.items() if name != "A72"}
    sources["A99"] = replace(book.sources["A72"], id="A99")
    found = gaps(replace(book, sources=sources, rules=(), flags={}, questions={}, findings={}, notes=(), settings={}))
    assert found["not stated"] == ["A72"]
    assert found["stated but unknown"] == ["A99"]
