"""What was asked about a case, answered: the questions of one call, collected for every form of output."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from screener.explain.chain import Chain
from screener.explain.goal import goals_of
from screener.explain.how import How, how
from screener.explain.what_if import WhatIf, what_if
from screener.explain.why_not import WhyNot, why_not
from screener.report.build import ReportBuilder
from screener.screening import Screener

if TYPE_CHECKING:
    from screener.explain.smallest.changes import SmallestChanges


@dataclass
class Explanation:
    """The answers to what was asked about one case.

    Attributes:
        case: everything about the case (as changed, when it was asked what if).
        hows: the way to each raised flag that was asked about.
        why_nots: what rules out or keeps open each other one.
        changes: the smallest changes that were asked for.
        difference: what the other answers changed, or None.
    """

    case: ReportBuilder
    hows: list[How] = field(default_factory=list)
    why_nots: list[WhyNot] = field(default_factory=list)
    changes: list[SmallestChanges] = field(default_factory=list)
    difference: WhatIf | None = None

    @property
    def chains(self) -> list[Chain]:
        """What can be drawn: proofs first, then refutations."""
        refutations = [found.refutation for found in self.why_nots if found.refutation is not None]
        return [*(found.chain for found in self.hows), *refutations]

    @property
    def possible(self) -> list[WhyNot]:
        """Conclusions that are still open."""
        return [found for found in self.why_nots if found.status == "possible"]

    @property
    def kept_back(self) -> list[str]:
        """What raised flags say of the others that they keep back."""
        values, outcome = self.case.outcome.values, self.case.outcome
        return [
            flag.hides_because
            for flag in self.case.book.flags.values()
            if flag.hides_because and outcome.status(flag.id) == "raised"
            if any(values.get(name, False) is not False for name in flag.outdone)
        ]


def ask(
    screener: Screener,
    case: ReportBuilder,
    flags: Sequence[str] = (),
    why_nots: Sequence[str] = (),
    what_ifs: Sequence[str] = (),
    smallest: Sequence[str] = (),
) -> Explanation:
    """Answer questions about a case; with no question, how every raised flag came up.

    Args:
        screener: the engine, for what-if.
        case: the examined case.
        flags: ids of flags or findings to explain, whatever their status; `urgency` for the urgency.
        why_nots: ids to explain why they are not raised.
        what_ifs: changes as `FIELD=VALUE`; everything else is then asked about the changed case.
        smallest: ids for which the smallest changes are looked for.

    Raises:
        UsageError: there is no such flag, or a change is not one.
    """
    difference = what_if(screener, case, what_ifs) if what_ifs else None
    found = Explanation(difference.after if difference else case, difference=difference)
    if not (flags or why_nots or what_ifs or smallest):
        flags = shown(case)
    for goal in _goals(found.case, flags):
        if found.case.outcome.values[goal] is True:
            found.hows.append(how(found.case, goal))
        else:
            found.why_nots.append(why_not(found.case, goal))
    for goal in _goals(found.case, why_nots):
        found.why_nots.append(why_not(found.case, goal))
    for goal in _goals(found.case, smallest):
        found.changes += _smallest(found.case, goal)
    return found


def _goals(case: ReportBuilder, names: Sequence[str]) -> list[str]:
    return [goal for name in names for goal in goals_of(case, name)]


def shown(case: ReportBuilder) -> list[str]:
    """The raised flags whose text a report shows, most urgent first."""
    return [flag.id for flag in case.flags(False) if flag.status == "raised" and flag.title]


def _smallest(case: ReportBuilder, goal: str) -> list[SmallestChanges]:
    """The changes to the other status; to both, while it is open. Imported when asked for: most calls do not."""
    from screener.explain.smallest.changes import smallest_changes

    value = case.outcome.values[goal]
    return [smallest_changes(case, goal, wanted) for wanted in (True, False) if value is not wanted]
