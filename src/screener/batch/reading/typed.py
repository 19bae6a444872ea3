"""Reading cases from typed columns (Parquet): whole columns are checked at once, rows that fail one by one.

Text is read as a cell of CSV is. A column whose type can hold no answer of its field is not refused as such: the rows
in which it has a value are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from screener.batch.reading.arrow import Mask, dictionary, given, is_list, is_number, is_text, lists_with, usual
from screener.batch.reading.careful import CarefulReader, Policy, id_text, with_bounds
from screener.batch.reading.cell import answer_in, ids, medicines_in, plain_value, understood
from screener.batch.reading.jsonl import accepted_and_refused
from screener.batch.reading.meaning import BAD, BAD_CHOICE, Learnt, Meaning, bad_months, bad_names
from screener.batch.reading.notation import Uses
from screener.batch.reading.record import Decoded, join
from screener.case.answers import MOST_MEDICINES
from screener.case.fields import CASE_ID, MEDICINES
from screener.engine.columnar.columns import NO, NO_CHOICE, UNKNOWN, YES, Columns, MedicineColumn, medicine_column
from screener.errors import FieldProblem

NOT_UTF8: Final = "holds bytes that are no text in UTF-8"


class TypedReader:
    """Reads record batches whose columns are named after the fields of the intake.

    Args:
        policy: what is done with other columns (they have been checked by `check_header`), and with codes.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        read = partial(understood, policy.notation)
        self.meaning = Meaning(policy.notation, read)
        self.medicine_texts = Learnt(partial(medicines_in, read))

    def read(self, batch: pa.RecordBatch, first_line: int, folder: Mapping[str, str] | None = None) -> Decoded:
        """Read a batch.

        Args:
            batch: some rows.
            first_line: the number of its first row.
            folder: cells that the names of the file's folders add to every row, by column.
        """
        block = Block(self, dict(zip(batch.schema.names, batch.columns, strict=True)), batch.num_rows, folder or {})
        lines = np.arange(first_line, first_line + batch.num_rows)
        fast = block.decoded(lines)
        if not block.doubtful.any():
            return fast
        places = np.flatnonzero(block.doubtful)
        return join([fast.take(~block.doubtful), self.carefully(block, lines, places)])

    def carefully(self, block: Block, lines: NDArray[np.int64], places: NDArray[np.int64]) -> Decoded:
        """Read some rows one by one."""
        careful = CarefulReader(self.policy)
        results = []
        for place, row in zip(places.tolist(), block.some(places), strict=True):
            raw = json.dumps(row, ensure_ascii=False, default=str)
            said = {name: answer_in(name, value, self.policy.fields) for name, value in row.items()}
            answers = with_bounds(said, self.policy.notation)
            unreadable = [FieldProblem(name, NOT_UTF8) for name, broken in block.broken.items() if broken[place]]
            line = int(lines[place])
            results.append((careful.read_answers(answers, line, raw, unreadable), line))
        return accepted_and_refused(results, self.policy.fields, careful.used)


