"""`screener rules diff`: what two versions say and mean differently, and for which cases."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from rulefolder import ROOT, RuleFolder, screener_here


@pytest.fixture
def rules(tmp_path: Path) -> RuleFolder:
    return RuleFolder.copy(tmp_path)


def test_nothing_differs() -> None:
    done = screener_here("rules", "diff", "rules", "rules")
    assert done.out == "nothing differs: the two versions mean and say the same\n"


def test_a_shifted_limit(rules: RuleFolder) -> None:
    rules.replace("safety/settings.yaml", "    value: 6.5\n", "    value: 6.6\n")
    data = json.loads(screener_here("rules", "diff", "rules", str(rules.path), "--format", "json").out)
    assert {"setting potassium-emergency-high"} <= {f"{each['kind']} {each['id']}" for each in data["texts"]}
    shifts = {(each["what"], each["before"], each["after"]): each for each in data["statuses"]}
    assert shifts["urgency", "emergency", "same-day"]["example"] == {"potassium": 6.5}
    assert {what for what, _, _ in shifts} == {"urgency"}


def test_a_rule_taken_out_changes_flags_for_some_answers(rules: RuleFolder) -> None:
    rules.replace("article/rules/good-to-know.yaml", "when: {epsom_salts: yes}", "when: {epsom_salts: no}")
    text = screener_here("rules", "diff", "rules", str(rules.path)).out
    assert "rule article-epsom-note-epsom-salts: changed (when)" in text
    assert "rule article-epsom-note-epsom-salts: fires for other answers than before" in text
    assert "epsom-note: raised becomes ruled-out" in text
    assert "    smallest case: {epsom_salts: yes}" in text
    assert "epsom-note: ruled-out becomes raised" in text


def test_only_a_text_changed(rules: RuleFolder) -> None:
    rules.replace("safety/rules/red-flags.yaml", "Fainting can mean", "A faint can mean")
    lines = screener_here("rules", "diff", "rules", str(rules.path)).out.splitlines()
    assert lines == [
        "rule safety-emergency-fainted: changed (because)",
        "no status and no urgency changes, for any answers",
    ]


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("questionnaire.yaml", "Is any of these true now?", "Is one of these?", "screen urgent-signs: changed (ask)"),
        ("questionnaire.yaml", "{told_low_magnesium: no, magnesium: not reported}", "{told_low_magnesium: no}",
         "implication magnesium-never-checked: changed (answers)"),
        ("rulebook.yaml", "title: Magnesium and potassium", "title: Two minerals", "book book: changed (title)"),
        ("vocabulary/classes.csv", "a strong water tablet", "a water tablet", "class LOOP: changed (text)"),
        ("vocabulary/suffixes.csv", "marketing,Control;", "marketing,", "list suffixes: changed (words)"),
    ],
)  # fmt: skip
def test_whatever_changed_is_named(name: str, old: str, new: str, said: str, rules: RuleFolder) -> None:
    rules.replace(name, old, new)
    assert screener_here("rules", "diff", "rules", str(rules.path)).out.splitlines() == [
        said, "no status and no urgency changes, for any answers"
    ]  # fmt: skip


def test_suppression_counts_as_a_status(rules: RuleFolder) -> None:
    rules.replace(
        "evidence/flags.yaml",
        "      - low-potassium-reported\n      - magnesium-not-checked\n",
        "      - magnesium-not-checked\n",
    )
    text = screener_here("rules", "diff", "rules", str(rules.path)).out
    assert "low-potassium-reported: suppressed becomes raised" in text


def test_cases_that_change_with_the_rules_behind_it(rules: RuleFolder, tmp_path: Path) -> None:
    rules.replace("article/rules/risk.yaml", "when: {type_2_diabetes: yes}", "when: {licorice: yes}")
    cases = tmp_path / "cases.jsonl"
    cases.write_text('{"type_2_diabetes": true, "fatigue": true}\n{"fatigue": false}\n{"fatigue": 3}\n')
    done = screener_here("rules", "diff", "rules", str(rules.path), "--cases", str(cases))
    assert done.code == 3
    assert f"{cases}:3: fatigue: `3` is not an answer" in done.err
    assert "1 of 2 cases change" in done.out
    assert f"  {cases}:1: " in done.out
    assert "risk-of-both: raised becomes possible" in done.out
    assert "    no longer fires: article-risk-of-both-type-2-diabetes" in done.out


def test_a_folder_of_cases_passes_over_those_meant_to_be_refused() -> None:
    done = screener_here("rules", "diff", "rules", "rules", "--cases", "examples/vignettes")
    assert done.code == 0, done.err
    assert done.err == "1 case passed over: meant to be refused\n", "V33 shows what no answer may be"


def test_a_case_that_is_refused_and_should_not_be_is_reported(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text('{"fatigue": 3}', encoding="utf-8")
    for expected in ("expected: {all: {raised: []}}", "rejected", "expected: [rejected]", "expected: {"):
        (tmp_path / "one.expected.yaml").write_text(expected, encoding="utf-8")
        done = screener_here("rules", "diff", "rules", "rules", "--cases", str(tmp_path))
        assert done.code == 3
        assert "fatigue: `3` is not an answer" in done.err


def test_a_medicine_that_moved_to_another_class(rules: RuleFolder) -> None:
    table = rules.path / "vocabulary" / "medicines.csv"
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    changed = [line.replace(",THIAZIDE,", ",LOOP,", 1) if line.startswith("indapamide,") else line for line in lines]
    table.write_text("".join(changed), encoding="utf-8")
    assert "medicine indapamide: changed (classes)" in screener_here("rules", "diff", "rules", str(rules.path)).out


def test_a_folder_that_is_no_rule_book(tmp_path: Path) -> None:
    done = screener_here("rules", "diff", "rules", str(tmp_path))
    assert done.code == 4
    assert "no rule book here" in done.err
    assert (ROOT / "rules").is_dir()


def test_a_page_for_a_pull_request(rules: RuleFolder) -> None:
    rules.replace("article/rules/risk.yaml", "when: {type_2_diabetes: yes}", "when: {licorice: yes}")
    vignettes = ["--cases", "examples/vignettes"]
    text = screener_here("rules", "diff", "rules", str(rules.path), "--format", "markdown", *vignettes).out
    assert text.startswith("# What this change does to the rule book\n")
    assert "> **For some answers the urgency is lower than before.**" in text
    assert "- A woman of 52 who says yes to “tiredness”, “muscle cramps”" in text
    assert re.search(r"^## Cases: [0-9]+ of [0-9]+ change$", text, re.MULTILINE)
    assert "## Counted over all possible answers:" in text
    assert "rule article\\-risk" not in text
    assert len(text) < 65_536, "what GitHub takes as one comment"
    page = screener_here("rules", "diff", "rules", str(rules.path), "--format", "html").out
    assert page.startswith("<!DOCTYPE html>")
    assert "<details><summary>Counted over all possible answers:" in page
    assert "<script" not in page


def test_a_page_where_nothing_differs() -> None:
    text = screener_here("rules", "diff", "rules", "rules", "--format", "markdown").out
    assert "Nothing differs: the two versions mean and say the same." in text


def test_only_a_rules_own_cases_changed(rules: RuleFolder) -> None:
    rules.replace("article/rules/good-to-know.yaml", "      - silent: {epsom_salts: no}\n", "")
    done = screener_here("rules", "diff", "rules", str(rules.path))
    assert done.out == "nothing differs: the two versions mean and say the same\n"
