"""Just enough of Thrift's compact protocol to read a Parquet footer, change some numbers in it, and write it again.

A struct is a dict from field number to `(type, value)`, a list a pair `(element type, values)`; what is not understood
does not exist in Parquet footers. Source: the Apache Thrift compact protocol specification.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

TRUE: Final = 1
FALSE: Final = 2
BYTE: Final = 3
I16: Final = 4
I32: Final = 5
I64: Final = 6
DOUBLE: Final = 7
BINARY: Final = 8
LIST: Final = 9
SET: Final = 10
STRUCT: Final = 12

Struct: TypeAlias = dict[int, tuple[int, Any]]


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def byte(self) -> int:
        self.at += 1
        return self.data[self.at - 1]

    def take(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]

    def varint(self) -> int:
        result = shift = 0
        while True:
            byte = self.byte()
            result |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return result

    def integer(self) -> int:
        number = self.varint()
        return (number >> 1) ^ -(number & 1)

    def struct(self) -> Struct:
        found: Struct = {}
        number = 0
        while (head := self.byte()) != 0:
            number = number + (head >> 4) if head >> 4 else self.integer()
            found[number] = (head & 0x0F, self.value(head & 0x0F))
        return found

    def value(self, kind: int) -> Any:
        if kind in (TRUE, FALSE):
            return kind == TRUE
        if kind in (I16, I32, I64):
            return self.integer()
        if kind == BINARY:
            return self.take(self.varint())
        if kind in (LIST, SET):
            return self.items()
        if kind == STRUCT:
            return self.struct()
        return self.take({BYTE: 1, DOUBLE: 8}[kind])

    def items(self) -> tuple[int, list[Any]]:
        head = self.byte()
        kind = head & 0x0F
        count = head >> 4 if head >> 4 < 15 else self.varint()
        if kind in (TRUE, FALSE):
            return kind, [self.byte() == TRUE for _ in range(count)]
        return kind, [self.value(kind) for _ in range(count)]


def read_struct(data: bytes) -> Struct:
    """The struct that some bytes are."""
    return _Reader(data).struct()


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
