"""Which rules `rules check` compares: fewer than all pairs, and never one too few."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import ownbook
from rulefolder import screener_here
from screener.rulebook.book import RuleBook
from screener.workbench.check import logic
from screener.workbench.places import Places

FIELDS = 12


def many(folder: Path, conditions: list[str]) -> Path:
    """A book of rules for one flag, over yes/no questions `f0` to `f11` and a number."""
    questions = "".join(
        f"  - {{field: f{n}, section: S, label: f{n}, ask: Is it {n}?, why: It is.}}\n" for n in range(FIELDS)
    )
    number = "  - {field: n, kind: whole, from: 0, to: 9, section: S, label: n, ask: How many?, why: It is.}\n"
    rest = "    because: It is.\n    sources: [P1]\n"
    rules = "".join(
        f"  - id: class-water-it-r{n}\n    concludes: water-it\n    when: {when}\n{rest}"
        for n, when in enumerate(conditions)
    )
    return ownbook.write(folder, {}, questionnaire=f"questions:\n{questions}{number}", rules=f"rules:\n{rules}")


CONDITIONS = [
    "{f0: yes}", "{all: [{f0: yes}, {f1: yes}]}", "{all: [{f1: yes}, {f0: yes}]}", "{all: [{f0: no}, {f1: yes}]}",
    "{any: [{f0: yes}, {f2: yes}]}", "{all: [{f2: yes}, {f3: yes}]}", "{n: {below: 3}}", "{n: {below: 5}}",
    "{all: [{n: {below: 2}}, {f4: yes}]}", "{at_least: {count: 2, of: [{f0: yes}, {f1: yes}, {f5: yes}]}}",
    "{not: {all: [{f6: yes}, {f7: yes}]}}", "{f6: no}", "{all: [{f8: yes}, {f9: yes}, {f10: yes}]}",
]  # fmt: skip


def test_no_pair_is_left_out_that_says_something(tmp_path: Path) -> None:
    folder = many(tmp_path / "plants", CONDITIONS)
    book, places = RuleBook.load(folder), Places(folder)
    rules = book.rules_for["water-it"]
    every = [found for pair in combinations(rules, 2) for found in logic._together(*pair, book.fields, places)]
    few = [found for pair in logic.pairs(rules) for found in logic._together(*pair, book.fields, places)]
    assert few == every
    assert len(every) >= 8
    assert len(logic.pairs(rules)) < len(rules) * (len(rules) - 1) / 2


def test_the_same_is_found_in_the_shipped_book(book: RuleBook) -> None:
    for rules in book.rules_for.values():
        kept = {(one.id, other.id) for one, other in logic.pairs(rules)}
        for one, other in combinations(rules, 2):
            shared = set(logic._terms(one.condition)) & set(logic._terms(other.condition))
            if shared and (one.id, other.id) not in kept:
                table = logic.TruthTable([one.condition, other.condition], book.fields)
                if table.fits:
                    first, second = table.value(one.condition), table.value(other.condition)
                    assert first & ~second
                    assert second & ~first


def test_hundreds_of_rules_for_one_conclusion_are_checked_fast(tmp_path: Path) -> None:
    conditions = [
        f"{{all: [{{f{a}: yes}}, {{f{b}: no}}, {{f{c}: yes}}]}}" for a, b, c in combinations(range(FIELDS), 3)
    ]
    conditions.append("{n: {below: 3}}")
    folder = many(tmp_path / "plants", conditions)
    assert len(logic.pairs(RuleBook.load(folder).rules_for["water-it"])) == 0  # of 24,310
    done = screener_here("rules", "check", str(folder))
    assert (done.code, done.err) == (0, "the rule book is well formed\n")
