"""`python -m benchmarks` lists what there is instead of running it when it is asked to, and refuses what it has not."""

from __future__ import annotations

import pytest

from benchmarks import __main__ as benchmarks


@pytest.fixture(autouse=True)
def nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*given: object, **named: object) -> None:
        raise AssertionError("a benchmark was run")

    monkeypatch.setattr(benchmarks, "import_module", refuse)
    monkeypatch.setattr(benchmarks.subprocess, "run", refuse)


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_lists_every_benchmark_with_a_line(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert benchmarks.run(["single", option]) == 0
    shown = capsys.readouterr().out.splitlines()[2:]
    assert [line.split()[0] for line in shown] == list(benchmarks.summaries())
    assert {"batch", "single", "growth"} <= set(benchmarks.summaries())
    assert all(len(line.split()) > 3 for line in shown)


@pytest.mark.parametrize("wrong", ["--fast", "-x", "singel"])
def test_what_there_is_not_is_an_error(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert benchmarks.run(["single", wrong]) == 2
    assert f" {wrong}; there are " in capsys.readouterr().err
