"""What every kind of answer has: a strict check, and the JSON Schema of what it accepts.

Values of NumPy, pandas, pyarrow and `decimal` are taken as the plain ones that they are: a data frame is full of them.
None of these libraries is imported: a value of theirs can only be here when somebody else has imported it.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema


JsonSchema: TypeAlias = dict[str, Any]

PLAIN: Final = frozenset({bool, int, float, str, list, tuple, dict, type(None)})


class Kind:
    """A field's type: a strict check, used by pydantic, by the batch readers and by the interview."""

    json_schema: ClassVar[JsonSchema] = {}

    def check(self, value: Any) -> Any:
        """Return the value as the model stores it, or raise ValueError saying what would be right; null is unknown."""
        return None if value is None else self.given(value)

    def given(self, value: Any) -> Any:
        """The same of a value that is not null."""
        raise NotImplementedError  # pragma: no cover - abstract

    def taken(self, value: Any) -> Any:
        """As `check`, of a value that may be one of NumPy, pandas, pyarrow or `decimal`."""
        given = plain(value)
        try:
            return self.check(given)
        except ValueError as error:
            if isinstance(given, float) and math.isnan(given):
                raise ValueError(f"{error}; what is missing is null (None)") from None
            raise

    def written(self, value: Any) -> Any:
        """An answer in the field's own unit as a case file writes it: with the unit where a bare number is refused."""
        return value

    def schema(self) -> JsonSchema:
        """The JSON Schema of what `check` accepts."""
        return dict(self.json_schema)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(self.taken)

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchema:
        return self.schema()


def plain(value: Any) -> Any:
    """The plain value that a value represents; one of another kind as it is.

    A `numpy.float32` is the short decimal that it shows: 3.1, not 3.0999999046325684. What marks a missing value
    (`pandas.NA`, `NaT`, `numpy.ma.masked`, a null of pyarrow) is None. A NaN stays one: it may be the result of a
    calculation that went wrong.
    """
    if type(value) in PLAIN:
        return value
    library = type(value).__module__.partition(".")[0]
    read = READERS.get(library)
    return value if read is None else read(sys.modules[library], value)


def _of_decimal(_: Any, value: Any) -> Any:
    if not isinstance(value, Decimal):
        return value
    return float("nan") if value.is_nan() else float(value)


def _of_numpy(numpy: Any, value: Any) -> Any:
    if value is numpy.ma.masked or (isinstance(value, numpy.datetime64 | numpy.timedelta64) and numpy.isnat(value)):
        return None
    if isinstance(value, numpy.ndarray):
        return [plain(item) for item in value] if value.ndim == 1 else plain(value[()]) if not value.ndim else value
    if isinstance(value, numpy.floating):
        return float(value) if value.itemsize >= numpy.float64().itemsize else float(str(value))
    return value.item() if isinstance(value, numpy.bool_ | numpy.integer | numpy.str_) else value


def _of_pandas(pandas: Any, value: Any) -> Any:
    if isinstance(value, pandas.Series):
        return [plain(item) for item in value]
    return None if value is pandas.NA or value is pandas.NaT else value


def _of_pyarrow(pyarrow: Any, value: Any) -> Any:
    return value.as_py() if isinstance(value, pyarrow.Scalar) else value


READERS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "decimal": _of_decimal, "numpy": _of_numpy, "pandas": _of_pandas, "pyarrow": _of_pyarrow,
}  # fmt: skip
