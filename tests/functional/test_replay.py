"""`screener replay`: keys from a pipe, forwards and back, and the quiz."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import pytest

from functional_run import V06, run

CASE = "examples/vignettes/V20-two-weeks-of-over-the-counter-ppi.json"


def shown(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"^Step (\d+) of", text, re.MULTILINE)]


@pytest.mark.parametrize(
    ("keys", "steps"),
    [
        ("q\n", [1]),
        ("\n\nq\n", [1, 2, 3]),
        ("\nb\n\nq\n", [1, 2, 1, 2]),
        ("b\nq\n", [1, 1]),
        ("\n\n\n\n\n\n", [1, 2, 3, 4]),
        ("", [1, 2, 3, 4]),
        ("\n", [1, 2, 3, 4]),
    ],
)
def test_keys(keys: str, steps: list[int]) -> None:
    done = run("replay", CASE, given=keys)
    assert (done.returncode, done.stderr) == (0, "")
    assert shown(done.stdout) == steps
    assert "This is for learning." in done.stdout


def test_each_step_says_what_fired_and_why_now() -> None:
    text = run("replay", V06).stdout
    for part in ("Known before: ", "Rule that fired: ", "Reason: ", "Rests on: ", "Why now: "):
        assert text.count(part) == len(shown(text))
    assert "brought what was still missing" in text


def test_all_shows_what_is_ruled_out() -> None:
    text = run("replay", CASE, "--all").stdout
    assert "ruled out: " in text
    assert len(shown(text)) > 40


def test_a_case_from_standard_input() -> None:
    assert shown(run("replay", "-", given='{"fatigue": "yes"}').stdout) == [1, 2]
    assert run("replay", "-", given="{}").stdout.startswith("No rule fired.")


def test_what_is_urgent_comes_first() -> None:
    assert run("replay", "examples/vignettes/V12-chest-pain-now.json").stdout.startswith("!! Get help now.")


def test_quiz_scores() -> None:
    wrong = run("replay", CASE, "--quiz", given="a\n" * 20).stdout
    right = re.findall(r"it is ([a-d])\.", wrong)
    answers = ["a"] * wrong.count("Question ")
    lines = re.findall(r"^(Right\.|Not quite: it is ([a-d])\.)", wrong, re.MULTILINE)
    answers = [letter or "a" for _, letter in lines]
    assert right
    done = run("replay", CASE, "--quiz", given="\n".join(answers) + "\n")
    assert f"Score: {len(answers)} of {len(answers)}" in done.stdout
    assert f"Score: {len(answers) - len(right)} of {len(answers)}" in wrong


@pytest.mark.parametrize(("keys", "score"), [("q\n", "0 of 0"), ("", "0 of 0"), ("what\n\nq\n", "0 of 0")])
def test_quiz_can_be_left(keys: str, score: str) -> None:
    done = run("replay", CASE, "--quiz", given=keys)
    assert done.returncode == 0
    assert f"Score: {score}" in done.stdout


def test_a_quiz_about_one_goal_saves_its_score(tmp_path: Path) -> None:
    path = tmp_path / "score.json"
    words = ("replay", V06, "--quiz", "--goal", "refractory-potassium", "--score", str(path))
    text = run(*words, given="a\n" * 20).stdout
    assert "Which of these rules can fire first" in text
    first = json.loads(path.read_text(encoding="utf-8"))
    assert first["goal"] == "refractory-potassium"
    assert f"Score: {first['right']} of {first['asked']}" in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    letters = [question["right"] for question in first["questions"]]
    assert f"Score: {len(letters)} of {len(letters)}" in run(*words, given="\n".join(letters) + "\n").stdout
    again = json.loads(path.read_text(encoding="utf-8"))
    assert again["right"] == again["asked"] == len(letters) > 1
    assert all("(" in one["question"] or "Which of these rules" in one["question"] for one in again["questions"])


def test_a_quiz_about_an_open_goal_asks_which_answer_is_missing() -> None:
    done = run("replay", "-", "--quiz", "--goal", "suspect-magnesium", given='{"muscle_cramps": "yes"}')
    assert done.returncode == 0
    case = "examples/lessons/L03-unknown-is-not-no.json"
    assert (
        "could still settle this"
        in run("replay", case, "--quiz", "--goal", "suspect-magnesium", given="a\n" * 9).stdout
    )
