"""Workers: one that dies or hangs is replaced, its request gets a clean error, and all others are served."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from screener.errors import EngineFault
from screener.web.pool import Pool
from screener.web.settings import Settings
from screener.web.wire import Answer, Job
from screener.workers import GoneError, Worker
from waiting import LONG

SCREEN = Job("screen", {}, b'{"fatigue": "yes"}')


def with_pool(scenario: Callable[[Pool], Awaitable[None]], size: int = 1) -> None:
    async def run() -> None:
        pool = Pool(Settings(job_seconds=LONG), size)
        await pool.start()
        try:
            await scenario(pool)
        finally:
            await pool.stop()

    asyncio.run(run())


def pids(pool: Pool) -> set[int]:
    return {worker.process.pid for worker in pool.workers if worker.process.pid}


async def until_replaced(pool: Pool, old: set[int]) -> None:
    await until(lambda: len(pids(pool) - old) >= pool.size)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(LONG):
        while not condition():
            await asyncio.sleep(0.02)


def asked(worker: Worker) -> threading.Event:
    """Tells that a worker has been sent what it is asked from now on, for which it is waited."""
    sent, answer = threading.Event(), worker.answer

    def noting() -> Any:
        sent.set()
        return answer()

    worker.answer = noting  # type: ignore[method-assign]
    return sent


async def with_little_time(pool: Pool, seconds: float = 1.0) -> asyncio.Future[Answer]:
    """Ask the next idle worker, which has so many seconds for it; all later jobs have long, on a busy machine too."""
    pool.settings = replace(pool.settings, job_seconds=seconds)
    given = asyncio.ensure_future(pool.ask(SCREEN))
    await asyncio.sleep(0)
    assert len(pool.idle) == pool.size - 1
    pool.settings = replace(pool.settings, job_seconds=LONG)
    return given


def test_many_jobs_at_once_each_get_their_own_answer() -> None:
    async def scenario(pool: Pool) -> None:
        jobs = [
            Job("screen", {}, json.dumps({"case_id": f"case-{n}", "fatigue": n % 2 == 0}).encode()) for n in range(60)
        ]
        answers = await asyncio.gather(*(pool.ask(job) for job in jobs))
        reports = [json.loads(answer.body) for answer in answers]
        assert [report["case_id"] for report in reports] == [f"case-{n}" for n in range(60)]
        for number, report in enumerate(reports):
            raised = [finding["status"] for finding in report["findings"] if finding["id"] == "magnesium-symptom"]
            assert raised == ["raised" if number % 2 == 0 else "possible"]

    with_pool(scenario, size=2)


def test_a_worker_killed_in_the_middle_of_a_job() -> None:
    async def scenario(pool: Pool) -> None:
        (pid,) = pids(pool)
        sent = asked(*pool.workers)
        os.kill(pid, signal.SIGSTOP)  # so that it certainly has the job when it dies
        given = asyncio.ensure_future(pool.ask(SCREEN))
        await until(sent.is_set)
        os.kill(pid, signal.SIGKILL)
        answer = await given
        assert answer.status == 500
        assert json.loads(answer.body)["title"] == "The rule engine failed"
        assert (await pool.ask(SCREEN)).status == 200
        assert pids(pool) != {pid}

    with_pool(scenario)


def test_a_job_that_waits_for_a_worker_that_dies_is_done_by_another() -> None:
    async def scenario(pool: Pool) -> None:
        (pid,) = pids(pool)
        sent = asked(*pool.workers)
        os.kill(pid, signal.SIGSTOP)
        given = [asyncio.ensure_future(pool.ask(SCREEN)) for _ in range(4)]
        await until(lambda: sent.is_set() and len(pool.queue) == 3)
        os.kill(pid, signal.SIGKILL)
        assert [answer.status for answer in await asyncio.gather(*given)] == [500, 200, 200, 200]

    with_pool(scenario)


def test_a_job_that_waits_for_a_worker_that_hangs_is_done_by_another() -> None:
    async def scenario(pool: Pool) -> None:
        os.kill(pool.idle[-1].process.pid or 0, signal.SIGSTOP)
        given = [await with_little_time(pool), *(asyncio.ensure_future(pool.ask(SCREEN)) for _ in range(3))]
        assert [answer.status for answer in await asyncio.gather(*given)] == [503, 200, 200, 200]

    with_pool(scenario, size=2)


def test_a_worker_killed_while_idle() -> None:
    async def scenario(pool: Pool) -> None:
        before = pids(pool)
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        await until_replaced(pool, before)
        answers = await asyncio.gather(*(pool.ask(SCREEN) for _ in range(10)))
        assert {answer.status for answer in answers} == {200}

    with_pool(scenario, size=2)


def test_a_worker_that_hangs() -> None:
    async def scenario(pool: Pool) -> None:
        before = pids(pool)
        for pid in before:
            os.kill(pid, signal.SIGSTOP)
        answer = await (await with_little_time(pool))
        assert answer.status == 503
        await until_replaced(pool, before)
        assert (await pool.ask(SCREEN)).status == 200

    with_pool(scenario)


def test_too_many_waiting_are_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screener.web.pool.MOST_WAITING", 3)

    async def scenario(pool: Pool) -> None:
        answers = await asyncio.gather(*(pool.ask(SCREEN) for _ in range(10)))
        # one in work, three that wait
        assert sorted(answer.status for answer in answers) == [200] * 4 + [503] * 6
        assert (await pool.ask(SCREEN)).status == 200

    with_pool(scenario)


def test_a_caller_that_goes_away_leaves_nothing_behind() -> None:
    async def scenario(pool: Pool) -> None:
        given = asyncio.ensure_future(pool.ask(SCREEN))
        await asyncio.sleep(0)
        given.cancel()
        answer = await pool.ask(Job("screen", {}, b'{"case_id": "mine"}'))
        assert json.loads(answer.body)["case_id"] == "mine"

    with_pool(scenario)


def test_a_pool_that_can_not_start_says_so(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    async def run() -> None:
        with pytest.raises(EngineFault, match=r"a worker did not start: .*rulebook\.yaml"):
            await Pool(Settings(rules_folder=tmp_path), 1).start()

    asyncio.run(run())
    assert "Traceback" not in capfd.readouterr().err


def test_a_worker_that_is_gone_is_not_asked() -> None:
    async def scenario(pool: Pool) -> None:
        worker = next(iter(pool.workers))
        worker.end()
        worker.process.join(LONG)
        with pytest.raises(GoneError):
            worker.ask(SCREEN.task, SCREEN.options, SCREEN.body)

    with_pool(scenario)
