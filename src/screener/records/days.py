"""The days that the cases of each person are about, from a file of the user."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from screener.errors import FileError, UsageError, echo, echo_path


def read_days(path: Path) -> dict[str, tuple[date, ...]]:
    """Each person's days, from a CSV file with the columns `case_id,as_of`.

    Raises:
        UsageError: the file is not such a table; with the line.
        FileError: it cannot be read.
    """
    shown = echo_path(str(path))
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise FileError(f"{shown} cannot be read: {(error.strerror or 'unknown reason').lower()}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{shown} is not UTF-8 text") from None
    reader = csv.DictReader(lines)
    missing = [name for name in ("case_id", "as_of") if name not in (reader.fieldnames or ())]
    if missing:
        raise UsageError(f"{shown}:1: column `{missing[0]}` is missing; the columns are case_id,as_of")
    found: dict[str, list[date]] = {}
    for row in reader:
        name, text = (row["case_id"] or "").strip(), (row["as_of"] or "").strip()
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise UsageError(f"{shown}:{reader.line_num}: {echo(text)} is not a day such as `2024-05-31`") from None
        if not name:
            raise UsageError(f"{shown}:{reader.line_num}: `case_id` is empty")
        if day not in found.setdefault(name, []):
            found[name].append(day)
    return {name: tuple(sorted(days)) for name, days in found.items()}
