"""The web server under load on this machine: throughput against a hard-coded answer, latency at half rate, memory.

Every answer is compared, byte by byte, with what the library says for that case; each request has an id of its own, so
that a lost or mixed-up answer is seen. `SCREENER_REQUESTS` sets how many requests are sent (default 20,000).
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.load import CONNECTIONS, ROOT, Plan, load

WORKERS = 2
TARGET = 1000  # requests a second


class Server:
    """`screener serve` in a process of its own."""

    def __enter__(self) -> Server:
        command = [sys.executable, "-m", "screener", "serve", "--port", "0", "--workers", str(WORKERS)]
        self.process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, env=environment())
        assert self.process.stderr
        line = next(line for line in self.process.stderr if line.startswith("open "))
        self.port = int(line.split()[1].rstrip("/").rpartition(":")[2])
        return self

    def __exit__(self, *_: Any) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)

    def workers(self) -> list[str]:
        """The processes that do the reasoning."""
        return [worker for starter in children(str(self.process.pid)) for worker in children(starter)]

    def memory(self) -> float:
        """Memory of the server and of all that it started, in MB; what several share is counted once."""
        starters = children(str(self.process.pid))
        return sum(proportional(pid) for pid in [str(self.process.pid), *starters, *self.workers()])

    def processor(self) -> tuple[float, float]:
        """Processor time so far, of the server and of its workers, in seconds."""
        return processor(str(self.process.pid)), sum(processor(pid) for pid in self.workers())


def children(pid: str) -> list[str]:
    """The processes that a process has started, in whichever of its threads."""
    return [child for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])}


def resident(pid: str) -> float:
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def proportional(pid: str) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))


def processor(pid: str) -> float:
    """Processor time so far, in seconds."""
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def serve_fixed(port: int, content: bytes) -> None:
    """The same application with a hard-coded answer, as one process: it has no reasoning to share out."""
    import uvicorn

    from screener.web.app import create_app
    from screener.web.serve import config, listen, runner
    from screener.web.settings import Settings
    from screener.web.wire import JSON, Answer, Job

    class Fixed:
        async def ask(self, job: Job) -> Answer:
            return Answer(200, JSON, content)

        def ready(self) -> int:
            return 1

    with runner() as loop, listen("127.0.0.1", port) as listener:
        loop.run(uvicorn.Server(config(create_app(Settings(), Fixed()), Settings())).serve(sockets=[listener]))


async def until_up(port: int) -> None:
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return


def fixed_rate(plan: Plan, count: int) -> float:
    """Requests a second with a hard-coded answer of the usual length."""
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    content = b"".join(plan.answers[0])
    process = multiprocessing.get_context("spawn").Process(target=serve_fixed, args=(port, content), daemon=True)
    process.start()
    asyncio.run(until_up(port))
    load(port, plan, range(500), check=False)
    rate = load(port, plan, range(count), check=False).throughput
    process.terminate()
    process.join()
    return rate


def main() -> None:
    count = int(os.environ.get("SCREENER_REQUESTS", "20000"))
    plan = Plan.of_examples()
    fixed = fixed_rate(plan, min(count, 10_000))
    with Server() as server:
        load(server.port, plan, range(1000))
        memory, (http, work) = server.memory(), server.processor()
        full = load(server.port, plan, range(count))
        grown, (http_after, work_after) = server.memory(), server.processor()
        half = load(server.port, plan, range(min(count, 5000)), rate=full.throughput / 2)
    print(
        f"POST /v1/screen, {WORKERS} workers, {count:,} requests, {CONNECTIONS} connections, client on the same machine"
    )
    share = full.throughput / fixed
    print(f"  {full.throughput:,.0f} requests a second; with a hard-coded answer {fixed:,.0f}: {share:.0%}")
    print(f"  target: {min(TARGET, 0.6 * fixed):,.0f} a second")
    print(f"  at full rate: p50 {full.percentile(0.5):.1f} ms, p99 {full.percentile(0.99):.1f} ms")
    print(
        f"  at half that rate: p50 {half.percentile(0.5):.1f} ms, p99 {half.percentile(0.99):.1f} ms (target: under 50)"
    )
    each = [1000 * spent / count for spent in (http_after - http, work_after - work, full.processor)]
    print(
        f"  processor time a request: {each[0]:.2f} ms in the server, {each[1]:.2f} ms in the workers, "
        f"{each[2]:.2f} ms in this client"
    )
    print(f"  lost or mixed-up answers: {full.wrong + half.wrong}")
    print(f"  memory of server and workers: {memory:.0f} MB after 1,000 requests, {grown:.0f} MB after {count:,} more")


if __name__ == "__main__":
    main()
