"""What is asked together, in which order, and as which part: the screens of a rule book in one length of the interview.

The short form asks several lists at once, where the rule book says so: nothing is lost by that, and there is less
to go through. Nobody is asked there for what only decides whether one more statement appears on such a list.
"""

from __future__ import annotations

from collections.abc import Mapping

from screener.data import dataclass
from screener.interview.relevance import Length
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
