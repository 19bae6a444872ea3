"""What every kind of answer has: a strict check, and the JSON Schema of what it accepts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from screener.case.scalars import plain

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

JsonSchema: TypeAlias = dict[str, Any]


class Kind:
    """A field's type: a strict check, used by pydantic, by the batch readers and by the interview."""

    json_schema: ClassVar[JsonSchema] = {}

    def check(self, value: Any) -> Any:
        """Return the value as the model stores it, or raise ValueError saying what would be right."""
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
