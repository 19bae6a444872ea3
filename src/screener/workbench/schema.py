"""The JSON Schemas: of every kind of rule file, of a case, and of a report.

The shapes come from the models that read the files; only conditions (`condition.json`) and the answers of a case are
written here, from the fields of the intake, because a condition's form depends on the field that it names.
"""

from __future__ import annotations

from json import dumps, loads
from pathlib import Path
from typing import Any, Final, TypeAlias

from pydantic import BaseModel

from screener.case.answers import MONTHS, Choice, Medicines, Number, OwnWords, YesNo
from screener.case.classes import intake_class
from screener.case.fields import Fields
from screener.report.model import Report
from screener.rulebook import files
from screener.rulebook.levels import LEVELS, Levels, with_levels
from screener.rulebook.medicine.rows import QT_MARKS
from screener.rulebook.parse import COMPARISONS
from screener.rulebook.recordfile import RecordsFile
from screener.rulebook.review.file import ReviewsFile
from screener.rulebook.topics import TopicsFile
from screener.rulebook.wording import ALWAYS_SAID, RETIRED, TEXTS

Schema: TypeAlias = dict[str, Any]

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
MODELS: Final[dict[str, type[BaseModel]]] = {
    "rulebook": files.BookFile,
    "pack": files.PackFile,
    **files.IN_A_PACK,
    "questionnaire": files.QuestionnaireFile,
    "units": files.UnitsFile,
    "topics": TopicsFile,
    "records": RecordsFile,
    "reviews": ReviewsFile,
}
CONDITION: Final = Path(__file__).with_name("condition.json")  # its part that is the same for every book
MARK: Final = "x-definition"  # where a model leaves a condition or the answers of a case to this module


def schemas(fields: Fields, levels: Levels = LEVELS) -> dict[str, Schema]:
    """Every schema by its name: that of the rule file, `texts`, `case` or `report`.

    Args:
        fields: of the rule book, for cases and conditions.
        levels: of its urgency.
    """
    found = {name: of_model(model, fields) for name, model in MODELS.items()}
    found["texts"] = texts()
    found["case"] = {"$schema": DRAFT, **_plain(intake_class(fields).model_json_schema())}
    found["report"] = {"$schema": DRAFT, **Report.model_json_schema(by_alias=True)}
    return {name: with_levels(schema, levels) for name, schema in found.items()}


def written(schema: Schema) -> str:
    """A schema as the text of its file."""
    return dumps(schema, indent=2, ensure_ascii=False) + "\n"


def of_model(model: type[BaseModel], fields: Fields) -> Schema:
    """The schema of one kind of rule file."""
    schema = model.model_json_schema()
    needed: set[str] = set()
    schema = _resolved(schema, needed)
    if needed:
        schema.setdefault("$defs", {}).update({name: DEFINITIONS[name](fields) for name in sorted(needed)})
    return {"$schema": DRAFT, **schema}


def texts() -> Schema:
    """The schema of `texts.yaml`: one text per key."""
    said, text = {"type": "string", "minLength": 1}, {"type": "string"}
    retired = {"type": "string", "deprecated": True}
    return {
        "$schema": DRAFT,
        "title": "texts.yaml",
        "type": "object",
        "properties": {
            **{key: said if key in ALWAYS_SAID else text for key in TEXTS},
            **dict.fromkeys(RETIRED, retired),
        },
        "additionalProperties": False,
    }


def _resolved(schema: Any, needed: set[str]) -> Any:
    """The schema with a reference wherever a model marked a condition or answers."""
    if isinstance(schema, dict):
        if MARK in schema:
            needed.add(schema[MARK])
            return {"$ref": f"#/$defs/{schema[MARK]}"}
        return {key: _resolved(value, needed) for key, value in schema.items()}
    return [_resolved(item, needed) for item in schema] if isinstance(schema, list) else schema


def condition(fields: Fields) -> Schema:
    """A condition: a mapping with one key, a connective or a field."""
    schema: Schema = loads(CONDITION.read_text(encoding="utf-8"))
    medicine = schema["properties"]["medicine"]["properties"]
    medicine["qt"]["items"]["enum"] = sorted(QT_MARKS)
    medicine["months"] = limit(MONTHS)
    by_field = {name: of_field(kind) for name, kind in fields.items() if not isinstance(kind, Medicines | OwnWords)}
    schema["properties"].update(by_field)
    return schema


def of_field(kind: object) -> Schema:
    """What a condition may say about one field."""
    if isinstance(kind, YesNo):
        return {"enum": ["yes", "no", True, False]}
    if isinstance(kind, Choice):
        return {"type": "array", "items": {"enum": list(kind.options)}, "minItems": 1}
    assert isinstance(kind, Number)
    compared = {
        "type": "object",
        "properties": {word: limit(kind) for word in COMPARISONS},
        "minProperties": 1,
        "additionalProperties": False,
    }
    unit = f"; in {kind.unit}" if kind.unit else ""
    return {"anyOf": [compared, {"const": "reported"}], "description": f"a reported number{unit}"}


def limit(kind: Number) -> Schema:
    """A number in the field's range, or the name of a setting."""
    number = {"type": "number", "minimum": kind.low, "maximum": kind.high}
    return {"anyOf": [number, {"type": "string", "pattern": r"^\$[a-z0-9]+(-[a-z0-9]+)*$"}]}


def answers(fields: Fields) -> Schema:
    """The answers of a rule's case: as in a case file, but that every bare number is in the field's own unit."""
    properties = _plain(intake_class(fields).model_json_schema())["properties"]
    for name, kind in fields.items():
        if isinstance(kind, Number):
            properties[name]["anyOf"][0]["maximum"] = kind.high
    return {"type": "object", "properties": properties, "additionalProperties": False}


DEFINITIONS: Final = {"condition": condition, "answers": answers}


def _plain(schema: Any) -> Any:
    """The case's schema with words in patterns that every validator understands: no inline `(?i:…)`."""
    if isinstance(schema, dict):
        return {key: _case_free(value) if key == "pattern" else _plain(value) for key, value in schema.items()}
    return [_plain(item) for item in schema] if isinstance(schema, list) else schema


def _case_free(pattern: str) -> str:
    """`^(?i:yes|no)$` as `^([Yy][Ee][Ss]|[Nn][Oo])$`, which JavaScript reads too."""
    if not pattern.startswith("^(?i:"):
        return pattern
    words = pattern.removeprefix("^(?i:").removesuffix(")$")
    return "^(" + "".join(f"[{c.upper()}{c}]" if c.isalpha() else c for c in words) + ")$"
