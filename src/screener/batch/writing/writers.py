"""Writing results: JSON lines, CSV or Parquet, a part at a time; the parts follow each other in one file."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring as json_text
from typing import Any, Final, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from screener.batch.reading.record import Decoded
from screener.batch.writing.kept import kept_apart, kept_names, kept_together
from screener.batch.writing.listing import Listing, PatternTexts, list_ids
from screener.errors import UsageError
from screener.rulebook.book import RuleBook
from screener.spreadsheet import cell, quoted

LISTS: Final = ("raised", "possible", "suppressed", "rules")
ENDINGS: Final = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".parquet": "parquet", ".pq": "parquet"}


@dataclass(frozen=True)
class Layout:
    """Which columns the output has besides those it always has.

    Attributes:
        file: the input's name comes first (with several inputs).
        keep: fields of the intake that are copied.
        report: the whole report comes last.
        days: of cases read from health records, the day they are about and the days of their results.
    """

    file: bool = False
    keep: tuple[str, ...] = ()
    report: bool = False
    days: bool = False


class Writer(Protocol):
    """Turns results into the bytes of a part."""

    def part(self, decoded: Decoded, listing: Listing, file: str, reports: Sequence[str]) -> bytes:
        """The bytes of some cases.

        Args:
            decoded: the cases.
            listing: what was concluded for them.
            file: the name of the input they are from.
            reports: their reports as JSON, if the layout has them.
        """
        ...

    def header(self) -> bytes:
        """What stands before the first part."""
        ...


def writer_for(form: str, book: RuleBook, layout: Layout) -> Writer:
    """The writer of a form: `jsonl`, `csv` or `parquet`."""
    kinds: dict[str, Callable[[RuleBook, Layout], Writer]] = {
        "jsonl": JsonWriter,
        "csv": CsvWriter,
        "parquet": ParquetWriter,
    }
    return kinds[form](book, layout)


def form_of(path: str) -> str:
    """The form that a file name's ending stands for.

    Raises:
        UsageError: it is none of those that can be written.
    """
    if path == "-":
        return "jsonl"
    for ending, form in ENDINGS.items():
        if path.lower().endswith(ending):
            return form
    raise UsageError(f"`{path}` must end in .jsonl, .csv or .parquet, so that its form is known")


class _TextWriter:
    """What JSON lines and CSV have in common: lists are put together once for each pattern."""

    def __init__(self, book: RuleBook, layout: Layout) -> None:
        names, rules = list_ids(book)
        self.fields = book.fields
        self.layout = layout
        self.caches = {name: PatternTexts(rules if name == "rules" else names, self.list_text) for name in LISTS}

    def list_text(self, ids: list[str]) -> str:
        """The text of a list."""
        raise NotImplementedError  # pragma: no cover - abstract

    def lists(self, listing: Listing) -> list[list[str]]:
        """The texts of the lists, a column for each."""
        return [listing.lists[name].texts(self.caches[name]) for name in LISTS]


class JsonWriter(_TextWriter):
    """One JSON object a line."""

    def header(self) -> bytes:
        """See `Writer`."""
        return b""

    def list_text(self, ids: list[str]) -> str:
        """See the base class."""
        return json.dumps(ids, separators=(",", ":"))

    def part(self, decoded: Decoded, listing: Listing, file: str, reports: Sequence[str]) -> bytes:
        """See `Writer`."""
        start = f'{{"file":{json_text(file)},"case_id":' if self.layout.file else '{"case_id":'
        ids = ["null" if text is None else json_text(text) for text in decoded.case_ids.to_pylist()]
        levels = [listing.levels[place] for place in listing.urgency.tolist()]
        rows = [
            f'{start}{i},"line":{n},"urgency":"{u}","raised":{a},"possible":{b},"suppressed":{c},"rules":{d}'
            for i, n, u, a, b, c, d in zip(ids, decoded.lines.tolist(), levels, *self.lists(listing), strict=True)
        ]
        for name in self.layout.keep:
            values = map(self.value, kept_together(decoded.columns, name, self.fields))
            rows = [f'{row},"{name}":{value}' for row, value in zip(rows, values, strict=True)]
        if self.layout.days:
            days = zip(rows, *days_of(decoded), strict=True)
            rows = [f'{row},"as_of":{json.dumps(day)},"dates":{dates}' for row, day, dates in days]
        if self.layout.report:
            rows = [f'{row},"report":{report}' for row, report in zip(rows, reports, strict=True)]
        return ("}\n".join(rows) + ("}\n" if rows else "")).encode()

    def value(self, value: Any) -> str:
        """A kept value."""
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class CsvWriter(_TextWriter):
    """One row a case; lists are JSON in one cell."""

    def header(self) -> bytes:
        """See `Writer`."""
        first = ["file"] if self.layout.file else []
        last = [*(("as_of", "dates") if self.layout.days else ()), *(["report"] if self.layout.report else [])]
        names = [*first, "case_id", "line", "urgency", *LISTS, *kept_names(self.layout.keep, self.fields), *last]
        return (",".join(names) + "\n").encode()

    def list_text(self, ids: list[str]) -> str:
        """See the base class."""
        return quoted(json.dumps(ids, separators=(",", ":")))

    def part(self, decoded: Decoded, listing: Listing, file: str, reports: Sequence[str]) -> bytes:
        """See `Writer`."""
        ids = ["" if text is None else cell(text) for text in decoded.case_ids.to_pylist()]
        levels = [listing.levels[place] for place in listing.urgency.tolist()]
        columns = [ids, map(str, decoded.lines.tolist()), levels, *self.lists(listing)]
        if self.layout.file:
            columns.insert(0, [cell(file)] * len(ids))
        extra = kept_apart(decoded.columns, self.layout.keep, self.fields)
        columns += [[self.value(value) for value in column.to_pylist()] for column in extra.values()]
        if self.layout.days:
            columns += [[quoted(text or "") for text in column] for column in days_of(decoded)]
        if self.layout.report:
            columns.append([quoted(report) for report in reports])
        return "".join([",".join(row) + "\n" for row in zip(*columns, strict=True)]).encode()

    def value(self, value: Any) -> str:
        """A kept value as a cell."""
        if value is None:
            return ""
        return cell(value) if isinstance(value, str) else quoted(json.dumps(value, ensure_ascii=False))


def days_of(decoded: Decoded) -> tuple[list[str | None], list[str]]:
    """The day that each case is about (None when the record has none), and the days of its results as JSON."""
    pairs = [decoded.beside.get(line, ("", "{}")) for line in decoded.lines.tolist()]
    return [day or None for day, _ in pairs], [dates for _, dates in pairs]


class ParquetWriter:
    """Typed columns; lists are lists of dictionary-encoded ids."""

    def __init__(self, book: RuleBook, layout: Layout) -> None:
        self.fields = book.fields
        self.layout = layout

    def header(self) -> bytes:
        """See `Writer`."""
        return b"PAR1"

    def table(self, decoded: Decoded, listing: Listing, file: str, reports: Sequence[str]) -> pa.Table:
        """The columns of some cases."""
        columns: dict[str, Any] = {}
        if self.layout.file:
            columns["file"] = pa.array([file] * len(decoded.lines), pa.string())
        columns["case_id"] = decoded.case_ids
        columns["line"] = pa.array(decoded.lines)
        columns["urgency"] = listing.urgency_arrow()
        columns |= {name: listing.lists[name].arrow() for name in LISTS}
        columns |= kept_apart(decoded.columns, self.layout.keep, self.fields)
        if self.layout.days:
            as_of, dates = days_of(decoded)
            columns |= {"as_of": pa.array(as_of, pa.string()), "dates": pa.array(dates, pa.string())}
        if self.layout.report:
            columns["report"] = pa.array(reports, pa.string())
        return pa.table(columns)

    def part(self, decoded: Decoded, listing: Listing, file: str, reports: Sequence[str]) -> bytes:
        """See `Writer`; the part is a whole Parquet file, for `screener.batch.writing.parquet_join`."""
        return parquet_bytes(self.table(decoded, listing, file, reports))


def parquet_bytes(table: pa.Table) -> bytes:
    """A table as a Parquet file of one row group."""
    buffer = io.BytesIO()
    pq.write_table(table, buffer, row_group_size=max(1, table.num_rows), **PARQUET_OPTIONS)
    return buffer.getvalue()


PARQUET_OPTIONS: Final[dict[str, Any]] = {
    "use_dictionary": ["urgency", "file", *(f"{name}.list.element" for name in LISTS)],
    "column_encoding": {"line": "DELTA_BINARY_PACKED"},
    "write_statistics": ["case_id", "line", "urgency"],
}
