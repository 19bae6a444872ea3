"""`screener screen`: output, exit code and messages, as a person meets them."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import prefork
from vignettes import REFUSED, SCREENED

ROOT = Path(__file__).parents[2]
CENTRAL = next(vignette.case for vignette in SCREENED if vignette.id == "V06")
EMERGENCY = next(vignette.case for vignette in SCREENED if vignette.id == "V12")


def screener(*arguments: str, given: bytes = b"", **environment: str) -> subprocess.CompletedProcess[str]:
    done = prefork.screener(*arguments, given=given, env={**os.environ, **environment})
    assert "Traceback" not in done.stderr
    return done


def test_text_has_urgency_first_and_the_safety_net_last() -> None:
    done = screener("screen", str(EMERGENCY))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("GET HELP NOW\n")
    for number in ("911", "999", "112", "your local number"):
        assert number in " ".join(done.stdout.split())
    assert "not medical advice" in done.stdout
    details = screener("screen", str(EMERGENCY), "--details").stdout
    assert details.index("Get help now") < details.index("What your answers match")
    assert "It is not medical advice" in details


def test_json_is_the_contract() -> None:
    report = json.loads(screener("screen", str(CENTRAL), "--format", "json").stdout)
    assert list(report)[:8] == [
        "case_id", "rulebook", "urgency", "flags", "urgency_because", "urgency_could_be", "findings", "chain",
    ]  # fmt: skip
    assert {"unanswered", "unrecognized_medicines", "disclaimer", "safety_net"} <= set(report)
    assert list(report["rulebook"]) == ["version", "sha256", "packs"]
    flag = report["flags"][0]
    assert list(flag) == [
        "id", "status", "title", "urgency", "explanation", "because", "settled_by", "ask_your_clinician", "sources",
    ]  # fmt: skip
    because = flag["because"][0]
    assert {"rule", "text", "evidence", "findings", "sources"} <= set(because)
    assert because["evidence"][0] == {"field": "told_low_potassium", "value": True}
    assert [step["step"] for step in report["chain"]] == list(range(1, len(report["chain"]) + 1))
    assert set(report["chain"][0]) == {"step", "rule", "concludes", "status", "from"}


def test_several_cases_become_a_list_and_a_refused_one_sets_the_exit_code() -> None:
    done = screener("screen", str(CENTRAL), str(REFUSED[0].case), str(EMERGENCY), "--format", "json")
    assert done.returncode == 3
    assert [report["case_id"] for report in json.loads(done.stdout)] == ["V06", "V12"]
    assert done.stderr.count("\n") == 1
    assert "potassium: `41` is out of range" in done.stderr


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_each_view_carries_reasons_sources_disclaimer_and_safety_net(form: str) -> None:
    shown = " ".join(screener("screen", str(CENTRAL), "--format", form, "--details").stdout.split())
    for part in ("Potassium that stayed low", "A08", "This is for learning", "If you feel unwell", "supplements"):
        assert part in shown


def test_html_asks_nothing_of_any_other_place() -> None:
    page = screener("screen", str(CENTRAL), "--format", "html").stdout
    assert page.startswith("<!DOCTYPE html>")
    for piece in ("<script", "<link", "<img", "@import", "url(", "src="):
        assert piece not in page


def test_html_escapes_what_people_typed() -> None:
    case = b'{"medicines": ["<script>alert(1)</script>"], "case_id": "<b>"}'
    page = screener("screen", "-", "--format", "html", given=case).stdout
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_standard_input_and_packs() -> None:
    case = b'{"medicines": [{"name": "omeprazole", "months": 12}], "muscle_cramps": true}'
    every = json.loads(screener("screen", "-", "--format", "json", given=case).stdout)
    article = json.loads(screener("screen", "-", "--format", "json", "--pack", "article", given=case).stdout)
    assert "medicine-lowers-magnesium" in [flag["id"] for flag in every["flags"]]
    assert "medicine-lowers-magnesium" not in [flag["id"] for flag in article["flags"]]
    assert article["rulebook"]["packs"] == ["article", "safety"]


def test_all_lists_what_is_ruled_out() -> None:
    report = json.loads(screener("screen", str(CENTRAL), "--format", "json", "--all").stdout)
    assert {"raised", "ruled-out"} <= {flag["status"] for flag in report["flags"]}
    assert "ruled-out" in {step["status"] for step in report["chain"]}


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["screen"], 2, "Missing argument"),
        (["scren", "x"], 2, "there is no command `scren`, did you mean `screen`?"),
        (["screen", "x", "--pack", "artcle"], 2, "there is no pack `artcle`, did you mean `article`?"),
        (["screen", "no-such-file.json"], 5, "`no-such-file.json` cannot be read: no such file or directory"),
        (["screen", "-"], 3, "<stdin>:1:1: this is not JSON: the file is empty"),
        (["screen", "x", "--rules", "/nowhere"], 4, "no rule book here: `rulebook.yaml` is missing"),
    ],
)
def test_errors(arguments: list[str], code: int, message: str) -> None:
    done = screener(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr


def test_versions() -> None:
    assert screener("--version").stdout.startswith("screener 0.")


def test_a_closed_pipe_is_quiet() -> None:
    command = f'"{sys.executable}" -m screener screen "{CENTRAL}" | true'
    done = subprocess.run(
        command, shell=True, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, check=False
    )
    assert done.stderr == b""


def test_the_cache_is_private_and_holds_no_answers(tmp_path: Path) -> None:
    screener("screen", str(CENTRAL), XDG_CACHE_HOME=str(tmp_path))
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files)
    assert not any(b"V06" in path.read_bytes() for path in files)


def test_a_broken_cache_is_made_anew(tmp_path: Path) -> None:
    first = screener("screen", str(CENTRAL), XDG_CACHE_HOME=str(tmp_path)).stdout
    for path in tmp_path.rglob("*.pickle*"):
        path.write_bytes(b"broken")
    assert screener("screen", str(CENTRAL), XDG_CACHE_HOME=str(tmp_path)).stdout == first
