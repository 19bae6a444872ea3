"""Safe by default: who is answered, what every response says, and what is never shown or logged."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest

from screener.web.app import create_app
from screener.web.guard import host_name
from screener.web.settings import LARGE, SMALL, Settings
from screener.web.wire import Answer, Job
from screener.web.worker import Inline
from webclient import Client

JSON = {"content-type": "application/json"}
SECRET = "zolpidem-secret"


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "LOCALHOST:80", "[::1]:8000", "[::1]"])
def test_own_names_are_answered(host: str, client: Client) -> None:
    assert client.get("/v1/openapi.json", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[::2]", "localhost.evil:8000"])
def test_other_names_are_not(host: str, client: Client) -> None:
    answer = client.get("/v1/openapi.json", headers={"host": host})
    assert answer.status_code == 421
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_an_allowed_host_is_answered() -> None:
    client = Client(Settings(allowed_hosts=("Screener.local", "fe80::1")))
    assert client.get("/v1/openapi.json", headers={"host": "screener.LOCAL:8000"}).status_code == 200
    assert client.get("/v1/openapi.json", headers={"host": "[fe80::1]:80"}).status_code == 200


@pytest.mark.parametrize(("header", "name"), [("a:1", "a"), ("[::1]:1", "[::1]"), ("[::1", ""), (" A ", "a")])
def test_host_name(header: str, name: str) -> None:
    assert host_name(header) == name


@pytest.mark.parametrize("path", ["/v1/openapi.json", "/v1/screen", "/nowhere"])
def test_headers_of_every_response(path: str, client: Client) -> None:
    headers = client.get(path).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "server" not in headers


def test_large_bodies_are_refused(client: Client) -> None:
    declared = client.post("/v1/screen", content=b"x" * (LARGE + 1), headers=JSON)
    assert declared.status_code == 413

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(SMALL // 1000 + 2):
            yield b" " * 1000

    sent = client.post("/v1/screen", content=pieces(), headers=JSON)
    assert sent.status_code == 413
    assert sent.json()["detail"] == f"a body here may have at most {SMALL} bytes"


def test_a_slow_body_is_not_waited_for() -> None:
    async def dripping() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(5)
        yield b"}"

    slow = Client(Settings(body_seconds=0.05)).post("/v1/screen", content=dripping(), headers=JSON)
    assert slow.status_code == 408


class Faulty(Inline):
    async def ask(self, job: Job) -> Answer:
        raise RuntimeError(SECRET)


def test_a_fault_shows_and_logs_nothing_of_the_request(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = Client(workforce=Faulty(Settings())).post("/v1/screen", json={"medicines": [SECRET]})
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert SECRET not in answer.text
    assert "Traceback" not in answer.text
    assert SECRET not in caplog.text
    assert "RuntimeError" in caplog.text


def test_who_leaves_in_the_middle_of_a_request_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    async def leaves() -> Any:
        return {"type": "http.disconnect"}

    async def nobody_listens(_: Any) -> None: ...

    headers = [(b"host", b"localhost"), (b"content-type", b"application/json"), (b"content-length", b"100")]
    scope = {"type": "http", "method": "POST", "path": "/v1/screen", "query_string": b"", "headers": headers}
    with caplog.at_level(logging.DEBUG):
        asyncio.run(create_app(Settings(), Inline(Settings()))(scope, leaves, nobody_listens))
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_a_fault_at_the_desk_is_a_problem(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Inline(Settings())

    def broken(*_: object) -> Answer:
        raise ValueError(SECRET)

    desk.desk.tasks["screen"] = broken
    answer = Client(workforce=desk).post("/v1/screen", json={})
    assert (answer.status_code, answer.json()["title"]) == (500, "A fault of ours")
    assert SECRET not in caplog.text + answer.text


def test_answers_are_not_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        client.post("/v1/screen", json={"medicines": [SECRET], "case_id": SECRET})
        client.post("/v1/screen", json={"potassium": SECRET})
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    assert SECRET not in "".join(ours)
