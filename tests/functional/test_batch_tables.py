"""`screener batch` on tables as other programs write them: their types, their codes, their units, their folders."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rulefolder import screener_here
from screener.batch.reading.notation import Notation
from screener.case.intake import Intake
from screener.errors import UsageError

KEPT = ("age", "sex", "fatigue", "diuretic", "potassium", "magnesium", "calcium", "egfr", "medicines")
MILLIGRAMS = "--unit=magnesium=mg/dL"


@dataclass
class Ran:
    """What came of a run: the kept answers of each accepted case by its id, and the refused ones."""

    code: int
    said: str
    cases: dict[Any, dict[str, Any]]
    rejects: list[dict[str, Any]]

    def messages(self) -> list[str]:
        return [f"{error['field']}: {error['message']}" for reject in self.rejects for error in reject["errors"]]


def run(folder: Path, *words: object) -> Ran:
    keep = [word for name in KEPT for word in ("--keep", name)]
    done = screener_here("batch", *map(str, words), "-o", str(folder / "out.jsonl"), "--force", *keep)
    rows = [json.loads(line) for line in lines_of(folder / "out.jsonl")] if done.code == 0 else []
    rejects = [json.loads(line) for line in lines_of(folder / "out.jsonl.rejects.jsonl")] if done.code == 0 else []
    cases = {row["case_id"]: {name: row[name] for name in KEPT if row[name] is not None} for row in rows}
    return Ran(done.code, done.err, cases, rejects)


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def as_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(rows[0])
        writer.writerows(row.values() for row in rows)
    return path


def as_jsonl(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def as_json(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    path.write_text(json.dumps(rows), encoding="utf-8")
    return path


def as_parquet(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    pq.write_table(pa.Table.from_pylist([dict(row) for row in rows]), path)
    return path


WRITERS = {"in.csv": as_csv, "in.jsonl": as_jsonl, "in.json": as_json, "in.parquet": as_parquet}


# magnesium


@pytest.mark.parametrize("name", WRITERS)
def test_a_bare_magnesium_needs_its_unit(tmp_path: Path, name: str) -> None:
    """1.2 mg/dL is very low and 1.2 mmol/L is high: among many cases nobody can tell which a number is."""
    rows = [{"case_id": "a", "magnesium": 1.2}, {"case_id": "b", "magnesium": 0.9}, {"case_id": "c", "magnesium": None}]
    path = WRITERS[name](tmp_path / name, rows)
    refused = run(tmp_path, path)
    assert list(refused.cases) == ["c"]
    assert refused.messages() == [
        f"magnesium: `{value}` has no unit; pass `--unit magnesium=mg/dL` (or mmol/L, mEq/L), whichever these data are "
        "in, or write it after the number"
        for value in (1.2, 0.9)
    ]
    assert "2 x `magnesium without --unit`" in refused.said
    for unit, values in {
        "mg/dL": (1.2 * 10 / 24.305, 0.9 * 10 / 24.305),
        "mEq/L": (0.6, 0.45),
        "mmol/L": (1.2, 0.9),
    }.items():
        read = run(tmp_path, path, "--unit", f"magnesium={unit}", "--summary", tmp_path / "sum.json")
        assert [read.cases[key]["magnesium"] for key in "ab"] == pytest.approx(values, rel=1e-15)
        assert read.rejects == []
        counted = json.loads((tmp_path / "sum.json").read_text(encoding="utf-8"))["codes"]
        assert counted == [{"id": f"magnesium in {unit}", "count": 2}]


@pytest.mark.parametrize("name", WRITERS)
def test_units_are_counted_also_where_zero_means_missing(tmp_path: Path, name: str) -> None:
    path = WRITERS[name](tmp_path / name, [{"case_id": "a", "magnesium": 1.7}, {"case_id": "b", "magnesium": 0.0}])
    read = run(tmp_path, path, MILLIGRAMS, "--na", "0")
    assert list(read.cases["b"]) == []
    assert "1 x `0 = missing`, 1 x `magnesium in mg/dL`" in read.said


def test_text_keeps_its_own_unit(tmp_path: Path) -> None:
    path = as_csv(
        tmp_path / "in.csv", [{"case_id": "a", "magnesium": "1.6 mEq/L"}, {"case_id": "b", "magnesium": "1.6"}]
    )
    read = run(tmp_path, path, MILLIGRAMS)
    assert read.cases["a"]["magnesium"] == 0.8
    assert read.cases["b"]["magnesium"] == pytest.approx(0.65830, rel=1e-4)


def test_units_of_the_other_laboratory_fields(tmp_path: Path) -> None:
    rows = [{"case_id": "a", "potassium": 15, "calcium": 8.8, "egfr": 45}]
    path = as_jsonl(tmp_path / "in.jsonl", rows)
    units = "potassium=mg/dL,calcium=MG / DL", "egfr=mL/min/1.73m2"
    read = run(tmp_path, path, "--unit", units[0], "--unit", units[1])
    one_by_one = Intake.read({"potassium": "15 mg/dL", "calcium": "8.8 mg/dL", "egfr": 45})
    assert read.cases["a"] == {name: getattr(one_by_one, name) for name in ("potassium", "calcium", "egfr")}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--unit", "magnesum=mg/dL"], "`magnesum` is not a field with units, did you mean `magnesium`?"),
        (["--unit", "age=years"], "use potassium, calcium, egfr, magnesium"),
        (["--unit", "magnesium=ug/dL"], "`ug/dL` is not a unit of magnesium; use `--unit magnesium=mmol/L` or"),
        (["--unit", "magnesium"], "`` is not a unit of magnesium"),
        (["--unit", "magnesium=mg/dL,magnesium=mmol/L"], "magnesium cannot be in both mg/dL and mmol/L"),
        (["--na", "1", "--yes", "1.0"], "`1` cannot be given to both --na and --yes"),
        (["--yes", "no"], "--yes: `no` means no already"),
        (["--no", "unknown"], "--no: `unknown` means unknown already"),
        (["--na", "TRUE"], "--na: `TRUE` means yes already"),
        (["--na", "NA,,x"], "has nothing between two commas"),
    ],
)
def test_wrong_options(tmp_path: Path, words: list[str], says: str) -> None:
    path = as_jsonl(tmp_path / "in.jsonl", [{"age": 1}])
    wrong = run(tmp_path, path, *words)
    assert wrong.code == 2
    assert says in wrong.said
    assert not (tmp_path / "out.jsonl").exists()


# codes


CODED = [
    {"case_id": "a", "age": 71, "fatigue": "Y", "potassium": 3.1},
    {"case_id": "b", "age": -999, "fatigue": "N", "potassium": "NA"},
    {"case_id": "NA", "age": 60, "fatigue": "NA", "potassium": 4.0},
]


@pytest.mark.parametrize("name", ["in.csv", "in.jsonl", "in.json"])
def test_codes_are_asked_for_and_counted(tmp_path: Path, name: str) -> None:
    path = WRITERS[name](tmp_path / name, CODED)
    refused = run(tmp_path, path)
    assert refused.cases == {}
    assert any("fatigue: `Y` is not an answer" in one and "`--yes`" in one for one in refused.messages())
    assert any("potassium: `NA` is" in one and "`--na NA` says so" in one for one in refused.messages())
    assert any("age: `-999` is out of range" in one and "`--na -999` says so" in one for one in refused.messages())
    read = run(tmp_path, path, "--na", "NA,-999", "--yes", "Y", "--no", "N", "--summary", tmp_path / "sum.json")
    assert read.rejects == []
    assert read.cases == {
        "a": {"age": 71, "fatigue": True, "potassium": 3.1},
        "b": {"fatigue": False},
        None: {"age": 60, "potassium": 4.0},
    }
    counted = json.loads((tmp_path / "sum.json").read_text(encoding="utf-8"))["codes"]
    assert {count["id"]: count["count"] for count in counted} == {
        "NA = missing": 3, "-999 = missing": 1, "Y = yes": 1, "N = no": 1,
    }  # fmt: skip
    assert "3 x `NA = missing`" in read.said


def test_codes_are_strict(tmp_path: Path) -> None:
    """Letter by letter; yes and no only in yes/no fields; a code of another field's number stays that number."""
    rows = [{"case_id": "a", "fatigue": "y", "age": "70"}, {"case_id": "b", "fatigue": "1.0", "age": "1"}]
    read = run(tmp_path, as_csv(tmp_path / "in.csv", rows), "--yes", "Y,1")
    assert read.cases == {"b": {"fatigue": True, "age": 1}}
    assert read.messages()[0].startswith("fatigue: `y` is not an answer")


