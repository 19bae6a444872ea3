"""The inference engine for single cases, on durable-rules: forward chaining over prove and refute rules.

Safe in threads, in signal handlers and in forked processes: see `session.py`.
"""

from __future__ import annotations

from typing import Final

from screener.engine.durable.program import NotUsable, Program
from screener.engine.durable.session import Sessions, import_engine
from screener.engine.facts import Facts
from screener.engine.outcome import EngineName, Firing, Outcome, conclude
from screener.logic.kleene import Kleene
from screener.rulebook.book import RuleBook
from screener.rulebook.cache import kept_beside


class DurableEngine:
    """The durable engine for one rule book (with its active packs).

    Raises:
        NotUsable: durable-rules cannot be imported, or it cannot hold the rule book.
    """

    name: Final[EngineName] = "durable"

    def __init__(self, book: RuleBook) -> None:
        import_engine()
        found = book.shared("durable", _sessions)
        if isinstance(found, NotUsable):
            raise NotUsable(str(found))
        self.book = book
        self.sessions: Sessions = found
        names = set(book.conclusion_ids)
        # those that are no helpers
        self.firings = {name: head for name, head in self.program.heads.items() if head.concludes in names}

    @property
    def program(self) -> Program:
        """The compiled rule book."""
        return self.sessions.program

    def infer(self, facts: Facts) -> Outcome:
        """Draw every conclusion of the book for one case.

        Raises:
            EngineFault: the engine failed on this case; other cases can go on.
        """
        return self.outcome(self.sessions.run(facts.truths(self.program.atoms)))

    def outcome(self, fired: list[str]) -> Outcome:
        """From the engine's rules to the firings of the rule book."""
        values: dict[str, Kleene] = dict.fromkeys(self.book.conclusion_ids)
        firings: dict[int, Firing] = {}
        for name in fired:
            firing = self.firings.get(name)
            if firing is not None:
                values[firing.concludes] = firing.proved
                firings[id(firing)] = firing
        return conclude(self.book, values, tuple(firings.values()), self.name)


def _sessions(book: RuleBook) -> Sessions | NotUsable:
    """What runs the compiled book, for all engines of it; it lives as long as the book does."""
    try:
        return Sessions(kept_beside(book, "program", _program))
    except NotUsable as error:
        return error.with_traceback(None)


def _program(book: RuleBook) -> Program:
    from screener.engine.durable.compile import compile_book
    from screener.engine.durable.layout import lay_out

    return lay_out(compile_book(book))
