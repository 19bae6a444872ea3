"""How far an interview is, in parts: a list, and what is asked about what was ticked on it, count once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screener.interview.following import may_follow
from screener.interview.known import Known
from screener.logic.condition import Condition, fields
from screener.logic.kleene import evaluate

if TYPE_CHECKING:
    from screener.interview.session import Session


def done(session: Session) -> int:
    """How many parts are over; one of which every answer followed from others was not shown."""
    parts, passed = session.interview.layout.parts, session.residue.known.left_out | session.implied.keys()
    return len({parts[name] for name in session.given if name not in passed} - _open(session))


def remaining(session: Session) -> int:
    """In how many parts something will be asked; those where that depends on answers to come are not counted yet."""
    parts, unsure = session.interview.layout.parts, _unsure(session)
    return len({parts[name] for name in session.open if name not in unsure}) or len(session.open[:1])


def _unsure(session: Session) -> set[str]:
    """The open fields of which it depends on other open ones whether they are asked."""
    book, known, still = session.interview.book, session.residue.known, set(session.open)
    depends = {name: fields(show_if) for name, show_if in book.followups if _is_open(show_if, known)}
    for name, read in may_follow(known, book).items():
        depends[name] = depends.get(name, frozenset()) | read
    return {name for name, read in depends.items() if read & still}


def _is_open(condition: Condition, known: Known) -> bool:
    return evaluate(condition, known.facts.truth, {}) is None


def _open(session: Session) -> set[str]:
    return {session.interview.layout.parts[name] for name in session.open}