def test_flags_as_numbers_in_parquet(tmp_path: Path) -> None:
    """As pandas writes a column of flags in which some are missing."""
    path = tmp_path / "in.parquet"
    pq.write_table(pa.table({"case_id": ["a", "b", "c", "d"], "diuretic": [1.0, None, 0.0, 2.0]}), path)
    assert list(run(tmp_path, path).cases) == ["b"]
    read = run(tmp_path, path, "--yes", "1", "--no", "0")
    assert read.cases == {"a": {"diuretic": True}, "b": {}, "c": {"diuretic": False}}
    assert read.messages()[0].startswith("diuretic: `2.0` is not an answer")


def test_nan_is_refused_until_somebody_says_what_it_means(tmp_path: Path) -> None:
    path = tmp_path / "in.parquet"
    pq.write_table(pa.table({"case_id": ["a", "b"], "potassium": [3.1, float("nan")]}), path)
    refused = run(tmp_path, path)
    assert refused.messages()[0].endswith("if it means missing, `--na NaN` says so")
    assert run(tmp_path, path, "--na", "NaN").cases == {"a": {"potassium": 3.1}, "b": {}}


def test_what_r_writes(tmp_path: Path) -> None:
    """`write.csv` with its defaults: numbers of the rows in a column without a name, NA, TRUE and FALSE."""
    path = tmp_path / "in.csv"
    path.write_text(
        '"","case_id","age","fatigue"\n"1","a",71,TRUE\n"2","b",NA,FALSE\n"Ann","c",300,NA\n', encoding="utf-8"
    )
    read = run(tmp_path, path, "--na", "NA")
    assert read.cases == {"a": {"age": 71, "fatigue": True}, "b": {"fatigue": False}}
    assert "fields passed over: (the column without a name)" in read.said
    assert read.rejects[0]["raw"] is None  # a row's name may be a person's


