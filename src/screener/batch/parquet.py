"""Reading cases from Parquet, a row group at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from screener.errors import FileError, echo
from screener.intake import Intake

ROWS: Final = 1 << 16  # rows read at a time: their columns stay in the processor's cache


@contextmanager
def open_parquet(name: str) -> Iterator[Any]:
    """A Parquet file.

    Raises:
        FileError: it is none, or can not be read.
    """
    try:
        with pq.ParquetFile(name) as file:
            yield file
    except (pa.ArrowException, OSError) as error:
        reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise FileError(f"{echo(name)} can not be read as Parquet: {reason.lower()}") from None


def batches(name: str, group: int) -> Iterator[pa.RecordBatch]:
    """The rows of one row group, with the columns of the intake only.

    Raises:
        FileError: the file can not be read.
    """
    with open_parquet(name) as file:
        columns = [column for column in file.schema_arrow.names if column in Intake.model_fields]
        yield from file.iter_batches(ROWS, row_groups=[group], columns=columns, use_threads=False)


def column_names(name: str) -> list[str]:
    """The names of the columns.

    Raises:
        FileError: the file can not be read.
    """
    with open_parquet(name) as file:
        names: list[str] = file.schema_arrow.names
        return names
