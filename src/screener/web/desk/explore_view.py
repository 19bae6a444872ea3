"""What the page to explore shows of a case: statuses, the chain of one flag step by step, the rules as written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from screener.explain.chain import Reason, Step, chain_to, merged
from screener.explain.goal import goal_of, goals_of, title_of
from screener.explain.questions import shown
from screener.explain.what_if import WhatIf, compare
from screener.explain.why_not import why_not
from screener.explain.words import step_details
from screener.report.build import ReportBuilder
from screener.saying import say
from screener.web.desk.explore_edit import Edits
from screener.web.desk.reading import Form
from screener.web.desk.result import askable
from screener.web.desk.written import Line, marked
from screener.web.render import picture

EVERYTHING: Final = "*"  # instead of a flag: all that came up
WIDE: Final = 970  # pixels: what is shown, a little smaller, next to the rule on a projector
MOST_RULES: Final = 6  # shown next to one step
MOST_CELLS: Final = 12  # answers that come first


@dataclass(frozen=True, slots=True)
class ShownRule:
    """A rule next to the picture.

    Attributes:
        lines: its text, with what matches marked.
        editable: whether it can be changed here.
    """

    id: str
    lines: tuple[Line, ...]
    sources: tuple[tuple[str, str], ...]
    changed: bool
    editable: bool


class ExploreView:
    """What the rules make of the answers, and what the page shows of it."""

    def __init__(self, case: ReportBuilder, form: Form, edits: Edits) -> None:
        self.case, self.form, self.edits = case, form, edits
        self.urgent, self.urgency = case.book.levels.is_urgent(case.outcome.urgency), case.title()
        self.fresh = bool(form.text("load") or form.text("case")) or not form.fields
        self.flag = ("" if form.text("load") == "example" else form.text("flag")) or self.first
        names = shown(case) if self.flag == EVERYTHING else goals_of(case, self.flag)
        values = case.outcome.values
        self.chains = [chain_to(case, name) for name in names if values[name] is not None]
        self.possible = [why_not(case, name) for name in names if values[name] is None]

    @property
    def first(self) -> str:
        """The flag that is shown at first: the most urgent one that came up, or one that is open."""
        book, outcome = self.case.book, self.case.outcome
        usual = [name for name in book.flags if name not in self.case.hidden and not book.flags[name].last_resort]
        still_open = [name for name in usual if outcome.status(name) == "possible"]
        return next(iter([*shown(self.case), *still_open, *usual]), EVERYTHING)

    @property
    def title(self) -> str:
        """What the picture is about."""
        every = self.flag == EVERYTHING
        return say("everything that came up") if every else title_of(self.case, goal_of(self.case, self.flag))

    @property
    def choices(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """What the picture can be about, by status; with what it is about now."""
        found = askable(self.case)
        if self.flag != EVERYTHING and all(self.flag != name for _, names in found for name, _ in names):
            found.append((say("Also"), [(self.flag, self.title)]))
        return found

    def listed(self, status: str) -> list[tuple[str, str, str]]:
        """The findings and flags with a status: kind, id and title."""
        book = self.case.book
        return [
            ("flags" if name in book.flags else "findings", name, book.title(name))
            for name in self.case.outcome.having(status, book)  # type: ignore[arg-type]
        ]

    @cached_property
    def near(self) -> list[str]:
        """The questions whose answers the picture rests on, or waits for; they come first."""
        used = [use.name for step in self.merged for use in _uses(step.reasons) if use.kind == "answer"]
        waiting = [name for item in self.possible for name, _ in item.open_fields]
        asked = self.case.book.questions
        return [name for name in dict.fromkeys([*used, *waiting]) if name in asked][:MOST_CELLS]

    # the steps

    @cached_property
    def merged(self) -> tuple[Step, ...]:
        """The steps of the chains."""
        return merged(self.chains)

    @property
    def total(self) -> int:
        """How many steps the chains have."""
        return len(self.merged)

    @cached_property
    def step(self) -> int:
        """The step that the page has come to: none of what is new here, else the last unless one is asked for.

        Raises:
            CaseError: it is not a number.
        """
        asked = self.form.whole("step", "is not a number of a step")
        if self.fresh or self.form.text("shown") not in ("", self.flag):
            return 0
        return self.total if asked is None else min(asked, self.total)

    @property
    def now(self) -> Step | None:
        """The step next to the picture; before the first one, the first at which a rule fires."""
        if self.step:
            return self.merged[self.step - 1]
        return next((step for step in self.merged if step.rule), next(iter(self.merged), None))

    @property
    def details(self) -> list[str]:
        """The reasons of the step next to the picture."""
        return step_details(self.now, self.merged) if self.now else []

    @property
    def picture(self) -> Any:
        """The picture up to the step."""
        return picture(self.chains, self.possible, self.step if self.step < self.total else None, WIDE)

    @property
    def rules(self) -> list[ShownRule]:
        """The rules of the step next to the picture, or, of what is open, those that could still conclude it."""
        if self.now:
            return [self.rule(one.rule, [use.name for use in _uses([one])]) for one in self.now.reasons][:MOST_RULES]
        waiting = {item.goal: [name for name, _ in item.open_fields] for item in self.possible}
        rules = [(rule.id, names) for goal, names in waiting.items() for rule in self.case.book.rules_for[goal]]
        return [self.rule(*one) for one in rules[:MOST_RULES]]

    def rule(self, name: str, names: Sequence[str]) -> ShownRule:
        """A rule as it is now, with what matches marked."""
        book = self.case.book
        lines = marked(book.rule[name], self.edits.text(name), names, book)
        sources = tuple((source, book.sources[source].title) for source in book.rule[name].sources)
        editable = bool(self.edits.original(name))
        return ShownRule(name, lines, sources, name in self.edits.texts, editable)

    # what changed

    @property
    def difference(self) -> WhatIf | None:
        """What the answers changed since the page before; None when nothing did.

        Raises:
            ProblemError, CaseError: the answers of the page before are no case.
        """
        if not self.form.text("was") or self.fresh:
            return None
        before = Form({"answers": [self.form.text("was")]}).answers()
        found = compare(self.edits.examine(before), self.case)
        return found if found.changes else None


def _uses(reasons: Iterable[Reason]) -> list[Any]:
    return [use for reason in reasons for use in reason.uses if not use.gate]