def test_padded_words_are_read_as_padded_numbers_are(tmp_path: Path) -> None:
    rows = [{"case_id": "a", "fatigue": "yes ", "sex": " female", "age": " 71 ", "diuretic": " TRUE"}]
    assert run(tmp_path, as_csv(tmp_path / "in.csv", rows)).cases == {
        "a": {"fatigue": True, "sex": "female", "age": 71, "diuretic": True}
    }


# types


@pytest.mark.parametrize("kind", [pa.string_view(), pa.large_string(), pa.binary(), pa.large_binary(), pa.binary_view(),
                                  pa.dictionary(pa.int16(), pa.string())])  # fmt: skip
def test_text_of_every_type(tmp_path: Path, kind: pa.DataType) -> None:
    given = {"case_id": "é", "sex": "female", "fatigue": "yes ", "age": "71", "potassium": "3.1 mmol/L"}
    pq.write_table(
        pa.table({name: pa.array([value], pa.string()).cast(kind) for name, value in given.items()}),
        tmp_path / "in.parquet",
    )
    assert run(tmp_path, tmp_path / "in.parquet").cases == {
        "é": {"sex": "female", "fatigue": True, "age": 71, "potassium": 3.1}
    }


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    """Also in a column that says that it is text, which nobody checks when it is written."""
    raw = pa.array([b"a", b"\xe9"], pa.binary())
    text = pa.StringArray.from_buffers(2, raw.buffers()[1], raw.buffers()[2])
    for place, column in enumerate((raw, text)):
        path = tmp_path / f"{place}.parquet"
        pq.write_table(pa.table({"case_id": column, "age": [1, 2], "medicines": [[], []]}), path)
        read = run(tmp_path, path)
        assert list(read.cases) == ["a"]
        assert read.messages() == ["case_id: holds bytes that are no text in UTF-8"]


@pytest.mark.parametrize("kind", [pa.decimal128(4, 1), pa.decimal256(40, 6), pa.float32(), pa.float16(), pa.float64()])
def test_numbers_of_every_type_read_as_they_are_printed(tmp_path: Path, kind: pa.DataType) -> None:
    """0.7 of few bits is 0.7, the limit, and not 0.699999988, which would be below it."""
    values = pa.array([0.7]).cast(kind)
    pq.write_table(pa.table({"case_id": ["a"], "magnesium": values}), tmp_path / "in.parquet")
    read = run(tmp_path, tmp_path / "in.parquet", "--unit", "magnesium=mmol/L")
    assert read.cases == {"a": {"magnesium": 0.7}}


