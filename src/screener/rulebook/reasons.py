"""What a rule's reason is filled with, and which other reasons it replaces: checked when a book is loaded."""

from __future__ import annotations

from collections.abc import Iterator

from screener.errors import did_you_mean
from screener.logic.condition import AllOf, AnyOf, AtLeast, Concluded, Condition, Takes
from screener.rulebook.knowledge import Knowledge
from screener.rulebook.rule import MEDICINES, Rule


def wrong_reasons(book: Knowledge) -> Iterator[tuple[str, str, str]]:
    """What is wrong with reasons: the rule, the key in it, and the message."""
    for rule in book.rules:
        if MEDICINES in rule.because and not needs_medicine(rule.when, book):
            yield rule.id, "because", f"it can hold without a medicine, so `{MEDICINES}` may have nothing to say"
        for other in rule.instead_of:
            if message := _wrong_other(rule, other, book):
                yield rule.id, "instead_of", message


def _wrong_other(rule: Rule, other: str, book: Knowledge) -> str:
    found = book.rule.get(other)
    if found is None:
        return f"there is no rule `{other}`{did_you_mean(other, book.rule)}"
    if found.concludes != rule.concludes:
        return f"`{other}` concludes `{found.concludes}`, not `{rule.concludes}`: it is no reason for the same thing"
    if found.instead_of:
        return f"`{other}` itself is shown instead of others; only one of two reasons can"
    return ""


def needs_medicine(condition: Condition, book: Knowledge) -> bool:
    """Whether a condition can hold only by a medicine that is taken, itself or behind each conclusion it needs."""
    match condition:
        case Takes():
            return True
        case Concluded(name):
            rules = book.rules_for.get(name, ())
            return bool(rules) and all(needs_medicine(rule.when, book) for rule in rules)
        case AllOf(parts):
            return any(needs_medicine(part, book) for part in parts)
        case AnyOf(parts):
            return bool(parts) and all(needs_medicine(part, book) for part in parts)
        case AtLeast(count, parts):
            return sum(not needs_medicine(part, book) for part in parts) < count
    return False
