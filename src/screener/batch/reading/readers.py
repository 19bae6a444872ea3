"""From a chunk to decoded cases, for every form of input.

A form needs three things: a name in `screener.batch.inputs.source.FORMS`, a way to cut an input into chunks there, and
a function here that reads a chunk. It yields `Decoded`: the columns of accepted cases with their line numbers and ids,
and the refused records (`accepted_and_refused` makes one from intakes).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, cast

from screener.batch.chunk import LONGEST_RAW, Chunk
from screener.batch.inputs.opening import shown
from screener.batch.inputs.parquet import batches, column_names, repeating
from screener.batch.inputs.source import Input, text_of
from screener.batch.inputs.state import ChangedError
from screener.batch.reading.careful import CarefulReader, Policy, check_header
from screener.batch.reading.csvfile import CsvReader, header_names
from screener.batch.reading.jsonl import JsonReader, accepted_and_refused
from screener.batch.reading.record import Decoded
from screener.batch.reading.typed import TypedReader
from screener.errors import CaseError


def check_columns(source: Input, policy: Policy) -> None:
    """Look at the columns of a table before anything is read.

    Raises:
        CaseError: it has a column that the policy does not allow.
        FileError: it can not be read.
    """
    if source.form == "parquet":
        check_header(column_names(source.name), policy, source.name)
    elif source.form == "csv":
        try:
            names = header_names(source.header)
        except CaseError as error:
            raise error.at(source.name) from None
        check_header(names, policy, source.name)


class ChunkReader:
    """Reads the chunks of all inputs.

    Args:
        inputs: the inputs that chunks refer to.
        policy: what happens to fields that the intake does not have.
    """

    def __init__(self, inputs: Sequence[Input], policy: Policy) -> None:
        self.inputs = inputs
        self.policy = policy
        self.json = JsonReader(policy)
        self.typed = TypedReader(policy)
        self.csv: dict[int, CsvReader] = {}
        self.repeating: dict[int, list[str]] = {}
        self.forms: dict[str, Callable[[Chunk], Iterator[Decoded]]] = {
            "jsonl": self.read_jsonl,
            "array": self.read_array,
            "fhir": self.read_array,
            "csv": self.read_csv,
            "parquet": self.read_parquet,
        }

    def read(self, chunk: Chunk) -> Iterator[Decoded]:
        """The cases of a chunk, in one or more parts.

        Raises:
            FileError: the input can not be read.
        """
        careful = CarefulReader(self.policy)
        if chunk.too_long:
            with self.text(chunk) as stream:
                start = stream.read(LONGEST_RAW)
            yield accepted_and_refused([(careful.too_long(start, chunk.line), chunk.line)])
        elif chunk.broken:
            yield accepted_and_refused([(careful.refuse(chunk.line, chunk.broken, None), chunk.line)])
        else:
            yield from self.whole(chunk)

    def whole(self, chunk: Chunk) -> Iterator[Decoded]:
        """The cases of a chunk; it must have as many records as when it was cut.

        Raises:
            ChangedError: it has not: then it was changed in between.
        """
        source, records = self.inputs[chunk.file], 0
        for decoded in self.forms[source.form](chunk):
            records += decoded.records
            yield decoded
        if records != chunk.records:
            raise ChangedError(f"{shown(source.name)} was changed while it was read")

    @contextmanager
    def text(self, chunk: Chunk) -> Iterator[IO[bytes]]:
        """The text of a chunk of lines."""
        if chunk.data is not None:
            yield io.BytesIO(chunk.data)
        else:
            with text_of(self.inputs[chunk.file], chunk.start) as file:
                yield cast(IO[bytes], file)

    def read_jsonl(self, chunk: Chunk) -> Iterator[Decoded]:
        """JSON lines."""
        with self.text(chunk) as stream:
            yield self.json.read(stream, chunk.end - chunk.start, chunk.line)

    def read_array(self, chunk: Chunk) -> Iterator[Decoded]:
        """Elements of a JSON array, or cases made from FHIR records."""
        yield self.json.read_lines(list(chunk.pieces or ()), chunk.line)

    def read_csv(self, chunk: Chunk) -> Iterator[Decoded]:
        """Lines of CSV."""
        if chunk.file not in self.csv:
            self.csv[chunk.file] = CsvReader(header_names(self.inputs[chunk.file].header), self.policy)
        with self.text(chunk) as stream:
            yield self.csv[chunk.file].read(stream.read(chunk.end - chunk.start), chunk.line)

    def read_parquet(self, chunk: Chunk) -> Iterator[Decoded]:
        """The rows of a row group."""
        line, name = chunk.line, self.inputs[chunk.file].name
        if chunk.file not in self.repeating:
            self.repeating[chunk.file] = repeating(name)
        for batch in batches(name, chunk.start, self.repeating[chunk.file]):
            yield self.typed.read(batch, line)
            line += batch.num_rows
