"""The marks of a class: a CSV table with one row a submission, and a page to look at together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from screener.printable import on_one_line
from screener.report.html import document
from screener.rulebook.book import RuleBook
from screener.spreadsheet import cell
from screener.templates import standalone
from screener.workbench.mark.expected import Expected
from screener.workbench.mark.marking import Marks

COLUMNS: Final = (
    "submission", "state", "reason", "cases_passed", "cases", "cases_failed", "flags_same", "flags", "flags_different",
    "warnings", "own_cases", "own_cases_failed", "mutation_score",
)  # fmt: skip
TEMPLATES: Final = Path(__file__).parents[1] / "templates"
STATES: Final = {"marked": "marked", "unfinished": "not finished", "broken": "broken"}


def csv_table(found: Iterable[Marks]) -> str:
    """The table; no cell is run by a spreadsheet."""
    rows = [COLUMNS, *(_row(marks) for marks in found)]
    return "".join(",".join(cell(on_one_line(value)) for value in row) + "\n" for row in rows)


def _row(marks: Marks) -> tuple[str, ...]:
    return (
        marks.name, marks.state, "; ".join(marks.reasons),
        _passed(marks), _number(marks.cases), "; ".join(failure.case for failure in marks.failures),
        _same(marks), _number(marks.flags), "; ".join(one.flag for one in marks.differences or ()),
        _number(None if marks.warnings is None else len(marks.warnings)),
        _number(marks.own_cases), _number(marks.own_failed), _number(marks.mutation),
    )  # fmt: skip


def _number(value: float | None) -> str:
    """A number, or nothing where it was not found out."""
    return "" if value is None else f"{value:g}"


def _passed(marks: Marks) -> str:
    return _number(None if marks.cases is None else marks.cases - len(marks.failures))


def _same(marks: Marks) -> str:
    if marks.flags is None or marks.differences is None:
        return ""
    return _number(marks.flags - len(marks.differences))


def page(found: Sequence[Marks], cases: Sequence[Expected], book: RuleBook, doubts: Sequence[str]) -> str:
    """The page for the class.

    Args:
        book: whose safety net and disclaimer come at the end.
        doubts: what the model book itself does otherwise than the cases expect.
    """
    made = standalone(TEMPLATES).get_template("marks.html")
    content = made.render(
        found=found, states=STATES, summary=summary(found), count=len(cases), doubts=doubts, cells=_cells,
        details=_details, hardest=_hardest(found, cases), texts=book.texts,
    )  # fmt: skip
    return document(content, "What was handed in")


def summary(found: Sequence[Marks]) -> str:
    """How many submissions came to what, in one line."""
    counts = {state: sum(marks.state == state for marks in found) for state in STATES}
    words = ", ".join(f"{counts[state]} {word}" for state, word in STATES.items())
    return f"{len(found)} submissions: {words}"


def _cells(marks: Marks) -> tuple[str, ...]:
    """The numbers of one line of the table."""
    return (
        _of(_passed(marks), marks.cases), _of(_same(marks), marks.flags),
        "" if marks.own_cases is None else f"{marks.own_cases} ({marks.own_failed} fail)",
        "" if marks.mutation is None else f"{marks.mutation:g} %",
    )  # fmt: skip


def _of(part: str, whole: float | None) -> str:
    return f"{part} of {whole}" if part else ""


def _details(marks: Marks) -> dict[str, Sequence[str]]:
    """What is wrong or different, by its heading."""
    differences = [
        f"{one.flag}: {one.theirs} instead of {one.model}, for instance with {one.example}"
        for one in marks.differences or ()
    ]
    found = {
        "Why it is not marked in full": marks.reasons,
        "Cases that it does not pass": [f"{one.case}: {'; '.join(one.unmet)}" for one in marks.failures],
        "Flags that mean something else than in the model": differences,
        "What the check warns of": marks.warnings,
    }
    return {title: items for title, items in found.items() if items}


def _hardest(found: Sequence[Marks], cases: Sequence[Expected]) -> list[str]:
    """The cases that most submissions fail: what to talk about."""
    counts = {case.id: sum(case.id in {f.case for f in marks.failures} for marks in found) for case in cases}
    hard = sorted((name for name, count in counts.items() if count), key=lambda name: -counts[name])
    return [f"Case {name}: not passed by {counts[name]}" for name in hard[:10]]