@pytest.mark.parametrize(
    ("column", "texts"),
    [
        (pa.array([UUID(int=7).bytes], pa.uuid()), ["00000000-0000-0000-0000-000000000007"]),
        (pa.array([7, 2, None], pa.uint64()), ["7", "2", None]),
        (pa.array([7.0, 2.0, None]), ["7", "2", None]),
        (pa.array([Decimal(10**30)], pa.decimal128(38, 0)), [str(10**30)]),
        (pa.array([b"ab", b"cd"], pa.binary(2)), ["ab", "cd"]),
    ],
)
def test_ids_are_text(tmp_path: Path, column: pa.Array, texts: list[str | None]) -> None:
    pq.write_table(pa.table({"case_id": column, "age": [40] * len(column)}), tmp_path / "in.parquet")
    assert list(run(tmp_path, tmp_path / "in.parquet").cases) == texts


def test_whole_numbers_are_ids_in_json_lines_too(tmp_path: Path) -> None:
    rows = [{"case_id": 7, "age": 1}, {"case_id": 2}, {"case_id": 3.0}, {"case_id": 3.5}, {"case_id": True}, {"age": 2}]
    for name in ("in.jsonl", "in.json"):
        read = run(tmp_path, WRITERS[name](tmp_path / name, rows))
        assert list(read.cases) == ["7", "2", "3", None]
        assert [reject["line"] for reject in read.rejects] == [4, 5]


BARE, LONG = {"name": "senna", "months": None}, {"name": "senna", "months": 2.0}
STRUCT = pa.struct([("name", pa.large_string()), ("months", pa.float32())])
MAP = pa.map_(pa.string(), pa.string())
LISTS = {
    "text": (pa.array(['["senna"]', '[{"name":"senna","months":2}]', "[]", " "]), [[BARE], [LONG], [], None]),
    "text in a dictionary": (pa.array(['["senna"]', None]).dictionary_encode(), [[BARE], None]),
    "no entries": (pa.array([[], None], pa.list_(pa.null())), [[], None]),
    "views": (pa.array([["senna"], []], pa.list_view(pa.string())), [[BARE], []]),
    "structs": (pa.array([[LONG, BARE], None], pa.large_list(STRUCT)), [[LONG, BARE], None]),
    "JSON in a list": (pa.array([['{"name": "senna", "months": 2}', "senna"]]), [[LONG, BARE]]),
    "maps": (pa.array([[[("name", "senna")]]], pa.list_(MAP)), [[BARE]]),
    "of one size": (pa.array([["senna"]], pa.list_(pa.string(), 1)), [[BARE]]),
}


@pytest.mark.parametrize("what", LISTS)
def test_lists_of_every_type(tmp_path: Path, what: str) -> None:
    column, medicines = LISTS[what]
    ids = list(map(str, range(len(column))))
    pq.write_table(pa.table({"case_id": ids, "medicines": column}), tmp_path / "in.parquet")
    read = run(tmp_path, tmp_path / "in.parquet")
    assert read.rejects == []
    assert [read.cases[name].get("medicines") for name in ids] == medicines


@pytest.mark.parametrize("text", ['{"name":"senna","dose":1}', "{senna}", "[senna", ' {"name":"senna"', "[]"])
def test_json_is_never_a_medicines_name(tmp_path: Path, text: str) -> None:
    with pytest.raises(Exception, match="medicines: entry 1 has the name"):
        Intake.read({"medicines": [text]})
    rows = [{"case_id": "a", "medicines": [text]}]
    for name, write in {**WRITERS, "cell.csv": as_csv}.items():
        cell: Any = (
            json.dumps([text]) if name == "in.csv" else text.replace("[]", "[{}]") if name == "cell.csv" else [text]
        )
        read = run(tmp_path, write(tmp_path / name, [{**rows[0], "medicines": cell}]))
        assert read.cases == {}, name
        assert read.messages()[0].startswith("medicines: ")


