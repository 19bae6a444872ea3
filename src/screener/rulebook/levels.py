"""The urgency levels of a rule book: their names in order, and what each is like.

A book without `levels` has the program's own five. A book may name its own: each says which of the five it is like, and
that decides its colour, whether it is urgent, and which card of FHIR and CDS Hooks it becomes. The words for people are
texts of the book (`title-NAME`, `urgency-NAME`, `brief-NAME`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, TypeAlias, get_args

Like: TypeAlias = Literal["none", "routine", "soon", "same-day", "emergency"]
USUAL: Final[tuple[Like, ...]] = get_args(Like)
URGENT: Final[frozenset[Like]] = frozenset({"same-day", "emergency"})  # told at once, and never passed over
WARNING: Final[frozenset[Like]] = URGENT | {"soon"}


class Levels(tuple[str, ...]):
    """Names of levels, the lowest first: that nothing is urgent.

    Args:
        likes: each name with what it is like; never less than the one before it.
    """

    likes: Mapping[str, Like]

    def __new__(cls, likes: Mapping[str, Like]) -> Levels:
        """The value is the names; what they are like is kept along with it."""
        made = super().__new__(cls, likes)
        made.likes = dict(likes)
        return made

    def __getnewargs__(self) -> tuple[Mapping[str, Like]]:
        return (self.likes,)

    @property
    def urgent(self) -> tuple[str, ...]:
        """Those that are told at once: like `same-day` or `emergency`."""
        return tuple(name for name in self if self.likes[name] in URGENT)

    def is_emergency(self, name: str) -> bool:
        """Whether a level is like `emergency`."""
        return self.likes[name] == "emergency"

    def is_urgent(self, name: str) -> bool:
        """Whether a level is told at once."""
        return self.likes[name] in URGENT

    def is_warning(self, name: str) -> bool:
        """Whether a level is more than something to ask about at the next visit."""
        return self.likes[name] in WARNING


LEVELS: Final = Levels({name: name for name in USUAL})


def with_levels(schema: Any, levels: Levels) -> Any:
    """A schema with the levels of a book in place of the program's own."""
    if isinstance(schema, dict):
        if schema.get("enum") == list(USUAL):
            return {**schema, "enum": list(levels)}
        return {key: value if key == "like" else with_levels(value, levels) for key, value in schema.items()}
    return [with_levels(item, levels) for item in schema] if isinstance(schema, list) else schema
