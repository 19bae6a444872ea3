"""Code tables as files: `rules/vocabulary/codes.csv`, the lists of a user, and lists of what is below a code.

Which codes of SNOMED CT are below others is also read from a release of it (RF2) that the user has.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from screener.errors import Hints, RuleBookError, RuleProblem, UsageError, as_file_error, echo, echo_path
from screener.records.codes import SNOMED, Codes, Concept, plain, system_name
from screener.rulebook.book import RuleBook
from screener.rulebook.cache import Fresh
from screener.rulebook.contents import rules_folder

COLUMNS: Final = (
    "concept", "kind", "field", "use", "system", "code", "below", "display", "status", "source", "note",
)  # fmt: skip
KINDS: Final = (
    "problem", "habit", "pregnancy", "symptom", "urgent", "lab-finding", "other", "lab", "medicine-class", "route",
    "list",
)  # fmt: skip
NOT_FIELDS: Final = ("medicine-class", "route", "list")  # kinds whose column `field` names something else
USES: Final = ("", "preferred", "serum", "blood", "women", "men", "ignore")
OPEN: Final = "?"  # `name=?`: the row says neither yes nor no about this field
LONGEST_FILE: Final = 100_000_000
IS_A: Final = b"116680003"
RELATED: Final = (b"active", b"sourceId", b"destinationId", b"typeId")  # columns of a snapshot of relationships
_tables: dict[tuple[tuple[str, ...], bool], Fresh[Codes]] = {}


def read_codes(path: Path, fields: Collection[str], others: bool = False) -> Codes:
    """The table in a CSV file.

    Args:
        path: the file.
        fields: what a record can have a value of: the fields of a case, and the measures that are read for others.
        others: whether the table may also speak of what is not among them; it is passed over.

    Raises:
        RuleBookError: the file is not such a table; with line numbers.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    except (OSError, UnicodeDecodeError):
        raise RuleBookError([RuleProblem(str(path), 0, 0, "the code table cannot be read")]) from None
    reader = csv.DictReader(lines)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise RuleBookError([RuleProblem(str(path), 1, 1, f"column `{missing[0]}` is missing")])
    table, problems, hints = Codes(), [], Hints()
    for row in reader:
        messages = list(_problems(row, None if others else fields, hints)) or list(_add(table, row, fields))
        problems += [RuleProblem(str(path), reader.line_num, 1, message) for message in messages]
    if problems:
        raise RuleBookError(problems)
    return table


def _add(table: Codes, row: dict[str, str], known: Collection[str]) -> Iterator[str]:
    system = system_name(row["system"])
    target = table.below if row["below"] == "yes" else table.exact
    key = (system, plain(system, row["code"]))
    if key in table.exact or key in table.below:
        yield f"{echo(row['code'])} is given twice"
    parts = [(name, value) for name, value in _parts(row) if row["kind"] in NOT_FIELDS or name in known]
    fields = tuple((name, int(value) if value else True) for name, value in parts if value != OPEN)
    left = tuple(name for name, value in parts if value == OPEN)
    target[key] = Concept(row["concept"], row["kind"], fields, row["use"], left)


