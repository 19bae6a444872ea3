"""The Questionnaire, the answers that come back from a form, assessments and cards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given

from screener.case.answers import YesNo
from screener.case.files import read_case
from screener.case.intake import Intake
from screener.engine.facts import apply_followups
from screener.interview.session import Interview
from screener.records.fhir.response import read_response
from screener.rulebook.book import RuleBook
from screener.screening import Screener
from screener.standards import coded
from screener.standards.assessment import assessments, response_of
from screener.standards.cds import cards
from screener.standards.questionnaire import questionnaire
from shippedbook import BOOK
from strategies import cases
from vignettes import SCREENED, Vignette

FIELDS = Intake.fields


def items(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in data.get("item", []):
        yield item
        yield from items(item)


def test_every_field_is_asked_once_with_its_reason(book: RuleBook) -> None:
    found = list(items(questionnaire(book)))
    links = [item["linkId"] for item in found]
    assert len(links) == len(set(links))
    assert set(FIELDS) <= set(links)
    by_link = {item["linkId"]: item for item in found}
    for name, question in book.questions.items():
        if name != "medicines":
            assert by_link[name]["text"] == question.ask
            assert question.why in by_link[f"{name}-help"]["text"]
    assert all(item["linkId"] and item["type"] for item in found)
    for item in found:
        for when in item.get("enableWhen", []):
            assert when["question"] in links
            assert links.index(when["question"]) < links.index(item["linkId"])


def test_units_can_be_chosen(book: RuleBook) -> None:
    by_link = {item["linkId"]: item for item in items(questionnaire(book))}
    units = [extension["valueCoding"]["code"] for extension in by_link["magnesium"]["extension"]]
    assert units == ["{unit}", "mmol/L", "meq/L", "mg/dL"]  # no unit is chosen for anybody
    assert by_link["ckd_stage"]["type"] == "integer"


def _enabled(item: dict[str, Any], given: dict[str, Any]) -> bool:
    def holds(when: dict[str, Any]) -> bool:
        value = given.get(when["question"])
        if when["operator"] == "exists":
            return (value is not None) is when["answerBoolean"]
        ((_, expected),) = [(k, v) for k, v in when.items() if k.startswith("answer")]
        if isinstance(expected, dict):
            return (value == expected["code"]) is (when["operator"] == "=")
        if value is None:
            return False
        return {"<": value < expected, "<=": value <= expected, ">": value > expected, ">=": value >= expected}[
            when["operator"]
        ]

    clauses = [holds(when) for when in item.get("enableWhen", [])]
    return not clauses or (any(clauses) if item.get("enableBehavior") == "any" else all(clauses))


def _visible(data: dict[str, Any], given: dict[str, Any]) -> Iterator[str]:
    for item in data.get("item", []):
        if _enabled(item, given):
            yield item["linkId"]
            yield from _visible(item, given)


def _code(name: str, value: Any) -> Any:
    if isinstance(FIELDS[name], YesNo):
        return coded.coding_of(value)["code"]
    return coded.CHOICES[value]["code"] if name == "sex" else value


@given(answers=cases())
def test_a_form_asks_what_the_interview_would_ask(answers: dict[str, Any]) -> None:
    """With every earlier question answered (or "I don't know"), the same follow-ups are shown."""
    values = {name: value for name, value in Intake.read(answers) if name not in ("case_id", "medicines")}
    given = {n: _code(n, v) for n, v in values.items() if v is not None or isinstance(FIELDS[n], YesNo)}
    shown = set(_visible(questionnaire(BOOK), given))
    left_open = {name: value for name, value in values.items() if value is not None}
    for name, _ in BOOK.followups:
        if isinstance(FIELDS[name], YesNo):
            others = {k: v for k, v in left_open.items() if k != name}
            implied, _ = apply_followups(others, BOOK)
            assert (name in shown) is (name not in implied)


@given(answers=cases())
def test_answers_go_out_and_come_back(answers: dict[str, Any]) -> None:
    intake = Intake.read(answers)
    back = read_response(json.loads(json.dumps(response_of(intake, BOOK))), BOOK).intake()
    for name in FIELDS:
        expected, found = getattr(intake, name), getattr(back, name)
        assert found == (pytest.approx(expected) if isinstance(expected, float) else expected), name


def response(*answered: tuple[str, Any]) -> dict[str, Any]:
    inner = [{"linkId": name, "answer": [answer]} for name, answer in answered]
    return {"resourceType": "QuestionnaireResponse", "id": "r", "status": "completed", "item": inner}


def test_forms_may_answer_in_their_own_way(book: RuleBook) -> None:
    case = read_response(
        response(
            ("fatigue", {"valueBoolean": True}),
            ("nausea", {"valueString": "No"}),
            ("anxiety", {"valueCoding": {"code": "asked-unknown"}}),
            ("potassium", {"valueQuantity": {"value": 13.5, "unit": "mg/dL"}}),
            ("magnesium", {"valueQuantity": {"value": 1.6, "code": "meq/L"}}),
            ("egfr", {"valueDecimal": 55}),
            ("sex", {"valueCoding": {"code": "asked-declined"}}),
        ),
        book,
    )
    intake = case.intake()
    assert (intake.fatigue, intake.nausea, intake.anxiety, intake.sex) == (True, False, None, "not said")
    assert intake.potassium == pytest.approx(3.4528, abs=1e-4)
    assert intake.magnesium == 0.8
    assert case.provenance["fatigue"] == ["QuestionnaireResponse/r"]


@pytest.mark.parametrize(
    ("data", "field", "message"),
    [
        (response(("fatige", {"valueBoolean": True})), "item[fatige]", "did you mean `fatigue`"),
        (response(("fatigue", {"valueInteger": 1})), "item[fatigue].answer.valueInteger", "not a coded answer"),
        (response(("fatigue", {})), "item[fatigue].answer", "has not one value"),
        (response(("fatigue", {"valueBoolean": True}), ("fatigue", {"valueBoolean": False})), "item[fatigue]", "twice"),
        (response(("magnesium", {"valueQuantity": {"value": 2}})), "item[magnesium]", "has no unit"),
        (
            response(("magnesium", {"valueQuantity": {"value": 2, "code": "{unit}"}})),
            "item[magnesium]",
            "is not a unit",
        ),
        (response(("age", {"valueInteger": 400})), "item[age]", "out of range"),
        ({**response(), "status": "entered-in-error"}, "status", "not one that can be read"),
        ({**response(), "item": 5}, "item", "not a list"),
        ({**response(), "item": [{}]}, "item.linkId", "missing"),
    ],
)
def test_wrong_answers_are_named(data: dict[str, Any], field: str, message: str, book: RuleBook) -> None:
    case = read_response(data, book)
    assert case.refused[0].field.startswith(f"QuestionnaireResponse/r.{field}")
    assert message in case.refused[0].message


@pytest.mark.parametrize("vignette", SCREENED, ids=lambda vignette: vignette.id)
def test_assessments(vignette: Vignette, screener: Screener) -> None:
    intake = read_case(str(vignette.case), Intake.fields)
    report = screener.screen(intake)
    data = assessments(report, intake, screener.book)
    kinds = {entry["resource"]["resourceType"] for entry in data["entry"]}
    assert kinds <= {"QuestionnaireResponse", "RiskAssessment"}
    found = [e["resource"] for e in data["entry"] if e["resource"]["resourceType"] == "RiskAssessment"]
    hidden = {flag.id for flag in report.flags if not flag.title}
    expected = vignette.expected["all"]
    assert {item["id"] for item in found} == {
        name for name in [*expected["raised"], *expected["possible"]] if name in screener.book.flags
    } - hidden - {"nothing-matched"} | ({"nothing-matched"} & set(expected["raised"]))
    urls = {entry["fullUrl"] for entry in data["entry"]}
    for item in found:
        text = json.dumps(item)
        assert "probability" not in text
        assert item["status"] == "preliminary"
        assert screener.book.version in item["method"]["text"]
        assert {basis["reference"] for basis in item["basis"]} <= urls
        notes = [note["text"] for note in item["note"]]
        assert report.disclaimer in notes
        assert report.safety_net in notes


@pytest.mark.parametrize("vignette", SCREENED, ids=lambda vignette: vignette.id)
def test_cards(vignette: Vignette, screener: Screener) -> None:
    report = screener.screen(read_case(str(vignette.case), Intake.fields))
    found = cards(report, screener.book)
    raised = [flag for flag in report.flags if flag.status == "raised" and flag.title]
    assert bool(found) == bool(raised or report.urgency in ("soon", "same-day", "emergency"))
    assert len(found) <= 5
    assert len({card["uuid"] for card in found}) == len(found)
    details = " ".join(card["detail"] for card in found).replace("\\", "")
    also = {name for topic in report.summary.also for name in topic.flags}
    for flag in raised:
        topic = next((one for one in report.summary.also if flag.id in one.flags), None)
        assert (topic.title if topic and flag.id in also else flag.title or "") in details
    for card in found:
        assert 0 < len(card["summary"]) < 140
        assert card["indicator"] in ("info", "warning")
        assert all(card.values())
        assert report.disclaimer in card["detail"]
        assert set(card) == {"uuid", "summary", "detail", "indicator", "source"}


def test_the_form_has_the_screens_of_the_interview_in_order(book: RuleBook) -> None:
    groups = [item for item in questionnaire(book)["item"] if item["type"] == "group"]
    layout = Interview(book, "fixed-order").layout
    asked = [name for name in layout.order if book.questions[name].asked]
    screens = list(dict.fromkeys(map(layout.screen, asked)))
    assert [group["linkId"] for group in groups] == [f"screen-{screen}" for screen in screens]
    for group, screen in zip(groups, screens, strict=True):
        inside = tuple(item["linkId"] for item in items(group) if item["linkId"] in asked)
        assert inside == (layout.together_with(inside[0]) or ("medicines",))
        assert group["text"] == (book.screens[screen].ask if screen in book.screens else "Medicines")


def test_the_answers_stand_in_the_groups_of_the_form(book: RuleBook) -> None:
    answers = {"chest_pain": False, "fatigue": True, "potassium_prescribed": True, "potassium_still_low": True}
    links = {group["linkId"]: group for group in response_of(book.intake.read(answers), book)["item"]}
    form = {item["linkId"]: item["text"] for item in questionnaire(book)["item"]}
    assert {name: group["text"] for name, group in links.items()} == {name: form[name] for name in links}
    assert [item["linkId"] for item in links["screen-more-on-blood-tests"]["item"]] == ["potassium_still_low"]
