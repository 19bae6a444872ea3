"""The inference engine for single cases, on durable-rules: forward chaining over prove and refute rules.

Safe in threads, in signal handlers and in forked processes: see `session.py`.
"""

from __future__ import annotations

from typing import Final

from screener.data import dataclass
from screener.engine.durable.program import NotUsable, Program
from screener.engine.durable.session import Sessions, import_engine
from screener.engine.facts import Facts
from screener.engine.outcome import EngineName, Firing, Outcome, conclude
from screener.logic.kleene import Kleene
from screener.rulebook.book import RuleBook
from screener.rulebook.cache import kept_beside


@dataclass(frozen=True)
class Compiled:
    """What all engines of one rule book share; it lives as long as the book does.

    Attributes:
        program: the rule sets.
        firings: what each engine rule that is no helper proves or refutes.
        sessions: what runs the program.
    """

    program: Program
    firings: dict[str, Firing]
    sessions: Sessions


class DurableEngine:
    """The durable engine for one rule book (with its active packs).

    Raises:
        NotUsable: durable-rules cannot be imported, or it cannot hold the rule book.
    """

    name: Final[EngineName] = "durable"

    def __init__(self, book: RuleBook) -> None:
        import_engine()
        found = book.shared("durable", _compiled)
        if isinstance(found, NotUsable):
            raise NotUsable(str(found))
        self.book = book
        self.compiled: Compiled = found

    @property
    def program(self) -> Program:
        """The compiled rule book."""
        return self.compiled.program

    def infer(self, facts: Facts) -> Outcome:
        """Draw every conclusion of the book for one case.

        Raises:
            EngineFault: the engine failed on this case; other cases can go on.
        """
        compiled = self.compiled
        return self.outcome(compiled.sessions.run(facts.truths(compiled.program.atoms)))

    def outcome(self, fired: list[str]) -> Outcome:
        """From the engine's rules to the firings of the rule book."""
        values: dict[str, Kleene] = dict.fromkeys(self.book.conclusion_ids)
        firings: dict[int, Firing] = {}
        for name in fired:
            firing = self.compiled.firings.get(name)
            if firing is not None:
                values[firing.concludes] = firing.proved
                firings[id(firing)] = firing
        return conclude(self.book, values, tuple(firings.values()), self.name)

    def close(self) -> None:
        """Free the engine's memory; the next case takes it again."""
        self.compiled.sessions.close()


def _compiled(book: RuleBook) -> Compiled | NotUsable:
    try:
        program = kept_beside(book, "program", _program)
    except NotUsable as error:
        return error.with_traceback(None)
    return Compiled(program, _firings(book, program), Sessions(program))


def _program(book: RuleBook) -> Program:
    from screener.engine.durable.compile import compile_book
    from screener.engine.durable.layout import lay_out

    return lay_out(compile_book(book))


def _firings(book: RuleBook, program: Program) -> dict[str, Firing]:
    """What each engine rule that is no helper means; rules that mean the same share one object."""
    shared: dict[Firing, Firing] = {}
    found: dict[str, Firing] = {}
    names = set(book.conclusion_ids)
    for name, head in program.heads.items():
        if head.concludes in names:
            firing = Firing(head.rule, head.concludes, head.proved)
            found[name] = shared.setdefault(firing, firing)
    return found
