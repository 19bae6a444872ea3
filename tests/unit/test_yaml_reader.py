"""The reader in Python reads what the reader in C reads: every rule file here, and texts made to tell them apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from screener.rulebook.reader import PlainLoader

ROOT = Path(__file__).parents[2]
FILES = sorted([*(ROOT / "rules").rglob("*.yaml"), *(ROOT / "examples" / "books").rglob("*.yaml")])
IN_C = getattr(yaml, "CSafeLoader", None)
needs_c = pytest.mark.skipif(IN_C is None, reason="PyYAML has no reader in C here")


def read(text: str, loader: Any) -> Any:
    try:
        return yaml.load(text, loader)
    except yaml.YAMLError:
        return "refused"


@needs_c
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_rule_file(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    read_in_c = list(yaml.parse(text, IN_C))
    read_here = list(yaml.parse(text, PlainLoader))
    assert [(type(event), getattr(event, "value", None)) for event in read_here] == [
        (type(event), getattr(event, "value", None)) for event in read_in_c
    ]
    places = [[(event.start_mark.line, event.start_mark.column) for event in each] for each in (read_here, read_in_c)]
    assert places[0] == places[1]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("{ask: Is it so?, why: b}", {"ask": "Is it so?", "why": "b"}),
        ("[what? now, so?]", ["what? now", "so?"]),
        ("{a: b:c, d: 'e?'}", {"a": "b:c", "d": "e?"}),
        ("a: is it? so\nb: {c: d?}", {"a": "is it? so", "b": {"c": "d?"}}),
    ],
)
def test_question_marks(text: str, meant: Any) -> None:
    assert read(text, PlainLoader) == meant


@needs_c
@given(st.lists(st.sampled_from(["a", "b c", "?", " ?", "? ", ", ", ": ", "d?", "x#", " #"]), max_size=6))
def test_inside_braces_both_read_the_same_or_refuse(parts: list[str]) -> None:
    text = "{k: v" + "".join(parts) + "}"
    one, other = read(text, PlainLoader), read(text, IN_C)
    assert one == other or "refused" in (one, other)
