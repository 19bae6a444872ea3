"""One medicine given up for another: the old one is not counted, and asked about where it is not clear."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest

from screener.rulebook.medicine.result import AskWhich, NotCounted
from shippedbook import BOOK

FOLDER = Path(__file__).parents[2] / "rules" / "vocabulary"
TABLE = BOOK.medicines
SINGLE = [
    entry.generic
    for entry in TABLE.entries
    if entry.generic.isalpha() and entry.route == "oral" and entry.generic != "licorice"
]


def switch_words(scope: str) -> list[str]:
    with (FOLDER / "history-words.csv").open(encoding="utf-8", newline="") as lines:
        return [w for row in csv.DictReader(lines) if row["scope"] == scope for w in row["words"].split(";")]


def read(text: str) -> tuple[list[str], list[str], list[str]]:
    """The medicines that count, those that are given up, and what is asked about."""
    results = TABLE.match(text).results
    given = [item for item in results if isinstance(item, NotCounted)]
    assert all(item.kind in ("stopped", "past") and item.word for item in given), text
    asked = [item.choices[0][1] for item in results if isinstance(item, AskWhich) and item.id == "taken-now"]
    return [entry.generic for entry in TABLE.match(text).entries], [item.medicine for item in given], asked


@pytest.mark.parametrize("word", [*switch_words("forward"), "→", "=>", "-->", "⇒", ">", "to"])
def test_what_stands_before_the_word_is_given_up(word: str) -> None:
    chance = random.Random(word)
    for _ in range(10):
        old, new, other = chance.sample(SINGLE, 3)
        for text in (f"{old} {word} {new}", f"{old} 10 mg {word} {new} 5 mg tablets", f"{other}; {old} {word} {new}"):
            assert read(text) == ([other, new] if other in text else [new], [old], []), text
    for text in (f"Lasix {word} furosemide 20", f"furosemide 40 mg {word} 20 mg", f"furosemide {word} furosemide 80"):
        assert read(text)[0] == ["furosemide"], text


@pytest.mark.parametrize("word", switch_words("forward"))
def test_where_the_word_stands_does_not_matter(word: str) -> None:
    assert read(f"{word} losartan") == (["losartan"], [], [])
    assert read(f"ramipril, {word} losartan") == (["losartan"], ["ramipril"], [])
    assert read(f"ramipril ({word} losartan), digoxin") == (["losartan", "digoxin"], ["ramipril"], [])
    assert read(f"digoxin, ramipril {word} losartan") == (["digoxin", "losartan"], ["ramipril"], [])
    assert read(f"digoxin and ramipril {word} losartan") == (["losartan"], ["ramipril"], ["digoxin"])
    assert read(f"ramipril {word} losartan {word} candesartan")[:2] == (["candesartan"], ["ramipril", "losartan"])
    assert read(f"losartan/HCTZ {word} ramipril") == (["ramipril"], ["losartan", "hydrochlorothiazide"], [])
    assert read(f"ramipril {word}")[0] == []
    assert read(f"ramipril {word} in 2020")[0] == []
    assert TABLE.match(f"ramipril {word} water tablet").unrecognized == ("water tablet",)
    assert TABLE.match(f"ramipril {word} Zorbal").unrecognized == ("Zorbal",)


@pytest.mark.parametrize("word", switch_words("back"))
def test_what_stands_behind_the_word_is_given_up(word: str) -> None:
    chance = random.Random(word)
    for _ in range(10):
        old, new, other = chance.sample(SINGLE, 3)
        for text in (f"{new} {word} {old}", f"{new}, {word} {old} 10 mg", f"{new} ({word} {old})"):
            assert read(text) == ([new], [old], []), text
        assert read(f"{word} {old} {new}") == ([new], [old], [])
        assert read(f"{new} {word} {old}, {other}") == ([new, other], [old], [])
        assert read(f"{new} {word} {old} and {other}") == ([new], [old], [other])


@pytest.mark.parametrize("word", switch_words("from"))
def test_from_one_to_another(word: str) -> None:
    assert read(f"{word} lisinopril to losartan") == (["losartan"], ["lisinopril"], [])
    assert read(f"{word} lisinopril 10 mg to losartan 50 mg, digoxin") == (
        ["losartan", "digoxin"], ["lisinopril"], [],
    )  # fmt: skip
    assert read(f"{word} furosemide 40 mg to furosemide 20 mg") == (["furosemide"], [], [])
    assert read(f"lisinopril {word} losartan")[0] == (["lisinopril"] if word.endswith("from") else [])
    assert read(f"digoxin, {word} lisinopril, to losartan")[0] in (["digoxin", "losartan"], ["losartan"])
    assert read(f"lisinopril {word}")[0] == []


@pytest.mark.parametrize(
    ("text", "taken", "given", "asked"),
    [
        ("was lisinopril now losartan", ["losartan"], ["lisinopril"], []),
        ("Lasix (furosemide) -> torasemide", ["torsemide"], ["furosemide"] * 2, []),
        ("torasemide instead of Lasix (furosemide) 40 mg", ["torsemide"], ["furosemide"] * 2, []),
        ("switched from Lasix (furosemide) to torasemide", ["torsemide"], ["furosemide"] * 2, []),
        ("Lasix (furosemide) stopped", [], ["furosemide"] * 2, []),
        ("ramipril (cough) -> losartan", ["losartan"], ["ramipril", ""], []),
        ("ramipril (changed to losartan), digoxin", ["losartan", "digoxin"], ["ramipril"], []),
        ("digoxin, ramipril (cough) changed to losartan", ["digoxin", "losartan"], ["ramipril", ""], []),
        ("was lisinopril, now on losartan", ["losartan"], ["lisinopril"], []),
        ("was on lisinopril now losartan", ["losartan"], ["lisinopril"], []),
        ("lisinopril now losartan", ["losartan"], [], ["lisinopril"]),
        ("lisinopril, now losartan", ["losartan"], [], ["lisinopril"]),
        ("Lisinopril jetzt Losartan", ["losartan"], [], ["lisinopril"]),
        ("lisinopril, losartan instead", ["losartan"], [], ["lisinopril"]),
        ("lisinopril instead losartan", [], [], ["lisinopril", "losartan"]),
        ("lisinopril, change to losartan", [], [], ["lisinopril", "losartan"]),
        ("lisinopril stopped, now losartan", ["losartan"], ["lisinopril"], []),
        ("ramipril 5 mg now 10 mg", ["ramipril"], [], []),
        ("ramipril was 5 mg now 10 mg", ["ramipril"], [], []),
        ("was prescribed ramipril", ["ramipril"], [], []),
        ("furosemide 20 to 40 mg", ["furosemide"], [], []),
        ("furosemide and now ramipril", ["furosemide", "ramipril"], [], []),
        ("furosemide and then ramipril", ["furosemide", "ramipril"], [], []),
        ("lisinopril\n-> losartan", ["losartan"], ["lisinopril"], []),
        ("lisinopril ->\nlosartan", ["losartan"], ["lisinopril"], []),
        ("> lisinopril\n> losartan", ["lisinopril", "losartan"], [], []),
        ("losartan <- lisinopril", ["losartan"], ["lisinopril"], []),
        ("lisinopril changed to 20 mg, losartan", ["lisinopril", "losartan"], [], []),
    ],
)
def test_changes_in_other_words(text: str, taken: list[str], given: list[str], asked: list[str]) -> None:
    assert read(text) == (taken, given, asked)
    assert bool(TABLE.match(text).unrecognized) is bool(asked)


@pytest.mark.parametrize("word", switch_words("name"))
def test_words_for_taking_end_what_is_said_of_the_medicine_before(word: str) -> None:
    chance = random.Random(word)
    for _ in range(10):
        old, new, other = chance.sample(SINGLE, 3)
        for text in (
            f"stopped {old}, {word} {new}", f"stopped {old} 10 mg; {word} 5 mg {new}", f"off {old} and {word} {new}",
            f"discontinued {old}\n{word} {new} 5 mg", f"used to take {old}, {word} {new}",
        ):  # fmt: skip
            assert read(text) == ([new], [old], []), text
        assert read(f"stopped {old}, {word} {new}, {other}") == ([new, other], [old], [])
        assert read(f"stopped {old}, {word} the doctor, {other}")[0] == []  # no name behind the word
        assert TABLE.match(f"wife: {old}, {word} {new}").entries == ()
        assert TABLE.match(f"allergic to {old}, {word} {new}").entries[0].generic == new
        assert TABLE.match(f"never {word} {new}").entries == ()


@pytest.mark.parametrize("word", ["start", "begin", "commence", "initiate", "add", "restart"])
def test_an_order_to_begin_beside_an_order_to_stop_is_asked_about(word: str) -> None:
    assert read(f"stop ramipril, {word} losartan") == ([], ["ramipril"], ["losartan"])
    assert TABLE.match(f"do not {word} losartan").entries == ()


@pytest.mark.parametrize("text", ["on and off furosemide", "furosemide (on and off)", "furosemide on Mondays"])
def test_what_is_taken_on_some_days_counts(text: str) -> None:
    assert read(text) == (["furosemide"], [], [])
