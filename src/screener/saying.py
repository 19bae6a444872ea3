"""The program's own words, in the language of a rule book.

What the program says to people is in the source in English, inside `say` or `counted`; a file in `languages/` has
the same words in another language. Whoever makes a view says which language it is in (`speaking`); a word that the file
does not have is said in English. Errors about files, rule files and commands are in English: they are for authors.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import field
from functools import cache
from pathlib import Path
from typing import Any, Final

from screener.data import dataclass

FOLDER: Final = Path(__file__).parent / "languages"
ENGLISH: Final = "en"


def _slavic(number: int) -> int:
    if number == 1:
        return 0
    return 1 if 2 <= number % 10 <= 4 and not 12 <= number % 100 <= 14 else 2


# which of the forms of a counted word goes with a number
FORMS: Final[dict[str, Callable[[int], int]]] = {
    "one, other": lambda number: 0 if number == 1 else 1,
    "up to one, other": lambda number: 0 if number <= 1 else 1,
    "one, few, many": _slavic,
}
_language: Final[ContextVar[str]] = ContextVar("language", default=ENGLISH)
_PLACE: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Language:
    """What a file in `languages/` holds.

    Attributes:
        texts: those that a rule book may word itself, by key.
        words: English to this language.
        counted: the English pair of a counted word to its forms.
        forms: which form goes with which number: a key of `FORMS`.
        replies: what can be typed: for each meaning (`yes`, `no`, `unknown` …) the words, the first of them shown.
    """

    texts: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    counted: dict[str, list[str]] = field(default_factory=dict)
    forms: str = "one, other"
    replies: dict[str, list[str]] = field(default_factory=dict)


def languages() -> list[str]:
    """The languages that the program speaks itself."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def plain(language: str) -> str:
    """The first part of a language's name, which decides: `de` for `de-CH`."""
    return language.split("-")[0].lower()


@cache
def language_file(language: str) -> Language:
    """What the program can say in a language; nothing where it has no file."""
    import yaml  # English needs no file to be read

    path = FOLDER / f"{language}.yaml"
    return Language(**yaml.safe_load(path.read_text(encoding="utf-8"))) if path.is_file() else Language()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """What is said inside is said in this language."""
    token = _language.set(plain(language))
    try:
        yield
    finally:
        _language.reset(token)


def spoken() -> str:
    """The language that is spoken now."""
    return _language.get()


def say(text: str, **values: object) -> str:
    """A text of the program with its placeholders filled in, in the language that is spoken."""
    language = _language.get()
    if language != ENGLISH:
        text = language_file(language).words.get(text, text)
    return filled(text, values) if values else text


def counted(one: str, several: str, number: int, **values: object) -> str:
    """A text that depends on a number, written in it as `{count}`."""
    language = _language.get()
    forms = [one, several]
    which = FORMS["one, other"]
    if language != ENGLISH:
        file = language_file(language)
        forms = file.counted.get(several, forms)
        which = FORMS[file.forms] if several in file.counted else which
    return filled(forms[min(which(number), len(forms) - 1)], {"count": number, **values})


def replies(meaning: str) -> frozenset[str]:
    """What people can type for a meaning in the language that is spoken; English always works too."""
    found = language_file(_language.get()).replies.get(meaning, ())
    return frozenset([*found, *language_file(ENGLISH).replies[meaning]])


def reply_shown(meaning: str) -> str:
    """The word that a prompt names for a meaning."""
    found = language_file(_language.get()).replies.get(meaning) or language_file(ENGLISH).replies[meaning]
    return found[0]


def filled(text: str, values: dict[str, Any]) -> str:
    """A text with its placeholders filled in."""
    return _PLACE.sub(lambda found: str(values.get(found[1], found[0])), text)
