"""`> 10` is never read as 10: every reader keeps a bound of every laboratory field as one, or refuses it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rulefolder import screener_here
from screener.case.answers import Measured
from screener.case.bound import Bound
from screener.case.files import read_case
from screener.case.intake import Intake
from screener.errors import CaseError
from screener.interview.entry import read_entry
from screener.records.labs import from_number, from_text
from screener.rulebook.book import RuleBook
from screener.screening import Screener
from screener.web.desk.reading import Form, NotAnsweredError

FIELDS = Intake.fields
LABS = {name: kind for name, kind in FIELDS.items() if isinstance(kind, Measured)}
NUMBERS = {"potassium": "4.5", "magnesium": "0.9", "calcium": "2.3", "egfr": "10"}
SIGNS = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "≤": "<=", "≥": ">="}


class Given(NamedTuple):
    """A bound as a report prints it, and what it says: nothing where a unit is needed and missing."""

    field: str
    text: str
    means: Bound | None


def all_given() -> Iterator[Given]:
    for name, kind in LABS.items():
        for sign, plain in SIGNS.items():
            for unit, factor in {"": None, **kind.analyte.factors}.items():
                number = Decimal(NUMBERS[name]) / (factor or 1)
                written = f"{number:.4f}"
                known = factor is not None or kind.analyte.one_unit
                means = Bound(plain, float(Decimal(written) * (factor or 1))) if known else None
                for text in (f"{sign}{written}{unit}", f"{sign} {written} {unit}", f" {sign}  {written} {unit} "):
                    yield Given(name, text, means)


GIVEN = list(all_given())


def test_every_laboratory_field_is_tried() -> None:
    assert NUMBERS.keys() == LABS.keys()
    assert {given.field for given in GIVEN if given.means is None} == LABS.keys() - {"egfr"}


# one case at a time


def in_python(field: str, text: str) -> Any:
    return getattr(Intake.read({field: text}), field)


def with_its_sign(field: str, text: str) -> Any:
    """As it was written for a case file: what is read is read again."""
    return getattr(Intake.read(Intake.read({field: text}).answers()), field)


def in_a_terminal(field: str, text: str) -> Any:
    return in_python(field, read_entry(BOOK[0].questions[field], text))


def in_a_record(field: str, text: str) -> Any:
    return from_text(LABS[field], text.strip())


ONE_BY_ONE: list[Callable[[str, str], Any]] = [in_python, with_its_sign, in_a_terminal, in_a_record]
BOOK: list[RuleBook] = []


@pytest.fixture(autouse=True)
def _with_the_book(book: RuleBook) -> None:
    BOOK[:] = [book]


@pytest.mark.parametrize("reader", ONE_BY_ONE, ids=lambda reader: reader.__name__)
def test_a_bound_stays_one(reader: Callable[[str, str], Any]) -> None:
    for given in GIVEN:
        if given.means is None:
            with (
                pytest.raises(ValueError, match="unit")
                if reader is in_a_record
                else pytest.raises((CaseError, ValueError), match="no unit")
            ):
                reader(given.field, given.text)
        else:
            assert reader(given.field, given.text) == given.means, given


def test_a_case_file(tmp_path: Path) -> None:
    for given in GIVEN[::7]:
        (tmp_path / "case.json").write_text(json.dumps({given.field: given.text}), encoding="utf-8")
        if given.means is None:
            with pytest.raises(CaseError, match="no unit"):
                read_case(str(tmp_path / "case.json"), FIELDS)
        else:
            assert getattr(read_case(str(tmp_path / "case.json"), FIELDS), given.field) == given.means


@pytest.mark.parametrize("name", LABS)
@pytest.mark.parametrize("sign", ["<", "<=", ">", ">="])
def test_the_comparator_of_a_record(name: str, sign: str) -> None:
    kind = LABS[name]
    found = from_number(name, kind, Decimal(NUMBERS[name]), sign, [kind.analyte.unit], NUMBERS[name])
    assert found == Bound(sign, float(NUMBERS[name]))


@pytest.mark.parametrize("name", LABS)
@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("space", ["", " "])
def test_a_page_of_questions(name: str, sign: str, space: str) -> None:
    """The unit is chosen next to the number; where all mean the same there is none to choose."""
    kind = LABS[name]
    fields = {"value": [f"{sign}{space}{NUMBERS[name]}"], "unit": [kind.analyte.unit]}
    answer = Form(fields).answer(kind)
    assert in_python(name, answer) == Bound(SIGNS[sign], float(NUMBERS[name]))
    if not kind.analyte.one_unit:
        with pytest.raises(NotAnsweredError, match="choose the unit"):
            Form(fields | {"unit": [""]}).answer(kind)


# many cases


def csv_file(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["case_id", *LABS], restval="")
        writer.writeheader()
        writer.writerows(rows)


def json_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def json_array(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text(json.dumps(rows), encoding="utf-8")


def parquet(path: Path, rows: list[dict[str, Any]]) -> None:
    pq.write_table(pa.Table.from_pylist([{name: row.get(name) for name in ("case_id", *LABS)} for row in rows]), path)


WRITERS = {"a.csv": csv_file, "a.jsonl": json_lines, "a.json": json_array, "a.parquet": parquet}


def batch(folder: Path, name: str, *words: str) -> tuple[dict[str, Mapping[str, Any]], dict[str, str]]:
    """The rows of the output with their laboratory values, and the messages of the rejects, by case id."""
    keep = [word for lab in LABS for word in ("--keep", lab)]
    done = screener_here("batch", str(folder / name), "-o", str(folder / "out.jsonl"), "--force", *keep, *words)
    assert done.code == 0, done.err
    rows = [json.loads(line) for line in (folder / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    rejects = (folder / "out.jsonl.rejects.jsonl").read_text(encoding="utf-8").splitlines()
    refused = {row["case_id"]: row["errors"][0]["message"] for row in map(json.loads, rejects)}
    return {row["case_id"]: row for row in rows}, refused


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_of_cases(name: str, tmp_path: Path) -> None:
    WRITERS[name](tmp_path / name, [{"case_id": str(n), given.field: given.text} for n, given in enumerate(GIVEN)])
    rows, refused = batch(tmp_path, name)
    assert rows.keys() | refused.keys() == set(map(str, range(len(GIVEN))))
    for number, given in enumerate(GIVEN):
        if given.means is None:
            assert "no unit" in refused[str(number)], given
        else:
            assert in_python(given.field, rows[str(number)][given.field]) == given.means, given


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
def test_a_column_for_the_sign(name: str, tmp_path: Path) -> None:
    signs = ["<", "<=", ">", ">="]
    columns: dict[str, list[Any]] = {"case_id": signs}
    for lab in LABS:
        columns |= {lab: [float(NUMBERS[lab])] * len(signs), f"{lab}_bound": signs}
    table = pa.table(columns)
    if name == "a.csv":
        with (tmp_path / name).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([table.column_names, *zip(*columns.values(), strict=True)])
    else:
        pq.write_table(table, tmp_path / name)
    rows, refused = batch(tmp_path, name, *(f"--unit={lab}={kind.analyte.unit}" for lab, kind in LABS.items()))
    assert refused == {}
    for sign in signs:
        for lab in LABS:
            assert in_python(lab, rows[sign][lab]) == Bound(sign, float(NUMBERS[lab]))


# what comes of it


@pytest.mark.parametrize("text", [">10", "> 10", ">= 10 mL/min", "≥10"])
def test_more_than_10_is_no_10(text: str, book: RuleBook) -> None:
    """It is not known to be so low, nor to be high enough for supplements: what hangs on it stays open."""
    screener = Screener(book)
    ten, more, high = (screener.screen(Intake.read({"egfr": value})) for value in (10, text, ">90"))
    assert [report.urgency for report in (ten, more, high)] == ["same-day", "none", "none"]
    care = "kidney-disease-supplement-caution"
    assert [care in {flag.id for flag in report.flags if flag.status == "possible"} for report in (more, high)] == [
        True,
        False,
    ]
