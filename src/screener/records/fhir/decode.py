"""JSON text of a FHIR file to plain data: quickly, without the parts that are never read, and with clear errors.

With msgspec (the `batch` extra) only the listed keys become Python objects, which is several times faster than
`json.loads` over the whole file. Without it, or when msgspec finds a mistake, the standard library reads the text; its
errors carry line and column.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final, TypedDict

from screener.errors import CaseError, FieldProblem, echo
from screener.records.fhir.dates import DATED, PERIODS
from screener.records.fhir.elements import Resource
from screener.records.fhir.resources import MODELS, Medication, Patient
from screener.records.fhir.versions import OLDER, check_no_xml

# elements that tell what and whom a resource is about, and in which version of FHIR it is written
OTHERS: Final = (
    "resourceType", "meta", "subject", "patient", "questionnaire", "result", "issue", "type", "entry", "link", "total",
    "timestamp", "exportId", "eventId", "fhirVersion",
)  # fmt: skip
MADE: Final[tuple[type[Resource], ...]] = (*MODELS.values(), Patient, Medication)
READ: Final = {name for model in MADE for name in model.model_fields if name != "source"}.union(
    OTHERS, DATED, PERIODS, *OLDER.values()
)
WITH_ITEMS: Final = b"QuestionnaireResponse"  # their items nest; such a file is decoded whole


@cache
def _decoders() -> tuple[tuple[Any, Any], type[Exception]] | None:
    """Decoders for a bundle and for one resource, and what they raise; None without msgspec."""
    try:
        import msgspec
    except ImportError:
        return None
    resource: Any = TypedDict("resource", dict.fromkeys(READ, Any), total=False)  # type: ignore[misc]
    entry_keys: Any = {"fullUrl": Any, "resource": resource, "response": Any, "search": Any, "request": Any}
    entry: Any = TypedDict("entry", entry_keys, total=False)  # type: ignore[misc]
    keys: Any = {"resourceType": Any, "type": Any, "entry": list[entry], "link": Any, "total": Any, "timestamp": Any}
    bundle: Any = TypedDict("bundle", keys, total=False)  # type: ignore[misc]
    return (msgspec.json.Decoder(bundle), msgspec.json.Decoder(resource)), msgspec.MsgspecError


def decode_bundle(raw: bytes, where: str) -> dict[str, Any]:
    """The content of a file with one JSON object.

    Args:
        raw: the text; a byte order mark is passed over.
        where: the file's name for messages.

    Raises:
        CaseError: the text is not JSON, or not one object.
    """
    check_no_xml(raw, where)
    found = _quickly(raw, 0)
    if found is not None and found.get("resourceType") == "Bundle":
        return found
    return decode_all(raw, where)


@cache
def _people_decoder() -> tuple[Any, type[Exception]] | None:
    try:
        import msgspec
    except ImportError:
        return None
    keys = ("resourceType", "id", "subject", "patient", "type", "entry")
    resource: Any = TypedDict("resource", dict.fromkeys(keys, Any), total=False)  # type: ignore[misc]
    entry_keys: Any = {"fullUrl": Any, "resource": resource}
    entry: Any = TypedDict("entry", entry_keys, total=False)  # type: ignore[misc]
    bundle_keys: Any = {"resourceType": Any, "entry": list[entry]}
    bundle: Any = TypedDict("bundle", bundle_keys, total=False)  # type: ignore[misc]
    return msgspec.json.Decoder(bundle), msgspec.MsgspecError


def people_of(raw: bytes) -> dict[str, Any] | None:
    """A bundle with nothing but whom its resources are about; None when that cannot be had quickly."""
    decoder = _people_decoder()
    if decoder is None:
        return None
    try:
        found: dict[str, Any] = decoder[0].decode(raw)
    except (decoder[1], UnicodeDecodeError, RecursionError):
        return None
    return found if found.get("resourceType") == "Bundle" else None


def decode_line(raw: bytes, where: str) -> dict[str, Any]:
    """One line of an NDJSON file.

    Raises:
        CaseError: as for `decode_bundle`.
    """
    check_no_xml(raw, where)
    return _quickly(raw, 1) or decode_all(raw, where)


def as_text(data: Mapping[str, Any]) -> str:
    """A decoded resource as JSON on one line, for `of_text`."""
    coders = _coders()
    if coders is not None and "null" not in (text := coders[0](data).decode()):
        return text
    return json.dumps(data)  # msgspec writes null for a number that is too large


def of_text(text: str) -> Any:
    """What `as_text` was given."""
    coders = _coders()
    if coders is not None and "Infinity" not in text:
        return coders[1](text)
    return json.loads(text)


@cache
def _coders() -> tuple[Callable[[Any], bytes], Callable[[str], Any]] | None:
    """What writes JSON, and what reads it; None without msgspec."""
    try:
        import msgspec
    except ImportError:
        return None
    return msgspec.json.Encoder().encode, msgspec.json.Decoder().decode


def _quickly(raw: bytes, which: int) -> dict[str, Any] | None:
    decoders = _decoders()
    if decoders is None or WITH_ITEMS in raw:
        return None
    try:
        found: dict[str, Any] = decoders[0][which].decode(raw)
    except (decoders[1], UnicodeDecodeError, RecursionError):
        return None
    return found


def decode_all(raw: bytes, where: str) -> dict[str, Any]:
    """Every element, by the standard library.

    Raises:
        CaseError: as for `decode_bundle`.
    """
    try:
        data = json.loads(raw.decode("utf-8-sig"), parse_constant=_constant)
        if b"\\u" in raw:
            json.dumps(data, ensure_ascii=False).encode()  # half a character cannot be written out again
    except UnicodeEncodeError:
        problem = FieldProblem("", "a text holds half of a character (a lone surrogate such as `\\ud800`)")
        raise CaseError([problem], where=where) from None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise CaseError([FieldProblem("", "the file is not UTF-8 text")], where=f"{where}:{line}") from None
    except json.JSONDecodeError as error:
        reason = error.msg[0].lower() + error.msg[1:] if raw.strip() else "the file is empty"
        problem = FieldProblem("", f"this is not JSON: {reason}")
        raise CaseError([problem], where=f"{where}:{error.lineno}:{error.colno}") from None
    except RecursionError:
        raise CaseError([FieldProblem("", "the JSON is nested too deeply")], where=where) from None
    except ValueError as error:
        raise CaseError([FieldProblem("", str(error))], where=where) from None
    if not isinstance(data, dict):
        raise CaseError([FieldProblem("", f"a FHIR resource is an object, not {echo(data)}")], where=where)
    return data


def _constant(name: str) -> Any:
    raise ValueError(f"{echo(name)} is not a number in JSON")
