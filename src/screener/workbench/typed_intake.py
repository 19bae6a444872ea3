"""The case of a rule book as Python source, so that editors and type checkers know its fields."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from screener.case.answers import Choice, Kind, Lab, Measured, Medicines, Number, OwnWords
from screener.case.fields import Fields
from screener.case.units import Analyte
from screener.rulebook.book import RuleBook

MODULE: Final = Path(__file__).with_suffix(".txt")


def typed_intake(book: RuleBook) -> str:
    """The source of a module with the class `Intake` of a rule book."""
    analytes = _analytes(book.fields)
    return MODULE.read_text(encoding="utf-8").format(
        imports=_imports(book.fields),
        constants="".join(f"{name} = {_source(analyte)}\n" for name, analyte in analytes.items()),
        fields="".join(f"    {name}: {_type(kind, analytes)} = None\n" for name, kind in book.fields.items()),
    )


def _imports(fields: Fields) -> str:
    kinds = {type(kind).__name__ for kind in fields.values()} | {"YesNo"}
    if fields.has_medicines:
        kinds.add("Medicine")
    literal = ["Literal"] if fields.choices else []
    labs = any(isinstance(kind, Measured) for kind in fields.values())
    return (
        ("from decimal import Decimal\n" if labs else "")
        + f"from typing import {', '.join(['Annotated', *literal, 'TypeAlias'])}\n\n"
        + f"from screener.case.answers import {', '.join(sorted(kinds))}\n"
        + ("from screener.case.bound import Bound\n" if labs else "")
        + "from screener.case.model import BaseIntake\n"
        + ("from screener.case.units import Analyte\n" if labs else "")
    )


def _analytes(fields: Fields) -> dict[str, Analyte]:
    """The analytes of the labs, each with the name of its constant."""
    found: dict[str, Analyte] = {}
    for name, kind in fields.items():
        if isinstance(kind, Measured) and kind.analyte not in found.values():
            found[name.upper()] = kind.analyte
    return found


def _source(analyte: Analyte) -> str:
    factors = ", ".join(f'{_text(unit)}: Decimal("{factor}")' for unit, factor in analyte.factors.items())
    example = f"\n    {_text(analyte.example)},"
    return f"Analyte(\n    {_text(analyte.name)},\n    {_text(analyte.unit)},\n    {{{factors}}},{example}\n)"


def _type(kind: Kind, analytes: dict[str, Analyte]) -> str:
    if isinstance(kind, Choice):
        words = ", ".join(map(_text, kind.options))
        return f"Annotated[Literal[{words}] | None, Choice(({words}))]"
    if isinstance(kind, Medicines):
        return "Annotated[tuple[Medicine, ...] | None, Medicines()]"
    if isinstance(kind, OwnWords):
        return f"Annotated[str | None, OwnWords({kind.longest})]"
    if isinstance(kind, Number):
        number = "int" if kind.whole else "float"
        bound = " | Bound" if isinstance(kind, Measured) else ""
        return f"Annotated[{number}{bound} | None, {type(kind).__name__}({', '.join(_arguments(kind, analytes))})]"
    return "Answer"


def _arguments(kind: Number, analytes: dict[str, Analyte]) -> Iterable[str]:
    yield from (repr(kind.low), repr(kind.high), _text(kind.unit))
    if kind.whole:
        yield "whole=True"
    if kind.unknown_word:
        yield "unknown_word=True"
    if kind.step != Number.step:
        yield f"step={kind.step!r}"
    if isinstance(kind, Measured):
        yield f"analyte={next(name for name, analyte in analytes.items() if analyte == kind.analyte)}"
    if isinstance(kind, Lab) and kind.bare_high < kind.high:
        yield f"bare_high={kind.bare_high!r}"
    if isinstance(kind, Lab) and kind.unlikely < kind.high:
        yield f"unlikely={kind.unlikely!r}"
    if isinstance(kind, Lab) and kind.levels:
        levels = ", ".join(f"({limit!r}, {_text(name)})" for limit, name in kind.levels)
        yield f"levels=({levels},)"


def _text(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
