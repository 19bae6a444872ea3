"""What is more than durable-rules can hold: divided, or left to the reference engine with a word; never a hang."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from rulefolder import ROOT, Done, RuleFolder
from screener import Intake, RuleBook, Screener
from screener.engine import choice
from screener.logic.order import after_what_it_needs, circles

SIGNS = ("fatigue", "muscle_cramps", "nausea", "anxiety", "palpitations", "constipation", "tingling")
MANY = 200  # parts of an `at_least` whose counter needs too many rules
TIME = 120  # seconds until a command counts as one that hangs


@dataclass
class Extra:
    """Findings and rules to add to a rule book, as YAML."""

    findings: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)

    def rule(self, name: str, when: str, finding: bool = True) -> None:
        if finding:
            self.findings.append(f"  - {{id: {name}, title: For a test, sources: [A01]}}\n")
        self.rules.append(
            f"  - id: rule-{name}\n    concludes: {name}\n    when: {when}\n"
            "    because: Made for a test of limits.\n    sources: [A01]\n"
        )

    def written(self, to: Path) -> RuleFolder:
        folder = RuleFolder.copy(to)
        folder.append("article/findings.yaml", "".join(self.findings))
        flag = "  - {id: top-flag, title: For a test, explanation: Made for a test of limits., sources: [A01]}\n"
        folder.append("article/flags.yaml", flag)
        folder.append("article/rules/extra.yaml", "rules:\n" + "".join(self.rules))
        return folder


def chain(length: int) -> Extra:
    """Each finding needs the next one, so that none of them comes after what it reads."""
    extra = Extra()
    extra.rule("top-flag", "{finding: link-0}", finding=False)
    for number in range(length):
        sign, other = SIGNS[number % 7], SIGNS[(number + 3) % 7]
        following = f"{{finding: link-{number + 1}}}" if number + 1 < length else "{muscle_weakness: yes}"
        extra.rule(f"link-{number}", f"{{all: [{following}, {{any: [{{{sign}: yes}}, {{{other}: no}}]}}]}}")
    return extra


def counted() -> Extra:
    extra = Extra()
    for number in range(MANY):
        sign, other, third = SIGNS[number % 7], SIGNS[number // 7 % 7], SIGNS[number // 49 % 7]
        extra.rule(f"part-{number}", f"{{any: [{{{sign}: yes}}, {{all: [{{{other}: no}}, {{{third}: yes}}]}}]}}")
    parts = ", ".join(f"{{finding: part-{number}}}" for number in range(MANY))
    extra.rule("top-flag", f"{{at_least: {{count: {MANY // 2}, of: [{parts}]}}}}", finding=False)
    return extra


def run(*arguments: str, path: str = "") -> Done:
    environment = {**os.environ, "PYTHONPATH": f"{path}:{ROOT / 'src'}", "SCREENER_DEBUG": ""}
    command = [sys.executable, "-m", "screener", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=TIME, check=False)
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def long_chain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return chain(1100).written(tmp_path_factory.mktemp("chain")).path


@pytest.fixture(scope="module")
def too_large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return counted().written(tmp_path_factory.mktemp("counted")).path


@pytest.fixture(scope="module")
def every_sign(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("case") / "case.json"
    file.write_text(json.dumps(dict.fromkeys((*SIGNS, "muscle_weakness"), True)), encoding="utf-8")
    return str(file)


def test_a_chain_of_1100_findings_is_screened(long_chain: Path, every_sign: str) -> None:
    done = run("screen", every_sign, "--rules", str(long_chain), "--format", "json")
    assert (done.code, done.err) == (0, "")
    report = json.loads(done.out)
    assert report["engine"] == "durable"
    assert "top-flag" in [flag["id"] for flag in report["flags"] if flag["status"] == "raised"]
    assert sum(step["rule"].startswith("rule-link-") for step in report["chain"]) == 1100


@pytest.mark.parametrize(
    "command",
    [
        ("rules", "check", "RULES"),
        ("explain", "CASE", "--rules", "RULES", "--flag", "top-flag"),
        ("explain", "CASE", "--rules", "RULES", "--flag", "top-flag", "--format", "svg"),
        ("replay", "CASE", "--rules", "RULES"),
    ],
    ids=["check", "explain", "picture", "replay"],
)
def test_and_read_by_the_other_commands(command: tuple[str, ...], long_chain: Path, every_sign: str) -> None:
    done = run(*(part.replace("RULES", str(long_chain)).replace("CASE", every_sign) for part in command))
    assert done.code == 0, done.err


def test_all_that_is_open_in_a_long_chain_is_found(long_chain: Path) -> None:
    flag = Screener(RuleBook.load(long_chain)).screen(Intake(fatigue=True)).flag("top-flag")
    assert flag is not None
    assert set(flag.settled_by or ()) == {*SIGNS, "muscle_weakness"} - {"fatigue"}


def test_check_says_which_rule_is_too_large_for_durable_rules(too_large: Path) -> None:
    done = run("rules", "check", str(too_large))
    text = (too_large / "article/rules/extra.yaml").read_text(encoding="utf-8")
    line = text[: text.index("- id: rule-top-flag")].count("\n")
    (found,) = [one for one in done.out.splitlines() if one.endswith("[size]")]
    assert re.search(rf"article/rules/extra.yaml:{line + 1}:5: warning: the rule book needs more than the 20000", found)
    assert "`rule-top-flag` alone takes at least" in found
    assert found.endswith("the reference engine takes over [size]")


def test_the_reference_engine_takes_over_with_a_word(too_large: Path, every_sign: str) -> None:
    done = run("screen", every_sign, every_sign, "--rules", str(too_large), "--format", "json")
    assert done.code == 0
    assert {report["engine"] for report in json.loads(done.out)} == {"reference"}
    (said,) = done.err.splitlines()
    assert "`rule-top-flag` alone takes at least" in said
    assert "the reference engine takes over" in said
    batch = [str(too_large.parent / name) for name in ("in.jsonl", "out.jsonl")]
    Path(batch[0]).write_text('{"fatigue": true}\n', encoding="utf-8")
    done = run("batch", batch[0], "-o", batch[1], "--engine", "durable", "--rules", str(too_large))
    assert done.code == 0
    assert "the reference engine takes over" in done.err
    assert json.loads(Path(batch[1]).read_text(encoding="utf-8"))["line"] == 1


def test_without_durable_rules_the_reference_engine_takes_over(tmp_path: Path) -> None:
    (tmp_path / "durable_rules_engine.py").write_text("raise ImportError('undefined symbol: X')", encoding="utf-8")
    case = str(ROOT / "examples/vignettes/V06-potassium-tablets-not-working.json")
    reports = {}
    for path in ("", str(tmp_path)):
        done = run("screen", case, case, "--format", "json", path=path)
        assert done.code == 0
        reports[path] = json.loads(done.out)
    (said,) = done.err.splitlines()
    assert said.startswith("durable-rules cannot be imported (undefined symbol: X); reinstall it with")
    assert [report.pop("engine") for report in reports[""]] == ["durable", "durable"]
    assert [report.pop("engine") for report in reports[str(tmp_path)]] == ["reference", "reference"]
    assert reports[""] == reports[str(tmp_path)]
    assert run("--version").out.endswith("engine durable\n")
    assert run("--version", path=str(tmp_path)).out.endswith("engine reference (durable-rules cannot be imported)\n")


def test_a_book_that_is_too_large_is_not_compiled_again_for_each_case(
    too_large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from screener.engine.durable import compile

    book = RuleBook.load(too_large)
    assert isinstance(Screener(book).engine, choice.ReferenceEngine)
    monkeypatch.setattr(compile, "compile_book", None)
    assert isinstance(Screener(book).engine, choice.ReferenceEngine)


def test_order() -> None:
    needs = {"a": ["b", "c"], "b": ["c"], "c": [], "d": ["a"]}
    assert list(after_what_it_needs(needs, needs.__getitem__)) == ["c", "b", "a", "d"]
    assert list(circles(needs, needs.__getitem__)) == []
    around = {"a": ["b"], "b": ["c", "b"], "c": ["a"]}
    assert list(circles(around, around.__getitem__)) == [["a", "b", "c", "a"], ["b", "b"]]
