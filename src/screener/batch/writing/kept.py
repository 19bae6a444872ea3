"""The fields of the intake that are copied to the output, as columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

from screener.case.answers import Kind, Measured, Number
from screener.case.bound import SIGNS
from screener.case.fields import BOUND, MEDICINES, Fields
from screener.engine.columnar.columns import EXACTLY, NO_CHOICE, UNKNOWN, Columns
from screener.errors import UsageError, did_you_mean

MEDICINE_TYPE: Final = pa.list_(pa.struct([("name", pa.string()), ("months", pa.float64())]))


def check_kept(names: Sequence[str], fields: Fields) -> tuple[str, ...]:
    """The fields to copy, each once.

    Raises:
        UsageError: there is no such field.
    """
    for name in names:
        if name not in fields:
            raise UsageError(f"there is no field `{name}` to keep{did_you_mean(name, fields)}")
    return tuple(dict.fromkeys(names))


def kept(columns: Columns, name: str, fields: Fields) -> pa.Array:
    """A field of the intake as a typed column, null where it was not given."""
    if name in fields.yes_no:
        codes = columns.yes_no.get(name)
        return pa.nulls(columns.count, pa.bool_()) if codes is None else pa.array(codes == 1, mask=codes == UNKNOWN)
    if name in fields.choices:
        places = columns.choices.get(name)
        words = [*fields.options(name), None]
        given = [words[place] for place in places] if places is not None else [None] * columns.count
        return pa.array(given, pa.string())
    if name in fields.own_words:
        texts = columns.own_words.get(name)
        return pa.array([None] * columns.count if texts is None else texts.tolist(), pa.string())
    if name == MEDICINES:
        lists = [columns.medicines.of(case) if columns.medicines else None for case in range(columns.count)]
        given = [some and [{"name": m.name, "months": m.months} for m in some] for some in lists]
        return pa.array([None if some is None else list(some) for some in given], MEDICINE_TYPE)
    values = columns.numbers.get(name)
    if values is None:
        return pa.nulls(columns.count, _number_type(fields[name]))
    return pa.array(values, from_pandas=True).cast(_number_type(fields[name]))


def kept_apart(columns: Columns, names: Sequence[str], fields: Fields) -> dict[str, pa.Array]:
    """The fields that are kept, as columns of a table: the sign of a bound such as `> 7` has a column of its own."""
    return dict(zip(kept_names(names, fields), _kept_apart(columns, names, fields), strict=True))


def kept_names(names: Sequence[str], fields: Fields) -> list[str]:
    """The names of these columns."""
    found: list[str] = []
    for name in names:
        found += [name, name + BOUND] if isinstance(fields[name], Measured) else [name]
    return found


def _kept_apart(columns: Columns, names: Sequence[str], fields: Fields) -> Iterator[pa.Array]:
    for name in names:
        yield kept(columns, name, fields)
        if isinstance(fields[name], Measured):
            signs = columns.signs.get(name)
            words = [*SIGNS, None]
            texts = [None] * columns.count if signs is None else [words[place] for place in signs.tolist()]
            yield pa.array(texts, pa.string())


def kept_together(columns: Columns, name: str, fields: Fields) -> list[Any]:
    """A field that is kept, as values of JSON: a bound is text."""
    values: list[Any] = kept(columns, name, fields).to_pylist()
    for place in np.flatnonzero(columns.signs[name] != EXACTLY).tolist() if name in columns.signs else ():
        values[place] = fields.written(name, columns.number(name, place))
    return values


def _number_type(kind: Kind) -> pa.DataType:
    return pa.int32() if isinstance(kind, Number) and kind.whole else pa.float64()


assert NO_CHOICE == EXACTLY == -1  # the last word is read for it
