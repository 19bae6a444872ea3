"""Worker processes: what they answer, what of an error travels, and that none can keep anybody waiting."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hands import Stopping, doing
from screener.errors import CaseError, EngineFault, FieldProblem, RuleBookError, RuleProblem
from screener.workers import READY, Crew, GoneError, NotBegunError, Worker, running_context
from waiting import LONG, until
from webserver import children, state


@pytest.fixture
def worker() -> Iterator[Worker]:
    one = Worker(running_context(["screener.batch.work"]), doing)
    assert one.answer() == READY
    yield one
    one.end()
    one.process.join(LONG)


def test_it_does_one_thing_after_the_other(worker: Worker) -> None:
    assert [worker.ask("say", number) for number in range(3)] == [(0,), (1,), (2,)]


def test_a_refusal_arrives_as_it_was_and_the_worker_goes_on(worker: Worker) -> None:
    with pytest.raises(CaseError) as refused:
        worker.ask("refuse")
    assert refused.value.problems == (FieldProblem("potassium", "is not a number"),)
    assert (refused.value.case_id, str(refused.value)) == ("a case", "line 3: potassium: is not a number")
    assert worker.ask("say", "on") == ("on",)


def test_of_an_error_of_the_program_only_its_kind_travels(worker: Worker) -> None:
    with pytest.raises(EngineFault, match=r"a worker process failed \(ValueError\)") as failed:
        worker.ask("fail", "what a person typed")
    assert "typed" not in repr(failed.value) + str(failed.value.__cause__)


def test_what_keeps_it_from_starting_is_said() -> None:
    fault = RuleBookError([RuleProblem("rulebook.yaml", 3, 1, "no such key")])
    with pytest.raises(RuleBookError, match=r"^rulebook.yaml:3:1: no such key$") as said:
        Worker(running_context([]), doing, fault).answer()
    assert said.value.problems == fault.problems


@pytest.mark.parametrize("before", [0, 50_000_000])
def test_one_that_dies_also_in_the_middle_of_an_answer_is_gone_at_once(before: int, worker: Worker) -> None:
    worker.pipe.send(("fill", before))
    assert worker.pipe.poll(LONG)  # the answer, or its beginning: so much cannot be sent before somebody reads it
    assert worker.process.pid
    os.kill(worker.process.pid, signal.SIGKILL)
    if not before:
        worker.answer()
    with pytest.raises(GoneError):
        worker.answer()
    worker.process.join(LONG)
    assert worker.how() == "was ended by signal 9"
    with pytest.raises(NotBegunError):
        worker.ask("say")


@pytest.mark.parametrize("size", [10, 50_000_000])
def test_one_that_is_stopped_can_be_ended_whatever_it_was_asked(size: int, worker: Worker) -> None:
    assert worker.process.pid
    os.kill(worker.process.pid, signal.SIGSTOP)
    limit = threading.Timer(0.3, worker.end)
    limit.start()
    begun = time.monotonic()
    with pytest.raises(GoneError):
        worker.ask("say", bytes(size))
    assert time.monotonic() - begun < 10  # on a busy machine
    limit.join()


def test_one_that_is_stopped_before_it_has_what_it_is_given_keeps_nobody_from_ending() -> None:
    def stopped() -> list[int]:
        below = [worker for starter in children(os.getpid()) for worker in children(starter)]
        return [pid for pid in below if state(pid) == "T"]

    crew = Crew(1, lambda: running_context(["hands"]), doing, (Stopping(), bytes(10_000_000)))
    asked = crew.threads.submit(crew.ask, "say")
    until(stopped)
    victims = stopped()
    closing = threading.Thread(target=crew.close)
    closing.start()
    closing.join(LONG / 2)
    hangs = closing.is_alive()
    for pid in victims if hangs else ():
        os.kill(pid, signal.SIGKILL)
    assert not hangs
    with pytest.raises(EngineFault, match="cannot be started"):
        asked.result()


SCRIPT = """
from hands import Stopping, doing
from screener.workers import Crew, running_context

print("begun")
crew = Crew(2, lambda: running_context(["hands"]), doing)
try:
    print([crew.threads.submit(crew.ask, "say", number).result() for number in range(4)])
finally:
    crew.close()
"""


def test_a_script_that_asks_workers_is_run_once(tmp_path: Path) -> None:
    """Whatever it does at its top; Python's own pools would run it again in every process."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, str(script)], env=environment, capture_output=True, text=True, timeout=LONG, check=False
    )
    assert (done.stdout, done.stderr) == ("begun\n[(0,), (1,), (2,), (3,)]\n", "")


def test_what_another_process_cannot_have_is_said() -> None:
    main = sys.modules["__main__"]
    crew = Crew(1, lambda: running_context([]), doing, lambda: None)
    try:
        with pytest.raises(EngineFault, match=r"^worker processes cannot have what .+ define it in a module"):
            crew.threads.submit(crew.ask, "say").result()
    finally:
        crew.close()
    assert sys.modules["__main__"] is main


def test_a_crew_starts_another_for_one_that_died() -> None:
    crew = Crew(1, lambda: running_context(["hands"]), doing)
    try:
        assert crew.threads.submit(crew.ask, "say", 1).result() == (1,)
        (first,) = crew.begun
        first.end()
        with pytest.raises(GoneError):
            crew.threads.submit(crew.ask, "say", 2).result()
        assert crew.threads.submit(crew.ask, "say", 3).result() == (3,)
    finally:
        crew.close()
    assert first not in crew.begun
