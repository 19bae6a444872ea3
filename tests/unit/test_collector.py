"""The collector rests while a rule book is read, and is afterwards as it was."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from screener.collector import paused
from screener.errors import RuleBookError
from screener.rulebook.book import RuleBook


@pytest.fixture(params=[True, False], ids=["on", "off"])
def before(request: pytest.FixtureRequest) -> object:
    was, on = gc.isenabled(), request.param
    (gc.enable if on else gc.disable)()
    yield on
    (gc.enable if was else gc.disable)()


def test_it_is_as_it_was(before: bool) -> None:
    with paused():
        assert not gc.isenabled()
        with paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled() == before


def test_it_is_as_it_was_after_an_error(before: bool, tmp_path: Path) -> None:
    (tmp_path / "rulebook.yaml").write_text("title: [\n", encoding="utf-8")
    with pytest.raises(RuleBookError):
        RuleBook.load(tmp_path)
    assert gc.isenabled() == before
    RuleBook.load()
    assert gc.isenabled() == before
