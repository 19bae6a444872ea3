"""The marks of a class: a CSV table with one row a submission, and a page to look at together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from screener.printable import on_one_line
from screener.report.html import document, safe
from screener.rulebook.book import RuleBook
from screener.spreadsheet import cell
from screener.workbench.mark.expected import Expected
from screener.workbench.mark.marking import Marks

COLUMNS: Final = (
    "submission", "state", "reason", "cases_passed", "cases", "cases_failed", "flags_same", "flags", "flags_different",
    "warnings", "own_cases", "own_cases_failed", "mutation_score",
)  # fmt: skip
STYLE: Final = f"<style>{Path(__file__).with_suffix('.css').read_text(encoding='utf-8').rstrip()}</style>\n"
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
    parts = [STYLE, "<h1>What was handed in</h1>\n", _summary(found, cases)]
    if doubts:
        parts.append("<h2>The model book and the cases do not agree</h2>\n" + _list(doubts))
    parts += [_table(found), *(_details(marks) for marks in found), _hardest(found, cases)]
    parts += [f'<p class="small">{safe(book.texts[key])}</p>\n' for key in ("safety-net", "disclaimer")
              if book.texts.get(key)]  # fmt: skip
    return document("".join(parts), "What was handed in")


def summary(found: Sequence[Marks]) -> str:
    """How many submissions came to what, in one line."""
    counts = {state: sum(marks.state == state for marks in found) for state in STATES}
    words = ", ".join(f"{counts[state]} {word}" for state, word in STATES.items())
    return f"{len(found)} submissions: {words}"


def _summary(found: Sequence[Marks], cases: Sequence[Expected]) -> str:
    return (
        f"<p>{safe(summary(found))}. Each was run on {len(cases)} cases of the teacher. The mutation score says how "
        "many of the small slips that one could make in its rules its own cases would notice.</p>\n"
    )


def _table(found: Sequence[Marks]) -> str:
    heads = ("Submission", "State", "Cases passed", "Flags as in the model", "Own cases", "Mutation score")
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="Results"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>\n{''.join(map(_line, found))}</tbody></table></div>\n"
    )


def _line(marks: Marks) -> str:
    own = "" if marks.own_cases is None else f"{marks.own_cases} ({marks.own_failed} fail)"
    cells = (
        _of(_passed(marks), marks.cases), _of(_same(marks), marks.flags), own,
        "" if marks.mutation is None else f"{marks.mutation:g} %",
    )  # fmt: skip
    numbers = "".join(f'<td class="n">{safe(text) or "–"}</td>' for text in cells)
    name = f'<th scope="row">{safe(marks.name)}</th>'
    return f'<tr class="{marks.state}">{name}<td>{STATES[marks.state]}</td>{numbers}</tr>\n'


def _of(part: str, whole: float | None) -> str:
    return f"{part} of {whole}" if part else ""


def _details(marks: Marks) -> str:
    inside = "".join(_sections(marks)) or "<p>Every case is passed, and nothing differs from the model.</p>\n"
    return f"<details><summary>{safe(marks.name)}: {STATES[marks.state]}</summary>\n{inside}</details>\n"


def _sections(marks: Marks) -> Iterator[str]:
    if marks.reasons:
        yield _section("Why it is not marked in full", marks.reasons)
    if marks.failures:
        yield _section("Cases that it does not pass", [f"{one.case}: {'; '.join(one.unmet)}" for one in marks.failures])
    if marks.differences:
        told = [f"{d.flag}: {d.theirs} instead of {d.model}, for instance with {d.example}" for d in marks.differences]
        yield _section("Flags that mean something else than in the model", told)
    if marks.warnings:
        yield _section("What the check warns of", marks.warnings)


def _section(title: str, items: Iterable[str]) -> str:
    return f"<h3>{title}</h3>\n{_list(items)}"


def _list(items: Iterable[str]) -> str:
    return "<ul>\n" + "".join(f"<li>{safe(item)}</li>\n" for item in items) + "</ul>\n"


def _hardest(found: Sequence[Marks], cases: Sequence[Expected]) -> str:
    """The cases that most submissions fail: what to talk about."""
    counts = {case.id: sum(case.id in {f.case for f in marks.failures} for marks in found) for case in cases}
    hard = sorted((name for name, count in counts.items() if count), key=lambda name: -counts[name])
    if not hard:
        return ""
    return "<h2>What to talk about</h2>\n" + _list(f"Case {name}: not passed by {counts[name]}" for name in hard[:10])
