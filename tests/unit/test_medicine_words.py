"""The word lists that go with the medicine table: what is wrong with them is told with file and line."""

from __future__ import annotations

import contextlib
import csv
import json
import pickle
import shutil
import time
from pathlib import Path

import pytest

from medicinetables import table_of
from screener.errors import FileError, RuleBookError
from screener.rulebook.contents import WORD_FILES
from screener.rulebook.medicine.result import Recognised
from screener.rulebook.medicine.rows import read_list
from screener.rulebook.medicine.table import MedicineTable
from screener.rulebook.medicine.wordfiles import COLUMNS

FOLDER = Path(__file__).parents[2] / "rules" / "vocabulary"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(FOLDER, tmp_path / "vocabulary")
    return tmp_path / "vocabulary"


def table_in(folder: Path) -> MedicineTable:
    return MedicineTable.read(folder / "medicines.csv", "vocabulary/medicines.csv")


MISTAKES = [
    ("words.csv", "unti,mg;ml", "kind `unti` must be one of"),
    ("words.csv", "unit,", "`words` must not be empty"),
    ("suffixes.csv", "ingredients,Plus", "kind `ingredients` must be one of ingredient, marketing, release, maker"),
    ("routes.csv", "spinal,most,,,,in the back", "`most` is not a class, and not `all` or `none`"),
    ("routes.csv", "spinal,all,,STEROID,,in the back", "`STEROID` should be written as name=value"),
    ("routes.csv", "skin,none,,,,again", "`skin` is given twice"),
    ("form-words.csv", "skn,gel,jelly,en", "there is no route `skn`, did you mean `skin`?"),
    ("form-words.csv", "eye,drops,cream,en", "`cream` is given twice"),
    ("history-words.csv", "binned,stoped,clause,en", "kind `stoped` must be one of stopped, past,"),
    ("history-words.csv", "binned,stopped,all,en", "scope `all` must be one of clause, rest, item, start"),
    ("history-words.csv", "stopped,past,clause,en", "`stopped` is given twice"),
    ("order-abbreviations.csv", "Zz,,", "`Zz` has no meaning"),
    ("lay-names.csv", "green,green pill,,,,", "`green` has neither a question nor a class"),
    ("lay-names.csv", "green,,Which?,,,", "`names` must not be empty"),
    ("lay-names.csv", "green,green pill,Which?,frusamide,,", "the choice `frusamide` is not in medicines.csv"),
    ("lay-names.csv", "green,green pill,,,green,", "`green` is not a class"),
    ("homonyms.csv", "Lasix,furosemide,US,something,XX,ask", "`Lasix` is in medicines.csv too"),
    ("homonyms.csv", "Foo,a,b,c,d,guess", "do `guess` must be one of ask, table, too short"),
    ("classes.csv", "LOPO,a water tablet", "no medicine has the class `LOPO`, did you mean `LOOP`?"),
    ("confusable.csv", "a,b", "the row has more or fewer cells than the header"),
]


@pytest.mark.parametrize(("file", "row", "message"), MISTAKES, ids=lambda value: str(value)[:30])
def test_a_mistake_in_a_list_is_told_with_its_line(file: str, row: str, message: str, folder: Path) -> None:
    path = folder / file
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, row]) + "\n", encoding="utf-8")
    with pytest.raises(RuleBookError) as error:
        table_in(folder)
    assert any(
        line.startswith(f"vocabulary/{file}:{len(lines) + 1}:1: ") and message in line
        for line in str(error.value).splitlines()
    ), str(error.value)


def test_every_list_is_known_to_the_book() -> None:
    assert tuple(COLUMNS) == WORD_FILES
    assert {path.name for path in FOLDER.glob("*.csv")} == {*WORD_FILES, "medicines.csv", "codes.csv"}


@pytest.mark.parametrize("file", COLUMNS)
def test_a_wrong_header_is_told(file: str, folder: Path) -> None:
    (folder / file).write_text("a,c\n1,2\n", encoding="utf-8")
    with pytest.raises(RuleBookError, match=rf"vocabulary/{file}:1:1: (unknown )?column"):
        table_in(folder)


@pytest.mark.parametrize("file", [name for name, columns in COLUMNS.items() if len(columns) > 2])
def test_the_columns_that_need_not_be_there_may_be_missing(file: str, folder: Path) -> None:
    needed = COLUMNS[file][:2]
    rows = list(csv.DictReader((folder / file).read_text(encoding="utf-8").splitlines()))
    lines = [",".join(f'"{row[column]}"' for column in needed) for row in rows]
    (folder / file).write_text("\n".join([",".join(needed), *lines]) + "\n", encoding="utf-8")
    with contextlib.suppress(RuleBookError):  # an empty cell may be wrong
        table_in(folder)


