"""The fast readers accept only what the intake accepts, with the same values, and refuse for the same reasons."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from screener.batch.chunk import BOM, Chunk
from screener.batch.inputs.source import Input
from screener.batch.reading import csvfile, jsonl
from screener.batch.reading.arrow import is_bytes, is_list, is_text, usual
from screener.batch.reading.careful import CarefulReader, Policy
from screener.batch.reading.cell import plain_medicines, understood
from screener.batch.reading.csvfile import CsvReader, plain_columns
from screener.batch.reading.fast import ABSENT
from screener.batch.reading.jsonl import FEW_ESCAPES, JsonReader, accepted_and_refused
from screener.batch.reading.meaning import Meaning
from screener.batch.reading.notation import Notation
from screener.batch.reading.readers import ChunkReader
from screener.batch.reading.record import Decoded
from screener.batch.reading.typed import Block, TypedReader, said
from screener.batch.work import intakes
from screener.case.answers import MOST_MEDICINES, Medicines, Number, YesNo
from screener.case.intake import Intake
from strategies import cases, json_texts

FIELDS = Intake.fields
PLAIN = Notation(FIELDS)
UNITS = Notation.of(FIELDS, units=["magnesium=mmol/L"])
CODES = Notation.of(
    FIELDS,
    na=["unknown,-1,NaN", "0.7", "a"],
    yes=["maybe,3,2"],
    no=["0,é"],
    units=["magnesium=mg/dL", "egfr=mL/min/1.73m2"],
)
NOTATIONS = [Notation(FIELDS), UNITS, CODES]
POLICIES = st.sampled_from(
    [
        *(Policy(notation) for notation in NOTATIONS),
        Policy(PLAIN, True),
        Policy(PLAIN, True, frozenset({"name", "note"})),
        Policy(CODES, True, frozenset({"name", "note"})),
    ]
)
TABLE_POLICIES = st.sampled_from([Policy(notation) for notation in NOTATIONS])


def meaning(decoded: Decoded) -> dict[str, Any]:
    """Everything that must be equal."""
    accepted = zip(decoded.lines.tolist(), intakes(decoded, FIELDS), strict=True)
    return {
        "accepted": {line: intake.model_dump() for line, intake in accepted},
        "refused": {reject.line: reject for reject in decoded.rejects},
        "order": decoded.lines.tolist() == sorted(decoded.lines.tolist()),
        "codes": decoded.used,
    }


@given(st.lists(json_texts(), min_size=1, max_size=6), POLICIES, st.booleans())
@example([BOM], Policy(PLAIN), False)
@example([BOM + b'{"fatigue": true}', BOM], Policy(PLAIN), False)
def test_json_lines(lines: list[bytes], policy: Policy, again: bool) -> None:
    as_read_alone(lines, policy, again)


def as_read_alone(lines: list[bytes], policy: Policy, again: bool) -> None:
    """Lines mean the same together as one by one to the careful reader."""
    careful = CarefulReader(policy)
    alone = [lines[0].removeprefix(BOM), *lines[1:]]  # a file may begin with it
    results = [(careful.read_line(raw, at), at) for at, raw in enumerate(alone, start=1)]
    expected = accepted_and_refused(results, FIELDS, careful.used)
    reader = JsonReader(policy)
    text = b"\n".join(lines) + b"\n"
    if again:
        reader.read(io.BytesIO(text), len(text), 1)  # what it learnt from the first time must change nothing
    assert meaning(reader.read(io.BytesIO(text), len(text), 1)) == meaning(expected)
    with in_small_pieces():
        assert meaning(reader.read(io.BytesIO(text), len(text), 1)) == meaning(expected)


@contextmanager
def in_small_pieces() -> Iterator[None]:
    """Blocks of a line or two, each turned into columns by itself; a few of them are checked together."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jsonl, "BLOCK", 200)
        patch.setattr(jsonl, "SOME_ROWS", 2)
        patch.setattr(jsonl, "ROWS", 7)
        yield


