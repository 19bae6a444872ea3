"""Tables whose columns nobody knows, empty rows, and cells that a spreadsheet would run."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from screener.batch.summary.tally import MOST_EXTRAS, Tally
from screener.cli.main import main
from screener.errors import ScreenerError
from screener.spreadsheet import cell


def call(*words: object) -> tuple[int, str]:
    """The exit code, and what was said."""
    try:
        done = CliRunner().invoke(main, ["batch", *map(str, words)], catch_exceptions=False, standalone_mode=False)
    except ScreenerError as error:
        return error.exit_code, str(error)
    return done.return_value, done.stderr


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


# no column is known

UNKNOWN = [
    ("case_id\tage\na\t71\n", "separated by a tab? They must be separated by commas"),
    ("case_id;age;potassium\na;71;3.1\n", "separated by `;`? They must be separated by commas"),
    ("case_id|age\na|71\n", "separated by `|`?"),
    ("\ufeffcase_id;Age\r\na;71\r\n", "separated by `;`?"),
    ('"Case_ID";"Age"\n"a";"71"\n', "small letters: `case_id`, `age`"),
    ("sep=;\ncase_id;age\na;71\n", "separated by `;`?"),
    ("Case_ID,Age,SEX\na,71,F\n", "fields are written in small letters: `case_id`, `age`, `sex`"),
    ("Muscle Cramps,muscleWeakness,e-GFR\n", "small letters: `muscle_cramps`, `muscle_weakness`"),
    ("ward,visits\nb3,1\n", "no column is a field of a case"),
    ("\n\n", "no column is a field of a case"),
    ("a,71\nb,60\n", "no column is a field of a case"),
]


@pytest.mark.parametrize(("text", "message"), UNKNOWN, ids=[ascii(text)[:30] for text, _ in UNKNOWN])
@pytest.mark.parametrize("options", [[], ["--ignore-extra"], ["--ignore-extra", "--drop", "Age", "--drop", "ward"]])
@pytest.mark.parametrize("packed", [False, True])
def test_a_table_without_a_known_column_is_refused(
    text: str, message: str, options: list[str], packed: bool, tmp_path: Path
) -> None:
    path = tmp_path / ("in.csv.gz" if packed else "in.csv")
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    code, said = call(path, "-o", tmp_path / "out.jsonl", *options)
    assert (code, message in said) == (3, True), said
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("options", [[], ["--ignore-extra"]])
def test_a_parquet_file_without_a_known_column_is_refused(options: list[str], tmp_path: Path) -> None:
    pq.write_table(pa.table({"Case_ID": ["a"], "Age": [71], "SEX": ["F"]}), tmp_path / "in.parquet")
    code, said = call(tmp_path / "in.parquet", "-o", tmp_path / "out.jsonl", *options)
    assert (code, "small letters: `case_id`, `age`, `sex`" in said) == (3, True)


@pytest.mark.parametrize("form", ["jsonl", "json"])
def test_a_record_without_a_known_field_is_refused(form: str, tmp_path: Path) -> None:
    records = [
        {"Age": 71, "SEX": "F"},
        {"ward": "b3"},
        {},
        {"case_id": "a", "ward": "b3"},
        {"age": 3, "ward": {"x": 1}},
    ]
    text = json.dumps(records * 1000) if form == "json" else "".join(json.dumps(one) + "\n" for one in records * 1000)
    (tmp_path / f"in.{form}").write_text(text, encoding="utf-8")
    code, said = call(tmp_path / f"in.{form}", "-o", tmp_path / "out.jsonl", "--ignore-extra")
    assert (code, "5,000 records in = 3,000 results + 2,000 rejects" in said) == (0, True), said
    assert "fields passed over: Age (is it `age`?), SEX (is it `sex`?), ward" in said
    refused = rows(tmp_path / "out.jsonl.rejects.jsonl")
    assert [row["line"] % 5 for row in refused] == [1, 2] * 1000
    first = refused[0]["errors"][0]["message"]
    assert first == "no field of it is known; fields are written in small letters: `age`, `sex`"
    assert refused[-1]["errors"][0]["message"] == "no field of it is known"


@pytest.mark.parametrize("form", ["csv", "parquet", "jsonl", "json"])
def test_what_is_passed_over_is_named_for_every_form(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"in.{form}"
    records = [{"case_id": "a", "Age": 71, "ward": "b3"}]
    if form == "csv":
        path.write_text("case_id,Age,ward\na,71,b3\n", encoding="utf-8")
    elif form == "parquet":
        pq.write_table(pa.Table.from_pylist(records), path)
    else:
        path.write_text(json.dumps(records if form == "json" else records[0]), encoding="utf-8")
    code, said = call(path, "-o", tmp_path / "out.jsonl", "--ignore-extra", "--summary", tmp_path / "s.json")
    assert (code, "fields passed over: Age (is it `age`?), ward" in said) == (0, True), said
    assert json.loads((tmp_path / "s.json").read_text())["passed_over"] == ["Age", "ward"]


def test_very_many_names_are_not_all_kept() -> None:
    tally, other = Tally(extras={f"x{at}" for at in range(900)}), Tally(extras={f"y{at}" for at in range(900)})
    tally.add(other)
    assert tally.extras == set(sorted(f"{letter}{at}" for letter in "xy" for at in range(900))[:MOST_EXTRAS])


# empty rows


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "windows"])
def test_empty_rows_are_no_cases(end: str, tmp_path: Path) -> None:
    text = ["case_id,age", ",", "a,71", ",", "", "   ", " , ", ",,,,", "b,200", "", "c,50", ",", ""]
    (tmp_path / "in.csv").write_text(end.join(text), encoding="utf-8", newline="")
    words = [tmp_path / "in.csv", "-o", tmp_path / "out.jsonl", "--summary"]
    code, said = call(*words, tmp_path / "s.json")
    assert (code, "3 records in = 2 results + 1 rejects" in said, "; 8 empty rows are not cases" in said) == (
        0,
        True,
        True,
    )
    assert [(row["case_id"], row["line"]) for row in rows(tmp_path / "out.jsonl")] == [("a", 3), ("c", 11)]
    assert [row["line"] for row in rows(tmp_path / "out.jsonl.rejects.jsonl")] == [9]
    assert json.loads((tmp_path / "s.json").read_text())["empty_rows"] == 8
    for ending in ("txt", "html"):
        assert call(*words, tmp_path / f"s.{ending}", "--force")[0] == 0
        assert "8 empty rows are not cases" in (tmp_path / f"s.{ending}").read_text(encoding="utf-8")


def test_a_table_of_empty_rows_only(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("case_id,age\n" + ",\n" * 3000, encoding="utf-8")
    code, said = call(tmp_path / "in.csv", "-o", tmp_path / "out.parquet")
    assert (code, "0 records in = 0 results + 0 rejects; 3,000 empty rows" in said) == (0, True)
    assert pq.read_table(tmp_path / "out.parquet").num_rows == 0


def test_a_quote_that_is_left_open_costs_its_own_line_only(tmp_path: Path) -> None:
    lines = ["case_id,age", "a,71", '"b,60', "c,50", ",", '"d,40"']
    (tmp_path / "in.csv").write_text("\n".join(lines), encoding="utf-8")
    code, said = call(tmp_path / "in.csv", "-o", tmp_path / "out.jsonl")
    assert (code, "4 records in = 2 results + 2 rejects" in said, "1 empty rows" in said) == (0, True, True), said
    assert [row["line"] for row in rows(tmp_path / "out.jsonl")] == [2, 4]
    assert [row["line"] for row in rows(tmp_path / "out.jsonl.rejects.jsonl")] == [3, 6]
    (tmp_path / "in.csv").write_text('case_id,"age\na,71\n', encoding="utf-8")
    assert call(tmp_path / "in.csv", "-o", tmp_path / "out.jsonl", "--force")[0] == 3


# cells that a spreadsheet would run

RUN = [
    "=1+1",
    "@SUM(A1)",
    "-7",
    "+7",
    "=cmd|' /C calc'!A0",
    "\t=1",
    " =1",
    "\r=1",
    "\uff1d1",
    "'=1",
    "''=1",
    "x;=1",
    "x\t=1",
]


def written(path: Path) -> list[str]:
    with path.open(newline="", encoding="utf-8") as file:
        return [row["case_id"] for row in csv.DictReader(file)]


def test_ids_that_a_spreadsheet_would_run(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text("".join(json.dumps({"case_id": name}) + "\n" for name in RUN), encoding="utf-8")
    for ending in ("csv", "jsonl", "parquet"):
        assert call(tmp_path / "in.jsonl", "-o", tmp_path / f"out.{ending}")[0] == 0
    assert [row["case_id"] for row in rows(tmp_path / "out.jsonl")] == RUN
    assert pq.read_table(tmp_path / "out.parquet")["case_id"].to_pylist() == RUN
    shown = written(tmp_path / "out.csv")
    assert shown == [name if name.startswith("x") else "'" + name for name in RUN]
    raw = (tmp_path / "out.csv").read_text(encoding="utf-8")
    assert '"x;=1",' in raw
    assert '"x\t=1",' in raw


def test_file_names_and_kept_texts_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("=a.jsonl", "@b.jsonl"):
        Path(name).write_text('{"sex": "female", "medicines": ["=1+1"]}\n', encoding="utf-8")
    assert call("=a.jsonl", "@b.jsonl", "-o", "out.csv", "--keep", "medicines", "--keep", "sex")[0] == 0
    with Path("out.csv").open(newline="", encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    assert [row["file"] for row in found] == ["'=a.jsonl", "'@b.jsonl"]
    assert found[0]["medicines"].startswith("[")


@given(st.text(st.sampled_from("=+-@'\t\r\n \uff1d;,\"xé1"), max_size=8))
def test_a_cell_is_harmless_and_can_be_read_back(text: str) -> None:
    (row,) = csv.reader([cell(text) + ",end"], strict=True) if "\n" not in text and "\r" not in text else ([text],)
    shown = row[0]
    assert shown in (text, "'" + text)
    if "\n" not in text and "\r" not in text:
        assert not shown.lstrip().startswith(("=", "+", "-", "@", "\uff1d"))
        assert not shown.startswith(("\t", "\r", "\n"))


@given(st.text(max_size=8), st.text(max_size=8))
def test_two_texts_are_never_one_cell(one: str, other: str) -> None:
    assert (cell(one) == cell(other)) == (one == other)
