"""Rows of many tables, split by person, so that each part fits in memory whatever the number of persons."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import numpy as np
import pyarrow as pa

from screener.private import open_private
from screener.records.tables.files import batches_of

ROW: Final = "\x00row"
PART_BYTES: Final = 4 << 20  # of the files, for each part
FEWEST: Final = 16
MOST: Final = 4000  # files that are open at once
OTHERS: Final = 200  # open files besides


@dataclass(frozen=True)
class Source:
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


def split(sources: Sequence[Source], folder: Path, parts: int) -> list[int]:
    """Write each table's rows into a file for each part; returns how many rows each table had."""
    return [_split(source, number, folder, parts) for number, source in enumerate(sources)]


def _split(source: Source, number: int, folder: Path, parts: int) -> int:
    wanted = list(dict.fromkeys((source.person, *source.columns, *source.where)))
    schema = pa.schema([*((name, pa.string()) for name in wanted), (ROW, pa.int64())])
    total = 0
    with ExitStack() as stack:
        files = [stack.enter_context(open_private(_name(folder, number, part), "wb")) for part in range(parts)]
        writers = [stack.enter_context(pa.ipc.new_stream(file, schema)) for file in files]
        for batch, first in batches_of(source.path, wanted):
            total += batch.num_rows
            rows = pa.array(np.arange(first, first + batch.num_rows))
            batch = _matching(batch.append_column(ROW, rows), source.where)
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


def _matching(batch: Any, where: dict[str, tuple[str, ...]]) -> Any:
    import pyarrow.compute as pc

    for column, words in where.items():
        held = pc.is_in(batch.column(batch.schema.get_field_index(column)), value_set=pa.array(words, pa.string()))
        batch = batch.filter(held)
    return batch


def _name(folder: Path, number: int, part: int) -> Path:
    return folder / f"{number}-{part}"


def read_batches(folder: Path, number: int, part: int) -> list[pa.RecordBatch]:
    """The rows of a table in one part. The file is removed."""
    path = _name(folder, number, part)
    with pa.OSFile(str(path)) as file, pa.ipc.open_stream(file) as reader:
        batches = list(reader)
    path.unlink()
    return batches
