"""What the words of one text say about each medicine in it: not taken, to be asked about, taken when needed.

One medicine may be given up for another: `lisinopril -> losartan`, `omeprazole instead of lansoprazole`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from screener.data import dataclass
from screener.memo import memo
from screener.rulebook.medicine.history import FORWARD, SWITCH, TAKEN, TURN, History, Hit
from screener.rulebook.medicine.piece import AROUND, CLOSING, FORM, HISTORY, JOINER, OPENING, SEPARATOR

TO: Final = "to"  # words between what is given up and what comes instead: `changed from lisinopril to losartan`
UNITS: Final = ("unit", "beside-number")
YEAR: Final = re.compile(r"(?:19|20)\d\d")


class GivenUp(NamedTuple):
    """What a word says about the units around it, by their places.

    Attributes:
        given: those that are given up.
        unclear: those that may be.
    """

    given: Sequence[int] = ()
    unclear: Sequence[int] = ()


NOTHING: Final = GivenUp()


@dataclass(frozen=True, slots=True)
class UnitVerdict:
    """What is said about one unit.

    Attributes:
        hit: the word by which it is not taken; None when it is.
        ask: whether that is not certain.
        as_needed: whether it is taken when needed only.
    """

    hit: Hit | None = None
    ask: bool = False
    as_needed: bool = False


class Switches(History):
    """What the words of one text say about its units, also those for a change."""

    @memo
    def scopes(self) -> dict[str, Callable[[Hit], GivenUp]]:
        """How a word for a change is read, by its scope."""
        return {
            FORWARD: self.forward, "back": self.back, "from": self.moved, "between": self.between,
            "maybe": self.maybe, "unclear": self.unclear, "instead": self.instead, "was": self.was,
        }  # fmt: skip

    def of(self, hit: Hit) -> GivenUp:
        """What one word says."""
        read = self.scopes.get(hit.scope) if hit.kind in (SWITCH, TURN) else None
        return read(hit) if read is not None else NOTHING

    def forward(self, hit: Hit) -> GivenUp:
        """`lisinopril changed to losartan`; `furosemide 40 mg changed to 20 mg` is not a change of medicine."""
        before, after = self.before(hit), self.after(hit)
        if not before or self.are_same(before, after):
            return NOTHING
        if not after:
            return NOTHING if self.is_dose(hit) else GivenUp((), before)
        joined = before[0] > 0 and self.are_joined(before[0] - 1, before[0])
        return GivenUp(before, [before[0] - 1] if joined else ())

    def back(self, hit: Hit) -> GivenUp:
        """`omeprazole instead of lansoprazole`."""
        before, after = self.before(hit), self.after(hit)
        if not after or self.are_same(before, after):
            return NOTHING
        last = 1
        while last < len(after) and self.are_one(after[last - 1], after[last]):
            last += 1
        joined = last < len(after) and self.are_joined(after[last - 1], after[last])
        return GivenUp(after[:last], after[last : last + 1] if joined else ())

    def moved(self, hit: Hit) -> GivenUp:
        """`changed from lisinopril to losartan`; `losartan, changed from lisinopril`."""
        before, after = self.before(hit), self.after(hit)
        if not after:
            return NOTHING if self.is_dose(hit, True) else GivenUp((), before)
        for at in range(self.units[after[0]].end, self.units[after[-1]].start):
            if self.lexicon.of_kind(TO, self.tokens[at].text):
                first = [unit for unit in after if self.units[unit].end <= at]
                second = [unit for unit in after if self.units[unit].start > at]
                if self.are_same(first, second):
                    return NOTHING
                one = all(self.are_one(unit, unit + 1) for unit in first[:-1])
                return GivenUp(first, ()) if one else GivenUp((), first)
        if self.are_same(before, after):
            return NOTHING
        is_old = before and self.tokens[hit.end - 1].text == "from"
        return GivenUp(after[:1], after[1:]) if is_old else GivenUp((), (*before, *after))

    def between(self, hit: Hit) -> GivenUp:
        """`lisinopril to losartan`, with nothing else between."""
        return self.forward(hit) if self.is_between(hit) else NOTHING

    def maybe(self, hit: Hit) -> GivenUp:
        """`lisinopril now losartan`: the first may be given up, or not."""
        before = self.before(hit)
        if not self.is_between(hit) or self.are_same(before, self.after(hit)):
            return NOTHING
        return GivenUp((), before)

    def unclear(self, hit: Hit) -> GivenUp:
        """`lisinopril, change to losartan`: perhaps it is done, perhaps not."""
        before, after = self.before(hit), self.after(hit)
        return NOTHING if not before or self.are_same(before, after) else GivenUp((), (*before, *after[:1]))

    def instead(self, hit: Hit) -> GivenUp:
        """`lisinopril, losartan instead`; with a name on both sides it cannot be told which is meant."""
        low, high = self.place(self.commas, hit.start)
        here = self.within(low, high)
        if here and self.units[here[0]].start < hit.start < self.units[here[-1]].start:
            return GivenUp((), here)
        earlier = here[0] - 1 if here else -1
        return GivenUp((), (earlier,)) if earlier >= 0 else NOTHING

    def was(self, hit: Hit) -> GivenUp:
        """`was lisinopril, now losartan`."""
        here = [unit for unit, item in enumerate(self.units) if item.start == hit.end]
        turns = [other.end for other in self.hits if other.start > hit.end and self.is_turn(other)]
        turned = bool(here) and any(self.units[-1].start >= end for end in turns)
        return GivenUp(here) if turned else NOTHING

    # what is next to a word

    def after(self, hit: Hit) -> list[int]:
        """The units in the clause after a word."""
        places = range(hit.end, len(self.tokens))
        start = next((at for at in places if self.roles[at].kind != SEPARATOR), len(self.tokens))
        return self.within(hit.end, self.end(start))

    def end(self, start: int) -> int:
        """Where the clause ends; what is in brackets after a name belongs to it."""
        depth = 0
        for at in range(start, len(self.tokens)):
            text = self.tokens[at].text
            depth += (text in OPENING) - (text in CLOSING)
            if depth < 0 or (depth == 0 and at > start and at in self.commas and text not in CLOSING):
                return at
        return len(self.tokens)

    def is_dose(self, hit: Hit, with_unit: bool = False) -> bool:
        """Whether a dose follows in the clause: a number, not a year, or one with a unit."""
        end = self.place(self.commas, hit.end)[1] if hit.end < len(self.roles) else hit.end
        places = range(hit.end, end)
        numbers = [self.tokens[at].text for at in places if self.roles[at].meaning == "number"]
        units = [self.tokens[at].text for at in places if self.roles[at].meaning in UNITS]
        if units or with_unit:
            return bool(units and numbers)
        return not all(map(YEAR.fullmatch, numbers))

    def is_between(self, hit: Hit) -> bool:
        """Whether a word is between two units, with nothing else but strengths and commas."""
        before, after = self.before(hit), self.after(hit)
        if not before or not after:
            return False
        between = (*range(self.units[before[-1]].end, hit.start), *range(hit.end, self.units[after[0]].start))
        return all(self.roles[at].kind in (AROUND, FORM, SEPARATOR) for at in between)

    def are_same(self, before: Sequence[int], after: Sequence[int]) -> bool:
        """Whether both sides are the same medicine, so that only its dose or name changed."""
        known = {self.units[unit].what for unit in before} - {""}
        return bool(known & {self.units[unit].what for unit in after})

    def are_joined(self, one: int, other: int) -> bool:
        """Whether `and` is between two units."""
        roles = self.roles[self.units[one].end : self.units[other].start]
        kinds = {role.kind for role in roles}
        return JOINER in kinds and kinds <= {JOINER, AROUND, FORM, HISTORY}

    # what all of it says

    def verdicts(self) -> list[UnitVerdict]:
        """What is said about each unit of the text, in their order."""
        acting: list[Hit | None] = [None] * len(self.units)
        again, needed = set[int](), set[int]()
        for hit in self.hits:
            if hit.kind in ("again", "as needed"):
                (again if hit.kind == "again" else needed).update(self.about(hit))
            elif hit.kind not in TAKEN and not self.is_cancelled(hit):
                for unit in self.acted_on(hit):
                    acting[unit] = acting[unit] or hit
        asked = again | self.switched(acting)
        return [UnitVerdict(hit, hit is not None and unit in asked, unit in needed) for unit, hit in enumerate(acting)]

    def switched(self, acting: list[Hit | None]) -> set[int]:
        """Note what is given up for another medicine; those that may be, or not, come back."""
        asked = set[int]()
        found = [(hit, self.of(hit)) for hit in self.hits]
        for hit, switch in found:
            for unit in switch.given:
                acting[unit] = acting[unit] or hit
        for hit, switch in found:
            for unit in switch.unclear:
                if acting[unit] is None and self.units[unit].kind == "name":
                    acting[unit] = hit
                    asked.add(unit)
        return asked
