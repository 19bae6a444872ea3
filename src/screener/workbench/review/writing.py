"""Reviews added at the end of `reviews.yaml`: everything that is there stays as it is, comments and order too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from json import dumps
from typing import Any, Final

import yaml

from screener.errors import FileError
from screener.rulebook.reader import Loader
from screener.rulebook.review.file import ReviewEntry

NEW: Final = """\
# Who has reviewed what. `screener rules review` reads this file and adds to it; an entry is about the wording that its
# hash identifies, so that a change reopens what it touches.
needs: 1

reviews:
"""
PLAIN: Final = ("hash", "date", "verdict")


def appended(text: str, entries: Sequence[ReviewEntry]) -> str:
    """The text of the file with entries added to its list.

    Args:
        text: of the file, well formed; empty when there is none yet.

    Raises:
        FileError: the list is written in a way in which nothing can be added to it.
    """
    eol = "\r\n" if "\r\n" in text else "\n"
    lines = (text or NEW).replace("\r\n", "\n").split("\n")
    after, indent = _end(lines)
    written = [line for entry in entries for line in _written(entry, indent)]
    return eol.join([*lines[:after], *written, *(lines[after:] if any(lines[after:]) else [""])])


def _end(lines: list[str]) -> tuple[int, int]:
    """After which line the list ends, and how far its entries are indented; a list that is missing is begun."""
    root: Any = yaml.compose("\n".join(lines), Loader=Loader)
    pairs = root.value if root is not None else []
    key, found = next(((key, value) for key, value in pairs if key.value == "reviews"), (None, None))
    if key is None or found is None:
        last = max((number for number, line in enumerate(lines, 1) if line.strip()), default=0)
        lines[last:] = ["reviews:", ""]
        return last + 1, 2
    line = key.start_mark.line
    if not found.value:
        lines[line] = lines[line].replace("[]", "", 1).rstrip()
        return line + 1, 2
    if found.flow_style:
        raise FileError(f"reviews.yaml:{line + 1}: nothing can be added to `reviews: [...]`; write each entry as `- `")
    return _last_line(found, lines), lines[found.value[0].start_mark.line].index("-")


def _last_line(node: Any, lines: list[str]) -> int:
    """The line, counted from 1, on which the last thing in a node ends."""
    while not isinstance(node, yaml.ScalarNode) and not node.flow_style and node.value:
        node = node.value[-1]
        node = node[1] if isinstance(node, tuple) else node
    end: int = node.end_mark.line + (node.end_mark.column > 0)
    while end > node.start_mark.line + 1 and not lines[end - 1].strip():
        end -= 1
    return end


def _written(entry: ReviewEntry, indent: int) -> Iterable[str]:
    """An entry as lines of YAML."""
    lead = " " * indent
    yield f"{lead}- item: {_quoted(entry.item)}"
    for key in ("hash", "by", "role", "date", "verdict", "comment"):
        if value := getattr(entry, key):
            yield f"{lead}  {key}: {value if key in PLAIN else _quoted(value)}"
    if entry.said:
        yield f"{lead}  said:"
        yield from (f"{lead}    - {_quoted(line)}" for line in entry.said)


def _quoted(text: str) -> str:
    return dumps(text, ensure_ascii=False)
