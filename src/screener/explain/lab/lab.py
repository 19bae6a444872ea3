"""One case in the lab: a run to look at, the same case with every strategy, and a goal backward next to it."""

from __future__ import annotations

from dataclasses import dataclass

from screener.errors import UsageError
from screener.explain.goal import goals_of
from screener.explain.lab.backward import Backward, search
from screener.explain.lab.forward import STRATEGIES, ForwardRun, LabStep, Strategy, run
from screener.report.build import ReportBuilder


@dataclass(frozen=True)
class TeachingLab:
    """What there is to look at.

    Attributes:
        case: the case, as the engine saw it.
        run: the run with the strategy that was asked for.
        runs: one run for each strategy, this one included.
        backward: one search for each goal; a name such as `urgency` can mean several.
    """

    case: ReportBuilder
    run: ForwardRun
    runs: tuple[ForwardRun, ...]
    backward: tuple[Backward, ...]

    def differing(self, other: ForwardRun) -> tuple[str, ...]:
        """The conclusions that a run draws otherwise than the engine did; none, unless the program has a fault."""
        found = self.case.outcome.values
        return tuple(name for name in self.case.book.conclusion_ids if other.values[name] is not found[name])

    def step(self, number: int) -> OneStep:
        """One step of the run that is shown, counted from 1.

        Raises:
            UsageError: it has no such step.
        """
        if not 0 < number <= len(self.run.steps):
            raise UsageError(f"the run has {len(self.run.steps)} steps, and no step {number}")
        return OneStep(self, self.run.steps[number - 1])

    @property
    def same(self) -> bool:
        """Whether every strategy, the engine and the searches backward came to the same."""
        values = self.case.outcome.values
        fired = set(self.case.outcome.rules)
        forward = all(not self.differing(one) and set(one.order) == fired for one in self.runs)
        return forward and all(one.value is values[one.goal] for one in self.backward)


@dataclass(frozen=True)
class OneStep:
    """One step, with the run that it belongs to."""

    shown: TeachingLab
    step: LabStep


def lab(case: ReportBuilder, strategy: Strategy = "order", seed: int = 0, goal: str | None = None) -> TeachingLab:
    """Run a case with every strategy, and search backward for a goal.

    Args:
        strategy: whose steps are to be looked at.
        seed: of the lot that the strategy `random` draws.
        goal: a flag, a finding or `urgency`; None for no search.

    Raises:
        UsageError: nothing has the name of the goal.
    """
    goals = goals_of(case, goal) if goal is not None else ()
    runs = tuple(run(case.book, case.facts, one, seed) for one in STRATEGIES)
    shown = runs[STRATEGIES.index(strategy)]
    return TeachingLab(case, shown, runs, tuple(search(case.book, case.facts, one) for one in goals))
