"""A file of what the source of an OMOP database calls results: `name,means`, such as `K+,potassium/serum`."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Final

from screener.errors import FileError, Hints, RuleBookError, RuleProblem, UsageError, did_you_mean, echo
from screener.records.codes import Codes, system_name
from screener.records.codetable import USES
from screener.records.tables.mapping import IGNORE
from screener.records.tables.plan import meaning_of
from screener.rulebook.medicine.rows import read_sheet

COLUMNS: Final = ("name", "means")


def read_source_names(path: Path, fields: Collection[str]) -> dict[str, str]:
    """What each name means: a field or measure, perhaps with its use, or `ignore`.

    Args:
        path: the file.
        fields: what a record can have a value of.

    Raises:
        FileError: the file cannot be read, or a row means nothing; with line numbers.
    """
    try:
        rows = read_sheet(path, str(path), COLUMNS, COLUMNS)
    except OSError as error:
        raise FileError(f"cannot read {path}: {str(error.strerror).lower()}") from None
    except RuleBookError as error:
        raise FileError(str(error)) from None
    found: dict[str, str] = {}
    problems: list[RuleProblem] = []
    hints = Hints()
    for line, row in rows:
        name, means = row["name"], row["means"].strip()
        field, use = meaning_of(means)
        if found.get(name, means) != means:
            problems.append(RuleProblem(str(path), line, 1, f"{echo(name)} is given twice, with two meanings"))
        elif means != IGNORE and (field not in fields or use not in USES):
            hint = hints(field, fields)
            problems.append(RuleProblem(str(path), line, 1, f"{echo(means)} is no field that is read{hint}"))
        found[name] = means
    if problems:
        raise FileError("\n".join(map(str, problems)))
    return found


def known_system(given: str, codes: Codes) -> str:
    """The short name of a code system that the code lists have codes of.

    Raises:
        UsageError: they have none.
    """
    known = sorted({system for system, _ in (*codes.exact, *codes.below)})
    name = system_name(given)
    if name not in known:
        raise UsageError(
            f"--condition-system {echo(given)}: the code lists have no code of it{did_you_mean(given, known)} "
            f"(they have {', '.join(known)}; --codes adds your own)"
        )
    return name
