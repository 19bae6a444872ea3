"""Joined Parquet files: the footer survives reading and writing, and pyarrow reads what the parts held together."""

from __future__ import annotations

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screener.batch.writing.joining import (
    MAGIC,
    ROW_GROUPS,
    ROWS,
    TAIL,
    join,
    read_footer,
    read_struct,
    write_struct,
)

WORDS = ["a", "b", "", "ä", "x" * 300]
SCHEMA = pa.schema(
    [
        pa.field("id", pa.string(), metadata={"note": "of the person"}),
        ("line", pa.int64()),
        ("flag", pa.bool_()),
        ("value", pa.float64()),
        ("ids", pa.list_(pa.string())),
        ("some", pa.list_(pa.struct([("name", pa.string()), ("months", pa.float64())]))),
    ],
    metadata={"made by": "a test"},
)
ROW = st.fixed_dictionaries(
    {
        "id": st.none() | st.sampled_from(WORDS),
        "line": st.integers(-(2**63), 2**63 - 1),
        "flag": st.none() | st.booleans(),
        "value": st.none() | st.floats(allow_nan=False),
        "ids": st.none() | st.lists(st.sampled_from(WORDS), max_size=3),
        "some": st.none()
        | st.lists(
            st.fixed_dictionaries({"name": st.sampled_from(WORDS), "months": st.none() | st.just(1.5)}), max_size=2
        ),
    }
)
TABLES = st.lists(ROW, max_size=12).map(lambda rows: pa.Table.from_pylist(rows, SCHEMA))
OPTIONS = st.fixed_dictionaries(
    {
        "compression": st.sampled_from(["snappy", "zstd", "none"]),
        "use_dictionary": st.sampled_from([True, False, ["id"]]),
        "write_statistics": st.sampled_from([True, False, ["line"]]),
        "write_page_index": st.booleans(),
        "store_schema": st.booleans(),
        "version": st.sampled_from(["1.0", "2.6"]),
        "data_page_version": st.sampled_from(["1.0", "2.0"]),
        "row_group_size": st.integers(1, 12),
    }
)


