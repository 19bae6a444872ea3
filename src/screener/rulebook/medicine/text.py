"""Written names, cut into words, numbers and separators, as names are compared.

Case, accents, apostrophes, trade mark signs and the British `sulph-` do not matter.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

TRADE_MARKS: Final = re.compile("[®™℠©]|\\((?:r|tm)\\)", re.IGNORECASE)
QUOTES: Final = "'’‘`´ʼ"
TOKEN: Final = re.compile(
    r"(?P<arrow>[-‐‑‒–—―−=~]+\s?>+|>+|[→⇒⟶⟹➔➙➛➜➝➞➡►▶])|(?P<back><+[-‐‑‒–—―−=]+|[←⇐⟵⟸])|"
    rf"(?P<number>\d+(?:[.,]\d+)*|%)|(?P<word>[^\W\d_](?:[^\W\d_]|[\u0300-\u036f{QUOTES}])*)"
    r"|(?P<hyphen>[-‐‑‒–—―−])|(?P<break>[;\n]|\r\n?)|(?P<comma>[,()\[\]{}:|])|(?P<slash>[/\\])|(?P<plus>[+&])"
)
ARROW: Final = "->"  # a change from one medicine to another, however it is drawn
ARROW_BACK: Final = "<-"
COLON: Final = ":"
ARROWS: Final = {"arrow": ARROW, "back": ARROW_BACK}
SEPARATORS: Final = frozenset({"break", "comma", "slash", "plus"})


class Token(NamedTuple):
    """A word, a number or a separator.

    Attributes:
        text: as it is compared; a separator as written, an arrow as a word, `->` or `<-`.
        kind: `word`, `number`, or which separator: `hyphen`, `break`, `comma`, `slash`, `plus`.
        start: where it begins in the cleaned text.
        end: where it ends.
        spaced: a hyphen with a space next to it, as in `ramipril - stopped`.
    """

    text: str
    kind: str
    start: int
    end: int
    spaced: bool = False

    @property
    def is_word(self) -> bool:
        """A word or a number, not a separator."""
        return self.kind in ("word", "number")


def clean(name: str) -> str:
    """The name without trade mark signs, its letters composed; positions of tokens are places in this text."""
    return name if name.isascii() and "(" not in name else unicodedata.normalize("NFKC", TRADE_MARKS.sub(" ", name))


def fold(word: str) -> str:
    """A word as it is compared: without case, accents and apostrophes."""
    if word.isascii() and word.isalpha():
        return word.lower().replace("sulph", "sulf")
    if not word.isascii():
        word = "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))
    word = word.casefold()
    for quote in QUOTES:
        word = word.replace(quote, "")
    return word.replace("sulph", "sulf")


def tokens_of(text: str) -> list[Token]:
    """Cut cleaned text into tokens."""
    found: list[Token] = []
    for match in TOKEN.finditer(text):
        kind, (start, end) = match.lastgroup or "", match.span()
        word = fold(match.group()) if kind == "word" else ARROWS.get(kind, match.group())
        kind = "word" if kind in ARROWS else kind
        spaced = kind == "hyphen" and (text[start - 1 : start].isspace() or text[end : end + 1].isspace())
        found.append(Token(word, kind, start, end, spaced))
    return found


@lru_cache(maxsize=1 << 14)  # the names of a table are compared again and again while it is made
def normalize(name: str) -> str:
    """The key of a name that is nothing but a name: its words and numbers, run together."""
    return "".join(token.text for token in tokens_of(clean(name)) if token.is_word)


def phrase_of(text: str) -> tuple[str, ...]:
    """A word or phrase of a word list as the texts of its tokens; hyphens do not count, other separators do."""
    return tuple(token.text for token in tokens_of(clean(text)) if token.kind != "hyphen")
