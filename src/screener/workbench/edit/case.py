"""A case next to an editor: typed as lines of `field: answer`, and what a book that is being changed makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from json import dumps
from typing import Any, Final

from screener.case.fields import CASE_ID
from screener.case.model import BaseIntake
from screener.errors import CaseError
from screener.report.brief import BriefPage
from screener.report.build import ReportBuilder
from screener.rulebook.book import RuleBook
from screener.rulebook.document import parse_document
from screener.saying import speaking
from screener.workbench.problem import Problem, of_loader, problem

NAME: Final = "case"  # what messages call it


@dataclass(frozen=True, slots=True)
class TypedCase:
    """A case as somebody typed it: read, or with what is wrong, each at its line."""

    intake: BaseIntake | None
    problems: tuple[Problem, ...] = ()


def typed_case(text: str, book: RuleBook, name: str = NAME) -> TypedCase:
    """Read a case that is written as in a rule file (`fatigue: yes`, a line for each answer), or as JSON.

    Args:
        text: as it was typed.
        book: whose questions are answered.
        name: what messages call it.
    """
    document = parse_document(text.encode("utf-8", "surrogatepass"), name)
    if document.problems:
        return TypedCase(None, tuple(of_loader(problem, "case") for problem in document.problems))
    data = {} if document.data is None else document.data
    if not isinstance(data, dict):
        return TypedCase(None, (Problem(name, 1, 1, "a case has a line for each answer: `field: answer`", "case"),))
    try:
        return TypedCase(book.intake.read(data))
    except CaseError as error:
        places = [(wrong, document.place(tuple(wrong.field.split(".")[:1]))) for wrong in error.problems]
        return TypedCase(None, tuple(problem(place, str(wrong), "case") for wrong, place in places))


def as_lines(answers: Mapping[str, Any]) -> str:
    """Answers as somebody would type them."""
    words = {True: "yes", False: "no", None: "unknown"}
    return "".join(
        f"{name}: {words[value] if isinstance(value, bool | None) else _value(value)}\n"
        for name, value in answers.items()
        if name != CASE_ID
    )


def _value(value: Any) -> str:
    return value if isinstance(value, str) and value.isalnum() else dumps(value, ensure_ascii=False)


@dataclass(frozen=True)
class Hits:
    """What the rules make of a case.

    Attributes:
        urgency: in words, as people read it.
        flags: the findings and flags that came up or still could, by status: id and title of each.
        rules: the rules that fired, each with its conclusion and its reason.
        page: the page that a person would read.
    """

    urgency: str
    flags: dict[str, list[tuple[str, str]]]
    rules: list[tuple[str, str, str]]
    page: str

    @classmethod
    def of(cls, case: ReportBuilder) -> Hits:
        """Those of a case that was examined."""
        book, outcome = case.book, case.outcome
        with speaking(book.subject.language):
            page = BriefPage(case.build(), book).text(())
        return cls(
            case.title(),
            {
                status: [(name, book.title(name)) for name in outcome.having(status, book)]
                for status in ("raised", "suppressed", "possible")
            },
            [(name, book.rule[name].concludes, " ".join(book.rule[name].said().split())) for name in outcome.rules],
            page,
        )
