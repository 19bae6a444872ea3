"""Tables in files, batch by batch, with every cell as text: CSV (also packed) and Parquet (a file or a folder)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from screener.errors import FileError, UsageError, echo, echo_path
from screener.unpacking import PACKED, unpacked

ENDINGS: Final = ("", ".gz", ".zst")
BLOCK: Final = 8 << 20
ROWS: Final = 1 << 16
COMMAS: Final = pa_csv.ParseOptions(newlines_in_values=True)
CELLS: Final = re.compile(r"(?:Row #([0-9]+): )?Expected ([0-9]+) columns, got ([0-9]+)")
NOTHING: Final = ("", "NULL", "NA", "\\N", "___")  # cells with nothing in them


def find_file(folder: Path, name: str, any_case: bool = False) -> Path:
    """The file of a table, as it is called or packed, or a folder of parts.

    Args:
        folder: where the tables are.
        name: of the file.
        any_case: whether capital and small letters are the same.

    Raises:
        FileError: there is none.
        UsageError: several differ only in capital letters.
    """
    if any_case:
        return _in_any_case(folder, name)
    for ending in ENDINGS:
        path = folder / f"{name}{ending}"
        if path.exists():
            return path
    stem = name.rsplit(".", 1)[0]
    for other in (f"{stem}.parquet", f"{stem}.csv", f"{stem}.csv.gz", f"{stem}.csv.zst", stem):
        if (folder / other).exists():
            return folder / other
    raise FileError(f"{echo_path(str(folder))} has no table {echo(name)}")


def _in_any_case(folder: Path, name: str) -> Path:
    stem = name.rsplit(".", 1)[0].casefold()
    wanted = {f"{stem}{end}" for end in ("", ".parquet", *(f".csv{packed}" for packed in ENDINGS))}
    found = sorted(path for path in folder.iterdir() if path.name.casefold() in wanted)
    if len(found) > 1 and len({path.name.casefold() for path in found}) < len(found):
        names = f"{echo_path(str(found[0]))} and {echo_path(str(found[1]))}"
        raise UsageError(f"{names} differ only in capital letters; which one is the table")
    if found:
        return next((path for path in found if path.name == name), found[0])
    raise FileError(f"{echo_path(str(folder))} has no table {echo(name)}")


def parts_of(path: Path) -> list[Path]:
    """The files of a table."""
    if not path.is_dir():
        return [path]
    return sorted(part for part in path.iterdir() if part.suffix == ".parquet") or sorted(path.glob("*.csv*"))


def size_of(path: Path) -> int:
    """The bytes of a table."""
    return sum(part.stat().st_size for part in parts_of(path))


def header_of(path: Path) -> list[str]:
    """The names of the columns of a table.

    Raises:
        FileError: it cannot be read.
    """
    first = parts_of(path)[:1]
    if not first:
        raise FileError(f"{echo_path(str(path))} holds no table")
    try:
        if first[0].suffix == ".parquet":
            return list(pq.ParquetFile(first[0]).schema_arrow.names)
        with first[0].open("rb") as file:
            text = unpacked(file, PACKED.get(first[0].suffix, "")).read(1 << 16)
    except (OSError, pa.ArrowInvalid, EOFError) as error:
        raise _unreadable(first[0], error) from None
    line = text.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("utf-8", "replace")
    return [cell.strip().strip('"') for cell in line.rstrip("\r").split(delimiter_of(line))]


def delimiter_of(line: str) -> str:
    """What is between the cells of a header: a tab where there is one, as in vocabulary files of OMOP."""
    return "\t" if "\t" in line else ","


def check_columns(path: Path, columns: Iterable[str], said_by: str) -> None:
    """Make sure that a table has the columns that are to be read.

    Raises:
        UsageError: it has not.
        FileError: it cannot be read.
    """
    header = header_of(path)
    missing = [column for column in columns if column not in header]
    if missing:
        from screener.errors import Hints

        hint = Hints()(missing[0], header)
        raise UsageError(f"{echo_path(str(path))} has no column {echo(missing[0])}, which {said_by} names{hint}")


def batches_of(path: Path, columns: Sequence[str]) -> Iterator[tuple[pa.RecordBatch, int]]:
    """A table in batches with these columns as text, each with the number of its first row.

    Raises:
        FileError: it cannot be read.
    """
    row = 2 if not path.is_dir() and path.suffix != ".parquet" else 1
    for part in parts_of(path):
        try:
            for batch in _batches(part, list(dict.fromkeys(columns))):
                yield batch, row
                row += batch.num_rows
        except (OSError, EOFError, pa.ArrowInvalid, pa.ArrowKeyError) as error:
            raise _unreadable(part, error) from None


def _batches(part: Path, columns: list[str]) -> Iterator[pa.RecordBatch]:
    if part.suffix == ".parquet":
        parquet = pq.ParquetFile(part)
        for group in range(parquet.num_row_groups):  # one by one: what was read of the last is given back
            for batch in parquet.iter_batches(ROWS, row_groups=[group], columns=columns):
                texts = [_as_text(batch.column(batch.schema.get_field_index(name))) for name in columns]
                yield pa.record_batch(texts, columns)
        return
    with part.open("rb") as file, part.open("rb") as again:
        stream = unpacked(file, PACKED.get(part.suffix, ""))
        tabs = b"\t" in unpacked(again, PACKED.get(part.suffix, "")).read(1 << 16).split(b"\n", 1)[0]
        parsing = pa_csv.ParseOptions(delimiter="\t", quote_char=False) if tabs else COMMAS
        reader = pa_csv.open_csv(
            stream,
            pa_csv.ReadOptions(block_size=BLOCK, use_threads=False),
            parsing,
            pa_csv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()),
                include_columns=columns,
                strings_can_be_null=True,
                null_values=list(NOTHING),
                quoted_strings_can_be_null=True,
            ),
        )
        yield from reader


def _as_text(column: Any) -> Any:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    text = column if pa.types.is_string(column.type) else column.cast(pa.string())
    if pa.types.is_floating(column.type):
        text = pc.replace_substring_regex(text, r"\.0$", "")
    return pc.if_else(pc.is_in(text, value_set=pa.array(NOTHING)), None, text)


def _unreadable(path: Path, error: Exception) -> FileError:
    if isinstance(error, EOFError):
        return FileError(f"{echo_path(str(path))} ends in the middle; was the file cut off?")
    cells = CELLS.search(str(error))
    if cells:  # pyarrow repeats the row, which is somebody's
        row, columns, found = cells.groups()
        where = f"{echo_path(str(path))}:{row}" if row else echo_path(str(path))
        return FileError(
            f"{where} has a row of {found} cells under {columns} columns; is a comma or a quotation mark missing"
        )
    reason = getattr(error, "strerror", None) or str(error).split("\n")[0]
    return FileError(f"{echo_path(str(path))} cannot be read: {reason[:200]}")
