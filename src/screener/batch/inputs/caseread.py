"""A case read from health records, as a batch takes it."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from screener.records.imported import ImportedCase


class CaseRead(NamedTuple):
    """A case, or a record that is refused.

    Attributes:
        text: the case as JSON.
        day: that it is about; empty when there is none.
        dates: of laboratory fields, the day of the result, as JSON.
        refused: what is wrong with the record; empty when there is a case.
    """

    text: bytes
    day: str
    dates: str
    refused: str


def case_read(case: ImportedCase, name: str) -> CaseRead:
    """A case as a batch takes it.

    Args:
        case: as it was read.
        name: of the input, which messages need not repeat.
    """
    if case.refused:
        who = f"{case.case_id}: " if case.case_id else ""
        where = f"{case.where}: " if case.where and case.where != name else ""
        return CaseRead(b"", "", "", where + who + "; ".join(map(str, case.refused)))
    day = case.as_of.isoformat() if case.as_of else ""
    return CaseRead(_json(case.with_units()), day, _json(case.dates).decode(), "")


_json = msgspec.json.Encoder().encode
