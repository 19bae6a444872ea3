"""The question about what must be said: every result carries the disclaimer and the safety net, in every form.

The report has one place where both are set, whatever was concluded; that is by construction. Here a report is built for
a case of every flag in every status and of every urgency, in every form, and both texts are looked for in it.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from screener.engine import reference
from screener.engine.facts import facts_of
from screener.report.build import ReportBuilder
from screener.report.forms import FORMS
from screener.report.views import Reading, View
from screener.workbench.prove import flags as prove_flags
from screener.workbench.prove import urgency as prove_urgency
from screener.workbench.prove.verdict import Verdict
from screener.workbench.space.space import Space

TEXTS = ("disclaimer", "safety-net")
# the page that fits one screen says both in its own words
BRIEF = ("brief-disclaimer", "brief-signs")
VIEWS: tuple[tuple[str, Reading], ...] = (
    *((FORMS[0], reading) for reading in get_args(Reading)),
    *((form, "brief") for form in FORMS[1:]),
)
QUESTIONS = (prove_flags.raised, prove_flags.possible, prove_flags.ruled_out, prove_urgency.levels)


def carries(space: Space) -> Iterator[Verdict]:
    """A report of each kind carries both texts in each form."""
    emergencies = [f"brief-{level}" for level in space.book.levels if space.book.levels.is_emergency(level)]
    keys = dict.fromkeys((*TEXTS, *BRIEF, *emergencies))
    texts = {key: words_of(space.book.texts.get(key, "")) for key in keys}
    for key, text in texts.items():
        if not text:
            yield Verdict(key, False, f"the text `{key}` is empty, and every result must carry it")
    seen: dict[str, str] = {}
    for question in QUESTIONS:
        for verdict in question(space):
            if verdict.example is not None:
                case = json.dumps(verdict.example)
                if case not in seen:
                    seen[case] = _not_carried(space, verdict.example, texts)
                yield Verdict(verdict.subject, not seen[case], seen[case], verdict.example)


def _not_carried(space: Space, case: Mapping[str, Any], texts: dict[str, str]) -> str:
    """What a report of this case does not carry; nothing when it carries all."""
    intake = space.book.intake.read(case)
    facts = facts_of(intake, space.book)
    report = ReportBuilder(intake, facts, reference.infer(space.book, facts), space.book).build()
    is_emergency = space.book.levels.is_emergency(report.urgency)
    brief = ("brief-disclaimer", f"brief-{report.urgency}") if is_emergency else BRIEF
    for form, reading in VIEWS:
        view = View(space.book, form, reading)
        view.add(report, intake, first=True)
        shown = words_of(view.finish(several=False))
        for key in brief if (form, reading) == ("text", "brief") else TEXTS:
            if texts[key] not in shown:
                return f"the {form} report does not carry the text `{key}`"
    return ""


def words_of(text: str) -> str:
    """The words of a page, without tags, signs and line breaks."""
    plain = html.unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", text, flags=re.DOTALL))
    return " ".join(re.findall(r"\w+", plain.replace("\\n", " ")))
