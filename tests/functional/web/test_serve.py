"""`screener serve`: starts, says where, answers, survives a killed worker, stops cleanly, and says what is wrong."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from waiting import LONG, until
from webserver import ROOT, is_there, served, workers

ENV = {**os.environ, "PYTHONPATH": str(ROOT / "src")}


def run(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "screener", "serve", *options]
    return subprocess.run(command, env=ENV, capture_output=True, text=True, timeout=LONG, check=False)


def ask(url: str, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, bytes]:
    connection = HTTPConnection(url.removeprefix("http://"), timeout=LONG)
    content = None if body is None else json.dumps(body)
    connection.request(method, path, content, {"Content-Type": "application/json", **headers})
    answer = connection.getresponse()
    status, data = answer.status, answer.read()
    connection.close()
    return status, data


def test_serves_replaces_a_dead_worker_and_stops() -> None:
    with served("--workers", "2") as (url, process):
        status, data = ask(url, "POST", "/v1/screen", {"fatigue": True})
        assert (status, json.loads(data)["urgency"]) == (200, "none")
        assert ask(url, "GET", "/")[0] == 200
        assert ask(url, "GET", "/", Host="evil.example")[0] == 421
        before = workers(process)
        assert len(before) == 2
        for pid in before:
            os.kill(pid, signal.SIGSEGV)
        statuses = [ask(url, "POST", "/v1/screen", {})[0] for _ in range(6)]
        assert set(statuses) <= {200, 500}  # a clean answer, never a broken connection
        assert statuses[-1] == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(LONG) == 0
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in before))


def test_workers_end_when_the_server_is_killed() -> None:
    with served() as (_, process):
        (worker,) = workers(process)
        process.kill()
        until(lambda: not is_there(worker))


def test_nothing_typed_is_logged() -> None:
    secret = "zolpidem-secret"
    with served() as (url, process):
        ask(url, "POST", "/v1/screen", {"medicines": [secret], "case_id": secret})
        ask(url, "POST", "/v1/screen", {"potassium": secret})
        ask(url, "GET", f"/{secret}")
        process.send_signal(signal.SIGTERM)
        process.wait(LONG)
        assert process.stderr
        assert secret not in process.stderr.read()


def test_a_taken_port_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("--port", str(taken.getsockname()[1]))
    assert done.returncode == 5
    assert "address already in use; choose another --port" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--host", "no-such-host.invalid"], 2, "is not an address of this machine"),
        (["--host", "203.0.113.7"], 5, "cannot listen on"),
        (["--pack", "artcle"], 2, "did you mean `article`"),
        (["--rules", "/nowhere"], 4, "rulebook.yaml"),
        (["--cors-origin", "*"], 2, "is not an origin"),
        (["--cors-origin", "https://ehr.example/path"], 2, "is not an origin"),
        (["--workers", "0"], 2, "--workers"),
        (["--port", "70000"], 2, "--port"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(options: list[str], code: int, message: str) -> None:
    done = run("--port", "0", *options) if "--port" not in options else run(*options)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_help_has_an_example() -> None:
    done = run("--help")
    assert "Example: screener serve" in done.stdout


def test_open_to_the_network_warns() -> None:
    command = [sys.executable, "-m", "screener", "serve", "--port", "0", "--host", "0.0.0.0"]
    with subprocess.Popen(command, env=ENV, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        assert "anyone who can reach this machine" in process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(LONG) in (0, -signal.SIGTERM)
