"""How hard a text is to read: the Flesch-Kincaid grade, with a syllable counter for plain English.

The grade is 0.39 * words / sentences + 11.8 * syllables / words - 15.59 (Kincaid, Fishburne, Rogers and Chissom, 1975,
Naval Technical Training Command Research Branch Report 8-75). It is roughly the US school year that can read the text;
ages 11 to 13 are years 6 to 8.

Syllables are counted from spelling, so a rare word can be one off; over a sentence that hardly matters. A word that a
reader of a subject meets all the time is no harder for being long: the names that a caller passes count as two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from json import loads
from pathlib import Path
from typing import Final

# how many syllables words have that are not spoken as they are spelled
IRREGULAR: Final[dict[str, int]] = loads(Path(__file__).with_name("irregular.json").read_text(encoding="utf-8"))

_WORD: Final = re.compile(r"[^\W_]+(?:['\u2019.,/-][^\W_]+)*")
_SENTENCE_END: Final = re.compile(r"[.!?…]+(?=[\s\"'\u201d\u2019)\]]|$)|\n\s*\n|\n\s*[-*•]\s")
_ABBREVIATION: Final = re.compile(r"\b(?:e\.g|i\.e|vs|Dr|Mr|Mrs|Ms)\.(?=\s+\w)", re.IGNORECASE)
_PIECE: Final = re.compile(r"\d+|[^\W\d_]+")
_INITIALS: Final = re.compile(r"[a-z]?[A-Z]{2,5}s?")
_VOWELS: Final = re.compile(r"[aeiouy]+")

# Each group of vowels is a syllable, but for these: every place that a pattern is found at takes one away or adds one.
_SILENT: Final = re.compile(
    r"(?<=[^aeiouy])(?<![^aeiouyrwl]l)e$"  # make, while; but not table
    r"|(?<=[^aeiouycgsxz])(?<!ch)(?<!sh)(?<![^aeiouyrwl]l)es$"  # makes; but not boxes, reaches, tables
    r"|(?<=[^aeiouydt])(?<![^aeiouyrwl]l)ed$"  # looked; but not needed, handled
    r"|(?<=[^aeiouy])(?<![^aeiouyrwl]l)e(?=(?:ly|less|ness|ful|fully|ments?)$)"  # lately, careful; but not supplement
    r"|(?<=[gq])ues?$"  # fatigue, antique
)
_SPLIT: Final = re.compile(
    r"(?<![cgst])i(?=a)|(?<![cglnstx])i(?=o)|i(?=u)"  # dial, period, calcium; but not special, nation, million
    r"|i(?=ets?\b|ety)|(?<![ct])i(?=en[ct])|(?<=sc)i(?=en[ct])|i(?=er$|est$)"  # diet, client, easier; but not patient
    r"|(?<![gqs])u(?=a)|(?<=s)u(?=al)|u(?=ou)|(?<![gq])u(?=en[ct]|ids?$|in$|ici)"  # usual, fluent, fluid; not equal
    r"|(?<!g)e(?=o(?!u))|e(?=um)|(?<=cr)e(?=at[eio])|^re(?=act|app)|^co(?=op|or)"  # video, museum, create, react
    r"|[aeiouy](?=ing)|(?<=[aeou])y(?=[aeou])"  # doing, layer
    r"|(?<=s)m(?=s?$)|(?<=th)m(?=s?$)|(?<=[^aeiouyr])n(?='t$)"  # spasm, rhythm, didn't
)


def grade(text: str, two_syllables: Iterable[str] = ()) -> float:
    """The Flesch-Kincaid grade of a text: about the US school year that can read it.

    Args:
        text: plain text; a text without a full stop is one sentence.
        two_syllables: words or names (such as medicines) that count as two syllables at most; case does not matter,
            and each word of a longer name is taken by itself.

    Returns:
        The grade, which is below 0 for very simple texts; 0.0 for a text without words.
    """
    found = words(text)
    if not found:
        return 0.0
    names = frozenset(two_syllables)
    spoken = sum(syllables(word, names) for word in found)
    return 0.39 * len(found) / sentences(text) + 11.8 * spoken / len(found) - 15.59


def words(text: str) -> list[str]:
    """The words of a text, in order. A hyphenated word is one word, a number is one word."""
    return _WORD.findall(text)


def sentences(text: str) -> int:
    """How many sentences a text has: those with a word in them, and at least one."""
    parts = _SENTENCE_END.split(_ABBREVIATION.sub("abbr", text))
    return max(1, sum(1 for part in parts if _WORD.search(part)))


def syllables(word: str, two_syllables: Iterable[str] = ()) -> int:
    """How many syllables a word has when read aloud, at least 1.

    Initials (BMI) count by the letter, each group of digits as one syllable, the parts of a hyphenated word together.

    Args:
        word: one word, in any case.
        two_syllables: see `grade`.
    """
    familiar = _pieces(frozenset(two_syllables))
    plain = word.replace("\u2019", "'").removesuffix("'s")
    pieces = [plain] if plain.endswith("n't") else _PIECE.findall(plain.replace("'", ""))
    return max(1, sum(_piece_syllables(piece, familiar) for piece in pieces))


@lru_cache(maxsize=4)
def _pieces(names: frozenset[str]) -> frozenset[str]:
    """The words of a few thousand names, which a caller passes with each of its texts."""
    return frozenset(piece.lower() for name in names for piece in _PIECE.findall(name))


def _piece_syllables(piece: str, familiar: frozenset[str]) -> int:
    if piece.isdigit():
        return 1
    if _INITIALS.fullmatch(piece):
        letters = piece.removesuffix("s")
        return len(letters) + 2 * letters.upper().count("W")
    low = piece.lower()
    count = IRREGULAR[low] if low in IRREGULAR else _count(low)
    return min(count, 2) if low in familiar else count


def _count(word: str) -> int:
    """Syllables of a lower-case word by its spelling."""
    return max(1, len(_VOWELS.findall(word)) - len(_SILENT.findall(word)) + len(_SPLIT.findall(word)))
