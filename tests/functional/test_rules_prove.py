"""`screener rules prove`: everything holds of the real rule book; what does not hold comes with the smallest case."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from rulefolder import ROOT, RuleFolder, screener_here
from screener.case.intake import Intake
from screener.engine import reference
from screener.engine.facts import facts_of
from screener.report.build import ReportBuilder
from screener.rulebook.book import RuleBook
from screener.workbench.prove.prove import QUESTIONS, Proof, prove
from screener.workbench.space.space import Space


@pytest.fixture(scope="module")
def proof(book: RuleBook) -> Proof:
    return prove(book)


def test_everything_holds_of_the_real_rule_book(proof: Proof, book: RuleBook) -> None:
    assert proof.failures == []
    assert proof.undecided == []
    assert len(proof.verdicts["fires"]) == len(proof.verdicts["needed"]) == len(book.rules)
    assert len(proof.verdicts["raised"]) == len(proof.verdicts["ruled-out"]) == len(book.flags)
    assert all(proof.verdicts[name] for name in QUESTIONS)
    assert len(proof.verdicts["counted"]) >= 30


def test_where_kleene_s_status_is_not_exact_is_listed(proof: Proof) -> None:
    concluded = [name for name in proof.book.conclusion_ids if proof.book.rules_for[name]]
    assert proof.compared == len(concluded) > 50
    [only] = proof.differences
    assert (only.what, only.message) == ("outside-the-article", "unknown, but false for every completion")
    assert 0 < only.count < only.patterns
    case = Intake.read(only.example)
    assert reference.infer(proof.book, facts_of(case, proof.book)).values[only.what] is None


def test_each_pack_holds_by_itself() -> None:
    done = screener_here("rules", "prove", "--pack", "article")
    assert done.code == 0, done.out
    assert "220 of 220" in done.out


def test_json(tmp_path: Path) -> None:
    done = screener_here("rules", "prove", "--pack", "article", "--format", "json")
    data = json.loads(done.out)
    assert {question["name"] for question in data["questions"]} == set(QUESTIONS)
    assert all(verdict["holds"] for question in data["questions"] for verdict in question["verdicts"])


def test_what_the_time_did_not_suffice_for_is_said() -> None:
    done = screener_here("rules", "prove", "--seconds", "0")
    assert done.code == 4
    assert "not decided after" in done.out
    assert "so far (the time was over)" in done.out


def fails(folder: RuleFolder, question: str, subject: str) -> dict[str, object] | None:
    """The smallest case by which a question fails for a subject."""
    proof = prove(RuleBook.load(folder.path), only=[question])
    found = [verdict for verdict in proof.verdicts[question] if verdict.subject == subject and not verdict.holds]
    assert found, [verdict.message for verdict in proof.failures]
    return found[0].example


@pytest.fixture
def rules(tmp_path: Path) -> RuleFolder:
    return RuleFolder.copy(tmp_path)


def test_a_rule_that_can_not_fire_through_its_findings(rules: RuleFolder) -> None:
    old = "when: {all: [{finding: suspect-magnesium}, {finding: suspect-potassium}]}"
    new = "when: {all: [{finding: suspect-potassium}, {finding: nothing-matched}]}"
    rules.replace("article/rules/patterns.yaml", old, new)
    fails(rules, "fires", "article-suspect-both-both-suspected")
    done = screener_here("rules", "prove", "--only", "fires", "--rules", str(rules.path))
    assert done.code == 4
    assert "rules/article/rules/patterns.yaml:" in done.out
    assert "can never fire" in done.out


def test_a_rule_that_is_covered_through_a_finding(rules: RuleFolder) -> None:
    rules.replace(
        "safety/rules/soon.yaml",
        "and your potassium was low.\n    sources: [S35]\n    instead_of: [safety-soon-qt-medicine-low-level]\n"
        "    redundant: It says that a level is known to be low, where the general rule says that it may be.\n",
        "and your potassium was low.\n    sources: [S35]\n    instead_of: [safety-soon-qt-medicine-low-level]\n",
    )
    fails(rules, "needed", "safety-soon-qt-medicine-low-potassium")
    done = screener_here("rules", "prove", "--only", "needed", "--rules", str(rules.path))
    assert "whenever it fires, `safety-soon-qt-medicine-low-level` does too" in done.out


def test_a_rule_that_says_it_is_redundant_and_is_not(rules: RuleFolder) -> None:
    rules.replace(
        "safety/rules/soon.yaml", "    sources: [A66, ours]\n", "    sources: [A66, ours]\n    redundant: so we think\n"
    )
    assert fails(rules, "needed", "safety-soon-told-low-potassium") == {"told_low_potassium": True}


def test_a_red_flag_that_is_negated(rules: RuleFolder) -> None:
    rules.replace("safety/rules/red-flags.yaml", "when: {chest_pain: yes}", "when: {chest_pain: no}")
    assert fails(rules, "red-flag", "chest_pain") is not None


def test_a_red_flag_that_no_rule_reads(rules: RuleFolder) -> None:
    rules.replace(
        "safety/rules/red-flags.yaml", "when: {chest_pain: yes}", "when: {all: [{fainted: yes}, {seizure: yes}]}"
    )
    assert fails(rules, "red-flag", "chest_pain") is None


def test_a_last_resort_that_does_not_give_way(rules: RuleFolder) -> None:
    rules.replace("article/flags.yaml", "    last_resort: yes\n", "")
    assert fails(rules, "last-resort", "nothing-matched")


def test_a_last_resort_is_shown_exactly_where_the_report_shows_it(book: RuleBook) -> None:
    space = Space(book)
    for found, shown in (
        (space.shown("nothing-matched"), True),
        (space.raised("nothing-matched") & ~space.shown("nothing-matched"), False),
    ):
        intake = Intake.read(space.example(found))
        facts = facts_of(intake, book)
        report = ReportBuilder(intake, facts, reference.infer(book, facts), book).build()
        flag = report.flag("nothing-matched")
        assert flag is not None
        assert flag.status == "raised"
        assert (flag.title is not None) is shown


def test_a_flag_that_another_one_always_hides(rules: RuleFolder) -> None:
    rules.replace(
        "evidence/flags.yaml",
        "      - results-conflict\n    hides:\n      - risk-of-both\n      - check-both\n      - potassium-symptom",
        "      - results-conflict\n      - low-calcium\n    hides:\n      - risk-of-both\n      - check-both\n"
        "      - potassium-symptom",
    )
    rules.replace(
        "evidence/rules/results.yaml", "when: {calcium: {below: $calcium-low}}", "when: {potassium: {above: 9}}"
    )
    fails(rules, "raised", "low-calcium")


def test_a_missing_safety_net_in_the_page(book: RuleBook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screener.report.markdown.render", lambda *_, **__: "nothing\n")
    messages = [
        verdict.message for verdict in prove(book.select(["safety"]), only=["safety-net"]).verdicts["safety-net"]
    ]
    assert "the markdown report does not carry the text `disclaimer`" in messages


@pytest.mark.parametrize(
    "only",
    [
        ("fires", "raised", "possible", "ruled-out", "red-flag", "own-level", "last-resort"),
        pytest.param((), marks=pytest.mark.nightly, id="every question"),
    ],
)
def test_without_cudd_plain_python_decides_the_same(only: tuple[str, ...], book: RuleBook) -> None:
    program = (
        "import sys; sys.modules['dd.cudd'] = None\n"
        "from screener.rulebook.book import RuleBook\n"
        "from screener.workbench.prove.prove import prove\n"
        f"proof = prove(RuleBook.load().select(['article']), only={only!r})\n"
        "print(proof.backend, len(proof.failures), sum(map(len, proof.verdicts.values())))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    expected = sum(map(len, prove(book.select(["article"]), only=only).verdicts.values()))
    assert done.stdout == f"dd in plain Python 0 {expected}\n"
