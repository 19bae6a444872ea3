"""The fast readers accept only what the intake accepts, with the same values, and refuse for the same reasons."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from screener.batch.chunk import Chunk
from screener.batch.inputs.source import Input
from screener.batch.reading.careful import CarefulReader, Policy
from screener.batch.reading.csvfile import CsvReader
from screener.batch.reading.jsonl import BOM, JsonReader, accepted_and_refused
from screener.batch.reading.readers import ChunkReader
from screener.batch.reading.record import Decoded
from screener.batch.reading.typed import TypedReader
from screener.batch.work import intakes
from screener.case.answers import Choice, Number, YesNo
from screener.case.intake import Intake
from strategies import cases, json_texts, numbers

FIELDS = Intake.fields

POLICIES = st.sampled_from(
    [Policy(FIELDS), Policy(FIELDS, ignore_extra=True), Policy(FIELDS, True, frozenset({"name", "note"}))]
)


def meaning(decoded: Decoded) -> dict[str, Any]:
    """Everything that must be equal."""
    accepted = zip(decoded.lines.tolist(), intakes(decoded, FIELDS), strict=True)
    return {
        "accepted": {line: intake.model_dump() for line, intake in accepted},
        "refused": {reject.line: reject for reject in decoded.rejects},
        "order": decoded.lines.tolist() == sorted(decoded.lines.tolist()),
    }


@given(st.lists(json_texts(), min_size=1, max_size=6), POLICIES, st.booleans())
@example([BOM], Policy(FIELDS), False)
@example([BOM + b'{"fatigue": true}', BOM], Policy(FIELDS), False)
def test_json_lines(lines: list[bytes], policy: Policy, again: bool) -> None:
    careful = CarefulReader(policy)
    alone = [lines[0].removeprefix(BOM), *lines[1:]]  # a file may begin with it
    expected = accepted_and_refused([(careful.read_line(raw, at), at) for at, raw in enumerate(alone, start=1)])
    reader = JsonReader(policy)
    text = b"\n".join(lines) + b"\n"
    if again:
        reader.read(io.BytesIO(text), len(text), 1)  # what it learnt from the first time must change nothing
    assert meaning(reader.read(io.BytesIO(text), len(text), 1)) == meaning(expected)


@given(st.lists(cases(), min_size=1, max_size=40), st.booleans())
def test_plain_cases_in_json_take_the_fast_path(rows: list[dict[str, Any]], compact: bool) -> None:
    separators = (",", ":") if compact else None
    text = b"\n".join(json.dumps(row, separators=separators).encode() for row in rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CarefulReader, "read_line", None)
        found = JsonReader(Policy(FIELDS)).read(io.BytesIO(text), len(text), 1)
    assert [intake.model_dump() for intake in intakes(found, FIELDS)] == [Intake.read(row).model_dump() for row in rows]


CELLS = st.sampled_from(
    ["", "yes", "No", "unknown", "true", "FALSE", "null", "3", "3.0", "3.5", "-1", "NaN", "1e3", "4.1 mmol/L",
     "1.6 mg/dL", "1.6", ">60",
     "male", "Not said", '["omeprazole"]', '[{"name":"senna","months":2}]', "[]", "omeprazole", "x,y",
     'he said "no"', " ", "é", "maybe"]
)  # fmt: skip
COLUMNS = ["case_id", "fatigue", "nausea", "age", "potassium", "magnesium", "egfr", "ckd_stage", "sex", "medicines"]


@given(st.lists(st.lists(CELLS, min_size=len(COLUMNS), max_size=len(COLUMNS)), min_size=1, max_size=12))
def test_csv(rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    lines = text.getvalue().encode().splitlines()
    reader, careful = CsvReader(COLUMNS, Policy(FIELDS)), CarefulReader(Policy(FIELDS))
    one_by_one = [(reader.carefully(careful, row, lines[at], at + 2), at + 2) for at, row in enumerate(rows)]
    assert meaning(reader.read(text.getvalue().encode(), 2)) == meaning(accepted_and_refused(one_by_one))


def typed(name: str) -> st.SearchStrategy[Any]:
    """Values of a typed column, right and wrong ones."""
    kind = FIELDS[name]
    if isinstance(kind, YesNo):
        return st.none() | st.booleans()
    if isinstance(kind, Number):
        odd = st.sampled_from([float("nan"), float("inf"), -1.0, 2.5, 1e9, 0.0, 1.6])
        return st.none() | numbers(kind).map(float) | odd
    if isinstance(kind, Choice):
        return st.sampled_from([None, "male", "Female", "not said", "other"])
    return st.none() | st.lists(st.sampled_from(["omeprazole", "Lasix", "something else", "", " ", None]), max_size=3)


@st.composite
def typed_rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    names = draw(st.lists(st.sampled_from(sorted(FIELDS)), min_size=1, max_size=12, unique=True))
    row = st.fixed_dictionaries({name: typed(name) for name in names} | {"case_id": st.sampled_from([None, "a", "b"])})
    return draw(st.lists(row, min_size=1, max_size=8))


def typed_batch(rows: list[dict[str, Any]]) -> pa.RecordBatch:
    kinds: dict[str, pa.DataType] = {"case_id": pa.string(), "medicines": pa.list_(pa.string())}
    for name, kind in FIELDS.items():
        if isinstance(kind, YesNo | Number):
            kinds[name] = pa.bool_() if isinstance(kind, YesNo) else pa.float64()
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    arrays = [pa.array(values, kinds.get(name, pa.string())) for name, values in columns.items()]
    return pa.RecordBatch.from_arrays(arrays, names=list(columns))


@given(typed_rows(), st.integers(0, 11))
def test_typed_columns(rows: list[dict[str, Any]], start: int) -> None:
    reader, batch = TypedReader(Policy(FIELDS)), typed_batch(rows).slice(start % len(rows))
    lines = np.arange(1, batch.num_rows + 1)
    expected = reader.carefully(batch, lines, np.arange(batch.num_rows))
    assert meaning(reader.read(batch, 1)) == meaning(expected)


def test_parquet_with_more_texts_than_a_dictionary_holds(tmp_path: Path) -> None:
    names = [f"a mixture of many herbs, number {number}" for number in range(40_000)]
    path = str(tmp_path / "in.parquet")
    pq.write_table(pa.table({"medicines": [[name] for name in names]}), path)
    parts = list(ChunkReader([Input(path, "parquet")], Policy(FIELDS)).read(Chunk(0, 0, 1, len(names))))
    columns = [part.columns.medicines for part in parts]
    assert [column.vocabulary[place] for column in columns if column for place in column.names] == names
    encodings = pq.ParquetFile(path).metadata.row_group(0).column(0).encodings
    assert {"PLAIN", "RLE_DICTIONARY"} <= set(encodings)


@given(typed_rows())
def test_parquet(rows: list[dict[str, Any]]) -> None:
    """What is written to a file reads back, where texts come as dictionaries."""
    batch = typed_batch(rows)
    with TemporaryDirectory() as folder:
        path = str(Path(folder) / "in.parquet")
        pq.write_table(pa.Table.from_batches([batch]), path)
        (found,) = ChunkReader([Input(path, "parquet")], Policy(FIELDS)).read(Chunk(0, 0, 1, batch.num_rows))
    assert meaning(found) == meaning(TypedReader(Policy(FIELDS)).read(batch, 1))
