"""What a file of the rule book may be written with: characters that can be seen, and texts that end where they seem to.

Four slips change a text without a word: a tab where YAML counts spaces, a character that nobody sees (a control
character, or a mark that turns the direction of the line around), ` #`, from where on YAML reads a comment, and a key
that is indented so far that it becomes the end of the text above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, Final
from unicodedata import category, name

from screener.errors import RuleProblem, echo
from screener.rulebook.files import ENTRY_KEYS, UNFILLED

# marks that nobody sees: of the direction of writing, of width 0 (but joiners, which some scripts need), and tags
_UNSEEN: Final = (
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
)
_WRONG: Final = re.compile(f"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff{_UNSEEN}]")
_COMMENT: Final = re.compile(r"[ ]+(?P<sign>#)(?P<next>.?)")
_LINE: Final = re.compile(r"[ ]*(?P<sign>#)(?P<next>.?)")
_PERHAPS_CUT: Final = re.compile(r"[^\"'#]*[^\"'#\s] +(?P<sign>#)")  # no quotes before it, and not only a comment
_KEY: Final = re.compile(r"(?P<key>[\w-]+)[\"']?:[ ]+$")
_INDENTED_KEY: Final = re.compile(r"[ ]*(?P<key>[a-z_]+):(?:[ ]|$)")
LONGEST_KEY: Final = 120  # characters before a text in which its key is looked for
ONLY_TEXTS: Final = "texts.yaml"
# what people read, even where it is a single word; other words are ids, which have no spaces
TEXT_KEYS: Final = frozenset(chain(*UNFILLED.values())) | {
    "about", "because", "cited_for", "detail", "meaning", "not_encoded", "redundant", "text", "title",
}  # fmt: skip


def unseen(text: str) -> str:
    """What is wrong with the first character of a text that must not be there, or nothing. A line may end."""
    found = _WRONG.search(text)
    return _described(found[0]) if found else ""


def wrong_characters(text: str, file: str) -> list[RuleProblem]:
    """Every character of a file that must not be there, at its place; the first of each line."""
    lines = enumerate(text.replace("\r\n", "\n").split("\n"), start=1)
    found = ((number, _WRONG.search(line)) for number, line in lines)
    return [RuleProblem(file, number, wrong.start() + 1, _described(wrong[0])) for number, wrong in found if wrong]


def without_wrong_characters(text: str) -> str:
    """A file with a space in the place of every character that must not be there, or `""` if a tab indents a line.

    What else is wrong with the file can then be found as well.
    """
    return "" if re.search(r"^[ ]*\t", text, re.MULTILINE) else _WRONG.sub(" ", text.replace("\r\n", "\n"))


def _described(char: str) -> str:
    if char == "\t":
        return "there is a tab here; write spaces"
    called = name(char, "").lower() or ("a control character" if category(char) == "Cc" else "no character")
    return f"there is a character here that cannot be seen (U+{ord(char):04X}, {called}); take it out"


def slips(lines: Sequence[str], scalar: Any, file: str) -> Iterator[RuleProblem]:
    """What is wrong with where a text ends: too soon, or too late.

    Args:
        lines: the file, line by line.
        scalar: an event or node of PyYAML, as it was found in them.
        file: the file's name.
    """
    yield from filter(None, (_cut_off(lines, scalar, file), _swallowed(lines, scalar, file)))


def _cut_off(lines: Sequence[str], event: Any, file: str) -> RuleProblem | None:
    """What is wrong where a text without quotes is followed by ` #`, from where on YAML reads a comment.

    A comment after an id, a number or a list is welcome. One after a text of several words, or after a text that people
    read, is rather a part of it, and so is a `#` that something follows without a space; on the same line, or on the
    next one where the text could go on.
    """
    line, column = event.end_mark.line, event.end_mark.column
    if event.style or not event.value or line >= len(lines):
        return None
    start = event.start_mark.column
    key = _KEY.search(lines[event.start_mark.line], max(0, start - LONGEST_KEY), start)  # a line may be very long
    read = file.endswith(ONLY_TEXTS) or " " in event.value or (key is not None and key["key"] in TEXT_KEYS)
    if (comment := _COMMENT.match(lines[line], column)) is None:
        line += 1
        comment = _LINE.match(lines[line]) if line < len(lines) else None
        inside = key.start() if key is not None else start - len("- ")
        if comment is None or lines[line - 1][column:].strip() or comment.start("sign") <= inside:
            return None
    return _cut(file, line, lines[line], comment.start("sign")) if read or comment["next"].strip(" #") else None


def cut_before(lines: Sequence[str], line: int, file: str) -> RuleProblem | None:
    """The ` #` because of which a file makes no sense from a line on (counted from 1): there, or on the line before."""
    for number in (line - 1, line - 2):
        if 0 <= number < len(lines) and (found := _PERHAPS_CUT.match(lines[number])):
            return _cut(file, number, lines[number], found.start("sign"))
    return None


def _swallowed(lines: Sequence[str], event: Any, file: str) -> RuleProblem | None:
    """A key of an entry inside a block of text, where it no longer is a key."""
    if event.style not in ("|", ">"):
        return None
    for number in range(event.start_mark.line + 1, min(event.end_mark.line, len(lines))):
        if (found := _INDENTED_KEY.match(lines[number])) and found["key"] in ENTRY_KEYS:
            message = f"{echo(found['key'] + ':')} is inside the text above it, so it is not a key"
            advice = "indent it like the other keys, or begin the line with another word"
            return RuleProblem(file, number + 1, found.start("key") + 1, f"{message}: {advice}")
    return None


def _cut(file: str, number: int, line: str, column: int) -> RuleProblem:
    message = f"the text ends here, and {echo(line[column:].strip())} is not read as a part of it"
    advice = "put the text in quotes, or the comment on a line of its own"
    return RuleProblem(file, number + 1, column + 1, f"{message}: {advice}")
