"""`screener explain`: output, exit codes and files."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from functional_run import V06, run
from rulefolder import screener_here
from vignettes import SCREENED, Vignette


def test_every_raised_flag_without_a_question() -> None:
    done = run("explain", V06, "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    data = json.loads(done.stdout)
    screened = json.loads(run("screen", V06, "--format", "json").stdout)
    shown = [flag["id"] for flag in screened["flags"] if flag["status"] == "raised" and "title" in flag]
    assert [item["conclusion"] for item in data["how"]] == shown
    assert data["rulebook"] == screened["rulebook"]
    assert data["disclaimer"] == screened["disclaimer"]


def test_json_of_every_question() -> None:
    words = ["--flag", "check-both", "--why-not", "suspect-potassium", "--smallest", "refractory-potassium"]
    data = json.loads(run("explain", V06, *words, "--what-if", "fatigue=yes", "--format", "json").stdout)
    assert data["what_if"]["changes"][0]["field"] == "fatigue"
    assert data["smallest_changes"][0]["would"] == "rule out"
    assert data["smallest_changes"][0]["sets"][0]["answers"] == [{"age": 17}]


@pytest.mark.parametrize(
    "question",
    [
        [], ["--flag", "suspect-magnesium"], ["--why-not", "high-potassium"], ["--why-not", "suspect-magnesium"],
        ["--what-if", "potassium=6.8"], ["--what-if", "fatigue=yes", "--smallest", "suspect-potassium"],
    ],
    ids=" ".join,
)  # fmt: skip
@pytest.mark.parametrize("vignette", SCREENED[::6], ids=lambda vignette: vignette.id)
def test_the_answer_fits_on_25_lines_and_details_tell_the_rest(vignette: Vignette, question: list[str]) -> None:
    short = screener_here("explain", str(vignette.case), *question).out
    assert len(short.splitlines()) <= 25
    assert max(map(len, short.splitlines())) <= 90
    assert "not medical advice" in short
    assert "--details" in short
    long = screener_here("explain", str(vignette.case), *question, "--details").out
    assert "How the rules came to this" in long


@pytest.mark.parametrize("form", ["text", "json", "mermaid", "svg", "html"])
def test_every_form(form: str) -> None:
    start = {"text": "RAISED: ", "json": "{", "mermaid": "flowchart LR", "svg": "<svg ", "html": "<!DOCTYPE html>"}
    done = run("explain", V06, "--flag", "suspect-magnesium", "--format", form)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(start[form])


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["explain", V06, "--flag", "suspct-magnesium"], 2, "did you mean `suspect-magnesium`"),
        (["explain", V06, "--what-if", "potasium=3"], 2, "did you mean `potassium`"),
        (["explain"], 2, "name a case file"),
        (["explain", "examples/vignettes/V33-typing-slip.json"], 3, "potassium: `41` is out of range"),
        (["explain", "no-such-case.json"], 5, "cannot be read"),
        (["explain", V06, "--receipt", "no/such/folder/r.json"], 5, "cannot be written"),
        (["explain", "--check", "no-such-receipt.json"], 5, "cannot be read"),
        (["explain", "--check", V06], 3, "this is not a receipt"),
        (["explain", "--broken", "x", "somewhere"], 2, "is not a seed"),
        (["explain", "--broken", "1", "."], 5, "is not empty"),
    ],
)
def test_errors(words: list[str], code: int, message: str) -> None:
    done = run(*words)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_receipt_is_saved_checked_and_refused(tmp_path: Path) -> None:
    path = tmp_path / "receipt.json"
    assert run("explain", V06, "--receipt", str(path)).returncode == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    done = run("explain", "--check", str(path))
    assert (done.returncode, done.stdout.split(":")[0]) == (0, "verified")
    data = json.loads(path.read_text(encoding="utf-8"))
    del data["steps"][3]
    path.write_text(json.dumps(data), encoding="utf-8")
    done = run("explain", "--check", str(path))
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith(f"{path}: seal: ")
