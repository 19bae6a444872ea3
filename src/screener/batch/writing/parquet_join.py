"""Joining Parquet files of one schema without decoding them: the row groups are copied, the footer is written anew.

So every worker can make its part by itself, and the parts become one file at the speed of copying. Only places in the
file change: see `parquet.thrift` of Apache Parquet for the numbers of the fields.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any, Final

from screener.batch.writing.thrift import I64, LIST, STRUCT, Struct, read_struct, write_struct

MAGIC: Final = b"PAR1"
TAIL: Final = 8  # the footer's length in 4 bytes, and the magic word

# FileMetaData
ROWS: Final = 3
ROW_GROUPS: Final = 4
# RowGroup
COLUMNS: Final = 1
GROUP_ROWS: Final = 3
GROUP_OFFSET: Final = 5
ORDINAL: Final = 7
# ColumnChunk
CHUNK_OFFSET: Final = 2
META_DATA: Final = 3
CHUNK_PLACES: Final = (4, 6)  # offset index, column index
# ColumnMetaData
PAGE_PLACES: Final = (9, 10, 11, 14)  # data page, index page, dictionary page, bloom filter


def split(file: bytes) -> tuple[bytes, Struct]:
    """The row groups of a Parquet file as bytes, and its footer."""
    length = int.from_bytes(file[-TAIL:-4], "little")
    start = len(file) - TAIL - length
    return file[len(MAGIC) : start], read_struct(file[start:-TAIL])


@dataclass
class Footer:
    """The footer of a file that grows by one part at a time.

    Attributes:
        frame: the footer of the first part without its row groups.
        groups: the row groups so far, each in Thrift.
    """

    frame: Struct | None = None
    groups: list[bytes] = field(default_factory=list)
    rows: int = 0

    def add(self, file: bytes, position: int) -> tuple[bytes, list[bytes]]:
        """Take in another part.

        Args:
            file: a whole Parquet file.
            position: where its row groups will stand in the joined file.

        Returns:
            The bytes to write there, and its row groups, to be remembered.
        """
        body, footer = split(file)
        groups = [_moved(group, position - len(MAGIC)) for group in footer[ROW_GROUPS][1][1]]
        self.frame = self.frame or {**footer, ROW_GROUPS: (LIST, (STRUCT, []))}
        self.restore(groups)
        return body, groups

    def restore(self, groups: list[bytes]) -> None:
        """Row groups that are in the file."""
        self.groups += groups
        self.rows += sum(read_struct(group)[GROUP_ROWS][1] for group in groups)

    def bytes(self) -> bytes:
        """What closes the file."""
        assert self.frame is not None
        frame = {**self.frame, ROWS: (I64, self.rows)}
        frame[ROW_GROUPS] = (LIST, (STRUCT, [read_struct(group) for group in self.groups]))
        data = write_struct(dict(sorted(frame.items())))
        return data + len(data).to_bytes(4, "little") + MAGIC


def _moved(group: Struct, shift: int) -> bytes:
    """A row group whose places in the file are further on, in Thrift."""
    group = dict(group)
    group.pop(ORDINAL, None)  # 16 bits only, and of use only for encrypted files
    _shift(group, (GROUP_OFFSET,), shift)
    kind, chunks = group[COLUMNS][1]
    group[COLUMNS] = (LIST, (kind, [_moved_chunk(chunk, shift) for chunk in chunks]))
    return write_struct(group)


def _moved_chunk(chunk: Struct, shift: int) -> Struct:
    chunk = dict(chunk)
    _shift(chunk, (CHUNK_OFFSET, *CHUNK_PLACES), shift)
    meta = dict(chunk[META_DATA][1])
    _shift(meta, PAGE_PLACES, shift)
    chunk[META_DATA] = (STRUCT, meta)
    return chunk


def _shift(struct: Struct, fields: tuple[int, ...], shift: int) -> None:
    for number in fields:
        if number in struct and struct[number][1]:  # 0 means that the place is not given
            kind, value = struct[number]
            struct[number] = (kind, value + shift)


def to_text(groups: list[bytes]) -> list[str]:
    """Row groups for the journal."""
    return [base64.b64encode(group).decode() for group in groups]


def from_text(texts: list[Any]) -> list[bytes]:
    """Row groups from the journal."""
    return [base64.b64decode(text) for text in texts]
