"""Many files as one, as the worker of the pages unpacks them: a head, and the contents behind it; compressed."""

from __future__ import annotations

import gzip
import json
import struct
from typing import Final

_LENGTH: Final = struct.Struct("<I")


def packed(files: dict[str, bytes]) -> bytes:
    """The files as one: the length of the head, the head (path and size of each, as JSON), the contents."""
    head = json.dumps([[name, len(content)] for name, content in files.items()]).encode()
    return _LENGTH.pack(len(head)) + head + b"".join(files.values())


def unpacked(content: bytes) -> dict[str, bytes]:
    """The files again."""
    (length,) = _LENGTH.unpack_from(content)
    place = _LENGTH.size + length
    found = {}
    for name, size in json.loads(content[_LENGTH.size : place]):
        found[name] = content[place : place + size]
        place += size
    return found


def compressed(content: bytes) -> bytes:
    """As every browser can decompress it; the same bytes for the same content."""
    return gzip.compress(content, 9, mtime=0)
