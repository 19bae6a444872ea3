"""What is shown and handed out: the slides, the learner's sheet to fill in, and the teacher's key to it.

The slides have one step each, with notes for the presenter, and no need of scripts; sheet and key print on A4.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from markupsafe import Markup

from screener.explain.chain import because
from screener.explain.goal import urgent
from screener.explain.kit.kit import Kit
from screener.explain.kit.lesson import as_html
from screener.explain.lab import words
from screener.explain.lab.transcript import opening, step_title
from screener.report.html import PAGE_STYLE, whole
from screener.report.html import STYLE as REPORT_STYLE
from screener.saying import say
from screener.templates import standalone

HERE: Final = Path(__file__)
SLIDES_STYLE: Final = "\n" + HERE.with_name("slides.css").read_text(encoding="utf-8")
SCRIPT: Final = Markup("\n" + HERE.with_name("slides.js").read_text(encoding="utf-8"))
SHOWN: Final = 7  # rules of a conflict set on one slide
SHEET_STYLE: Final = REPORT_STYLE + PAGE_STYLE + "\n" + HERE.with_name("sheet.css").read_text(encoding="utf-8")
MOST_ROWS: Final = 12  # of the table to fill in
LINES: Final = 4  # to write on


def slides(kit: Kit) -> str:
    """The slides as a complete HTML document."""
    pages = [
        *[(kind, None) for kind in ("story", "question", "known")],
        *[("step", step) for step in kit.shown.run.steps],
        ("orders", None),
        *[("backward", found) for found in kit.shown.backward],
        ("end", None),
    ]
    return _page("slides", kit.lesson.title, kit, SLIDES_STYLE, slides=pages, most=SHOWN, script=SCRIPT)


def sheet(kit: Kit) -> str:
    """The learner's sheet."""
    rows = [("", "", "")] * min(len(kit.shown.run.steps), MOST_ROWS)
    return _page("sheet", kit.lesson.title, kit, SHEET_STYLE, rows=rows, lines=LINES)


def key(kit: Kit) -> str:
    """The teacher's key."""
    rows = [
        (step.chosen.rule, words.listed(one.rule for one in step.conflict), words.why(kit.shown, step))
        for step in kit.shown.run.steps
    ]
    return _page("key", say("Key: {title}", title=kit.lesson.title), kit, SHEET_STYLE, rows=rows)


def _page(name: str, title: str, kit: Kit, style: str, **more: Any) -> str:
    parts = {part: as_html(text) for part, text in kit.lesson.parts.items()}
    inside = standalone(HERE.with_name("templates")).get_template(f"{name}.html").render(
        title=title, lesson=kit.lesson, parts=parts, case=kit.case, shown=kit.shown, questions=kit.questions,
        urgent=urgent(kit.case), opening=opening(kit.case), words=words, because=because, step_title=step_title, **more,
    )  # fmt: skip
    return whole(title, style, f"\n{inside}")
