"""What an item says is spelled in one way only; the spelling is kept in `reviews.yaml`, so it must stay as it is."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rulefolder import ROOT
from screener.logic.condition import (
    ALWAYS,
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Concluded,
    Condition,
    Not,
    OneOf,
    Reported,
    Takes,
    Yes,
)
from screener.rulebook.book import RuleBook
from screener.rulebook.review import spelled
from screener.rulebook.review.items import hash_of, items_of
from screener.rulebook.review.status import Review, standing

A, B, C = Yes("a"), Yes("b"), Compare("c", "<", 3.5)


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (A, "{a: yes}"),
        (Not(A), "{a: no}"),
        (Not(Not(A)), "{a: yes}"),
        (Not(AllOf((A,))), "{a: no}"),
        (Not(AllOf((B, A))), "{not: {all: [{a: yes}, {b: yes}]}}"),
        (C, "{c: {below: 3.5}}"),
        (Compare("c", ">=", 4.0), "{c: {at_least: 4}}"),
        (Reported("c"), "{c: reported}"),
        (OneOf("sex", ("not said", "female")), "{sex: [female, not said]}"),
        (OneOf("sex", ("a, b", "c")), '{sex: ["a, b", c]}'),
        (Takes(("qt:known", "class:PPI", "class:LOOP"), 3.0, True),
         "{medicine: {class: [LOOP, PPI], qt: [known], months: 3, unknown_months: counts}}"),
        (Concluded("x"), "{finding: x}"),
        (ALWAYS, "{all: []}"),
        (AnyOf((AllOf((A,)),)), "{a: yes}"),
        (AllOf((A, AnyOf((AllOf((B, C)),)))), "{all: [{a: yes}, {b: yes}, {c: {below: 3.5}}]}"),
        (AllOf((A, B, A)), "{all: [{a: yes}, {b: yes}]}"),
        (AtLeast(2, (B, A, A)), "{at_least: {count: 2, of: [{a: yes}, {a: yes}, {b: yes}]}}"),
    ],
)  # fmt: skip
def test_a_condition_is_spelled(condition: Condition, text: str) -> None:
    assert spelled.condition(condition) == text


@pytest.mark.parametrize(
    ("value", "text"), [(3.0, "3"), (0.1 + 0.2, "0.30000000000000004"), (Decimal("88.40"), "88.4"), (1e-7, "1e-07")]
)
def test_a_number_has_all_its_digits(value: float | Decimal, text: str) -> None:
    assert spelled.number(value) == text


# a change of these reopens what people have reviewed: it needs a line in the CHANGELOG, and a reason
PINNED = {
    "rule class-water-it": [
        "rule class-water-it", "pack: class", "concludes: water-it",
        "when: {all: [{dry_soil: yes}, {not: {finding: small}}, {pot: yes}]}", "because: Dry.", "sources: ours",
        "asked dry_soil: Is the soil dry?", "asked pot: Is there a pot?",
    ],
    "question iron": [
        "question iron", "field: iron", "section: Lab", "label: iron", "ask: Iron?", "why: A store.",
        "units: µg/dL", "units: µmol/L", "kind: lab", "kind low: 1", "kind high: 90", "kind unit: µmol/L",
        "kind analyte name: iron", "kind analyte unit: µmol/L",
        'kind analyte factors µg/dL: 0.1790670606142000179067060614', "kind analyte factors µmol/L: 1",
        "kind analyte example: 20 µmol/L", "kind bare_high: 80",
    ],
    "implication no-soil": [
        "implication no-soil", "when: {any: [{dead: yes}, {pot: no}]}", "answers dry_soil: no", "answers leaves: none",
        "asked dead: Is it dead?", "asked dead: It is dead", "asked pot: Is there a pot?",
    ],
    "topic water": [
        "topic water", "title: Water", "priority: 1", "speaks_for: water-it",
        "lines 1 text: The soil is dry: {dry_soil}.", "lines 1 sources: ours", "lines 1 when: {dry_soil: yes}",
        "lines 2 text: It needs water.", "asked dry_soil: Is the soil dry?",
    ],
    "text brief-now": ["text brief-now", "text: Do not wait."],
    "setting few": ["setting few", "value: 3", "unit: leaves", "meaning: few leaves", "sources: ours"],
}  # fmt: skip


@pytest.mark.parametrize("name", PINNED)
def test_an_item_is_spelled_as_it_always_was(name: str) -> None:
    items = items_of(RuleBook.load(ROOT / "tests" / "books" / "everything"))
    assert list(items[name].lines) == PINNED[name]


def test_the_hash_is_that_of_the_lines() -> None:
    assert hash_of(["a", "b"]) == "7e18f737311b2dc3b2f269dd78396b0351f14fb66efa879f768cb23181883c78"


def test_every_item_of_the_shipped_book_is_its_own(book: RuleBook) -> None:
    items = items_of(book)
    assert len({item.hash for item in items.values()}) == len(items)
    kinds = {item.kind for item in items.values()}
    assert {"rule", "flag", "topic", "question", "text", "note", "term", "setting", "medicine", "source"} <= kinds
    for item in items.values():
        assert item.lines[0] == f"{item.kind} {item.id}"
        assert all("\n" not in line for line in item.lines)
    assert len(items_of(book.select(["safety"]))) < len(items)


def reviewed(hash: str, by: str, date: str, verdict: str = "accepted") -> Review:
    return Review("rule x", hash, by, "nurse", date, verdict)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("reviews", "needs", "status"),
    [
        ([], 1, "open"),
        ([reviewed("now", "AB", "2026-01-01")], 1, "reviewed"),
        ([reviewed("now", "AB", "2026-01-01")], 2, "partly"),
        ([reviewed("now", "AB", "2026-01-01"), reviewed("now", " a b".replace(" ", ""), "2026-01-02")], 2, "partly"),
        ([reviewed("now", "AB", "2026-01-01"), reviewed("now", "CD", "2026-01-01")], 2, "reviewed"),
        ([reviewed("old", "AB", "2026-01-01")], 1, "reopened"),
        ([reviewed("old", "AB", "2026-09-01"), reviewed("now", "AB", "2026-01-01")], 1, "reviewed"),
        ([reviewed("now", "AB", "2026-01-01"), reviewed("now", "CD", "2026-01-01", "rejected")], 1, "rejected"),
        ([reviewed("now", "AB", "2026-01-02", "change asked"), reviewed("now", "AB", "2026-01-01")], 1, "change asked"),
        ([reviewed("now", "AB", "2026-01-01", "change asked"), reviewed("now", "ab", "2026-01-02")], 1, "reviewed"),
    ],
)
def test_how_it_stands(reviews: list[Review], needs: int, status: str) -> None:
    assert standing("now", reviews, needs).status == status
