"""Words before a colon: a relative, an allergy or an unknown word there keeps a medicine from being counted."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest

from screener.rulebook.medicine.result import AskWhich, NotCounted, NotRecognised, PartOnly, Recognised
from shippedbook import BOOK

FOLDER = Path(__file__).parents[2] / "rules" / "vocabulary"
TABLE = BOOK.medicines
SINGLE = [entry.generic for entry in TABLE.entries if entry.generic.isalpha() and entry.route == "oral"]
TAKEN = ("as needed", "again", "begun", "turn", "switch", "direction", "weeks ago", "long ago")


def counted(text: str) -> list[str]:
    return [entry.generic for entry in TABLE.match(text).entries]


def not_counted(text: str) -> list[tuple[str, str]]:
    return [(item.word, item.medicine) for item in TABLE.match(text).results if isinstance(item, NotCounted)]


def history_words(scope: str = "") -> list[str]:
    with (FOLDER / "history-words.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["kind"] not in TAKEN and scope in ("", row["scope"])]
    return [word for row in rows for word in row["words"].split(";")]


@pytest.mark.parametrize("word", history_words())
def test_a_word_of_history_before_a_colon_acts_on_what_stands_behind_it(word: str) -> None:
    chance = random.Random(word)
    one, other = chance.sample(SINGLE, 2)
    for text in (f"{word}: {one}", f"{word.upper()} : {one} 40 mg", f"my {word}: {one}", f"{word}:\n{one}"):
        assert (counted(text), [medicine for _, medicine in not_counted(text)]) == ([], [one]), text
    for text in (f"{word}: {one}, {other}", f"{word}: morning: {one}, {other} 5 mg", f"{word}:\n- {one}\n- {other}"):
        assert (counted(text), [medicine for _, medicine in not_counted(text)]) == ([], [one, other]), text
    for text in (
        f"{word}: {one}, medicines: {other}", f"{word}:\n{one}\n\n{other}", f"{other} ({word}: {one})",
        f"{other}, {word}: {one}", f"{word}: {one}; {other}",
    ):  # fmt: skip
        assert (counted(text), [medicine for _, medicine in not_counted(text)]) == ([other], [one]), text


@pytest.mark.parametrize("word", history_words("label"))
def test_a_relative_alone_between_separators_has_the_medicine(word: str) -> None:
    for text in (f"digoxin ({word})", f"digoxin, {word}", f"digoxin - {word}", f"{word}, digoxin"):
        assert (counted(text), not_counted(text)) == ([], [(word.lower(), "digoxin")]), text


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("foo: Lasix", "foo"), ("Dr Smith: digoxin 125 mcg", "Dr Smith"), ("blister pack B: Slow-K", "blister pack B"),
        ("ramiprill: Lasix", "ramiprill"), ("Max: digoxin", "Max"), ("Zorb tablets: Lasix", "Zorb tablets"),
        ("the boss (foo): Lasix", "the boss (foo)"), ("foo:\nLasix", "foo"), ("foo: insulin", "foo"),
    ],
)  # fmt: skip
def test_a_medicine_behind_an_unknown_word_is_reported_and_not_counted(text: str, unknown: str) -> None:
    found = TABLE.match(text)
    (result,) = found.results
    assert isinstance(result, PartOnly)
    assert result.unknown == unknown
    assert (found.marks, found.unrecognized) == (frozenset(), (text,))


def test_an_unknown_label_holds_for_all_behind_it_and_for_nothing_else() -> None:
    assert counted("foo: Lasix, ramipril, morning: digoxin") == []
    assert len(TABLE.match("foo: Lasix, ramipril, morning: digoxin").unrecognized) == 3
    assert counted("ramipril, foo: Lasix") == counted("ramipril (foo: Lasix)") == ["ramipril"]
    assert counted("foo: Lasix; ramipril") == counted("foo: Lasix, meds: ramipril") == ["ramipril"]
    assert TABLE.match("foo: furosimide").results == (NotRecognised("foo: furosimide"),)
    assert TABLE.match("foo: Urex").results == (NotRecognised("foo: Urex"),)
    assert TABLE.match("foo: water tablet").results == (NotRecognised("foo: water tablet"),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("morning: ramipril 5 mg", "ramipril"), ("8:00 ramipril", "ramipril"), ("ramipril 8:00", "ramipril"),
        ("at 8: ramipril", "ramipril"), ("1: ramipril", "ramipril"), ("Monday: ramipril", "ramipril"),
        ("medicines: ramipril, furosemide", "ramipril furosemide"), ("My meds: ramipril", "ramipril"),
        ("diuretic: Lasix", "furosemide"), ("water tablet: furosemide", "furosemide"),
        ("blood pressure: ramipril", "ramipril"), ("blood pressure tablet: ramipril", "ramipril"),
        ("tablets: ramipril", "ramipril"), ("dose: 40 mg furosemide", "furosemide"), ("Lasix: 40 mg", "furosemide"),
        ("Lasix: furosemide", "furosemide"), ("ramipril, dose: 5 mg, losartan", "ramipril losartan"),
        ("morgens: Ramipril", "ramipril"), ("traitement actuel: Lasilix", "furosemide"),
        ("Brand: Lasix | Dose: 40 mg", "furosemide"), ("Medicines:\nLasix\nramipril", "furosemide ramipril"),
        ("prn: furosemide", "furosemide"), ("now: ramipril", "ramipril"), ("started: ramipril", "ramipril"),
    ],
)  # fmt: skip
def test_a_known_label_keeps_the_medicine(text: str, expected: str) -> None:
    assert counted(text) == expected.split()
    assert not TABLE.match(text).unrecognized


def test_a_lay_name_that_does_not_fit_the_medicine_behind_it_is_asked_about() -> None:
    results = TABLE.match("laxative: Lasix").results
    assert [type(result) for result in results] == [AskWhich, Recognised]


def test_an_answer_behind_a_colon_is_about_the_name_before_it() -> None:
    assert (counted("digoxin: no, ramipril: 5 mg"), not_counted("digoxin: no, ramipril: 5 mg")) == (
        ["ramipril"], [("no", "digoxin")],
    )  # fmt: skip
    assert counted("digoxin: stopped, ramipril: yes") == ["ramipril"]
    assert counted("ramipril: yes, digoxin: allergy") == ["ramipril"]


@pytest.mark.parametrize("text", ["foo:", "wife:", "Medicines:", ":", ":: Lasix:", "a:b:c", "wife:\n\n\n", "(:)"])
def test_nothing_is_lost_beside_a_colon(text: str) -> None:
    assert TABLE.match(text).results
