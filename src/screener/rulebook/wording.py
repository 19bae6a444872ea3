"""The texts of `texts.yaml`, and the placeholders of all texts: the parts that something is put in for, `{name}`.

A text is filled by `fill` alone, never by `str.format`. Loading has proved that it has no placeholder but those that
are filled where it is said; those of `texts.yaml` are the ones in the program's own words: so none is printed
literally, and no wording can stop a report. Whatever else looks like a placeholder is an error.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from screener.data import dataclass
from screener.errors import echo
from screener.rulebook.levels import USUAL, Levels
from screener.rulebook.topic import PLACEHOLDER
from screener.saying import ENGLISH, language_file, plain

if TYPE_CHECKING:  # a report fills texts and reads no YAML
    from screener.rulebook.document import DataPath, Document

ALWAYS_SAID: Final = (
    "disclaimer", "safety-net", "brief-disclaimer", "brief-signs", "emergency-signs", "reviewed",
    *(f"urgency-{level}" for level in USUAL), *(f"title-{level}" for level in USUAL), "title-none-outside",
)  # fmt: skip
"""Texts that a rule book may word, but not leave out."""
TEXTS: Final = (
    *ALWAYS_SAID, "urgent-signs", "unknowns", "urgent-unanswered", "supplements", "fail-safe",
    "unrecognized-medicines", "medicine-by-route", "medicine-without-effect", "medicine-not-counted",
    "medicine-part-only", "medicine-close", "medicine-question", "medicine-not-known",
    "no-flag", "no-match", "no-match-outside", "footer", "other-causes",
    "medicines-unchanged", "follow-up-contradiction", "privacy", "title-no-levels", "urgency-no-levels",
    "title-open", "so-far", "brief-none", "brief-same-day", "brief-emergency", "brief-urgent-open",
    "brief-unrecognized", "brief-contradictions", "brief-open", "brief-open-ask", "brief-unchanged",
    "heading-ask", "heading-why", "also", "heading-ask-whom", "heading-sheet",
)  # fmt: skip
"""Every text that something shows."""
LONG_FORM: Final[Mapping[str, str]] = {
    "brief-disclaimer": "disclaimer", "brief-signs": "safety-net", "emergency-signs": "urgent-signs",
    "brief-unchanged": "medicines-unchanged", "brief-none": "urgency-none", "brief-same-day": "urgency-same-day",
    "brief-emergency": "urgency-emergency",
}  # fmt: skip
"""Short texts that are said in the book's own longer words where it has no short ones."""
RETIRED: Final = ("missed-doses", "early-weeks", "eating-disorder-support", "alcohol-support", "diuretic-mismatch")
"""Texts of older rule books, which are notes now: accepted, and shown by nothing."""
# what is said of a level: the key of its entry, and how the text begins (`title-soon`, `urgency-soon` …)
LEVEL_TEXTS: Final = {"title": "title", "text": "urgency", "brief": "brief"}
NAMED: Final = ("medicine-", "reviewed")  # texts that would lose what they are for without their placeholders
MOST: Final = 10  # of one text that are reported one by one
_PARTS: Final = re.compile(r"\{(?P<name>[^{}]*)\}|[{}]|\$[^\W\d_][\w-]*")


def fill(text: str, **values: object) -> str:
    """A text with its placeholders filled in; whatever else is in it stays as it is."""
    return PLACEHOLDER.sub(lambda found: str(values.get(found[1], found[0])), text)


