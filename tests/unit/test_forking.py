"""When the process that workers are copied from is started early."""

from __future__ import annotations

import signal
from multiprocessing import forkserver
from pathlib import Path

import pytest

from screener.batch import forking


@pytest.mark.parametrize(
    ("sizes", "workers", "started"),
    [([0], 2, False), ([60, 39], 2, False), ([60, 40], 2, True), ([100], 1, False), ([100], 8, True)],
)
def test_it_is_started_early_only_for_work_for_several(
    sizes: list[int], workers: int, started: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked: list[bool] = []

    def note() -> None:
        blocked.append(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ()))

    monkeypatch.setattr(forkserver, "ensure_running", note)
    monkeypatch.setattr(forking, "LARGE", 100)
    for number, size in enumerate(sizes):
        (tmp_path / f"{number}.jsonl").write_bytes(b"x" * size)
    forking.start_early([*(str(tmp_path / f"{number}.jsonl") for number in range(len(sizes))), "-", "*.json"], workers)
    assert blocked == ([True] if started else [])
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_what_goes_wrong_early_is_tried_again_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(forkserver, "ensure_running", fail)
    monkeypatch.setattr(forking, "LARGE", 0)
    forking.start_early([str(tmp_path)], 2)
    with pytest.raises(OSError, match="allocate"):
        forking.running_context()