def test_what_no_answer_can_come_of_is_refused_row_by_row(tmp_path: Path) -> None:
    table = pa.table(
        {
            "case_id": ["a", "b"],
            "age": pa.array([datetime(1953, 2, 1), None]),
            "fatigue": pa.array([[True], None]),
            "potassium": pa.array([{"value": 3.1}, None]),
        }
    )
    pq.write_table(table, tmp_path / "in.parquet")
    read = run(tmp_path, tmp_path / "in.parquet")
    assert list(read.cases) == ["b"]
    assert read.messages()[0].startswith("age: `1953-02-01 00:00:00` is not a number; use a whole number from 0 to 120")
    assert [error["field"] for error in read.rejects[0]["errors"]] == ["age", "fatigue", "potassium"]


def test_the_row_numbers_of_pandas_are_passed_over(tmp_path: Path) -> None:
    pq.write_table(pa.table({"case_id": ["a"], "__index_level_0__": [17]}), tmp_path / "in.parquet")
    read = run(tmp_path, tmp_path / "in.parquet")
    assert list(read.cases) == ["a"]
    assert "fields passed over: __index_level_0__" in read.said


# folders


@pytest.mark.parametrize("name", WRITERS)
def test_columns_in_the_names_of_folders(tmp_path: Path, name: str) -> None:
    for folder in ("sex=female/age=71", "sex=not%20said/age=__HIVE_DEFAULT_PARTITION__", "sex=x/age=60"):
        (tmp_path / "hive" / folder).mkdir(parents=True)
        WRITERS[name](tmp_path / "hive" / folder / name, [{"case_id": folder[4], "fatigue": True}])
    read = run(tmp_path, tmp_path / "hive" / "**" / name)
    assert read.cases == {
        "f": {"sex": "female", "age": 71, "fatigue": True},
        "n": {"sex": "not said", "fatigue": True},
    }
    assert read.messages() == ["sex: `x` is not a choice; use `female` or `male` or `not said`"]


@pytest.mark.parametrize("name", WRITERS)
def test_the_sign_of_a_bound_in_the_name_of_a_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "potassium_bound=%3E").mkdir()
    rows = [{"case_id": "a", "potassium": 6.5}, {"case_id": "b", "potassium": None}]
    read = run(tmp_path, WRITERS[name](tmp_path / "potassium_bound=%3E" / name, rows))
    assert read.cases == {"a": {"potassium": "> 6.5 mmol/L"}}
    assert [reject["case_id"] for reject in read.rejects] == ["b"]


@pytest.mark.parametrize("name", WRITERS)
def test_what_is_wrong_with_the_names_of_folders(tmp_path: Path, name: str) -> None:
    for folder in ("sex=female", "sexx=female", "birth_date=1953"):
        (tmp_path / folder).mkdir()
    twice = run(tmp_path, WRITERS[name](tmp_path / "sex=female" / name, [{"case_id": "a", "sex": "male"}]))
    assert twice.cases == {}
    assert "and in the name of its folder" in (twice.said if twice.code else twice.messages()[0])
    unknown = WRITERS[name](tmp_path / "sexx=female" / name, [{"case_id": "a"}])
    assert "sexx: there is no such field, did you mean `sex`?" in run(tmp_path, unknown).said
    assert "fields passed over: sexx" in run(tmp_path, unknown, "--ignore-extra").said
    private = run(tmp_path, WRITERS[name](tmp_path / "birth_date=1953" / name, [{"case_id": "a"}]), "--ignore-extra")
    assert "looks as if it identifies a person" in private.said


