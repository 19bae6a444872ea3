"""In which order a record lists what it holds says nothing: shuffled entries and rows give the same cases."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from fhirs import SERUM, Resource, condition, imported, lab, patient, request, statement, until
from screener.records.courses import by_time
from screener.records.fhir.read import cases
from screener.records.imported import ImportedCase
from screener.records.labs import in_order
from screener.records.tables.cases import split_folder, table_cases
from screener.rulebook.book import RuleBook
from threeforms import as_fhir, as_long, as_omop, options_for, someone

NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
PEOPLE = [someone(f"p{number}", Random(number)) for number in range(1000 if NIGHTLY else 150)]
SHUFFLES = 20 if NIGHTLY else 3


def said(case: ImportedCase) -> Any:
    """Everything that a case says, and for what; of tables without the numbers of rows."""
    sources = {name: sorted(found) for name, found in case.provenance.items()}
    notes = sorted(map(str, (*case.problems, *case.notes)))
    return case.case_id, case.answers, case.as_of, dict(case.dates), case.refused, dict(case.seen), sources, notes


def fhir_cases(seed: int, book: RuleBook, folder: Path) -> list[Any]:
    random, lines = Random(seed), []
    for person in PEOPLE:
        entries = [entry["resource"] for entry in as_fhir(person)["entry"]]
        random.shuffle(entries)
        lines += [json.dumps(resource) for resource in entries]
    path = folder / f"{seed}.ndjson"
    path.write_text("\n".join(lines), encoding="utf-8")
    return [said(case) for case in cases(path, options=options_for(book, folder))]


def test_the_order_of_fhir_resources_says_nothing(book: RuleBook, tmp_path: Path) -> None:
    first = fhir_cases(0, book, tmp_path)
    assert len(first) == len(PEOPLE)
    for seed in range(1, SHUFFLES):
        found = fhir_cases(seed, book, tmp_path)
        assert [pair for pair in zip(sorted(found), sorted(first), strict=True) if pair[0] != pair[1]] == []


@pytest.mark.parametrize(("form", "make"), [("long", as_long), ("omop", as_omop)])
def test_the_order_of_rows_says_nothing(
    form: str, make: Callable[[list[dict[str, Any]], Path, int], Path], book: RuleBook, tmp_path: Path
) -> None:
    found = []
    for seed in range(SHUFFLES):
        folder = make(PEOPLE, tmp_path / str(seed), seed)
        read = table_cases(str(folder), form, options_for(book, folder))
        found.append([(case.answers, case.as_of, dict(case.dates), case.refused, dict(case.seen)) for case in read])
    assert len(found[0]) == len(PEOPLE)
    for other in found[1:]:
        assert [pair for pair in zip(other, found[0], strict=True) if pair[0] != pair[1]] == []


def test_rows_are_put_in_order_by_column_as_they_are_one_by_one(book: RuleBook, tmp_path: Path) -> None:
    folder = as_long(PEOPLE, tmp_path / "tables")
    with split_folder(str(folder), "long", options_for(book, folder)) as (reader, parts):
        held = [reader.read(part) for part in range(parts)]
    values = [some for part in held for one in part.rows.read.values() for some in one.values.values()]
    assert len(values) > len(PEOPLE) / 2
    assert all([in_order(one)[:-1] for one in some] == sorted(in_order(one)[:-1] for one in some) for some in values)
    courses = [one.courses for part in held for one in part.rows.read.values() if one.courses]
    assert len(courses) > len(PEOPLE) / 2
    assert all([by_time(one)[:-1] for one in some] == sorted(by_time(one)[:-1] for one in some) for some in courses)


def mixed() -> list[Resource]:
    """A record in which everything ties with something."""
    versions = [{"meta": {"lastUpdated": f"2024-05-0{day}T00:00:00Z"}} for day in (1, 1, 2)]
    return [
        patient(),
        lab("a", 3.3, "2024-01-10"), lab("b", 3.7, "2024-01-10"), lab("c", 3.1, "2024-01-10T08:00:00Z"),
        lab("d", 4.1, "2024-03"), lab("e", 4.3, "2024-03-20"), lab("f", 3.2, "2024-03", status="corrected"),
        *(lab("v", value, "2024-03-21", **more) for value, more in zip((3.0, 3.1, 4.0), versions, strict=True)),
        lab("g", 1.1, "2024-03-21", "2160-0", "mg/dL"), lab("h", 1.4, "2024-03-21", "2160-0", "mg/dL"),
        request("x", "potassium chloride 20 mEq tablet", "2024-01-10", "completed", **until("2024-03-22")),
        request("y", "potassium chloride 10 mEq tablet", "2024-01-10", "completed", **until("2024-03-22")),
        request("z", "furosemide 40 mg tablet", "2023-01-10"), request("w", "Furosemide 20 mg", "2023-01-10"),
        statement("s", "omeprazole", effectivePeriod={"start": "2023-01-10"}),
        condition("ckd3", "icd10cm", "N18.3"), condition("ckd4", "icd10cm", "N18.4"),
    ]  # fmt: skip


def test_a_record_in_which_everything_ties(book: RuleBook, tmp_path: Path) -> None:
    found = []
    for seed in range(60 if NIGHTLY else 12):
        entries = mixed()
        Random(seed).shuffle(entries)
        found.append(said(imported(tmp_path, book, *entries)))
    assert not found[0][4]
    assert found[0][1]["ckd_stage"] == 4
    for other in found[1:]:
        assert other == found[0]


# what is known where the record does not say which value is the last


@pytest.mark.parametrize(
    ("results", "potassium", "low", "says"),
    [
        ([(3.3, "-10"), (3.7, "-10")], None, True, "taken at one time and differ, so the last potassium is not known"),
        ([(4.1, "-10"), (4.3, "-10")], 4.1, None, "no rule tells them apart, so the lowest counts"),
        ([(4.1, "-10"), (4.1, "-10")], 4.1, None, ""),
        ([(3.3, "-10T08:00:00Z"), (3.7, "-10")], None, True, "is not known"),
        ([(3.3, "-10T08:00:00Z"), (3.7, "-10T09:00:00Z")], 3.7, True, ""),
        ([(3.3, "-10T08:00:00Z"), (3.7, "-10T08:00:00Z")], None, True, "is not known"),
        ([(3.3, ""), (3.7, "-10")], None, True, "is not known"),
        ([(3.3, "-09"), (3.7, "-10")], 3.7, True, ""),
        ([(2.4, "-10"), (6.4, "-10")], None, True, "is not known"),
    ],
)
def test_values_of_one_time(
    results: list[tuple[float, str]], potassium: float | None, low: bool | None, says: str, book: RuleBook,
    tmp_path: Path,
) -> None:  # fmt: skip
    records = [lab(f"k{place}", value, f"2024-03{day}", SERUM) for place, (value, day) in enumerate(results)]
    for order in (records, records[::-1]):
        case = imported(tmp_path, book, *order)
        assert case.answers.get("potassium") == potassium
        assert case.answers.get("told_low_potassium") is low
        notes = " ".join(map(str, (*case.problems, *case.notes)))
        assert says in notes if says else "of one time" not in notes


def test_a_correction_counts_instead_of_what_it_corrects(book: RuleBook, tmp_path: Path) -> None:
    records = [lab("a", 3.3, "2024-03-10"), lab("b", 3.7, "2024-03-10", status="corrected")]
    for order in (records, records[::-1]):
        assert imported(tmp_path, book, *order).answers["potassium"] == 3.7


@pytest.mark.parametrize(
    ("second", "still_low"),
    [
        ([3.0], True), ([4.0], False), ([3.0, 4.0], None), ([3.0, 3.1], True), ([3.9, 4.1], False),
        ([3.0, 3.3], None),  # perhaps rising
    ],
)  # fmt: skip
def test_a_course_of_which_the_last_value_is_not_known(
    second: list[float], still_low: bool | None, book: RuleBook, tmp_path: Path
) -> None:
    first = [lab("a", 2.9, "2024-01-01"), request("m", "potassium chloride 20 mEq tablet", "2024-01-02")]
    later = [lab(f"b{place}", value, "2024-02-01") for place, value in enumerate(second)]
    for order in (later, later[::-1]):
        assert imported(tmp_path, book, *first, *order).answers.get("potassium_still_low") is still_low


def test_creatinines_of_one_time(book: RuleBook, tmp_path: Path) -> None:
    def of(*values: float) -> ImportedCase:
        return imported(
            tmp_path, book, *(lab(f"c{n}", v, "2024-02-01", "2160-0", "mg/dL") for n, v in enumerate(values))
        )

    assert of(0.8, 0.81).answers["egfr"] == of(0.81).answers["egfr"] == of(0.81, 0.8).answers["egfr"]
    assert "egfr" not in of(0.95, 1.2).answers
    assert any("taken at one time and differ" in note for note in of(0.95, 1.2).notes)
