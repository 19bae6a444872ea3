"""What is asked together, in which order, and as which part: the screens of a rule book in one length of the interview.

The short form asks several lists at once, where the rule book says so: nothing is lost by that, and there is less
to go through. Nobody is asked there for what only decides whether one more statement appears on such a list.

And which questions are still to be asked (what rules need, and what decides whether that is asked), and how far it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from screener.data import dataclass
from screener.interview.known import may_follow
from screener.interview.relevance import Length, Residue, with_parents
from screener.logic.condition import fields
from screener.logic.kleene import evaluate
from screener.rulebook.book import RuleBook
from screener.rulebook.question import Screen


@dataclass(frozen=True)
class ScreenLayout:
    """The screens of one length.

    Attributes:
        order: all fields, in the order in which they are asked.
        screens: field to the screen on which it is asked; a question without one is asked by itself.
        parts: field to the part of the interview that it belongs to: a list and what is asked about it is one part.
        listed: the statements of lists that cost no question of their own: those of the short form.
    """

    order: tuple[str, ...]
    screens: Mapping[str, Screen]
    parts: Mapping[str, str]
    listed: frozenset[str]

    @classmethod
    def of(cls, book: RuleBook, length: Length) -> ScreenLayout:
        """The layout of a rule book in one length."""
        questions = book.questions.values()
        own = {one.field: book.screens[one.screen] for one in questions if one.screen}
        short = length == "quick"
        screens = {name: book.screens[one.joins] if short and one.joins else one for name, one in own.items()}
        order: list[str] = []
        for name in book.questions:
            together = [other for other in screens if name in screens and screens[other] is screens[name]]
            order += [other for other in together or [name] if other not in order]
        listed = frozenset(name for name, screen in screens.items() if short and not screen.form)
        return cls(tuple(order), screens, _parts(book, screens), listed)

    def screen(self, field: str) -> str:
        """The id of the screen on which a question is asked; its field when it is asked by itself."""
        return self.screens[field].id if field in self.screens else field

    def together_with(self, field: str) -> tuple[str, ...]:
        """The fields that are asked on the same screen, in order; none for a question that is asked by itself."""
        screen = self.screens.get(field)
        return tuple(name for name in self.order if screen is not None and self.screens.get(name) is screen)


def _parts(book: RuleBook, screens: dict[str, Screen]) -> dict[str, str]:
    """The part of each question: the section that the first question of its screen is in.

    A question without a screen belongs to its section where that has a screen, and is a part by itself where not.
    """
    sections = {question.field: question.section for question in book.questions.values()}
    first: dict[str, str] = {}
    for name, screen in screens.items():
        first.setdefault(screen.id, sections[name])
    of_section = {sections[name]: first[screens[name].id] for name in reversed(screens)}
    return {
        name: first[screens[name].id] if name in screens else of_section.get(section, name)
        for name, section in sections.items()
    }


def open_fields(layout: ScreenLayout, length: Length, given: Collection[str], residue: Residue) -> tuple[str, ...]:
    """The fields that are still to be asked for, in order, as far as can be told now.

    Args:
        given: the fields that were answered.
        residue: what is left of the rule book.
    """
    book, over = residue.readers.book, {*given, *residue.known.left_out}
    if length == "fixed-order":
        wanted = frozenset(book.questions)
    else:
        wanted = _with_deciding(residue.needed(length), layout, residue)
        if length == "quick":
            wanted |= _always(wanted, layout, over, residue)
    return tuple(name for name in layout.order if name in wanted and name not in over and book.questions[name].asked)


def _with_deciding(needed: frozenset[str], layout: ScreenLayout, residue: Residue) -> frozenset[str]:
    """These fields, and those that decide whether they are asked, or follow from others."""
    book = residue.readers.book
    wanted = with_parents(needed, residue, book, layout.listed)
    return wanted.union(*(read for name, read in may_follow(residue.known, book).items() if name in wanted))


def _always(wanted: frozenset[str], layout: ScreenLayout, over: set[str], residue: Residue) -> frozenset[str]:
    """What the quick form asks although only the default needs it: until it has passed over a question, after which
    the default may know more and need less.
    """
    by_default = residue.needed("default")
    asked_by_default, found = _with_deciding(by_default, layout, residue), set[str]()
    for name in layout.order:
        question = residue.readers.book.questions[name]
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
    book, truth = residue.readers.book, residue.known.facts.truth
    undecided = [(name, show_if) for name, show_if in book.followups if evaluate(show_if, truth, {}) is None]
    depends = {name: fields(show_if) for name, show_if in undecided}
    for name, read in may_follow(residue.known, book).items():
        depends[name] = depends.get(name, frozenset()) | read
    return {name for name, read in depends.items() if not read.isdisjoint(left)}
