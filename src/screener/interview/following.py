"""Answers that follow with certainty from others, as the rule book declares them: nobody is asked for those."""

from __future__ import annotations

from screener.interview.known import Known
from screener.logic.condition import fields
from screener.logic.kleene import evaluate
from screener.rulebook.book import RuleBook
from screener.rulebook.question import Implication


def following(known: Known, book: RuleBook) -> dict[str, Implication]:
    """The fields whose answer follows from what is known, each with the implication by which it does."""
    truth = known.facts.truth
    holding = [one for one in book.implications if evaluate(one.when, truth, {}) is True]
    return {name: one for one in reversed(holding) for name in one.answers}


def may_follow(known: Known, book: RuleBook) -> dict[str, frozenset[str]]:
    """The fields whose answer may still follow, each with the fields that decide whether it does."""
    truth = known.facts.truth
    undecided = [one for one in book.implications if evaluate(one.when, truth, {}) is None]
    return {name: fields(one.when) for one in reversed(undecided) for name in one.answers}
