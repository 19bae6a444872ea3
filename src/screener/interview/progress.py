"""How far an interview is, in screens: what is asked at once counts once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from screener.interview.following import may_follow
from screener.logic.kleene import evaluate
from screener.rulebook.book import RuleBook

if TYPE_CHECKING:
    from screener.interview.session import Session


def done(session: Session) -> int:
    """How many screens were answered; one of which every answer followed from others was not shown."""
    passed = session.residue.known.left_out | session.implied.keys()
    book = session.interview.book
    return len(_screens((name for name in session.given if name not in passed), book) - _screens(session.open, book))


def remaining(session: Session) -> int:
    """About how many screens are left: of those that depend on open answers every third one counts."""
    book, unsure = session.interview.book, _unsure(session)
    certain = _screens((name for name in session.open if name not in unsure), book)
    return (len(certain) + len(_screens(session.open, book) - certain) // 3) or len(session.open[:1])


def _unsure(session: Session) -> set[str]:
    """The fields of which it depends on open answers whether they are asked."""
    book, truth = session.interview.book, session.residue.known.facts.truth
    unsure = {name for name, show_if in book.followups if evaluate(show_if, truth, {}) is None}
    return unsure | may_follow(session.residue.known, book).keys()


def _screens(fields: Iterable[str], book: RuleBook) -> set[str]:
    """The screens on which these fields stand, each question without one by itself."""
    return {book.questions[name].screen or name for name in fields}
