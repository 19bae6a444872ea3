"""The rule book as readable CQL text: the same definitions as the ELM, printed, with the reasons as comments.

With the ELM it makes an R4 Library, which says who has reviewed the rules once all of them are reviewed.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from json import dumps
from typing import Any, Final

from screener.rulebook.book import RuleBook
from screener.standards.coded import reviewed
from screener.standards.elm import SYSTEM, library, library_name, rule_name

INFIX: Final = {
    "And": "and", "Or": "or", "Less": "<", "LessOrEqual": "<=", "Greater": ">", "GreaterOrEqual": ">=", "Equal": "=",
    "Add": "+",
}  # fmt: skip
SUFFIX: Final = {"IsNull": "is null", "IsTrue": "is true", "IsFalse": "is false"}
LINE: Final = 100
TYPES: Final = "http://terminology.hl7.org/CodeSystem/library-type"

Node = dict[str, Any]


def cql(book: RuleBook) -> str:
    """The library as CQL text."""
    data = library(book)["library"]
    return "\n".join(_lines(data, book)) + "\n"


def _lines(data: Node, book: RuleBook) -> Iterator[str]:
    yield f"// {' '.join(book.texts['disclaimer'].split())}"
    yield f"// Made from rule book {book.version} ({book.sha256}); packs: {', '.join(book.packs)}."
    yield f"// {book.reviewed}"
    yield f"library {library_name(book)} version {_quoted(book.version)}"
    yield ""
    for parameter in data["parameters"]["def"]:
        yield f"parameter {_identifier(parameter['name'])} {_type(parameter['parameterTypeSpecifier'])}"
    yield ""
    yield "context Unfiltered"
    rules = {rule_name(rule.id): rule for rule in book.rules}
    for definition in data["statements"]["def"]:
        yield ""
        rule = rules.get(definition["name"])
        if rule is not None:
            yield f"// {' '.join(rule.said().split())} [{', '.join(rule.sources)}]"
        yield f"define {_identifier(definition['name'])}:"
        yield "  " + _broken(expression(definition["expression"], top=True))


def _broken(text: str) -> str:
    """A long line, broken at its outermost `and` and `or`."""
    if len(text) <= LINE:
        return text
    depth, quoted, parts, start = 0, "", [], 0
    for index, char in enumerate(text):
        if quoted:
            quoted = "" if char == quoted else quoted
        elif char in "\"'":
            quoted = char
        else:
            depth += {"(": 1, ")": -1}.get(char, 0)
            if depth == 0 and text.startswith((" and ", " or "), index):
                parts.append(text[start:index])
                start = index + 1
    return "\n    ".join([*parts, text[start:]])


def expression(node: Node, top: bool = False) -> str:
    """An ELM expression as CQL; in parentheses unless it is alone."""
    text, simple = _expression(node)
    return text if top or simple else f"({text})"


def _expression(node: Node) -> tuple[str, bool]:
    """The text, and whether it needs no parentheses inside another expression."""
    kind = node["type"]
    if kind in INFIX:
        return _infix(node, INFIX[kind]), False
    if kind in SUFFIX:
        return f"{expression(node['operand'])} {SUFFIX[kind]}", False
    if kind == "Not":
        return f"not {expression(node['operand'])}", False
    if kind == "If":
        parts = (expression(node[key]) for key in ("condition", "then", "else"))
        return "if {} then {} else {}".format(*parts), False
    if kind == "Exists":
        return f"exists ({_query(node['operand'])})", False
    return _simple(node), True


def _infix(node: Node, word: str) -> str:
    """Chains of the same connective stay flat."""
    left, right = node["operand"]
    flat = left["type"] == node["type"] and word in ("and", "or", "+")
    return f"{expression(left, top=flat)} {word} {expression(right)}"


def _query(node: Node) -> str:
    (source,) = node["source"]
    return f"{expression(source['expression'])} {source['alias']} where {expression(node['where'], top=True)}"


def _simple(node: Node) -> str:
    kind = node["type"]
    if kind == "Literal":
        return _quoted(node["value"]) if node["valueType"] == SYSTEM + "String" else str(node["value"])
    if kind == "Property":
        return f"{node['scope']}.{node['path']}"
    if kind == "As":
        return "(null as Boolean)"
    return _identifier(node["name"])


def _type(specifier: Node) -> str:
    if specifier["type"] == "ListTypeSpecifier":
        return f"List<{_type(specifier['elementType'])}>"
    if specifier["type"] == "TupleTypeSpecifier":
        parts = (f"{part['name']} {_type(part['elementType'])}" for part in specifier["element"])
        return f"Tuple {{ {', '.join(parts)} }}"
    return str(specifier["name"]).removeprefix(SYSTEM)


def _identifier(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def knowledge(book: RuleBook) -> dict[str, Any]:
    """The Library of a rule book with its active packs, as JSON-ready data."""
    return {
        "resourceType": "Library",
        "id": "screener",
        "url": f"urn:screener:library:{book.subject.name}",
        "version": book.version,
        "name": library_name(book),
        "title": f"{book.subject.title}: rules",
        "status": "draft",
        "experimental": True,
        "type": {"coding": [{"system": TYPES, "code": "logic-library"}]},
        "description": " ".join([book.texts["disclaimer"], book.texts["safety-net"], book.reviewed]),
        **_reviewed(book),
        "content": [
            _attachment("text/cql", cql(book)),
            _attachment("application/elm+json", dumps(library(book), ensure_ascii=False)),
        ],
    }


def _reviewed(book: RuleBook) -> dict[str, Any]:
    """When and by whom the rules were reviewed: said only where each of them is, as it is now."""
    items = [f"rule {rule.id}" for rule in book.rules]
    when = reviewed(book, items)
    reviews = [review for item in items for review in book.reviews.of(item).reviews] if when else []
    people = dict.fromkeys(f"{review.by} ({review.role})" for review in reviews)
    return when | ({"reviewer": [{"name": name} for name in people]} if when else {})


def _attachment(kind: str, text: str) -> dict[str, str]:
    return {"contentType": kind, "data": b64encode(text.encode()).decode()}
