"""Whether steps prove what they are said to prove, as the checker of receipts follows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from screener.explain.receipt.answers import Answers, CheckError
from screener.explain.receipt.checker import Follower
from screener.rulebook.book import RuleBook


def check_chain(steps: Sequence[Mapping[str, Any]], answers: Any, book: RuleBook, goal: str, raised: bool) -> None:
    """Verify that steps lead from answers alone to one conclusion, raised or ruled out.

    Raises:
        CheckError: the first thing that is wrong, with its place.
    """
    follower = Follower(book, Answers.read(answers, book))
    follower.follow(steps)
    follower.complete(tuple(follower.known))
    if follower.known.get(goal) is not raised:
        raise CheckError("", f"the steps do not show that `{goal}` is {'raised' if raised else 'ruled out'}")
