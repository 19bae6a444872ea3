"""The question about silence: no view says that nothing matched, or that nothing is urgent, over what nobody speaks of.

For each guarded answer (a yes, a number outside its usual range, a text) the smallest case is taken in which it is
given while the rules find nothing: nothing urgent, or a last resort that is raised and complete. The real report of
that case is made in every form, and must not carry the words. What counts as spoken of is decided in one place
(`screener.report.heard`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from screener.case.answers import Number, OwnWords, YesNo
from screener.engine import reference
from screener.engine.facts import facts_of
from screener.report.build import ReportBuilder
from screener.report.heard import is_unusual, told
from screener.report.views import View
from screener.rulebook.question import Question
from screener.workbench.prove.net import VIEWS, words_of
from screener.workbench.prove.verdict import Verdict
from screener.workbench.space.diagrams import Diagram
from screener.workbench.space.space import Space
from screener.workbench.space.variables import GIVEN

SOMETHING: Final = "a"  # what is written in own words: no rule reads it, so any text will do for all


def silence(space: Space) -> Iterator[Verdict]:
    """One verdict for each guarded question that some rule reads, over each way to find nothing."""
    quiet = [~space.at_least(space.book.levels[1])]
    quiet += [space.raised(flag.id) for flag in space.book.flags.values() if flag.last_resort]
    for question in space.book.questions.values():
        if question.guarded and isinstance(question.kind, OwnWords):
            for found in quiet:
                yield _not_passed_over(space, question, found, {question.field: SOMETHING})
        if question.guarded and question.field in space.layout.fields:
            given = _given(space, question)
            if given is not None:
                for found in quiet:
                    yield _not_passed_over(space, question, found & given)


def _given(space: Space, question: Question) -> Diagram | None:
    """Where a yes was given, or a number outside its usual range; None for other questions."""
    here = space.diagrams.variable(f"{question.field}.{GIVEN}")
    if isinstance(question.kind, YesNo):
        return here & space.diagrams.variable(question.field)
    if isinstance(question.kind, Number) and question.usual is not None:
        return here & space.logic.value(question.usual, {}).refuted
    return None


def _not_passed_over(
    space: Space, question: Question, found: Diagram, also: Mapping[str, Any] | None = None
) -> Verdict:
    example, book = space.example(found), space.book
    if example is None:
        return Verdict(question.field, True)
    example = {**example, **(also or {})}
    intake = book.intake.read(example)
    facts = facts_of(intake, book)
    builder = ReportBuilder(intake, facts, reference.infer(book, facts), book)
    report = builder.build()
    forbidden = {flag.explanation for flag in book.flags.values() if flag.last_resort and told(question, facts)}
    if is_unusual(question, facts) or question.field in builder.not_covered:
        forbidden |= {book.texts[f"title-{book.levels[0]}"], book.texts["no-flag"]}
    for form, reading in VIEWS:
        view = View(book, form, reading)
        view.add(report, intake, first=True)
        shown = words_of(view.finish(several=False)).lower()
        for text in filter(None, forbidden):
            if words_of(text).lower() in shown:
                message = f"with `{question.field}` answered so, the {form} report says: {text}"
                return Verdict(question.field, False, message, example)
    return Verdict(question.field, True, example=example)
