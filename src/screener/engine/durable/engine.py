"""The inference engine for single cases, on durable-rules: forward chaining over prove and refute rules.

durable-rules 2.0.28 is memory-unsafe and silently wrong outside a narrow subset. This module keeps to that subset
(facts with positive patterns, one live session, its slot primed, no retraction, no timers) and drives the C extension
directly with its own agenda loop. `_Session.run` is the only function that calls it for a case.
"""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from screener.engine.durable.program import PRIMER, Program, Section
from screener.engine.facts import Facts
from screener.engine.outcome import Firing, Outcome, conclude
from screener.errors import EngineFault
from screener.logic.kleene import Kleene
from screener.rulebook.book import RuleBook
from screener.rulebook.cache import kept_beside


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
    from screener.engine.durable.compile import compile_book
    from screener.engine.durable.layout import lay_out

    return lay_out(compile_book(book))


class _Session:
    """One rule set in the engine, with one session that is opened and deleted for every case."""

    def __init__(self, program: Program, name: str) -> None:
        self.engine = import_engine()
        self.program = program
        written = [{True: f',"{name}":true', False: f',"{name}":false', None: ""} for name in program.attributes]
        self.answers = written[: len(program.atoms)]
        self.blank = [""] * (len(program.conclusions) + 1)  # the last is for conclusions that no rule reads
        self.levels = [[(_head(section), itemgetter(*section.places)) for section in level] for level in program.levels]
        places = {name: place for place, name in enumerate(program.conclusions, start=len(program.atoms))}
        self.effects = {
            name: (places[head.concludes], written[places[head.concludes]][head.proved])
            if head.concludes in places
            else (-1, "")
            for name, head in program.heads.items()
        }
        self.limit = 64 * (len(program.heads) + 1)  # steps; a case can not fire more often than this
        self.handle = self.engine.create_ruleset(name, program.definition)
        self.prime()

    def prime(self) -> None:
        """Fire and delete one session, so that deleting a session in which nothing fired is safe."""
        _, offset = self.engine.assert_fact(self.handle, f'{{"id":"p","sid":"0","t":"{PRIMER}"}}')
        self.engine.start_action_for_state(self.handle, offset)
        self.engine.complete_and_start_action(self.handle, offset)
        self.engine.delete_state(self.handle, "0")

    def run(self, truths: list[Kleene]) -> list[str]:
        """Run the levels one after the other.

        Args:
            truths: whether each atom of the program holds.

        Returns:
            The names of the rules that fired, in order.
        """
        known = [written[truth] for written, truth in zip(self.answers, truths, strict=True)] + self.blank
        fired: dict[str, None] = {}
        for name in self.program.start:
            self.note(name, fired, known)
        opened = False
        for level in self.levels:
            offset = None
            for head, pick in level:
                attributes = "".join(pick(known))
                if attributes:
                    _, offset = self.engine.assert_fact(self.handle, f"{head}{attributes}}}")
            if offset is not None:
                self.fire(offset, fired, known)
                opened = True
        if opened:
            self.engine.delete_state(self.handle, "0")
        return list(fired)

    def fire(self, offset: int, fired: dict[str, None], known: list[str]) -> None:
        """Run the agenda until it is empty."""
        complete, handle = self.engine.complete_and_start_action, self.handle
        answer = self.engine.start_action_for_state(handle, offset)
        message = answer[1] if answer else None
        steps = 0
        while message:
            name = message[2 : message.index('"', 2)]
            if name not in fired:
                self.note(name, fired, known)
            steps += 1
            if steps > self.limit:
                raise EngineFault(f"the engine did not come to rest within {self.limit} steps")
            message = complete(handle, offset)

    def note(self, name: str, fired: dict[str, None], known: list[str]) -> None:
        """A rule fired: what it concludes stands on the sections of later levels."""
        fired[name] = None
        place, text = self.effects[name]
        known[place] = text

    def close(self) -> None:
        """Free the rule set."""
        self.engine.delete_ruleset(self.handle)


def _head(section: Section) -> str:
    """The beginning of a section's fact in JSON."""
    return f'{{"id":"i{section.name}","sid":"0","t":"{section.name}"'


class DurableEngine:
    """The durable engine for one rule book (with its active packs). Not for several threads at once."""

    def __init__(self, book: RuleBook) -> None:
        self.book = book
        self.program = kept_beside(book, "program", _compiled)
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
            fired = self.session.run(facts.truths(self.program.atoms))
        except Exception as error:
            self.session = _Session(self.program, "screener")  # the old one is abandoned: freeing it may crash
            raise EngineFault(f"the rule engine failed on this case: {error}") from error
        return self.outcome(fired)

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