def check_texts(document: Document) -> dict[str, str]:
    """The texts of a document. What is wrong with them, or missing, is noted in it."""
    if not isinstance(document.data, dict):
        if not document.problems:
            document.problem((), "expected one text per key")
        return {}
    texts: dict[str, str] = {}
    for key, value in document.data.items():
        if key in RETIRED:
            continue
        if key not in TEXTS:
            document.problem((key,), f"nothing shows a text `{key}`{document.hints(key, TEXTS)}")
        elif not isinstance(value, str):
            document.problem((key,), f"`{key}` should be a text")
        elif not value.strip() and key in ALWAYS_SAID:
            document.problem((key,), f"`{key}` is always said: word it, or leave the key out for the usual words")
        else:
            texts[key] = value.strip()
            check_placeholders(document, (key,), value, Filled(key, placeholders_of(key)))
    for key, message in unfilled(texts):
        if key.startswith(NAMED):
            document.problem((key,), message)
    return texts


def with_defaults(texts: Mapping[str, str], language: str, has_levels: bool, levels: Levels) -> dict[str, str]:
    """The texts of a rule book, and the program's own words for the others.

    Args:
        texts: those of the book.
        language: of the book.
        has_levels: whether anything in the book is urgent; otherwise no report claims that nothing is.
        levels: of the book; one without words of its own is said in those of the level that it is like.
    """
    usual = {**language_file(ENGLISH).texts, **language_file(plain(language)).texts}
    if not has_levels:
        none = dict.fromkeys(("urgency-none", "brief-none"), usual["urgency-no-levels"])
        usual = {**usual, **none, "title-none": usual["title-no-levels"]}
        usual["title-none-outside"] = usual["title-no-levels"]
    longer = {key: texts[form] for key, form in LONG_FORM.items() if texts.get(form)}
    found = {key: " ".join(text.split()) for key, text in usual.items()} | longer | dict(texts)
    words = {f"{kind}-{name}": f"{kind}-{like}" for name, like in levels.likes.items() for kind in LEVEL_TEXTS.values()}
    words[f"title-{levels[0]}-outside"] = "title-none-outside"
    return {key: found[like] for key, like in words.items() if like in found} | found


def placeholders_of(key: str) -> tuple[str, ...]:
    """What a text is filled with, as the program's own words for it show; docs/rule-format.md says what that means."""
    return tuple(dict.fromkeys(PLACEHOLDER.findall(language_file(ENGLISH).texts.get(key, ""))))


def unfilled(texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Texts that leave out what they could be filled with: the key, and what is missing, in words."""
    for key in filter(texts.get, texts):
        declared = placeholders_of(key)
        missing = (name for name in declared if f"{{{name}}}" not in texts[key])
        yield from ((key, f"`{key}` has no `{{{name}}}`; it {Filled(key, declared)}") for name in missing)


@dataclass(frozen=True)
class Filled:
    """What a text is filled with.

    Attributes:
        what: the key of the text.
        names: the placeholders, without their braces; none when it is said as written.
        words: the same in words, where there are too many to list.
    """

    what: str
    names: Collection[str] = ()
    words: str = ""

    def __str__(self) -> str:
        listed = self.words or " and ".join(f"`{{{name}}}`" for name in self.names)
        return f"is filled with {listed}" if listed else "is filled with nothing: write the words themselves"


def check_placeholders(document: Document, path: DataPath, text: str, filled: Filled) -> None:
    """Note every placeholder, brace and `$name` of the text at `path` that would be printed literally."""
    found = list(_PARTS.finditer(text))
    wrong = [number for number, part in enumerate(found) if part["name"] not in filled.names]
    for number in wrong[:MOST]:
        document.problem_within(path, _PARTS, number, len(found), _message(document, found[number], filled))
    if len(wrong) > MOST:
        document.problem(path, f"`{filled.what}` has {len(wrong) - MOST} other braces that are no placeholders")


def _message(document: Document, part: re.Match[str], filled: Filled) -> str:
    given, name = echo(part[0]), part["name"]
    if part[0].startswith("$"):
        return f"{given} would be printed literally: only a condition reads a setting; write the number itself"
    if name is None:
        return f"a single {given} cannot be used in a text; `{filled.what}` {filled}"
    return f"{given} is not a placeholder of `{filled.what}`, which {filled}{document.hints(name, filled.names)}"
