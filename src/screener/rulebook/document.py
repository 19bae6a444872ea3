"""One YAML file as plain data, with the line and column of everything in it.

YAML's own traps are closed: a key given twice, anchors, aliases and tags are errors, and only numbers, `true`, `false`
and `null` change their type (`yes`, `no`, `on`, dates and versions stay the text that was written).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeAlias

import yaml

from screener.data import dataclass
from screener.errors import Hints, RuleBookError, RuleProblem
from screener.rulebook import characters
from screener.rulebook.drafts import content, made_once
from screener.rulebook.reader import Loader
from screener.rulebook.rule import Place

DataPath: TypeAlias = tuple[str | int, ...]

DEEPEST: Final = 40
LARGEST: Final = 4_000_000  # bytes of one file
_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9]{0,14})")
_FLOAT: Final = re.compile(r"[-+]?[0-9]{1,15}\.[0-9]{1,15}([eE][-+]?[0-9]{1,2})?")
_WORDS: Final[dict[str, Any]] = {"true": True, "false": False, "null": None, "~": None, "": None}
_MARK: Final = re.compile("[&*!]")  # with which an anchor, an alias or a tag begins


@dataclass
class Document:
    """The content of one file.

    Attributes:
        file: its name as shown in messages.
        data: mappings, lists and scalars.
        places: where each value starts, by its path of keys and indexes.
        problems: what was wrong with it, so far.
        lines: its content, line by line.
    """

    file: str
    data: Any = None
    places: dict[DataPath, tuple[int, int]] = field(default_factory=dict)
    problems: list[RuleProblem] = field(default_factory=list)
    lines: list[str] = field(default_factory=list, repr=False)
    hints: Hints = field(default_factory=Hints, repr=False)

    def place(self, path: DataPath) -> Place:
        """Where the value at `path` is, or the nearest thing around it."""
        while path and path not in self.places:
            path = path[:-1]
        line, column = self.places.get(path, (1, 1))
        return Place(self.file, line, column)

    def problem(self, path: DataPath, message: str) -> None:
        """Note something wrong with the value at `path`."""
        place = self.place(path)
        self.problem_at(place.line, place.column, message)

    def problem_at(self, line: int, column: int, message: str) -> None:
        """Note something wrong at a place of the file."""
        self.problems.append(RuleProblem(self.file, line, column, message))

    def problem_within(self, path: DataPath, part: re.Pattern[str], number: int, of: int, message: str) -> None:
        """Note something wrong with a part of the text at `path`.

        Args:
            path: where the text is.
            part: what the parts of the text look like.
            number: which of them it is, from 0.
            of: how many there are. When the file holds another number of them (some are written with escapes), the
                place is that of the whole text.
            message: what is wrong.
        """
        start = self.place(path)
        following = self._in_order[bisect_right(self._in_order, (start.line, start.column)) :][:1]
        places = list(self._parts(part, (start.line, start.column), *following or [(len(self.lines) + 1, 1)]))
        line, column = places[number] if len(places) == of else (start.line, start.column)
        self.problem_at(line, column, message)

    @cached_property
    def _in_order(self) -> list[tuple[int, int]]:
        """Where values start, in the order of the file."""
        return sorted(self.places.values())

    def _parts(self, part: re.Pattern[str], start: tuple[int, int], end: tuple[int, int]) -> Iterator[tuple[int, int]]:
        """Where the parts are between two places, without comments on lines of their own."""
        for number in range(start[0], min(end[0], len(self.lines)) + 1):
            line = self.lines[number - 1]
            found = () if line.lstrip().startswith("#") else part.finditer(line)
            yield from ((number, each.start() + 1) for each in found if start < (number, each.start() + 1) < end)


CONDITIONS: Final = ("when", "show_if", "usual", "applies")  # the keys of conditions


def read_document(path: Path, shown_as: str) -> Document:
    """Read one YAML file.

    Raises:
        RuleBookError: the file cannot be read at all. What is wrong inside is noted in `problems` instead.
    """
    try:
        raw = content(path)
    except OSError as error:
        raise RuleBookError([RuleProblem(shown_as, 0, 0, f"cannot be read: {error.strerror}")]) from None
    found = made_once((shown_as, raw), lambda: parse_document(raw, shown_as))
    return replace(found, problems=list(found.problems), hints=Hints())  # each reader notes problems of its own on it


def parse_document(raw: bytes, shown_as: str) -> Document:
    """The content of one YAML file, given as bytes."""
    document = Document(shown_as)
    if len(raw) > LARGEST:
        document.problem((), f"the file has {len(raw)} bytes; at most {LARGEST} are read")
        return document
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        document.problem_at(line, 1, "the file is not UTF-8 text")
        return document
    document.problems += characters.wrong_characters(text, shown_as)
    if document.problems:
        text = characters.without_wrong_characters(text)
    _parse(document, text)
    return document


def _parse(document: Document, text: str) -> None:
    document.lines = text.replace("\r\n", "\n").split("\n")
    try:
        node = yaml.compose(text, Loader=Loader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        with suppress(yaml.YAMLError, ValueError, RecursionError):  # what is wrong before that place
            _odd_events(document, text)
        _syntax_problem(document, error)
        return
    if node is None:
        return
    if not _MARK.search(text):
        _odd_texts(document, node)
    elif _odd_events(document, text):
        return
    document.data = _value(document, node, (), 0)


def _odd_texts(document: Document, node: yaml.Node) -> None:
    """Note texts that end too soon or too late."""
    signs = {number for number, line in enumerate(document.lines) if "#" in line}
    for scalar in _scalars(node):
        end = scalar.end_mark.line
        if scalar.style or end in signs or end + 1 in signs:
            document.problems += characters.slips(document.lines, scalar, document.file)


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """The texts, numbers and keys below a node, in the order of the file."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.ScalarNode):
            yield node
        elif isinstance(node, yaml.MappingNode):
            waiting += [part for pair in reversed(node.value) for part in reversed(pair)]
        else:
            waiting += reversed(node.value)


