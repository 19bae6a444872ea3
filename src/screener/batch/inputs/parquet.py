"""Reading cases from Parquet, a row group at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import ceil
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from screener.case.fields import Fields
from screener.errors import as_file_error, echo_path

MOST_ROWS: Final = 1 << 17  # rows read at a time: fewer cost more calls, more cost memory


@contextmanager
def open_parquet(name: str, dictionaries: Sequence[str] = ()) -> Iterator[Any]:
    """A Parquet file.

    Args:
        name: of the file.
        dictionaries: columns of text that are wanted as dictionaries, by their paths.

    Raises:
        FileError: it is none, or cannot be read.
    """
    with (
        as_file_error(f"{echo_path(name)} cannot be read as Parquet", (pa.ArrowException, OSError)),
        pq.ParquetFile(name, read_dictionary=list(dictionaries)) as file,
    ):
        yield file


def batches(name: str, group: int, fields: Fields, dictionaries: Sequence[str] = ()) -> Iterator[pa.RecordBatch]:
    """The rows of one row group, with the columns of a case only.

    Args:
        name: of the file.
        group: its place among the row groups.
        fields: what a case may say.
        dictionaries: see `repeating`.

    Raises:
        FileError: the file cannot be read.
    """
    with open_parquet(name, dictionaries) as file:
        columns = [column for column in file.schema_arrow.names if column in fields.columns]
        rows = file.metadata.row_group(group).num_rows
        size = ceil(rows / max(1, ceil(rows / MOST_ROWS)))  # the same for all: no batch of a few rows at the end
        yield from file.iter_batches(max(1, size), row_groups=[group], columns=columns, use_threads=False)


def repeating(name: str) -> list[str]:
    """The columns of text in which few texts occur again and again: words, units and medicines, but not the case ids.

    Raises:
        FileError: the file cannot be read.
    """
    with open_parquet(name) as file:
        leaves = [file.schema.column(place) for place in range(len(file.schema))]
        return [leaf.path for leaf in leaves if leaf.logical_type.type == "STRING" and leaf.path != "case_id"]


def column_names(name: str) -> list[str]:
    """The names of the columns.

    Raises:
        FileError: the file cannot be read.
    """
    with open_parquet(name) as file:
        return list(file.schema_arrow.names)
