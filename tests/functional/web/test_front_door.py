"""The way in: addresses that work, names that match, heads alone, a state to ask for, and an end without a trace."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import weakref
from html.parser import HTMLParser
from http.client import HTTPConnection
from itertools import product
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from hostile import HOSTILE, found
from screener.cli.stopping import stoppable
from screener.errors import UsageError
from screener.web.settings import Settings, host_of, origin_of
from screener.web.wire import HTML, PROBLEM
from waiting import LONG, until
from webclient import Client
from webserver import ROOT, children, is_there, served, workers

ENV = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
PAGES = ["/", "/explore", "/lab", "/rulebook", "/rulebook/flags", "/docs", "/static/style.css", "/healthz",
         "/v1/rulebook", "/v1/openapi.json", "/cds-services", "/questions", "/nowhere", "/v1/nowhere",
         "/v1/screen"]  # fmt: skip


@pytest.fixture(scope="module")
def client() -> Client:
    return Client()


# addresses and names


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "[::]", "localhost", "127.0.0.1", "::1", "[::1]", "127.0.0.2"])
def test_the_address_that_is_printed_works(host: str) -> None:
    if ":" in host and not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    with served("--host", host) as (url, process):
        place = url.removeprefix("http://")
        connection = HTTPConnection(place, timeout=LONG)
        connection.request("GET", "/healthz")
        assert connection.getresponse().status == 200
        connection.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(LONG) == 0


@pytest.mark.parametrize(
    ("given", "host"),
    [
        ("Screener.Example", "screener.example"),
        ("localhost.", "localhost."),
        ("10.0.0.7", "10.0.0.7"),
        ("::1", "[::1]"),
        ("[0:0:0:0:0:0:0:1]", "[::1]"),
        ("FE80::A", "[fe80::a]"),
        ("my_host-1", "my_host-1"),
    ],
)
def test_a_host_is_known_as_browsers_write_it(given: str, host: str) -> None:
    assert host_of(given) == host
    assert host in Settings(allowed_hosts=(given,)).hosts


NEVER = ["", " ", "a b", " a", "a ", "http://a.example", "a.example:8000", "a.example/", "*", "*.example", "a..b",
         "user@a.example", "1.2.3", "256.1.1.1", "[::1]:8000", "[::g]", "-a.example", "bücher.example", "a\x1b[31m",
         "a" * 300, "."]  # fmt: skip


@pytest.mark.parametrize("given", NEVER)
def test_a_host_that_can_never_match_is_refused(given: str) -> None:
    with pytest.raises(UsageError, match="is not the name of a host; "):
        host_of(given)


@pytest.mark.parametrize(("given", "says"), [
    ("http://a.example", "`a.example`"), ("a.example:8000", "`a.example`"),
    ("bücher.example", "`xn--bcher-kva.example`"),
    ("*.example", "no patterns"),
])  # fmt: skip
def test_the_message_says_what_would_be_right(given: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        host_of(given)


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://EHR.example", "https://ehr.example"),
        ("https://ehr.example:443", "https://ehr.example"),
        ("http://ehr.example:8080", "http://ehr.example:8080"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_an_origin_is_known_as_browsers_write_it(given: str, origin: str) -> None:
    assert origin_of(given) == origin


@pytest.mark.parametrize("given", ["", "*", "ehr.example", "ftp://ehr.example", "https://", "https://a/", "https://a b",
                                   "https://a:x", "https://a:", "https://u@a", "https://*.a", "https://a?x", " https://a",
                                   "null"])  # fmt: skip
def test_an_origin_that_can_never_match_is_refused(given: str) -> None:
    with pytest.raises(UsageError):
        origin_of(given)


@pytest.mark.parametrize("options", [
    ["--allowed-host", ""], ["--allowed-host", "a.example:80"], ["--host", ""], ["--host", "127.0.0.1:8000"],
    ["--host", "127.0.0.1 "], ["--cors-origin", "https://a b"],
])  # fmt: skip
def test_the_server_does_not_start_with_such_a_name(options: list[str]) -> None:
    command = [sys.executable, "-m", "screener", "serve", "--port", "0", *options]
    done = subprocess.run(command, env=ENV, capture_output=True, text=True, timeout=LONG, check=False)
    assert done.returncode == 2
    assert "is not " in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("host", ["evil.example:8000", "evil.example", "", HOSTILE.encode("ascii", "ignore").decode()])
@pytest.mark.parametrize("path", ["/", "/questions", "/static/style.css", "/nowhere", "/v1/screen", "/cds-services"])
def test_a_wrong_host_is_a_page_for_people_and_data_for_programs(client: Client, path: str, host: str) -> None:
    host = host.replace("\r", "").replace("\n", "")
    answer = client.get(path, headers={"host": host})
    assert answer.status_code == 421
    api = path.startswith(("/v1/", "/cds"))
    assert answer.headers["content-type"] == (PROBLEM if api else HTML)
    text = answer.json()["detail"] if api else answer.text
    assert "http://127.0.0.1:8000/" in text
    assert not found(text)
    if host.startswith("evil"):
        assert "--allowed-host evil.example`" in text
    assert "<script>" not in text


# heads and health


def without_visit(answer: httpx.Response) -> dict[str, str]:
    """The headers, but for the random key of a visit: each visitor has another."""
    return {name: text.partition("=")[0] if name == "set-cookie" else text for name, text in answer.headers.items()}


@pytest.mark.parametrize("path", PAGES)
def test_a_head_is_that_of_the_page_without_the_page(client: Client, path: str) -> None:
    whole, head = client.get(path), client.request("HEAD", path)
    assert head.content == b""
    assert (head.status_code, without_visit(head)) == (whole.status_code, without_visit(whole))
    if whole.status_code == 405:
        assert head.headers["allow"] == "POST"


def test_a_head_on_the_wire() -> None:
    with served() as (url, _):
        connection = HTTPConnection(url.removeprefix("http://"), timeout=LONG)
        for _ in range(2):
            connection.request("HEAD", "/")
            answer = connection.getresponse()
            assert (answer.status, answer.read()) == (200, b"")
            assert int(answer.headers["content-length"]) > 1000
        connection.close()


def test_methods_that_an_address_takes_are_all_named(client: Client) -> None:
    assert client.request("PUT", "/explore").headers["allow"] == "GET, HEAD, POST"
    assert client.request("PUT", "/v1/rulebook").headers["allow"] == "GET, HEAD"


def test_the_state_can_be_asked_for(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok", "workers": 1}
    assert client.get("/healthz", headers={"host": "evil.example"}).status_code == 421
    with served("--workers", "2") as (url, process):
        connection = HTTPConnection(url.removeprefix("http://"), timeout=LONG)
        connection.request("GET", "/healthz")
        assert connection.getresponse().read() == b'{"status": "ok", "workers": 2}'
        connection.close()
        assert process.poll() is None


# what a form says to do

CONTROLS = {
    "/questions": ["go", "field", "together", "is", "below", "length", "action", "each", "none", "unsure", "checking"],
    "/check": ["length"],
    "/result": ["length", "answers"],
    "/result.json": ["answers"],
    "/answers.json": ["answers", "length"],
    "/clinician": ["answers"],
    "/explain": ["flag", "ask", "answers"],
    "/explore": ["was", "step", "flag", "load", "example", "a.age", "a.medicines", "answers"],
    "/lab": ["step", "look", "strategy", "seed", "goal", "load", "example", "answers"],
}
VALUES = ["nope", "before:nope", "before:", "²", "-1", "{", "[]", "null", '{"potassium": 41}', HOSTILE, "1" * 5000]
REFUSED = {
    "go",
    "field",
    "together",
    "is",
    "below",
    "length",
    "was",
    "step",
    "flag",
    "load",
    "example",
    "ask",
    "action",
    "look",
    "strategy",
    "goal",
}


@pytest.mark.parametrize(("path", "name"), [(path, name) for path, names in CONTROLS.items() for name in names])
@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_no_value_of_a_control_is_a_fault(client: Client, path: str, name: str, value: str) -> None:
    given = {"field": "age"} if name == "action" else {"together": "chest_pain"} if name == "is" else {}
    answer = client.post(path, content=urlencode({**given, name: value}).encode(),
                         headers={"content-type": "application/x-www-form-urlencoded"})  # fmt: skip
    assert answer.status_code < 500
    if name in REFUSED and not (name == "was" and value == "null"):
        assert 400 <= answer.status_code < 500
    assert not found(answer.text)


class Fields(HTMLParser):
    """The names and values of the fields of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "input" and given.get("name"):
            self.values.setdefault(str(given["name"]), []).append(given.get("value") or "")


