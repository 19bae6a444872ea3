"""A rule file as text in an editor, and back: byte for byte the same where nothing was changed."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from screener.errors import FileError

LARGEST: Final = 1_000_000  # bytes of a file that is edited
BOM: Final = "\ufeff"


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a file, with what an editor does not show of it.

    Attributes:
        lines: the text with `\\n` at the end of each line.
        ending: what is there in the file: `\\n` or `\\r\\n`.
        mark: whether the file begins with a byte order mark.
    """

    lines: str
    ending: str = "\n"
    mark: bool = False

    @classmethod
    def of(cls, raw: bytes) -> Text:
        """The text in a file.

        Raises:
            FileError: it cannot be shown and given back as it is.
        """
        if len(raw) > LARGEST:
            raise FileError(f"it has {len(raw)} bytes; at most {LARGEST} are edited here")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            raise FileError(f"line {line} is not UTF-8 text; mend that in an editor of your own") from None
        mark = text.startswith(BOM)
        text = text.removeprefix(BOM)
        plain = text.replace("\r\n", "\n")
        if "\r" in plain or "\0" in plain:
            raise FileError("there are characters in it that a page cannot give back; mend it in an editor of your own")
        ending = "\r\n" if "\r\n" in text else "\n"
        if plain.replace("\n", ending) != text:
            raise FileError("some of its lines end in another way than others; mend it in an editor of your own")
        return cls(plain, ending, mark)

    def raw(self, lines: str) -> bytes:
        """The bytes of the file with another text in it; a page sends each end of a line as `\\r\\n`."""
        plain = lines.replace("\r\n", "\n").replace("\r", "\n")
        return ((BOM if self.mark else "") + plain.replace("\n", self.ending)).encode("utf-8")


def hash_of(raw: bytes) -> str:
    """What a file is known by: another text has another hash."""
    return sha256(raw).hexdigest()
