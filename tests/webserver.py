"""A real server for tests: `screener serve` in a process of its own, on a free port."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from waiting import LONG

ROOT = Path(__file__).parents[1]


@contextmanager
def served(*options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Start a server; gives its address and process, and stops it afterwards."""
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "screener", "serve", "--port", "0", *options]
    process = subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        yield address(process), process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(LONG)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stderr:
            process.stderr.close()


def children(pid: int) -> list[int]:
    """The processes that a process has started, in whichever of its threads."""
    return [
        int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    ]


def workers(process: subprocess.Popen[str]) -> list[int]:
    """The processes that do the reasoning: copies of one that the server has started."""
    return [worker for starter in children(process.pid) for worker in children(starter)]


def is_there(pid: int) -> bool:
    """Whether a process runs; one that ended and was not yet taken note of does not."""
    return state(pid) not in "XZ"


def state(pid: int) -> str:
    """What a process does, in a letter: `T` when it is stopped, `X` when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "X"


def address(process: subprocess.Popen[str]) -> str:
    """The address that the server announces."""
    assert process.stderr
    said = []
    for line in process.stderr:
        if line.startswith("open http://"):
            return line.split()[1].rstrip("/")
        said.append(line)
    raise AssertionError(f"the server ended with {process.wait()}: {''.join(said)}")
