"""What a person told us that nothing here speaks of: then no view says that nothing matched, or that nothing is urgent.

A number outside its usual range, a yes or a number that no rule reads for this person (because the pack that reads it
is not active, or does not apply), and what somebody wrote in their own words: `not_covered`. Where nothing is urgent,
so is a yes that no raised flag rests on. The rule book says in its questions what is usual, and which answers change
only words or dates (`guarded: no`).
"""

from __future__ import annotations

from collections.abc import Mapping

from screener.case.answers import Number, OwnWords, YesNo
from screener.engine.facts import Facts
from screener.logic.kleene import Kleene, evaluate
from screener.rulebook.book import RuleBook
from screener.rulebook.question import Question


def not_covered(facts: Facts, values: Mapping[str, Kleene], book: RuleBook) -> list[str]:
    """The fields, in the order of the interview.

    Args:
        facts: the answers.
        values: of the conclusions.
        book: with its active packs.
    """
    applying = {name for name, pack in book.packs.items() if evaluate(pack.applies, facts.truth, values) is not False}
    heard = {name for pack in applying for name in book.fields_read_by.get(pack, ())}
    return [
        question.field
        for question in book.questions.values()
        if question.field in facts.values
        and told(question, facts)
        and (question.field not in heard or is_unusual(question, facts))
    ]


def told(question: Question, facts: Facts) -> bool:
    """Whether a guarded question was answered with a yes, a number or a text."""
    answer = facts.values.get(question.field)
    if not question.guarded:
        return False
    if isinstance(question.kind, YesNo):
        return answer is True
    return isinstance(question.kind, Number | OwnWords) and answer is not None


def is_unusual(question: Question, facts: Facts) -> bool:
    """Whether a number was given that is outside its usual range."""
    return question.usual is not None and evaluate(question.usual, facts.truth, {}) is False


def yes_beside(spoken_of: frozenset[str], facts: Facts, book: RuleBook) -> list[str]:
    """The guarded questions that were answered with a yes and are not among the fields that something speaks of."""
    given = (question for question in book.questions.values() if facts.values.get(question.field) is True)
    asked = (question for question in given if isinstance(question.kind, YesNo))
    return [question.field for question in asked if told(question, facts) and question.field not in spoken_of]


def none_is_outside(not_covered: list[str], unrecognized: list[str], raised: set[str], book: RuleBook) -> bool:
    """Whether an urgency of none is no statement about all that was told.

    Args:
        not_covered: fields that nothing speaks of.
        unrecognized: medicines that are not known.
        raised: the flags that are raised; one that replaces a last resort says the same.
    """
    last = {flag.id for flag in book.flags.values() if flag.last_resort}
    return bool(not_covered or unrecognized or any(last & set(book.flags[name].suppresses) for name in raised))


def title_key(urgency: str, is_outside: bool, book: RuleBook) -> str:
    """The text that says how soon."""
    return f"title-{urgency}-outside" if urgency == book.levels[0] and is_outside else f"title-{urgency}"
