"""Which question comes next: the first of those that are still to be asked, with what is asked together with it.

Still to be asked is what the rules need, and what decides whether that is asked.
"""

from __future__ import annotations

from collections.abc import Collection

from screener.case.answers import YesNo
from screener.data import dataclass
from screener.interview.known import may_follow
from screener.interview.layout import ScreenLayout
from screener.interview.relevance import Length, Residue, with_parents
from screener.logic.condition import fields
from screener.logic.kleene import evaluate
from screener.rulebook.book import RuleBook
from screener.rulebook.question import Question, Screen


@dataclass(frozen=True)
class Step:
    """What to ask next.

    Attributes:
        question: the question.
        screen: the screen it is on, or None when it is asked by itself.
        together: the fields on that screen that are open, this one first; only this one without a screen.
        group: the screen, when it is a list of which at least two statements are open, one of them yes/no: those that
            are true are ticked, and "none of these" answers the rest (see `Session.tick`).
        part: which part this is, of those that are over and those left.
        remaining: in how many parts something may still be asked, this one included.
    """

    question: Question
    screen: Screen | None
    together: tuple[str, ...]
    group: Screen | None
    part: int
    remaining: int

    @property
    def parts(self) -> int:
        """How many parts there are, as far as can be told; the last is the page on which the answers are checked."""
        return self.part + self.remaining


def next_step(layout: ScreenLayout, book: RuleBook, left: tuple[str, ...], progress: HowFar) -> Step | None:
    """What to ask next; None when nothing is left to be asked for.

    Args:
        left: the fields that are still to be asked for, in order.
    """
    if not left:
        return None
    screen = layout.screens.get(left[0])
    together = tuple(name for name in left if layout.screens.get(name) is screen) if screen else left[:1]
    is_list = screen is not None and not screen.form and len(together) > 1
    group = screen if is_list and any(isinstance(book.fields[name], YesNo) for name in together) else None
    return Step(book.questions[left[0]], screen, together, group, progress.done + 1, progress.remaining)


def open_fields(layout: ScreenLayout, length: Length, given: Collection[str], residue: Residue) -> tuple[str, ...]:
    """The fields that are still to be asked for, in order, as far as can be told now.

    Args:
        given: the fields that were answered.
        residue: what is left of the rule book.
    """
    book, over = residue.book, {*given, *residue.known.left_out}
    if length == "fixed-order":
        wanted = frozenset(book.questions)
    else:
        wanted = _with_deciding(residue.needed(length), layout, residue)
        if length == "quick":
            wanted |= _always(wanted, layout, over, residue)
    return tuple(name for name in layout.order if name in wanted and name not in over and book.questions[name].asked)


def _with_deciding(needed: frozenset[str], layout: ScreenLayout, residue: Residue) -> frozenset[str]:
    """These fields, and those that decide whether they are asked, or follow from others."""
    book = residue.book
    wanted = with_parents(needed, residue, layout.listed)
    return wanted.union(*(read for name, read in may_follow(residue.known, book).items() if name in wanted))


def _always(wanted: frozenset[str], layout: ScreenLayout, over: set[str], residue: Residue) -> frozenset[str]:
    """What the quick form asks although only the default needs it: until it has passed over a question, after which
    the default may know more and need less.
    """
    by_default = residue.needed("default")
    asked_by_default, found = _with_deciding(by_default, layout, residue), set[str]()
    for name in layout.order:
        question = residue.book.questions[name]
        if name in wanted or name in over:
            continue
        if question.always and name in by_default:
            found.add(name)
        elif question.asked and name in asked_by_default:
            break
    return _with_deciding(frozenset(found), layout, residue)


@dataclass(frozen=True)
class HowFar:
    """How far an interview has got, in parts: a list, and what is asked about what was ticked on it, count once.

    Attributes:
        done: how many parts are over; one of which every answer followed from others was not shown.
        remaining: in how many parts something will be asked; those where that depends on answers to come do not count
            yet.
    """

    done: int
    remaining: int

    @classmethod
    def of(cls, layout: ScreenLayout, residue: Residue, answered: Collection[str], left: tuple[str, ...]) -> HowFar:
        """How far it is.

        Args:
            answered: the fields for which an answer was asked.
            left: the fields that are still to be asked for, as far as can be told now.
        """
        parts, unsure = layout.parts, _unsure(left, residue)
        over = {parts[name] for name in answered if name not in residue.known.left_out}
        coming = {parts[name] for name in left if name not in unsure}
        return cls(len(over - {parts[name] for name in left}), len(coming) or len(left[:1]))


def _unsure(left: tuple[str, ...], residue: Residue) -> set[str]:
    """The open fields of which it depends on other open ones whether they are asked."""
    book, truth = residue.book, residue.known.facts.truth
    undecided = [(name, show_if) for name, show_if in book.followups if evaluate(show_if, truth, {}) is None]
    depends = {name: fields(show_if) for name, show_if in undecided}
    for name, read in may_follow(residue.known, book).items():
        depends[name] = depends.get(name, frozenset()) | read
    return {name for name, read in depends.items() if not read.isdisjoint(left)}
