"""The OpenAPI document as a page: made here, without any script or file from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from screener.web.problem import KINDS
from screener.web.render import page
from screener.web.wire import Answer

METHODS: Final = ("get", "post")


class Type(NamedTuple):
    """A type in words, with the schema it refers to, if any."""

    words: str
    schema: str = ""


def reference(document: dict[str, Any], texts: Mapping[str, str]) -> Answer:
    """The page for an OpenAPI document."""
    operations = [
        (method, path, data[method]) for path, data in document["paths"].items() for method in METHODS if method in data
    ]
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
