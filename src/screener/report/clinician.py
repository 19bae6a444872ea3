"""One printable page to take to a clinician: what was told, what it matched, what to ask. It is no referral."""

from __future__ import annotations

from screener.case.answers import Medicine
from screener.case.fields import BaseIntake
from screener.report.model import Report
from screener.report.page import Block, Heading, NewSheet, PageBuilder, Paragraph, answer_in_words, bullets, label
from screener.rulebook.book import RuleBook


def clinician_page(report: Report, intake: BaseIntake, book: RuleBook) -> list[Block]:
    """The sheet: answers, results, medicines, what came up, questions; with the disclaimer."""
    builder = PageBuilder(report, book)
    matched = [flag.title or flag.id for flag in report.flags if flag.status == "raised" and flag.title]
    blocks: list[Block] = [
        NewSheet(),
        Heading(2, "A page for your doctor, nurse or pharmacist"),
        Paragraph(
            "Made from a person's own answers by an educational, rule-based tool. Nobody has checked the answers.",
            "small",
        ),
        Paragraph(f"How soon, by the tool's rules: {report.title(book)}"),
    ]
    for title, items in (
        ("What I told the tool", told(intake, book)),
        ("Medicines I named", medicines(intake)),
        ("What my answers matched", matched),
        ("Not answered", [label(book, name) for name in report.unanswered]),
        ("What I would like to ask", builder.questions()),
    ):
        if items:
            blocks += [Heading(3, title), bullets(items)]
    return [*blocks, Paragraph(report.disclaimer, "small"), Paragraph(report.safety_net, "small")]


def told(intake: BaseIntake, book: RuleBook) -> list[str]:
    """The answers other than no, in the order of the interview."""
    given = {name: value for name, value in intake if value is not None and value is not False}
    return [
        answer_in_words(book, name, given[name]) for name in book.questions if name in given and name != "medicines"
    ]


def medicines(intake: BaseIntake) -> list[str]:
    """The medicines as they were named."""
    return [_named(medicine) for medicine in intake.named_medicines or ()]


def _named(medicine: Medicine) -> str:
    return medicine.name if medicine.months is None else f"{medicine.name}, for {medicine.months:g} months"
