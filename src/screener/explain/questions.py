"""What can be asked about a case, declared once for the command line and the API; and the answers to one call.

What answers a question is imported when it is asked: most calls ask one, and the help only lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from screener.explain.chain import Chain
    from screener.explain.how import How
    from screener.explain.smallest.sets import SmallestChanges
    from screener.explain.what_if import WhatIf
    from screener.explain.why_not import WhyNot
    from screener.report.build import ReportBuilder
    from screener.screening import Screener


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
    def others(self) -> list[WhyNot | SmallestChanges]:
        """The answers that follow the ways to raised flags, in the order in which they are told."""
        return [*self.why_nots, *self.changes]

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


def _how(found: Explanation, goal: str) -> None:
    """How a conclusion came up, or why it did not."""
    from screener.explain.how import how

    if found.case.outcome.values[goal] is True:
        found.hows.append(how(found.case, goal))
    else:
        _why_not(found, goal)


def _why_not(found: Explanation, goal: str) -> None:
    from screener.explain.why_not import why_not

    found.why_nots.append(why_not(found.case, goal))


def _smallest(found: Explanation, goal: str) -> None:
    """The changes to the other status; to both, while it is open."""
    from screener.explain.smallest.changes import smallest_changes

    value = found.case.outcome.values[goal]
    found.changes += [smallest_changes(found.case, goal, wanted) for wanted in (True, False) if value is not wanted]


@dataclass(frozen=True)
class Asking:
    """Something that can be asked.

    Attributes:
        key: its name in the API.
        option: its name on the command line.
        takes: what is named there.
        help: what it does, for the command line.
        about: what is named in the API, where that is conclusions.
        answer: adds the answer about one conclusion; None for what changes the case instead.
    """

    key: str
    option: str
    takes: str
    help: str
    about: str = ""
    answer: Callable[[Explanation, str], None] | None = None


QUESTIONS: Final = {
    "flags": Asking(
        "flags", "--flag", "ID", "Explain this flag or finding; may be repeated.",
        "explain these, whatever their status; `urgency` too", _how,
    ),
    "why_nots": Asking(
        "why_not", "--why-not", "ID", "Explain why this flag is not raised.", "why these are not raised", _why_not
    ),
    "what_ifs": Asking(
        "what_if", "--what-if", "FIELD=VALUE",
        "Show what another answer changes; may be repeated. Medicines: medicines=+NAME, medicines=-NAME.",
    ),
    "smallest": Asking(
        "smallest", "--smallest", "ID", "The smallest changes that would raise this flag or rule it out.",
        "the smallest changes that matter for these", _smallest,
    ),
}  # fmt: skip


def ask(
    screener: Screener,
    case: ReportBuilder,
    flags: Sequence[str] = (),
    what_ifs: Sequence[str] = (),
    **others: Sequence[str],
) -> Explanation:
    """Answer questions about a case; with no question, how every raised flag came up.

    Args:
        screener: the engine, for what-if.
        case: the examined case.
        flags: ids of flags or findings to explain, whatever their status; `urgency` for the urgency.
        what_ifs: changes as `FIELD=VALUE`; everything else is then asked about the changed case.
        others: ids for the other `QUESTIONS`.

    Raises:
        UsageError: there is no such flag, or a change is not one.
    """
    from screener.explain.goal import goals_of
    from screener.explain.what_if import what_if

    difference = what_if(screener, case, what_ifs) if what_ifs else None
    found = Explanation(difference.after if difference else case, difference=difference)
    asked = {"flags": flags, **others}
    if not any((what_ifs, *asked.values())):
        asked["flags"] = shown(case)
    for name in sorted(asked, key=list(QUESTIONS).index):
        answer = QUESTIONS[name].answer
        assert answer is not None
        for goal in [goal for one in asked[name] for goal in goals_of(found.case, one)]:
            answer(found, goal)
    return found


def shown(case: ReportBuilder) -> list[str]:
    """The raised flags whose text a report shows, most urgent first."""
    return [flag.id for flag in case.flags(False) if flag.status == "raised" and flag.title]
