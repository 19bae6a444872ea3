"""HTTP on the wire: long heads, odd requests, and clients that offer another protocol."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from http.client import HTTPResponse

import pytest

from screener.web.http import LONGEST_HEAD
from waiting import LONG
from webserver import served

OFFER = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with served() as (url, _):
        yield int(url.rpartition(":")[2])


@pytest.fixture
def line(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=LONG) as connection:
        yield connection


def request(name: str, headers: bytes = b"", host: bytes = b"Host: localhost\r\n") -> bytes:
    body = json.dumps({"case_id": name}).encode()
    head = b"POST /v1/screen HTTP/1.1\r\n%bContent-Type: application/json\r\n%bContent-Length: %d\r\n\r\n"
    return head % (host, headers, len(body)) + body


def status(line: socket.socket) -> int:
    return answer(line)[0]


def answer(line: socket.socket) -> tuple[int, bytes]:
    response = HTTPResponse(line)
    response.begin()
    return response.status, response.read()


def case_id(line: socket.socket) -> str:
    code, body = answer(line)
    assert code == 200
    return str(json.loads(body)["case_id"])


def test_one_request_after_the_other(line: socket.socket) -> None:
    for name in ("one", "two"):
        line.sendall(request(name))
        assert case_id(line) == name


def test_an_offer_of_another_protocol_is_passed_over(line: socket.socket) -> None:
    for name in ("one", "two"):
        line.sendall(request(name, OFFER))
        assert case_id(line) == name
    line.sendall(request("three"))
    assert case_id(line) == "three"


@pytest.mark.parametrize("cut", [30, 120, 180, -5])
def test_an_offer_that_arrives_in_pieces(cut: int, line: socket.socket) -> None:
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    whole = request("one", OFFER)
    line.sendall(whole[:cut])
    line.settimeout(0.1)
    with pytest.raises(TimeoutError):
        line.recv(1)
    line.settimeout(LONG)
    line.sendall(whole[cut:])
    assert case_id(line) == "one"


def test_offers_one_behind_the_other_are_refused(line: socket.socket) -> None:
    line.sendall(request("one", OFFER) * 500)
    assert status(line) in (200, 400)


def test_a_head_as_long_as_it_may_be(line: socket.socket) -> None:
    line.sendall(request("one", b"X: %b\r\n" % (b"a" * (LONGEST_HEAD - 500))))
    assert case_id(line) == "one"


@pytest.mark.parametrize(
    "start",
    [
        b"GET /",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ",
        b"POST /v1/screen HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX: ",
    ],
)
def test_what_never_ends_is_not_waited_for(start: bytes, line: socket.socket) -> None:
    with pytest.raises((BrokenPipeError, ConnectionResetError)):  # noqa: PT012
        line.sendall(start)
        for _ in range(10_000):
            line.sendall(b"a" * 1000)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (request("one", host=b""), 421),
        (request("one", host=b"Host: evil.example\r\nHost: localhost\r\n"), 421),
        (request("one", host=b"Host: localhost\r\nHost: evil.example\r\n"), 421),
        (request("one", b"Content-Length: 5\r\n"), 400),
        (request("one", b"Transfer-Encoding: chunked\r\n"), 400),
        (b"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
        (b"GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"GET /%ff%00 HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
        (b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
    ],
)
def test_odd_requests_get_a_clean_answer(sent: bytes, code: int, line: socket.socket) -> None:
    line.sendall(sent)
    assert status(line) == code
