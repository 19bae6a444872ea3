"""Text made printable: nothing that is not seen is left, nothing else is changed, and JSON stays the same JSON."""

from __future__ import annotations

import io
import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile import HOSTILE, found, pattern, unseen
from screener.errors import CaseError, FieldProblem, RuleBookError, RuleProblem, UsageError, echo
from screener.printable import Printable, on_one_line, overwrite, printable
from screener.report import html, markdown, text
from screener.report.blocks import Block, Folded, Heading, Paragraph, bullets

TEXTS = st.text(st.characters(), max_size=40) | st.text(st.sampled_from([*HOSTILE, "\ud800", "\U000e0041", "\n", "\t"]))


def test_every_character_that_is_not_seen_is_written_as_an_escape() -> None:
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    assert not found(printable(every))
    assert printable("\x1b\x7f\u202e\ud800\U000e0041") == r"\x1b\u007f\u202e\ud800\udb40\udc41"


@given(TEXTS)
def test_what_is_seen_is_not_changed(given: str) -> None:
    assert not found(printable(given))
    assert "\n" not in on_one_line(given)
    if not any(unseen(char) for char in given):
        assert printable(given) == given or pattern().search(given) is None


@pytest.mark.parametrize("given", ["", "plain", "Furosémide 40 mg – Ψ 薬 دواء 💊", "two\nlines\tand a tab", "a\u00a0b"])
def test_other_peoples_writing_stays(given: str) -> None:
    assert printable(given) == given


@given(st.dictionaries(TEXTS, st.lists(TEXTS)), st.sampled_from([None, 2]))
def test_json_made_printable_is_the_same_json(data: dict[str, list[str]], indent: int | None) -> None:
    made = printable(json.dumps(data, ensure_ascii=False, indent=indent))
    assert json.loads(made) == data
    assert not found(made)


@given(TEXTS)
def test_errors_are_printable_and_one_line_each(given: str) -> None:
    problem = FieldProblem(given, f"{echo(given)} {given}")
    errors = [
        CaseError([problem, problem], given, given),
        RuleBookError([RuleProblem(given, 1, 2, given)]),
        UsageError(f"there is no pack `{given}`"),
    ]
    for error in errors:
        assert not found(str(error))
    assert len(str(errors[0]).splitlines()) == 2
    assert len(str(errors[1]).splitlines()) == 1
    assert not found(echo(given) + echo([given]) + echo({given: 1}))


@given(TEXTS)
def test_every_view_of_every_block_is_printable(given: str) -> None:
    blocks: list[Block] = [
        Heading(1, given),
        Paragraph(given, "urgent"),
        Paragraph(f"Case: {given}", "small"),
        bullets([given, (given, (given, given))]),
        Folded(given, (Paragraph(given),)),
    ]
    for render in (text.render, markdown.render, html.render):
        assert not found(render(blocks))


@pytest.mark.parametrize(
    ("given", "escaped"),
    [
        ("](javascript:x)", r"\](javascript:x)"),
        ("<b>`x`", r"\<b\>\`x\`"),
        ("&#x202e;", r"\&\#x202e;"),
        ("- not a list", r"\- not a list"),
        ("1. not a list", r"1\. not a list"),
        ("===", r"\==="),
        ("~~~", r"\~\~\~"),
        ("$x$", r"\$x\$"),
        ("\u202eabc", r"\\u202eabc"),
        ("3.5 mmol/L", "3.5 mmol/L"),
        ("-", r"\-"),
    ],
)
def test_nothing_in_a_text_is_a_mark_of_markdown(given: str, escaped: str) -> None:
    assert markdown.escape(given) == escaped


def stream() -> tuple[io.BytesIO, Printable]:
    raw = io.BytesIO()
    return raw, Printable(raw, "utf-8", "backslashreplace")


def test_a_stream_makes_text_printable_and_leaves_bytes_alone() -> None:
    raw, out = stream()
    assert out.write("a\x1bb\ud800\n") == 5
    out.flush()
    out.buffer.write(b"\x1b")
    assert raw.getvalue() == b"a\\x1bb\\ud800\n\x1b"


def test_a_line_that_is_written_anew_can_hold_nothing_hostile() -> None:
    raw, out = stream()
    overwrite(out, "1 of 2\n\x1b[31m")
    assert raw.getvalue() == b"\r1 of 2\\x0a\\x1b[31m\x1b[K"
    plain = io.StringIO()
    overwrite(plain, "1 of 2\n")
    assert plain.getvalue() == "\r1 of 2\\x0a\x1b[K"
