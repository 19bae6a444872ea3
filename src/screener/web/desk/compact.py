"""A report as compact JSON, written in one pass: the same data as `Report.to_json`, several times as fast."""

from __future__ import annotations

from dataclasses import fields
from typing import Final

from pydantic_core import to_json

from screener.report.model import Because, ChainStep, Evidence, FindingReport, FlagReport, Report

# left out when there is nothing to say; these bytes can not occur inside a text, whose quotation marks are escaped
_LEFT_OUT: Final = tuple(
    f',"{name}":null'.encode()
    for name in dict.fromkeys(
        field.name
        for part in (FlagReport, Because, FindingReport, Evidence, ChainStep)
        for field in fields(part)
        if field.default is None
    )
)


def compact(report: Report) -> bytes:
    """The report as JSON in UTF-8, without spaces."""
    text = to_json(report, by_alias=True)
    for nothing in _LEFT_OUT:
        text = text.replace(nothing, b"")
    return text
