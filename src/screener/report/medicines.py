"""What each medicine was understood as, for the report: every one is named, also those that no rule used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from screener.case.answers import Medicine
from screener.report.parts import CloseNameReport, CloseToReport, MedicineReport
from screener.report.words import either
from screener.rulebook.book import RuleBook
from screener.rulebook.medicine.result import (
    AskWhich,
    CloseName,
    CloseTo,
    NotCounted,
    NotRecognised,
    PartOnly,
    Recognised,
    Result,
)
from screener.rulebook.wording import fill


def medicine_reports(medicines: Iterable[Medicine], book: RuleBook) -> list[MedicineReport]:
    """What is in each name that was given, part by part."""
    return [
        medicine_report(medicine.name, result, book)
        for medicine in medicines
        for result in book.medicines.match(medicine.name).results
    ]


def close_reports(medicines: Iterable[Medicine], book: RuleBook) -> list[CloseToReport]:
    """The names that are close to one of the table, and those that mean two things."""
    found = (item for medicine in medicines for item in book.medicines.match(medicine.name).close_to)
    return [
        CloseToReport(item.typed, [CloseNameReport(name.name, name.generic, name.distance) for name in item.names])
        for item in dict.fromkeys(found)
    ]


def medicine_report(name: str, result: Result, book: RuleBook) -> MedicineReport:
    """One part of one name."""
    part = result.typed if result.typed != name.strip() else None
    made = partial(MedicineReport, name, result.came_of, part=part, reason="; ".join(_said(result, book)) or None)
    match result:
        case Recognised(entry=entry, classes=classes, route=route, use=use):
            return made(medicine=entry.generic, classes=list(classes), route=route, use=use or None)
        case NotCounted(medicine=medicine) | PartOnly(generic=medicine):
            return made(medicine=medicine or None)
        case AskWhich(id=question):
            return made(question=question)
    return made()


def _said(result: Result, book: RuleBook) -> Iterator[str]:
    """Why it counts as it does, in words; nothing for a medicine that simply counts."""
    texts = book.texts
    match result:
        case Recognised(entry=entry, reason=reason) if reason:
            yield fill(texts["medicine-by-route"], medicine=entry.generic, reason=reason)
        case Recognised(entry=entry) if result.known_without_effect:
            yield fill(texts["medicine-without-effect"], medicine=entry.generic)
        case NotCounted(typed=typed, word=word, medicine=medicine):
            yield fill(texts["medicine-not-counted"], medicine=medicine or typed, word=word)
        case PartOnly(typed=typed, unknown=unknown) if typed == unknown:
            yield fill(texts["medicine-not-known"], typed=typed)
        case PartOnly(typed=typed, known=known, generic=generic):
            yield fill(texts["medicine-part-only"], typed=typed, known=known, generic=generic)
        case CloseTo(typed=typed, names=names):
            yield fill(texts["medicine-close"], typed=typed, names=either(map(in_words, names)))
        case AskWhich(typed=typed, question=question):
            yield fill(texts["medicine-question"], typed=typed, question=question)
        case NotRecognised(typed=typed, why=why):
            yield fill(texts["medicine-not-known"], typed=typed)
            if why:
                yield why


def in_words(name: CloseName) -> str:
    """One close name, with its generic name where that is another."""
    return name.name if name.generic in ("", name.name) else f"{name.name} ({name.generic})"
