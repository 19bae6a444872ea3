"""Files of one form, one after the other, as one file: texts, and Parquet files of one schema without decoding them.

Of Parquet files the row groups are copied, and the footer is written anew: so every worker can make its part by itself,
and the parts become one file at the speed of copying. Only places in the file change: see `parquet.thrift` of Apache
Parquet for the numbers of the fields.

The footer is written in Thrift's compact protocol (source: its specification by Apache). Here is just enough of it to
read a footer, change some numbers in it, and write it again. A struct is a dict from field number to `(type, value)`,
a list a pair `(element type, values)`; what is not understood does not exist in Parquet footers.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, Any, Final, TypeAlias

MAGIC: Final = b"PAR1"
TAIL: Final = 8  # the footer's length in 4 bytes, and the magic word
BLOCK: Final = 1 << 20  # bytes that are copied at a time

# types of Thrift
TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, _, STRUCT = range(1, 13)
# FileMetaData
ROWS: Final = 3
ROW_GROUPS: Final = 4
# RowGroup
COLUMNS: Final = 1
GROUP_OFFSET: Final = 5
ORDINAL: Final = 7
# ColumnChunk
CHUNK_OFFSET: Final = 2
META_DATA: Final = 3
CHUNK_PLACES: Final = (4, 6)  # offset index, column index
# ColumnMetaData
PAGE_PLACES: Final = (9, 10, 11, 14)  # data page, index page, dictionary page, bloom filter

Struct: TypeAlias = dict[int, tuple[int, Any]]


def join(form: str, header: bytes, files: Iterable[IO[bytes]], target: IO[bytes], skip: int) -> None:
    """Write one file of several.

    Args:
        form: of all of them.
        header: what the one file begins with.
        files: to be read; their places are moved.
        target: where it is written.
        skip: bytes at the beginning of a text that are its header.
    """
    target.write(header)
    footer, place = Footer(), len(header)
    for file in files:
        if form == "parquet":
            place += footer.add(file, place, target)
        else:
            copy(file, skip, file.seek(0, os.SEEK_END), target)
    if form == "parquet":
        target.write(footer.bytes())


@dataclass
class Footer:
    """The footer of a file that grows by one part at a time.

    Attributes:
        frame: the footer of the first part.
        groups: the row groups so far, each in Thrift: so many thousands of them need little memory.
        rows: how many rows they have.
    """

    frame: Struct | None = None
    groups: list[bytes] = field(default_factory=list)
    rows: int = 0

    def add(self, file: IO[bytes], place: int, target: IO[bytes]) -> int:
        """Copy the row groups of another file, and note where they are now.

        Args:
            file: a whole Parquet file.
            place: where the row groups will be in the joined file.
            target: what they are written to.

        Returns:
            How many bytes they are.
        """
        footer, end = read_footer(file)
        self.groups += [write_struct(_moved(group, place - len(MAGIC))) for group in footer[ROW_GROUPS][1][1]]
        self.rows += footer[ROWS][1]
        self.frame = self.frame or footer
        copy(file, len(MAGIC), end, target)
        return end - len(MAGIC)

    def bytes(self) -> bytes:
        """What closes the file."""
        assert self.frame is not None
        data = write_struct({**self.frame, ROWS: (I64, self.rows), ROW_GROUPS: (LIST, (STRUCT, self.groups))})
        return data + len(data).to_bytes(4, "little") + MAGIC


def read_footer(file: IO[bytes]) -> tuple[Struct, int]:
    """The footer of a Parquet file, and where its row groups end."""
    length = file.seek(-TAIL, os.SEEK_END)
    end = length - int.from_bytes(file.read(4), "little")
    file.seek(end)
    return read_struct(file.read(length - end)), end


def copy(file: IO[bytes], start: int, end: int, target: IO[bytes]) -> None:
    """Copy some bytes of a file to another."""
    file.seek(start)
    left = end - start
    while left and (block := file.read(min(BLOCK, left))):
        target.write(block)
        left -= len(block)


def _moved(group: Struct, shift: int) -> Struct:
    """A row group whose places in the file are further on."""
    group.pop(ORDINAL, None)  # 16 bits only, and of use only for encrypted files
    _shift(group, (GROUP_OFFSET,), shift)
    for chunk in group[COLUMNS][1][1]:
        _shift(chunk, (CHUNK_OFFSET, *CHUNK_PLACES), shift)
        _shift(chunk[META_DATA][1], PAGE_PLACES, shift)
    return group


def _shift(struct: Struct, places: tuple[int, ...], shift: int) -> None:
    """Put some fields of a struct further on, but for those that are 0: then the place is not given."""
    for number in struct.keys() & places:
        kind, value = struct[number]
        struct[number] = (kind, value + shift if value else 0)


def read_struct(data: bytes) -> Struct:
    """The struct that some bytes are."""
    return _read_struct(BytesIO(data))


def _read_struct(data: IO[bytes]) -> Struct:
    found: Struct = {}
    number = 0
    while (head := data.read(1)[0]) != 0:
        number = number + (head >> 4) if head >> 4 else _read_integer(data)
        found[number] = (head & 0x0F, _read_value(data, head & 0x0F))
    return found


def _read_value(data: IO[bytes], kind: int) -> Any:
    if kind in (TRUE, FALSE):
        return kind == TRUE
    if kind in (I16, I32, I64):
        return _read_integer(data)
    if kind == BINARY:
        return data.read(_read_varint(data))
    if kind in (LIST, SET):
        return _read_items(data)
    if kind == STRUCT:
        return _read_struct(data)
    return data.read({BYTE: 1, DOUBLE: 8}[kind])


def _read_items(data: IO[bytes]) -> tuple[int, list[Any]]:
    head = data.read(1)[0]
    kind = head & 0x0F
    count = head >> 4 if head >> 4 < 15 else _read_varint(data)
    if kind in (TRUE, FALSE):
        return kind, [byte == TRUE for byte in data.read(count)]
    return kind, [_read_value(data, kind) for _ in range(count)]


def _read_varint(data: IO[bytes]) -> int:
    result = shift = 0
    while True:
        byte = data.read(1)[0]
        result |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return result


def _read_integer(data: IO[bytes]) -> int:
    number = _read_varint(data)
    return (number >> 1) ^ -(number & 1)


def write_struct(struct: Struct) -> bytes:
    """The bytes of a struct; a struct in it may be bytes already."""
    out = bytearray()
    before = 0
    for number, (kind, value) in struct.items():
        head = kind if kind not in (TRUE, FALSE) else TRUE if value else FALSE
        if 0 < number - before <= 15:
            out.append((number - before) << 4 | head)
        else:
            out.append(head)
            out += _integer(number)
        before = number
        if kind not in (TRUE, FALSE):
            out += _value(kind, value)
    return bytes(out) + b"\0"


def _value(kind: int, value: Any) -> bytes:
    if kind in (I16, I32, I64):
        return _integer(value)
    if kind == BINARY:
        return _varint(len(value)) + bytes(value)
    if kind in (LIST, SET):
        return _items(*value)
    return write_struct(value) if isinstance(value, dict) else bytes(value)


def _items(kind: int, values: list[Any]) -> bytes:
    count = len(values)
    head = bytes([count << 4 | kind]) if count < 15 else bytes([0xF0 | kind]) + _varint(count)
    if kind in (TRUE, FALSE):
        return head + bytes(TRUE if value else FALSE for value in values)
    return head + b"".join(_value(kind, value) for value in values)


def _varint(number: int) -> bytes:
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _integer(number: int) -> bytes:
    return _varint(number << 1 if number >= 0 else (-number << 1) - 1)
