"""Writing results: JSON lines, CSV or Parquet, a part at a time; the parts follow each other in one file."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from json.encoder import encode_basestring as json_text
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from screener.batch.reading.record import Decoded
from screener.batch.writing.columns import Listing, kept_apart, kept_together, list_ids
from screener.engine.columnar.columns import Columns
from screener.errors import UsageError
from screener.rulebook.book import RuleBook
from screener.spreadsheet import cell, quoted

LISTS: Final = ("raised", "possible", "suppressed", "rules")
ENDINGS: Final = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".parquet": "parquet", ".pq": "parquet"}
NOT_PLAIN_JSON: Final = r'["\\\x00-\x1f]'  # what is written with a backslash in JSON
PLAIN_CELL: Final = r"\A[A-Za-z0-9_][A-Za-z0-9_.\-]*\z"  # a text that is a cell as it is
PARQUET_OPTIONS: Final[dict[str, Any]] = {
    "use_dictionary": ["urgency", "file", *(f"{name}.list.element" for name in LISTS)],
    "column_encoding": {"line": "DELTA_BINARY_PACKED"},
    "write_statistics": ["case_id", "line", "urgency"],
}
ROWS: Final = 1 << 13  # put together at a time: few enough for the processor's cache, and for one column of Arrow

# what a row is made of: one text for all rows, a column of texts, or what gives the column of some rows
Piece: TypeAlias = str | list[str] | pa.Array | Callable[[slice], pa.Array]


@dataclass(frozen=True)
class OutputColumns:
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


class Writer:
    """Turns results into the bytes of a part."""

    def __init__(self, book: RuleBook, layout: OutputColumns) -> None:
        self.fields = book.fields
        self.layout = layout

    def part(self, decoded: Decoded, listing: Listing, file: str, reports: Sequence[str]) -> bytes:
        """The bytes of some cases.

        Args:
            decoded: the cases.
            listing: what was concluded for them.
            file: the name of the input they are from.
            reports: their reports as JSON, if the layout has them.
        """
        raise NotImplementedError  # pragma: no cover - abstract

    def header(self) -> bytes:
        """What comes before the first part."""
        return b""


def writer_for(form: str, book: RuleBook, layout: OutputColumns) -> Writer:
    """The writer of a form: `jsonl`, `csv` or `parquet`."""
    return {"jsonl": JsonWriter, "csv": CsvWriter, "parquet": ParquetWriter}[form](book, layout)


def form_of(path: str) -> str:
    """The form that a file name's ending means.

    Raises:
        UsageError: it is none of those that can be written.
    """
    if path == "-":
        return "jsonl"
    for ending, form in ENDINGS.items():
        if path.lower().endswith(ending):
            return form
    raise UsageError(f"`{path}` must end in .jsonl, .csv or .parquet, so that its form is known")


class _TextWriter(Writer):
    """What JSON lines and CSV have in common: rows are put together column by column."""

    def __init__(self, book: RuleBook, layout: OutputColumns) -> None:
        super().__init__(book, layout)
        names, rules = list_ids(book)
        self.words = {
            name: pa.array(list(map(self.word, rules if name == "rules" else names)), pa.string()) for name in LISTS
        }

    def word(self, name: str) -> str:
        """An id as written in a list."""
        raise NotImplementedError  # pragma: no cover - abstract

    def lists(self, listing: Listing) -> dict[str, Callable[[slice], pa.Array]]:
        """What is in the lists, with commas between, for some cases."""
        return {name: partial(listing.lists[name].texts, self.words[name]) for name in LISTS}


class JsonWriter(_TextWriter):
    """One JSON object a line."""

    def word(self, name: str) -> str:
        """See the base class."""
        return json.dumps(name)

    def part(self, decoded: Decoded, listing: Listing, file: str, reports: Sequence[str]) -> bytes:
        """See `Writer`."""
        pieces: list[Piece] = [f'{{"file":{json_text(file)},"case_id":' if self.layout.file else '{"case_id":']
        pieces += [self.ids(decoded), ',"line":', pa.array(decoded.lines).cast(pa.string())]
        pieces += [',"urgency":"', listing.urgency_arrow().cast(pa.string()), '"']
        for name, lists in self.lists(listing).items():
            pieces += [f',"{name}":[', lists, "]"]
        for name in self.layout.keep:
            values = kept_together(decoded.columns, name, self.fields)
            pieces += [f',"{name}":', list(map(self.value, values))]
        if self.layout.days:
            days, dates = days_of(decoded)
            pieces += [',"as_of":', list(map(json.dumps, days)), ',"dates":', dates]
        if self.layout.report:
            pieces += [',"report":', list(reports)]
        return rows_of([*pieces, "}\n"], len(decoded.lines))

    def ids(self, decoded: Decoded) -> Piece:
        """The case ids as JSON."""
        ids = decoded.case_ids
        if ids.null_count or pc.any(pc.match_substring_regex(ids, NOT_PLAIN_JSON)).as_py():
            return ["null" if text is None else json_text(text) for text in ids.to_pylist()]
        return pc.binary_join_element_wise('"', ids, '"', "")

    def value(self, value: Any) -> str:
        """A kept value."""
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class CsvWriter(_TextWriter):
    """One row a case; lists are JSON in one cell."""

    def header(self) -> bytes:
        """See `Writer`."""
        first = ["file"] if self.layout.file else []
        last = [*(("as_of", "dates") if self.layout.days else ()), *(["report"] if self.layout.report else [])]
        kept = kept_apart(Columns(0), self.layout.keep, self.fields)  # of no cases: their names
        names = [*first, "case_id", "line", "urgency", *LISTS, *kept, *last]
        return (",".join(names) + "\n").encode()

    def word(self, name: str) -> str:
        """See the base class."""
        return json.dumps(name).replace('"', '""')

    def part(self, decoded: Decoded, listing: Listing, file: str, reports: Sequence[str]) -> bytes:
        """See `Writer`."""
        cells: list[Piece] = [self.ids(decoded), pa.array(decoded.lines).cast(pa.string())]
        cells += [listing.urgency_arrow().cast(pa.string())]
        cells += [partial(in_cells, some) for some in self.lists(listing).values()]
        if self.layout.file:
            cells.insert(0, cell(file))
        extra = kept_apart(decoded.columns, self.layout.keep, self.fields)
        cells += [[self.value(value) for value in some.to_pylist()] for some in extra.values()]
        if self.layout.days:
            cells += [[quoted(text or "") for text in some] for some in days_of(decoded)]
        if self.layout.report:
            cells.append([quoted(report) for report in reports])
        pieces = [piece for one in cells for piece in (one, ",")]
        return rows_of([*pieces[:-1], "\n"], len(decoded.lines))

    def ids(self, decoded: Decoded) -> Piece:
        """The case ids as cells."""
        ids = decoded.case_ids
        if pc.all(pc.match_substring_regex(ids, PLAIN_CELL)).as_py():
            return pc.fill_null(ids, "")
        return ["" if text is None else cell(text) for text in ids.to_pylist()]

    def value(self, value: Any) -> str:
        """A kept value as a cell."""
        if value is None:
            return ""
        return cell(value) if isinstance(value, str) else quoted(json.dumps(value, ensure_ascii=False))


def in_cells(lists: Callable[[slice], pa.Array], part: slice) -> pa.Array:
    """Lists as JSON in cells of CSV: one that is not empty is quoted."""
    inner = lists(part)
    return pc.if_else(pc.equal(inner, ""), "[]", pc.binary_join_element_wise('"[', inner, ']"', ""))


def days_of(decoded: Decoded) -> tuple[list[str | None], list[str]]:
    """The day that each case is about (None when the record has none), and the days of its results as JSON."""
    pairs = [decoded.dated.get(line, ("", "{}")) for line in decoded.lines.tolist()]
    return [day or None for day, _ in pairs], [dates for _, dates in pairs]


class ParquetWriter(Writer):
    """Typed columns; lists are lists of dictionary-encoded ids."""

    def header(self) -> bytes:
        """See `Writer`."""
        return b"PAR1"

    def part(self, decoded: Decoded, listing: Listing, file: str, reports: Sequence[str]) -> bytes:
        """See `Writer`; the part is a whole Parquet file of one row group, for `screener.batch.writing.joining`."""
        columns: dict[str, Any] = {}
        if self.layout.file:
            columns["file"] = pa.array([file] * len(decoded.lines), pa.string())
        columns |= {"case_id": decoded.case_ids, "line": decoded.lines, "urgency": listing.urgency_arrow()}
        columns |= {name: listing.lists[name].arrow() for name in LISTS}
        columns |= kept_apart(decoded.columns, self.layout.keep, self.fields)
        if self.layout.days:
            as_of, dates = days_of(decoded)
            columns |= {"as_of": pa.array(as_of, pa.string()), "dates": pa.array(dates, pa.string())}
        if self.layout.report:
            columns["report"] = pa.array(reports, pa.string())
        buffer = io.BytesIO()
        pq.write_table(pa.table(columns), buffer, row_group_size=max(1, len(decoded.lines)), **PARQUET_OPTIONS)
        return buffer.getvalue()


def rows_of(pieces: Sequence[Piece], count: int) -> bytes:
    """The text of `count` rows, one after the other, each made of pieces that follow each other.

    Args:
        pieces: none of their texts may be null, and not all may be the same for all rows.
        count: how many rows there are.
    """
    blocks = []
    for start in range(0, count, ROWS):
        part = slice(start, min(start + ROWS, count))
        rows = pc.binary_join_element_wise(*(_cut(piece, part) for piece in pieces), "")
        _, ends, text = rows.buffers()
        blocks.append(memoryview(text)[: np.frombuffer(ends, np.int32)[len(rows)]])
    return b"".join(blocks)


def _cut(piece: Piece, part: slice) -> Any:
    if isinstance(piece, str):
        return piece
    if isinstance(piece, list):
        return pa.array(piece[part], pa.string())
    return piece(part) if callable(piece) else piece[part]
