"""What a change comes to, and what the rules make of a case that was typed: in the words of the book, and as lines.

A case next to an editor is typed as lines of `field: answer`; a book that is being changed reads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from json import dumps
from typing import Any, Final

from screener.case.fields import CASE_ID
from screener.case.model import BaseIntake
from screener.errors import CaseError
from screener.report.brief import BriefPage
from screener.rulebook.book import RuleBook
from screener.rulebook.document import parse_document
from screener.saying import speaking
from screener.workbench.cases import examined
from screener.workbench.diff.diff import CaseShift
from screener.workbench.problem import Problem, counted, of_loader, problem
from screener.workbench.trial import Trial

NAME: Final = "case"  # what messages call it
URGENCY: Final = "urgency"
MOST: Final = 12  # of a kind that are listed


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
    def of(cls, book: RuleBook, intake: BaseIntake) -> Hits:
        """Those of a case."""
        case = examined(book, intake)
        outcome = case.outcome
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


def told(trial: Trial, old: RuleBook | None) -> Iterator[str]:
    """What is wrong, and what changed since the book before.

    Args:
        trial: the book as it is now.
        old: the one that it was compared with.
    """
    yield from _some([str(problem) for problem in trial.problems], "problems")
    if trial.book is None:
        yield f"{counted(len(trial.errors), 'error')}: the rule book cannot be used"
        return
    errors = len(trial.errors)
    odd = f"{counted(errors, 'error')}, {counted(len(trial.problems) - errors, 'warning')}"
    yield odd if trial.problems else "the rule book is well formed"
    if not trial.compared:
        yield "there is no sound book before this one, so nothing is compared"
    elif not (trial.texts or trial.vignettes or trial.cases):
        yield f"nothing changes: {trial.tried} cases and vignettes tried"
    yield from _some([str(change) for change in trial.texts], "changes")
    for word, shifts in (("vignette", trial.vignettes), ("rule case", trial.cases)):
        yield from _shifts(word, shifts, trial.book, old)
    yield from _some([str(case) for case in trial.broken], "cases that do not come true")
    yield from _some([f"{name} is refused now: {why}" for name, why in trial.refused], "vignettes")


def _shifts(word: str, shifts: Sequence[CaseShift], new: RuleBook, old: RuleBook | None) -> Iterator[str]:
    if shifts:
        yield f"{counted(len(shifts), word)} {'changes' if len(shifts) == 1 else 'change'}"
    yield from _some([f"  {shift.case}: {'; '.join([*moves(shift, new, old), *fired(shift)])}" for shift in shifts])


def told_of_case(name: str, typed: TypedCase, book: RuleBook) -> Iterator[str]:
    """What the rules make of a case."""
    if typed.intake is None:
        yield from map(str, typed.problems)
        return
    hits = Hits.of(book, typed.intake)
    yield f"{name}: {hits.urgency}"
    for status, found in hits.flags.items():
        yield from _some([f"  {status}: {title} ({flag})" for flag, title in found], "of these")
    yield from _some([f"  fires: {rule}: {because}" for rule, _, because in hits.rules], "rules")


def _some(lines: Sequence[str], what: str = "") -> Iterator[str]:
    yield from lines[:MOST]
    if len(lines) > MOST:
        yield f"  and {len(lines) - MOST} more {what}".rstrip()


def moves(shift: CaseShift, new: RuleBook, old: RuleBook | None = None) -> list[str]:
    """Each status and the urgency that is another one: `Ask about magnesium: possible, was ruled out`.

    The urgency comes first.

    Args:
        shift: what changed.
        new: the book with the change.
        old: the book before; it has the titles of what was taken out.
    """
    return [
        f"{_title(what, new, old)}: {after.replace('-', ' ')}, was {before.replace('-', ' ')}"
        for what, before, after in sorted(shift.changes, key=lambda change: change[0] != URGENCY)
    ]


def fired(shift: CaseShift) -> list[str]:
    """The rules that fire in one version only."""
    return [
        *(f"now fires: {rule}" for rule in shift.newly),
        *(f"no longer fires: {rule}" for rule in shift.no_longer),
    ]


def _title(what: str, new: RuleBook, old: RuleBook | None) -> str:
    if what == URGENCY:
        return "urgency"
    for book in (new, old):
        if book is not None and what in {**book.flags, **book.findings}:
            return book.title(what)
    return what
