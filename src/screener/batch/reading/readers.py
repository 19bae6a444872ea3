"""From a chunk to decoded cases, for every form of input.

A form needs three things: a name in `screener.batch.inputs.source.FORMS`, a way to cut an input into chunks in
`screener.batch.inputs.chunks`, and a function here that reads a chunk. It yields `Decoded`: the columns of accepted
cases with their line numbers and ids, and the refused records (`accepted_and_refused` makes one from intakes).

The columns of a table are looked at before it is read.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final

from screener.batch.chunk import BOM, LONGEST_RAW, Chunk
from screener.batch.inputs.opening import ChangedError, shown
from screener.batch.inputs.parquet import batches, column_names, repeating
from screener.batch.inputs.source import Input, text_of
from screener.batch.reading.careful import MOST_SUGGESTIONS, ROW_NAMES, CarefulReader, Policy
from screener.batch.reading.cell import cell_value
from screener.batch.reading.csvfile import CsvReader
from screener.batch.reading.fieldnames import in_small_letters
from screener.batch.reading.jsonl import JsonReader, accepted_and_refused
from screener.batch.reading.meaning import Learnt
from screener.batch.reading.record import Decoded, Reject
from screener.batch.reading.typed import TypedReader
from screener.case.fields import Fields
from screener.errors import CaseError, FieldProblem

SEPARATORS: Final = {";": "`;`", "\t": "a tab", "|": "`|`"}


def check_columns(source: Input, policy: Policy) -> None:
    """Look at the columns of a table before anything is read.

    Raises:
        CaseError: it has a column that the policy does not allow.
        FileError: it cannot be read.
    """
    names, folder = columns_of(source, policy.fields), source.folder_cells
    table = source.form in ("csv", "parquet")
    check_header([*names, *(name for name in folder if name not in names)], policy, source.name, table)
    if twice := [name for name in names if name in folder]:
        problems = [FieldProblem(name, "the column is in the file and in the name of its folder") for name in twice]
        raise CaseError(problems, where=source.name)


def columns_of(source: Input, fields: Fields) -> list[str]:
    """The names of the columns of a table; none where each record names its fields."""
    if source.form == "parquet":
        return column_names(source.name)
    return header_names(source, fields) if source.form == "csv" else []


class ChunkReader:
    """Reads the chunks of all inputs.

    Args:
        inputs: the inputs that chunks refer to.
        policy: what happens to fields that the intake does not have.
    """

    def __init__(self, inputs: Sequence[Input], policy: Policy) -> None:
        self.inputs = inputs
        self.policy = policy
        self.plain_json = JsonReader(policy)
        self.typed = TypedReader(policy)
        self.json, self.csv = Learnt(self.json_reader), Learnt(self.csv_reader)  # by the place of the input
        self.passed_over = Learnt(self.passed_over_in)
        self.repeating = Learnt(repeating)  # by the name of the input
        self.forms = {"jsonl": self.read_jsonl, "csv": self.read_csv, "parquet": self.read_parquet}

    def read(self, chunk: Chunk) -> Iterator[Decoded]:
        """The cases of a chunk, in one or more parts.

        Raises:
            FileError: the input cannot be read.
        """
        careful = CarefulReader(self.policy)
        if chunk.too_long:
            with self.text(chunk) as stream:
                start = stream.read(LONGEST_RAW)
            yield self.refused(careful.too_long(start, chunk.line), chunk)
        elif chunk.broken:
            yield self.refused(careful.broken(chunk.data, chunk.line, chunk.broken), chunk)
        else:
            yield from self.whole(chunk)

    def refused(self, reject: Reject, chunk: Chunk) -> Decoded:
        """A chunk of one record that is not a case."""
        return accepted_and_refused([(reject, chunk.line)], self.policy.fields)

    def whole(self, chunk: Chunk) -> Iterator[Decoded]:
        """The cases of a chunk; it must have as many records as when it was cut.

        Raises:
            ChangedError: it has not: then it was changed in between.
        """
        source, records = self.inputs[chunk.file], 0
        for decoded in self.forms.get(source.form, self.read_pieces)(chunk):
            records += decoded.records
            decoded.extras |= self.passed_over[chunk.file]
            yield decoded
        if records != chunk.records:
            raise ChangedError(f"{shown(source.name)} was changed while it was read")

    def text(self, chunk: Chunk) -> AbstractContextManager[Any]:
        """The text of a chunk of lines."""
        if chunk.data is not None:
            return nullcontext(io.BytesIO(chunk.data))
        return text_of(self.inputs[chunk.file], chunk.start)

    def json_reader(self, file: int) -> JsonReader:
        """The reader of an input in JSON: one for all, but for those whose folders say something."""
        known, cells = self.policy.fields, self.inputs[file].folder_cells
        folder = {name: cell_value(name, text, known) for name, text in cells.items() if name in known.columns}
        return JsonReader(self.policy, folder) if cells else self.plain_json

    def csv_reader(self, file: int) -> CsvReader:
        """The reader of an input in CSV."""
        source = self.inputs[file]
        return CsvReader(header_names(source, self.policy.fields), self.policy, source.folder_cells)

    def passed_over_in(self, file: int) -> set[str]:
        """The columns of a table, or of the folders of a file, that are not fields of the intake."""
        fields = self.policy.fields
        names = [*columns_of(self.inputs[file], fields), *self.inputs[file].folder_cells]
        return {ROW_NAMES.get(name, name) for name in names if name not in fields.columns}

    def read_jsonl(self, chunk: Chunk) -> Iterator[Decoded]:
        """JSON lines."""
        with self.text(chunk) as stream:
            yield self.json[chunk.file].read(stream, chunk.end - chunk.start, chunk.line)

    def read_pieces(self, chunk: Chunk) -> Iterator[Decoded]:
        """Elements of a JSON array, or cases made from FHIR records."""
        decoded = self.json[chunk.file].read_lines(list(chunk.pieces or ()), chunk.line)
        decoded.dated = dict(enumerate(chunk.dated, start=chunk.line))
        yield decoded

    def read_csv(self, chunk: Chunk) -> Iterator[Decoded]:
        """Lines of CSV."""
        with self.text(chunk) as stream:
            yield self.csv[chunk.file].read(stream.read(chunk.end - chunk.start), chunk.line)

    def read_parquet(self, chunk: Chunk) -> Iterator[Decoded]:
        """The rows of a row group."""
        line, source = chunk.line, self.inputs[chunk.file]
        texts = self.repeating[source.name]
        for batch in batches(source.name, chunk.start, self.policy.fields, texts):
            yield self.typed.read(batch, line, source.folder_cells)
            line += batch.num_rows


def header_names(source: Input, fields: Fields) -> list[str]:
    """The names in the first line of CSV.

    Args:
        source: the input.
        fields: those that a case may have, for messages.

    Raises:
        CaseError: it is not a line of CSV.
    """
    try:
        text = source.header.removeprefix(BOM).decode().strip("\r\n")
        return next(csv.reader([text], strict=True), [])
    except UnicodeDecodeError:
        reason = ": it is not UTF-8"
    except csv.Error:
        reason = " in CSV" + otherwise_separated([text.replace('"', "")], fields)
    raise CaseError([FieldProblem("", f"the first line does not name the columns{reason}")], where=source.name)


def check_header(names: Iterable[str], policy: Policy, where: str, table: bool = True) -> None:
    """Look at the columns of a table.

    Args:
        names: of the columns.
        policy: which of them may be passed over, where the intake does not have them.
        where: the name of the table, for messages.
        table: whether these are all columns there are.

    Raises:
        CaseError: a column is not a field and is not to be passed over, or is there twice; or, whatever is to be passed
            over, there is none that is a field.
    """
    given = list(names)
    twice = sorted(name for name, count in Counter(given).items() if count > 1)
    problems = [FieldProblem(name, "the column is there more than once") for name in twice]
    known = {*policy.fields.columns, *ROW_NAMES}
    refused = [name for name in given if name not in known and not policy.passes_over(name)]
    if table and not any(name in policy.fields.columns for name in given):
        problems = [FieldProblem("", "no column is a field of a case" + otherwise_separated(given, policy.fields))]
        refused = [] if separator(given) else refused
    problems += [policy.problem(name, at < MOST_SUGGESTIONS) for at, name in enumerate(refused)]
    if problems:
        raise CaseError(problems, where=where)


def separator(names: Sequence[str]) -> str | None:
    """What the columns seem to be separated by, if it is not a comma."""
    return next((mark for mark in SEPARATORS if any(mark in name for name in names)), None)


def otherwise_separated(names: Sequence[str], fields: Fields) -> str:
    """What may be the reason that no column is known, to append to a message."""
    message = ""
    mark = separator(names)
    if mark is not None:
        message = f"; are the columns separated by {SEPARATORS[mark]}? They must be separated by commas"
        names = [part for name in names for part in name.split(mark)]
    return message + in_small_letters(names, fields)
