"""The questionnaire on paper: every question and the path to it, for reviewers; and as a form.

The form is filled in by hand: for printing, two pages of A4 for the book of the program.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from markupsafe import Markup

from screener.case.answers import Choice, Lab, Number, OwnWords, YesNo
from screener.logic.condition import AllOf, AnyOf, Compare, Condition, Not, OneOf, Yes, conclusions, fields
from screener.report.blocks import Block, Heading, Paragraph, bullets
from screener.report.words import label
from screener.rulebook.book import RuleBook
from screener.rulebook.question import Question

OPERATORS = {"<": "below", "<=": "at most", ">": "above", ">=": "at least"}
LEAD = (
    "Every question is asked at most once, in this order. One that no rule can use any more is skipped; those marked "
    "as always asked are not skipped in the short form either. I don't know is always an answer. A follow-up is asked "
    "unless its condition is certainly not met."
)


def questionnaire_page(book: RuleBook) -> list[Block]:
    """Every section and question of a rule book."""
    blocks: list[Block] = [
        Heading(1, "The questionnaire"),
        Paragraph(f"Rule book {book.version}. {book.reviewed} {LEAD}"),
    ]
    section = shown = ""
    for number, question in enumerate((each for each in book.questions.values() if each.asked), start=1):
        if question.section != section:
            section = question.section
            blocks.append(Heading(2, section))
        screen = book.screens.get(question.screen)
        if screen and screen.id != shown:
            also = "" if screen.form else " Or: none of these."
            blocks.append(Paragraph(f"Together: {' '.join(filter(None, [screen.ask, screen.hint]))}{also}"))
        shown = question.screen
        blocks.append(bullets([(f"{number}. {question.ask}", tuple(_details(question, book)))]))
    return [
        *blocks,
        Paragraph(book.texts.get("disclaimer", ""), "small"),
        Paragraph(book.texts.get("safety-net", ""), "small"),
    ]


def _details(question: Question, book: RuleBook) -> Iterator[str]:
    if question.help:
        yield f"Help: {question.help}"
    yield f"Why: {question.why}"
    yield f"Answer: {_answers(question)}. Field: {question.field}."
    if question.show_if is not None:
        yield f"Asked unless this is certainly not so: {in_words(question.show_if, book)}."
    followups = [label(book, name) for name, show_if in book.followups if question.field in fields(show_if)]
    if followups:
        yield f"Decides whether these are asked: {'; '.join(followups)}."
    yield f"Used by: {_used_by(question, book)}."
    if question.sources:
        yield f"Sources: {', '.join(question.sources)}."


def _answers(question: Question) -> str:
    kind = question.kind
    if isinstance(kind, YesNo):
        return "yes, no or I don't know"
    if isinstance(kind, Choice):
        return f"{', '.join(kind.options)} or I don't know"
    if isinstance(kind, OwnWords):
        return f"their own words, at most {kind.longest} characters; no rule reads them, and the sheet shows them"
    if isinstance(kind, Lab):
        return f"a number with its unit ({', '.join(question.units)}), {kind.low:g} to {kind.high:g} {kind.unit}"
    if isinstance(kind, Number):
        return f"a number from {kind.low:g} to {kind.high:g} {kind.unit}".strip()
    return "names, each with its months if known, or none"


def _used_by(question: Question, book: RuleBook) -> str:
    rules = [rule for rule in book.rules if question.field in fields(rule.condition)]
    concluded = dict.fromkeys(rule.concludes for rule in rules)
    if not rules and question.field in book.fields_remarked:
        remarks = [note for note in book.remarks if note.when is not None and question.field in fields(note.when)]
        flags = [book.title(name) for note in remarks if note.when is not None for name in conclusions(note.when)]
        return "no rule; a remark" + (f' shown with "{flags[0]}"' if flags else " on the answer")
    if isinstance(question.kind, OwnWords):
        return "no rule; it is asked in every length but the quick one"
    if not rules:
        return "no rule, so it is asked only in the fixed order, or when a follow-up depends on it"
    count = "1 rule" if len(rules) == 1 else f"{len(rules)} rules"
    always = "; always asked while one of them is open" if question.always else ""
    return f"{count}, for {', '.join(concluded)}{always}"


def in_words(condition: Condition, book: RuleBook) -> str:
    """A condition over earlier answers in words."""
    match condition:
        case Yes(name):
            return f"{label(book, name)} is yes"
        case OneOf(name, options):
            return f"{label(book, name)} is {' or '.join(options)}"
        case Compare(name, operator, limit):
            return f"{label(book, name)} is {OPERATORS[operator]} {limit:g}"
        case Not(part):
            return f"not ({in_words(part, book)})"
        case AllOf(parts) | AnyOf(parts):
            word = " and " if isinstance(condition, AllOf) else " or "
            return word.join(in_words(part, book) for part in parts)
        case other:
            return " or ".join(label(book, name) for name in sorted(fields(other)))


MEDICINES: Final = 8  # lines for names
HERE: Final = Path(__file__)
STYLE: Final = Markup("\n" + HERE.with_suffix(".css").read_text(encoding="utf-8"))


def form(book: RuleBook) -> str:
    """The form as a complete HTML document."""
    from screener.templates import standalone  # the questionnaire in a terminal needs none

    sections: dict[str, list[tuple[Question, str, str]]] = {}
    for question in book.questions.values():
        if question.asked:
            row = (question, type(question.kind).__name__, _condition(question, book))
            sections.setdefault(question.section, []).append(row)
    page = standalone(HERE.parent / "templates").get_template("paper.html")
    return page.render(book=book, sections=sections, style=STYLE, medicines=MEDICINES)


def _condition(question: Question, book: RuleBook) -> str:
    """What must be so for a question to be asked, as the form says it; empty when nothing is said."""
    screen = book.screens.get(question.screen)
    if question.show_if is None or (screen is not None and not screen.form):
        return ""
    return in_words(question.show_if, book)
