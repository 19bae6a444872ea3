"""The rows of `vocabulary/medicines.csv`, checked one by one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from screener.errors import Hints, RuleBookError, RuleProblem, did_you_mean, echo
from screener.rulebook.medicine_name import keys_of, normalize

REQUIRED: Final = ("generic", "class")
COLUMNS: Final = (
    "generic", "synonyms", "brands_us", "brands_uk", "class", "atc", "atc_status", "rxcui", "rxcui_status",
    "effect_magnesium", "effect_potassium", "qt", "caution", "evidence",
)  # fmt: skip
QT_MARKS: Final = frozenset({"known", "possible", "conditional", "unsure"})
CLASS_FORM: Final = re.compile(r"[A-Z][A-Z0-9_]*")


@dataclass(frozen=True, slots=True)
class MedicineEntry:
    """One medicine of the table.

    Attributes:
        generic: the generic name as written in the table; ` / ` joins the ingredients of a combination.
        names: every name that stands for it: generic, synonyms, brands.
        classes: the classes that rules read, such as `THIAZIDE`.
        qt: whether it is known to prolong the QT interval (`known`, `possible`, `conditional`, `unsure`), or empty.
        atc: WHO ATC code, or empty.
        rxcui: RxNorm concept id of the ingredient, or empty.
        effect_magnesium: what it does to magnesium, in one word, for people; no rule reads it.
        effect_potassium: the same for potassium.
    """

    generic: str
    names: tuple[str, ...]
    classes: tuple[str, ...]
    qt: str = ""
    atc: str = ""
    rxcui: str = ""
    effect_magnesium: str = ""
    effect_potassium: str = ""

    @property
    def marks(self) -> frozenset[str]:
        """What conditions ask for: `class:PPI`, `name:omeprazole`, `qt:conditional`."""
        found = {f"class:{name}" for name in self.classes} | {f"name:{self.generic.lower()}"}
        return frozenset(found | {f"qt:{self.qt}"} if self.qt else found)


def read_entries(path: Path, shown_as: str) -> tuple[MedicineEntry, ...]:
    """The medicines in a CSV file, which messages call `shown_as`.

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
        problems = [RuleProblem(shown_as, 1, 1, message) for message in _header_problems(reader.fieldnames or ())]
        if problems:
            raise RuleBookError(problems)
        return checked_entries(((reader.line_num, row) for row in reader), shown_as)
    except csv.Error as error:
        raise RuleBookError([RuleProblem(shown_as, reader.line_num, 1, str(error))]) from None


def checked_entries(rows: Iterable[tuple[int, Mapping[str, str]]], file: str) -> tuple[MedicineEntry, ...]:
    """The medicines in rows with their line numbers.

    Raises:
        RuleBookError: a row is wrong, or two rows share a name.
    """
    entries: list[MedicineEntry] = []
    problems: list[RuleProblem] = []
    owners: dict[str, tuple[str, int]] = {}
    for line, row in rows:
        messages = list(_row_problems(row))
        if not messages:
            entries.append(_entry(row))
            messages.extend(_shared_names(entries[-1], line, owners))
        problems.extend(RuleProblem(file, line, 1, message) for message in messages)
    if problems:
        raise RuleBookError(problems)
    return tuple(entries)


def _header_problems(columns: Iterable[str]) -> Iterator[str]:
    names, hints = Counter(columns), Hints()
    for name in names:
        if name not in COLUMNS:
            yield f"unknown column {echo(name)}{hints(name, COLUMNS)}"
        elif names[name] > 1:
            yield f"column {echo(name)} stands more than once"
    for name in REQUIRED:
        if name not in names:
            yield f"column {echo(name)} is missing"


def _row_problems(row: Mapping[str, str]) -> Iterator[str]:
    if None in row or None in row.values():
        yield "the row has more or fewer cells than the header"
        return
    yield from (f"unknown column {echo(name)}{did_you_mean(name, COLUMNS)}" for name in row if name not in COLUMNS)
    yield from (f"{echo(name)} must not be empty" for name in REQUIRED if not row.get(name, "").strip())
    for name in row.get("class", "").split("+"):
        if name.strip() and not CLASS_FORM.fullmatch(name.strip()):
            yield f"class {echo(name)} must be capitals, digits and `_`"
    if row.get("qt", "") not in QT_MARKS | {""}:
        yield f"qt {echo(row['qt'])} must be one of {', '.join(sorted(QT_MARKS))}, or empty"


def _entry(row: Mapping[str, str]) -> MedicineEntry:
    generic = row["generic"].strip()
    others = (name for column in ("synonyms", "brands_us", "brands_uk") for name in row.get(column, "").split(";"))
    names = dict.fromkeys([generic, *(name.strip() for name in others if name.strip())])
    return MedicineEntry(
        generic=generic,
        names=tuple(names),
        classes=tuple(name.strip() for name in row["class"].split("+") if name.strip()),
        qt=row.get("qt", ""),
        atc=row.get("atc", ""),
        rxcui=row.get("rxcui", ""),
        effect_magnesium=row.get("effect_magnesium", ""),
        effect_potassium=row.get("effect_potassium", ""),
    )


def _shared_names(entry: MedicineEntry, line: int, owners: dict[str, tuple[str, int]]) -> Iterator[str]:
    """What is wrong with the names of an entry, which are noted in `owners` (key to generic and line)."""
    for name in entry.names:
        if not normalize(name):
            yield f"name {echo(name)} has no letters"
        for key in set(keys_of(name)):
            other, where = owners.setdefault(key, (entry.generic, line))
            if (other, where) != (entry.generic, line):
                yield f"name {echo(name)} stands for {echo(other)} too (line {where})"
