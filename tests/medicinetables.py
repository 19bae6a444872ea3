"""Tables of a few medicines, without a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from screener.rulebook.medicine.rows import checked_entries
from screener.rulebook.medicine.table import MedicineTable


def table_of(rows: Iterable[Mapping[str, str]], file: str = "medicines.csv") -> MedicineTable:
    """A table of rows with the columns of `medicines.csv`, the first of them line 2, without word lists."""
    return MedicineTable(checked_entries(enumerate(rows, start=2), file))
