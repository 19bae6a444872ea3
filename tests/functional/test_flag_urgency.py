"""A flag's own urgency reaches the report: in every engine, on every channel, and nowhere while it is suppressed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engines import by_reference
from nodes import ask, need
from rulefolder import Done, RuleFolder, screener_here
from screener.case.intake import Intake
from screener.engine.columnar.columns import Columns
from screener.engine.columnar.engine import ColumnarEngine
from screener.engine.outcome import flags_behind_urgency
from screener.explain.goal import goals_of, is_red
from screener.interview.session import Interview
from screener.logic.condition import Yes
from screener.rulebook.book import RuleBook
from screener.rulebook.levels import LEVELS
from screener.rulebook.rule import URGENCY
from screener.screening import Screener
from screener.standards.elm import library, parameters
from screener.workbench.space.space import Space

SALTS = {"epsom_salts": True}  # raises `epsom-note`, which no rule of urgency reads
SUPPRESSED = {"potassium": 5.6, "told_low_potassium": True}  # `high-potassium` suppresses `low-potassium-reported`


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> RuleFolder:
    """The project's rule book, with two flags that are urgent by themselves."""
    folder = RuleFolder.copy(tmp_path_factory.mktemp("book"))
    set_urgency(folder, "epsom-note", "emergency")
    set_urgency(folder, "low-potassium-reported", "emergency")
    return folder


def set_urgency(folder: RuleFolder, flag: str, urgency: str) -> None:
    path = folder.path / "article" / "flags.yaml"
    before, _, after = path.read_text(encoding="utf-8").partition(f"  - id: {flag}\n")
    lines = after.split("\n")
    at = next(number for number, line in enumerate(lines) if line.startswith("    urgency: "))
    lines[at] = f"    urgency: {urgency}"
    path.write_text(f"{before}  - id: {flag}\n" + "\n".join(lines), encoding="utf-8")


@pytest.fixture(scope="module")
def urgent(rules: RuleFolder) -> RuleBook:
    return RuleBook.load(rules.path)


def run(rules: RuleFolder, command: str, answers: dict[str, Any], *more: str) -> Done:
    case = rules.path.parent / "case.json"
    case.write_text(json.dumps(answers), encoding="utf-8")
    return screener_here(*command.split(), str(case), "--rules", str(rules.path), *more)


def test_the_report_says_so_and_names_the_flag(rules: RuleFolder) -> None:
    report = json.loads(run(rules, "screen", SALTS, "--format", "json").out)
    assert (report["urgency"], report["urgency_could_be"]) == ("emergency", "emergency")
    (because,) = report["urgency_because"]
    assert because["findings"][0] == "epsom-note"
    assert because["rule"] == "article-epsom-note-epsom-salts"
    title = next(flag["title"] for flag in report["flags"] if flag["id"] == "epsom-note")
    assert because["text"].startswith(f"{title}. ")
    assert because["evidence"] == [{"field": "epsom_salts", "value": True}]
    assert run(rules, "screen", SALTS).out.split("\n\n")[0].startswith("GET HELP NOW\n")
    assert f"\n{title}. " in run(rules, "screen", SALTS).out.split("\n\n")[0]
    text = run(rules, "screen", SALTS, "--details").out
    assert text.index("Get help now") < text.index(f"- {title}. ") < text.index("What your answers match")
    assert "No urgent sign" not in text


def test_a_suppressed_flag_does_not_count(rules: RuleFolder) -> None:
    report = json.loads(run(rules, "screen", SUPPRESSED, "--format", "json").out)
    assert {flag["id"]: flag["status"] for flag in report["flags"]}["low-potassium-reported"] == "suppressed"
    assert report["urgency"] != "emergency"


def test_a_flag_that_is_only_possible_counts_for_what_could_be(urgent: RuleBook) -> None:
    red = {rule.when.field for rule in urgent.rules_for["urgency:emergency"] if isinstance(rule.when, Yes)}
    calm = dict.fromkeys(red, False) | {"potassium": 4.0, "magnesium": 0.9}
    open_ended = Screener(urgent).screen(Intake.read(calm))
    assert open_ended.urgency_could_be == "emergency"
    assert "epsom_salts" in [question.field for question in open_ended.urgent_unanswered]
    closed = by_reference(urgent, [Intake.read({**calm, "epsom_salts": False, "told_low_potassium": False})])[0]
    assert closed.values["epsom-note"] is False


CASES: list[dict[str, Any]] = [
    SALTS, SUPPRESSED, {}, {"epsom_salts": False}, {"told_low_potassium": True}, {**SALTS, "chest_pain": True},
    {**SALTS, "age": 12}, {**SUPPRESSED, **SALTS},
]  # fmt: skip


def test_the_engines_agree(urgent: RuleBook) -> None:
    intakes = [Intake.read(answers) for answers in CASES]
    reference = by_reference(urgent, intakes)
    durable = [Screener(urgent).examine(intake).outcome for intake in intakes]
    batch = ColumnarEngine(urgent).infer(Columns.of(intakes, urgent.fields))
    columnar = [batch.case(number) for number in range(len(intakes))]
    for outcomes in zip(reference, durable, columnar, strict=True):
        assert len({(one.urgency, one.urgency_could_be) for one in outcomes}) == 1, outcomes
        raised = [flag.urgency for flag in urgent.flags.values() if outcomes[0].status(flag.id) == "raised"]
        assert all(LEVELS.index(level) <= LEVELS.index(outcomes[0].urgency) for level in raised)
    assert [one.urgency for one in reference][:1] == ["emergency"]


