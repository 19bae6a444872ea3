"""The parts of a text that something else is put in for: `{name}`. Whatever else looks like one is an error.

Nothing is ever filled by `str.format`: loading has proved that a text has no placeholder but those that are filled
where it is said, so that none is printed literally, and no wording can stop a report.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Final

from screener.data import dataclass
from screener.errors import echo

if TYPE_CHECKING:  # a report fills texts and reads no YAML
    from pydantic import BaseModel

    from screener.rulebook.document import DataPath, Document

MOST: Final = 10  # of one text that are reported one by one
_PARTS: Final = re.compile(r"\{(?P<name>[^{}]*)\}|[{}]|\$[^\W\d_][\w-]*")
# what people read of the entries of rule files, and what nothing is put in for
UNFILLED: Final = {
    "findings": ("title",),
    "flags": ("title", "explanation", "ask", "hides_because"),
    "questions": ("section", "label", "ask", "why", "help", "statement", "choices"),
    "screens": ("ask", "hint"),
    "rules": ("strength", "disagreement"),
    "levels": ("title", "text", "brief"),
}


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


def check_unfilled(document: Document, path: DataPath, data: BaseModel, keys: Iterable[str]) -> None:
    """The same for those texts of an entry which nothing fills.

    Args:
        document: where the entry is.
        path: at which place.
        data: the entry.
        keys: of its texts, and lists of texts.
    """
    for key in keys:
        value = getattr(data, key) or ""
        texts = {(key,): value} if isinstance(value, str) else {(key, at): text for at, text in enumerate(value)}
        for keys_of_text, text in texts.items():
            check_placeholders(document, (*path, *keys_of_text), text, Filled(key))


def _message(document: Document, part: re.Match[str], filled: Filled) -> str:
    given, name = echo(part[0]), part["name"]
    if part[0].startswith("$"):
        return f"{given} would be printed literally: only a condition reads a setting; write the number itself"
    if name is None:
        return f"a single {given} cannot be used in a text; `{filled.what}` {filled}"
    return f"{given} is no placeholder of `{filled.what}`, which {filled}{document.hint(name, filled.names)}"
