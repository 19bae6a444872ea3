from __future__ import annotations

from pathlib import Path

import pytest

from screener.case.files import parse_json, read_case
from screener.case.intake import Intake
from screener.errors import CaseError, FileError


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "f:1:1: this is not JSON: the file is empty"),
        (b"{", "f:1:2: this is not JSON: expecting property name enclosed in double quotes"),
        (b'{\n "age": 30,\n "age": 31}', "f:3:2: `age` is given twice"),
        (b'{"age": NaN}', "f:1:9: `NaN` is not a number in JSON"),
        (b'{"age": -Infinity}', "f:1:9: `-Infinity` is not a number in JSON"),
        (
            b'{"age": 30} {"age": 31}',
            "f:1:13: this is not JSON: there is more after the end of the case; use `screener",
        ),
        (b'{\n"a": "\xff"}', "f:2:7: the file is not UTF-8 text"),
        (b'\xef\xbb\xbf{\n"a": "\xff"}', "f:2:7: the file is not UTF-8 text"),
        (b"[" * 100_000, "f: the JSON is nested too deeply"),
        (b"[" * 1001 + b"]" * 1001, "f: the JSON is nested too deeply"),
        (b'{"a":' * 1001 + b"1" + b"}" * 1001, "f: the JSON is nested too deeply"),
        (b'{"age": ' + b"9" * 5000 + b"}", "f: a number has too many digits"),
    ],
)
def test_what_is_not_a_case_file(raw: bytes, message: str) -> None:
    with pytest.raises(CaseError) as caught:
        parse_json(raw, "f")
    (line,) = caught.value.lines()
    assert line.startswith(message)


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_bytes(b'\xef\xbb\xbf{"age": 30}')
    assert read_case(str(path), Intake.fields).age == 30


@pytest.mark.parametrize(
    "text",
    [
        b'{"a": ["' + b"[{" * 5000 + b'"]}',
        b'["' + b'\\"[' * 5000 + b'"]',
        b"[" + b"[]," * 5000 + b"[]]",
    ],
    ids=["in a text", "behind a quotation mark in a text", "one after the other"],
)
def test_many_brackets_are_no_levels(text: bytes) -> None:
    assert parse_json(text, "f")


@pytest.mark.parametrize("name", ["missing.json", ".", "a\0b"])
def test_a_file_that_cannot_be_read(name: str, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be read"):
        read_case(f"{tmp_path}/{name}", Intake.fields)


def test_a_file_that_is_too_long(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_bytes(b" " * 5_000_001)
    with pytest.raises(CaseError, match="longer than"):
        read_case(str(path), Intake.fields)