def written(table: pa.Table, **options: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()


def joined(*files: bytes) -> bytes:
    target = io.BytesIO()
    join("parquet", MAGIC, map(io.BytesIO, files), target, skip=0)
    return target.getvalue()


def footer_bytes(file: bytes) -> bytes:
    return file[-TAIL - int.from_bytes(file[-TAIL:-4], "little") : -TAIL]


def comparable(metadata: Any) -> Any:
    """What pyarrow says of a file or a row group, without the places in it."""
    if isinstance(metadata, dict):
        return {
            key: comparable(value)
            for key, value in metadata.items()
            if not key.endswith(("_offset", "serialized_size"))
        }
    return [comparable(item) for item in metadata] if isinstance(metadata, list | tuple) else metadata


@given(TABLES, OPTIONS)
def test_a_footer_is_written_as_it_was_read(table: pa.Table, options: dict[str, Any]) -> None:
    footer = footer_bytes(written(table, **options))
    assert write_struct(read_struct(footer)) == footer


@given(st.lists(TABLES, min_size=1, max_size=4), OPTIONS)
@settings(deadline=None)
def test_the_joined_file_holds_all_parts_one_after_the_other(tables: list[pa.Table], options: dict[str, Any]) -> None:
    files = [written(table, **options) for table in tables]
    whole = joined(*files)
    found = pq.ParquetFile(io.BytesIO(whole))
    schema = pq.read_schema(io.BytesIO(files[0]))
    assert found.read().equals(pa.concat_tables(pq.read_table(io.BytesIO(file)) for file in files), check_metadata=True)
    assert found.schema_arrow.equals(schema, check_metadata=True)
    parts = [pq.ParquetFile(io.BytesIO(file)).metadata for file in files]
    assert found.metadata.num_rows == sum(part.num_rows for part in parts)
    groups = [part.row_group(at).to_dict() for part in parts for at in range(part.num_row_groups)]
    assert comparable([found.metadata.row_group(at).to_dict() for at in range(len(groups))]) == comparable(groups)
    assert found.metadata.num_row_groups == len(groups)
    assert found.metadata.metadata == parts[0].metadata
    assert found.metadata.created_by == parts[0].created_by
    for at in range(len(groups)):  # each can be read by itself
        assert found.read_row_group(at).num_rows == groups[at]["num_rows"]


@given(st.lists(TABLES, min_size=2, max_size=5), OPTIONS, st.data())
@settings(deadline=None)
def test_it_does_not_matter_which_are_joined_first(
    tables: list[pa.Table], options: dict[str, Any], data: st.DataObject
) -> None:
    files = [written(table, **options) for table in tables]
    cut = data.draw(st.integers(1, len(files) - 1))
    assert joined(joined(*files[:cut]), joined(*files[cut:])) == joined(*files)


def test_one_part_stays_what_it_is() -> None:
    table = pa.Table.from_pylist([{"id": "a", "line": at} for at in range(50)], SCHEMA)
    file = written(table, row_group_size=20)
    again = pq.ParquetFile(io.BytesIO(joined(file)))
    assert again.read().equals(table)
    assert len(joined(file)) <= len(file)  # without the place of a row group among all


def test_what_pyarrow_skips_by_statistics_is_found() -> None:
    tables = [pa.table({"line": list(range(start, start + 100))}) for start in range(0, 1000, 100)]
    file = io.BytesIO(joined(*(written(table, write_page_index=True) for table in tables)))
    statistics = [pq.ParquetFile(file).metadata.row_group(at).column(0).statistics for at in range(10)]
    assert [(each.min, each.max) for each in statistics] == [(start, start + 99) for start in range(0, 1000, 100)]
    assert pq.read_table(file, filters=[("line", ">=", 250), ("line", "<", 320)])["line"].to_pylist() == [
        *range(250, 320)
    ]


def test_empty_parts_add_no_rows_and_keep_the_columns() -> None:
    empty, some = SCHEMA.empty_table(), pa.Table.from_pylist([{"id": "a", "line": 1}], SCHEMA)
    for tables in ([empty], [empty, empty], [empty, some], [some, empty], [empty, some, empty]):
        found = pq.read_table(io.BytesIO(joined(*map(written, tables))))
        assert found.equals(pa.concat_tables(tables), check_metadata=False)
        assert found.schema.equals(SCHEMA)


def test_more_row_groups_than_fit_sixteen_bits() -> None:
    file = written(pa.table({"line": list(range(2000))}), row_group_size=1, write_statistics=False)
    whole = io.BytesIO(joined(*[file] * 20))
    found = pq.ParquetFile(whole)
    assert (found.metadata.num_rows, found.metadata.num_row_groups) == (40_000, 40_000)
    assert found.read_row_group(39_999)["line"].to_pylist() == [1999]


@pytest.mark.parametrize("number", [0, 1, -1, 63, -64, 64, 2**31, -(2**63), 2**63 - 1])
def test_numbers_of_any_size(number: int) -> None:
    assert read_struct(write_struct({3: (6, number)})) == {3: (6, number)}


def test_field_numbers_far_apart_and_long_lists() -> None:
    struct = {
        1: (1, True), 2: (2, False), 40: (8, b"x" * 200), 41: (3, b"\x07"), 42: (7, b"12345678"),
        300: (9, (5, list(range(40)))), 301: (9, (1, [True, False])), 302: (12, {1: (5, 2)}), 303: (9, (12, [{}] * 20)),
    }  # fmt: skip
    assert read_struct(write_struct(struct)) == struct


def test_where_the_row_groups_end() -> None:
    file = written(pa.table({"line": [1, 2, 3]}))
    footer, end = read_footer(io.BytesIO(file))
    assert file[end:-TAIL] == footer_bytes(file)
    assert footer[ROWS][1] == 3
    assert len(footer[ROW_GROUPS][1][1]) == 1
