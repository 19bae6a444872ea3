"""`screener rules check`: nothing wrong with the real rule book; problems as lines, JSON and GitHub annotations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rulefolder import RuleFolder, screener_here
from screener.rulebook.book import RuleBook
from screener.workbench.check.check import check
from screener.workbench.problem import problem, written


@pytest.fixture
def rules(tmp_path: Path) -> RuleFolder:
    return RuleFolder.copy(tmp_path)


def test_the_real_rule_book_has_no_problem() -> None:
    done = screener_here("rules", "check", "rules", "--strict")
    assert (done.code, done.out) == (0, "")
    assert "well formed" in done.err


def test_without_a_folder_the_program_s_own_rule_book_is_checked() -> None:
    assert screener_here("rules", "check").code == 0


def test_the_folder_can_be_named_as_with_the_other_commands(rules: RuleFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    rules.replace("safety/rules/red-flags.yaml", "when: {fainted: yes}", "when: {feinted: yes}")
    assert screener_here("rules", "check", "--rules", str(rules.path)).code == 4
    assert screener_here("rules", "check", "--rules", str(rules.path), "rules").code == 2
    monkeypatch.setenv("SCREENER_RULES", str(rules.path))
    assert screener_here("rules", "check").code == 4
    assert screener_here("rules", "check", "rules").code == 0
    assert screener_here("rules", "check", "--rules", "rules").code == 0


def test_a_problem_in_each_form(rules: RuleFolder) -> None:
    line = rules.replace("safety/rules/red-flags.yaml", "when: {fainted: yes}", "when: {feinted: yes}")
    text = screener_here("rules", "check", str(rules.path))
    assert text.code == 4
    assert text.out.startswith(f"rules/safety/rules/red-flags.yaml:{line}:12: error: `feinted` is neither a field")
    assert "did you mean `fainted`?" in text.out
    (entry,) = json.loads(screener_here("rules", "check", str(rules.path), "--format", "json").out)
    assert (entry["file"], entry["line"], entry["column"]) == ("rules/safety/rules/red-flags.yaml", line, 12)
    assert entry["severity"] == "error"
    github = screener_here("rules", "check", str(rules.path), "--format", "github")
    assert github.code == 4
    assert github.out.startswith(f"::error file=rules/safety/rules/red-flags.yaml,line={line},col=12,title=form::")


def test_no_problem_is_an_empty_list_in_json() -> None:
    done = screener_here("rules", "check", "rules", "--format", "json")
    assert json.loads(done.out) == []


def test_warnings_fail_only_when_strict(rules: RuleFolder) -> None:
    hard = "Concomitant administration of potassium-depleting agents necessitates periodic electrolyte re-evaluation."
    line = rules.replace(
        "safety/rules/red-flags.yaml", "Fainting can mean that the heart is beating in a dangerous way.", hard
    )
    done = screener_here("rules", "check", str(rules.path))
    assert done.code == 0
    assert f"red-flags.yaml:{line}:5: warning: hard to read" in done.out
    assert screener_here("rules", "check", str(rules.path), "--strict").code == 4


def test_a_folder_without_a_rule_book(tmp_path: Path) -> None:
    done = screener_here("rules", "check", str(tmp_path))
    assert done.code == 4
    assert "no rule book here" in done.out


def test_annotations_are_escaped(book: RuleBook) -> None:
    place = book.rules[0].place
    text = written([problem(place, "50 % of\nit", "x")], "github")
    assert text.count("\n") == 1
    assert "50 %25 of%0Ait" in text


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("when: {fainted: yes}", "when: {any: [{fainted: yes}, {fainted: no}]}", "always true"),
        ("when: {fainted: yes}", "when: {all: [{fainted: yes}, {fainted: no}]}", "never true"),
        ("when: {fainted: yes}", "when: {all: [{fainted: yes}, {any: [{fainted: yes}, {seizure: yes}]}]}",
         "changes nothing"),
        ("potassium: {at_least: $potassium-emergency-high}", "potassium: {at_least: 65}", "outside what can be"),
        ("when: {fainted: yes}", "when: {chest_pain: yes}", "says the same as `safety-emergency-chest-pain`"),
        ("when: {fainted: yes}", "when: {all: [{chest_pain: yes}, {fainted: yes}]}", "is covered by"),
        ("Fainting can mean that", "You have low magnesium, so", "says what someone has"),
        ("Fainting can mean that", "The diagnosis may be that", "names a diagnosis"),
        ("Fainting can mean that", "In 30% of people", "gives a percentage"),
        ("Fainting can mean that", "Take 500 mg as", "gives a dose"),
        ("Fainting can mean that", "This is treated when", "speaks of treatment"),
    ],
)  # fmt: skip
def test_lint(rules: RuleFolder, old: str, new: str, expected: str) -> None:
    line = rules.replace("safety/rules/red-flags.yaml", old, new)
    found = [each for each in check(rules.path) if expected in each.message]
    assert found
    assert abs(found[0].line - line) <= 2
    assert found[0].file == "rules/safety/rules/red-flags.yaml"


def test_the_words_of_a_screen_are_looked_at(rules: RuleFolder) -> None:
    line = rules.replace("questionnaire.yaml", "ask: Is any of these true now?", "ask: Is there a deficiency now?")
    (found,) = check(rules.path)
    assert (found.file, found.line) == ("rules/questionnaire.yaml", line)
    assert found.message.startswith("`deficiency` names a diagnosis")


def test_a_setting_in_the_wrong_unit(rules: RuleFolder) -> None:
    line = rules.replace("safety/rules/soon.yaml", "potassium: {below: $potassium-low}", "age: {below: $potassium-low}")
    (found,) = check(rules.path)
    assert found.line == line
    assert found.message.startswith("`$potassium-low` is in mmol/L, but `age` is in years; give the limit in years")


def test_a_source_that_nothing_cites(rules: RuleFolder) -> None:
    line = rules.append("safety/sources.yaml", "  - {id: S999, kind: reference, title: Something else}\n")
    (found,) = check(rules.path)
    assert (found.line, "nothing cites `S999`" in found.message) == (line, True)


def test_a_limit_that_nothing_uses(rules: RuleFolder) -> None:
    text = "\n  - {id: unused-limit, value: 3, unit: mmol/L, meaning: nothing, sources: [ours]}\n"
    rules.append("safety/settings.yaml", text)
    assert "no condition uses `$unused-limit`" in check(rules.path)[0].message


@pytest.mark.parametrize(
    ("key", "value"), [("show_if", "{age: {at_least: $only-here}}"), ("usual", "{at_least: $only-here}")]
)
def test_a_limit_that_only_a_question_uses(key: str, value: str, tmp_path: Path) -> None:
    book = tmp_path / "book"
    assert screener_here("new", str(book), "--from", "health").code == 0
    pack, questions = book / "advice" / "pack.yaml", book / "questionnaire.yaml"
    setting = "settings:\n  - {id: only-here, value: 30, unit: years, meaning: an age, sources: [ours]}\n"
    pack.write_text(pack.read_text(encoding="utf-8").replace("settings:\n", setting), encoding="utf-8")
    assert [found.message for found in check(book)] == ["no condition uses `$only-here`"]
    entry = f"""\
  - {{field: grown_up, section: You, label: grown up, ask: Are you?, why: No rule uses it yet., show_if: {value}}}
"""
    if key == "usual":
        entry = f"""\
  - {{field: years, kind: whole, from: 0, to: 99, unit: years, section: You, label: years, ask: How many?,
     why: No rule uses it yet., usual: {value}}}
"""
    questions.write_text(questions.read_text(encoding="utf-8").rstrip() + "\n" + entry, encoding="utf-8")
    assert [str(found) for found in check(book)] == []


def test_a_question_that_no_rule_reads(rules: RuleFolder) -> None:
    rules.replace("article/rules/good-to-know.yaml", "when: {other_medicine: yes}", "when: {licorice: yes}")
    (found,) = [problem for problem in check(rules.path) if "no rule reads" in problem.message]
    assert "no rule reads `other_medicine`" in found.message
    assert found.file == "rules/questionnaire.yaml"