def _odd_events(document: Document, text: str) -> bool:
    """Note anchors, aliases and tags, which would make one line mean another, and texts that end too soon or too late.

    Returns:
        Whether there is an anchor, an alias or a tag.
    """
    found = False
    for event in yaml.parse(text, Loader=Loader):
        if isinstance(event, yaml.ScalarEvent):
            document.problems += characters.slips(document.lines, event, document.file)
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor or tag:
            what = "anchors and aliases" if anchor else "tags"
            message = f"{what} (`{'&' if anchor else ''}{anchor or tag}`) are not allowed; write it out"
            document.problem_at(*_start(event), message)
            found = True
    return found


def _syntax_problem(document: Document, error: Exception) -> None:
    if document.problems:  # the text was cut off, or changed, before it made no sense
        return
    mark = getattr(error, "problem_mark", None)
    message = getattr(error, "problem", None) or "the file is not YAML"
    if isinstance(error, RecursionError):
        message = "the file is nested too deeply"
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    if isinstance(error, yaml.YAMLError) and (cut := characters.cut_before(document.lines, line, document.file)):
        document.problems.append(cut)
        return
    said = " ".join(str(message).split())
    document.problem_at(line, column, said + _unquoted(document.lines, line))


def _unquoted(lines: list[str], line: int) -> str:
    """What is wrong, most often, with a line that is no YAML: a colon inside a text, or a comma inside braces."""
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    if "{" in text and text.count(": ") > 1:
        return "; inside braces a text with `: ` or `, ` needs quotes around it"
    key, _, rest = text.strip().removeprefix("- ").partition(": ")
    if key in CONDITIONS and rest and "{" not in rest:
        return f"; a condition needs braces: `{key}: {{{rest}}}`"
    return "; a text with `: ` in it needs quotes around it" if text.count(": ") > 1 else ""


def _value(document: Document, node: yaml.Node, path: DataPath, depth: int) -> Any:
    document.places[path] = _start(node)
    if depth > DEEPEST:
        document.problem(path, f"nested more than {DEEPEST} levels deep")
        return None
    if isinstance(node, yaml.MappingNode):
        return _mapping(document, node, path, depth)
    if isinstance(node, yaml.SequenceNode):
        return [_value(document, item, (*path, index), depth + 1) for index, item in enumerate(node.value)]
    value = _scalar(node)
    if isinstance(value, str) and (wrong := characters.unseen(value)):  # written with an escape, such as "\u202e"
        document.problem(path, wrong)
    return value


def _mapping(document: Document, node: yaml.MappingNode, path: DataPath, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key_place = _start(key_node)
        if not isinstance(key_node, yaml.ScalarNode):
            document.problem_at(*key_place, "a key must be a word")
            continue
        key = key_node.value
        if key in found:
            first = document.places[(*path, key)]
            document.problem_at(*key_place, f"`{key}` is given twice (first on line {first[0]})")
            continue
        found[key] = _value(document, value_node, (*path, key), depth + 1)
        document.places[(*path, key)] = key_place
    return found


def _start(node: Any) -> tuple[int, int]:
    """Line and column, counted from 1."""
    return node.start_mark.line + 1, node.start_mark.column + 1


def _scalar(node: yaml.Node) -> Any:
    text: str = node.value
    if getattr(node, "style", None):  # quoted or block text
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
