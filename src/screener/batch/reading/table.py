"""What rows hold, as columns, and the checks of it, column by column.

What is accepted here is what the intake accepts, with the same values; rows that need a closer look are doubtful.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from screener.batch.reading.checks import bad_months, bad_names
from screener.batch.reading.meaning import Meaning
from screener.batch.reading.notation import Uses
from screener.case.answers import MOST_MEDICINES
from screener.case.fields import CASE_ID
from screener.engine.columnar.columns import Columns, Floats, MedicineColumn

Written: TypeAlias = dict[str, tuple[NDArray[np.int64], Floats]]  # by field, the places and what they say


@dataclass
class Table:
    """Rows as columns.

    Attributes:
        columns: their answers. Before `check`, numbers are as in the data, and those in `written` are not there.
        case_ids: their ids.
        doubtful: the rows that the careful reader has to look at; their columns mean nothing.
        colons: how many colons the JSON text of all rows has, when no key is given twice and nothing is escaped.
        extras: the fields that were passed over.
        written: numbers that were written as text, in the field's own unit; infinity is left to the careful reader.
        uses: in which rows numbers were read in a unit that the person said.
    """

    columns: Columns
    case_ids: pa.Array
    doubtful: NDArray[np.bool_]
    colons: int = 0
    extras: set[str] = field(default_factory=set)
    written: Written = field(default_factory=dict)
    uses: Uses = field(default_factory=Uses)

    @classmethod
    def concat(cls, parts: Sequence[Table]) -> Table:
        """The rows of parts that have not been checked, one after the other; one part at least."""
        if len(parts) == 1:
            return parts[0]
        starts = np.cumsum([0, *(part.columns.count for part in parts[:-1])])
        written: Written = {}
        for name in {name for part in parts for name in part.written}:
            some = [
                (start, *part.written[name]) for start, part in zip(starts, parts, strict=True) if name in part.written
            ]
            places = np.concatenate([start + places for start, places, _ in some])
            written[name] = places, np.concatenate([values for _, _, values in some])
        return cls(
            Columns.concat([part.columns for part in parts]),
            pa.concat_arrays([part.case_ids for part in parts]),
            np.concatenate([part.doubtful for part in parts]),
            sum(part.colons for part in parts),
            set().union(*(part.extras for part in parts)),
            written,
        )

    def check(self, meaning: Meaning) -> None:
        """Mark what the intake would not take as it is, and bring numbers into the fields' own units."""
        for name, values in self.columns.numbers.items():
            self.columns.numbers[name] = self.number(name, values, meaning)
        if self.columns.medicines is not None:
            self.colons += self.check_medicines(self.columns.medicines)
        if meaning.notation.words:
            coded = [meaning.notation.label(CASE_ID, value) is not None for value in self.case_ids.to_pylist()]
            self.doubtful |= np.array(coded, np.bool_)

    def number(self, name: str, values: Floats, meaning: Meaning) -> Floats:
        """A column of numbers in the field's own unit; those that mean missing are left to the careful reader."""
        notation = meaning.notation
        if notation:
            self.doubtful |= np.isin(values, notation.missing_numbers)
            if name in notation.units:
                self.uses.note(notation.unit_label(name, 0), ~np.isnan(values))
        values, bad = meaning.bare.read(name, values)
        self.doubtful |= bad
        if name in self.written:
            places, said = self.written[name]
            values = values.copy()
            values[places] = said
            self.doubtful[places] |= np.isinf(said)
        return values

    def check_medicines(self, column: MedicineColumn) -> int:
        """Mark rows whose medicines the intake would refuse; returns the colons in all names."""
        used = np.flatnonzero(np.bincount(column.names, minlength=1))
        words = [column.vocabulary[place] for place in used.tolist()]
        wrong = used[bad_names(words)]
        bad = bad_months(column.months) if not len(wrong) else np.isin(column.names, wrong) | bad_months(column.months)
        if bad.any():
            self.doubtful[np.repeat(np.arange(len(column.counts)), column.counts)[bad]] = True
        self.doubtful |= column.counts > MOST_MEDICINES
        with_colon = [place for place, word in zip(used.tolist(), words, strict=True) if ":" in word]
        return sum(
            column.vocabulary[place].count(":") * int(np.count_nonzero(column.names == place)) for place in with_colon
        )