def test_what_was_typed_stands_in_its_field_as_it_was(client: Client) -> None:
    """Shown on a page it is made printable; in a field that is sent back it must not change."""
    name = "\u202eome\u200bprazole\u00ad <b>&#x202e;</b>"
    answers = '{"medicines": ["x"]}'
    page = client.post("/questions", content=urlencode(
        {"answers": answers, "field": "medicines", "name": name, "months": "many", "action": ""}).encode(),
        headers={"content-type": "application/x-www-form-urlencoded"})  # fmt: skip
    assert not found(page.text)
    fields = Fields()
    fields.feed(page.text)
    assert fields.values["name"][0] == name


# the end


def catches(process: subprocess.Popen[str], number: signal.Signals) -> bool:
    """Whether a process has a handler of its own for a signal."""
    (line,) = [one for one in Path(f"/proc/{process.pid}/status").read_text().splitlines() if one.startswith("SigCgt")]
    return bool(int(line.split()[1], 16) >> (number - 1) & 1)


@pytest.mark.parametrize(
    ("number", "seconds"), list(product([signal.SIGTERM, signal.SIGINT], [0, 0.1, 0.3, 0.6, 1.0, 1.5]))
)
def test_it_ends_quietly_at_any_moment_of_its_start(number: signal.Signals, seconds: float) -> None:
    command = [sys.executable, "-m", "screener", "serve", "--port", "0"]
    with subprocess.Popen(command, env=ENV, stderr=subprocess.PIPE, text=True) as process:
        while not catches(process, signal.SIGTERM):
            time.sleep(0.01)
        time.sleep(seconds)
        process.send_signal(number)
        try:
            assert process.wait(LONG) == 0
        finally:
            process.kill()
        assert process.stderr
        said = process.stderr.read()
    assert not said or (said.startswith("open http://") and len(said.splitlines()) == 1)


