"""How a medicine gets into the body, and which of its classes count by that route."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from screener.rulebook.medicine.lookup import Lexicon
from screener.rulebook.medicine.result import NOT_SYSTEMIC, ORAL, MedicineEntry

DROPS: Final = "drops"  # a form that names no route: for the eye, the ear, or to swallow
LOCAL: Final = "/"  # joins the routes of a row that has several
PERCENT: Final = "skin/eye"  # of a strength in per cent, when no form is written: a cream, drops or the like
DRIP: Final = "iv_bag"
# routes for which rows of another route are used
LIKE: Final = {"nebulised": "inhaled", DRIP: "injection"}


class Way(NamedTuple):
    """How a medicine counts.

    Attributes:
        classes: those that count.
        reason: why not all of them do; empty when they do.
    """

    classes: tuple[str, ...]
    reason: str = ""


def route_of(meanings: Iterable[str]) -> str:
    """The route that form words say together; empty when there is none. The first row of the list wins."""
    found = sorted(set(meanings))
    if not found:
        return ""
    forms = {meaning.split("|", 2)[2] for meaning in found}
    first = found[0].split("|")
    if first[1] == "skin" and first[2] == "gel" and "tablet" in forms:  # soft gel capsules
        return ORAL
    return first[1]


def counted(entry: MedicineEntry, written: str, is_near: bool, lexicon: Lexicon) -> tuple[str, Way]:
    """The route that a row is taken by, and how it counts.

    Args:
        written: the route that words say; empty when they say none.
        is_near: whether they are outside the name: only then does one count against the route of the row.
    """
    routes = entry.route.split(LOCAL)
    other = _elsewhere(entry, written, lexicon) if is_near else None
    if other is not None:
        return written, other
    fits = entry.route == ORAL or written in routes or LIKE.get(written) == routes[0]
    shown = written if written and fits else routes[0]
    found = way(entry, shown, lexicon)
    said = _said_by_row(entry, lexicon) if found.reason and not written else ""
    return shown, found._replace(reason=said) if said else found


def _elsewhere(entry: MedicineEntry, route: str, lexicon: Lexicon) -> Way | None:
    """How a row that is sold for one route counts by another where nothing counts; none where that does not apply."""
    if entry.route == ORAL or route in entry.route.split(LOCAL) or not lexicon.is_local(route):
        return None
    if route == PERCENT and any(lexicon.is_local(one) for one in entry.route.split(LOCAL)):
        return Way(entry.classes, _said(lexicon.routes[route], entry))
    return Way((NOT_SYSTEMIC,), _reason(lexicon.routes[route]))


def _said_by_row(entry: MedicineEntry, lexicon: Lexicon) -> str:
    """What a row says where no route is written: all of its routes, when nothing of it counts."""
    if entry.classes != (NOT_SYSTEMIC,):
        return ""
    said = dict.fromkeys(lexicon.routes[route]["say"] for route in entry.route.split(LOCAL) if route in lexicon.routes)
    return f"{' or '.join(said)}: not counted" if said else ""


def way(entry: MedicineEntry, route: str, lexicon: Lexicon) -> Way:
    """The classes of a medicine that count by a route; a row that is only sold so has them already."""
    rule = lexicon.routes.get(route)
    if rule is None or entry.route != ORAL:
        return Way(entry.classes, _said(rule, entry))
    keys = {*(name.lower() for name in (entry.generic, *entry.ingredients)), *entry.classes}
    exception = next((what for name, what in rule["exceptions"].items() if name in keys), "")
    if exception == "all":
        return Way(entry.classes)
    if exception not in ("", "none"):
        return Way((exception,), _reason(rule))
    counted = _counted(entry, rule) if not exception else ()
    if set(counted) == set(entry.classes):
        return Way(entry.classes)
    return Way(counted, f"{rule['say']}: counted in part") if counted else Way((NOT_SYSTEMIC,), _reason(rule))


def _counted(entry: MedicineEntry, rule: dict[str, Any]) -> tuple[str, ...]:
    becomes: dict[str, str] = rule["becomes"]
    found: dict[str, None] = {}
    for name in entry.classes:
        if name in becomes:
            found[becomes[name]] = None
        elif name not in rule["not_counted"] and ("all" in rule["counted"] or name in rule["counted"]):
            found[name] = None
    return tuple(found)


def _reason(rule: dict[str, str]) -> str:
    return f"{rule['say']}: not counted"


def _said(rule: dict[str, str] | None, entry: MedicineEntry) -> str:
    return _reason(rule) if rule is not None and entry.classes == (NOT_SYSTEMIC,) else ""


def use_of(entry: MedicineEntry, as_needed: bool, regular: bool, lexicon: Lexicon) -> str:
    """Whether an inhaler is a reliever or used regularly, or whether another medicine is taken as needed."""
    if not any(lexicon.of_kind("relievers", name.lower()) for name in entry.classes):
        return "as needed" if as_needed else ""
    is_short = any(lexicon.of_kind("short-acting", name) for name in entry.ingredients)
    return "reliever" if is_short and (as_needed or not regular) else "regular"
