"""One case, examined: why each conclusion holds, what is still open, what is kept back.

Nothing here recurses along the findings: a rule book may chain thousands of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from typing import Any

from screener.case.answered import Answered
from screener.case.bound import Bound
from screener.data import dataclass
from screener.engine.facts import Facts
from screener.engine.outcome import Outcome
from screener.logic.condition import Atom, Concluded, Takes, field_of
from screener.logic.kleene import Literal, open_leaves, support
from screener.logic.order import after_what_it_needs
from screener.memo import memo
from screener.report.heard import none_is_outside, not_covered, title_key, yes_beside
from screener.report.parts import Because, Evidence
from screener.rulebook.book import RuleBook
from screener.rulebook.medicine.result import Recognised
from screener.rulebook.rule import MEDICINES, URGENCY, Rule


@dataclass
class Examined:
    """Everything about one case that its report, the summary and the explanations are made from.

    Attributes:
        intake: the answers as given.
        facts: what conditions read.
        outcome: what the engine concluded.
        book: the rule book with its active packs.
    """

    intake: Answered
    facts: Facts
    outcome: Outcome
    book: RuleBook
    _literals: dict[str, list[Literal]] = field(default_factory=dict)
    _behind: dict[str, dict[Literal, None]] = field(default_factory=dict)
    _open: dict[str, frozenset[str]] = field(default_factory=dict)

    # how soon

    def title(self) -> str:
        """How soon, in words; that nothing is urgent is said only where something speaks of all that was told."""
        raised = {name for name in self.book.flags if self.outcome.status(name) == "raised"}
        outside = none_is_outside(self.not_covered, list(self.facts.unrecognized), raised, self.book)
        return self.book.texts[title_key(self.outcome.urgency, outside, self.book)]

    # what nothing speaks of, what is kept back

    @memo
    def not_covered(self) -> list[str]:
        """The answers that nothing here speaks of: no rule, and, where nothing is urgent, no raised flag."""
        found = not_covered(self.facts, self.outcome.values, self.book)
        if self.outcome.urgency != self.book.levels[0]:
            return found
        return self.in_order(frozenset((*found, *yes_beside(self.spoken_of, self.facts, self.book))))

    @memo
    def spoken_of(self) -> frozenset[str]:
        """The fields that the raised flags rest on, those that are shown."""
        raised = (flag for flag in self.book.flags.values() if self.outcome.status(flag.id) == "raised")
        shown = [flag.id for flag in raised if not flag.last_resort and flag.id not in self.hidden]
        leaves = (leaf for name in shown for leaf, _ in self.behind_conclusion(name))
        return frozenset(field_of(leaf) for leaf in leaves if not isinstance(leaf, Concluded))

    @memo
    def something_is_left(self) -> bool:
        """Whether something was told that nothing here speaks of: then no last resort is shown either."""
        return bool(self.not_covered or self.facts.unrecognized or yes_beside(frozenset(), self.facts, self.book))

    @memo
    def something_is_open(self) -> bool:
        """Whether an unknown answer could still raise a flag or an urgency: then no last resort is shown."""
        values, lowest = self.outcome.values, self.book.levels[0]
        return self.outcome.urgency_could_be != lowest or any(values[name] is None for name in self.book.flags)

    @memo
    def hidden(self) -> frozenset[str]:
        """Flags, findings, rules and notes whose text a raised flag hides."""
        raised = [flag for flag in self.book.flags.values() if self.outcome.values[flag.id] is True]
        return frozenset(name for flag in raised for name in (*flag.hides, *flag.suppresses))

    # reasons

    def reasons(self, conclusion: str) -> list[Because]:
        """Why a conclusion holds: one entry for each rule that was proved."""
        shown = self.proved - self.hidden
        shown -= {other for rule in shown for other in self.book.rule[rule].instead_of}
        return [self.reason(rule) for rule in self.book.rules_for[conclusion] if rule.id in shown]

    def reason(self, rule: Rule) -> Because:
        """A proved rule as a reason."""
        literals = self.literals(rule)
        return Because(
            rule=rule.id,
            text=rule.said(self.medicines_behind(literals)) if MEDICINES in rule.because else rule.because,
            evidence=self.evidence(self.behind(literals)),
            findings=[leaf.id for leaf, wanted in literals if isinstance(leaf, Concluded) and wanted],
            sources=list(rule.sources),
            pack=rule.pack,
            strength=rule.strength or None,
            disagreement=rule.disagreement or None,
        )

    def evidence(self, literals: Iterable[Literal]) -> list[Evidence]:
        """The answers among the literals, each field once."""
        found: dict[str, Any] = {}
        values = self.facts.values
        for leaf, wanted in literals:
            if type(leaf) is Takes:
                names = self.names_matching(leaf) if wanted else self.names()
                found["medicines"] = list(dict.fromkeys([*found.get("medicines", []), *names]))
            elif not isinstance(leaf, Concluded):
                name = field_of(leaf)
                value = values.get(name)
                found[name] = self.book.fields.written(name, value) if isinstance(value, Bound) else value
        return [Evidence(name, value) for name, value in found.items()]

    def medicines_behind(self, literals: list[Literal]) -> list[str]:
        """The medicines that a rule holds by: those it reads itself, or those of the first conclusion that has any."""
        read = [(leaf, wanted) for leaf, wanted in literals if isinstance(leaf, Concluded)]
        for some in (literals, *(self.behind([literal]) for literal in read)):
            taken = [leaf for leaf, wanted in some if wanted and isinstance(leaf, Takes)]
            if taken:
                return list(dict.fromkeys(name for leaf in taken for name in self.parts_matching(leaf)))
        return []

    def names(self) -> list[str]:
        """The medicines as they were named."""
        return [medicine.name for medicine in self.intake.named_medicines or ()]

    def names_matching(self, atom: Takes) -> list[str]:
        """The medicines by which an atom holds."""
        taken = [medicine for medicine in self.intake.named_medicines or () if atom.long_enough(medicine.months)]
        marks, match = set(atom.marks), self.book.medicines.match
        return [medicine.name for medicine in taken if match(medicine.name).marks & marks]

    def parts_matching(self, atom: Takes) -> list[str]:
        """The same as they are named in a sentence: of several medicines in one line, the part that is meant."""
        marks, found = set(atom.marks), list[str]()
        for name in self.names_matching(atom):
            results = self.book.medicines.match(name).results
            parts = [one.typed for one in results if isinstance(one, Recognised) and one.marks & marks]
            found += parts if len(results) > 1 else [name]
        return found

    # the grounds of conclusions

    @memo
    def proved(self) -> frozenset[str]:
        """The rules that fired."""
        return frozenset(self.outcome.rules)

    def literals(self, rule: Rule) -> list[Literal]:
        """The answers and conclusions by which a proved rule holds."""
        found = self._literals.get(rule.id)
        if found is None:
            found = self.book.only_ways[rule.id]
            if found is None:
                found = support(rule.when, self.facts.truth, self.outcome.values)
            self._literals[rule.id] = found
        return found

    def behind(self, literals: list[Literal]) -> list[Literal]:
        """The literals, and after them the answers that led to the conclusions among them."""
        names = _conclusions(literals)
        if not names:
            return literals
        found = dict.fromkeys(literals)
        for name in names:
            found.update(self.behind_conclusion(name))
        return list(found)

    def behind_conclusion(self, name: str) -> dict[Literal, None]:
        """The answers that led to a conclusion which holds."""
        if name not in self._behind:
            each = [name] if not self._not_looked_at(name) else after_what_it_needs([name], self._not_looked_at)
            for one in each:
                self._behind[one] = self._answers_behind(one)
        return self._behind[name]

    def _answers_behind(self, conclusion: str) -> dict[Literal, None]:
        """The same, where the conclusions that it rests on are worked out."""
        found: dict[Literal, None] = {}
        for literals in self._proved(conclusion):
            found.update((literal, None) for literal in literals if not isinstance(literal[0], Concluded))
            for other in _conclusions(literals):
                found.update(self._behind[other])
        return found

    def _proved(self, conclusion: str) -> list[list[Literal]]:
        """By what each rule of a conclusion that fired holds."""
        return [self.literals(rule) for rule in self.book.rules_for[conclusion] if rule.id in self.proved]

    def _not_looked_at(self, name: str) -> list[str]:
        """The conclusions that a conclusion which holds rests on, as far as they are not worked out."""
        needed = [other for literals in self._proved(name) for other in _conclusions(literals)]
        return [other for other in needed if other not in self._behind]

    # what is open

    def open_fields(self, conclusion: str) -> frozenset[str]:
        """The unanswered fields that are left in a possible conclusion once what is known has been substituted."""
        if self.outcome.values[conclusion] is not None:
            return frozenset()
        if conclusion not in self._open:
            leaves: dict[str, list[Atom | Concluded]] = {}

            def needs(name: str) -> list[str]:
                leaves[name] = self._open_leaves(name)
                return [leaf.id for leaf in leaves[name] if isinstance(leaf, Concluded) and leaf.id not in self._open]

            for each in after_what_it_needs([conclusion], needs):
                fields = {field_of(leaf) for leaf in leaves[each] if not isinstance(leaf, Concluded)}
                behind = [self._open[leaf.id] for leaf in leaves[each] if isinstance(leaf, Concluded)]
                self._open[each] = frozenset(fields).union(*behind)
        return self._open[conclusion]

    def _open_leaves(self, conclusion: str) -> list[Atom | Concluded]:
        """The unknown answers and conclusions that are left in the rules of a conclusion."""
        truth, values = self.facts.truth, self.outcome.values
        return [leaf for rule in self.book.rules_for[conclusion] for leaf in open_leaves(rule.condition, truth, values)]

    def unanswered(self) -> list[str]:
        """The unanswered fields that could still change a status or the urgency, in the order of the interview."""
        levels = self.book.levels
        lower = levels[: levels.index(self.outcome.urgency) + 1]
        settled = {URGENCY + level for level in lower}
        names = [name for name, value in self.outcome.values.items() if value is None and name not in settled]
        return self.in_order(frozenset().union(*(self.open_fields(name) for name in names)))

    def in_order(self, names: frozenset[str]) -> list[str]:
        """Fields in the order of the interview."""
        if not names:
            return []
        asked = [name for name in self.book.questions if name in names]
        return [*asked, *sorted(names - set(asked))]


def _conclusions(literals: list[Literal]) -> list[str]:
    """The conclusions among the literals that are wanted to hold."""
    return [leaf.id for leaf, wanted in literals if wanted and isinstance(leaf, Concluded)]
