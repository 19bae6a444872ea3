"""Whatever is in a name, a file name, a record or a rule: no output of any command does anything to a terminal."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click
import pytest

import prefork
from functional_run import ROOT, V06
from hostile import HOSTILE, found
from rulefolder import RuleFolder
from screener.cli.main import main
from waiting import LONG

FILE = "case\x1b]0;x\x07\u202e\n.json"
CASE = {
    "case_id": HOSTILE,
    "age": 50,
    "fatigue": True,
    "diuretic": "yes",
    "medicines": [HOSTILE, "furosemide", {"name": f"x{HOSTILE}", "months": 3}],
}
WRONG = {"case_id": HOSTILE, HOSTILE: 1, "age": HOSTILE, "fatigue": HOSTILE, "medicines": [{HOSTILE: HOSTILE}]}
BUNDLE = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [
        {"resource": {"resourceType": "Patient", "id": "p1", "birthDate": "1970-01-01", "gender": "female"}},
        {
            "resource": {
                "resourceType": "MedicationStatement", "id": "m1", "status": "active",
                "subject": {"reference": "Patient/p1"}, "medicationCodeableConcept": {"text": HOSTILE},
            }
        },
        {
            "resource": {
                "resourceType": "Observation", "id": "o1", "status": "final", "code": {"text": HOSTILE},
                "subject": {"reference": "Patient/p1"}, "valueString": HOSTILE,
            }
        },
    ],
}  # fmt: skip


def run(*words: str | bytes, given: str = "", cwd: Path = ROOT) -> tuple[int, str, str]:
    """A command's code and output; the output is text, and none of it is hostile."""
    done = prefork.screener(*words, given=given, cwd=cwd)
    assert not found(done.stdout)
    assert not found(done.stderr)
    assert done.returncode in (0, 2, 3, 4, 5), done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / FILE).write_text(json.dumps(CASE))
    (folder / f"wrong-{FILE}").write_text(json.dumps(WRONG))
    (folder / f"broken-{FILE}").write_text(f'{{"{HOSTILE}')
    (folder / f"bundle-{FILE}").write_text(json.dumps(BUNDLE))
    (folder / f"spoilt-{FILE}").write_text(json.dumps(BUNDLE).replace('"p1"', json.dumps(HOSTILE)))
    (folder / f"many-{FILE}l").write_text("".join(json.dumps(case) + "\n" for case in (CASE, WRONG, CASE)))
    return folder


def commands(group: click.Group = main, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command of the program."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


@pytest.mark.parametrize("command", list(commands()), ids=" ".join)
def test_every_command_says_printably_what_it_cannot_use(command: tuple[str, ...], folder: Path) -> None:
    code, _, said = run(*command, f"nothing-{FILE}", f"--{HOSTILE}", cwd=folder)
    assert code == 2
    assert said
    code, _, said = run(*command, f"nothing-{FILE}", f"nothing-{FILE}", "--rules", f"no-{FILE}", cwd=folder)
    assert code
    assert said


@pytest.mark.parametrize(
    "words",
    [
        *(["screen", FILE, "--format", form] for form in ("text", "json", "markdown", "html")),
        *(["explain", FILE, "--format", form] for form in ("text", "json", "mermaid", "svg", "html")),
        ["explain", FILE, "--details"],
        ["explain", FILE, "--what-if", f"medicines=+{HOSTILE}"],
        ["explain", FILE, "--what-if", f"{HOSTILE}={HOSTILE}"],
        ["explain", FILE, "--flag", HOSTILE],
        ["replay", FILE],
        ["screen", FILE, f"wrong-{FILE}", f"broken-{FILE}", f"none-{FILE}"],
        ["screen", FILE, "--pack", HOSTILE],
        ["fhir", "import", f"bundle-{FILE}", "--explain"],
        ["fhir", "import", f"bundle-{FILE}"],
        *(["fhir", "import", f"bundle-{FILE}", "--screen", form] for form in ("text", "json", "markdown", "html")),
        ["fhir", "import", f"spoilt-{FILE}"],
        ["fhir", "export", FILE],
        ["fhir", "export", FILE, "--cards"],
        ["fhir", "export", f"bundle-{FILE}", "--record"],
        ["rules", "show", HOSTILE],
        ["rules", "docs", HOSTILE],
        ["batch", f"many-{FILE}l", "-o", f"out-{FILE}l", "--force"],
        ["batch", f"none-{FILE}l", "-o", f"out-{FILE}l"],
        [HOSTILE],
    ],
    ids=lambda words: " ".join(words).encode("unicode_escape").decode()[:80],
)
def test_what_stands_in_a_case_does_nothing_to_a_terminal(words: list[str], folder: Path) -> None:
    run(*words, given="\n" * 50, cwd=folder)


def test_json_gives_back_exactly_what_was_typed(folder: Path) -> None:
    _, out, _ = run("screen", FILE, "--format", "json", cwd=folder)
    report = json.loads(out)
    assert report["case_id"] == HOSTILE
    _, out, _ = run("fhir", "import", f"bundle-{FILE}", cwd=folder)
    assert json.loads(out)["medicines"] == [HOSTILE]


def test_results_that_are_looked_at_on_a_terminal_are_printable(folder: Path) -> None:
    ours, theirs = os.openpty()
    words = ["batch", f"many-{FILE}l", "-o", "-", "--rejects", "rejects.jsonl"]
    process = subprocess.Popen(
        [sys.executable, "-m", "screener", *words],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # the end of a terminal
        while data := os.read(ours, 1 << 16):
            shown += data
    os.close(ours)
    assert process.wait(LONG) == 0
    text = shown.decode().replace("\r\n", "\n")
    lines = [line.rpartition("\x1b[K")[2] for line in text.splitlines()]  # after the line of progress
    assert r"\x1b]0;pwned" in text or r"\u001b]0;pwned" in text
    assert not found("\n".join(lines))


def test_a_file_name_that_is_no_text_is_named(folder: Path) -> None:
    code, _, said = run("screen", b"no-such-\xff\x9b.json", cwd=folder)
    assert code == 5
    assert r"no-such-\udcff\udc9b.json" in said


def test_the_interview_repeats_nothing_hostile(folder: Path) -> None:
    (folder / "saved.json").write_text(json.dumps(CASE))
    run("ask", "--resume", "saved.json", given=f"{HOSTILE}\n" * 30, cwd=folder)
    run("ask", "--fixed-order", given=f"{HOSTILE}\n?\n", cwd=folder)


@pytest.mark.parametrize("key", ["title", "because", "text", "label", "ask"])
def test_a_rule_book_from_elsewhere_does_nothing_to_a_terminal(key: str, tmp_path: Path) -> None:
    """Such texts are refused by the loader or shown printably; neither way do they reach a terminal as they are."""
    rules = RuleFolder.copy(tmp_path).path
    text = json.dumps(f"x {HOSTILE}")
    changed = 0
    for path in rules.rglob("*.yaml"):
        new, count = re.subn(rf"^( *(?:- )?{key}:) [A-Z][^\n]*$", lambda match: f"{match[1]} {text}",
                             path.read_text(encoding="utf-8"), flags=re.MULTILINE)  # fmt: skip
        path.write_text(new, encoding="utf-8")
        changed += count
    assert changed
    for words in (["check", str(rules)], ["list", "--rules", str(rules)], ["docs", "safety.md", "--rules", str(rules)]):
        run("rules", *words)
    run("screen", V06, "--rules", str(rules))
