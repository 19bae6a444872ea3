"""What every kind of answer has: a strict check, and the JSON Schema of what it accepts."""

from __future__ import annotations

from typing import Any, ClassVar, TypeAlias

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

JsonSchema: TypeAlias = dict[str, Any]


class Kind:
    """A field's type: a strict check, used by pydantic, by the batch readers and by the interview."""

    json_schema: ClassVar[JsonSchema] = {}

    def check(self, value: Any) -> Any:
        """Return the value as the model stores it, or raise ValueError saying what would be right."""
        raise NotImplementedError  # pragma: no cover - abstract

    def written(self, value: Any) -> Any:
        """An answer in the field's own unit as a case file writes it: with the unit where a bare number is refused."""
        return value

    def schema(self) -> JsonSchema:
        """The JSON Schema of what `check` accepts."""
        return dict(self.json_schema)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.check)

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchema:
        return self.schema()
