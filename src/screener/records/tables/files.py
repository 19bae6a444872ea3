"""Tables in files, batch by batch, with every cell as text: CSV (also packed) and Parquet (a file or a folder).

Rows of many tables are split by person, so that each part fits in memory whatever the number of persons.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from screener.errors import FileError, UsageError, did_you_mean, echo, echo_path
from screener.private import open_private
from screener.records.files import unpacked

ENDINGS: Final = ("", ".gz", ".zst")
BLOCK: Final = 8 << 20
ROWS: Final = 1 << 16
TABS: Final = pa_csv.ParseOptions(delimiter="\t", quote_char=False)
COMMAS: Final = pa_csv.ParseOptions(newlines_in_values=True)
CELLS: Final = re.compile(r"(?:Row #([0-9]+): )?Expected ([0-9]+) columns, got ([0-9]+)")
NOTHING: Final = ("", "NULL", "NA", "\\N", "___")  # cells with nothing in them
ROW: Final = "\x00row"
PART_BYTES: Final = 4 << 20  # of the files, for each part
FEWEST: Final = 16
MOST: Final = 4000  # files that are open at once
OTHERS: Final = 200  # open files besides


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
    stem = name.rsplit(".", 1)[0]
    wanted = [*(f"{name}{end}" for end in ENDINGS), f"{stem}.parquet", *(f"{stem}.csv{end}" for end in ENDINGS), stem]
    if not any_case:
        found = [folder / one for one in wanted if (folder / one).exists()]
    else:
        found = sorted(path for path in folder.iterdir() if path.name.casefold() in map(str.casefold, wanted))
        if len({path.name.casefold() for path in found}) < len(found):
            names = f"{echo_path(str(found[0]))} and {echo_path(str(found[1]))}"
            raise UsageError(f"{names} differ only in capital letters; which one is the table")
        found.sort(key=lambda path: path.name != name)
    if found:
        return found[0]
    raise FileError(f"{echo_path(str(folder))} has no table {echo(name)}")


def parts_of(path: Path) -> list[Path]:
    """The files of a table."""
    if not path.is_dir():
        return [path]
    return sorted(part for part in path.iterdir() if part.suffix == ".parquet") or sorted(path.glob("*.csv*"))


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
    except (OSError, pa.ArrowInvalid) as error:
        raise _unreadable(first[0], error) from None
    text = _first_line(first[0]).removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    return [cell.strip().strip('"') for cell in text.rstrip("\r").split("\t" if "\t" in text else ",")]


def _first_line(path: Path) -> bytes:
    """The header of a CSV file; there is a tab between its cells, as in vocabulary files of OMOP, or a comma."""
    with unpacked(path) as file:
        return file.read(1 << 16).split(b"\n", 1)[0]


def check_columns(path: Path, columns: Iterable[str]) -> None:
    """Make sure that a table has the columns that the mapping names.

    Raises:
        UsageError: it has not.
        FileError: it cannot be read.
    """
    header = header_of(path)
    missing = [column for column in columns if column not in header]
    if missing:
        hint = did_you_mean(missing[0], header)
        raise UsageError(f"{echo_path(str(path))} has no column {echo(missing[0])}, which the mapping names{hint}")


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
        except (OSError, pa.ArrowInvalid, pa.ArrowKeyError) as error:
            raise _unreadable(part, error) from None


def _batches(part: Path, columns: list[str]) -> Iterator[pa.RecordBatch]:
    if part.suffix == ".parquet":
        parquet = pq.ParquetFile(part)
        for group in range(parquet.num_row_groups):  # one by one: what was read of the last is given back
            for batch in parquet.iter_batches(ROWS, row_groups=[group], columns=columns):
                texts = [_as_text(batch.column(name)) for name in columns]
                yield pa.record_batch(texts, columns)
        return
    with unpacked(part) as file:
        yield from pa_csv.open_csv(
            file,
            pa_csv.ReadOptions(block_size=BLOCK, use_threads=False),
            TABS if b"\t" in _first_line(part) else COMMAS,
            pa_csv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()),
                include_columns=columns,
                strings_can_be_null=True,
                null_values=list(NOTHING),
                quoted_strings_can_be_null=True,
            ),
        )


def _as_text(column: Any) -> Any:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    text = column if pa.types.is_string(column.type) else column.cast(pa.string())
    if pa.types.is_floating(column.type):
        text = pc.replace_substring_regex(text, r"\.0$", "")
    return pc.if_else(pc.is_in(text, value_set=pa.array(NOTHING)), None, text)


def _unreadable(path: Path, error: Exception) -> FileError:
    cells = CELLS.search(str(error))
    if cells:  # pyarrow repeats the row, which is somebody's
        row, columns, found = cells.groups()
        where = f"{echo_path(str(path))}:{row}" if row else echo_path(str(path))
        return FileError(
            f"{where} has a row of {found} cells under {columns} columns; is a comma or a quotation mark missing"
        )
    reason = getattr(error, "strerror", None) or str(error).split("\n")[0]
    return FileError(f"{echo_path(str(path))} cannot be read: {reason[:200]}")


@dataclass(frozen=True)
class TableSource:
    """A table to be split.

    Attributes:
        path: where it is.
        person: the column with the person.
        columns: the others that are wanted.
        where: rows count only when these columns hold one of these words.
    """

    path: Path
    person: str
    columns: tuple[str, ...]
    where: dict[str, tuple[str, ...]]


def parts_for(size: int) -> int:
    """Into how many parts tables of so many bytes are split: so many that a part stays small, as far as files go."""
    wanted = min(max(FEWEST, size // PART_BYTES), MOST)
    return max(1, min(wanted, _files(wanted)))


def _files(wanted: int) -> int:
    """How many files may be open at once; where more are wanted, this process asks for as many as it may have."""
    try:
        import resource
    except ImportError:  # not on Windows
        return FEWEST
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted + OTHERS and soft != resource.RLIM_INFINITY:
        most = wanted + OTHERS if hard == resource.RLIM_INFINITY else min(wanted + OTHERS, hard)
        with suppress(ValueError, OSError):  # what the system does not allow stays as it is
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(most, soft), hard))
        soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return wanted if soft == resource.RLIM_INFINITY else soft - OTHERS


def part_of(person: str, parts: int) -> int:
    """The part that a person is in, the same in every run."""
    return crc32(person.encode()) % parts


def split(sources: Sequence[TableSource], folder: Path, parts: int) -> list[int]:
    """Write each table's rows into a file for each part; returns how many rows each table had."""
    return [_split(source, number, folder, parts) for number, source in enumerate(sources)]


