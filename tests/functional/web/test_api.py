"""The JSON API gives what the library gives, and says what is wrong field by field."""

from __future__ import annotations

import json

import pytest

from screener.case.files import read_case
from screener.case.intake import Intake
from screener.rulebook.book import RuleBook
from screener.screening import Screener
from screener.web.desk.catalogue import Catalogue
from screener.web.desk.messages import NextQuestion
from screener.web.problem import KINDS
from vignettes import REFUSED, SCREENED, Vignette
from webclient import Client

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize("vignette", SCREENED, ids=lambda vignette: vignette.id)
def test_screen_gives_the_report_of_the_library(vignette: Vignette, client: Client, screener: Screener) -> None:
    answer = client.post("/v1/screen", content=vignette.case.read_bytes(), headers=JSON)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == screener.screen(read_case(str(vignette.case), Intake.fields)).to_dict()


def test_screen_with_one_pack_and_everything(client: Client, article_screener: Screener) -> None:
    vignette = SCREENED[3]
    answer = client.post("/v1/screen?pack=article&all=true", content=vignette.case.read_bytes(), headers=JSON)
    assert (
        answer.json()
        == article_screener.screen(read_case(str(vignette.case), Intake.fields), everything=True).to_dict()
    )


@pytest.mark.parametrize("vignette", REFUSED, ids=lambda vignette: vignette.id)
def test_a_refused_case_is_a_problem_naming_the_field(vignette: Vignette, client: Client) -> None:
    answer = client.post("/v1/screen", content=vignette.case.read_bytes(), headers=JSON)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    (error,) = answer.json()["errors"]
    field = vignette.expected["rejected"]
    assert (error["field"], error["pointer"]) == (field, f"#/{field}")
    assert "use a number from" in error["message"]


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        (b"", 400, "empty"),
        (b"{", 400, "body:1:2"),
        (b'{"fatigue": "yes", "fatigue": "no"}', 400, "twice"),
        (b'{"potassium": NaN}', 400, "NaN"),
        (b"\xff", 400, "UTF-8"),
        (b'{"case_id": "\\ud800"}', 400, "half"),
        (b'{"case_id": ' + b"[" * 40 + b"]" * 40 + b"}", 400, "levels"),
        (b"[" * 100_000, 400, "deep"),
        (b"9" * 10_000, 400, "digits"),
        (b"[]", 422, "object"),
        (b'{"fatige": true}', 422, "did you mean `fatigue`"),
        (b'{"a/b~": true}', 422, "no such field"),
    ],
)
def test_bad_bodies(body: bytes, status: int, word: str, client: Client) -> None:
    answer = client.post("/v1/screen", content=body, headers=JSON)
    assert answer.status_code == status
    data = answer.json()
    assert data["status"] == status
    assert data["type"].startswith("/docs#problem-")
    assert word in data["detail"]


def test_a_field_with_odd_characters_has_a_correct_pointer(client: Client) -> None:
    answer = client.post("/v1/screen", content=b'{"a/b~": true}', headers=JSON)
    assert answer.json()["errors"][0]["pointer"] == "#/a~1b~0"


def test_another_media_type_is_refused(client: Client) -> None:
    answer = client.post("/v1/screen", content=b"{}", headers={"content-type": "text/plain"})
    assert answer.status_code == 415
    assert answer.headers["accept-post"] == "application/json"


def test_unknown_pack_and_wrong_parameter(client: Client) -> None:
    assert "did you mean `article`" in client.post("/v1/screen?pack=artcle", json={}).json()["detail"]
    wrong = client.post("/v1/screen?all=perhaps", json={})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "all")


def test_unknown_address_and_method(client: Client) -> None:
    assert client.get("/v1/nowhere").status_code == 404
    wrong = client.get("/v1/screen")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")


def test_rulebook(client: Client, book: RuleBook) -> None:
    answer = client.get("/v1/rulebook")
    catalogue = Catalogue.model_validate(answer.json())
    assert [rule.id for rule in catalogue.rules] == [rule.id for rule in book.rules]
    assert [flag.id for flag in catalogue.flags] == list(book.flags)
    assert {source.id for source in catalogue.sources} == set(book.sources)
    assert all(rule.when for rule in catalogue.rules)
    fatigue = next(rule for rule in catalogue.rules if rule.id == "article-magnesium-symptom-fatigue")
    assert fatigue.when == {"fatigue": "yes"}
    only = Catalogue.model_validate(client.get("/v1/rulebook?pack=article").json())
    assert only.rulebook.packs == ["article", "safety"]


def test_openapi_names_every_schema_it_refers_to(client: Client) -> None:
    document = client.get("/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    text = json.dumps(document)
    used = {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert used <= set(document["components"]["schemas"])
    assert {"Case", "Report", "Problem"} <= used


def test_next_question_leads_through_the_interview(client: Client, book: RuleBook) -> None:
    answers: dict[str, object] = {}
    asked: list[str] = []
    while True:
        step = client.post("/v1/questions/next", json=answers).json()
        NextQuestion.model_validate(step)
        assert step["disclaimer"] == book.texts["disclaimer"]
        if "question" not in step:
            break
        field = step["question"]["field"]
        if not asked:
            assert step["group"]["fields"][0] == field
        asked.append(field)
        answers[field] = field == "chest_pain" or None
        if field == "chest_pain":
            now = client.post("/v1/questions/next", json=answers).json()
            assert (now["urgency"], [notice["kind"] for notice in now["notices"]]) == ("emergency", ["emergency"])
    assert step["remaining"] == 0
    assert len(set(asked)) == len(asked) > 20
    young = client.post("/v1/questions/next?quick=true", json={"age": 15}).json()
    assert [notice["kind"] for notice in young["notices"]] == ["adults-only"]
    assert client.post("/v1/questions/next", json=[]).status_code == 422


def test_docs_page_explains_every_address_schema_and_problem(client: Client) -> None:
    document = client.get("/v1/openapi.json").json()
    page = client.get("/docs")
    for path in document["paths"]:
        assert path in page.text
    for name in document["components"]["schemas"]:
        assert f'id="schema-{name}"' in page.text
    for name in KINDS:
        assert f'id="problem-{name}"' in page.text
    assert "<script" not in page.text
