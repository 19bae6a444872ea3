"""Columns in the names of folders, as Hive, Spark, DuckDB and others divide a table: `sex=female/part-0.parquet`."""

from __future__ import annotations

from pathlib import PurePath
from typing import Final
from urllib.parse import unquote

MISSING: Final = "__HIVE_DEFAULT_PARTITION__"


def folder_columns(name: str) -> dict[str, str]:
    """The columns that the folders of a file give, with the cell that every record has in them.

    Args:
        name: of the file, as it was given. A value that is missing is an empty cell.
    """
    parts = [part.partition("=") for part in PurePath(name).parent.parts]
    return {
        unquote(column): "" if value == MISSING else unquote(value)
        for column, equals, value in parts
        if column and equals
    }
