"""One printable page to take to a clinician: what was told, how it was read, what to ask. It is no referral.

It fits on one sheet of A4 paper: what does not fit is counted, never left out in silence.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest
from typing import Final

from screener.case.answered import Answered
from screener.case.answers import Lab, Medicines
from screener.case.bound import Bound
from screener.report.blocks import Block, Heading, NewSheet, Paragraph, bullets, worded
from screener.report.parts import MedicineReport, ReportData
from screener.report.words import answer_in_words, answer_word, label, rules_line, shortened
from screener.rulebook.book import RuleBook
from screener.saying import say

MOST_QUESTIONS: Final = 6
MOST_ANSWERS: Final = 60
MOST_UNKNOWN: Final = 12
MOST_MEDICINES: Final = 30


def clinician_page(report: ReportData, intake: Answered, book: RuleBook) -> list[Block]:
    """The sheet: urgency, results, medicines, answers, what came up, questions, and which rules these were."""
    summary, rules = report.summary, report.rulebook
    matched = [*(topic.title for topic in summary.topics), *(topic.title for topic in summary.also)]
    sections: tuple[tuple[str, list[Block]], ...] = (
        (say("Results"), _bullets(results(intake, book))),
        (say("Medicines, as typed and as read"), _line(medicines(report, intake), MOST_MEDICINES)),
        (say("Answered yes, or with a value"), _line(told(intake, book), MOST_ANSWERS)),
        (say("Not known, or not answered"), _line([label(book, name) for name in report.unanswered], MOST_UNKNOWN)),
        (say("What the answers matched, by the tool's rules"), _line(matched, MOST_UNKNOWN)),
        (say("What I would like to ask"), _bullets(questions(report, book))),
    )
    blocks: list[Block] = [
        NewSheet(),
        Heading(2, book.texts["heading-sheet"]),
        Paragraph(
            say("Made from a person's own answers by an educational, rule-based tool. Nobody has checked the answers."),
            "small",
        ),
        Paragraph(" ".join([say("How soon, by the tool's rules: {soon}.", soon=summary.headline), *summary.because])),
    ]
    for title, found in sections:
        blocks += [Heading(3, title), *found] if found else []
    identity = f"{rules_line(book)} SHA-256: {rules.sha256}"
    return worded([*blocks, *(Paragraph(text, "small") for text in (report.disclaimer, report.safety_net, identity))])


def results(intake: Answered, book: RuleBook) -> list[str]:
    """Laboratory results with their units, and after them what belongs to them, such as how long ago they were."""
    given = _given(intake, book)
    with_results = [name for name in given if book.questions[name].with_results]
    found = [name for name in given if _is_result(book, name) and name not in with_results]
    return [answer_in_words(book, name, given[name]) for name in (*found, *with_results)]


def told(intake: Answered, book: RuleBook) -> list[str]:
    """The answers other than no, in the order of the interview: a yes by its name alone."""
    others = [name for name in book.questions if not (_is_result(book, name) or book.questions[name].with_results)]
    given = _given(intake, book)
    return [_told(book, name, given[name]) for name in others if name in given]


def _told(book: RuleBook, name: str, value: object) -> str:
    return answer_in_words(book, name, value) if isinstance(value, Bound) else answer_word(book, name, value)


def _given(intake: Answered, book: RuleBook) -> dict[str, object]:
    given = {name: value for name, value in intake if value is not None and value is not False}
    kinds = book.fields
    return {name: given[name] for name in book.questions if name in given and not isinstance(kinds[name], Medicines)}


def _is_result(book: RuleBook, name: str) -> bool:
    return isinstance(book.fields[name], Lab)


def medicines(report: ReportData, intake: Answered) -> list[str]:
    """Each medicine as it was typed, since when, and what it was read as."""
    found: list[str] = []
    for medicine in intake.named_medicines or ():
        months = "" if medicine.months is None else say(", for {months} months", months=f"{medicine.months:g}")
        read = [_read_as(one) for one in report.medicines if one.typed == medicine.name]
        found.append(
            f"“{shortened(medicine.name)}”{months}: {' + '.join(dict.fromkeys(read)) or say('not recognised')}"
        )
    return list(dict.fromkeys(found))


def _read_as(one: MedicineReport) -> str:
    if one.result in ("recognised", "not-counted"):
        counted = "" if one.result == "recognised" else f" ({say('not counted')})"
        route = f", {one.route}" if one.route not in (None, "oral") else ""
        return f"{one.medicine or shortened(one.part or one.typed)}{route}{counted}"
    part = f"{shortened(one.part)}: " if one.part else ""
    return f"{part}{not_known(one.result)}"


def not_known(result: str) -> str:
    """Why a medicine was not read."""
    words = {
        "part-only": say("only a part of it is known"),
        "ask": say("it can mean several medicines"),
        "none": say("no medicine"),
    }
    return words.get(result, say("not recognised"))


def questions(report: ReportData, book: RuleBook) -> list[str]:
    """What to ask: the questions of the result first, then others of the topics that came up; none twice."""
    found = [*(one.flags for one in report.summary.topics), *(one.flags for one in report.summary.also)]
    shown = {flag for flags in found for flag in flags}
    topics = [topic for topic in book.complete_topics.values() if shown & set(topic.speaks_for)]
    rounds = zip_longest(*(topic.ask or _of_flags(topic.speaks_for, book) for topic in topics))
    more = (book.topics.question(name) for one in rounds for name in one if name)
    return list(dict.fromkeys([*report.summary.ask, *more]))[:MOST_QUESTIONS]


def _of_flags(flags: Iterable[str], book: RuleBook) -> tuple[str, ...]:
    return tuple(text for name in flags for text in book.flags[name].ask)


def _bullets(items: list[str]) -> list[Block]:
    return [bullets(items)] if items else []


def _line(items: list[str], most: int) -> list[Block]:
    """Items in one paragraph, so that many need little room; those beyond `most` are counted."""
    left = len(items) - most
    shown = [*items[:most], say("and {count} more", count=left)] if left > 0 else items
    return [Paragraph("; ".join(shown) + ".")] if items else []