@pytest.mark.parametrize("before", [0, 1, FEW_ESCAPES - 2, FEW_ESCAPES - 1, FEW_ESCAPES, 3 * FEW_ESCAPES])
@pytest.mark.parametrize("colon", ["\\u003a", "\\u003A", ":"])
def test_a_colon_that_is_escaped_does_not_hide_a_field_that_stands_twice(before: int, colon: str) -> None:
    plain = [json.dumps({"case_id": "\n" * 50, "fatigue": True}).encode()] * (before // 50)
    feeds = "\\n" * (before % 50)
    twice = f'{{"case_id":"{feeds}{colon}","fatigue":true,"fatigue":false}}'.encode()
    text = b"\n".join([*plain, twice, *plain])
    found = JsonReader(Policy(PLAIN)).read(io.BytesIO(text), len(text), 1)
    assert [reject.line for reject in found.rejects] == [len(plain) + 1]


ENTRIES = st.one_of(
    st.sampled_from(["omeprazole", "Lasix 40 mg", "a:b"]),
    st.fixed_dictionaries({"name": st.sampled_from(["omeprazole", "senna", "x:y"])}),
    st.fixed_dictionaries(
        {"name": st.sampled_from(["omeprazole", "senna", "x:y"]), "months": st.sampled_from([None, 0.5, 3, 2000])}
    ),
)


@given(st.lists(st.none() | st.lists(ENTRIES, max_size=4), min_size=1, max_size=20))
def test_medicines_in_every_mixture(lists: list[Any]) -> None:
    rows = [{"fatigue": True} if some == [] else {"medicines": some} for some in lists]
    as_read_alone([json.dumps(row).encode() for row in rows], Policy(PLAIN), False)


ODD_LISTS = st.sampled_from(
    ['[{"name":"a","name":"b"}]', '[{"name":"a","months":1,"months":2}]', r'["a\u003ab"]', '["\ud800"]', "null", "[]",
     r'[{"name":"a","mon\u0074hs":1}]', '[{"months":3}]', '["{}"]', '[""]', '[" "]', "[null]", "[1]", '["a"', "a",
     '[{"name":"a","months":NaN}]', '[{"name":"a","months":true}]', '[{"name":"a","months":"3"}]', '["a"] ',
     '[{"name":"a","dose":1}]']
)  # fmt: skip


@given(st.lists(ENTRIES, max_size=4).map(json.dumps) | ODD_LISTS)
def test_medicines_in_a_cell(text: str) -> None:
    found = plain_medicines(text)
    assert found is None or found == Medicines().check(understood(PLAIN, "medicines", text))


def test_ordinary_medicines_in_a_cell_are_plain() -> None:
    text = '["omeprazole", {"name": "a:b", "months": 2}, {"name": "senna"}, {"name": "x", "months": null}]'
    assert plain_medicines(text) == Medicines().check(json.loads(text))
    assert plain_medicines(json.dumps(["senna"] * (MOST_MEDICINES + 1))) is None


@given(st.lists(cases(bounded=False), min_size=1, max_size=40), st.booleans())
def test_plain_cases_in_json_take_the_fast_path(rows: list[dict[str, Any]], compact: bool) -> None:
    separators = (",", ":") if compact else None
    text = b"\n".join(json.dumps(row, separators=separators).encode() for row in rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CarefulReader, "read_line", None)
        found = JsonReader(Policy(UNITS)).read(io.BytesIO(text), len(text), 1)
        with in_small_pieces():
            pieces = JsonReader(Policy(UNITS)).read(io.BytesIO(text), len(text), 1)
    assert [intake.model_dump() for intake in intakes(found, FIELDS)] == [Intake.read(row).model_dump() for row in rows]
    assert list(intakes(pieces, FIELDS)) == list(intakes(found, FIELDS))


CELLS = st.sampled_from(
    ["", "yes", "No", "unknown", "true", "FALSE", "null", "3", "3.0", "3.5", "-1", "NaN", "1e3", "4.1 mmol/L",
     "1.6 mg/dL", "1.6", ">60",
     "male", "Not said", '["omeprazole"]', '[{"name":"senna","months":2}]', "[]", "omeprazole", "x,y",
     'he said "no"', " ", "é", "maybe", "yes ", " male", "2", "0", "-1.0", "NA", "0.70", '["{}"]', '["[a"]', "{}"]
)  # fmt: skip
COLUMNS = ["case_id", "fatigue", "nausea", "age", "potassium", "magnesium", "egfr", "ckd_stage", "sex", "medicines"]


WORDS = st.sampled_from(
    ["yes", "no", "unknown", "YES ", "£yes", "à", "", " ", "y", "yesyes", "\u00a3no", "yes" * 20, "£" * 40, "nein"]
)
ANSWERS = st.one_of(st.sampled_from([True, False, None]), WORDS, st.text(max_size=40))


@given(st.lists(st.integers(1, 200), min_size=1, max_size=4), st.data())
def test_words_among_the_answers(sizes: list[int], data: st.DataObject) -> None:
    """Whole blocks are read through replaced bytes; that says the same as each answer by itself."""
    texts = Meaning(PLAIN, PLAIN.uncoded).with_absent()
    for size in sizes:
        width = data.draw(st.integers(1, 20))
        some = data.draw(st.lists(ANSWERS, min_size=1, max_size=8))
        chosen = data.draw(st.randoms(use_true_random=False))
        columns = [[chosen.choice([*some, True, False, ABSENT]) for _ in range(size)] for _ in range(width)]
        alone = Meaning(PLAIN, PLAIN.uncoded).with_absent().yes_no
        assert texts.codes(columns).tolist() == [[alone[value] for value in column] for column in columns]


@given(st.lists(st.lists(CELLS, min_size=len(COLUMNS), max_size=len(COLUMNS)), min_size=1, max_size=12), TABLE_POLICIES)
def test_csv(rows: list[list[str]], policy: Policy) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    lines = text.getvalue().encode().splitlines()
    reader, careful = CsvReader(COLUMNS, policy), CarefulReader(policy)
    filled = [(row, at) for at, row in enumerate(rows) if any(cell.strip() for cell in row)]
    one_by_one = [(reader.carefully(careful, row, lines[at], at + 2), at + 2) for row, at in filled]
    found = reader.read(text.getvalue().encode(), 2)
    assert meaning(found) == meaning(accepted_and_refused(one_by_one, FIELDS, careful.used))
    assert found.records == len(rows)


PIECES = st.sampled_from([*'",,\n\n\r a\0\x0b\x85\xa0\u2028é', '""', '","', "\r\n", ",x", '"x"', "\ufeff", "\ud800"])


@given(st.lists(PIECES, max_size=30), st.integers(1, 3))
@example(["\ufeff", "x", "\n"], 1)
@example(['"x"', "a", "\n"], 1)
@example(["\xa0", ",", " ", "\n", "x", ",", "a"], 2)
@example(["x", "\r", "a"], 1)
def test_blocks_of_csv_that_are_taken_for_plain_are_what_the_careful_reader_makes_of_them(
    pieces: list[str], cells: int
) -> None:
    block = "".join(pieces).encode("utf-8", "surrogatepass")
    lines = block.removesuffix(b"\n").split(b"\n")
    columns = plain_columns(block, lines, cells, range(cells))
    if columns is not None:
        row = CsvReader([f"column {place}" for place in range(cells)], Policy(PLAIN)).row
        rows = [list(texts) for texts in zip(*(column.to_pylist() for column in columns), strict=True)]
        assert rows == [row(line) for line in lines]
        assert all(any(map(str.strip, texts)) for texts in rows)


@pytest.mark.parametrize("wanted", [[], [1], [2, 0]])
def test_only_the_wanted_columns_of_csv_are_given(wanted: list[int]) -> None:
    columns = plain_columns(b"a,b,c\nd,e,f\n", [b"a,b,c", b"d,e,f"], 3, wanted)
    assert columns is not None
    assert [column.to_pylist() for column in columns] == [[["a", "d"], ["b", "e"], ["c", "f"]][at] for at in wanted]


@pytest.mark.parametrize("text", ["x,y\nz,y\n", 'x"y,\nz,y\n', "x,\n,\nz,\n"])
def test_csv_of_which_only_the_folder_says_something(text: str) -> None:
    reader = CsvReader(["note", "other"], Policy(PLAIN, ignore_extra=True), {"sex": "male"})
    found = reader.read(text.encode(), 2)
    assert [intake.sex for intake in intakes(found, FIELDS)] == ["male", "male"]
    assert (found.rejects, found.records) == ([], text.count("\n"))


@given(st.lists(cases(bounded=False), min_size=1, max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_plain_cases_in_csv_are_read_in_whole_blocks(rows: list[dict[str, Any]], end: str) -> None:
    text = io.StringIO()
    table = csv.writer(text, lineterminator=end)
    for row in rows:
        cells = [row.get(name) for name in FIELDS]
        table.writerow(["x", *(json.dumps(cell) if isinstance(cell, list) else cell for cell in cells)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CsvReader, "row", None)
        patch.setattr(csvfile, "BLOCK", 200)
        found = CsvReader(["case_id", *FIELDS], Policy(UNITS)).read(text.getvalue().encode(), 2)
    expected = [Intake.read({"case_id": "x", **row}).model_dump() for row in rows]
    assert [intake.model_dump() for intake in intakes(found, FIELDS)] == expected


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int64(), pa.string())])
def test_where_a_column_says_something(kind: pa.DataType) -> None:
    assert said(pa.array(["<", None, "", " ", "x"], pa.string()).cast(kind)).tolist() == [
        True,
        False,
        False,
        False,
        True,
    ]


def test_a_dictionary_may_hold_null() -> None:
    column = pa.DictionaryArray.from_arrays(pa.array([0, 1, None]), pa.array([None, "<"]))
    assert said(column).tolist() == [False, True, False]


BOOLEANS = [pa.bool_(), pa.bool8(), pa.float64(), pa.int8(), pa.string(), pa.large_string(), pa.binary(), pa.null()]
NUMBERS = [
    pa.float64(), pa.float32(), pa.float16(), pa.int32(), pa.uint8(), pa.decimal128(9, 2), pa.decimal256(40, 1),
    pa.string(), pa.string_view(), pa.bool_(), pa.timestamp("s"), pa.dictionary(pa.int8(), pa.float64()), pa.null(),
]  # fmt: skip
TEXTS = [
    pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary(), pa.binary_view(),
    pa.dictionary(pa.int8(), pa.string()), pa.binary(4), pa.int64(), pa.null(),
]  # fmt: skip
IDS = [*TEXTS, pa.float64(), pa.decimal128(9, 1), pa.uuid(), pa.date32()]
ENTRY = pa.struct([("name", pa.string_view()), ("months", pa.decimal128(5, 1))])
LISTS = [
    pa.list_(pa.string()), pa.large_list(pa.large_string()), pa.list_view(pa.string_view()), pa.list_(pa.null()),
    pa.list_(pa.dictionary(pa.int8(), pa.string())), pa.list_(pa.string(), 2), pa.list_(pa.binary()), pa.string(),
    pa.list_(ENTRY), pa.list_(pa.int32()), pa.map_(pa.string(), pa.int32()),
    pa.list_(pa.map_(pa.string(), pa.string())),
]  # fmt: skip


def values_of(kind: pa.DataType) -> st.SearchStrategy[Any]:
    """Values of a type, right and wrong ones for a field."""
    if isinstance(kind, pa.UuidType):
        return st.sampled_from([bytes(range(16))])
    if pa.types.is_dictionary(kind):
        return values_of(kind.value_type)
    if isinstance(kind, pa.Bool8Type):
        return st.sampled_from([0, 1])
    if pa.types.is_boolean(kind):
        return st.booleans()
    if pa.types.is_struct(kind):
        names = st.sampled_from(["omeprazole", "", "{"])
        return st.fixed_dictionaries({"name": names, "months": st.sampled_from([None, Decimal("2.5"), Decimal(-1)])})
    if is_list(kind):
        return st.lists(st.none() | values_of(kind.value_type), min_size=2, max_size=2)
    if pa.types.is_map(kind):
        return st.sampled_from([[], [("name", 2)]] if kind.item_type == pa.int32() else [[("name", "senna")], []])
    return st.sampled_from(PLAIN_VALUES[next(test for test in PLAIN_VALUES if test(kind))])


PLAIN_VALUES: dict[Any, list[Any]] = {
    pa.types.is_null: [None],
    pa.types.is_decimal: [Decimal("3.1"), Decimal(1), Decimal("0.7"), Decimal(70), Decimal(-1)],
    pa.types.is_floating: [0.0, 1.0, 2.0, 3.0, 0.7, 1.6, 3.1, -1.0, 60.0, float("nan")],
    pa.types.is_integer: [0, 1, 2, 3, 60, 100],
    pa.types.is_temporal: [0, 1_700_000],
    is_bytes: [b"yes ", b"male", b"3.10", b"\xff\xfe..", b"abcd"],
    is_text: [
        "yes", " No", "maybe", "", "3", "3.0", "0.7", "1.6 mg/dL", "male", "Not said ", "NaN", "omeprazole", "a", "-1",
        '["omeprazole"]', '[{"name":"senna","months":2}]', '{"name":"senna","months":2}', "{oops", "[]", "[", "2",
    ],
}  # fmt: skip


def kinds_of(name: str) -> list[pa.DataType]:
    """Types in which the answers of a field may come."""
    kind = FIELDS.get(name)
    if isinstance(kind, Medicines):
        return LISTS
    if isinstance(kind, YesNo):
        return BOOLEANS
    return NUMBERS if isinstance(kind, Number) else TEXTS if kind is not None else IDS


@st.composite
def typed_batches(draw: st.DrawFn) -> pa.RecordBatch:
    """Batches whose columns are of every type that some program writes."""
    names = draw(st.lists(st.sampled_from(["case_id", "medicines", *FIELDS]), min_size=1, max_size=8, unique=True))
    count = draw(st.integers(1, 6))
    columns = [draw(typed_column(draw(st.sampled_from(kinds_of(name))), count)) for name in names]
    return pa.RecordBatch.from_arrays(columns, names=names)


def typed_column(kind: pa.DataType, count: int) -> st.SearchStrategy[pa.Array]:
    """A column of some type."""
    rows = st.lists(st.none() | values_of(kind), min_size=count, max_size=count)
    return rows.map(lambda values: pa.array(values, kind))


TEXT = pa.string()
LISTS_OF_TEXT = [
    pa.list_(TEXT), pa.large_list(TEXT), pa.list_(TEXT, 2), pa.list_view(TEXT),
    pa.large_list_view(TEXT), pa.list_view(pa.string_view()), pa.list_view(pa.dictionary(pa.int8(), TEXT)),
]  # fmt: skip


@given(st.data(), st.sampled_from(LISTS_OF_TEXT))
def test_a_list_of_any_kind_keeps_every_entry(data: st.DataObject, kind: pa.DataType) -> None:
    fixed = pa.types.is_fixed_size_list(kind)
    entries = st.lists(st.none() | st.sampled_from(["a", "b", "c"]), min_size=2 * fixed, max_size=2 if fixed else 4)
    values = data.draw(st.lists(st.none() | entries, min_size=1, max_size=8))
    start = data.draw(st.integers(0, len(values) - 1))
    assert usual(pa.array(values, kind).slice(start))[0].to_pylist() == values[start:]


@given(typed_batches(), st.integers(0, 11), TABLE_POLICIES)
def test_typed_columns(batch: pa.RecordBatch, start: int, policy: Policy) -> None:
    reader, batch = TypedReader(policy), batch.slice(start % batch.num_rows)
    lines = np.arange(1, batch.num_rows + 1)
    block = Block(reader, dict(zip(batch.schema.names, batch.columns, strict=True)), batch.num_rows, {})
    expected = reader.carefully(block, lines, np.arange(batch.num_rows))
    assert meaning(reader.read(batch, 1)) == meaning(expected)


def test_parquet_with_more_texts_than_a_dictionary_holds(tmp_path: Path) -> None:
    names = [f"a mixture of many herbs, number {number}" for number in range(40_000)]
    path = str(tmp_path / "in.parquet")
    pq.write_table(pa.table({"medicines": [[name] for name in names]}), path)
    parts = list(ChunkReader([Input(path, "parquet")], Policy(PLAIN)).read(Chunk(0, 0, 1, len(names))))
    columns = [part.columns.medicines for part in parts]
    assert [column.vocabulary[place] for column in columns if column for place in column.names] == names
    encodings = pq.ParquetFile(path).metadata.row_group(0).column(0).encodings
    assert {"PLAIN", "RLE_DICTIONARY"} <= set(encodings)


@given(typed_batches(), TABLE_POLICIES)
def test_parquet(batch: pa.RecordBatch, policy: Policy) -> None:
    """What is written to a file reads back, where texts come as dictionaries."""
    with TemporaryDirectory() as folder:
        path = str(Path(folder) / "in.parquet")
        try:
            pq.write_table(pa.Table.from_batches([batch]), path)
        except pa.ArrowNotImplementedError:
            return  # no such column is ever in a file
        (found,) = ChunkReader([Input(path, "parquet")], policy).read(Chunk(0, 0, 1, batch.num_rows))
    assert meaning(found) == meaning(TypedReader(policy).read(batch, 1))