def _parts(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The fields that a row speaks of, each with what it says of it."""
    for part in filter(None, row["field"].split(";")):
        name, _, value = part.partition("=")
        yield name, value


def _problems(row: dict[str, Any], known: Collection[str] | None, hints: Hints) -> Iterator[str]:
    if None in row or None in row.values():
        yield "the row has more or fewer cells than the header"
        return
    for column, allowed in (("kind", KINDS), ("use", USES), ("below", ("", "yes"))):
        if row[column] not in allowed:
            yield f"{column} {echo(row[column])} should be one of {', '.join(filter(None, allowed))}"
    if row["kind"] in NOT_FIELDS:
        return
    for name, value in _parts(row):
        if known is not None and name not in known:
            yield f"there is no field {echo(name)}{hints(name, known)}"
        elif value and value != OPEN and not value.isdigit():
            given = echo(f"{name}={value}")
            yield f"{given} should be a field, a field and a whole number, or a field and `=?`"


def book_codes(book: RuleBook, folder: Path | None = None) -> Codes:
    """The code table of a rule book's folder; the program's own where the folder is None or has none.

    It is read again when its file changes. The program's own may speak of what a rule book does not have.

    Args:
        book: the rule book.
        folder: where it is.

    Raises:
        RuleBookError: the table is wrong.
    """
    own = _file(rules_folder())
    path = _file(folder) if folder is not None and _file(folder).is_file() else own
    known, others = tuple(book.recorded), path == own
    if (known, others) not in _tables:
        make = partial(read_codes, fields=known, others=others)
        _tables[known, others] = Fresh(make, lambda path: [path] if path.is_file() else [], _content)
    return _tables[known, others].get(path)


def own_codes(codes: Codes, lists: Sequence[Path], descendants: Sequence[Path], fields: Collection[str]) -> Codes:
    """A table with the lists of a user: their rows replace those for the same system and code.

    Args:
        codes: the table of the rule book.
        lists: files with the columns of `codes.csv`.
        descendants: files with the columns `ancestor,descendant`: codes of SNOMED CT below those with rows.
        fields: what a record can have a value of.

    Raises:
        UsageError: a file is wrong; with line numbers.
        FileError: it cannot be read.
    """
    if not lists and not descendants:
        return codes
    exact, below, sources = dict(codes.exact), dict(codes.below), list(codes.sources)
    for path in lists:
        sources.append((path.name, _content_of(path)))
        try:
            mine = read_codes(path, fields)
        except RuleBookError as error:
            raise UsageError(str(error)) from None
        for key in (*mine.exact, *mine.below):
            exact.pop(key, None)
            below.pop(key, None)
        exact |= mine.exact
        below |= mine.below
    above: dict[str, tuple[str, ...]] = {}
    for path in descendants:
        sources.append((path.name, _content_of(path)))
        for ancestor, descendant in _pairs(path):
            above[descendant] = (*above.get(descendant, ()), ancestor)
    return Codes(exact, below, above, tuple(sources))


def _pairs(path: Path) -> Iterator[tuple[str, str]]:
    """The rows of a list of descendants.

    Raises:
        UsageError: it is none; with line numbers.
    """
    reader = csv.reader(path.read_text(encoding="utf-8-sig").splitlines())
    if [name.strip() for name in next(reader, [])] != ["ancestor", "descendant"]:
        raise UsageError(f"{echo_path(str(path))}:1: the columns should be ancestor,descendant")
    for row in reader:
        if len(row) != 2 or not all(cell.strip().isdigit() for cell in row):
            raise UsageError(f"{echo_path(str(path))}:{reader.line_num}: should be two codes of {SNOMED}")
        yield row[0].strip(), row[1].strip()


def _content_of(path: Path) -> str:
    shown = echo_path(str(path))
    with as_file_error(f"{shown} cannot be read"):
        if path.stat().st_size > LONGEST_FILE:
            raise UsageError(f"{shown} is larger than {LONGEST_FILE:,} bytes")
        content = path.read_bytes()
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{shown} is not UTF-8 text") from None
    return hashlib.sha256(content).hexdigest()


def _file(folder: Path) -> Path:
    return folder / "vocabulary" / "codes.csv"


def _content(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def descendants(path: Path, ours: Collection[str]) -> list[tuple[str, str]]:
    """Each of our codes with every code below it that is not ours, sorted.

    A code below one of ours is not followed through another of ours: that one's own row says more.

    Args:
        path: a snapshot of relationships: columns separated by tabs, with a header.
        ours: the codes with rows.

    Raises:
        UsageError: the file is no such snapshot; with the line.
        FileError: it cannot be read.
    """
    below = _is_a(path)
    found: set[tuple[str, str]] = set()
    for ancestor in ours:
        waiting, seen = [ancestor], {ancestor}
        while waiting:
            for code in below.get(waiting.pop(), ()):
                if code not in seen and code not in ours:
                    seen.add(code)
                    waiting.append(code)
                    found.add((ancestor, code))
    return sorted(found)


def _is_a(path: Path) -> dict[str, list[str]]:
    """For each code those directly below it."""
    from screener.records.files import unpacked

    found: dict[str, list[str]] = {}
    shown = echo_path(str(path))
    with unpacked(path) as file:
        header = next(iter(file), b"").rstrip(b"\r\n").split(b"\t")
        missing = [name.decode() for name in RELATED if name not in header]
        if missing:
            raise UsageError(f"{shown}:1: column `{missing[0]}` is missing; is it an RF2 snapshot of relationships?")
        active, source, destination, kind = (header.index(name) for name in RELATED)
        for number, line in enumerate(file, start=2):
            cells = line.rstrip(b"\r\n").split(b"\t")
            if len(cells) != len(header):
                raise UsageError(f"{shown}:{number}: has {len(cells)} columns, and the header has {len(header)}")
            if cells[active] == b"1" and cells[kind] == IS_A:
                found.setdefault(cells[destination].decode("ascii", "replace"), []).append(
                    cells[source].decode("ascii", "replace")
                )
    return found
