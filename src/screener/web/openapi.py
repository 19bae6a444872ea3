"""What OpenAPI says: the schemas of everything that goes in and out, and the problems that can come back.

The document is shown as a page that is made here, without any script or file from elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.json_schema import models_json_schema

from screener import __version__
from screener.case.answers import YesNo
from screener.explain.data import ExplanationData
from screener.explain.questions import QUESTIONS
from screener.report.model import Report
from screener.rulebook.levels import with_levels
from screener.web.desk.api import MOST
from screener.web.desk.catalogue import Catalogue
from screener.web.desk.examples import cases
from screener.web.desk.messages import Call, Cards, Feedback, NextQuestion, Services, service_id
from screener.web.problem import KINDS, Problem
from screener.web.render import page
from screener.web.wire import JSON, PROBLEM, Answer

if TYPE_CHECKING:
    from fastapi import FastAPI

    from screener.rulebook.book import RuleBook

REF: Final = "#/components/schemas/{model}"
# the names under which the API speaks of our models
NAMES: Final[dict[str, type[BaseModel]]] = {
    "Report": Report,
    "Catalogue": Catalogue,
    "Explanation": ExplanationData,
    "NextQuestion": NextQuestion,
    "Services": Services,
    "Call": Call,
    "Cards": Cards,
    "Feedback": Feedback,
    "Problem": Problem,
}
ABOUT: Final = (
    "Educational, rule-based screening: {title}. It is for learning and is no advice. It runs on this machine, stores "
    "nothing, and makes no request to anywhere."
)


def json_body(schema: str, example: Any = None) -> dict[str, Any]:
    """The JSON body that a request must have; an example of one about a rule book is added in `document`."""
    content = {JSON: {"schema": ref(schema)} | ({} if example is None else {"example": example})}
    return {"requestBody": {"required": True, "content": content}}


def json_reply(description: str, schema: str) -> dict[str, Any]:
    """A JSON response."""
    return {"description": description, "content": {JSON: {"schema": ref(schema)}}}


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that can come back, by status; those that every address has are added."""
    return {
        status: {
            "description": "; ".join(kind.title for kind in KINDS.values() if kind.status == status),
            "content": {PROBLEM: {"schema": ref("Problem")}},
        }
        for status in sorted({*statuses, 421})
    }


def ref(schema: str) -> dict[str, str]:
    """A reference to one of the named schemas."""
    return {"$ref": REF.format(model=schema)}


def document(app: FastAPI, book: RuleBook, folder: Path) -> dict[str, Any]:
    """The whole OpenAPI document, with the fields of the rule book; made once."""
    if app.openapi_schema is None:
        about = ABOUT.format(title=book.subject.title)
        made = get_openapi(title="screener", version=__version__, description=about, routes=app.routes)
        made.setdefault("components", {})["schemas"] = schemas(book)
        for path, example in examples(book, folder).items():
            made["paths"][path]["post"]["requestBody"]["content"][JSON]["example"] = example
        for path in (path for path in made["paths"] if path.startswith("/cds-services/{id}")):
            made["paths"][path]["post"]["parameters"][0]["schema"]["enum"] = [service_id(book.subject)]
        app.openapi_schema = made
    return app.openapi_schema


def examples(book: RuleBook, folder: Path) -> dict[str, Any]:
    """What may be sent to each address that is about a case of this rule book."""
    first = next(iter(cases(book, folder).values()))[1]
    changed = {name: True for name, kind in book.fields.items() if isinstance(kind, YesNo)}
    what_if = dict(list(changed.items())[:1])
    begun = dict.fromkeys(what_if, False)
    asked = {"case": first, "flags": list(book.flags)[:1], "what_if": what_if}
    return {"/v1/screen": first, "/v1/explain": asked, "/v1/questions/next": begun}


def schemas(book: RuleBook) -> dict[str, Any]:
    """Every schema, by the name the API uses."""
    case: Any = book.intake
    names: dict[str, type[BaseModel]] = {"Case": book.intake, "Questions": questions(case), **NAMES}
    models = [(model, "serialization") for model in names.values()]
    by_model, whole = models_json_schema(models, by_alias=True, ref_template=REF)  # type: ignore[arg-type]
    found: dict[str, Any] = whole.get("$defs", {})
    for name, model in names.items():
        used = by_model[(model, "serialization")]["$ref"].rsplit("/", 1)[1]
        if used != name:
            text = json.dumps(found).replace(f'"{REF.format(model=used)}"', f'"{REF.format(model=name)}"')
            found = json.loads(text)
            found[name] = found.pop(used)
    found = with_levels(found, book.levels)
    return dict(sorted(found.items()))


def questions(case: Any) -> type[BaseModel]:
    """What can be asked about a case: a key for each of the questions that are declared in `explain/questions.py`."""
    keys: dict[str, Any] = {"case": (case, case())}
    for one in QUESTIONS.values():
        keys[one.key] = (case, case())
        if one.answer:
            keys[one.key] = (list[str], Field(default=[], max_length=MOST, description=one.about))
    return create_model("Questions", __config__=ConfigDict(extra="forbid"), **keys)


class Type(NamedTuple):
    """A type in words, with the schema it refers to, if any."""

    words: str
    schema: str = ""


def reference(document: dict[str, Any], texts: Mapping[str, str]) -> Answer:
    """The page for an OpenAPI document."""
    operations = [(method, path, data) for path, found in document["paths"].items() for method, data in found.items()]
    return page(
        "reference.html", here="/docs", texts=texts, document=document, operations=operations,
        kinds=list(KINDS.values()), anchor=anchor, content=content, type_of=type_of, written=written,
    )  # fmt: skip


def anchor(method: str, path: str) -> str:
    """The place of an operation on the page."""
    return f"{method}-{path.strip('/').replace('/', '-').replace('{', '').replace('}', '')}"


def content(body: dict[str, Any]) -> dict[str, Any]:
    """What a request or a response holds; empty when that is nothing."""
    return next(iter(body.get("content", {}).values()), {})


def written(example: Any) -> str:
    """An example as JSON."""
    return json.dumps(example, indent=2, ensure_ascii=False)


def type_of(data: dict[str, Any]) -> Type:
    """A JSON Schema in a few words."""
    if "$ref" in data:
        name = data["$ref"].rsplit("/", 1)[1]
        return Type(name, name)
    if "anyOf" in data:
        parts = [type_of(item) for item in data["anyOf"]]
        named = next((part.schema for part in parts if part.schema), "")
        return Type(" or ".join(dict.fromkeys(part.words for part in parts)), named)
    if "enum" in data:
        return Type(" or ".join(str(item) for item in data["enum"]))
    kind = data.get("type", "anything")
    if kind == "array":
        inner = type_of(data.get("items", {}))
        return Type(f"list of {inner.words}", inner.schema)
    words = " or ".join(kind) if isinstance(kind, list) else kind
    limits = [f"{sign} {data[key]:g}" for key, sign in (("minimum", "from"), ("maximum", "to")) if key in data]
    return Type(" ".join([words, *limits]) + (f" ({data['pattern']})" if "pattern" in data else ""))
