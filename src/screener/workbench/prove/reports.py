"""Questions about what people read: reports are made of cases of every kind, in every form, and looked at.

- Every result carries the disclaimer and the safety net. The report has one place where both are set, whatever was
  concluded; that is by construction. Here a report is built for a case of every flag in every status and of every
  urgency, in every form, and both texts are looked for in it.
- Every raised flag is reached from the default page, and a red flag is told before others.
- No view says that nothing matched, or that nothing is urgent, over what nobody speaks of. For each guarded answer (a
  yes, a number outside its usual range, a text) the smallest case is taken in which it is given while the rules find
  nothing: nothing urgent, or a last resort that is raised and complete. The real report of that case is made in every
  form, and must not carry the words. What counts as spoken of is decided in one place (`screener.report.heard`).
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, get_args

from screener.case.answers import Number, OwnWords, YesNo
from screener.report.blocks import FORMS
from screener.report.brief import BriefPage
from screener.report.build import ReportBuilder
from screener.report.heard import is_unusual, told
from screener.report.model import Report
from screener.report.views import Reading, View
from screener.rulebook.question import Question
from screener.workbench.cases import examined
from screener.workbench.prove.questions import Asking, Verdict, levels, possible, raised, ruled_out
from screener.workbench.space.diagrams import Diagram
from screener.workbench.space.space import Space
from screener.workbench.space.variables import GIVEN

TEXTS: Final = ("disclaimer", "safety-net")
# the page that fits one screen says both in its own words
BRIEF: Final = ("brief-disclaimer", "brief-signs")
VIEWS: Final[tuple[tuple[str, Reading], ...]] = (
    *((FORMS[0], reading) for reading in get_args(Reading)),
    *((form, "brief") for form in FORMS[1:]),
)
SOMETHING: Final = "a"  # what is written in own words: no rule reads it, so any text will do for all


def _of_each_kind(
    space: Space, kinds: Iterable[Asking], wrong: Callable[[Report, ReportBuilder], str]
) -> Iterator[Verdict]:
    """A verdict on the report of each case that shows one of these; a case that shows several is looked at once.

    Args:
        wrong: what is wrong with a report, or nothing.
    """
    seen: dict[str, str] = {}
    for ask in kinds:
        for verdict in ask(space):
            if verdict.example is not None:
                case = json.dumps(verdict.example)
                if case not in seen:
                    builder = _examined(space, verdict.example)
                    seen[case] = wrong(builder.build(), builder)
                yield Verdict(verdict.subject, not seen[case], seen[case], verdict.example)


def _examined(space: Space, case: Mapping[str, Any]) -> ReportBuilder:
    return examined(space.book, space.book.intake.read(case))


def _shown(report: Report, builder: ReportBuilder) -> Iterator[tuple[str, Reading, str]]:
    """The words of a report in each form and for each reading."""
    for form, reading in VIEWS:
        view = View(builder.book, form, reading)
        view.add(report, builder.intake)
        yield form, reading, words_of(view.finish(several=False))


def words_of(text: str) -> str:
    """The words of a page, without tags, signs and line breaks."""
    plain = html.unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", text, flags=re.DOTALL))
    return " ".join(re.findall(r"\w+", plain.replace("\\n", " ")))


def carries(space: Space) -> Iterator[Verdict]:
    """A report of each kind carries both texts in each form."""
    levels_of_book = space.book.levels
    emergencies = [f"brief-{level}" for level in levels_of_book if levels_of_book.is_emergency(level)]
    keys = dict.fromkeys((*TEXTS, *BRIEF, *emergencies))
    texts = {key: words_of(space.book.texts.get(key, "")) for key in keys}
    for key, text in texts.items():
        if not text:
            yield Verdict(key, False, f"the text `{key}` is empty, and every result must carry it")

    def not_carried(report: Report, builder: ReportBuilder) -> str:
        is_emergency = levels_of_book.is_emergency(report.urgency)
        brief = ("brief-disclaimer", f"brief-{report.urgency}") if is_emergency else BRIEF
        for form, reading, shown in _shown(report, builder):
            for key in brief if (form, reading) == ("text", "brief") else TEXTS:
                if texts[key] not in shown:
                    return f"the {form} report does not carry the text `{key}`"
        return ""

    yield from _of_each_kind(space, (raised, possible, ruled_out, levels), not_carried)


def reached(space: Space) -> Iterator[Verdict]:
    """In a report of each kind, every flag that is shown is reached from the default page; no topic calms it down."""
    return _of_each_kind(space, (raised, possible, levels), _unreached)


def _unreached(report: Report, builder: ReportBuilder) -> str:
    """What is wrong with the default page; nothing when nothing is."""
    summary, book = report.summary, builder.book
    shown = {flag.id for flag in report.flags if flag.title and (flag.status == "raised" or flag.fail_safe)}
    told = {name for topic in summary.topics for name in topic.flags}
    rest = {name for topic in summary.also for name in topic.flags}
    if lost := sorted(shown - told - rest):
        return f"no topic of the page speaks for `{lost[0]}`, which is raised"
    red = sorted(name for name in rest if book.flags[name].red_flag)
    if red and any(not book.flags[name].red_flag for name in told):
        return f"the red flag `{red[0]}` is only named by its topic's title, while others are told"
    title = report.title(book)
    if title.upper() not in BriefPage(report, book).text().upper() and not summary.open.urgent:
        return f"the page does not say that the urgency is {report.urgency}"
    return ""


def silence(space: Space) -> Iterator[Verdict]:
    """One verdict for each guarded question that some rule reads, over each way to find nothing."""
    quiet = [~space.at_least(space.book.levels[1])]
    quiet += [space.raised(flag.id) for flag in space.book.flags.values() if flag.last_resort]
    for question in space.book.questions.values():
        if question.guarded and (given := _given(space, question)) is not None:
            for found in quiet:
                yield _not_passed_over(space, question, found & given)


def _given(space: Space, question: Question) -> Diagram | None:
    """Where a yes was given, or a number outside its usual range, or any text; None for other questions."""
    if isinstance(question.kind, OwnWords):
        return space.diagrams.everything
    if question.field not in space.layout.fields:
        return None
    here = space.diagrams.variable(f"{question.field}.{GIVEN}")
    if isinstance(question.kind, YesNo):
        return here & space.diagrams.variable(question.field)
    if isinstance(question.kind, Number) and question.usual is not None:
        return here & space.logic.value(question.usual, {}).refuted
    return None


def _not_passed_over(space: Space, question: Question, found: Diagram) -> Verdict:
    example, book = space.example(found), space.book
    if example is None:
        return Verdict(question.field, True)
    if isinstance(question.kind, OwnWords):
        example = {**example, question.field: SOMETHING}
    builder = _examined(space, example)
    facts = builder.facts
    forbidden = {flag.explanation for flag in book.flags.values() if flag.last_resort and told(question, facts)}
    if is_unusual(question, facts) or question.field in builder.not_covered:
        forbidden |= {book.texts[f"title-{book.levels[0]}"], book.texts["no-flag"]}
    for form, _, shown in _shown(builder.build(), builder):
        for text in filter(None, forbidden):
            if words_of(text).lower() in shown.lower():
                message = f"with `{question.field}` answered so, the {form} report says: {text}"
                return Verdict(question.field, False, message, example)
    return Verdict(question.field, True, example=example)
