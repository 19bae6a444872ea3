"""Worker processes: what they answer, what of an error travels, and that none can keep anybody waiting."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from hands import doing
from screener.errors import CaseError, EngineFault, FieldProblem, RuleBookError, RuleProblem
from screener.workers import READY, GoneError, NotBegunError, Worker, running_context


@pytest.fixture
def worker() -> Iterator[Worker]:
    one = Worker(running_context(["screener.batch.work"]), doing)
    assert one.answer() == READY
    yield one
    one.end()
    one.process.join(10)


def test_it_does_one_thing_after_the_other(worker: Worker) -> None:
    assert [worker.ask("say", number) for number in range(3)] == [(0,), (1,), (2,)]


def test_a_refusal_arrives_as_it_was_and_the_worker_goes_on(worker: Worker) -> None:
    with pytest.raises(CaseError) as refused:
        worker.ask("refuse")
    assert refused.value.problems == (FieldProblem("potassium", "is no number"),)
    assert (refused.value.case_id, str(refused.value)) == ("a case", "line 3: potassium: is no number")
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
    time.sleep(0.3)  # it cannot send so much before somebody reads it
    assert worker.process.pid
    os.kill(worker.process.pid, signal.SIGKILL)
    if not before:
        worker.answer()
    with pytest.raises(GoneError):
        worker.answer()
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
