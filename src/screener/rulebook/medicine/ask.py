"""What a person has to settle: words that are no name of one medicine, and names that are close to unknown words.

Lay names (`water tablet`) and names that mean two things (`Urex`) lead to a question. Names of the table that are close
to a word nobody knows are offered (did you mean), never used by themselves: a word is compared as it sounds and as it
is written, with the one-word names that begin with the same letter; the distance is that of optimal string alignment (a
letter more, less, other, or two exchanged).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from screener.memo import memo
from screener.rulebook.medicine.lookup import Lookup
from screener.rulebook.medicine.result import AskWhich, CloseName, MedicineEntry, Recognised
from screener.rulebook.medicine.text import normalize

WHICH_FORM: Final = "which-form"
TWO_MEANINGS: Final = "two-meanings"


class Questions(Lookup):
    """Finds what has to be asked about."""

    def lay_answer(self, question: str, typed: str) -> AskWhich | Recognised:
        """What a lay name leads to: a question, or a class where none is needed."""
        known = self.lexicon.questions[question]
        if known["question"]:
            return self.ask(question, typed)
        entry = MedicineEntry(known["name"], (known["name"],), (known["class"],))
        return Recognised(typed, entry, entry.classes)

    def ask(self, question: str, typed: str, names: Iterable[CloseName] = (), name: str = "") -> AskWhich:
        """A question of the list; `name` is what its choices are about, where they are about a name."""
        known = self.lexicon.questions.get(question, {})
        choices = tuple((label, meant.replace("{name}", name)) for label, meant in known.get("choices", ()))
        return AskWhich(typed, question, known.get("question", ""), choices, known.get("sets", ""), tuple(names))

    def homonym(self, key: str, typed: str) -> AskWhich | None:
        """The question which of two meanings a name has, if it has two."""
        found = self.lexicon.homonyms.get(key)
        if found is None:
            return None
        name, first, here, second, there = found
        question = f"{name} is {first} in {here}, but {second} in {there}. Which one is it?"
        names = (self.close_name(first), self.close_name(second))
        choices = tuple((item.name, item.name) for item in names)
        return AskWhich(typed, TWO_MEANINGS, question, choices, "", names)

    def forms(self, key: str, typed: str) -> AskWhich:
        """The question which form of a medicine is meant, where the form decides what counts."""
        found = (self.entries[row] for row in dict.fromkeys(row for _, row in self.index.stems.get(key, ())))
        names = [CloseName(entry.generic, entry.generic, 0, entry.classes) for entry in found]
        choices = tuple((item.name, item.name) for item in names)
        return replace(self.ask(WHICH_FORM, typed, names), choices=choices, sets="")


SOUNDS: Final = (("ph", "f"), ("ck", "k"), ("th", "t"), ("ae", "e"), ("oe", "e"), ("x", "ks"), ("c", "k"),
                 ("z", "s"), ("y", "i"))  # fmt: skip
SHORTEST: Final = 5  # letters of a word that is compared
LIMITS: Final = ((7, 1), (12, 2))  # up to so many letters, so many differences
LARGEST_LIMIT: Final = 3
NEAR_BEST: Final = 1  # further away than the best one by at most this
MOST_NAMES: Final = 3
MOST_WORDS: Final = 8  # of a part that is compared: longer ones are no name


def sound(word: str) -> str:
    """A word as it sounds: letters that are often exchanged are one, double letters are single."""
    for written, heard in SOUNDS:
        word = word.replace(written, heard)
    return "".join(letter for at, letter in enumerate(word) if letter != word[at - 1 : at])


def limit_for(word: str) -> int:
    """How many differences are close for a word of this length."""
    return next((limit for most, limit in LIMITS if len(word) <= most), LARGEST_LIMIT)


def places_of(word: str) -> dict[str, int]:
    """For each letter of a word, the places where it occurs, as bits."""
    found: dict[str, int] = {}
    for at, letter in enumerate(word):
        found[letter] = found.get(letter, 0) | 1 << at
    return found


def distance(word: str, other: str, places: Mapping[str, int] | None = None) -> int:
    """The optimal string alignment distance of two words.

    Hyyrö's bit-parallel algorithm: a column of the usual table is worked out at once, its differences kept as bits.

    Args:
        word: a word, not empty.
        other: the word that it is compared with.
        places: `places_of(word)`, for a word that is compared with many.
    """
    places = places_of(word) if places is None else places
    full = (1 << len(word)) - 1
    last = 1 << len(word) - 1
    more, less, diagonal, before, far = full, 0, 0, 0, len(word)
    for letter in other:
        same = places.get(letter, 0)
        exchanged = ((~diagonal & same) << 1) & before
        diagonal = ((((same & more) + more) ^ more) | same | less | exchanged) & full
        grows, shrinks = less | (full & ~(diagonal | more)), diagonal & more
        far += (grows & last > 0) - (shrinks & last > 0)
        grows = grows << 1 | 1
        more = (shrinks << 1 | ~(diagonal | grows)) & full
        less = grows & diagonal
        before = same
    return far


def bits_of(word: str) -> int:
    """The letters of a word as bits: 32 for those that it has, 32 for those that it has twice or more."""
    once = twice = 0
    for letter in word:
        bit = 1 << (ord(letter) & 31)
        twice |= once & bit
        once |= bit
    return twice << 32 | once


def may_be_near(own: int, other: int, limit: int) -> bool:
    """Whether two words can be so near, seen from their letters: an edit takes one away, adds one, or both."""
    return (own & ~other).bit_count() <= limit and (other & ~own).bit_count() <= limit


class Candidate(NamedTuple):
    """A name that a word is compared with: its letters as compared, those as bits, the name, its row."""

    text: str
    bits: int
    name: str
    row: int


class CloseNames(Lookup):
    """Finds the names close to words."""

    @memo
    def places(self) -> dict[str, list[Candidate]]:
        """The one-word names by first letter and length, each as it sounds and as it is written."""
        found: dict[str, list[Candidate]] = {}
        for name, heard, row in self.index.close:
            for text in dict.fromkeys((heard, normalize(name))):
                found.setdefault(f"{text[:1]}{len(text)}", []).append(Candidate(text, bits_of(text), name, row))
        return found

    def close_names(self, words: Iterable[str]) -> tuple[CloseName, ...]:
        """The names close to any of these words, closest first, and always the partners of confusable pairs."""
        asked = [word for word in dict.fromkeys(words) if self.is_compared(word)]
        if not asked or len(asked) > MOST_WORDS:
            return ()
        found = sorted(item for word in asked for item in self.near(word))
        if not found:
            return ()
        best = found[0][0]
        once: dict[str, CloseName] = {}
        for far, _, name, row in found:
            entry = self.entries[row]
            if far <= best + NEAR_BEST and entry.generic not in once:
                once[entry.generic] = CloseName(name, entry.generic, far, entry.classes)
        return self.with_partners(list(once.values())[:MOST_NAMES], asked[0])

    def is_compared(self, word: str) -> bool:
        """Whether a word is long enough to be compared, and no word of the lists, which says something else."""
        is_listed = word in self.lexicon.listed or self.lexicon.of_kind("never-close", word)
        return len(word) >= SHORTEST and word.isalpha() and not is_listed

    def near(self, word: str) -> Iterator[tuple[int, int, str, int]]:
        """The names within the limit: distance, minus the length of the common start, name, row."""
        limit = limit_for(word)
        for text in dict.fromkeys((sound(word), word)):
            own, places = bits_of(text), places_of(text)
            for length in range(len(text) - limit, len(text) + limit + 1):
                for other in self.places.get(f"{text[:1]}{length}", ()):
                    if may_be_near(own, other.bits, limit):
                        far = distance(text, other.text, places)
                        if far <= limit:
                            yield far, -_common(text, other.text), other.name, other.row

    def with_partners(self, shown: list[CloseName], word: str) -> tuple[CloseName, ...]:
        """With the names that are easily confused with the best one."""
        best = shown[0]
        names = {normalize(item.name) for item in shown} | {normalize(item.generic) for item in shown}
        partners = []
        for partner in self.lexicon.confusable.get(normalize(best.name), ()):
            if normalize(partner) not in names:
                names.add(normalize(partner))
                partners.append(self.close_name(partner, distance(sound(word), sound(normalize(partner)))))
        return (best, *partners, *shown[1:])


def _common(one: str, other: str) -> int:
    """How many letters two words begin with alike."""
    differ = (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(differ, min(len(one), len(other)))
