"""`screener rules coverage` and `mutate`: the project's cases see every clause, and notice every slip."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from rulefolder import ROOT, RuleFolder, screener_here
from screener import shipped
from screener.case.intake import Intake
from screener.engine import reference
from screener.engine.facts import facts_of
from screener.logic.condition import AllOf, AnyOf, Compare, Concluded, Not, Yes
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Rule
from screener.workbench.coverage import coverage, percent
from screener.workbench.mutate import mutants, mutate, score
from screener.workbench.places import Places
from screener.workbench.projectcases import Packed, project_cases
from screener.workbench.space.pairs import draw, redraw


@pytest.fixture(scope="module")
def packed(book: RuleBook) -> Packed:
    return project_cases(book)


def test_the_cases_are_all_there(packed: Packed) -> None:
    assert len(packed.cases) >= 1100
    assert sum(case.rule is None for case in packed.cases) >= 36


def test_the_vignettes_of_an_installed_program_count_too(
    book: RuleBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "_examples" / "vignettes"
    folder.mkdir(parents=True)
    for path in (ROOT / "examples" / "vignettes").glob("V06-*"):
        shutil.copy(path, folder)
    monkeypatch.setattr(shipped, "__file__", str(tmp_path / "shipped.py"))
    assert [case.name[:4] for case in project_cases(book).cases if case.rule is None] == ["V06-"]


def test_as_bits_they_are_what_the_reference_engine_says(packed: Packed, book: RuleBook) -> None:
    for number, case in enumerate(packed.cases):
        values = reference.infer(book, facts_of(Intake.read(case.answers), book)).values
        for name, pair in packed.drawn.conclusions.items():
            got = True if pair.proved >> number & 1 else False if pair.refuted >> number & 1 else None
            assert got is values[name], (case, name)


def test_every_case_holds(packed: Packed) -> None:
    assert packed.surprised(packed.drawn) == 0


def test_every_clause_is_seen_true_false_and_decisive(packed: Packed, book: RuleBook) -> None:
    found = coverage(book, packed, Places())
    assert percent(found) == 100
    assert all(rule.fires[0] and rule.fires[2] for rule in found)
    assert sum(len(rule.clauses) for rule in found) > 400


def test_a_rule_without_cases_is_listed(tmp_path: Path) -> None:
    rules = RuleFolder.copy(tmp_path)
    rules.append(
        "evidence/rules/more.yaml",
        "rules:\n  - {id: evidence-diet-note-more, concludes: diet-note, because: A reason., sources: [ours],"
        " when: {all: [{sex: [not said]}, {bmi: {below: 20}}]}}\n",
    )
    done = screener_here("rules", "coverage", "--rules", str(rules.path), "--pack", "evidence", "--fail-under", "100")
    assert done.code == 4
    assert "evidence-diet-note-more: fires 0" in done.out
    assert re.search(r"^  ! true    -  false +\d+  decisive    -  line 2: sex given at birth", done.out, re.M)
    assert re.search(r"^  ! true +\d+  false +\d+  decisive    -  line 2: body mass index", done.out, re.M)


def test_the_command_prints_the_percentages() -> None:
    done = screener_here("rules", "coverage", "--fail-under", "100")
    assert done.code == 0
    assert done.out.count("100.0 %") == 3


def test_at_least_95_of_100_mutants_are_killed(packed: Packed, book: RuleBook) -> None:
    fated = list(mutate(book, packed, Places(), book.rules))
    assert len(fated) > 1200
    assert score(fated) >= 95
    assert all(each.killing is not None for each in fated if each.fate == "survives")


def test_survivors_come_with_the_case_that_kills_them(tmp_path: Path) -> None:
    rules = RuleFolder.copy(tmp_path)
    line = rules.replace("safety/rules/red-flags.yaml", "      - silent: {potassium: 6.4}\n", "")
    rules.replace("safety/rules/red-flags.yaml", "      - fires: {potassium: 6.5}\n", "")
    done = screener_here(
        "rules", "mutate", "safety-emergency-high-potassium", "--rules", str(rules.path), "--fail-under", "95"
    )
    assert done.code == 4
    assert ">= becomes >; add the case" in done.out
    assert "    - fires: {potassium: 6.5}" in done.out
    assert f"red-flags.yaml:{line - 6}:" in done.out


def test_equivalent_mutants_are_decided(book: RuleBook, packed: Packed) -> None:
    doubled = Rule(
        "safety-emergency-chest-pain", "safety", "urgency:emergency", AnyOf((Yes("chest_pain"), Yes("chest_pain"))),
        AnyOf((Yes("chest_pain"), Yes("chest_pain"))), "because", ("ours",), book.rules[0].place,
    )  # fmt: skip
    rules = tuple(doubled if rule.id == doubled.id else rule for rule in book.rules)
    other = replace(book, rules=rules)

    class Anywhere(Places):
        def conditions(self, rule: Rule) -> dict[tuple[int, ...], object]:  # type: ignore[override]
            return {(): rule.place, (0,): rule.place, (1,): rule.place}

    fates = {
        each.mutant.change: each.fate for each in mutate(other, Packed(other, packed.cases), Anywhere(), [doubled])
    }
    assert fates["drop this part"] == "equivalent"
    assert fates["drop the rule"] == "killed"


def test_redrawing_one_rule_is_drawing_everything(book: RuleBook, packed: Packed) -> None:
    places = Places()
    for rule in book.rules[::20]:
        for mutant in list(mutants(book, rule, places))[:4]:
            changed = replace(book, rules=tuple(mutant.rule if r.id == rule.id else r for r in book.rules))
            assert redraw(book, packed.logic, packed.drawn, mutant.rule) == draw(changed, packed.logic)


def test_what_is_changed(book: RuleBook) -> None:
    rule = book.rule["safety-same-day-low-potassium-palpitations"]
    found = {mutant.change: mutant.rule.when for mutant in mutants(book, rule, Places())}
    low, high, racing = Compare("potassium", ">=", 3.0), Compare("potassium", "<", 3.5), Yes("palpitations")
    assert found["drop the rule"] == AnyOf(())
    assert found["3 becomes 3.1"] == AllOf((AllOf((Compare("potassium", ">=", 3.1), high)), racing))
    assert found["< becomes <="] == AllOf((AllOf((low, Compare("potassium", "<=", 3.5))), racing))
    assert found["negate this clause"] == AllOf((AllOf((low, high)), Not(racing)))
    other = book.rule["article-check-both-low-magnesium"]
    assert [mutant.rule.when for mutant in mutants(book, other, Places())] == [
        AnyOf(()), Not(Concluded("low-magnesium-reported")),
    ]  # fmt: skip


@pytest.mark.parametrize("command", ["test", "coverage", "mutate"])
def test_a_pack_that_is_not_there_is_refused(command: str) -> None:
    done = screener_here("rules", command, "--pack", "safty")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("there is no pack `safty`, did you mean `safety`?")