def test_batch(rules: RuleFolder, tmp_path: Path) -> None:
    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("".join(f"{json.dumps(case)}\n" for case in CASES), encoding="utf-8")
    found = {}
    for engine in ("columnar", "durable"):
        options = ["--rules", str(rules.path), "-o", str(output), "--engine", engine, "--force"]
        assert screener_here("batch", str(source), *options).code == 0
        lines = output.read_text(encoding="utf-8").splitlines()
        found[engine] = [json.loads(line)["urgency"] for line in lines]
    assert found["columnar"] == found["durable"]
    assert found["columnar"][0] == "emergency"
    assert found["columnar"][1] != "emergency"


def test_the_exported_library_means_the_same(urgent: RuleBook, tmp_path: Path) -> None:
    need("cql-execution")
    path = tmp_path / "library.json"
    path.write_text(json.dumps(library(urgent)), encoding="utf-8")
    intakes = [Intake.read(answers) for answers in CASES]
    results = ask("run-elm.js", [parameters(intake, urgent) for intake in intakes], str(path))
    assert [one["Urgency"] for one in results] == [one.urgency for one in by_reference(urgent, intakes)]


def test_explain_and_its_receipt(rules: RuleFolder, tmp_path: Path) -> None:
    data = json.loads(run(rules, "explain", SALTS, "--flag", "urgency", "--format", "json").out)
    assert (data["urgency"], data["urgency_from"]) == ("emergency", ["epsom-note"])
    assert [how["conclusion"] for how in data["how"]] == ["epsom-note"]
    for details in ([], ["--details"]):
        text = run(rules, "explain", SALTS, "--why-not", "urgency:emergency", *details).out
        assert "How soon to get help comes from: " in text
        assert "(epsom-note)." in text
        assert "urgency:emergency" not in text
        changed = run(rules, "explain", {"epsom_salts": False}, "--what-if", "epsom_salts=yes", *details).out
        assert "urgency: none -> emergency" in changed.lower()
    receipt = tmp_path / "receipt.json"
    for answers in CASES:
        assert run(rules, "explain", answers, "--receipt", str(receipt)).code == 0
        assert screener_here("explain", "--check", str(receipt), "--rules", str(rules.path)).code == 0, answers


def test_an_explanation_of_the_level_names_the_flags_that_could_still_give_it(urgent: RuleBook) -> None:
    case = Screener(urgent).examine(Intake.read({}))
    assert goals_of(case, "urgency:emergency")[0] == "urgency:emergency"
    assert {"epsom-note", "low-potassium-reported"} <= set(goals_of(case, "urgency:emergency"))
    assert is_red(urgent, "epsom-note")
    both = Screener(urgent).examine(Intake.read({**SALTS, "chest_pain": True}))
    assert goals_of(both, "urgency") == ("urgency:emergency",)
    assert flags_behind_urgency(urgent, both.outcome) == ()


def test_the_interview_says_at_once_that_help_is_needed(urgent: RuleBook) -> None:
    before = Interview(urgent).session().answer("age", 40)
    after = before.answer("epsom_salts", True)
    assert after.notice_since(before) == "emergency"
    assert after.outcome.urgency == "emergency"


def test_prove_and_diff_show_it(rules: RuleFolder, urgent: RuleBook) -> None:
    space = Space(urgent)
    by_rules = space.proved("urgency:emergency")
    assert not space.empty(space.at_least("emergency") & ~by_rules)
    assert space.empty(space.raised("epsom-note") & ~space.at_least("emergency"))
    done = screener_here("rules", "prove", "--rules", str(rules.path), "--only", "own-level", "--format", "json")
    assert done.code == 0, done.out
    assert "epsom-note" in done.out
    text = screener_here("rules", "diff", "rules", str(rules.path)).out
    assert "urgency: none becomes emergency in " in text
    assert "    smallest case: {epsom_salts: yes}" in text


def test_prove_tells_of_an_urgency_that_an_open_answer_could_lower(tmp_path: Path) -> None:
    folder = RuleFolder.copy(tmp_path)
    folder.replace("evidence/flags.yaml", "      - low-potassium-reported\n", "      - epsom-note\n")
    set_urgency(folder, "epsom-note", "emergency")
    folder.append(
        "evidence/rules/results.yaml",
        "  - id: evidence-high-potassium-of-late\n    concludes: high-potassium\n    when: {licorice: yes}\n"
        "    because: A reason.\n    sources: [S17]\n",
    )
    done = screener_here("rules", "prove", "--rules", str(folder.path), "--only", "bounds")
    assert done.code == 0, done.out
    (line,) = [line for line in done.out.splitlines() if "gives way if an open answer raises a flag" in line]
    assert "epsom-note" in line
    report = json.loads(run(folder, "screen", {**SALTS, "age": 40}, "--format", "json").out)
    assert report["urgency"] == "emergency"
    report = json.loads(run(folder, "screen", {**SALTS, "age": 40, "licorice": True}, "--format", "json").out)
    assert report["urgency"] != "emergency"


@pytest.mark.parametrize("packs", [[], ["article"], ["evidence"]])
def test_the_project_s_own_flags_are_never_more_urgent_than_its_rules(book: RuleBook, packs: list[str]) -> None:
    """But for a flag that an open answer could still suppress: its level counts, and the rule is not certain yet."""
    space = Space(book.select(packs))
    open_ended = space.diagrams.union(space.gives_way(flag.id) for flag in space.book.urgent_flags)
    for level in LEVELS[1:]:
        names = [URGENCY + each for each in LEVELS[LEVELS.index(level) :]]
        for of, conclusion in (("proved", space.proved), ("open", space.open)):
            by_rules = space.diagrams.union(conclusion(name) for name in names)
            more = space.at_least(level, of) & ~by_rules
            assert space.example(more & ~open_ended) is None, (packs, level, of)
            assert space.example(more) is None or (of, level) == ("proved", "routine"), (packs, level, of)