def _split(source: TableSource, number: int, folder: Path, parts: int) -> int:
    wanted = list(dict.fromkeys((source.person, *source.columns, *source.where)))
    schema = pa.schema([*((name, pa.string()) for name in wanted), (ROW, pa.int64())])
    total = 0
    with ExitStack() as stack:
        files = [stack.enter_context(open_private(_name(folder, number, part), "wb")) for part in range(parts)]
        writers = [stack.enter_context(pa.ipc.new_stream(file, schema)) for file in files]
        for batch, first in batches_of(source.path, wanted):
            total += batch.num_rows
            rows = pa.array(np.arange(first, first + batch.num_rows))
            batch = batch.append_column(ROW, rows)
            for column, words in source.where.items():
                batch = batch.filter(pc.is_in(batch.column(column), value_set=pa.array(words, pa.string())))
            people = batch.column(0).dictionary_encode()
            of_person = np.array([part_of(person, parts) for person in people.dictionary.to_pylist()], dtype=np.int16)
            indices = people.indices.fill_null(-1).to_numpy(zero_copy_only=False)
            places = np.where(indices < 0, -1, of_person[indices] if len(of_person) else -1)
            order = np.argsort(places, kind="stable")
            bounds = np.searchsorted(places[order], np.arange(parts + 1))
            for part in range(parts):
                if bounds[part] < bounds[part + 1]:
                    writers[part].write_batch(batch.take(pa.array(order[bounds[part] : bounds[part + 1]])))
    return total


def _name(folder: Path, number: int, part: int) -> Path:
    return folder / f"{number}-{part}"


def read_batches(folder: Path, number: int, part: int) -> list[pa.RecordBatch]:
    """The rows of a table in one part. The file is removed."""
    path = _name(folder, number, part)
    with pa.OSFile(str(path)) as file, pa.ipc.open_stream(file) as reader:
        batches = list(reader)
    path.unlink()
    return batches