class Block:
    """The columns of a batch that a case has, on their way to answers.

    Args:
        reader: what it learns goes there.
        columns: of some rows.
        count: of the rows.
        folder: cells that every row has, by column.

    Attributes:
        columns: by name, as the usual types.
        broken: by name, where a column holds bytes that are no text.
        doubtful: the rows that the careful reader has to look at; their answers mean nothing.
    """

    def __init__(
        self, reader: TypedReader, columns: Mapping[str, pa.Array], count: int, folder: Mapping[str, str]
    ) -> None:
        self.reader = reader
        self.meaning = reader.meaning
        self.notation, self.fields = reader.policy.notation, reader.policy.fields
        self.count = count
        self.uses = Uses()
        self.columns: dict[str, pa.Array] = {}
        self.broken: dict[str, Mask] = {}
        self.doubtful: Mask = np.zeros(count, np.bool_)
        first = np.zeros(count, np.int32)
        constant = {name: pa.DictionaryArray.from_arrays(first, pa.array([cell])) for name, cell in folder.items()}
        for name, raw in {**columns, **constant}.items():
            if name not in self.fields.columns:
                continue
            self.columns[name], broken = ids(raw) if name == CASE_ID else usual(raw)
            if broken is not None:
                self.broken[name] = broken
                self.doubtful |= broken
            if name in self.fields.bound_columns:
                self.doubtful |= said(self.columns[name])

    def some(self, places: NDArray[np.int64]) -> Iterator[dict[str, Any]]:
        """Some rows, without what is missing in them."""
        wanted = pa.array(places)
        lists = {name: column.take(wanted).to_pylist() for name, column in self.columns.items()}
        for at in range(len(places)):
            yield {name: values[at] for name, values in lists.items() if values[at] is not None}

    def decoded(self, lines: NDArray[np.int64]) -> Decoded:
        """The answers in all rows."""
        found = {name: column for name, column in self.columns.items() if self.can_answer(name, column)}
        known: dict[str, Any] = {"medicines": self.medicines(found[MEDICINES]) if MEDICINES in found else None}
        readers = {"yes_no": self.yes_no, "numbers": self.number, "choices": self.choice, "own_words": self.own_words}
        for kind, read in readers.items():
            known[kind] = {name: read(name, found[name]) for name in getattr(self.fields, kind) if name in found}
        columns = Columns(self.count, **known)
        case_ids = self.case_ids(found.get(CASE_ID))
        return Decoded(lines, case_ids, columns, used=self.uses.count(self.doubtful))

    def can_answer(self, name: str, column: pa.Array) -> bool:
        """Whether a column's type can hold answers of its field; otherwise the rows that have a value are refused."""
        kind = column.type
        if name in self.fields.own_words:
            fits = is_text(kind)
        elif name == MEDICINES:
            fits = is_text(kind) or (is_list(kind) and is_entry(kind.value_type))
        else:
            fits = is_text(kind) or is_number(kind) or (name in self.fields.yes_no and pa.types.is_boolean(kind))
        if not fits:
            self.doubtful |= given(column)
        return fits

    def yes_no(self, name: str, column: pa.Array) -> NDArray[np.uint8]:
        """Codes of a yes/no column."""
        if pa.types.is_boolean(column.type):
            return boolean_codes(column)
        codes: NDArray[np.uint8] = self.looked_up(name, column, self.meaning.yes_no, UNKNOWN, np.uint8)
        self.doubtful |= codes == BAD
        return np.minimum(codes, UNKNOWN)

    def number(self, name: str, column: pa.Array) -> NDArray[np.float64]:
        """Values of a number column."""
        if is_text(column.type):
            found = self.looked_up(name, column, self.meaning.numbers[name], np.nan, np.float64)
            self.doubtful |= np.isinf(found)
            return found
        values = self.coded(name, column, column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False))
        values, bad = self.meaning.bare(name, values)
        self.doubtful |= bad
        return values

    def coded(self, name: str, column: pa.Array, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The values with NaN for what is missing, null or by a code; any other NaN is refused."""
        strange = np.isnan(values)
        if int(np.count_nonzero(strange)) != column.null_count:
            strange &= given(column)
            if self.notation.label(name, np.nan) is None:
                self.doubtful |= strange
            self.uses.note(self.notation.label(name, np.nan), strange)
        for code in self.notation.missing_numbers:
            missing = values == code
            self.uses.note(self.notation.label(name, code), missing)
            values = np.where(missing, np.nan, values)
        if name in self.notation.units:
            self.uses.note(self.notation.unit_label(name), ~np.isnan(values))
        return values

    def choice(self, name: str, column: pa.Array) -> NDArray[np.int8]:
        """Codes of a choice column."""
        codes = self.looked_up(name, column, self.meaning.choices[name], NO_CHOICE, np.int8)
        self.doubtful |= codes == BAD_CHOICE
        return codes

    def own_words(self, name: str, column: pa.Array) -> NDArray[np.object_]:
        """A column of what people wrote in their own words."""
        places, words = self.words(name, column)
        texts, bad = self.meaning.texts(name, words)
        self.doubtful |= np.append(bad, np.False_)[places]
        found: NDArray[np.object_] = np.append(texts, [None])[places]
        return found

    def looked_up(self, name: str, column: pa.Array, known: Learnt[Any], absent: float, kind: type) -> NDArray[Any]:
        """What the words of a column are known to mean."""
        places, words = self.words(name, column)
        return np.array([*(known[word] for word in words), absent], kind)[places]

    def words(self, name: str, column: pa.Array) -> tuple[NDArray[np.int64], list[Any]]:
        """For each row the place of what is in it, -1 for null; and what is there. Codes are noted."""
        places, words = dictionary(column)
        if self.notation.words or name in self.notation.units:
            plain = name not in self.fields.own_words
            read = [plain_value(word) if plain and isinstance(word, str) else word for word in words]
            self.uses.note_all([*(self.notation.used(name, value) for value in read), None], places)
        return places, words

    def medicines(self, column: pa.Array) -> MedicineColumn:
        """A column of lists of names, or of lists of `{name, months}`; or of texts of such lists."""
        if is_text(column.type):
            places, words = self.words(MEDICINES, column)
            found = [*(self.reader.medicine_texts[word] for word in words), (None, True)]
            self.doubtful |= np.array([not good for _, good in found], np.bool_)[places]
            return medicine_column([some for some, _ in found]).take(np.where(places < 0, len(words), places))
        known = given(column)
        counts = pc.fill_null(pc.list_value_length(column), 0).to_numpy(zero_copy_only=False).astype(np.int64)
        entries = column.flatten()
        months = np.full(len(entries), np.nan)
        bad = ~given(entries)
        if pa.types.is_struct(entries.type):
            entries, months, wrong = parts_of(entries)
            bad |= wrong
        if pa.types.is_null(entries.type):
            entries = entries.cast(pa.string())
        names, words = dictionary(entries)
        bad |= (names < 0) | np.append(bad_names(words), True)[names] | bad_months(months)
        self.doubtful |= lists_with(bad, counts) | (counts > MOST_MEDICINES)
        return MedicineColumn(known, counts, np.maximum(names, 0).astype(np.int32), months, words or ("",))

    def case_ids(self, column: pa.Array | None) -> pa.Array:
        """The case ids as texts; an empty text is none."""
        if column is None:
            return pa.nulls(self.count, pa.string())
        if pa.types.is_floating(column.type):
            texts = list(map(id_text, column.to_pylist()))
            self.doubtful |= np.array([isinstance(text, float) for text in texts], np.bool_)
            column = pa.array([text if isinstance(text, str) else None for text in texts], pa.string())
        texts = column.cast(pa.string())
        empty = pc.fill_null(pc.equal(texts, ""), False)
        if self.notation.words:
            labels = [self.notation.label(CASE_ID, text) for text in texts.to_pylist()]
            self.uses.note_all(labels, np.arange(len(labels)))
            empty = pc.or_(empty, pa.array([label is not None for label in labels], pa.bool_()))
        return pc.if_else(empty, pa.scalar(None, pa.string()), texts)


def said(column: pa.Array) -> Mask:
    """Where a column has a value other than a text with nothing in it."""
    if not is_text(column.type):
        return given(column)
    places, words = dictionary(column)
    return np.array([*(bool(word and word.strip()) for word in words), False], np.bool_)[places]


def boolean_codes(column: pa.Array) -> NDArray[np.uint8]:
    """Codes of a boolean column, straight from its bits."""
    valid, values = column.buffers()
    yes = _bits(values, column)
    if not column.null_count:
        return yes
    known = _bits(valid, column)
    return (yes & known) | ((known ^ np.uint8(1)) << np.uint8(1))  # 2 is the code for unknown


def _bits(buffer: pa.Buffer, column: pa.Array) -> NDArray[np.uint8]:
    """The bits of a column in one of its bitmaps, as 0 and 1."""
    end = column.offset + len(column)
    return np.unpackbits(np.frombuffer(buffer, np.uint8), count=end, bitorder="little")[column.offset :]


assert (NO, YES, UNKNOWN) == (0, 1, 2)  # `boolean_codes` counts on it


def parts_of(entries: pa.Array) -> tuple[pa.Array, NDArray[np.float64], Mask]:
    """The names and months of medicines given as structs, and which months are no number."""
    names = pc.struct_field(entries, "name")
    said = entries.type.get_field_index("months") >= 0
    column = pc.struct_field(entries, "months") if said else pa.nulls(len(entries), pa.float64())
    if not is_number(column.type):
        return names, np.full(len(entries), np.nan), given(column)
    months = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return names, months, np.isnan(months) & given(column)


def is_entry(kind: pa.DataType) -> bool:
    """Whether a type can be an entry of the list of medicines."""
    if not pa.types.is_struct(kind):
        return is_text(kind) or pa.types.is_null(kind)
    names = {field.name for field in kind}
    return "name" in names and names <= {"name", "months"} and is_text(kind.field("name").type)
