"""Seeded, made-up cases that look like records: most answers no, some unknown, some medicines, some blood tests.

They come in two kinds. *Tidy* lines have every field, booleans, bare numbers and few names of medicines. *Untidy* ones
are as people send them: nine in ten of the fields, a tenth of the answers as words, half of the results with a unit,
medicines with months, and a thousand names.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from screener.batch.reading.careful import Policy
from screener.batch.reading.notation import Notation
from screener.case.answers import Number
from screener.case.intake import Intake
from screener.rulebook.book import RuleBook

FIELDS = Intake.fields
SEXES = Intake.fields.options("sex")
NUMBER_FIELDS = Intake.fields.numbers
YES_NO_FIELDS = Intake.fields.yes_no

SEED: Final = 20261122
BLOCK: Final = 50_000
DIFFERENT: Final = 200_000  # cases in JSON that are made; making more takes longer than what is measured
UNKNOWN: Final = 0.12
COMMON: Final = {"fatigue": 0.3, "poor_sleep": 0.25, "high_blood_pressure": 0.3, "other_medicine": 0.5, "anxiety": 0.15}
RARE: Final = 0.05
MEDICINES: Final = (
    "omeprazole", "furosemide", "hydrochlorothiazide", "lisinopril", "metformin", "atorvastatin", "amlodipine",
    "spironolactone", "salbutamol", "digoxin", "Lasix 40 mg", "senna", "sertraline", "citalopram", "levothyroxine",
    "a herbal mixture",
)  # fmt: skip
REPORTED: Final = {"age": 0.98, "bmi": 0.4, "potassium": 0.35, "magnesium": 0.12, "calcium": 0.3, "egfr": 0.4}
TYPICAL: Final = {
    "age": (54, 18), "bmi": (27, 5), "potassium": (4.1, 0.5), "magnesium": (0.8, 0.12), "calcium": (2.3, 0.12),
    "egfr": (80, 22), "diuretic_months": (20, 15), "potassium_prescribed_weeks": (10, 8), "vomiting_days": (3, 2),
    "diarrhea_days": (4, 3), "little_food_days": (3, 3), "ckd_stage": (3, 1),
}  # fmt: skip

WITH_UNIT: Final = {"potassium": "mmol/L", "magnesium": "mmol/L", "calcium": "mmol/L"}
MONTHS: Final = (0.5, 1, 3, 6, 12, 24, 60)
POLICY: Final = Policy(Notation.of(FIELDS, units=["magnesium=mmol/L"]))  # numbers without units need one said


def columns(count: int, seed: int) -> dict[str, Any]:
    """Columns of `count` cases; None where nothing was answered."""
    rng = np.random.default_rng(seed)
    found: dict[str, Any] = {}
    for name in YES_NO_FIELDS:
        answers = rng.random(count) < COMMON.get(name, RARE)
        found[name] = pa.array(answers, mask=rng.random(count) < UNKNOWN)
    for name in NUMBER_FIELDS:
        found[name] = _numbers(rng, name, count)
    words = np.array([*SEXES, None], object)
    found["sex"] = pa.array(words[rng.choice(4, count, p=[0.5, 0.44, 0.03, 0.03])], pa.string())
    found["medicines"] = _medicines(rng, count)
    return found


def _numbers(rng: np.random.Generator, name: str, count: int) -> pa.Array:
    kind = FIELDS[name]
    assert isinstance(kind, Number)
    middle, spread = TYPICAL.get(name, (kind.low + (kind.high - kind.low) / 10, (kind.high - kind.low) / 10))
    values = np.clip(rng.normal(middle, spread, count), kind.low, min(kind.high, getattr(kind, "bare_high", kind.high)))
    missing = rng.random(count) >= REPORTED.get(name, 0.05)
    if kind.whole:
        return pa.array(np.round(values).astype(np.int32), mask=missing)
    return pa.array(np.round(values, 2), mask=missing)


def _medicines(rng: np.random.Generator, count: int) -> pa.Array:
    sizes = rng.choice(5, count, p=[0.45, 0.25, 0.15, 0.1, 0.05])
    ends = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    names = pa.array(np.array(MEDICINES, object)[rng.integers(0, len(MEDICINES), ends[-1])], pa.string())
    lists = pa.ListArray.from_arrays(pa.array(ends), names)
    return pa.ListArray.from_arrays(pa.array(ends), names, mask=pa.array(rng.random(count) < 0.05)) if count else lists


def tables(count: int, seed: int = SEED) -> Iterator[pa.Table]:
    """The cases in tables of `BLOCK` rows."""
    for number, start in enumerate(range(0, count, BLOCK)):
        size = min(BLOCK, count - start)
        ids = pa.array([f"case-{start + place:09d}" for place in range(size)])
        yield pa.table({"case_id": ids, **columns(size, seed + number)}).select(list(Intake.model_fields))


def write_parquet(path: Path, count: int, seed: int = SEED) -> None:
    """The cases as Parquet, a row group for every 200,000."""
    writer = None
    held: list[pa.Table] = []
    for table in tables(count, seed):
        writer = writer or pq.ParquetWriter(path, table.schema)
        held.append(table)
        if len(held) == 4:
            writer.write_table(pa.concat_tables(held), row_group_size=4 * BLOCK)
            held.clear()
    if writer is not None:
        if held:
            writer.write_table(pa.concat_tables(held), row_group_size=4 * BLOCK)
        writer.close()


def write_jsonl(path: Path, count: int, seed: int = SEED, untidy: bool = False) -> None:
    """The cases as JSON lines; after `DIFFERENT` of them they repeat under other ids."""
    change = Untidy(seed).row if untidy else dict
    with path.open("wb") as file:
        ends: list[bytes] = []
        for start in range(0, count, DIFFERENT):
            ends = ends or [end for table in tables(min(count, DIFFERENT), seed) for end in _json_ends(table, change)]
            some = enumerate(ends[: count - start], start=start)
            file.writelines(b'{"case_id":"case-%09d",%s\n' % (number, end) for number, end in some)


def _json_ends(table: pa.Table, change: Callable[[dict[str, Any]], dict[str, Any]]) -> list[bytes]:
    """The JSON text of each row behind the case id."""
    rows = table.drop_columns(["case_id"]).to_pylist()
    return [json.dumps(change(row), separators=(",", ":"))[1:].encode() for row in rows]


class Untidy:
    """Makes tidy cases untidy."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        names = [name for entry in RuleBook.load().medicines.entries for name in entry.names]
        self.names = self.random.sample(names, 1000)

    def row(self, row: dict[str, Any]) -> dict[str, Any]:
        """One case as people send it."""
        return {name: self.written(name, value) for name, value in row.items() if self.random.random() < 0.9}

    def written(self, name: str, value: Any) -> Any:
        """One answer."""
        chance = self.random.random()
        if isinstance(value, bool):
            return value if chance >= 0.1 else "yes" if value else "no"
        if isinstance(value, list):
            return [{"name": self.random.choice(self.names), "months": self.random.choice(MONTHS)} for _ in value]
        if name in WITH_UNIT and value is not None and chance < 0.5:
            return f"{value} {WITH_UNIT[name]}"
        return value
