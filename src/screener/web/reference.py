"""The OpenAPI document as a page: made here, without any script or file from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from screener.web.problem import KINDS
from screener.web.render import page
from screener.web.wire import Answer

METHODS: Final = ("get", "post")


@dataclass(frozen=True, slots=True)
class Type:
    """A type in words, with the schema it refers to, if any."""

    words: str
    schema: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One address with one method."""

    method: str
    path: str
    summary: str
    about: str
    parameters: tuple[tuple[str, Type, str], ...]
    body: Type | None
    example: str
    responses: tuple[tuple[str, str, Type | None], ...]

    @property
    def anchor(self) -> str:
        """Its place on the page."""
        return f"{self.method}-{self.path.strip('/').replace('/', '-').replace('{', '').replace('}', '')}"


@dataclass(frozen=True, slots=True)
class Schema:
    """One object: its fields, each with type, whether it must be there, and what it means."""

    name: str
    about: str
    fields: tuple[tuple[str, Type, bool, str], ...]


def reference(document: dict[str, Any], texts: Mapping[str, str]) -> Answer:
    """The page for an OpenAPI document."""
    operations = [
        operation(path, method, data[method])
        for path, data in document["paths"].items()
        for method in METHODS
        if method in data
    ]
    schemas = [schema(name, data) for name, data in document["components"]["schemas"].items()]
    return page(
        "reference.html", here="/docs", texts=texts, about=document["info"]["description"], operations=operations,
        schemas=schemas, kinds=list(KINDS.values()),
    )  # fmt: skip


def operation(path: str, method: str, data: dict[str, Any]) -> Operation:
    """One operation of the document."""
    parameters = tuple(
        (item["name"], type_of(item["schema"]), item.get("description", "")) for item in data.get("parameters", ())
    )
    content: dict[str, Any] = next(iter(data.get("requestBody", {}).get("content", {}).values()), {})
    example = json.dumps(content["example"], indent=2, ensure_ascii=False) if "example" in content else ""
    responses = []
    for status, reply in data["responses"].items():
        made = next(iter(reply.get("content", {}).values()), None)
        responses.append((status, reply["description"], type_of(made["schema"]) if made else None))
    return Operation(
        method, path, data.get("summary", ""), data.get("description", ""), parameters,
        type_of(content["schema"]) if content else None, example, tuple(responses),
    )  # fmt: skip


def schema(name: str, data: dict[str, Any]) -> Schema:
    """One schema of the document."""
    required = set(data.get("required", ()))
    fields = tuple(
        (field, type_of(item), field in required, item.get("description", ""))
        for field, item in data.get("properties", {}).items()
    )
    return Schema(name, data.get("description", ""), fields)


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
