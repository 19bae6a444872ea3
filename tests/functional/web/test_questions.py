"""The question pages, as a browser without JavaScript uses them: same flags as the command, errors that help."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from screener.case.files import read_case
from screener.case.intake import Intake
from screener.interview.session import Interview
from screener.rulebook.book import RuleBook
from screener.screening import Screener
from shippedbook import BOOK
from vignettes import SCREENED, Vignette, some_now
from webclient import Client
from webforms import FORM, form_with, forms, send, walk, words

LISTED = ("raised", "possible", "suppressed")


def post(client: Client, path: str, answers: dict[str, Any], **more: Any) -> httpx.Response:
    return client.post(path, content=urlencode({"answers": json.dumps(answers), **more}, doseq=True), headers=FORM)


def flags(report: dict[str, Any]) -> dict[str, str]:
    return {flag["id"]: flag["status"] for flag in report["flags"]}


@pytest.mark.parametrize("vignette", some_now(SCREENED))
def test_pages_give_the_flags_of_the_command(vignette: Vignette, client: Client, screener: Screener) -> None:
    case = json.loads(vignette.case.read_text())
    end = walk(client, case)
    assert "Check your answers" in words(end)
    done = next(form for form in forms(end) if form.action == "/result")
    report = send(client, done, to="/result.json").json()
    expected = screener.screen(read_case(str(vignette.case), Intake.fields)).to_dict()
    assert flags(report) == flags(expected)
    assert report["urgency"] == expected["urgency"]
    shown = words(send(client, done))
    for flag in expected["flags"]:
        if flag["status"] == "raised" and "title" in flag:
            assert flag["title"] in shown


def test_the_first_page_leads_to_the_first_question(client: Client, book: RuleBook) -> None:
    home = client.get("/")
    for text in ("disclaimer", "safety-net", "privacy", "urgent-signs"):
        assert book.texts[text] in words(home)
    first = send(client, forms(home)[0])
    assert book.screens["urgent-signs"].ask in words(first)


def test_the_page_to_check_shows_what_was_told_and_folds_the_plain_noes(client: Client) -> None:
    answers = {"age": 40, "sex": "male", "fatigue": True, "chest_pain": False, "poor_sleep": None, "fainted": False}
    told, _, folded = post(client, "/check", answers).text.partition('<details class="printed">')
    for field in ("age", "sex", "fatigue", "poor_sleep"):  # unknown is never no
        assert f'name="go" value="{field}"' in told
    assert "<summary>No, or not ticked: 2 answers</summary>" in folded
    for field in ("chest_pain", "fainted"):
        assert f'name="go" value="{field}"' in folded
        assert f'name="go" value="{field}"' not in told


def test_only_noes_are_shown_at_once(client: Client) -> None:
    assert '<details class="printed" open>' in post(client, "/check", {"chest_pain": False}).text


def test_none_of_a_list_answers_no_to_all(client: Client) -> None:
    first = client.post("/questions", content=b"", headers=FORM)
    group = form_with(first, "together")
    assert group
    after = form_with(send(client, group, {"none": "yes"}), "below")
    assert after
    answers = json.loads(after.value("answers"))
    assert set(answers.values()) == {False}
    assert len(answers) == 8


def test_what_is_not_ticked_is_never_no_by_itself(client: Client) -> None:
    first = client.post("/questions", content=b"", headers=FORM)
    group = form_with(first, "together")
    assert group
    assert "tick what is true, or “None of these”" in words(send(client, group))
    both = send(client, group, {"is": ["muscle_spasm"], "none": "yes"})
    assert "you ticked “None of these” and something above it" in words(both)
    kept = form_with(both, "together")
    assert kept
    assert ("is", "muscle_spasm") in kept.held
    unsure = send(client, group, {"is": ["muscle_spasm"], "unsure": "yes"})
    on = next(form for form in forms(unsure) if ("go", "on", "/questions") in form.buttons)
    assert json.loads(on.value("answers")) == {"muscle_spasm": True}
    one = form_with(send(client, on, {"go": "on"}, to="/questions"), "field")
    assert one
    assert one.value("field") == "chest_pain"
    later = form_with(send(client, one, {"value": "unknown"}), "field")
    assert later
    assert json.loads(later.value("answers")) == {"chest_pain": None, "muscle_spasm": True}


def test_several_questions_on_a_page_have_their_own_errors(client: Client) -> None:
    start = dict.fromkeys(URGENT, False)
    page = post(client, "/questions", start, go="on")
    form = form_with(page, "below")
    assert form
    wrong = send(client, form, {"value-age": "old"})
    assert "<title>Error: " in wrong.text
    for message, target in (("`old` is not a number", "#value-age"), ("choose one of the answers", "#value-sex")):
        assert message in words(wrong)
        assert f'href="{target}"' in wrong.text
    again = form_with(wrong, "below")
    assert again
    assert again.value("value-age") == "old"
    right = send(client, again, {"value-age": "", "value-sex": "female"})
    assert json.loads(forms(right)[0].value("answers")) == {**start, "age": None, "sex": "female"}


def test_a_number_that_is_ticked_is_asked_for(client: Client) -> None:
    page = post(client, "/questions", {}, together=["told_low_potassium", "potassium", "egfr"], **{"is": "egfr"})
    answers = json.loads(forms(page)[0].value("answers"))
    assert answers == {"told_low_potassium": False, "potassium": None}
    assert client.post("/questions", content=b"together=medicines&none=yes", headers=FORM).status_code == 404


def test_what_follows_from_answers_says_so_on_the_check_page(client: Client) -> None:
    page = post(client, "/check", {"magnesium_measured": False})
    assert "no (taken from your answers on magnesium checked with a blood test)" in words(page)


def test_an_urgent_sign_is_said_at_once_and_again(client: Client, book: RuleBook) -> None:
    page = post(client, "/questions", {}, field="chest_pain", value="yes")
    assert book.texts["urgency-emergency"] in words(page)
    on = next(form for form in forms(page) if ("go", "on", "/questions") in form.buttons)
    next_page = send(client, on, {"go": "on"}, to="/questions")
    assert "Get help now" in words(next_page)
    result = send(client, on)
    assert book.texts["urgency-emergency"] in words(result)


def test_a_minor_is_told(client: Client, book: RuleBook) -> None:
    page = post(client, "/questions", {}, field="age", value="15")
    assert book.flags["adults-only"].title in words(page)


@pytest.mark.parametrize(
    ("field", "filled", "message"),
    [
        ("fatigue", {}, "choose one of the answers"),
        ("fatigue", {"value": "maybe"}, "choose one of the answers"),
        ("age", {"value": ""}, "write a number"),
        ("age", {"value": "<b>old</b>"}, "is not a number"),
        ("age", {"value": "300"}, "use a whole number from 0 to 120"),
        ("sex", {}, "choose one of the answers"),
        ("potassium", {"value": "4.1"}, "choose the unit"),
        ("potassium", {"value": "41", "unit": "mmol/L"}, "out of range"),
        ("magnesium", {"value": "x", "unit": "mg/dL"}, "number"),
        ("medicines", {"name": ["", ""], "months": ["", ""]}, "write a name"),
        ("medicines", {"name": ["omeprazole"], "months": ["long"]}, "is not a number"),
        ("medicines", {"name": [""], "months": ["3"]}, "write the name"),
        ("medicines", {"name": ["x" * 250], "months": [""]}, "too long"),
        ("medicines", {"name": ["omeprazole"], "months": ["9999"]}, "from 0 to 720"),
    ],
)
def test_errors_say_what_would_be_right_and_keep_what_was_typed(
    field: str, filled: dict[str, Any], message: str, client: Client
) -> None:
    page = post(client, "/questions", {"fatigue": True}, field=field, **filled)
    assert page.status_code == 200
    assert "<title>Error: " in page.text
    assert message in words(page)
    form = form_with(page, "field")
    assert form
    assert form.value("field") == field
    assert json.loads(form.value("answers")) == {"fatigue": True}
    assert "<b>old" not in page.text


def test_a_comma_and_a_unit_are_understood(client: Client) -> None:
    page = post(client, "/questions", {}, field="magnesium", value="1,6", unit="mg/dL")
    assert json.loads(forms(page)[0].value("answers")) == {"magnesium": "1.6 mg/dL"}


def test_more_rows_keep_what_was_typed(client: Client) -> None:
    filled = {"name": ["omeprazole", "lasix"], "months": ["36", ""], "action": "more"}
    page = form_with(post(client, "/questions", {}, field="medicines", **filled), "field")
    assert page
    names = [value for name, value in page.held if name == "name"]
    assert names[:2] == ["omeprazole", "lasix"]
    assert len(names) == 3


def test_a_close_name_is_offered_and_used_only_when_the_person_says_so(client: Client) -> None:
    filled = {"name": ["Lasik", "omeprazole"], "months": ["12", ""]}
    page = post(client, "/questions", {}, field="medicines", **filled)
    said = words(page)
    assert "We do not know this name: Lasik" in said
    assert "Lasix (furosemide): a strong water tablet" in said
    assert "Losec (omeprazole): a heartburn tablet" in said
    assert "checked" not in page.text
    form = form_with(page, "field", "offered")
    assert form
    assert json.loads(form.value("answers")) == {}
    kept = send(client, form)
    assert json.loads(forms(kept)[0].value("answers"))["medicines"] == [{"name": "Lasik", "months": 12.0}, "omeprazole"]
    meant = send(client, form, {"meant-0-0": "Losec"})
    assert json.loads(forms(meant)[0].value("answers"))["medicines"] == [
        {"name": "Losec", "months": 12.0},
        "omeprazole",
    ]
    other = send(client, form, {"meant-0-0": "something else"})
    assert json.loads(forms(other)[0].value("answers"))["medicines"][0]["name"] == "Lasik"
    changed = send(client, form, {"name": ["furosimide"], "months": [""]})
    assert "We do not know this name: furosimide" in words(changed)


def test_a_lay_name_leads_to_its_question_and_says_what_it_says(client: Client) -> None:
    page = post(client, "/questions", {}, field="medicines", name=["water tablet"], months=[""])
    assert "Do you know the name on the packet?" in words(page)
    form = form_with(page, "field", "offered")
    assert form
    meant = json.loads(forms(send(client, form, {"meant-0-0": "spironolactone"}))[0].value("answers"))
    assert meant == {"medicines": ["spironolactone"]}
    kept = json.loads(forms(send(client, form, {"meant-0-0": ""}))[0].value("answers"))
    assert kept == {"medicines": ["water tablet"], "diuretic": True}


def test_back_goes_to_the_question_before_with_its_answer(client: Client) -> None:
    answers = {"chest_pain": False, "age": 44}
    page = post(client, "/questions", answers, go="before:sex")
    form = form_with(page, "field")
    assert form
    assert (form.value("field"), form.value("value")) == ("age", "44")
    listed = post(client, "/questions", {**answers, "fainted": True}, go="before:age")
    ticks = form_with(listed, "together")
    assert ticks
    assert [value for name, value in ticks.held if name == "is"] == ["fainted"]
    first = post(client, "/questions", {}, go="before:chest_pain")
    assert "Start" in words(first)


def test_any_answer_can_be_changed_from_the_check_page(client: Client, book: RuleBook) -> None:
    answers = {name: False for name in book.questions if name not in ("medicines", "sex")}
    answers |= {"age": 44, "medicines": ["Lasix"], "sex": "female", "potassium": "3.4 mmol/L", "vomiting": True}
    numbers = [name for name, value in answers.items() if value is False and name in NUMBERS]
    answers |= dict.fromkeys(numbers)
    page = post(client, "/check", answers)
    assert "Lasix" in words(page)
    change = next(form for form in forms(page) if ("go", "age", "/questions") in form.buttons)
    asked = form_with(send(client, change, {"go": "age"}), "field")
    assert asked
    again = send(client, asked, {"value": "50"})
    assert "Check your answers" in words(again)
    assert json.loads(forms(again)[0].value("answers"))["age"] == 50


def test_a_changed_answer_that_opens_a_follow_up_leads_to_it(client: Client, book: RuleBook) -> None:
    session = Interview(book).session()
    while step := session.next():
        session = session.answer(step.question.field, "no" if step.question.field not in NUMBERS_OR_LISTS else None)
    answers = session.case()
    page = post(client, "/questions", answers, field="vomiting", value="yes", checking="yes")
    form = form_with(page, "below")
    assert form
    assert [value for name, value in form.held if name == "below"] == ["vomiting_days", "cannot_keep_fluids_down"]


def test_a_saved_case_can_be_pasted(client: Client) -> None:
    answers = SCREENED[0].case.read_text()
    assert "Check your answers" in words(client.post("/check", content=urlencode({"answers": answers}), headers=FORM))


@pytest.mark.parametrize("path", ["/questions", "/check", "/result", "/clinician", "/result.json", "/answers.json"])
def test_what_is_no_case_is_refused_on_a_page(path: str, client: Client) -> None:
    for answers, status in (("{", 400), ('{"fatige": true}', 422), ("[]", 422), ('{"potassium": 41}', 422)):
        page = client.post(path, content=urlencode({"answers": answers}), headers=FORM)
        assert page.status_code == status
        assert page.headers["content-type"].startswith("text/html")
    assert client.post(path, content=b"\xff", headers=FORM).status_code == 400
    assert client.post(path, content=b"a=%ff", headers=FORM).status_code == 400
    assert client.post(path, json={}).status_code == 415
    assert client.get(path).status_code == 303


def test_unknown_questions_are_not_found(client: Client) -> None:
    assert post(client, "/questions", {}, go="nonsense").status_code == 404
    assert post(client, "/questions", {}, field="nonsense", value="yes").status_code == 404


def test_the_sheet_for_a_clinician(client: Client) -> None:
    page = post(client, "/clinician", json.loads(SCREENED[5].case.read_text()))
    assert "A page for your doctor, nurse or pharmacist" in words(page)


def test_the_download_is_a_file(client: Client, screener: Screener) -> None:
    answer = post(client, "/result.json", {"fatigue": True})
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"


def test_the_short_version_asks_less(client: Client) -> None:
    case = {"potassium_still_low": True, "potassium_prescribed": True, "told_low_potassium": True, "age": 50}
    counts = {}
    for length in ("default", "quick"):
        end = walk(client, case, length)
        counts[length] = len(json.loads(forms(end)[0].value("answers")))
    assert counts["quick"] < counts["default"]


def test_nothing_typed_becomes_markup(client: Client) -> None:
    evil = '"><script>alert(1)</script>'
    for path in ("/check", "/result", "/clinician"):
        page = post(client, path, {"medicines": [evil], "case_id": evil})
        assert "<script>alert" not in page.text


URGENT = [name for name, one in BOOK.questions.items() if one.screen == "urgent-signs"]
NUMBERS = set(Intake.fields.numbers)
NUMBERS_OR_LISTS = NUMBERS | {"medicines", "sex"}


def test_the_short_version_asks_joined_lists_on_one_page(client: Client) -> None:
    page = client.post("/questions", content=urlencode({"length": "quick"}), headers=FORM)
    page = send(client, form_with(page, "together") or forms(page)[0], {"none": "yes"})
    page = send(client, form_with(page, "field") or forms(page)[0], {"value": "40"})
    said, lists = words(page), form_with(page, "together")
    assert lists
    assert "How have you felt in the last month?" in said
    assert "How were your stomach and gut in the last 2 weeks?" in said
    assert "None of all these" in said
    assert {"fatigue", "vomiting"} <= {value for name, value in lists.held if name == "together"}
    after = send(client, lists, {"none": "yes"})
    held = form_with(after, "together")
    assert held
    assert json.loads(held.value("answers"))["vomiting"] is False
