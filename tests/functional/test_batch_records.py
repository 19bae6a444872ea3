"""`screener batch` on tables: the same people as MIMIC-like tables, as one long table, as OMOP; and as FHIR."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
import yaml
from click.testing import CliRunner, Result

from screener.batch.inputs import records
from screener.cli.main import main
from screener.errors import EngineFault, FileError, UsageError
from screener.records.codetable import book_codes
from screener.records.fhir.read import cases
from screener.records.options import Options
from screener.records.tables.cases import table_cases
from screener.records.tables.files import PART_BYTES, batches_of, part_of, parts_for
from screener.rulebook.book import RuleBook
from screener.workers import Crew, GoneError
from shippedbook import BOOK
from threeforms import MAPPING, as_fhir, as_long, as_omop, options_for, plain, someone

FOLDER = Path(__file__).parents[1] / "records" / "long"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), standalone_mode=False, catch_exceptions=False)


def batch(kind: str, folder: Path, out: Path, *more: str) -> tuple[Result, list[dict[str, Any]], list[dict[str, Any]]]:
    """Run a batch; the result, its rows, and the cases that were read."""
    form = ["omop"] if kind == "omop" else ["long", "--map", str(folder / "mapping.yaml")]
    kept = out / "cases.jsonl"
    words = ("--from", *form, str(folder), "--cases", str(kept), "-o", str(out / "out.jsonl"), *more)
    result = run("batch", *words)
    rows, read = (
        [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for path in (out / "out.jsonl", kept)
    )
    return result, rows, read


def number(value: Any) -> Any:
    return float(value.split()[0]) if isinstance(value, str) and value[:1].isdigit() else value


@pytest.mark.parametrize("kind", ["mimic4", "flat", "omop"])
def test_tables_give_what_is_decided(kind: str, tmp_path: Path) -> None:
    expected = yaml.safe_load((FOLDER / kind / "expected.yaml").read_text(encoding="utf-8"))
    result, rows, read = batch(kind, FOLDER / kind, tmp_path)
    assert len(rows) == len(read) == expected["cases"]
    assert not (tmp_path / "out.jsonl.rejects.jsonl").read_text(encoding="utf-8")
    assert f"rows_without_person: {expected['rows_without_person']}" in result.stderr
    answers = {case["case_id"]: case for case in read}
    days = {row["case_id"]: row["as_of"] for row in rows}
    for name, wanted in expected["by_case"].items():
        mine = answers[name]
        for field, value in wanted.get("answers", {}).items():
            given = number(mine.get(field))
            assert given == (pytest.approx(value, rel=1e-3) if isinstance(value, float) else value), (name, field)
        assert all(mine.get(field) is None for field in wanted.get("absent", ())), name
        assert days[name] == wanted["as_of"]
        for field, (sign, limit) in wanted.get("bounds", {}).items():
            assert mine[field].startswith(f"{sign} {limit}")
        if "medicine_count" in wanted:
            assert len(mine["medicines"]) == wanted["medicine_count"]


# the same people in three forms


def check_same(people: list[dict[str, Any]], book: RuleBook, folder: Path) -> None:
    lines = folder / "all.ndjson"
    text = "\n".join(json.dumps(entry["resource"]) for person in people for entry in as_fhir(person)["entry"])
    lines.write_text(text, encoding="utf-8")
    fhir = {case.case_id: plain(case) for case in cases(lines, options=options_for(book, folder))}
    makers: dict[str, Callable[[list[dict[str, Any]], Path], Path]] = {"long": as_long, "omop": as_omop}
    for form, make in makers.items():
        where = make(people, folder / form)
        found = {case.case_id: plain(case) for case in table_cases(str(where), form, options_for(book, where))}
        assert found.keys() == fhir.keys()
        assert {name: (found[name], fhir[name]) for name in fhir if found[name] != fhir[name]} == {}


def test_the_same_people_in_each_form_give_the_same_cases(book: RuleBook, tmp_path: Path) -> None:
    check_same([someone(f"p{number}", Random(number)) for number in range(150)], book, tmp_path)


@pytest.mark.nightly
def test_thousands_of_people_in_each_form_give_the_same_cases(book: RuleBook, tmp_path: Path) -> None:
    check_same([someone(f"p{number}", Random(number)) for number in range(2000)], book, tmp_path)


# forms of files


def test_packed_and_parquet_tables_give_the_same_bytes(tmp_path: Path) -> None:
    people = [someone(f"p{number}", Random(number)) for number in range(40)]
    plain_files, packed, parquet = (as_long(people, tmp_path / name) for name in ("plain", "packed", "parquet"))
    for path in packed.glob("*.csv"):
        path.with_suffix(".csv.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    for path in list(parquet.glob("*.csv")):
        pq.write_table(pa_csv.read_csv(path), path.with_suffix(".parquet"))
        path.unlink()
    found = []
    for folder in (plain_files, packed, parquet):
        out = tmp_path / f"out-{folder.name}"
        out.mkdir()
        batch("long", folder, out)
        found.append((out / "out.jsonl").read_bytes())
    assert found[0] == found[1] == found[2]


def test_a_packed_table_that_is_damaged_or_cut_off_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "labs.csv.gz"
    packed = gzip.compress("".join(f"{number},{number * 7919 % 10007}\n" for number in range(60_000)).encode())
    path.write_bytes(packed[:10] + bytes(50) + packed[60:])
    with pytest.raises(FileError, match="cannot be read: it is damaged, and cannot be unpacked further"):
        list(batches_of(path, ["0"]))
    path.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(FileError, match="ends in the middle; was the file cut off"):
        list(batches_of(path, ["0"]))


def test_the_order_of_rows_and_the_number_of_workers_do_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "CASES", 7)  # several chunks, so that there is something for workers
    monkeypatch.setattr(records, "LARGE", 0)  # the two workers read the tables, too
    people = [someone(f"p{number}", Random(number)) for number in range(40)]
    one, two = as_long(people, tmp_path / "a"), as_long(people[::-1], tmp_path / "b")
    days = tmp_path / "days.csv"
    days.write_text(
        "case_id,as_of\n" + "".join(f"p{n},2024-0{1 + n % 9}-15\n" for n in range(0, 45, 2)), encoding="utf-8"
    )
    results, said = [], []
    for folder, workers in ((one, "1"), (one, "2"), (two, "2")):
        out = tmp_path / f"out-{folder.name}-{workers}"
        out.mkdir()
        words = ("--workers", workers, "--as-of", f"@{days}", "--coverage", str(out / "coverage.csv"))
        done, _, read = batch("long", folder, out, *words)
        results.append([(out / "out.jsonl").read_bytes(), (out / "coverage.csv").read_bytes(), read])
        said.append(done.stderr)
    assert results[0] == results[1]
    assert results[1] == results[2]
    assert said[0] == said[1] == said[2]
    assert "20 persons without a day" in said[0]


def test_a_process_that_dies_on_tables_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "LARGE", 0)

    def die(*_: object) -> None:
        raise GoneError

    monkeypatch.setattr(Crew, "ask", die)
    folder = as_long([someone("p1", Random(1))], tmp_path / "a")
    options = Options(BOOK, book_codes(BOOK), mapping=folder / "mapping.yaml", workers=2)
    with pytest.raises(EngineFault, match=r"^a process that read tables died; is there enough memory\?$"):
        list(records.cases_of_tables(str(folder), "long", options))


def test_the_part_of_a_person_is_the_same_in_every_run() -> None:
    assert [part_of(name, 16) for name in ("101", "102", "a", "")] == [12, 6, 3, 0]


@pytest.mark.parametrize("size", [0, 1 << 20, 1 << 30, 3 << 30])
def test_a_part_stays_small_whatever_the_size_of_the_tables(size: int) -> None:
    parts = parts_for(size)
    assert parts >= 16
    assert size / parts < 2 * PART_BYTES


# what is wrong


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("time: time", "tyme: time"), r"8:\d+: there is no key `tyme` here"),
        (("screener-map: 1", "screener-map: 2"), "1:"),
        (("name: test, ", ""), "say `code`, or `name` with `names`"),
        (("text: result, ", ""), "say `text`, `number`, or both"),
        (
            ("birth: {column: born}", "birth: {column: born}\n  age: {column: a, in-year: b}"),
            "`birth` or `age`, not both",
        ),
        (("prescribed: yes", "prescribed: maybe"), "10:"),
        (("unit: unit", "unit: units"), "no column `units`"),
        (("file: labs.csv", "file: lab.csv"), "has no table `lab.csv`"),
        (("screener-map: 1", "screener-map: ["), "mapping.yaml"),
    ],
)
def test_a_wrong_mapping_is_named_before_anything_is_read(change: tuple[str, str], says: str, tmp_path: Path) -> None:
    folder = as_long([someone("p", Random(1))], tmp_path / "a")
    mapping = folder / "mapping.yaml"
    mapping.write_text(MAPPING.replace(*change), encoding="utf-8")
    with pytest.raises((UsageError, FileError), match=says):
        run("batch", "--from", "long", str(folder), "--map", str(mapping), "-o", str(tmp_path / "o.jsonl"))


def test_long_tables_need_a_mapping(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--map"):
        run("batch", "--from", "long", str(tmp_path), "-o", str(tmp_path / "o.jsonl"))
    with pytest.raises(UsageError, match="--map"):
        run("batch", "--from", "omop", str(tmp_path), "--map", "a.yaml", "-o", str(tmp_path / "o.jsonl"))


def test_a_person_with_two_different_rows_is_refused(book: RuleBook, tmp_path: Path) -> None:
    folder = as_long([someone("p", Random(1)), someone("q", Random(2))], tmp_path / "a")
    with (folder / "people.csv").open("a", encoding="utf-8") as file:
        file.write("p,male,1900-01-01\n")
    found = {case.case_id: case for case in table_cases(str(folder), "long", options_for(book, folder))}
    assert found["p"].refused
    assert not found["q"].refused


@pytest.mark.parametrize("cell", ["", "NULL", "NA", "\\N", "___"])
def test_cells_in_which_nothing_stands_hide_nothing(cell: str, book: RuleBook, tmp_path: Path) -> None:
    folder = as_long(
        [
            {
                **someone("p", Random(1)),
                "k": [
                    ("2024-01-01", "", "4.1", "mmol/L", "Potassium"),
                    ("2024-02-01", "", cell, "mmol/L", "Potassium"),
                ],
            }
        ],
        tmp_path / "a",
    )
    (case,) = table_cases(str(folder), "long", options_for(book, folder))
    assert case.answers["potassium"] == 4.1


@pytest.mark.parametrize("cell", ["HEMOLYZED", "4,1", "see note", "41"])
def test_words_in_a_newer_result_hide_the_older(cell: str, book: RuleBook, tmp_path: Path) -> None:
    folder = as_long(
        [
            {
                **someone("p", Random(1)),
                "k": [
                    ("2024-01-01", "", "4.1", "mmol/L", "Potassium"),
                    ("2024-02-01", "", cell, "mmol/L", "Potassium"),
                ],
            }
        ],
        tmp_path / "a",
    )
    (case,) = table_cases(str(folder), "long", options_for(book, folder))
    assert "potassium" not in case.answers
    assert any("labs.csv:" in problem.field for problem in case.problems)


# what the source of an OMOP database calls things


def omop_files(folder: Path, **changes: Callable[[str], str]) -> Path:
    folder.mkdir()
    for path in (FOLDER / "omop").glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        (folder / path.name).write_text(changes.get(path.stem, str)(text), encoding="utf-8")
    return folder


def test_omop_in_capital_letters_is_the_same(tmp_path: Path) -> None:
    def shouted(text: str) -> str:
        head, _, rest = text.partition("\n")
        return f"{head.upper()}\n{rest}"

    stems = [path.stem for path in (FOLDER / "omop").glob("*.csv")]
    folder = omop_files(tmp_path / "capitals", **dict.fromkeys(stems, shouted))
    for path in list(folder.iterdir()):
        path.rename(path.with_name(path.name.upper()))
    _, rows, read = batch("omop", folder, tmp_path)
    other = tmp_path / "small"
    other.mkdir()
    _, same_rows, same = batch("omop", FOLDER / "omop", other)
    assert (rows, read) == (same_rows, same)


def test_two_omop_tables_of_one_name_are_named(tmp_path: Path) -> None:
    folder = omop_files(tmp_path / "two")
    (folder / "PERSON.csv").write_bytes((folder / "person.csv").read_bytes())
    with pytest.raises(UsageError, match="differ only in capital letters"):
        batch("omop", folder, tmp_path)


MADE_UP_PERSON = "person_id,gender_concept_id,year_of_birth,month_of_birth,day_of_birth\n1,8532,1960,1,1\n"
MADE_UP_LABS = (
    "person_id,measurement_concept_id,measurement_date,value_as_number,unit_source_value,measurement_source_value\n"
    "1,0,2024-03-01,3.1,mmol/L,K+ (local)\n1,0,2024-03-01,12,mmol/L,Sodium (local)\n"
)
MADE_UP_CODES = (
    "person_id,condition_concept_id,condition_start_date,condition_source_value\n1,0,2024-02-01,E11.9\n"
    "1,0,2024-02-01,HF-7\n"
)
OWN_CODES = (
    "concept,kind,field,use,system,code,below,display,status,source,note\n"
    "heart failure,problem,heart_disease,,urn:our-hospital,HF-7,,,U,,\n"
)


def made_up(folder: Path) -> Path:
    folder.mkdir()
    (folder / "person.csv").write_text(MADE_UP_PERSON, encoding="utf-8")
    (folder / "measurement.csv").write_text(MADE_UP_LABS, encoding="utf-8")
    (folder / "condition_occurrence.csv").write_text(MADE_UP_CODES, encoding="utf-8")
    (folder.parent / "names.csv").write_text("name,means\nK+ (local),potassium/serum\n", encoding="utf-8")
    (folder.parent / "own.csv").write_text(OWN_CODES, encoding="utf-8")
    return folder


def test_names_and_codes_of_the_source(tmp_path: Path) -> None:
    folder, names = made_up(tmp_path / "omop"), str(tmp_path / "names.csv")
    done, _, (plain_case,) = batch("omop", folder, tmp_path)
    assert not {"potassium", "type_2_diabetes", "heart_disease"} & plain_case.keys()
    assert "none of" in done.stderr
    out = tmp_path / "icd"
    out.mkdir()
    _, _, (case,) = batch("omop", folder, out, "--condition-system", "ICD-10-CM", "--source-names", names)
    assert (case["potassium"], case["type_2_diabetes"], case.get("heart_disease")) == (3.1, True, None)
    own = tmp_path / "own"
    own.mkdir()
    more = ("--condition-system", "urn:our-hospital", "--codes", str(tmp_path / "own.csv"), "--absent-means-no")
    _, _, (case,) = batch("omop", folder, own, *more)
    assert (case["heart_disease"], case.get("type_2_diabetes")) == (True, None)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--condition-system", "ICD-11"], "the code lists have no code of it"),
        (["--source-names", "NAMES"], "names.csv:2:1: `potasium/serum` is not a field that is read"),
    ],
)
def test_wrong_names_and_systems_of_the_source(words: list[str], says: str, tmp_path: Path) -> None:
    folder = made_up(tmp_path / "omop")
    names = tmp_path / "names.csv"
    names.write_text("name,means\nK+,potasium/serum\n", encoding="utf-8")
    with pytest.raises((UsageError, FileError)) as caught:
        batch("omop", folder, tmp_path, *(str(names) if word == "NAMES" else word for word in words))
    assert says in str(caught.value)


def test_the_summary_counts_rows_without_a_person(tmp_path: Path) -> None:
    summary = tmp_path / "summary.json"
    batch("flat", FOLDER / "flat", tmp_path, "--summary", str(summary))
    expected = yaml.safe_load((FOLDER / "flat" / "expected.yaml").read_text(encoding="utf-8"))
    held = json.loads(summary.read_text(encoding="utf-8"))["held"]
    assert held["rows_without_person"] == expected["rows_without_person"] > 0


def test_a_row_with_too_many_cells_is_named_and_not_repeated(tmp_path: Path) -> None:
    folder = made_up(tmp_path / "omop")
    with (folder / "measurement.csv").open("a", encoding="utf-8") as file:
        file.write("1,0,2024-03-01,3.1,mmol/L,a secret,and more\n")
    with pytest.raises(FileError) as caught:
        batch("omop", folder, tmp_path)
    assert "measurement.csv:4 has a row of 7 cells under 6 columns" in str(caught.value).replace("`", "")
    assert "secret" not in str(caught.value)
