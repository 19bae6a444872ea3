"""The inference engine for single cases, on durable-rules: forward chaining over prove and refute rules.

durable-rules 2.0.28 is memory-unsafe and silently wrong outside a narrow subset. This module keeps to that subset
(facts with positive patterns, one live session, its slot primed, no retraction, no timers) and drives the C extension
directly with its own agenda loop. `_Session.run` is the only function that calls it for a case.
"""

from __future__ import annotations

from typing import Any, Final

from screener.engine.outcome import Firing, Outcome, conclude
from screener.engine.program import PRIMER, Program
from screener.errors import EngineFault
from screener.facts import Facts
from screener.rulebook.cache import kept_beside
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


def _compiled(book: RuleBook) -> Program:
    from screener.engine.compile import compile_book
    from screener.engine.layout import lay_out

    return lay_out(compile_book(book))


class _Session:
    """One rule set in the engine, with one session that is opened and deleted for every case."""

    def __init__(self, program: Program, name: str) -> None:
        self.engine = import_engine()
        self.program = program
        numbers: dict[tuple[str, bool], int] = {}
        self.effects = {
            name: (numbers.setdefault((head.concludes, head.proved), len(numbers)), head.facts)
            for name, head in program.heads.items()
        }
        self.limit = 4 * (len(program.heads) + 1) * 16  # steps; a case can not fire more often than this
        self.handle = self.engine.create_ruleset(name, program.definition)
        self.prime()

    def prime(self) -> None:
        """Fire and delete one session, so that deleting a session in which nothing fired is safe."""
        _, offset = self.engine.assert_fact(self.handle, f'{{"id":"p","sid":"0","t":"{PRIMER}"}}')
        self.engine.start_action_for_state(self.handle, offset)
        self.engine.complete_and_start_action(self.handle, offset)
        self.engine.delete_state(self.handle, "0")

    def run(self, sections: list[str]) -> list[str]:
        """Assert the section facts and run the agenda; returns the names of the rules that fired, in order."""
        engine, handle, effects = self.engine, self.handle, self.effects
        fired: dict[str, None] = {}
        known: set[int] = set()
        offset = None
        for text in sections:
            _, offset = engine.assert_fact(handle, text)
        for name in self.program.start:
            fired[name] = None
            head, texts = effects[name]
            for text in texts if head not in known else ():
                _, offset = engine.assert_fact(handle, text)
            known.add(head)
        if offset is None:
            return list(fired)
        answer = engine.start_action_for_state(handle, offset)
        message = answer[1] if answer else None
        steps = 0
        while message:
            name = message[2 : message.index('"', 2)]
            if name not in fired:
                fired[name] = None
                head, texts = effects[name]
                if head not in known:
                    known.add(head)
                    for text in texts:
                        engine.assert_fact(handle, text)
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
        self.program = kept_beside(book, "program", _compiled)
        self.templates = [
            [(index, f',"{name}":true', f',"{name}":false') for index, name in attributes]
            for attributes in self.program.sections
        ]
        self.firings = self.program_firings()
        self.session = _Session(self.program, "screener")

    def program_firings(self) -> dict[str, Firing]:
        """What each engine rule that is no helper stands for; rules that stand for the same share one object."""
        shared: dict[Firing, Firing] = {}
        found: dict[str, Firing] = {}
        names = set(self.book.conclusion_ids)
        for name, head in self.program.heads.items():
            if head.concludes in names:
                firing = Firing(head.rule, head.concludes, head.proved)
                found[name] = shared.setdefault(firing, firing)
        return found

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
        truths = [facts.truth(atom) for atom in self.program.atoms]
        texts: list[str] = []
        for number, attributes in enumerate(self.templates):
            parts = [yes if truths[index] else no for index, yes, no in attributes if truths[index] is not None]
            if parts:
                texts.append(f'{{"id":"c{number}","sid":"0","t":"s{number}"{"".join(parts)}}}')
        return texts

    def outcome(self, fired: list[str]) -> Outcome:
        """From the engine's rules to the firings of the rule book."""
        values: dict[str, Kleene] = dict.fromkeys(self.book.conclusion_ids)
        firings: dict[int, Firing] = {}
        for name in fired:
            firing = self.firings.get(name)
            if firing is not None:
                values[firing.concludes] = firing.proved
                firings[id(firing)] = firing
        return conclude(self.book, values, tuple(firings.values()))

    def close(self) -> None:
        """Free the engine's memory."""
        self.session.close()
