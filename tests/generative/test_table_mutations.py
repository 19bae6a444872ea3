"""Broken cells and broken mapping files: a case, a refusal with its reason, or an error of ours; never a traceback."""

from __future__ import annotations

import os
import re
from pathlib import Path
from random import Random
from typing import Any

import pytest

from screener.errors import FileError, UsageError
from screener.records.codetable import book_codes
from screener.records.imported import ImportedCase
from screener.records.options import Options
from screener.records.tables.cases import table_cases
from screener.rulebook.book import RuleBook

FOLDER = Path(__file__).parents[1] / "records" / "long"
JUNK = (
    "", "NULL", "___", "0", "-1", "1e9", "NaN", "inf", ">", "<=", "> 7", "2150-02-30", "2150-13-01 08:00", "9999-12-31",
    "0001-01-01", "yes", "=cmd()", "\u202e", "é" * 50, "1,5", "4.1 mmol/L", "2150-03-01T08:00:00+25:00", "08:00", "\\N",
)  # fmt: skip
TIMES = 1500 if os.environ.get("HYPOTHESIS_PROFILE") == "nightly" else 60


def mutate(folder: Path, random: Random) -> str:
    """Break one cell of one table; returns the person whose row it is in, as far as the row still says so."""
    path = random.choice(sorted(folder.glob("*.csv")))
    lines = path.read_text(encoding="utf-8").splitlines()
    at = random.randrange(1, len(lines))
    cells = lines[at].split(",")
    cells[random.randrange(len(cells))] = random.choice(JUNK).replace(",", ".")
    lines[at] = ",".join(cells)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path.name


def copy(kind: str, folder: Path) -> Path:
    for path in (FOLDER / kind).iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def read(folder: Path, kind: str, book: RuleBook) -> list[ImportedCase]:
    options = Options(book, book_codes(book), absent_means_no=True, mapping=folder / "mapping.yaml")
    return list(table_cases(str(folder), "omop" if kind == "omop" else "long", options))


@pytest.mark.parametrize("kind", ["mimic4", "flat", "omop"])
def test_a_broken_cell_changes_nobody_else(kind: str, book: RuleBook, tmp_path: Path) -> None:
    whole = {case.case_id: case.answers for case in read(FOLDER / kind, kind, book)}
    for seed in range(TIMES // 3):
        folder = tmp_path / str(seed)
        folder.mkdir()
        name = mutate(copy(kind, folder), Random(seed))
        try:
            found = read(folder, kind, book)
        except FileError as error:
            if re.search(r"csv`?(:[0-9]+)? has a row of [0-9]+ cells under [0-9]+ columns", str(error)) is None:
                raise
            continue  # a quotation mark was cut off
        for case in found:
            assert case.refused or case.intake() is not None
        changed = [case for case in found if not case.refused and whole.get(case.case_id) != case.answers]
        if not name.startswith("concept"):
            assert len(changed) <= 2, (seed, name)  # whose row it was, and whose it became
        people = {case.case_id for case in found}
        assert len(set(whole) - people) <= 1  # a person's own id may be what was broken


def broken(text: str, random: Random) -> str:
    lines = text.splitlines()
    at = random.randrange(len(lines))
    kinds = ("drop", "cut", "junk", "twice")
    kind = random.choice(kinds)
    line = lines[at]
    if kind == "drop":
        del lines[at]
    elif kind == "cut":
        lines[at] = line[: random.randrange(len(line) + 1)]
    elif kind == "twice":
        lines.insert(at, line)
    else:
        lines[at] = line.replace(
            random.choice(line.split() or ["x"]), random.choice(["[", "}", "5", "null", "a: b", "&x"])
        )
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("kind", ["mimic4", "flat"])
def test_a_broken_mapping_is_an_error_or_is_read(kind: str, book: RuleBook, tmp_path: Path) -> None:
    folder = copy(kind, tmp_path)
    text = (FOLDER / kind / "mapping.yaml").read_text(encoding="utf-8")
    outcomes: list[Any] = []
    messages: list[str] = []
    for seed in range(TIMES):
        (folder / "mapping.yaml").write_text(broken(text, Random(seed)), encoding="utf-8")
        try:
            outcomes.append(len(read(folder, kind, book)))
        except (UsageError, FileError) as error:
            messages.append(str(error))
    assert messages
    assert all(message.strip() and len(message) < 4000 for message in messages)
    assert any(outcomes)