def test_a_broken_file_among_others_is_named_before_anything_is_written(tmp_path: Path) -> None:
    as_parquet(tmp_path / "a.parquet", [{"case_id": "a"}])
    whole = as_parquet(tmp_path / "b.parquet", [{"case_id": "b"}]).read_bytes()
    (tmp_path / "b.parquet").write_bytes(whole[: len(whole) // 2])
    broken = run(tmp_path, tmp_path / "*.parquet")
    assert broken.code == 5
    assert "b.parquet` cannot be read as Parquet" in broken.said
    assert not (tmp_path / "out.jsonl").exists()


def test_a_unit_twice_in_one_notation_is_one() -> None:
    assert Notation.of(Intake.fields, units=["magnesium=mg/dL", "magnesium = MG/DL"]).units == {"magnesium": "MG/DL"}
    with pytest.raises(UsageError):
        Notation.of(Intake.fields, units=["magnesium=mg/dL", "magnesium=mEq/L"])


# bounds

BOUNDS = [
    {"case_id": "a", "potassium": "> 7.0 mmol/L", "egfr": "<15"},
    {"case_id": "b", "potassium": "<2.0 mEq/L", "magnesium": "≤ 1.6 mg/dL", "egfr": ">60"},
    {"case_id": "c", "potassium": "≥ 3 mmol/L", "magnesium": "0.8 mmol/L"},
]
LIKE = {
    "a": {"potassium": 7.1, "egfr": 14},
    "b": {"potassium": 1.9, "magnesium": "1.5 mg/dL", "egfr": 61},
}
STATUSES = ("urgency", "raised", "possible", "suppressed")


@pytest.mark.parametrize("name", WRITERS)
def test_a_bound_screens_like_every_number_beyond_it(tmp_path: Path, name: str) -> None:
    """More than 7 is as high as 7.1; 3 or more may be low, normal or high, so what depends on it stays open."""
    path = WRITERS[name](tmp_path / name, [{"magnesium": "", "egfr": "", **row} for row in BOUNDS])
    for engine in ("columnar", "durable"):
        read = run(tmp_path, path, "--na", "", "--engine", engine)
        assert read.rejects == []
        assert read.cases["a"] == {"potassium": "> 7.0 mmol/L", "egfr": "< 15.0 mL/min/1.73 m2"}
        assert read.cases["c"] == {"potassium": ">= 3.0 mmol/L", "magnesium": 0.8}
        found = {row["case_id"]: row for row in map(json.loads, lines_of(tmp_path / "out.jsonl"))}
        assert {"low-potassium-reported", "high-potassium"} <= set(found["c"]["possible"])
        run(tmp_path, as_jsonl(tmp_path / "like.jsonl", [{"case_id": key, **case} for key, case in LIKE.items()]))
        for row in map(json.loads, lines_of(tmp_path / "out.jsonl")):
            assert [row[status] for status in STATUSES] == [found[row["case_id"]][status] for status in STATUSES]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_tables_have_a_column_for_the_sign_of_a_bound(tmp_path: Path, ending: str) -> None:
    """What is kept reads back."""
    keep = [word for name in ("potassium", "magnesium", "egfr") for word in ("--keep", name)]
    words = ["batch", as_jsonl(tmp_path / "in.jsonl", BOUNDS), "-o", tmp_path / f"kept.{ending}", *keep]
    assert screener_here(*map(str, words)).code == 0
    drop = [word for name in ("line", "urgency", *STATUSES[1:], "rules") for word in ("--drop", name)]
    again = run(tmp_path, tmp_path / f"kept.{ending}", *drop, "--unit", "magnesium=mmol/L")
    assert again.rejects == []
    assert [again.cases[key]["potassium"] for key in "abc"] == ["> 7.0 mmol/L", "< 2.0 mmol/L", ">= 3.0 mmol/L"]
    assert again.cases["b"]["magnesium"].startswith("<= 0.658300")
    assert again.cases["b"]["egfr"] == "> 60.0 mL/min/1.73 m2"


def test_what_is_wrong_with_a_bound_in_a_table(tmp_path: Path) -> None:
    rows = [
        {"case_id": "a", "potassium": 7, "potassium_bound": "~", "magnesium": "", "magnesium_bound": ""},
        {"case_id": "b", "potassium": "", "potassium_bound": ">", "magnesium": "", "magnesium_bound": ""},
        {"case_id": "c", "potassium": "", "potassium_bound": "", "magnesium": 1.2, "magnesium_bound": "<"},
        {"case_id": "d", "potassium": 4, "potassium_bound": " ", "magnesium": "", "magnesium_bound": ""},
    ]
    read = run(tmp_path, as_csv(tmp_path / "in.csv", rows))
    assert read.cases == {"d": {"potassium": 4.0}}
    assert ["`~ 7 mmol/L` is not a number" in read.messages()[0], "not a number" in read.messages()[1]] == [True, True]
    assert read.messages()[2].startswith("magnesium: `1.2` has no unit; pass `--unit magnesium=mg/dL`")
