"""Visits: bounded, gone when idle or deleted, and each reachable by its own key only."""

from __future__ import annotations

from typing import Any

import pytest

from screener.web import visits
from screener.web.visits import IDLE, MOST_PAGES, MOST_VISITS, Kept, VisitInterview, Visits


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def page(answers: str = "{}") -> Kept:
    return Kept("/questions", b"go=age", VisitInterview(answers))


def test_a_key_reaches_its_own_visit_only() -> None:
    found = Visits()
    mine, theirs = found.new_key(), found.new_key()
    number = found.add(mine, page('{"age": 40}'))
    visit = found.get(mine)
    assert visit
    assert visit.pages[number].run.answers == '{"age": 40}'
    assert found.get(theirs) is None
    for wrong in (
        "",
        "x",
        mine[:-1],
        mine[:-1] + "g",
        mine[:32],
        mine.upper(),
        mine + "0",
        Visits().new_key(),
        "é" * 96,
    ):
        assert not found.is_key(wrong)
        assert found.get(wrong) is None


def test_it_is_gone_after_idle_minutes_and_not_before() -> None:
    clock = Clock()
    found = Visits(clock)
    key = found.new_key()
    found.add(key, page())
    clock.now += IDLE - 1
    assert found.get(key) is not None  # used, so it stays for as long again
    clock.now += IDLE - 1
    assert found.get(key) is not None
    clock.now += IDLE + 1
    assert found.get(key) is None
    assert (len(found.kept), found.bytes) == (0, 0)


def test_others_are_gone_though_nobody_asks_for_them() -> None:
    clock = Clock()
    found = Visits(clock)
    for _ in range(10):
        found.add(found.new_key(), page())
    clock.now += IDLE + 1
    key = found.new_key()
    found.add(key, page())
    assert list(found.kept) == [key]


def test_deletion_is_immediate() -> None:
    found = Visits()
    key = found.new_key()
    found.add(key, page("x" * 1000))
    found.forget(key)
    assert found.get(key) is None
    assert (found.kept, found.sizes, found.bytes) == ({}, {}, 0)
    found.forget(key)


def test_there_are_never_more_than_so_many_and_the_oldest_goes_first() -> None:
    found = Visits()
    keys = [found.new_key() for _ in range(MOST_VISITS + 5)]
    for key in keys:
        found.add(key, page())
    assert len(found.kept) == MOST_VISITS
    assert [found.get(key) is None for key in (*keys[:5], keys[5], keys[-1])] == [True] * 5 + [False] * 2
    assert found.bytes == sum(visit.size() for visit in found.kept.values())


def test_bytes_and_pages_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visits, "MOST_BYTES", 50_000)
    found = Visits()
    keys: list[Any] = [found.new_key() for _ in range(10)]
    for key in keys:
        found.add(key, page("x" * 10_000))
    assert found.bytes <= 50_000
    assert found.get(keys[-1]) is not None
    last = 0
    for _ in range(MOST_PAGES + 3):
        last = found.add(keys[-1], page())
    visit = found.get(keys[-1])
    assert visit
    assert len(visit.pages) == MOST_PAGES
    assert last in visit.pages
