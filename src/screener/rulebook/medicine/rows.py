"""The tables of the vocabulary: CSV files whose columns are known, and the checked rows of `medicines.csv`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import permutations
from pathlib import Path
from typing import Final, TypeAlias

from screener.errors import FileError, RuleBookError, RuleProblem, as_file_error, did_you_mean, echo, echo_path
from screener.rulebook.medicine.result import ORAL, MedicineEntry
from screener.rulebook.medicine.text import normalize

Row: TypeAlias = dict[str, str]
Rows: TypeAlias = list[tuple[int, Row]]

REQUIRED: Final = ("generic", "class")
NAME_COLUMNS: Final = ("synonyms", "brands_us", "brands_uk", "names_eu", "brands_in")
COLUMNS: Final = (
    "generic", *NAME_COLUMNS, "class", "route", "atc", "atc_status", "rxcui", "rxcui_status", "qt",
    "caution", "evidence",
)  # fmt: skip
EFFECT: Final = "effect_"  # how columns begin that say how a medicine acts on something
QT_MARKS: Final = frozenset({"known", "possible", "conditional", "unsure"})
CLASS_FORM: Final = re.compile(r"[A-Z][A-Z0-9_]*")
MOST_PARTS: Final = 5  # parts of a name with commas, which may come in any order
MOST_INGREDIENTS: Final = 8
ALIKE: Final = 0.75  # of the letters of a generic name, in another language's spelling of it
SHORT: Final = 3  # letters of a name that ordinary words can look like


def read_list(path: Path, columns: Sequence[str]) -> Rows:
    """The rows of somebody's own list, which has exactly these columns, each with its line.

    Raises:
        FileError: it cannot be read, or is not such a table.
    """
    try:
        with as_file_error(f"{echo_path(str(path))} cannot be read"):
            return read_sheet(path, str(path), columns, columns)
    except RuleBookError as error:
        raise FileError(str(error)) from None


def read_sheet(path: Path, shown_as: str, columns: Sequence[str], required: Sequence[str], also: str = "") -> Rows:
    """The rows of a CSV file, each with its line.

    Args:
        path: the file.
        shown_as: what messages call it.
        columns: all that it may have.
        required: those that it must have.
        also: how other columns that it may have begin; empty for none.

    Raises:
        RuleBookError: the file is not such a table.
    """
    import csv  # only when there is no kept copy of the table

    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise RuleBookError([RuleProblem(shown_as, 1, 1, "the file is not UTF-8 text")]) from None
    reader = csv.DictReader(text.splitlines(keepends=True))
    try:
        problems = [
            RuleProblem(shown_as, 1, 1, message)
            for message in _header_problems(reader.fieldnames or (), columns, required, also)
        ]
        rows = [(reader.line_num, row) for row in reader] if not problems else []
    except csv.Error as error:
        raise RuleBookError([RuleProblem(shown_as, reader.line_num, 1, str(error))]) from None
    odd = "the row has more or fewer cells than the header"
    problems += [RuleProblem(shown_as, line, 1, odd) for line, row in rows if None in row or None in row.values()]
    if problems:
        raise RuleBookError(problems)
    return rows


def _header_problems(found: Iterable[str], columns: Sequence[str], required: Iterable[str], also: str) -> Iterator[str]:
    names = list(found)
    for name in names:
        if name not in columns and not (also and name.startswith(also)):
            yield f"unknown column {echo(name)}{did_you_mean(name, columns)}"
        elif names.count(name) > 1:
            yield f"column {echo(name)} is there more than once"
    for name in required:
        if name not in names:
            yield f"column {echo(name)} is missing"


def checked_entries(
    rows: Iterable[tuple[int, Mapping[str, str]]], file: str, routes: Iterable[str] = ()
) -> tuple[MedicineEntry, ...]:
    """The medicines in rows with their line numbers.

    Args:
        routes: those that the book's `routes.csv` knows; without any, no route is checked.

    Raises:
        RuleBookError: a row is wrong, or two rows share a name.
    """
    entries: list[MedicineEntry] = []
    problems: list[RuleProblem] = []
    owners: dict[str, tuple[str, int]] = {}
    known = frozenset(routes)
    for line, row in rows:
        messages = list(_row_problems(row, known))
        if not messages:
            entries.append(_entry(row))
            messages.extend(_name_problems(entries[-1], line, owners))
        problems.extend(RuleProblem(file, line, 1, message) for message in messages)
    if problems:
        raise RuleBookError(problems)
    return tuple(entries)


def _row_problems(row: Mapping[str, str], routes: frozenset[str]) -> Iterator[str]:
    yield from (f"{echo(name)} must not be empty" for name in REQUIRED if not row.get(name, "").strip())
    for name in row.get("class", "").split("+"):
        if name.strip() and not CLASS_FORM.fullmatch(name.strip()):
            yield f"class {echo(name)} must be capitals, digits and `_`"
    if row.get("qt", "") not in QT_MARKS | {""}:
        yield f"qt {echo(row['qt'])} must be one of {', '.join(sorted(QT_MARKS))}, or empty"
    for route in (row.get("route", "") or ORAL).split("/"):
        if routes and route not in routes:
            yield f"there is no route {echo(route)}{did_you_mean(route, routes)} (routes.csv lists them)"


def _entry(row: Mapping[str, str]) -> MedicineEntry:
    generic = row["generic"].strip()
    columns = {column: [n.strip() for n in row.get(column, "").split(";") if n.strip()] for column in NAME_COLUMNS}
    names = dict.fromkeys([generic, *(name for found in columns.values() for name in found)])
    alike = [name for name in columns["names_eu"] if _is_spelling(name, generic)]
    return MedicineEntry(
        generic=generic,
        names=tuple(names),
        classes=tuple(name.strip() for name in row["class"].split("+") if name.strip()),
        qt=row.get("qt", ""),
        atc=row.get("atc", ""),
        rxcui=row.get("rxcui", ""),
        effects=tuple(
            f"{name.removeprefix(EFFECT)}: {row[name]}" for name in row if name.startswith(EFFECT) and row[name]
        ),
        route=row.get("route", "") or ORAL,
        spelled=tuple(dict.fromkeys([generic, *columns["synonyms"], *alike])),
    )


def _is_spelling(name: str, generic: str) -> bool:
    """Whether a foreign name is the generic name in another language, such as `Furosemid`, and no brand."""
    from difflib import SequenceMatcher

    alike = SequenceMatcher(None, normalize(name), normalize(generic))
    return all(ratio() >= ALIKE for ratio in (alike.real_quick_ratio, alike.quick_ratio, alike.ratio))


def _name_problems(entry: MedicineEntry, line: int, owners: dict[str, tuple[str, int]]) -> Iterator[str]:
    """What is wrong with the names of an entry, which are noted in `owners` (key to generic and line)."""
    if len(entry.ingredients) > MOST_INGREDIENTS:
        yield f"a combination has at most {MOST_INGREDIENTS} ingredients, not {len(entry.ingredients)}"
        return
    for name in entry.names:
        parts = name.count(", ") + 1
        if parts > MOST_PARTS:
            yield f"name {echo(name)} has {parts} parts; a name has at most {MOST_PARTS}"
            continue
        if not normalize(name):
            yield f"name {echo(name)} has no letters"
        elif _is_too_short(name):
            yield (
                f"name {echo(name)} is too short: an ordinary word may look like it; "
                "write it with a number or a suffix, or in capitals if it is known so"
            )
        for key in set(keys_of(name)):
            other, where = owners.setdefault(key, (entry.generic, line))
            if (other, where) != (entry.generic, line):
                yield f"name {echo(name)} means {echo(other)} too (line {where})"


def _is_too_short(name: str) -> bool:
    letters = normalize(name)
    return len(letters) <= SHORT and letters.isalpha() and name != name.upper()


def keys_of(name: str) -> Iterator[str]:
    """The keys of a name in the table: the parts of one with commas may come in any order."""
    parts = name.split(", ")
    return (normalize(" ".join(order)) for order in permutations(parts))
