"""Workers: one that dies or hangs is replaced, its request gets a clean error, and all others are served."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from screener.errors import EngineFault
from screener.web.pool import Pool
from screener.web.settings import Settings
from screener.web.wire import Job
from screener.workers import GoneError

SCREEN = Job("screen", {}, b'{"fatigue": "yes"}')


def with_pool(scenario: Callable[[Pool], Awaitable[None]], size: int = 1, **settings: float) -> None:
    async def run() -> None:
        pool = Pool(Settings(**settings), size)  # type: ignore[arg-type]
        await pool.start()
        try:
            await scenario(pool)
        finally:
            await pool.stop()

    asyncio.run(run())


def pids(pool: Pool) -> set[int]:
    return {worker.process.pid for worker in pool.workers if worker.process.pid}


async def until_replaced(pool: Pool, old: set[int]) -> None:
    async with asyncio.timeout(20):
        while len(pids(pool) - old) < pool.size:
            await asyncio.sleep(0.02)


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
        os.kill(pid, signal.SIGSTOP)  # so that it certainly has the job when it dies
        asked = asyncio.ensure_future(pool.ask(SCREEN))
        await asyncio.sleep(0.1)
        os.kill(pid, signal.SIGKILL)
        answer = await asked
        assert answer.status == 500
        assert json.loads(answer.body)["title"] == "The rule engine failed"
        assert (await pool.ask(SCREEN)).status == 200
        assert pids(pool) != {pid}

    with_pool(scenario)


def test_a_job_that_waits_for_a_worker_that_dies_is_done_by_another() -> None:
    async def scenario(pool: Pool) -> None:
        (pid,) = pids(pool)
        os.kill(pid, signal.SIGSTOP)
        asked = [asyncio.ensure_future(pool.ask(SCREEN)) for _ in range(4)]
        await asyncio.sleep(0.1)
        os.kill(pid, signal.SIGKILL)
        assert [answer.status for answer in await asyncio.gather(*asked)] == [500, 200, 200, 200]

    with_pool(scenario)


def test_a_job_that_waits_for_a_worker_that_hangs_is_done_by_another() -> None:
    async def scenario(pool: Pool) -> None:
        os.kill(min(pids(pool)), signal.SIGSTOP)
        asked = [asyncio.ensure_future(pool.ask(SCREEN)) for _ in range(4)]
        await asyncio.sleep(0)
        answers = await asyncio.gather(*asked)
        assert sorted(answer.status for answer in answers) == [200, 200, 200, 503]

    with_pool(scenario, size=2, job_seconds=3.0)


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
        answer = await pool.ask(SCREEN)
        assert answer.status == 503
        await until_replaced(pool, before)
        assert (await pool.ask(SCREEN)).status == 200

    with_pool(scenario, job_seconds=1.0)


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
        asked = asyncio.ensure_future(pool.ask(SCREEN))
        await asyncio.sleep(0)
        asked.cancel()
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
        worker.process.join(10)
        with pytest.raises(GoneError):
            worker.ask(SCREEN.task, SCREEN.options, SCREEN.body)

    with_pool(scenario)