def test_a_signal_that_python_swallowed_ends_it_as_soon_as_that_can_be_seen(capsys: pytest.CaptureFixture[str]) -> None:
    """What is raised in the callback of a weak reference goes nowhere; modules that are being loaded have such ones."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    reached = []
    try:
        with stoppable() as end_if_asked:
            thing = Client()
            gone = weakref.ref(thing, lambda _: signal.raise_signal(signal.SIGTERM))
            del thing
            reached.append(gone())
            end_if_asked()
            reached.append("too far")
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert reached == [None]
    assert capsys.readouterr().err == ""


def test_a_signal_of_which_python_made_an_error_of_its_own_ends_it_all_the_same() -> None:
    class Named:
        def __set_name__(self, owner: type, name: str) -> None:
            signal.raise_signal(signal.SIGTERM)

    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with stoppable():
            type("Owner", (), {"named": Named()})  # before Python 3.12, a RuntimeError about the class
            pytest.fail("it goes on")
        with pytest.raises(KeyError), stoppable():
            raise KeyError
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_quietly_with_connections_open_and_when_asked_twice(number: signal.Signals) -> None:
    with served("--workers", "2") as (url, process):
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))), socket.create_connection((host, int(port))) as begun:
            begun.sendall(b"POST /v1/screen HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
            started, working = children(process.pid), workers(process)
            time.sleep(0.2)
            process.send_signal(number)
            time.sleep(0.1)
            process.send_signal(number)
            assert process.wait(LONG) == 0
        assert process.stderr
        assert "Traceback" not in process.stderr.read()
        assert len(working) == 2
        assert not any(map(is_there, working))
        # what starts workers, and tidies up after them, ends when it sees that the server has
        until(lambda: not any(map(is_there, started)))


def test_a_signal_to_everything_at_once_is_for_the_server() -> None:
    """As a service manager or a terminal sends it: no worker is said to have died, none is started anew."""
    with served("--workers", "2") as (_, process):
        for pid in [*children(process.pid), *workers(process)]:
            os.kill(pid, signal.SIGTERM)
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        assert process.wait(LONG) == 0
        assert process.stderr
        assert process.stderr.read() == ""
