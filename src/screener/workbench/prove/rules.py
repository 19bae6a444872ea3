"""Questions about rules: can each fire, and is each needed?"""

from __future__ import annotations

from collections.abc import Iterator

from screener.logic.condition import conclusions
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Rule
from screener.workbench.prove.verdict import Verdict
from screener.workbench.space.diagrams import Diagram
from screener.workbench.space.space import Space


def fires(space: Space) -> Iterator[Verdict]:
    """Every rule fires for some answers."""
    for rule in space.book.rules:
        found = space.known.rules[rule.id].proved
        if space.empty(found) and silenced(space.book, rule):
            yield Verdict(rule.id, True, f"`{rule.id}` is silent without its pack")
        elif space.empty(found):
            yield Verdict(rule.id, False, f"`{rule.id}` can never fire: no answers make its condition true")
        else:
            yield Verdict(rule.id, True, example=space.example(found))


def silenced(book: RuleBook, rule: Rule) -> bool:
    """Whether a rule reads a conclusion of a pack that is not active."""
    return any(not book.rules_for[name] for name in conclusions(rule.condition))


def needed(space: Space) -> Iterator[Verdict]:
    """Every rule is, for some answers, the only one that concludes what it does, or says why it is kept."""
    for rules in space.book.rules_for.values():
        for rule in rules:
            yield _needed(space, rule, tuple(other for other in rules if other is not rule))


def _needed(space: Space, rule: Rule, others: tuple[Rule, ...]) -> Verdict:
    proved = space.known.rules
    alone = _alone(space, rule, others)
    if space.empty(proved[rule.id].proved) and silenced(space.book, rule):
        return Verdict(rule.id, True)
    if space.empty(alone) and rule.redundant:
        return Verdict(rule.id, True, f"`{rule.id}` is redundant, and says why")
    if space.empty(alone):
        covering = " and ".join(f"`{other.id}`" for other in _covering(space, rule, others))
        message = (
            f"`{rule.id}` is redundant: whenever it fires, {covering or 'nothing'} does too; or say why in `redundant`"
        )
        return Verdict(rule.id, False, message)
    if rule.redundant:
        message = f"`{rule.id}` says that it is redundant, but here nothing else concludes `{rule.concludes}`"
        return Verdict(rule.id, False, message, space.example(alone))
    return Verdict(rule.id, True, example=space.example(alone))


def _alone(space: Space, rule: Rule, others: tuple[Rule, ...]) -> Diagram:
    """Where only this rule fires: some answers, or all of them when they are few. Empty when there are none."""
    found = space.known.rules[rule.id].proved
    smallest = space.diagrams.only_smallest(found)
    for other in others:
        smallest = smallest & ~space.known.rules[other.id].proved
    if not space.empty(smallest):
        return smallest
    for other in others:
        found = found & ~space.known.rules[other.id].proved
    return found


def _covering(space: Space, rule: Rule, others: tuple[Rule, ...]) -> list[Rule]:
    """One rule that covers this one, or as few as it takes."""
    proved = space.known.rules

    def cover(some: list[Rule]) -> bool:
        return space.empty(proved[rule.id].proved & ~space.diagrams.union(proved[other.id].proved for other in some))

    for other in others:
        if cover([other]):
            return [other]
    left = list(others)
    for other in others:
        fewer = [each for each in left if each is not other]
        if cover(fewer):
            left = fewer
    return left
