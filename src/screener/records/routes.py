"""How a medicine of a record gets into the body: by a code or words for it, for its form, or in its name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from screener.records.codes import Codes
from screener.records.fhir.elements import Concept
from screener.rulebook.medicine.result import ORAL
from screener.rulebook.medicine.table import MedicineTable

PREFIX: Final = "route:"


def route_of(concepts: Iterable[Concept | None], codes: Codes, table: MedicineTable) -> str:
    """The route that codes or texts for a route or form say; empty when they say none.

    Args:
        concepts: routes before forms; the first that says one counts.
        codes: the code table, with rows of kind `route`.
        table: the medicine table, whose word lists know words such as `intravenous` and `tablet`.
    """
    for concept in concepts:
        if concept is not None and (found := _coded(concept, codes) or _written(concept, table)):
            return found
    return ""


def _coded(concept: Concept, codes: Codes) -> str:
    found = (codes.find(coding.system, coding.code) for coding in concept.coding if coding.system and coding.code)
    names = (name for known in found if known is not None for name, _ in known.fields)
    return next((name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX)), "")


def _written(concept: Concept, table: MedicineTable) -> str:
    texts = (concept.text, *(coding.display for coding in concept.coding))
    return next((route for text in texts if text and (route := table.route(text))), "")


def by_mouth(routes: Iterable[str]) -> bool:
    """Whether something is swallowed by every one of these routes."""
    return all(route == ORAL for route in routes)
