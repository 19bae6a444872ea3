"""JSON text of a FHIR file to plain data: quickly, without the parts that are never read, and with clear errors.

With msgspec (the `batch` extra) only the listed keys become Python objects, which is several times faster than
`json.loads` over the whole file. Without it, or when msgspec finds a mistake, the standard library reads the text; its
errors carry line and column. Only R4, R4B and R5 are read: files of older versions, as far as it shows, are refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, Final, Literal, NamedTuple, TypedDict

from screener.errors import CaseError, FieldProblem, echo
from screener.records.fhir.dates import DATED, PERIODS
from screener.records.fhir.elements import Resource, text_of
from screener.records.fhir.resources import MODELS, Medication, Patient

STU3: Final = "FHIR STU3"
DSTU2: Final = "FHIR DSTU2"
HL7_V2: Final = b"MSH|"
READ_HERE: Final = "R4, R4B and R5 are read here"
# elements that only an older version has, by kind of resource
OLDER: Final = {
    "MedicationStatement": {"wasNotTaken": DSTU2, "taken": STU3},
    "MedicationAdministration": {"wasNotGiven": DSTU2, "notGiven": STU3},
    "MedicationDispense": {"notDone": STU3},
}
SHOWING: Final = frozenset({"Condition", "MedicationOrder", "Observation", *OLDER})
TEXTS: Final = ("clinicalStatus", "verificationStatus")  # of a Condition: text before R4
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


class _Quick(NamedTuple):
    """What reads and writes JSON quickly.

    Attributes:
        bundle: reads a file.
        line: reads a resource.
        plain: reads any text.
        write: writes any data.
        errors: what is raised when it cannot be read.
    """

    bundle: Callable[[bytes], Any]
    line: Callable[[bytes], Any]
    plain: Callable[[str], Any]
    write: Callable[[Any], bytes]
    errors: tuple[type[Exception], ...]


@cache
def _decoders() -> _Quick | None:
    """What msgspec reads and writes with; None without it."""
    try:
        from msgspec import MsgspecError
        from msgspec.json import Decoder, Encoder
    except ImportError:
        return None

    def keys(*names: str, **more: Any) -> Any:
        return TypedDict("keys", {**dict.fromkeys(names, Any), **more}, total=False)  # type: ignore[operator]

    resource = keys(*READ)
    many: Any = list
    entries = many[keys("fullUrl", "response", "search", "request", resource=resource)]
    return _Quick(
        Decoder(keys("resourceType", "type", "link", "total", "timestamp", entry=entries)).decode,
        Decoder(resource).decode,
        Decoder().decode,
        Encoder().encode,
        (MsgspecError, UnicodeDecodeError, RecursionError),
    )


def _quickly(raw: bytes, which: Literal["bundle", "line"]) -> dict[str, Any] | None:
    """What is in a text, or None when that cannot be had quickly."""
    quick = _decoders()
    if quick is None or WITH_ITEMS in raw:
        return None
    try:
        found: dict[str, Any] = getattr(quick, which)(raw)
    except quick.errors:
        return None
    return found if which == "line" or found.get("resourceType") == "Bundle" else None


def decode_resource(raw: bytes, where: str, which: Literal["bundle", "line"] = "bundle") -> dict[str, Any]:
    """The content of a file with one JSON object, or of one line of an NDJSON file.

    Args:
        raw: the text; a byte order mark is passed over.
        where: the file's name for messages.
        which: of the two it is.

    Raises:
        CaseError: the text is not JSON, or not one object.
    """
    check_no_xml(raw, where)
    return _quickly(raw, which) or decode_all(raw, where)


def as_text(data: Mapping[str, Any]) -> str:
    """A decoded resource as JSON on one line, for `of_text`."""
    quick = _decoders()
    if quick is not None and "null" not in (text := quick.write(data).decode()):
        return text
    return json.dumps(data)  # msgspec writes null for a number that is too large


def of_text(text: str) -> Any:
    """What `as_text` was given."""
    quick = _decoders()
    return quick.plain(text) if quick is not None and "Infinity" not in text else json.loads(text)


def refused(where: str, message: str, element: str = "") -> CaseError:
    """That a file is refused as a whole."""
    return CaseError([FieldProblem(element, message)], where=where)


def decode_all(raw: bytes, where: str) -> dict[str, Any]:
    """Every element, by the standard library.

    Raises:
        CaseError: as for `decode_resource`.
    """
    try:
        data = json.loads(raw.decode("utf-8-sig"), parse_constant=_constant)
        if b"\\u" in raw:
            json.dumps(data, ensure_ascii=False).encode()  # half a character cannot be written out again
    except UnicodeEncodeError:
        raise refused(where, "a text holds half of a character (a lone surrogate such as `\\ud800`)") from None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise refused(f"{where}:{line}", "the file is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        reason = error.msg[0].lower() + error.msg[1:] if raw.strip() else "the file is empty"
        raise refused(f"{where}:{error.lineno}:{error.colno}", f"this is not JSON: {reason}") from None
    except RecursionError:
        raise refused(where, "the JSON is nested too deeply") from None
    except ValueError as error:
        raise refused(where, str(error)) from None
    if not isinstance(data, dict):
        raise refused(where, f"a FHIR resource is an object, not {echo(data)}")
    return data


def _constant(name: str) -> Any:
    raise ValueError(f"{echo(name)} is not a number in JSON")


def check_versions(resources: Iterable[Mapping[str, Any]], where: str) -> None:
    """Refuse a file of an older version as a whole, in one line.

    Raises:
        CaseError: some resource shows it.
    """
    for resource in resources:
        kind = resource["resourceType"]
        if kind == "Observation" and "subject" in resource and "fhirVersion" not in resource:
            continue  # as most resources are
        found = older_version(resource) if kind in SHOWING or "fhirVersion" in resource else ""
        if found:
            raise refused(where, f"this is {found}; {READ_HERE}")


def older_version(data: Mapping[str, Any]) -> str:
    """The older version of FHIR that a resource is written in, with what shows it; empty when nothing does."""
    kind = data.get("resourceType")
    if kind == "MedicationOrder":
        return f"{DSTU2} (MedicationOrder became MedicationRequest)"
    if kind in ("Observation", "Condition") and "patient" in data and "subject" not in data:
        return f"{DSTU2} ({kind}.patient became subject)"
    for name, its in OLDER.get(str(kind), {}).items():
        if name in data:
            return f"{its} ({kind}.{name})"
    if kind == "Condition":
        for name in TEXTS:
            if isinstance(data.get(name), str):
                return f"{STU3} (Condition.{name} is text)"
    version = text_of(data.get("fhirVersion"))
    if version[:2] in ("1.", "3."):
        return f"{STU3 if version[0] == '3' else DSTU2} (fhirVersion is {version[:20]})"
    return ""


def check_no_xml(raw: bytes, where: str) -> None:
    """Refuse XML and HL7 v2, whatever the name of the file says.

    Raises:
        CaseError: the text is one of them.
    """
    start = raw[:4000].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(HL7_V2):
        raise refused(where, f"this is an HL7 v2 message; export the record as FHIR ({READ_HERE})")
    if not start.startswith(b"<"):
        return
    cda = re.search(rb"<(?:[A-Za-z0-9]+:)?ClinicalDocument\b", start) is not None
    what = "a CDA document in XML" if cda else "XML"
    how = "export the record as FHIR R4 in JSON" if cda else "FHIR is read as JSON; convert it, or ask for JSON"
    raise refused(where, f"this is {what}; {how}")
