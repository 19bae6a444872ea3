"""Chunks of lines: every line once, and the same chunks wherever reading began."""

from __future__ import annotations

import io
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screener.batch.chunk import Chunk, Position
from screener.batch.inputs import cutting
from screener.batch.inputs.chunks import chunks
from screener.batch.inputs.cutting import LineCutter, last_feed
from screener.batch.inputs.opening import checksum
from screener.batch.inputs.source import find_inputs

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


def test_a_file_is_read_into_the_same_memory(tmp_path: Path) -> None:
    path = tmp_path / "in"
    content = bytes(range(256)) * 16384
    path.write_bytes(content)
    for start in (0, 1, (1 << 16) - 1, 1 << 20, len(content)):
        with path.open("rb", buffering=0) as file:
            stream = cutting.Reused(file, start)
            found = b""
            while block := stream.read(50_000):
                found += block
            assert found == content[start:]
            assert len(stream.memory) == cutting.BLOCK


@given(st.binary(max_size=20_000), st.lists(st.integers(0, 20_000), max_size=5))
def test_the_checksum_does_not_depend_on_the_pieces(text: bytes, cuts: list[int]) -> None:
    places = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    check = 0
    for start, end in pairwise(places):
        check = checksum(text[start:end], start, check)
    words = [int.from_bytes(text[at : at + 8], "little") for at in range(0, len(text), 8)]
    total, placed = sum(words), sum(place * word for place, word in enumerate(words))
    assert check == total % 2**64 | placed % 2**64 << 64


@given(LINES, st.integers(1, 300))
def test_each_chunk_has_the_checksum_of_what_comes_up_to_its_end(lines: list[bytes], size: int) -> None:
    text = b"\n".join(lines)
    for chunk in cut(text, size):
        assert chunk.check == checksum(text[: chunk.end], 0)