def test_a_class_without_a_meaning_is_told(folder: Path) -> None:
    path = folder / "classes.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("LOOP,a strong water tablet\n", ""), encoding="utf-8")
    with pytest.raises(RuleBookError, match=r"classes\.csv:1:1: class `LOOP` of medicines\.csv is missing"):
        table_in(folder)


def test_a_book_needs_none_of_the_lists(folder: Path) -> None:
    for file in COLUMNS:
        (folder / file).unlink()
    table = table_in(folder)
    assert table.match("Lasix 40").entries[0].generic == "furosemide"
    assert table.match("furosemide / spironolactone").classes == {"LOOP", "MRA"}
    assert table.match("water tablet").unrecognized == ("water tablet",)
    (folder / "medicines.csv").unlink()
    assert table_in(folder).match("Lasix").unrecognized == ("Lasix",)


def row(**cells: str) -> dict[str, str]:
    return {"generic": "furosemide", "class": "LOOP", **cells}


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (row(generic="a, b, c, d, e, f, g, h, i, j"),
         "name `a, b, c, d, e, f, g, h, i, j` has 10 parts; a name has at most 5"),
        (row(generic=" / ".join("abcdefghi")), "a combination has at most 8 ingredients, not 9"),
        (row(brands_in="Pan"), "name `Pan` is too short: an ordinary word may look like it"),
    ],
)  # fmt: skip
def test_names_that_cost_too_much_or_say_too_little(cells: dict[str, str], message: str) -> None:
    started = time.thread_time()  # of the processor: the machine may be busy
    with pytest.raises(RuleBookError) as error:
        table_of([cells], "t.csv")
    assert f"t.csv:2:1: {message}" in str(error.value)
    assert time.thread_time() - started < 1


def test_a_short_name_in_capitals_or_with_a_number_is_a_name() -> None:
    table = table_of([row(brands_in="PAN;Om 20", synonyms="ASA")])
    assert table.match("asa").entries
    assert table.match("Om 20").entries
    assert not table.match("Om").entries


def test_a_route_that_no_list_knows_is_told(folder: Path) -> None:
    path = folder / "medicines.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",LOOP,oral,", ",LOOP,orl,", 1), encoding="utf-8")
    with pytest.raises(RuleBookError, match=r"medicines\.csv:\d+:1: there is no route `orl`, did you mean `oral`\?"):
        table_in(folder)


# the kept copy


def test_a_kept_table_is_the_same_and_soon_ready() -> None:
    table = MedicineTable.read(FOLDER / "medicines.csv")
    kept = pickle.dumps(table)
    copy = pickle.loads(kept)
    for name in ("Micardis Plus 80", "furosimide", "water tablet", "no Lasix", "azithromycin 1% eye drops", "Urex"):
        assert copy.match(name) == table.match(name)
    assert copy == table
    assert len(kept) < 1_000_000
    best = min(_seconds_until_ready(kept) for _ in range(5))
    assert best < 0.2  # some 10 ms


def _seconds_until_ready(kept: bytes) -> float:
    started = time.thread_time()
    found = pickle.loads(kept).match("furosemide 40 mg").results[0]
    assert isinstance(found, Recognised)
    return time.thread_time() - started


def test_the_kept_copy_is_plain_data() -> None:
    text = MedicineTable.read(FOLDER / "medicines.csv").__getstate__()
    assert {"entries", "lexicon", "index", "confirmed"} == set(json.loads(text))


def test_confirmed_names_are_used_part_by_part_and_kept() -> None:
    table = MedicineTable.read(FOLDER / "medicines.csv")
    settled = table.with_confirmed({"Furosimide": "furosemide", "water tablet": "spironolactone"})
    for one in (settled, pickle.loads(pickle.dumps(settled))):
        found = one.match("furosimide, omeprazole")
        assert found.classes == {"LOOP", "PPI"}
        assert found.confirmed == (("furosimide", "furosemide"),)
        assert one.match("water tablet").classes == {"MRA"}
        assert one.match("Lasik").unrecognized == ("Lasik",)
    assert settled != table
    assert table.match("furosimide").unrecognized == ("furosimide",)


def test_a_list_of_ones_own_that_cannot_be_read_is_named_with_the_reason(tmp_path: Path) -> None:
    for missing, reason in ((tmp_path / "a\x1b[2J.csv", "no such file or directory"), (tmp_path, "is a directory")):
        with pytest.raises(FileError) as refused:
            read_list(missing, ("typed", "meant"))
        assert str(refused.value).endswith(f" cannot be read: {reason}")
        assert "\x1b" not in str(refused.value)
    (tmp_path / "list.csv").write_text("typed\nx\n", encoding="utf-8")
    with pytest.raises(FileError, match=r"list\.csv:1:1: .*`meant`"):
        read_list(tmp_path / "list.csv", ("typed", "meant"))
