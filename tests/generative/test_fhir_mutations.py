"""Broken bundles, thousands of them: a clear error that names the place, or a result that the break can explain."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest

from fhirs import (
    BLOOD,
    MG_MASS,
    POTASSIUM_TABLETS,
    bundle,
    concept,
    condition,
    lab,
    patient,
    request,
    statement,
    until,
)
from screener.records.codetable import book_codes
from screener.records.fhir.read import _guarded
from screener.records.imported import ImportedCase
from screener.records.options import Options
from screener.rulebook.book import RuleBook

COUNT = 10_000 if os.environ.get("HYPOTHESIS_PROFILE") == "nightly" else 2000
JUNK: list[Any] = [
    None, True, -1, 0, 3.5, 1e300, 10**400, "", "x", "2024-13-45", "9999-12-31", [], {}, [None], [{}], {"coding": 1},
    {"coding": [{}]}, {"coding": [None]}, "active", "entered-in-error", "\ud800", "x" * 5000, [[]],
    {"reference": "Patient/zzz"},
]  # fmt: skip
MOVED_BY_DATES = {"age", "diuretic_months", "medicines", "potassium_prescribed_weeks"}  # the day is the latest date


def base() -> dict[str, Any]:
    pill = {"resourceType": "Medication", "id": "pill", "code": concept("atc", "C03CA01", "furosemide")}
    loop = {**request("loop", "", "2022-03-01"), "medicationReference": {"reference": "Medication/pill"}}
    del loop["medicationCodeableConcept"]
    return bundle(
        patient(extension=[{"url": "x", "valueCode": "F"}]),
        pill,
        loop,
        condition("dm", "snomed", "44054006", onsetDateTime="2012-01-01"),
        condition("ckd", "icd10cm", "N18.32", recordedDate="2020-05"),
        lab("k-1", 3.1, "2024-01-10T09:20:00+01:00"),
        lab("k-2", 3.3, "2024-02-10", BLOOD),
        lab("k-3", 3.2, "2024-03-10T10:00:00Z", issued="2024-03-10T12:00:00Z"),
        lab("mg", 1.9, "2024-03-10", MG_MASS, "mg/dL"),
        lab("egfr", 55, "2024-03-10", "33914-3", "mL/min/{1.73_m2}"),
        lab("height", 170, "2024-03-10", "8302-2", "cm"),
        request("kcl", POTASSIUM_TABLETS, "2024-01-10", **until("2025-01-10")),
        statement("ppi", "omeprazole", effectivePeriod={"start": "2021-01-01"}),
    )


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything inside the resources."""
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield (*path, key)
        yield from places(value, (*path, key))


def mutate(data: dict[str, Any], random: Random) -> str | None:
    """Break one thing below an entry; the resource it is in, or None when the bundle itself was broken."""
    path = random.choice([path for path in places(data) if len(path) >= 2])
    parent: Any = data
    for key in path[:-1]:
        parent = parent[key]
    touched = None
    if len(path) >= 4:
        resource = data["entry"][path[1]]["resource"]
        touched = f"{resource.get('resourceType')}/{resource.get('id')}" if isinstance(resource, dict) else None
    if random.random() < 0.3:
        del parent[path[-1]]
    elif random.random() < 0.3 and isinstance(parent[path[-1]], str):
        parent[path[-1]] = parent[path[-1]][: random.randrange(len(parent[path[-1]]) + 1)]
    else:
        parent[path[-1]] = deepcopy(random.choice(JUNK))
    return touched


def read(raw: bytes, book: RuleBook) -> list[ImportedCase]:
    return list(_guarded(raw, "bundle.json", Options(book, book_codes(book), look_back=0)))


def check(found: list[ImportedCase], whole: ImportedCase, touched: str | None, patients: int) -> None:
    """Every patient is accounted for; errors name a place; changed answers rest on what was broken."""
    assert len(found) >= max(patients, 1)
    for case in found:
        for problem in (*case.refused, *case.problems):
            assert problem.field or case.where, problem
            assert "\n" not in str(problem)
            assert len(str(problem)) < 400
        if case.refused:
            continue
        case.intake()
        json.dumps({**case.answers, **case.explained()}, ensure_ascii=False).encode()
        changed = {
            name
            for name in {*case.answers, *whole.answers} - MOVED_BY_DATES - {"case_id"}
            if case.answers.get(name) != whole.answers.get(name)
        }
        for name in changed if touched and touched.startswith("Observation/") else ():
            sources = [*case.provenance.get(name, []), *whole.provenance.get(name, [])]
            assert touched in sources or name in ("potassium_prescribed", "potassium_still_low"), (name, sources)


@pytest.mark.parametrize("part", range(4))
def test_broken_values(part: int, book: RuleBook) -> None:
    random = Random(part)
    (whole,) = read(json.dumps(base()).encode(), book)
    assert whole.answers["potassium_still_low"] is True
    refused = 0
    for _ in range(COUNT // 4):
        data = base()
        touched = [mutate(data, random) for _ in range(random.choice([1, 1, 1, 2, 3]))]
        resources = [e.get("resource") if isinstance(e, dict) else e for e in data["entry"] or [] if e]
        count = sum(1 for r in resources if isinstance(r, dict) and r.get("resourceType") == "Patient")
        found = read(json.dumps(data).encode(), book)
        refused += any(case.refused for case in found)
        check(found, whole, touched[0] if len(touched) == 1 else None, count)
    assert COUNT // 40 < refused < COUNT // 4


def test_broken_values_in_records_of_every_kind(book: RuleBook) -> None:
    """Each record of `tests/records` with something broken is a case or refused; nothing held goes uncounted."""
    random = Random(77)
    folder = Path(__file__).parents[1] / "records"
    whole = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    bundles = [data for data in whole if data.get("resourceType") == "Bundle"]
    assert len(bundles) > 50
    for _ in range(COUNT // 4):
        data = deepcopy(random.choice(bundles))
        mutate(data, random)
        found = read(json.dumps(data).encode(), book)
        assert found
        for case in found:
            assert case.refused or case.intake() is not None
            assert all(count > 0 for count in case.seen.values())


def test_broken_bytes(book: RuleBook) -> None:
    random = Random(9)
    text = json.dumps(base()).encode()
    (whole,) = read(text, book)
    for _ in range(500):
        raw = bytearray(text)
        for _ in range(random.choice([1, 1, 2, 5])):
            place = random.randrange(len(raw))
            action = random.randrange(3)
            if action == 0:
                raw[place] = random.randrange(256)
            elif action == 1:
                del raw[place : place + random.randrange(1, 40)]
            else:
                raw = raw[:place]
            raw = raw or bytearray(b" ")
        check(read(bytes(raw), book), whole, None, 0)


def test_broken_values_on_disk_line_by_line(book: RuleBook, tmp_path: Path) -> None:
    from screener.records.fhir.read import cases

    random = Random(4)
    for number in range(60):
        data = base()
        mutate(data, random)
        folder = tmp_path / str(number)
        folder.mkdir()
        lines = [e.get("resource") for e in data["entry"] if isinstance(e, dict)]
        (folder / "all.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        found = list(cases(folder, book=book))
        check(found, found[0], None, 0)
