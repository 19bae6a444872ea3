"""What is noted of a finished part of a batch is read back whole, or the note is damaged; nothing is made up."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from screener.batch.chunk import Position
from screener.batch.summary.tally import Tally
from screener.batch.writing.parts import Part, Parts, Progress
from screener.errors import FileError


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    folders = [tmp_path / name for name in ("results", "rejects", "notes")]
    for folder in folders:
        folder.mkdir()
    return Parts(*folders, "jsonl", b"")


def progress() -> Progress:
    tally = Tally(results=2, rejects=1, extras={"caf\udce9", "other"})
    tally.raised["low-magnesium"] = 2
    tally.unrecognized["wate\u00a0r tablet"] = 1
    return Progress(tally, Position(1, 2, 3, 4, 5), {0: 17, 1: 2**63})


def test_a_note_is_read_back_the_same_whatever_the_names_are(parts: Parts) -> None:
    parts.write(0, Part([b"{}\n"]), progress())
    assert parts.note(0) == progress()
    assert parts.note(1) is None


def keys(note: dict[str, Any]) -> list[tuple[str, ...]]:
    """Every key of a note, by its path; the names that are counted are no keys."""
    return [(key,) for key in note] + [("tally", key) for key in note["tally"]]


def without(note: dict[str, Any], path: tuple[str, ...]) -> None:
    inner = note
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]


def changed(key: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda note: note["tally"].update({key: value})


def test_a_note_in_which_something_is_missing_or_wrong_is_damaged(parts: Parts) -> None:
    parts.write(0, Part([b"{}\n"]), progress())
    place = parts.notes / "part-00000.json"
    note = json.loads(place.read_bytes())
    paths = keys(note)
    assert {("position",), ("tally",), ("checks",), ("bytes",), ("tally", "raised"), ("tally", "results")} <= {*paths}
    wrong: list[Callable[[dict[str, Any]], object]] = [partial(without, path=path) for path in paths]
    wrong += [
        changed("results", "2"), changed("raised", {"low-magnesium": "2"}), changed("raised", 3), changed("new", 1),
        lambda note: note.update(new=1), lambda note: note["position"].pop(), lambda note: note.update(position=7),
    ]  # fmt: skip
    for break_it in wrong:
        broken = json.loads(json.dumps(note))
        break_it(broken)
        place.write_text(json.dumps(broken), encoding="utf-8")
        with pytest.raises(FileError, match="is damaged; begin again with --force"):
            parts.note(0)
    for text in ("", "[]", "7", "{", "null"):
        place.write_text(text, encoding="utf-8")
        with pytest.raises(FileError, match="is damaged"):
            parts.note(0)
