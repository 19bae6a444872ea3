"""`screener serve --root-path /screener`: every address that leaves the server begins with the folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from screener.errors import UsageError
from screener.web.under import folder_of, moved_address, moved_page
from waiting import LONG
from webclient import Client
from webserver import served

FOLDER = "/screener"
LOW_POTASSIUM = {
    "hook": "patient-view", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
    "context": {"userId": "Practitioner/9", "patientId": "1"},
    "prefetch": {
        "patient": {"resourceType": "Patient", "id": "1", "gender": "female", "birthDate": "1960-01-01"},
        "conditions": None, "medications": None,
        "labs": {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": {
            "resourceType": "Observation", "id": "k", "status": "final", "subject": {"reference": "Patient/1"},
            "code": {"coding": [{"system": "http://loinc.org", "code": "2823-3"}]},
            "effectiveDateTime": date.today().isoformat(),
            "valueQuantity": {"value": 3.1, "system": "http://unitsofmeasure.org", "code": "mmol/L"},
        }}]},
    },
}  # fmt: skip
ADDRESS = re.compile(r'\s(?:href|src|action|formaction)="([^"]*)"')


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with served("--root-path", FOLDER + "/") as (url, _):
        yield url


@pytest.mark.parametrize("inside", [FOLDER, ""], ids=["the proxy passes the folder on", "the proxy takes it away"])
def test_a_visit(url: str, inside: str) -> None:
    """A proxy that hands on what the browser asks, with the folder or without."""
    with httpx.Client(base_url=url, timeout=LONG) as proxy:

        def get(outside: str) -> httpx.Response:
            assert outside.startswith(f"{FOLDER}/"), outside
            return proxy.get(inside + outside.removeprefix(FOLDER))

        page = get(f"{FOLDER}/")
        assert "path=/screener/" in page.headers["set-cookie"].lower()
        assert int(page.headers["content-length"]) == len(page.content)
        for address in ADDRESS.findall(page.text):
            assert address.startswith((f"{FOLDER}/", "#", "tel:")), address
        for address in set(re.findall(r'href="([^"#]*)"', page.text)):
            assert get(address).status_code == 200, address
        key = {"cookie": page.headers["set-cookie"].partition(";")[0]}
        first = proxy.post(f"{inside}/questions", headers=key, data={"go": "on"})
        assert first.status_code == 303
        question = proxy.get(inside + first.headers["location"].removeprefix(FOLDER), headers=key)
        assert first.headers["location"].startswith(f"{FOLDER}/questions/")
        assert f'action="{FOLDER}/questions"' in question.text


@pytest.mark.parametrize("path", ["/", "/screener", "/screener/rulebook", "/static/icon.svg", "/nowhere", "/healthz"])
def test_a_head_is_that_of_the_page(url: str, path: str) -> None:
    head, page = httpx.head(url + path, timeout=LONG), httpx.get(url + path, timeout=LONG)
    assert (head.status_code, head.content) == (page.status_code, b"")
    assert head.headers["content-length"] == page.headers["content-length"]


def test_pages_of_errors_and_links_on_cards_have_the_folder(url: str) -> None:
    with httpx.Client(base_url=f"{url}{FOLDER}", timeout=LONG) as proxy:
        lost = proxy.get("/nowhere", headers={"accept": "text/html"})
        assert (lost.status_code, f'href="{FOLDER}/"' in lost.text) == (404, True)
        wrong = proxy.get("/", headers={"host": "evil.example", "accept": "text/html"})
        assert wrong.status_code == 421
        (service,) = proxy.get("/cds-services").json()["services"]
        cards = proxy.post(f"/cds-services/{service['id']}", json=LOW_POTASSIUM).json()["cards"]
    assert cards
    assert all(f"{FOLDER}/rulebook/" in link["url"] for card in cards for link in card["links"])


@pytest.mark.parametrize("given", ["screener", "/a//b", "/a b", "/../x", "https://x.example/a", "/ä", "/a?b", "/a#b"])
def test_what_is_no_folder_is_refused(given: str) -> None:
    with pytest.raises(UsageError, match="is not a folder of addresses; write one such as `/screener`"):
        folder_of(given)


def test_what_is_moved_and_what_is_not() -> None:
    assert [folder_of(given) for given in ("", "/", "/a", "/a/", "/a/b.c/")] == ["", "", "/a", "/a", "/a/b.c"]
    page = b'<a href="/x">href="/y"</a> <a href="//z"> <a href="https://z/"> <a href="#t"> <form action="/">'
    assert moved_page(page, "/a") == page.replace(b' href="/x', b' href="/a/x').replace(b'action="/"', b'action="/a/"')
    assert [moved_address(it, "/a") for it in ("/x", "//x", "https://x/")] == ["/a/x", "//x", "https://x/"]


def test_another_application_may_hold_this_one_under_a_path_of_its_own() -> None:
    client = Client()
    client.app = Starlette(routes=[Mount("/app", client.app)])  # type: ignore[assignment]
    for path in ("/", "/explore", "/lab", "/rulebook"):
        assert client.get(f"/app{path}").status_code == 200, path
    assert client.post("/app/questions", data={"go": "on"}).status_code == 200
