"""Cells of tables: moments and numbers as they are written there, and rows by what their cells say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NamedTuple

from screener.errors import echo
from screener.records.codes import Coding
from screener.records.tables.plan import Cells, TablePlan
from screener.records.when import When, read_when

NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?")
SIGN: Final = re.compile(r"\s*(<=?|>=?|≤|≥)\s*(.+)")
PLAIN_SIGNS: Final = {"≤": "<=", "≥": ">="}
MIDNIGHT: Final = re.compile(r"00:00(:00(\.0+)?)?")


@lru_cache(maxsize=65_536)
def moment(text: str, form: str = "") -> When:
    """A day or moment of a table; a moment of 00:00:00 is a day without a clock.

    Args:
        text: ISO, with a space or a `T` before the time, with or without a zone.
        form: another way of writing, as Python's `strptime` has it.

    Raises:
        ValueError: it is none.
    """
    if form:
        try:
            found = datetime.strptime(text, form)
        except ValueError:
            raise ValueError(f"{echo(text)} is not a date written as {echo(form)}") from None
        text = found.isoformat(" ")
    day, _, clock = text.strip().partition("T" if "T" in text else " ")
    if not clock or MIDNIGHT.fullmatch(clock.split("+")[0].rstrip("Z")):
        return read_when(day)
    try:
        found = datetime.fromisoformat(f"{day}T{clock}")
    except ValueError:
        raise ValueError(f"{echo(text)} is not a date such as `2024-05-31` or `2024-05-31 08:15:00`") from None
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    here = date(found.year, found.month, found.day)
    return When(here, here, aware.timestamp())


def number_of(text: str) -> Decimal | None:
    """A number written as text; None when it is none."""
    text = text.strip()
    return Decimal(text) if NUMBER.fullmatch(text) else None


def with_unit(text: str) -> tuple[str, str]:
    """A number written with its unit in two; what is none as it is."""
    match = NUMBER.match(text.strip())
    return (match.group(), text.strip()[match.end() :].strip()) if match else (text, "")


def signed(text: str) -> tuple[str, str]:
    """The sign that a text begins with, or nothing, and the rest."""
    match = SIGN.fullmatch(text)
    return (PLAIN_SIGNS.get(match.group(1), match.group(1)), match.group(2)) if match else ("", text)


class Row(NamedTuple):
    """One row, by roles.

    Attributes:
        plan: of its table.
        cells: what is in it; None where nothing does.
    """

    plan: TablePlan
    cells: Cells

    def get(self, role: str) -> str:
        """A cell, or nothing."""
        return self.cells.get(role) or ""

    @property
    def system(self) -> str:
        """The code system of its code."""
        return self.get("code_system") or self.plan.systems.get(self.get("system"), self.plan.system)

    @property
    def codings(self) -> tuple[Coding, ...]:
        """Its code, with the system and nothing else; nothing where there is none."""
        code = self.get("code")
        return ((self.system, code, ""),) if code else ()


def cells_of(batch: Any, columns: Mapping[str, str]) -> list[Cells]:
    """The cells of each row of a batch of pyarrow, by role."""
    given = batch.to_pydict()
    return [{role: given[column][place] for role, column in columns.items()} for place in range(batch.num_rows)]
