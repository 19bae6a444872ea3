"""Ctrl-C is no fault of the program, whatever Python makes of it on the way."""

from __future__ import annotations

import signal
from typing import Any

import pytest

from screener.cli import main
from screener.errors import came_from


class Named:
    """Somebody presses Ctrl-C while Python makes a class that holds this one."""

    def __set_name__(self, owner: type, name: str) -> None:
        signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize(
    "made", [lambda: signal.raise_signal(signal.SIGINT), lambda: type("C", (), {"named": Named()})]
)
def test_ctrl_c_at_any_moment_stops_and_says_so(
    made: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(main.main, "main", lambda **_: made())
    for name in ("guard_streams", "gc.freeze", "gc.set_threshold"):  # the other tests go on in this process
        monkeypatch.setattr(f"screener.cli.main.{name}", lambda *_: None)
    with pytest.raises(SystemExit) as ended:
        main.run()
    assert ended.value.code == main.INTERRUPTED
    assert capsys.readouterr().err == "stopped\n"


def test_an_error_that_is_raised_from_itself_came_from_nothing_else() -> None:
    error = KeyError()
    error.__cause__ = error
    assert came_from(error, KeyError)
    assert not came_from(error, KeyboardInterrupt)
