"""The main call of the library: a case in, an explained report out."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from screener.facts import facts_of
from screener.fields import BaseIntake
from screener.report.build import ReportBuilder
from screener.report.model import Report
from screener.rulebook.book import RuleBook
from screener.rulebook.cache import cached_rulebook

if TYPE_CHECKING:
    from screener.engine.durable import DurableEngine


class Screener:
    """A rule book with its engine, ready for any number of cases, one after the other.

    Args:
        book: the rule book; the program's own when None.
        packs: the packs to use; all of them when None. The safety pack always runs.

    Raises:
        RuleBookError: the rule book is wrong.
        UsageError: there is no such pack.
    """

    def __init__(self, book: RuleBook | None = None, packs: Iterable[str] | None = None) -> None:
        self.book = (book or cached_rulebook()).select(packs)
        self._engine: DurableEngine | None = None

    @property
    def engine(self) -> DurableEngine:
        """The durable engine, made when the first case needs it."""
        if self._engine is None:
            from screener.engine.durable import DurableEngine

            self._engine = DurableEngine(self.book)
        return self._engine

    def examine(self, intake: BaseIntake) -> ReportBuilder:
        """Run the inference; the result builds reports and explanations.

        Raises:
            CaseError: the case has an answer that the rule book has no question for, or does not allow.
            EngineFault: the engine failed on this case (it counts as failed, never as unflagged).
        """
        intake = self.book.fields.adopt(intake)
        facts = facts_of(intake, self.book)
        return ReportBuilder(intake, facts, self.engine.infer(facts), self.book)

    def screen(self, intake: BaseIntake, everything: bool = False) -> Report:
        """The report of one case; with `everything`, ruled-out flags are listed too."""
        return self.examine(intake).build(everything)


@cache
def _default(packs: tuple[str, ...] | None) -> Screener:
    return Screener(None, packs)


def screen(
    intake: BaseIntake, book: RuleBook | None = None, packs: Iterable[str] | None = None, everything: bool = False
) -> Report:
    """Screen one case.

    Args:
        intake: the validated answers.
        book: the rule book; the program's own when None. For many cases with another book, make a `Screener` once.
        packs: the packs to use, such as `["article"]`; all of them when None. The safety pack always runs.
        everything: list ruled-out flags and findings too.

    Returns:
        The report: flags with reasons, urgency, what is still open, disclaimer and safety net.

    Raises:
        UsageError: there is no such pack.
        RuleBookError: the rule book is wrong.
        CaseError: the case has an answer that the rule book has no question for, or does not allow.
        EngineFault: the engine failed on this case.
    """
    chosen = tuple(sorted(set(packs))) if packs is not None else None
    screener = _default(chosen) if book is None else Screener(book, chosen)
    return screener.screen(intake, everything)
