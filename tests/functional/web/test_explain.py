"""Explanations over the web: the same as the library's, as data and as pages."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from screener.case.files import read_case
from screener.case.intake import Intake
from screener.explain.data import ExplanationData, to_dict
from screener.explain.questions import ask
from screener.explain.what_if import what_if
from screener.rulebook.book import RuleBook
from screener.screening import Screener
from screener.web.desk.examples import vignette, vignettes
from vignettes import SCREENED, Vignette
from webclient import Client
from webforms import FORM, words

REFRACTORY = next(v for v in SCREENED if v.id == "V06")


def post(client: Client, path: str, **fields: Any) -> httpx.Response:
    return client.post(path, content=urlencode(fields, doseq=True), headers=FORM)


@pytest.mark.parametrize("vignette", SCREENED, ids=lambda vignette: vignette.id)
def test_every_raised_flag_is_explained(vignette: Vignette, client: Client, screener: Screener) -> None:
    case = json.loads(vignette.case.read_text())
    answer = client.post("/v1/explain", json={"case": case})
    assert answer.status_code == 200
    ExplanationData.model_validate(answer.json())
    found = ask(screener, screener.examine(read_case(str(vignette.case), Intake.fields)))
    assert answer.json() == json.loads(json.dumps(to_dict(found)))


def test_what_if_why_not_and_smallest(client: Client, screener: Screener) -> None:
    case = json.loads(REFRACTORY.case.read_text())
    body = {
        "case": case, "what_if": {"potassium_still_low": False}, "why_not": ["refractory-potassium"],
        "smallest": ["refractory-potassium"], "flags": ["urgency"],
    }  # fmt: skip
    answer = client.post("/v1/explain", json=body).json()
    ExplanationData.model_validate(answer)
    before = screener.examine(Intake.read(case))
    difference = what_if(screener, before, ["potassium_still_low=no"])
    statuses = [{"id": s.name, "before": s.before, "after": s.after} for s in difference.statuses]
    assert answer["what_if"]["statuses"] == statuses
    assert {"id": "refractory-potassium", "before": "raised", "after": "ruled-out"} in statuses
    assert answer["why_not"][0]["status"] == "ruled-out"
    assert answer["smallest_changes"][0]["would"] == "raise"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"case": {"fatige": 1}}, "#/case/fatige"),
        ({"what_if": {"potassium": 41}}, "#/what_if/potassium"),
        ({"what_if": []}, "#/what_if"),
        ({"case": []}, "#/case"),
        ({"flag": "x"}, "#/flag"),
        ({"flags": "x"}, "#/flags"),
        ({"flags": ["x"] * 51}, "#/flags"),
        ([], "#"),
    ],
)
def test_what_is_wrong_is_pointed_at(body: Any, pointer: str, client: Client) -> None:
    answer = client.post("/v1/explain", json=body)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_an_unknown_flag_is_named_with_the_nearest(client: Client) -> None:
    answer = client.post("/v1/explain", json={"flags": ["suspect-magnesum"]})
    assert (answer.status_code, "did you mean `suspect-magnesium`" in answer.json()["detail"]) == (422, True)


@pytest.mark.parametrize("question", ["how", "why-not", "smallest"])
@pytest.mark.parametrize("flag", ["refractory-potassium", "high-potassium", "urgency", "suspect-magnesium"])
def test_explain_page(question: str, flag: str, client: Client, book: RuleBook) -> None:
    page = post(client, "/explain", answers=REFRACTORY.case.read_text(), flag=flag, ask=question)
    assert page.status_code == 200
    assert book.texts["disclaimer"] in words(page)
    assert "<style>" not in page.text
    assert "<script" not in page.text


def test_the_result_has_the_picture_and_everything_to_ask_about(client: Client, book: RuleBook) -> None:
    page = post(client, "/result", answers=REFRACTORY.case.read_text())
    assert 'class="pic"' in page.text
    assert not re.search(r'class="x[0-9a-f]{8}', page.text)
    assert "<style>" not in page.text
    report = Screener(book).screen(read_case(str(REFRACTORY.case), book.fields))
    hidden = {name for flag in report.flags if flag.status == "raised" for name in book.flags[flag.id].hides}
    for flag in book.flags.values():
        if not flag.last_resort:
            assert (f'<option value="{flag.id}">' in page.text) is (flag.id not in hidden), flag.id


def test_explore_starts_before_the_first_step_with_one_flag(client: Client) -> None:
    page = words(client.get("/explore"))
    assert "Step 0 of" in page
    assert "The chain: everything" not in page
    for name in vignettes():
        page = words(post(client, "/explore", example=name, load="example", **cells("V06"), step="2"))
        assert "Statuses" in page
        assert "Step 0 of" in page or "It waits for" in page


def cells(name: str) -> dict[str, str]:
    """The cells of the page for an example, as the browser sends them."""
    found = {}
    for field, value in vignette(name).items():
        text = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
        if isinstance(value, list):
            text = "\n".join(f"{m['name']}, {m['months']}" if isinstance(m, dict) else m for m in value) or "none"
        found[f"a.{field}"] = str(text)
    return found


def test_explore_shows_what_an_answer_changed(client: Client) -> None:
    was = json.dumps(vignette("V06"))
    page = post(client, "/explore", **{**cells("V06"), "a.potassium_still_low": "no"}, example="V06", was=was)
    text = words(page)
    assert "What changed:" in text
    assert "potassium still low" in text
    assert "raised → ruled out" in text


def test_explore_steps_one_by_one(client: Client) -> None:
    given = {**cells("V06"), "flag": "suspect-magnesium", "shown": "suspect-magnesium"}
    first = post(client, "/explore", **given, step="1")
    assert "Step 1 of" in words(first)
    assert "Step 2:" not in words(first)
    assert " later" in first.text
    assert "Step 2:" in words(post(client, "/explore", **given, step="2"))
    assert "Step 0 of" in words(post(client, "/explore", **{**given, "shown": "refractory-potassium"}))


def test_explore_shows_the_rule_as_written_with_what_matches_marked(client: Client) -> None:
    page = post(client, "/explore", **cells("V06"), flag="refractory-potassium")
    assert "concludes: refractory-potassium" in words(page)
    assert "sources: [" in words(page)
    for name in ("told_low_potassium", "potassium_prescribed", "potassium_still_low"):
        assert f"<mark>{name}: yes</mark>" in page.text
    assert page.text.index('id="potassium_still_low"') < page.text.index("All other answers")


def test_everything_that_came_up_can_be_shown(client: Client) -> None:
    page = words(post(client, "/explore", **cells("V06"), flag="*", step="999"))
    assert "The chain: everything that came up" in page
    assert re.search(r"Step (2[0-9]|3[0-9]) of \1", page)


def test_explore_says_what_it_does_not_understand(client: Client) -> None:
    given = {"a.potassium": "41", "a.age": "old", "a.fatigue": "yes", "a.medicines": "omeprazole, 9999"}
    page = words(post(client, "/explore", **given))
    assert "Not understood, and not used" in page
    for word in ("potassium : `41` is out of range", "`old` is text", "from 0 to 720"):
        assert word in page


def test_explore_about_something_open(client: Client) -> None:
    page = words(post(client, "/explore", **{"a.fatigue": "yes"}, flag="suspect-magnesium"))
    assert "This is still open. It waits for" in page
    assert post(client, "/explore", flag="nonsense").status_code == 422
    assert "Step" in words(
        post(client, "/explore", load="answers", answers='{"fatigue": true, "potassium": "3.1 mmol/L"}')
    )
