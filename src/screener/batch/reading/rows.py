"""Rows of typed columns one by one, as JSON would have them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from screener.batch.reading.arrow import Mask, usual
from screener.batch.reading.cell import cell_value
from screener.batch.reading.record import Reject
from screener.case.answers import looks_like_data
from screener.case.fields import CASE_ID, MEDICINES, Fields
from screener.case.files import parse_json
from screener.case.model import BaseIntake
from screener.errors import CaseError, FieldProblem


class Rows:
    """The columns of a batch that a case has, as the usual types.

    Args:
        batch: some rows.
        fields: what a case may say.
        count: of the rows, where there may be no column.

    Attributes:
        count: of rows.
        columns: by name.
        broken: by name, where a column holds bytes that are no text.
    """

    def __init__(self, batch: pa.RecordBatch, fields: Fields, count: int | None = None) -> None:
        self.count = batch.num_rows if count is None else count
        self.columns: dict[str, pa.Array] = {}
        self.broken: dict[str, Mask] = {}
        for name in (name for name in batch.schema.names if name in fields.columns):
            self.columns[name], broken = ids(batch[name]) if name == CASE_ID else usual(batch[name])
            if broken is not None:
                self.broken[name] = broken

    def some(self, places: NDArray[np.int64]) -> Iterator[dict[str, Any]]:
        """Some rows, without what is missing in them."""
        wanted = pa.array(places)
        lists = {name: column.take(wanted).to_pylist() for name, column in self.columns.items()}
        for at in range(len(places)):
            yield {name: values[at] for name, values in lists.items() if values[at] is not None}


def ids(column: pa.Array) -> tuple[pa.Array, Mask | None]:
    """Case ids; whole numbers of whatever type become texts."""
    if pa.types.is_decimal(column.type):
        values = [None if v is None else int(v) if v == v.to_integral_value() else v for v in column.to_pylist()]
        return pa.array([None if v is None else str(v) for v in values], pa.string()), None
    return usual(column)


def answer_in(name: str, value: Any, fields: Fields) -> Any:
    """What a value says, as JSON has it."""
    if isinstance(value, str):
        return cell_value(name, value, fields)
    return [_entry(entry) for entry in value] if name == MEDICINES and isinstance(value, list) else value


def _entry(entry: Any) -> Any:
    """An entry of the list of medicines: JSON text of an object, and a map, are objects."""
    if isinstance(entry, list) and all(isinstance(part, tuple) for part in entry):
        return dict(entry)
    if isinstance(entry, str) and looks_like_data(entry):
        with suppress(CaseError):
            return parse_json(entry.encode(), "")
    return entry


def refused_for(unreadable: list[str], found: BaseIntake | Reject, line: int, raw: str) -> BaseIntake | Reject:
    """A row with bytes that are no text is refused, whatever was made of the rest."""
    if not unreadable:
        return found
    problems = tuple(FieldProblem(name, "holds bytes that are no text in UTF-8") for name in unreadable)
    if isinstance(found, Reject):
        return replace(found, problems=(*found.problems, *problems))
    return Reject(line, found.case_id, problems, raw)
