"""The one module that calls durable-rules: rule sets in the C extension, and the agenda loop over them.

durable-rules 2.0.28 is memory-unsafe and silently wrong outside a narrow subset. This module keeps to that subset
(facts with positive patterns, one live session for a rule set, its slot primed, no retraction, no timers).

A session works on one case at a time. It is taken for a case and given back when the case is finished, so two threads,
or a signal handler and what it interrupted, never share one, and no lock is held that a forked process would miss. A
session that did not come to its end, for whatever reason, is not given back: nothing of its case can reach another.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from operator import itemgetter
from typing import Any, Final

from screener.engine.durable.program import PRIMER, FactSection, NotUsable, Program
from screener.errors import EngineFault
from screener.logic.kleene import Kleene

MOST_IDLE: Final = 16  # sessions kept for the next cases; more are only made while more threads are inside at once
MOST_IDLE_RULES: Final = 60_000  # engine rules in them, about 700 MB
PRIMING: Final = f'{{"id":"p","sid":"0","t":"{PRIMER}"}}'


def import_engine() -> Any:
    """The C extension of durable-rules.

    Raises:
        NotUsable: it cannot be imported; the message says how to install it.
    """
    try:
        import durable_rules_engine
    except ImportError as error:
        raise NotUsable(
            f"durable-rules cannot be imported ({error}); reinstall it with "
            'CPPFLAGS="-O3 -DPyEval_CallObject=PyObject_CallObject" pip install --no-cache-dir --force-reinstall '
            "durable-rules==2.0.28, or run `make setup`"
        ) from None
    return durable_rules_engine


class RuleSets:
    """The rule sets of a program in the C extension, without open sessions; freed with this object.

    A signal is delivered between two calls from Python code, never inside a call of C code. So the handles are put
    into the list, and taken out of it to be freed, by single calls that run in C alone: no interrupt can lose one.

    Attributes:
        handles: None, and after it the handle of each rule set.
        sound: whether an open session may be touched: not before the slot is primed, nor after the extension has
            reported an error.
    """

    def __init__(self, program: Program) -> None:
        self.sound = False
        self.engine = import_engine()
        self.handles: list[Any] = [None]
        definitions = program.definitions
        self.handles.extend(map(self.engine.create_ruleset, ["screener"] * len(definitions), definitions))
        for handle in self.handles[1:]:
            self.prime(handle)
        self.sound = True

    def prime(self, handle: int) -> None:
        """Fire and delete one session, so that deleting a session in which nothing fired is safe."""
        _, offset = self.engine.assert_fact(handle, PRIMING)
        self.engine.start_action_for_state(handle, offset)
        self.engine.complete_and_start_action(handle, offset)
        self.engine.delete_state(handle, "0")

    def close(self) -> None:
        """Free the rule sets, and the sessions that an interrupted inference left open in them."""
        for handle in self.handles[1:] if self.sound else ():
            with suppress(self.engine.error):  # there is no open session
                self.engine.delete_state(handle, "0")
        if self.handles:
            deque(map(self.engine.delete_ruleset, iter(self.handles.pop, None)), maxlen=0)

    def __del__(self, ending: Callable[[], bool] = sys.is_finalizing) -> None:
        if not ending() and hasattr(self, "handles"):  # at its end the process gives the memory back anyway
            self.close()


class Sessions:
    """Runs a program on cases, from any number of threads.

    Attributes:
        idle: rule sets that no case is using.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.idle: list[RuleSets] = []
        texts = [_texts(attribute, only) for attribute, only in program.told]
        self.answers = list(zip(program.answers, texts, strict=False))
        self.blank = [""] * (len(texts) - len(self.answers))
        last = {section.rule_set: number for number, level in enumerate(program.levels) for section in level}
        self.levels = [
            (
                [(1 + one.rule_set, _head(one), itemgetter(*one.places)) for one in level],
                [1 + rule_set for rule_set in last if last[rule_set] == number],
            )
            for number, level in enumerate(program.levels)
        ]
        self.effects = {
            name: [(place, texts[place][program.heads[name].proved]) for place in places]
            for name, places in program.effects.items()
        }
        self.most_idle = max(1, min(MOST_IDLE, MOST_IDLE_RULES // (len(program.heads) + 1)))
        self.limit = 64 * (len(program.heads) + 1)  # steps; a case cannot fire more often than this

    def run(self, truths: list[Kleene]) -> list[str]:
        """Run the program on one case.

        Args:
            truths: whether each atom of the program holds.

        Returns:
            The names of the rules that fired, in order.

        Raises:
            EngineFault: the engine failed on this case.
        """
        try:
            rule_sets = self.idle.pop()
        except IndexError:
            rule_sets = RuleSets(self.program)
        try:
            fired = self.agenda(rule_sets, truths)
        except (rule_sets.engine.error, MemoryError, EngineFault) as error:
            rule_sets.sound = False
            rule_sets.close()
            raise EngineFault(f"the rule engine failed on this case: {error}") from error
        except BaseException:  # an interrupt, a timeout: the case is not finished
            rule_sets.close()
            raise
        if len(self.idle) < self.most_idle:
            self.idle.append(rule_sets)
        return fired

    def agenda(self, rule_sets: RuleSets, truths: list[Kleene]) -> list[str]:
        """Run the levels one after the other; a rule set is open from its first level to its last."""
        known = [texts[truths[place]] for place, texts in self.answers] + self.blank
        engine, handles = rule_sets.engine, rule_sets.handles
        fired: dict[str, None] = {}
        for name in self.program.start:
            fired[name] = None
            for place, text in self.effects[name]:
                known[place] = text
        opened: set[int] = set()
        for sections, ending in self.levels:
            offsets: dict[int, int] = {}
            for number, head, pick in sections:
                attributes = "".join(pick(known))
                if attributes:
                    _, offsets[number] = engine.assert_fact(handles[number], f"{head}{attributes}}}")
            for number, offset in offsets.items():
                self.fire(engine, handles[number], offset, fired, known)
            opened.update(offsets)
            for number in opened.intersection(ending):
                engine.delete_state(handles[number], "0")
        return list(fired)

    def fire(self, engine: Any, handle: int, offset: int, fired: dict[str, None], known: list[str]) -> None:
        """Run the agenda of one rule set until it is empty."""
        complete, effects = engine.complete_and_start_action, self.effects
        answer = engine.start_action_for_state(handle, offset)
        message = answer[1] if answer else None
        steps = 0
        while message:
            name = message[2 : message.index('"', 2)]
            if name not in fired:  # what it concludes is put on the sections of later levels
                fired[name] = None
                for place, text in effects[name]:
                    known[place] = text
            steps += 1
            if steps > self.limit:
                raise EngineFault(f"it did not come to rest within {self.limit} steps")
            message = complete(handle, offset)


def _texts(attribute: str, only: Kleene) -> dict[Kleene, str]:
    """How each truth is told in JSON, where rules test only one of them, or both (None)."""
    yes, no = f',"{attribute}":true', f',"{attribute}":false'
    return {True: "" if only is False else yes, False: "" if only is True else no, None: ""}


def _head(section: FactSection) -> str:
    """The beginning of a section's fact in JSON."""
    return f'{{"id":"i{section.name}","sid":"0","t":"{section.name}"'
