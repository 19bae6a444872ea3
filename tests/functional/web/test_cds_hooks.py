"""CDS Hooks 2.0: what the specification asks of discovery, cards, feedback and errors (github.com/HL7/cds-hooks)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from click.testing import CliRunner

from screener.cli.main import main
from screener.errors import ScreenerError
from screener.rulebook.book import RuleBook
from screener.standards.cds import LONGEST_SUMMARY, shortened
from screener.web.desk.cds import case_of
from screener.web.desk.desk import Desk
from screener.web.desk.messages import Call
from screener.web.settings import RecordSettings, Settings
from webclient import Client

SERVICE = "screener-magnesium-potassium"  # other people's systems call it by this name

URL = f"/cds-services/{SERVICE}"
INSTANCE = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"
TODAY = date.today().isoformat()
LINK = re.compile(r"^http://127\.0\.0\.1:8000(/rulebook/(?:flags|urgency)/[a-z-]+)$")


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": one} for one in resources]}


def lab(identity: str, code: str, value: float, unit: str, days_ago: int = 1) -> dict[str, Any]:
    when = (date.today() - timedelta(days=days_ago)).isoformat()
    return {
        "resourceType": "Observation", "id": identity, "status": "final", "subject": {"reference": "Patient/1"},
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]}, "effectiveDateTime": when,
        "valueQuantity": {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit},
    }  # fmt: skip


OMEPRAZOLE = {
    "resourceType": "MedicationRequest", "id": "m1", "status": "active", "intent": "order",
    "subject": {"reference": "Patient/1"}, "authoredOn": TODAY,
    "medicationCodeableConcept": {"text": "omeprazole 20 mg"},
}  # fmt: skip
PATIENT = {"resourceType": "Patient", "id": "1", "gender": "female", "birthDate": "1960-01-01"}


def call(**changed: Any) -> dict[str, Any]:
    prefetch = {
        "patient": PATIENT, "conditions": bundle(), "medications": bundle(OMEPRAZOLE),
        "labs": bundle(lab("k", "2823-3", 3.1, "mmol/L"), lab("mg", "2601-3", 0.6, "mmol/L")),
    }  # fmt: skip
    body = {
        "hook": "patient-view", "hookInstance": INSTANCE, "context": {"userId": "Practitioner/9", "patientId": "1"},
        "prefetch": {**prefetch, **changed.pop("prefetch", {})},
    }  # fmt: skip
    return {**body, **changed}


def without(body: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {**body, "prefetch": {key: value for key, value in body["prefetch"].items() if key not in keys}}


@pytest.fixture(scope="module")
def cards(client: Client) -> list[dict[str, Any]]:
    answer = client.post(URL, json=call())
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["cards"]
    return found


def empties(data: Any) -> list[Any]:
    """Every null, empty text, list or object in some data, but for lists that must be there."""
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    here = [data] if data is None or data in ("", [], {}) else []
    return here + [found for item in inner for found in empties(item)]


def test_discovery(client: Client) -> None:
    data = client.get("/cds-services").json()
    (service,) = data["services"]
    assert service["hook"] == "patient-view"
    assert service["id"] == SERVICE
    assert service["description"]
    assert empties(data) == []
    assert set(service["prefetch"]) == {"patient", "conditions", "medications", "labs"}
    assert all("{{context.patientId}}" in query for query in service["prefetch"].values())
    for code in ("2823-3", "6298-4", "19123-9", "2601-3"):
        assert f"http://loinc.org|{code}" in service["prefetch"]["labs"]


def test_cards_keep_to_the_specification(cards: list[dict[str, Any]]) -> None:
    assert cards
    assert empties(cards) == []
    for card in cards:
        assert 0 < len(card["summary"]) < 140
        assert card["indicator"] in ("info", "warning")  # critical is never ours to say
        assert card["source"]["label"]
        UUID(card["uuid"])
        assert "suggestions" not in card
        assert "selectionBehavior" not in card
        for link in card["links"]:
            assert link["type"] == "absolute"
            assert "appContext" not in link
        for reason in card.get("overrideReasons", []):
            assert reason["display"]
    assert len({card["uuid"] for card in cards}) == len(cards)


def test_cards_say_what_came_up_with_chain_disclaimer_and_links(
    cards: list[dict[str, Any]], book: RuleBook, client: Client
) -> None:
    summaries = [card["summary"] for card in cards]
    assert summaries[0] == book.texts["title-soon"]
    assert book.topics.topics["low-potassium"].title in summaries
    assert len(cards) <= 5
    detail = next(card["detail"] for card in cards if card["summary"] == book.topics.topics["low-potassium"].title)
    assert f"- {book.flags['low-potassium-reported'].title}" in detail
    assert cards[0]["indicator"] == "warning"
    for card in cards:
        assert "How the rules came to this" in card["detail"]
        assert "- Step 1: " in card["detail"]
        assert "This is for learning" in card["detail"]
        (link,) = card["links"]
        path = LINK.match(link["url"])
        assert path
        assert client.get(path.group(1)).status_code == 200


def test_nothing_to_say_is_no_card(client: Client) -> None:
    body = call(prefetch={"medications": None, "labs": bundle(lab("k", "2823-3", 4.2, "mmol/L"))})
    assert client.post(URL, json=body).json() == {"cards": []}


def raised(client: Client, body: dict[str, Any]) -> str:
    return " ".join(card["summary"] + card["detail"] for card in client.post(URL, json=body).json()["cards"])


def test_the_record_is_read_as_the_server_was_told(tmp_path: Path) -> None:
    """An own code, a longer look back; and no "no" from a search of which a page is missing."""
    own = tmp_path / "own.csv"
    own.write_text(
        "concept,kind,field,use,system,code,below,display,status,source,note\n"
        "potassium,lab,potassium,serum,http://lab.example,K,,,own,,\n",
        encoding="utf-8",
    )
    local = lab("k", "2823-3", 2.4, "mmol/L", days_ago=500)
    local["code"]["coding"] = [{"system": "http://lab.example", "code": "K"}]
    body = call(prefetch={"labs": bundle(local), "medications": None})
    with_own = RecordSettings(codes=(str(own),))
    assert not raised(Client(Settings()), body)
    assert not raised(Client(Settings(records=with_own)), body)
    assert raised(Client(Settings(records=replace(with_own, look_back=24))), body)


@pytest.mark.parametrize(("next_page", "heart"), [(False, False), (True, None)])
def test_absence_means_no_only_where_the_search_is_whole(next_page: bool, heart: bool | None) -> None:
    diabetes = {
        "resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/1"},
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "E11.9"}]},
    }  # fmt: skip
    found = bundle(diabetes) | ({"link": [{"relation": "next", "url": "http://ehr.example/2"}]} if next_page else {})
    desk = Desk(Settings(records=RecordSettings(absent_means_no=True)))
    case = case_of(Call.model_validate(call(prefetch={"conditions": found})), desk)
    assert case.answers["type_2_diabetes"] is True
    assert case.answers.get("heart_disease") is heart


@pytest.mark.parametrize(
    ("words", "says"),
    [(("--look-back", "ever"), "--look-back `ever`"), (("--codes", "missing.csv"), "missing.csv")],
)
def test_what_is_wrong_with_the_options_is_said_before_the_server_starts(words: tuple[str, ...], says: str) -> None:
    done = CliRunner().invoke(main, ["serve", *words], standalone_mode=False)
    assert isinstance(done.exception, ScreenerError)
    assert says in str(done.exception)


def test_an_old_result_is_not_today_s(client: Client) -> None:
    old = bundle(lab("k", "2823-3", 2.4, "mmol/L", days_ago=4000))
    summaries = [card["summary"] for card in client.post(URL, json=call(prefetch={"labs": old})).json()["cards"]]
    assert not any("today" in summary for summary in summaries)


@pytest.mark.parametrize(
    "body",
    [
        without(call(), "patient"),
        without(call(), "labs", "conditions"),
        {key: value for key, value in call().items() if key != "prefetch"},
        call(prefetch={"patient": None}),
        call(prefetch={"labs": {"resourceType": "OperationOutcome", "issue": []}}),
        call(prefetch={"labs": bundle({"resourceType": "OperationOutcome", "issue": []})}),
    ],
)
def test_missing_data_are_a_failed_precondition(body: dict[str, Any], client: Client) -> None:
    answer = client.post(URL, json=body)
    assert answer.status_code == 412
    assert answer.json()["title"] == "Needed data are missing"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (call(hook="order-sign"), "hook"),
        (call(hookInstance="7"), "hookInstance"),
        (call(context={"userId": "Practitioner/9"}), "context.patientId"),
        (call(context={"userId": "Practitioner/9", "patientId": "2"}), "prefetch.patient"),
        (call(prefetch={"labs": []}), "prefetch.labs"),
        (call(prefetch={"labs": {"resourceType": "Bundle", "entry": {}}}), "prefetch.labs.entry"),
        ([], ""),
    ],
)
def test_wrong_requests_are_refused_by_field(body: Any, field: str, client: Client) -> None:
    answer = client.post(URL, json=body)
    assert answer.status_code == 422
    assert field in [error["field"] for error in answer.json()["errors"]]


def test_a_broken_record_is_refused_not_passed_over(client: Client) -> None:
    broken = lab("k", "2823-3", 3.1, "mmol/L")
    broken["valueQuantity"]["value"] = "three"
    assert client.post(URL, json=call(prefetch={"labs": bundle(broken)})).status_code == 422


def test_another_service_is_not_found(client: Client) -> None:
    assert client.post("/cds-services/other", json=call()).status_code == 404
    assert client.post("/cds-services/other/feedback", json={"feedback": []}).status_code == 404


def test_feedback(client: Client, cards: list[dict[str, Any]]) -> None:
    entry = {"card": cards[0]["uuid"], "outcome": "overridden", "outcomeTimestamp": "2026-11-22T10:05:31Z"}
    reason = {"reason": {"code": "x", "system": "https://ehr.example"}, "userComment": "known"}
    for given in (entry, {**entry, "overrideReason": reason}, {**entry, "outcome": "accepted"}):
        assert client.post(f"{URL}/feedback", json={"feedback": [given]}).status_code == 200
    wrong = client.post(f"{URL}/feedback", json={"feedback": [{**entry, "outcome": "ignored"}]})
    assert wrong.json()["errors"][0]["field"] == "feedback.0.outcome"


def preflight(client: Client, origin: str, path: str = URL) -> httpx.Response:
    asked = {"origin": origin, "access-control-request-method": "POST"}
    asked["access-control-request-headers"] = "authorization,content-type"
    return client.request("OPTIONS", path, headers=asked)


def test_only_named_origins_may_call() -> None:
    client = Client(Settings(cors_origins=("https://ehr.example",)))
    allowed = preflight(client, "https://ehr.example")
    assert allowed.headers["access-control-allow-origin"] == "https://ehr.example"
    assert "authorization" in allowed.headers["access-control-allow-headers"].lower()
    assert "access-control-allow-origin" not in preflight(client, "https://evil.example").headers
    assert "access-control-allow-origin" not in preflight(client, "https://ehr.example", "/v1/screen").headers
    called = client.get("/cds-services", headers={"origin": "https://ehr.example"})
    assert called.headers["access-control-allow-origin"] == "https://ehr.example"


def test_without_named_origins_nobody_may(client: Client) -> None:
    assert "access-control-allow-origin" not in preflight(client, "https://ehr.example").headers
    answer = client.get("/cds-services", headers={"origin": "https://ehr.example"})
    assert "access-control-allow-origin" not in answer.headers


def test_a_long_summary_is_cut_between_words() -> None:
    cut = shortened("word " * 60)
    assert len(cut) <= LONGEST_SUMMARY
    assert cut.endswith("word…")
