"""The page for stepping through the rules: the steps of the lab, forward and back, without scripts."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from rulefolder import ROOT
from screener.explain.lab.lab import lab
from screener.screening import Screener
from screener.web.desk.examples import vignettes
from screener.web.settings import Settings
from webclient import Client
from webforms import FORM, words


@pytest.fixture(scope="module")
def client() -> Client:
    return Client()


def post(client: Client, **fields: Any) -> httpx.Response:
    return client.post("/lab", content=urlencode(fields, doseq=True), headers=FORM)


def test_it_starts_before_the_first_step(client: Client) -> None:
    page = words(client.get("/lab"))
    assert "Step 0 of" in page
    assert "Conflict set:" in page
    assert "Which one fires next?" in page
    assert "This is for learning." in page


@pytest.mark.parametrize("strategy", ["order", "recency", "random"])
def test_each_step_is_that_of_the_lab(client: Client, screener: Screener, strategy: Any) -> None:
    answers = {"muscle_cramps": True, "diuretic": True, "age": 50}
    shown = lab(screener.examine(screener.book.intake.read(answers)), strategy, 3)
    given = {"answers": json.dumps(answers), "strategy": strategy, "seed": "3"}
    for step in (*range(len(shown.run.steps) + 1), 99):
        page = words(post(client, **given, step=str(step)))
        done = min(step, len(shown.run.steps))
        assert f"Step {done} of {len(shown.run.steps)}" in page
        if done:
            assert f"Fires: {shown.run.order[done - 1]}, because" in page
        if done < len(shown.run.steps):
            assert all(one.rule in page for one in shown.run.steps[done].conflict)
    assert "different conclusions: none" in page


def test_backward_look_by_look(client: Client) -> None:
    given = {"answers": '{"fatigue": true}', "goal": "suspect-magnesium"}
    first = words(post(client, **given))
    assert "Goal: Ask about magnesium (suspect-magnesium)?" in first
    assert "It stops because" not in first
    last = words(post(client, **given, look="999"))
    assert "It stops because an answer is unknown. Next it would ask:" in last
    assert last.count("Try rule") > first.count("Try rule")


def test_an_example_is_loaded_at_its_start(client: Client, screener: Screener) -> None:
    name = next(iter(vignettes()))
    page = post(client, answers='{"fatigue": true}', step="5", goal="suspect-magnesium", load="example", example=name)
    assert "Step 0 of" in words(page)
    assert "Backward:" not in words(page)


def test_each_page_has_an_address_and_reloads(client: Client) -> None:
    first = client.get("/lab")
    cookie = {"cookie": first.headers["set-cookie"].split(";")[0], **FORM}
    sent = urlencode({"answers": '{"fatigue": true, "diuretic": true}', "step": "2"})
    found = client.post("/lab", content=sent, headers=cookie)
    assert found.status_code == 303
    assert re.fullmatch(r"/lab/\d+", found.headers["location"])
    for _ in range(2):
        assert "Step 2 of" in words(client.get(found.headers["location"], headers=cookie))
    assert client.get(found.headers["location"]).status_code == 303  # nobody else's


def predicting(client: Client, screener: Screener, **more: str) -> tuple[Any, dict[str, str]]:
    answers = {"muscle_cramps": True, "diuretic": True, "age": 50}
    shown = lab(screener.examine(screener.book.intake.read(answers)), goal="suspect-magnesium")
    given = {"answers": json.dumps(answers), "goal": "suspect-magnesium", "under": "order/0/suspect-magnesium"}
    return shown.run.steps, {**given, **more}


def test_a_guess_is_told_and_counted_once(client: Client, screener: Screener) -> None:
    steps, given = predicting(client, screener)
    right, wrong = steps[0].chosen.rule, steps[0].conflict[-1].rule
    assert right != wrong
    page = words(post(client, **given, asked="1", guess=right, step="1"))
    assert "Right. Fires:" in page.replace("  ", " ")
    assert "Score: 1 of 1" in page
    page = words(post(client, **given, asked="1", guess=wrong, step="1"))
    assert f"Not quite: it is {right}." in page
    assert "Score: 0 of 1" in page
    again = words(post(client, **given, rules=json.dumps({"1": wrong}), asked="1", guess=right, step="1"))
    assert "Score: 0 of 1" in again
    assert "Score" not in words(post(client, **given, asked="1", guess=right, step="0"))  # not the way forward
    assert "Score" not in words(post(client, **given, asked="1", guess="no-such-rule", step="1"))
    other = {**given, "strategy": "recency"}
    assert "Score" not in words(post(client, **other, rules=json.dumps({"1": right}), step="1"))


def test_the_questions_at_the_end_and_the_score_as_a_file(client: Client, screener: Screener) -> None:
    steps, given = predicting(client, screener, step="999", check="yes")
    page = words(post(client, **given))
    assert "Check the answers" in page
    first = {**given, "q0": "a", "rules": json.dumps({"1": steps[0].chosen.rule})}
    assert re.search(r"Score: [12] of 2", words(post(client, **first)))
    answer = client.post("/score.json", content=urlencode(first), headers=FORM)
    assert 'filename="score.json"' in answer.headers["content-disposition"]
    data = answer.json()
    assert (data["asked"], data["goal"], len(data["questions"])) == (2, "suspect-magnesium", 2)
    assert data["right"] == sum(one["is_right"] for one in data["questions"])
    assert data["disclaimer"]
    assert data["safety_net"]


def test_the_right_answers_are_not_on_the_page_before_they_are_given(client: Client, screener: Screener) -> None:
    _, given = predicting(client, screener, step="999")
    page = post(client, **given).text
    assert "Enough for it" not in page
    assert "Right." not in page
    assert " checked>" not in page


def test_what_is_urgent_stands_first(client: Client) -> None:
    page = words(post(client, answers='{"chest_pain": true}'))
    assert page.index("Get help now") < page.index("Conflict set")


@pytest.mark.parametrize(
    "given",
    [
        {"step": "-1"},
        {"look": "x"},
        {"strategy": "magic"},
        {"goal": "nonsense"},
        {"seed": "1" * 50},
        {"example": "no"},
        {"rules": "[]", "under": "order/0/"},
        {"letters": '{"x": 1}', "under": "order/0/"},
    ],
)
def test_what_the_page_never_sends_is_refused(client: Client, given: dict[str, str]) -> None:
    assert post(client, **given).status_code == 422


def test_a_book_in_german() -> None:
    client = Client(Settings(rules_folder=ROOT / "examples" / "books" / "animals"))
    page = words(client.get("/lab"))
    assert "Schritt 0 von" in page
    assert "Konfliktmenge" in page
    assert "Step" not in page
