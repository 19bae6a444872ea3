"""How: the way from the answers to a raised flag."""

from __future__ import annotations

from dataclasses import dataclass

from screener.explain.chain import Chain, chain_to
from screener.explain.smallest.supports import Support, supports
from screener.report.build import ReportBuilder


@dataclass(frozen=True)
class How:
    """Why a conclusion is raised.

    Attributes:
        chain: every step, from answers through findings to the conclusion.
        supports: the smallest groups of answers that would each be enough, the shortest first.
        suppressed: a stronger flag hides this one from the report.
        hidden: a stronger flag keeps its text back.
    """

    chain: Chain
    supports: tuple[Support, ...]
    suppressed: bool
    hidden: bool


def how(builder: ReportBuilder, goal: str) -> How:
    """The way to a raised conclusion.

    Raises:
        ValueError: it is not raised.
    """
    if builder.outcome.values[goal] is not True:
        raise ValueError(f"`{goal}` is not raised; ask why not")
    suppressed = goal in builder.outcome.suppressed
    return How(chain_to(builder, goal), tuple(supports(builder, goal)), suppressed, goal in builder.hidden)
