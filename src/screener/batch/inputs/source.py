"""The inputs of a batch: files, globs, pipes, standard input; which form each has.

A form is a way to cut an input into chunks (`screener.batch.inputs.chunks`), and a reader of chunks: see
`screener.batch.reading.readers`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from screener.batch.chunk import BOM, LONGEST_LINE, Readable
from screener.batch.inputs.opening import STDIN, Ahead, State, is_pipe, open_pipe, pipe, shown, state_of
from screener.errors import FileError, UsageError, echo_path
from screener.unpacking import PACKED, reading, unpacked

if TYPE_CHECKING:
    from screener.records.options import Options

FORMS: Final = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
}
TABLE_FORMS: Final = ("long", "omop")  # health records in tables
RECORD_FORMS: Final = ("fhir", *TABLE_FORMS)  # health records
MISSING: Final = "__HIVE_DEFAULT_PARTITION__"  # a value that is missing, in the name of a folder
NO_TEXT: Final = {  # how files begin that are taken for text by mistake
    b"\x1f\x8b": "is packed with gzip; its name must end in .gz",
    b"\x28\xb5\x2f\xfd": "is packed with Zstandard; its name must end in .zst",
    b"BZh": "is packed with bzip2; unpack it, or pack it with gzip or Zstandard",
    b"\xfd7zXZ": "is packed with xz; unpack it, or pack it with gzip or Zstandard",
    b"PK\x03\x04": "is a zip archive or a spreadsheet's own file; save it as CSV",
    b"PAR1": "is Parquet; say so with --from parquet",
    b"\xff\xfe": "is text in UTF-16; save it as UTF-8",
    b"\xfe\xff": "is text in UTF-16; save it as UTF-8",
}


@dataclass(frozen=True)
class Input:
    """One input.

    Attributes:
        name: as it was given.
        form: `jsonl`, `array`, `csv`, `parquet`, `fhir`, `long` or `omop`.
        packed: `gz`, `zst` or nothing.
        header: of CSV, its first line.
        pipe: it can be read only once, from its beginning to its end.
        state: what tells whether it is still the same; None for a pipe.
        records: how health records are read.
    """

    name: str
    form: str
    packed: str = ""
    header: bytes = b""
    pipe: bool = False
    state: State | None = None
    records: Options | None = field(default=None, compare=False)

    @property
    def seekable(self) -> bool:
        """Whether a worker can read a chunk of it by itself."""
        return not self.pipe and not self.packed and self.form not in ("array", *RECORD_FORMS)

    @property
    def folder_cells(self) -> dict[str, str]:
        """The columns that the names of its folders give, with the cell that every record has in them.

        Hive, Spark, DuckDB and others divide a table so: `sex=female/part-0.parquet`. Health records and standard
        input have none; a value that is missing is an empty cell.
        """
        if self.form in RECORD_FORMS or self.name == STDIN:
            return {}
        parts = [part.partition("=") for part in Path(self.name).parent.parts]
        return {
            unquote(column): "" if value == MISSING else unquote(value)
            for column, equals, value in parts
            if column and equals
        }

    def description(self) -> dict[str, Any]:
        """What tells whether a resumed run reads the same: see `screener.batch.inputs.chunks`."""
        state = self.state or State(0, "")
        header = self.header.decode("utf-8", "backslashreplace")
        name = "a pipe" if self.pipe else self.name
        return {"name": name, "form": self.form, "packed": self.packed, "header": header, **state.__dict__}


def find_inputs(names: Iterable[str], form: str | None = None, records: Options | None = None) -> list[Input]:
    """The inputs that names and globs mean.

    Args:
        names: paths, patterns with `*`, or `-` for standard input.
        form: `jsonl`, `json`, `csv`, `parquet`, `fhir`, `long` or `omop`; by the file's ending when None.
        records: how health records are read.

    Raises:
        UsageError: a pattern fits no file, an ending says nothing, or a file is given twice.
        FileError: a file cannot be read.
    """
    found = [path for name in names for path in _expand(name)]
    _check_once(found)
    return [replace(_input(path, form), records=records) for path in found]


def _expand(name: str) -> list[str]:
    if name == STDIN or not any(char in name for char in "*?[") or os.path.lexists(name):
        return [name]
    found = sorted(path for path in glob(name, recursive=True) if not Path(path).is_dir())  # noqa: PTH207 - any folder
    if not found:
        raise UsageError(f"no file fits {echo_path(name)}")
    return found


def _check_once(names: Sequence[str]) -> None:
    """A file that is given twice would be counted twice."""
    if names.count(STDIN) > 1:
        raise UsageError("standard input can be read only once")
    seen: dict[tuple[int, int], str] = {}
    for name in names:
        try:
            status = os.fstat(0) if name == STDIN else Path(name).stat()
        except OSError:
            continue  # that is said when it is read
        key = (status.st_dev, status.st_ino)
        if key in seen:
            raise UsageError(f"{shown(seen[key])} and {shown(name)} are the same file; its cases would count twice")
        seen[key] = name


def _input(name: str, form: str | None) -> Input:
    piped = is_pipe(name)
    if not piped and form not in RECORD_FORMS and Path(name).is_dir():
        pattern = echo_path(str(Path(name) / "*"))
        raise FileError(f"{echo_path(name)} is a folder; name its files, for example with a pattern: {pattern}")
    with reading(shown(name)):
        state = None if piped else state_of(name, form in TABLE_FORMS)
    if form in RECORD_FORMS:
        return Input(name, form, pipe=piped, state=state)  # what is wrong with it is found when it is read
    packed, kind = _kind(name, form, piped)
    if kind == "parquet":
        if name == STDIN or packed:
            raise UsageError(f"{shown(name)}: Parquet must be a plain file")
        if piped:
            raise FileError(f"{shown(name)} is a pipe, and Parquet can be read only from a plain file")
        return Input(name, kind, state=state)
    draft = Input(name, kind, packed, pipe=piped, state=state)
    if piped:
        open_pipe(name, packed)
    return _looked_at(draft)


def _kind(name: str, form: str | None, piped: bool) -> tuple[str, str]:
    """How an input is packed, and its form as far as its name says it."""
    path = Path(name)
    packed = PACKED.get(path.suffix.lower(), "")
    ending = (path.with_suffix("") if packed else path).suffix.lower()
    kind = form or FORMS.get(ending) or ("json" if piped and not ending else None)
    if kind is None:
        raise UsageError(
            f"{shown(name)}: the ending does not say what it is; use --from jsonl, json, csv, parquet or fhir"
        )
    return packed, kind


def _looked_at(source: Input) -> Input:
    """The input with what its beginning says about it."""
    start = peek(source, lambda text: len(text) >= 8, 8)
    if not source.packed:
        for mark, message in NO_TEXT.items():
            if start.startswith(mark):
                raise FileError(f"{shown(source.name)} {message}")
    if source.form == "json":
        return replace(source, form=_json_form(source))
    return replace(source, header=_header(source)) if source.form == "csv" else source


def _json_form(source: Input) -> str:
    """Whether it is an array, lines, or one case over several lines."""
    start = _inner(peek(source, _inner, LONGEST_LINE))
    if not start.startswith(b"{"):
        return "array" if start.startswith(b"[") else "jsonl"
    start = _inner(peek(source, lambda text: b"\n" in _inner(text), LONGEST_LINE))
    return "array" if start.split(b"\n")[0].strip() == b"{" else "jsonl"


def _inner(text: bytes) -> bytes:
    """A text without what may stand before its first sign."""
    return text.removeprefix(BOM).lstrip()


def _header(source: Input) -> bytes:
    start = peek(source, lambda text: b"\n" in text, LONGEST_LINE)
    if not start:
        raise FileError(f"{shown(source.name)} is empty; a CSV file begins with a line that names its columns")
    if b"\n" not in start and len(start) >= LONGEST_LINE:
        raise FileError(f"{shown(source.name)}: its first line is longer than {LONGEST_LINE} bytes; is it CSV?")
    return start.split(b"\n", 1)[0] + b"\n"


def peek(source: Input, enough: Callable[[bytes], object], most: int) -> bytes:
    """How an input begins; nothing of it is lost. See `Ahead.peek`.

    Raises:
        FileError: it cannot be read.
    """
    with text_of(source) as text:
        return (text if isinstance(text, Ahead) else Ahead(text)).peek(enough, most)


@contextmanager
def text_of(source: Input, start: int = 0) -> Iterator[Readable]:
    """The text of an input, unpacked, from a place on (if workers can read it by themselves).

    Raises:
        FileError: it cannot be read.
    """
    with reading(shown(source.name)):
        if source.pipe:
            yield pipe(source.name)
        else:
            with Path(source.name).open("rb") as file:
                file.seek(start)
                yield unpacked(file, source.packed)
