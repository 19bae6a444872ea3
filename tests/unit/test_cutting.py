"""Chunks of lines: every line once, and the same chunks wherever reading began."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screener.batch.chunk import Chunk, Position
from screener.batch.inputs import cutting
from screener.batch.inputs.cutting import LineCutter, last_feed
from screener.batch.inputs.source import chunks, find_inputs

LINES = st.lists(st.integers(0, 60).map(lambda size: b"x" * size), max_size=60)


def cut(text: bytes, size: int, start: Chunk | None = None) -> list[Chunk]:
    first = start or Chunk(0, 0, 1, 0)
    return list(LineCutter(io.BytesIO(text[first.start :]), first, True, size).chunks())


@pytest.fixture(autouse=True)
def _short_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "LONGEST_LINE", 50)


@given(LINES, st.booleans(), st.integers(1, 300))
def test_every_line_is_in_one_chunk(lines: list[bytes], closed: bool, size: int) -> None:
    text = b"\n".join(lines) + (b"\n" if closed else b"")
    found = cut(text, size)
    assert b"".join(text[chunk.start : chunk.end] for chunk in found) == text
    assert [chunk.line for chunk in found] == [text[: chunk.start].count(b"\n") + 1 for chunk in found]
    assert sum(chunk.records for chunk in found) == len(text.splitlines()) if text else not found
    for chunk in found:
        body = text[chunk.start : chunk.end]
        alone = len(body.rstrip(b"\n")) > 50 and body.count(b"\n") <= 1
        assert alone if chunk.too_long else chunk.data == body


@given(LINES, st.integers(1, 300), st.integers(0, 20))
def test_chunks_do_not_depend_on_where_reading_began(lines: list[bytes], size: int, skip: int) -> None:
    text = b"\n".join(lines)
    found = cut(text, size)
    for at, chunk in enumerate(found[skip:], start=skip):
        again = cut(text, size, Chunk(0, at, chunk.line, 0, chunk.start))
        assert again == found[at:]


@given(LINES, st.integers(1, 300))
def test_a_file_is_cut_as_a_stream_is(tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], size: int) -> None:
    path: Path = tmp_path_factory.getbasetemp() / "in.jsonl"
    path.write_bytes(b"\n".join(lines))
    inputs = find_inputs([str(path)])
    places = [(chunk.start, chunk.end, chunk.records) for chunk in chunks(inputs, Position(), size)]
    assert places == [(chunk.start, chunk.end, chunk.records) for chunk in cut(path.read_bytes(), size)]


@given(LINES, st.integers(1, 300), st.integers(1, 100))
def test_the_last_chunks_of_a_file_are_smaller(lines: list[bytes], size: int, last: int) -> None:
    text = b"".join(line + b"\n" for line in lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cutting, "LAST_BYTES", last)

        def known(start: int, number: int, line: int) -> list[Chunk]:
            stream = io.BytesIO(text[start:])
            return list(LineCutter(stream, Chunk(0, number, line, 0, start), True, size, len(text)).chunks())

        found = known(0, 0, 1)
        assert b"".join(text[chunk.start : chunk.end] for chunk in found) == text
        assert all(known(chunk.start, at, chunk.line) == found[at:] for at, chunk in enumerate(found))


def test_they_shrink_to_a_smallest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "BLOCK", 10)
    monkeypatch.setattr(cutting, "LAST_BYTES", 20)
    stream = io.BytesIO(b"123456789\n" * 40)
    found = LineCutter(stream, Chunk(0, 0, 1, 0), True, 100, 400).chunks()
    assert [chunk.records for chunk in found] == [5, 5, 4, 4, 3, 3, *[2] * 8]


@pytest.mark.parametrize("size", [0, 1, 100, cutting.WINDOW - 1, cutting.WINDOW, cutting.WINDOW + 1, 100_000])
def test_the_last_line_feed_is_found_however_far_away(size: int) -> None:
    assert last_feed(b"x" * size) == -1
    assert last_feed(b"\n" + b"x" * size) == 0
    assert last_feed(b"x" * size + b"\n") == size


def test_a_mapped_file_gives_what_is_in_it_and_lets_go_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "FORGET", 1 << 16)
    path = tmp_path / "in"
    content = bytes(range(256)) * 4096
    path.write_bytes(content)
    for start in (0, 1, (1 << 16) - 1, 1 << 16, 300_001):
        with path.open("rb") as file:
            mapped = cutting.Mapped(file, start)
            found = b""
            while block := mapped.read(50_000):
                found += block
            assert found == content[start:]
            assert mapped.at - mapped.held < (1 << 16) + 50_000
