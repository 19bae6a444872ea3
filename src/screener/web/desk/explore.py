"""The page for teaching: choose a case, change answers or a rule, watch statuses and the chain of one flag change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from screener.case.answers import Choice, Kind, Medicines, Number, OwnWords, YesNo
from screener.errors import CaseError
from screener.rulebook.book import RuleBook
from screener.rulebook.question import Question
from screener.saying import say
from screener.web.desk.desk import Desk
from screener.web.desk.explore_edit import Edits
from screener.web.desk.explore_view import EVERYTHING, ExploreView
from screener.web.desk.reading import Form, encode, plain_message, read_number, with_point
from screener.web.render import page
from screener.web.wire import Answer

STATUSES: Final = ("raised", "possible", "suppressed", "ruled-out")


def explore(desk: Desk, body: bytes) -> Answer:
    """`GET /explore` and `POST /explore`.

    Raises:
        UsageError: there is no such flag.
        CaseError: a rule that is changed is none, or its text is too long.
    """
    form = Form.read(body)
    name = chosen(form, desk)
    filled, edits = answers_of(form, desk, name), Edits(form, desk)
    view = ExploreView(edits.examine(filled.answers), form, edits)
    return page(
        "explore.html", here="/explore", texts=desk.book.said, examples=desk.examples, chosen=name,
        near=[cell(desk.book.questions[field], filled) for field in view.near],
        sections=sections(desk.book, filled, view.near), errors=filled.errors, answers=encode(filled.answers),
        view=view, edits=edits, everything=EVERYTHING, statuses=STATUSES, rules=rules(desk, edits), prefix=PREFIX,
    )  # fmt: skip


def chosen(form: Form, desk: Desk) -> str:
    """The example that is chosen in the list of cases."""
    return form.one_of("case", *desk.examples) or form.one_of("example", *desk.examples) or next(iter(desk.examples))


def answers_of(form: Form, desk: Desk, name: str) -> Cells:
    """The answers that the page is about: an example's, those brought along, or those in its cells."""
    book = desk.book
    if form.one_of("load", "example", "answers") == "answers":
        return Cells.of(form.answers(), book)
    if form.text("load") or form.text("case") or not form.fields:
        return Cells.of(desk.examples[name][1], book)
    return read_cells(form, book)


def sections(book: RuleBook, filled: Cells, without: list[str]) -> dict[str, list[Cell]]:
    """The cells of the questions by section, without those that come first."""
    found: dict[str, list[Cell]] = {}
    for question in book.questions.values():
        if question.field not in without:
            found.setdefault(question.section, []).append(cell(question, filled))
    return found


def rules(desk: Desk, edits: Edits) -> dict[str, list[str]]:
    """The rules that can be changed here, by pack."""
    found: dict[str, list[str]] = {}
    for rule in desk.book.rules:
        if edits.original(rule.id):
            found.setdefault(desk.book.packs[rule.pack].title, []).append(rule.id)
    return found


PREFIX: Final = "a."  # of the names of the cells in the form
# a question, what can be chosen, whether there is room for several lines, the unit, and what is in the cell
Cell: TypeAlias = tuple[Question, list[tuple[str, str]], bool, str, str]


@dataclass
class Cells:
    """What is filled in.

    Attributes:
        answers: what could be read, as a case.
        texts: what is in each cell.
        errors: what is wrong, by field.
    """

    answers: dict[str, Any]
    texts: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, answers: dict[str, Any], book: RuleBook) -> Cells:
        """The cells for a case.

        Raises:
            CaseError: a field is wrong.
        """
        intake, fields = book.intake.read(answers), book.fields
        known = {name: value for name, value in answers.items() if name in fields and value is not None}
        return cls(known, {name: text_of(fields[name], getattr(intake, name), value) for name, value in known.items()})


def cell(question: Question, filled: Cells) -> Cell:
    """The cell of a question, filled in."""
    kind, choices = question.kind, list[tuple[str, str]]()
    if isinstance(kind, YesNo):
        choices = [("", "?"), ("yes", say("yes")), ("no", say("no"))]
    elif isinstance(kind, Choice):
        choices = [("", "?"), *((option, option) for option in kind.options)]
    unit = kind.unit if isinstance(kind, Number) else ""
    return question, choices, isinstance(kind, Medicines | OwnWords), unit, filled.texts.get(question.field, "")


def read_cells(form: Form, book: RuleBook) -> Cells:
    """The answers in the cells; what cannot be read is not used, and said so."""
    found = Cells({})
    for name, kind in book.fields.items():
        text = form.text(PREFIX + name)
        found.texts[name] = text
        if not text:
            continue
        try:
            value = read_cell(kind, text)
            book.intake.read({name: value})
        except CaseError as error:
            found.errors[name] = plain_message(error)
        else:
            found.answers[name] = value
    return found


def read_cell(kind: Kind, text: str) -> Any:
    """One answer as a case file writes it.

    Raises:
        NotAnsweredError: it cannot be read.
    """
    if isinstance(kind, Medicines):
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return [] if [line.lower() for line in lines] == ["none"] else [read_medicine(line) for line in lines]
    if isinstance(kind, Number):
        return text if any(char.isalpha() or char in "<>≤≥" for char in text) else read_number(with_point(text), kind)
    return text


def read_medicine(line: str) -> Any:
    """One line: a name, or a name and months: `omeprazole, 36`."""
    name, comma, months = line.rpartition(",")
    if comma and months.strip().replace(".", "", 1).isdigit():
        return {"name": name.strip(), "months": read_number(months.strip(), None)}
    return line


def text_of(kind: Kind, value: Any, given: Any) -> str:
    """What is in the cell of an answer, which was given so and means this value."""
    if isinstance(kind, YesNo):
        return "yes" if value else "no"
    if isinstance(kind, Medicines):
        lines = [m.name if m.months is None else f"{m.name}, {m.months:g}" for m in value]
        return "\n".join(lines) or "none"
    if isinstance(kind, Number) and isinstance(given, str):
        return given
    return f"{value:g}" if isinstance(value, float) else str(value)
