"""The inference engine for single cases, on durable-rules: forward chaining over prove and refute rules.

durable-rules 2.0.28 is memory-unsafe and silently wrong outside a narrow subset. This module keeps to that subset
(facts with positive patterns, one live session, its slot primed, no retraction, no timers) and drives the C extension
directly with its own agenda loop. `_Session.run` is the only function that calls it for a case.
"""

from __future__ import annotations

from json import dumps
from typing import Any, Final

from screener.engine.compile import PRIMER, Literal, Program, compile_book, lay_out
from screener.engine.outcome import Firing, Outcome, conclude
from screener.errors import EngineFault
from screener.facts import Facts
from screener.rulebook.kleene import Kleene
from screener.rulebook.rule import RuleBook

MATCHED: Final = 0
UNMATCHED: Final = 1
OBSERVED: Final = 2


def import_engine() -> Any:
    """The C extension of durable-rules.

    Raises:
        EngineFault: it can not be imported; the message says how to install it.
    """
    try:
        import durable_rules_engine
    except ImportError as error:
        raise EngineFault(
            f"durable-rules can not be imported ({error}); reinstall it with "
            'CPPFLAGS="-O3 -DPyEval_CallObject=PyObject_CallObject" pip install --no-cache-dir --force-reinstall '
            "durable-rules==2.0.28, or run `make setup`"
        ) from None
    return durable_rules_engine


class _Session:
    """One rule set in the engine, with one session that is opened and deleted for every case."""

    def __init__(self, program: Program, name: str) -> None:
        self.engine = import_engine()
        self.program = program
        self.limit = 4 * (len(program.heads) + 1) * 16  # steps; a case can not fire more often than this
        self.handle = self.engine.create_ruleset(name, dumps(program.definition))
        self.prime()

    def prime(self) -> None:
        """Fire and delete one session, so that deleting a session in which nothing fired is safe."""
        _, offset = self.engine.assert_fact(self.handle, f'{{"id":"p","sid":"0","t":"{PRIMER}"}}')
        self.engine.start_action_for_state(self.handle, offset)
        self.engine.complete_and_start_action(self.handle, offset)
        self.engine.delete_state(self.handle, "0")

    def run(self, sections: list[str]) -> list[str]:
        """Assert the section facts and run the agenda; returns the names of the rules that fired, in order."""
        engine, handle, copies, heads = self.engine, self.handle, self.program.copies, self.program.heads
        fired: dict[str, None] = {}
        known: set[Literal] = set()
        offset = None

        def announce(head: Literal) -> None:
            nonlocal offset
            if head not in known:
                known.add(head)
                for text in copies.get(head, ()):
                    _, offset = engine.assert_fact(handle, text)

        for text in sections:
            _, offset = engine.assert_fact(handle, text)
        for rule in self.program.start:
            fired[rule.name] = None
            announce(rule.head)
        if offset is None:
            return list(fired)
        answer = engine.start_action_for_state(handle, offset)
        message = answer[1] if answer else None
        steps = 0
        while message:
            name = message[2 : message.index('"', 2)]
            if name not in fired:
                fired[name] = None
                announce(heads[name].head)
            steps += 1
            if steps > self.limit:
                raise EngineFault(f"the engine did not come to rest within {self.limit} steps")
            message = engine.complete_and_start_action(handle, offset)
        engine.delete_state(handle, "0")
        return list(fired)

    def close(self) -> None:
        """Free the rule set."""
        self.engine.delete_ruleset(self.handle)


class DurableEngine:
    """The durable engine for one rule book (with its active packs). Not for several threads at once."""

    def __init__(self, book: RuleBook) -> None:
        self.book = book
        self.program = lay_out(compile_book(book))
        self.session = _Session(self.program, "screener")

    def infer(self, facts: Facts) -> Outcome:
        """Draw every conclusion of the book for one case.

        Raises:
            EngineFault: the engine failed on this case; the rule set has been rebuilt, other cases can go on.
        """
        try:
            fired = self.session.run(self.sections(facts))
        except Exception as error:
            self.session = _Session(self.program, "screener")  # the old one is abandoned: freeing it may crash
            raise EngineFault(f"the rule engine failed on this case: {error}") from error
        return self.outcome(fired)

    def sections(self, facts: Facts) -> list[str]:
        """The answers as section facts, in JSON; what is unknown is left out."""
        truths: dict[Any, Kleene] = {}
        texts: list[str] = []
        for number, attributes in enumerate(self.program.sections):
            parts: list[str] = []
            for atom, name in attributes:
                value = truths[atom] if atom in truths else truths.setdefault(atom, facts.truth(atom))
                if value is not None:
                    parts.append(f',"{name}":{"true" if value else "false"}')
            if parts:
                texts.append(f'{{"id":"c{number}","sid":"0","t":"s{number}"{"".join(parts)}}}')
        return texts

    def outcome(self, fired: list[str]) -> Outcome:
        """From the engine's rules to the firings of the rule book."""
        values: dict[str, Kleene] = dict.fromkeys(self.book.conclusion_ids)
        firings: dict[Firing, None] = {}
        for name in fired:
            rule = self.program.heads[name]
            conclusion, proved = rule.head
            if isinstance(conclusion, str) and conclusion in values:
                values[conclusion] = proved
                firings[Firing(rule.rule, conclusion, proved)] = None
        return conclude(self.book, values, tuple(firings))

    def close(self) -> None:
        """Free the engine's memory."""
        self.session.close()
