"""The judge of the other engines: every condition evaluated as it is written, one after the other. Never optimised."""

from __future__ import annotations

from screener.engine.facts import Facts
from screener.engine.outcome import Firing, Outcome, conclude
from screener.logic.kleene import Kleene, evaluate, kleene_any
from screener.rulebook.book import RuleBook


def infer(book: RuleBook, facts: Facts) -> Outcome:
    """Draw every conclusion of the book for one case."""
    values: dict[str, Kleene] = {}
    firings: list[Firing] = []
    for name in book.order:
        results = [(rule, evaluate(rule.condition, facts.truth, values)) for rule in book.rules_for[name]]
        values[name] = kleene_any([value for _, value in results])
        firings += [Firing(rule.id, name, True) for rule, value in results if value is True]
        if values[name] is False:
            firings.append(Firing(None, name, False))
    return conclude(book, values, tuple(firings))
