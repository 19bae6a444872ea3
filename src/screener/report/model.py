"""The report as a Pydantic model, with its schema."""

from __future__ import annotations

from functools import partial
from operator import is_
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from screener.printable import printable
from screener.report import parts
from screener.report.parts import ReportData, Said

# The parts name these two without Pydantic, so that a report in words does not import it. Pydantic looks their names up
# in the module of the parts when it makes a schema, and finds there what they mean to it.
vars(parts)["IfAny"] = Annotated[Said | None, Field(exclude_if=partial(is_, None))]
vars(parts)["From"] = Annotated[list[str], Field(serialization_alias="from", validation_alias="from")]


class Report(ReportData, BaseModel):
    """What comes back for a case."""

    model_config = ConfigDict(extra="forbid", defer_build=True)  # a report in words needs no schema

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data, as `to_json` writes it."""
        return self.model_dump(mode="json", by_alias=True)

    def to_json(self, indent: int | None = 2) -> str:
        """The report as JSON text."""
        from json import dumps

        return printable(dumps(self.to_dict(), indent=indent, ensure_ascii=False))
