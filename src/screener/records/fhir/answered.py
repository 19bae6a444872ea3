"""One answer of a form as a case file writes it, in any of the ways that form programs write it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from screener.case.answers import Choice, Kind, Lab, Measured, Number, OwnWords, YesNo
from screener.case.bound import SIGNS
from screener.case.units import plain_unit
from screener.errors import echo
from screener.records.fhir.elements import Quantity
from screener.records.fhir.resources import read
from screener.records.labs import case_value
from screener.standards import coded

# lengths of time in days; a year is 12 months
SPANS: Final = {
    "day": Decimal(1), "week": Decimal(7), "month": Decimal("30.4375"), "year": Decimal("365.25"), "d": Decimal(1),
    "wk": Decimal(7), "mo": Decimal("30.4375"), "a": Decimal("365.25"),
}  # fmt: skip


def read_answer(field_type: Kind, kind: str, value: Any) -> Any:
    """One answer as a case file writes it.

    Raises:
        ValueError: it does not fit the question.
    """
    if isinstance(field_type, YesNo):
        return yes_no(kind, value)
    if isinstance(field_type, Choice):
        code = _code(kind, value)
        return field_type.check(coded.BY_CODE.get(code, code))
    if isinstance(field_type, OwnWords):
        if kind != "valueString" or not isinstance(value, str):
            raise ValueError("is not text")
        return field_type.check(value) if value.strip() else None
    assert isinstance(field_type, Number)
    answer = field_type.check(number(field_type, kind, value))
    return answer if answer is None else case_value(field_type, answer)


def yes_no(kind: str, value: Any) -> bool | None:
    """A yes/no answer in any of the forms that form programs use.

    Raises:
        ValueError: it is none.
    """
    if kind == "valueBoolean" and isinstance(value, bool):
        return value
    word = _code(kind, value).lower()
    if word not in coded.WORDS:
        raise ValueError(f"{echo(word)} is not an answer; use Y, N or asked-unknown")
    answer: bool | None = coded.WORDS[word]
    return answer


def _code(kind: str, value: Any) -> str:
    if kind == "valueCoding" and isinstance(value, dict):
        value = value.get("code", value.get("display"))
    elif kind not in ("valueString", "valueCode"):
        raise ValueError(f"{echo(value)} is not a coded answer")
    if not isinstance(value, str):
        raise ValueError(f"{echo(value)} is not a code")
    return value


def number(field_type: Number, kind: str, value: Any) -> Any:
    """A number as the intake takes it: bare, or as text with its unit.

    Raises:
        ValueError: it is not a number.
    """
    if kind == "valueQuantity":
        quantity = read(Quantity, value)
        if isinstance(quantity, list):
            raise ValueError(f"{quantity[0].message}")
        sign = quantity.comparator or ""
        if quantity.value is None or (sign and (sign not in SIGNS or not isinstance(field_type, Measured))):
            raise ValueError(f"{echo(value)} has no plain value")
        unit = quantity.code or quantity.unit
        if isinstance(field_type, Measured):
            text = f"{sign}{quantity.value:.9f} {unit or ''}".strip()
            return text if isinstance(field_type, Lab) or sign or unit else quantity.value
        return converted(field_type, quantity.value, unit)
    if kind not in ("valueInteger", "valueDecimal", "valueString"):
        raise ValueError(f"{echo(value)} is not a number")
    return value


def converted(field_type: Number, value: float, unit: str | None) -> float:
    """A quantity in the field's own unit; rounded to one decimal where it was another.

    Raises:
        ValueError: there is no way from its unit to the field's.
    """
    if not unit or plain_unit(unit) in (plain_unit(field_type.unit), plain_unit(coded.ucum(field_type.unit))):
        return value
    own, given = _span(field_type.unit), _span(unit)
    if own is None or given is None:
        raise ValueError(f"{echo(unit)} is not a unit of this answer; use {field_type.unit or 'no unit'}")
    return float(round(Decimal(repr(value)) * given / own, 1))


def _span(unit: str) -> Decimal | None:
    """A unit of time in days."""
    word = unit.strip().lower()
    return SPANS.get(word) or SPANS.get(word.removesuffix("s"))
