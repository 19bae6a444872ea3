"""Numbers for conditions, the same for equal ones: a number is compared faster than a condition of a thousand parts."""

from __future__ import annotations

from dataclasses import field

from screener.data import dataclass
from screener.logic.condition import AllOf, AnyOf, AtLeast, Condition, Not, children


@dataclass
class Numbers:
    """Numbers given so far.

    Attributes:
        given: by what a condition is made of.
        objects: by the identity of the object, which is kept so that no other one can have it.
    """

    given: dict[object, int] = field(default_factory=dict)
    objects: dict[int, tuple[int, Condition]] = field(default_factory=dict)

    def of(self, condition: Condition) -> int:
        """The number of a condition."""
        known = self.objects.get(id(condition))
        if known is not None:
            return known[0]
        key: object = condition
        if isinstance(condition, Not | AllOf | AnyOf | AtLeast):
            count = condition.count if isinstance(condition, AtLeast) else 0
            key = (type(condition), count, *map(self.of, children(condition)))
        number = self.given.setdefault(key, len(self.given))
        self.objects[id(condition)] = number, condition
        return number
