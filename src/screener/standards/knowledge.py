"""The rule book as an R4 Library: its logic as CQL and ELM, and who has reviewed it once all of its rules are."""

from __future__ import annotations

from base64 import b64encode
from json import dumps
from typing import Any, Final

from screener.rulebook.book import RuleBook
from screener.standards.cql import cql
from screener.standards.elm import library, library_name

TYPES: Final = "http://terminology.hl7.org/CodeSystem/library-type"


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
    if not items or not book.reviews.are_reviewed(items):
        return {}
    standings = [book.reviews.of(item) for item in items]
    last = max(standing.date for standing in standings)
    people = dict.fromkeys(f"{review.by} ({review.role})" for standing in standings for review in standing.reviews)
    return {"approvalDate": last, "lastReviewDate": last, "reviewer": [{"name": name} for name in people]}


def _attachment(kind: str, text: str) -> dict[str, str]:
    return {"contentType": kind, "data": b64encode(text.encode()).decode()}
