"""The main call of the library: a case in, an explained report out."""

from __future__ import annotations

from collections.abc import Iterable
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from screener.case.answered import Answered
from screener.case.classes import adopt
from screener.engine.facts import facts_of
from screener.errors import UsageError, kind_of
from screener.memo import memo
from screener.report.build import ReportBuilder
from screener.rulebook.book import RuleBook
from screener.rulebook.cache import cached_rulebook
from screener.rulebook.knowledge import names_of_packs

if TYPE_CHECKING:
    from screener.case.model import BaseIntake
    from screener.engine.choice import Engine
    from screener.report.model import Report


class Screener:
    """A rule book with its engine, ready for any number of cases.

    It can be used from any number of threads at once, from a signal handler while it is at work, and in processes that
    were forked from this one. An interrupted call (Ctrl+C, a timeout) leaves nothing behind that another case could
    meet. Screeners of one rule book share its compiled form and the memory of the engine, which is freed with the book.
    Pickled is the rule book alone; the engine is made anew where the copy is used.

    Args:
        book: the rule book; the program's own when None.
        packs: the packs to use; all of them when None. The safety pack always runs.

    Raises:
        RuleBookError: the rule book is wrong.
        UsageError: there is no such pack.
    """

    def __init__(self, book: RuleBook | None = None, packs: Iterable[str] | None = None) -> None:
        if book is not None and not isinstance(book, RuleBook):
            raise UsageError(f"a rule book is a RuleBook, not {kind_of(book)}; use RuleBook.load(Path(...))")
        self.book = (cached_rulebook() if book is None else book).select(packs)

    def __getstate__(self) -> dict[str, Any]:
        return {"book": self.book}

    @memo
    def engine(self) -> Engine:
        """The engine, made when the first case needs it: the durable one, or the reference engine where it cannot."""
        from screener.engine.choice import engine_for

        return engine_for(self.book)

    def examine(self, intake: Answered) -> ReportBuilder:
        """Run the inference; the result builds reports and explanations.

        Raises:
            CaseError: the case has an answer that the rule book has no question for, or does not allow.
            EngineFault: the engine failed on this case (it counts as failed, never as unflagged).
            UsageError: this is not an intake.
        """
        if not isinstance(intake, Answered):
            raise UsageError(f"a case is an Intake, not {kind_of(intake)}; use Intake(...) or Intake.read({{...}})")
        intake = adopt(intake, self.book.fields)
        facts = facts_of(intake, self.book)
        return ReportBuilder(intake, facts, self.engine.infer(facts), self.book)

    def screen(self, intake: BaseIntake, everything: bool = False) -> Report:
        """The report of one case; with `everything`, ruled-out flags are listed too."""
        return self.examine(intake).build(everything)


def screen(
    intake: BaseIntake, book: RuleBook | None = None, packs: Iterable[str] | None = None, everything: bool = False
) -> Report:
    """Screen one case. Safe from any number of threads, from signal handlers, and after a fork; see `Screener`.

    Args:
        intake: the validated answers.
        book: the rule book; the program's own when None. It is compiled for its first case, and kept while it lives.
        packs: the packs to use, such as `["article"]`; all of them when None. The safety pack always runs.
        everything: list ruled-out flags and findings too.

    Returns:
        The report: flags with reasons, urgency, what is still open, disclaimer and safety net.

    Raises:
        UsageError: there is no such pack, or an argument is of another kind.
        RuleBookError: the rule book is wrong.
        CaseError: the case has an answer that the rule book has no question for, or does not allow.
        EngineFault: the engine failed on this case.
    """
    return (_own(packs) if book is None else Screener(book, packs)).screen(intake, everything)


LOOK_AGAIN: Final = 1.0  # seconds: looking whether the files have changed takes as long as screening a case
_OWN: Final[dict[tuple[str, ...] | None, tuple[float, Screener]]] = {}


def _own(packs: Iterable[str] | None) -> Screener:
    """The program's own rule book; a change of its files is seen within a second."""
    chosen = None if packs is None else names_of_packs(packs)
    found = _OWN.get(chosen)
    if found is None or monotonic() >= found[0]:
        found = _OWN[chosen] = monotonic() + LOOK_AGAIN, Screener(None, chosen)
    return found[1]
