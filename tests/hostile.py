"""Texts that would do something to a terminal or a page, for tests of every output."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache
from typing import Final

TITLE: Final = "\x1b]0;pwned\x07"
COLOUR: Final = "\x1b[31mred\x9b32m"
TURNED: Final = "\u202egnp.exe\u2066\u200f"
UNSEEN: Final = "pot\u200bass\u00adium\ufeff"
BROKEN: Final = "\u2028No urgent sign\u2029\x85\x0b\x0c\r\x08\x7f"
MARKUP: Final = "](javascript:alert(1)) <script>alert(1)</script> `|` &#x202e; \"'"
HOSTILE: Final = f"a{TITLE}{COLOUR}{TURNED}{UNSEEN}{BROKEN}{MARKUP}"


def unseen(char: str) -> bool:
    """Whether a character is nothing that a reader sees."""
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") and char not in "\n\t"


@cache
def pattern() -> re.Pattern[str]:
    return re.compile("[" + "".join(re.escape(c) for c in map(chr, range(sys.maxunicode + 1)) if unseen(c)) + "]")


def found(text: str) -> list[str]:
    """The characters of a text that should have been made printable."""
    return pattern().findall(text)
