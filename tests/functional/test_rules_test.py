"""`screener rules test`: the rules' own cases are run and counted; a failing one shows the chain it got."""

from __future__ import annotations

from pathlib import Path

from rulefolder import RuleFolder, screener_here
from screener.rulebook.book import RuleBook

TITLE = "article-check-both-suspect-magnesium"


def test_all_cases_pass_and_are_counted() -> None:
    done = screener_here("rules", "test")
    assert done.code == 0
    cases, rules = int(done.out.split()[0]), int(done.out.split()[3])
    assert cases >= 980
    assert rules >= 216
    assert done.out.rstrip().endswith("0 failed")


def test_one_rule() -> None:
    done = screener_here("rules", "test", "safety-emergency-chest-pain")
    assert done.out == "4 cases of 1 rule: 4 passed, 0 failed\n"


def test_the_rules_of_one_pack(book: RuleBook) -> None:
    done = screener_here("rules", "test", "--pack", "safety")
    assert f"of {sum(rule.pack == 'safety' for rule in book.rules)} rules" in done.out


def test_an_unknown_rule_is_a_wrong_use() -> None:
    done = screener_here("rules", "test", "safety-emergency-chest-pian")
    assert done.code == 2
    assert "did you mean `safety-emergency-chest-pain`?" in done.err


def test_a_failing_case_shows_what_came_and_why(tmp_path: Path) -> None:
    rules = RuleFolder.copy(tmp_path)
    line = rules.replace(
        "article/rules/patterns.yaml",
        "- fires: {gi_disease: yes, nausea: yes}",
        "- silent: {gi_disease: yes, nausea: yes}",
    )
    done = screener_here("rules", "test", TITLE, "--rules", str(rules.path))
    assert done.code == 4
    lines = done.out.splitlines()
    assert lines[0] == f"rules/article/rules/patterns.yaml:{line}:9: `{TITLE}` should be `silent` and is `fires`"
    assert lines[1].split() == ["with", "gi_disease:", "yes,", "nausea:", "yes"]
    chain = done.out[done.out.index("chain") :]
    order = ["article-risk-of-both-gut-disease", "article-suspect-magnesium-risk-and-symptom", TITLE]
    assert sorted(order, key=chain.index) == order


def test_reasons_are_compared_with_the_chain(tmp_path: Path) -> None:
    rules = RuleFolder.copy(tmp_path)
    rules.replace(
        "article/rules/patterns.yaml",
        "- fires: {gi_disease: yes, nausea: yes}",
        "- fires: {gi_disease: yes, nausea: yes}\n"
        "        reasons: [article-risk-of-both-gut-disease, article-risk-of-both-vomiting]",
    )
    done = screener_here("rules", "test", TITLE, "--rules", str(rules.path))
    assert done.code == 4
    assert "missing: article-risk-of-both-vomiting" in done.out
    assert "not expected: " in done.out


def test_a_case_with_wrong_answers_names_the_field(tmp_path: Path) -> None:
    rules = RuleFolder.copy(tmp_path)
    rules.replace("safety/rules/red-flags.yaml", "- fires: {potassium: 6.5}", "- fires: {potassium: 65}")
    done = screener_here("rules", "test", "safety-emergency-high-potassium", "--rules", str(rules.path))
    assert done.code == 4
    assert "potassium: `65` is out of range" in done.out


def test_numbers_in_rule_files_are_in_the_fields_own_unit(tmp_path: Path) -> None:
    """A bare 1.9 would be refused in a case file; in a rule's case it is mmol/L, like the limits of its condition."""
    rules = RuleFolder.copy(tmp_path)
    rules.replace(
        "evidence/rules/results.yaml",
        '- fires: {magnesium: 1.06}\n      - fires: {magnesium: "3.5 mg/dL"}',
        '- fires: {magnesium: 1.9}\n      - fires: {magnesium: "3.5 mg/dL"}',
    )
    done = screener_here("rules", "test", "--rules", str(rules.path))
    assert (done.code, done.out.rstrip()[-8:]) == (0, "0 failed")
