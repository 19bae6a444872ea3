"""A plain Pydantic model of the intake's fields, without validators of its own: what validation costs at the least."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from screener.case.answers import Choice, Number, YesNo
from screener.case.intake import Intake

FIELDS = Intake.fields


class PlainMedicine(BaseModel):
    """A medicine with months."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str
    months: float | None = Field(None, ge=0, le=720)


def plain_model(words: bool = False) -> type[BaseModel]:
    """The model: strict types, ranges, no other fields.

    Args:
        words: whether answers and numbers may be written as text, too; what that says is not looked at.
    """
    text: Any = str if words else None
    fields: dict[str, Any] = {"case_id": (str | None, None)}
    for name, kind in FIELDS.items():
        if isinstance(kind, YesNo):
            fields[name] = (bool | text | None, None)
        elif isinstance(kind, Number):
            high = min(kind.high, getattr(kind, "bare_high", kind.high))
            number: Any = Annotated[int if kind.whole else float, Field(ge=kind.low, le=high)]
            fields[name] = (number | text | None, None)
        elif isinstance(kind, Choice):
            fields[name] = (Literal["female", "male", "not said"] | None, None)
        else:
            fields[name] = (list[str | PlainMedicine] | None, None)
    return create_model("PlainCase", __config__=ConfigDict(extra="forbid", strict=True), **fields)
