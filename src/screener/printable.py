r"""Text from outside made printable: no name or rule text moves the cursor, changes colours or turns words round.

Control characters, marks that change the direction of writing, characters without a width and halves of characters
are written as escapes: `\x1b`, `\u202e`. Those from U+007F on are written as JSON writes them, and below that JSON has
none left, so JSON that is made printable is the same JSON.

Every view makes its texts printable; whatever reaches a terminal passes `guard_streams` besides, so that a command
cannot forget it.
"""

from __future__ import annotations

import codecs
import errno
import io
import os
import re
import sys
from collections.abc import Callable
from typing import Any, Final, TextIO

_FORMAT: Final = (  # characters of Unicode's category Cf, and others without a width of their own
    "\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
_NOT_TEXT: Final = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff" + _FORMAT
_HOSTILE: Final = re.compile(f"[{_NOT_TEXT}]")
_HOSTILE_ASCII: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # several times as fast
_HOSTILE_OR_BREAK: Final = re.compile(f"[\t\n{_NOT_TEXT}]")
_STANDARD: Final = ("standard input", "standard output", "standard error")


def printable(text: str) -> str:
    """The text with everything that is not to be seen written as an escape; line breaks and tabs stay."""
    return replaced(text, escaped)


def on_one_line(text: str) -> str:
    """The same, with line breaks, tabs, and spaces that look like others written as escapes too."""
    if text.isascii() and text.isprintable():
        return text
    text = _HOSTILE_OR_BREAK.sub(lambda match: escaped(match[0]), text)
    return text if text.isprintable() else "".join(char if char.isprintable() else escaped(char) for char in text)


def replaced(text: str, how: Callable[[str], str]) -> str:
    """The text with each character that is not to be seen replaced by what `how` makes of it."""
    if text.isascii():
        return text if text.isprintable() else _HOSTILE_ASCII.sub(lambda match: how(match[0]), text)
    return _HOSTILE.sub(lambda match: how(match[0]), text)


def escaped(char: str) -> str:
    """One character as an escape."""
    code = ord(char)
    if code < ord(" "):
        return f"\\x{code:02x}"
    if code < 0x10000:
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


class Printable(io.TextIOWrapper):
    """A text stream that makes everything printable. Bytes written to its buffer are left as they are."""

    def write(self, text: str) -> int:
        """Write text."""
        super().write(printable(text))
        return len(text)


class _Closed(io.RawIOBase):
    """A standard stream that was closed before the program began: using it is an error with a name."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.said = False

    def readable(self) -> bool:
        return self.number == 0

    def writable(self) -> bool:
        return self.number > 0

    def fileno(self) -> int:
        return self.number

    def readinto(self, _: Any) -> int:
        raise OSError(errno.EBADF, f"{_STANDARD[self.number]} is closed")

    def write(self, data: Any) -> int:
        if self.said:  # Python tries again when it ends
            return len(data)
        self.said = True
        raise OSError(errno.EBADF, f"{_STANDARD[self.number]} is closed")


def guard_streams() -> None:
    """Make standard output and standard error printable, and closed streams an error where they are used."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:  # otherwise the next file that is opened would get this number, and what is meant for a stream
            os.open("/" if number < 2 else os.devnull, os.O_RDONLY if number < 2 else os.O_WRONLY)
    if sys.stdin is None:
        sys.stdin = io.TextIOWrapper(io.BufferedReader(_Closed(0)), "utf-8")
    sys.stdout = _guarded(sys.stdout, 1)
    sys.stderr = _guarded(sys.stderr, 2)


def _guarded(stream: TextIO | None, number: int) -> TextIO:
    if stream is None:
        instead = _Closed(number) if number == 1 else io.FileIO(number, "w", closefd=False)
        return Printable(io.BufferedWriter(instead), "utf-8", "backslashreplace")
    if not isinstance(stream, io.TextIOWrapper):
        return stream  # somebody put another one there
    encoding = stream.encoding if codecs.lookup(stream.encoding).name != "ascii" else "utf-8"
    return Printable(
        stream.buffer, encoding, "backslashreplace",
        line_buffering=stream.line_buffering, write_through=stream.write_through,
    )  # fmt: skip


def overwrite(stream: TextIO, text: str) -> None:
    """Write one line of a terminal in place of the one that the cursor is on."""
    line = f"\r{on_one_line(text)}\x1b[K"
    if isinstance(stream, Printable):
        io.TextIOWrapper.write(stream, line)  # what moves the cursor stays as it is
    else:
        stream.write(line)
    stream.flush()
