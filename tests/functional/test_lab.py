"""`screener replay --lab`: stepping, the three forms, the options that belong to it."""

from __future__ import annotations

import json
import re

import pytest

from functional_run import V06, run

L01 = "examples/lessons/L01-potassium-that-stayed-low.json"
SAFETY = ("This is for learning.", "If you feel unwell")


def test_each_step_shows_memory_conflict_set_and_choice() -> None:
    text = run("replay", L01, "--lab", "--goal", "suspect-magnesium").stdout
    steps = text.count("\nStep ")
    assert steps > 3
    for part in ("  Working memory: ", "  Conflict set: ", "  Fires: ", "  Concludes: "):
        assert text.count(part) == steps
    assert re.search(r"^Different orders: [2-4]; different conclusions: none. Of \d+ ", text, re.MULTILINE)
    assert "Goal stack: suspect-magnesium > " in text
    assert all(part in text for part in SAFETY)


def test_keys_step_forward_and_back() -> None:
    done = run("replay", L01, "--lab", given="\n\nb\nq\n")
    steps = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("Step ")]
    assert steps == ["1", "2", "1"]
    assert all(part in done.stdout for part in SAFETY)


@pytest.mark.parametrize("strategy", ["order", "specificity", "recency", "random"])
def test_json_has_everything(strategy: str) -> None:
    done = run("replay", V06, "--lab", "--strategy", strategy, "--goal", "urgency", "--format", "json")
    data = json.loads(done.stdout)
    assert data["strategy"] == strategy
    assert data["same_conclusions"] is True
    assert [step["fires"] for step in data["steps"]] == data["orders"][strategy]
    assert all(step["fires"] in [one["rule"] for one in step["conflict_set"]] for step in data["steps"])
    assert data["backward"][0]["steps"][0]["act"] == "goal"
    assert data["disclaimer"]
    assert data["safety_net"]


def test_the_transcript() -> None:
    text = run("replay", L01, "--lab", "--format", "markdown", "--goal", "suspect-magnesium").stdout
    assert text.startswith("# Inference lab\n")
    assert "### Step 1 of " in text
    assert "## Backward: suspect-magnesium" in text
    assert all(part in text for part in SAFETY)


def test_a_seed_gives_the_same_order_each_time() -> None:
    words = ("replay", V06, "--lab", "--strategy", "random", "--seed", "7", "--format", "json")
    assert run(*words).stdout == run(*words).stdout
    other = run(*words[:-3], "8", *words[-2:])
    assert json.loads(other.stdout)["orders"]["random"] != json.loads(run(*words).stdout)["orders"]["random"]


def test_what_is_urgent_comes_first() -> None:
    case = "examples/vignettes/V12-chest-pain-now.json"
    assert run("replay", case, "--lab").stdout.startswith("!! Get help now.")
    assert "**Get help now." in run("replay", case, "--lab", "--format", "markdown").stdout


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["--strategy", "random"], "add `--lab`"),
        (["--goal", "suspect-magnesium"], "add `--lab` or `--quiz`"),
        (["--score", "x.json"], "add `--quiz`"),
        (["--format", "json"], "add `--lab`"),
        (["--lab", "--quiz"], "do not go together"),
        (["--lab", "--all"], "do not go together"),
        (["--lab", "--seed", "3"], "add `--strategy random`"),
        (["--lab", "--strategy", "random", "--seed", "x"], "is not a seed"),
        (["--lab", "--strategy", "random", "--seed", "9" * 5000], "is not a seed"),
        (["--lab", "--goal", "suspect-magnesum"], "did you mean `suspect-magnesium`?"),
    ],
)
def test_options_that_would_say_nothing_are_refused(words: list[str], part: str) -> None:
    done = run("replay", L01, *words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert part in done.stderr
    assert "Traceback" not in done.stderr


def test_a_book_in_german_is_shown_in_german() -> None:
    answers = '{"gibt_milch": true, "frisst_fleisch": true, "farbe": "gelbbraun", "muster": "Streifen"}'
    done = run("replay", "-", "--rules", "examples/books/animals", "--lab", "--format", "markdown", given=answers)
    assert done.stdout.startswith("# Labor der Schlussfolgerung")
    assert "verschiedene Folgerungen: keine" in done.stdout
    assert "Das ist ein Spiel zum Lernen." in done.stdout
    for word in ("Working memory", "Conflict set", "conclusions", "Fires"):
        assert word not in done.stdout
