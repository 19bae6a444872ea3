"""Reading a case from JSON text, with errors that name line and column, and writing one."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from screener.case.answered import Answered
from screener.case.classes import intake_class, read
from screener.case.fields import Fields
from screener.errors import CaseError, FieldProblem, as_file_error, echo
from screener.printable import printable
from screener.private import save

if TYPE_CHECKING:
    from screener.case.model import BaseIntake


LARGEST: Final = 5_000_000  # bytes of one case file
MOST: Final = 1000  # levels: as many as every Python reads
_TEXT: Final = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_OTHER: Final = re.compile(r"[^\[\]{}]+")
_STEPS: Final = {"[": 1, "{": 1, "]": -1, "}": -1}


class _NotStrictError(ValueError):
    """What strict JSON does not allow: the piece of JSON, and what is wrong with it."""


def read_case(path: str, fields: Fields) -> BaseIntake:
    """Read one case file of a rule book's fields; `-` is standard input.

    Raises:
        FileError: the file cannot be read.
        CaseError: it is not a case; every problem is listed.
    """
    where, answers = _decoded(path)
    return intake_class(fields).read(answers, where)


def read_answered(path: str, fields: Fields) -> Answered:
    """As `read_case`, without making a model of the case.

    Raises:
        FileError: the file cannot be read.
        CaseError: it is not a case; every problem is listed.
    """
    where, answers = _decoded(path)
    return read(answers, fields, where)


def read_answers(path: str, fields: Fields) -> dict[str, Any]:
    """The answers of one case file as written there: null (asked, not known) is kept apart from absent.

    Raises:
        FileError: the file cannot be read.
        CaseError: it is not a case; every problem is listed.
    """
    where, answers = _decoded(path)
    intake_class(fields).read(answers, where)
    found: dict[str, Any] = answers
    return found


def _decoded(path: str) -> tuple[str, Any]:
    """How messages call a case file, and what is in it."""
    where = "<stdin>" if path == "-" else path
    return where, parse_json(read_bytes(path), where)


def write_case(answers: Mapping[str, Any], path: Path) -> None:
    """Write a case file that only its owner can read; an old file is replaced as a whole or not at all.

    Args:
        answers: field names to values, as `read_case` reads them.
        path: the file; a link of ours is followed.

    Raises:
        FileError: it cannot be written; an old file is then as it was.
    """
    save(path, printable(json.dumps(dict(answers), indent=2, ensure_ascii=False)) + "\n")


def read_bytes(path: str) -> bytes:
    """The bytes of a JSON file, up to a little more than `LARGEST`; `-` is standard input.

    Raises:
        FileError: the file cannot be read.
    """
    with as_file_error(f"{echo(path)} cannot be read", (OSError, ValueError)):
        if path == "-":
            return sys.stdin.buffer.read(LARGEST + 1)
        with Path(path).open("rb") as file:
            return file.read(LARGEST + 1)


def parse_json(raw: bytes, where: str) -> Any:
    """Decode strict JSON: no duplicate keys, no NaN, UTF-8 only.

    Args:
        raw: the text as bytes; a byte order mark is passed over.
        where: the name for messages.

    Raises:
        CaseError: with line and column of the first mistake.
    """
    if len(raw) > LARGEST:
        raise _wrong(f"the file is longer than {LARGEST} bytes; is it one case?", where)
    try:
        text = raw.decode("utf-8-sig")
        check_nesting(text)
        data = json.loads(text, object_pairs_hook=_unique, parse_constant=_constant)
        if "\\u" in text:
            json.dumps(data, ensure_ascii=False).encode()  # half a character cannot be written out again
        return data
    except UnicodeEncodeError:
        raise _wrong("a text holds half of a character (a lone surrogate such as `\\ud800`)", where) from None
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode("latin-1")  # a character for each byte
        raise _wrong("the file is not UTF-8 text", f"{where}:{_end_of(before)}") from None
    except json.JSONDecodeError as error:
        reason = f"this is not JSON: {_reason(error, text)}"
        raise _wrong(reason, f"{where}:{error.lineno}:{error.colno}") from None
    except _NotStrictError as error:
        before, _, _ = text.rpartition(str(error.args[0]))
        raise _wrong(str(error.args[1]), f"{where}:{_end_of(before)}") from None
    except RecursionError:
        raise _wrong("the JSON is nested too deeply", where) from None
    except ValueError:  # an integer with more digits than Python reads
        raise _wrong("a number has too many digits", where) from None


def _wrong(message: str, where: str) -> CaseError:
    return CaseError([FieldProblem("", message)], where=where)


def _reason(error: json.JSONDecodeError, text: str) -> str:
    if error.msg == "Extra data":
        return "there is more after the end of the case; use `screener batch` for several cases in one file"
    if not text.strip():
        return "the file is empty"
    return error.msg[0].lower() + error.msg[1:]


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        key = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _NotStrictError(f'"{key}"', f"{echo(key)} is given twice")
    return found


def _constant(name: str) -> Any:
    raise _NotStrictError(name, f"{echo(name)} is not a number in JSON")


def _end_of(text: str) -> str:
    """The line and column of what follows a text."""
    line, column = text.count("\n") + 1, len(text) - text.rfind("\n")
    return f"{line}:{column}"


def check_nesting(text: str) -> None:
    """Refuse a text that could not be parsed safely, known before it is parsed.

    Python counts levels itself while it parses, and stops. In a browser that is too late: there, the stack ends before
    the count does, and Python with it.

    Raises:
        RecursionError: lists and objects are nested more than `MOST` levels deep.
    """
    if text.count("[") + text.count("{") <= MOST:
        return
    brackets = _OTHER.sub("", _TEXT.sub("", text))
    if max(accumulate(map(_STEPS.__getitem__, brackets)), default=0) > MOST:
        raise RecursionError(f"nested more than {MOST} levels deep")
