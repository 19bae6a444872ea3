"""A report as CDS Hooks cards, as data; the web front serves them.

Form after the CDS Hooks 2.0 specification (HL7): a summary under 140 characters, an indicator, a source; optional
fields are left out, never empty. There are no suggestions: nothing is proposed to be started, stopped or ordered.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import NAMESPACE_OID, uuid5

from screener.report.model import FlagReport, Report
from screener.rulebook.book import RuleBook

LONGEST_SUMMARY: Final = 139
WARNING_FROM: Final = ("soon", "same-day", "emergency")
SOURCE: Final = "screener, an educational rule book"

Card = dict[str, Any]


def cards(report: Report, book: RuleBook) -> list[Card]:
    """One card for each raised flag, most urgent first, after a card on how soon to get help; none when none is."""
    found = [_card(flag, report) for flag in report.flags if flag.status == "raised" and flag.title]
    if report.urgency in WARNING_FROM:
        reasons = [f"- {because.text}" for because in report.urgency_because]
        detail = "\n".join([*reasons, "", report.disclaimer, "", report.safety_net])
        title = report.title(book)
        found.insert(0, _filled(f"urgency-{report.urgency}", report, title, detail, "warning"))
    return found


def _card(flag: FlagReport, report: Report) -> Card:
    reasons = [
        f"- {because.text} (rule {because.rule}; sources: {', '.join(because.sources)})"
        for because in flag.because or []
    ]
    asks = [f"- {question}" for question in flag.ask_your_clinician or []]
    parts = [flag.explanation or "", "Because:", *reasons]
    parts += ["To ask:", *asks] if asks else []
    detail = "\n".join([*parts, "", report.disclaimer, "", report.safety_net])
    return _filled(flag.id, report, flag.title or flag.id, detail, _indicator(flag))


def _filled(name: str, report: Report, summary: str, detail: str, indicator: str) -> Card:
    return {
        "uuid": str(uuid5(NAMESPACE_OID, f"{report.case_id}/{report.rulebook.sha256}/{name}")),
        "summary": summary[:LONGEST_SUMMARY],
        "detail": detail,
        "indicator": indicator,
        "source": {"label": f"{SOURCE} {report.rulebook.version}"},
    }


def _indicator(flag: FlagReport) -> str:
    return "warning" if flag.urgency in WARNING_FROM else "info"
