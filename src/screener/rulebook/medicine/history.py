"""What is no longer taken, or never was: words such as `stopped`, `no` and `allergic to`, and the names they act on."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from screener.data import dataclass
from screener.rulebook.medicine.lookup import Lexicon
from screener.rulebook.medicine.piece import AROUND, HISTORY, JOINER, LABEL, OPENING, SEPARATOR, Label, Role, labels_of
from screener.rulebook.medicine.text import COLON, Token

FEW_WEEKS: Final = 4  # a steroid injection acts for about so long
BEGUN: Final = "begun"
SWITCH: Final = "switch"  # one medicine given up for another
TURN: Final = "turn"  # a word that begins what is said about other medicines
FORWARD: Final = "forward"
SOMEONE_ELSE: Final = "someone else"
TAKEN: Final = frozenset({"as needed", "again", BEGUN, TURN, SWITCH})  # kinds that do not say that it is not taken
NAMED: Final = ("name", "lay")  # what a unit can be, apart from `unknown`


class Unit(NamedTuple):
    """Something that history can act on: a name of the table, a lay name, or words that are no name.

    Attributes:
        kind: `name`, `lay` or `unknown`.
        start: its first token.
        end: after its last token.
        piece: which piece it is in.
        what: the generic name; empty for what is not a name of the table.
    """

    kind: str
    start: int
    end: int
    piece: int
    what: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A word that says that something is not taken.

    Attributes:
        kind: `stopped`, `allergy` …
        scope: which names it acts on: `clause`, `rest`, `item` …
        start: its first token.
        end: after its last token.
    """

    kind: str
    scope: str
    start: int
    end: int


class History:
    """What the words of one text say about its units."""

    def __init__(self, tokens: Sequence[Token], roles: Sequence[Role], units: Sequence[Unit], lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.tokens = tokens
        self.roles = roles
        self.units = units
        self.hits = list(_hits(roles))
        self.labels: list[Label] = labels_of(tokens, roles)
        self.turns = [0, *(hit.start for hit in self.hits if self.is_turn(hit)), len(tokens)]
        self.commas = [0, *self.clause_ends(), len(tokens)]
        self.clauses = sorted({*self.turns, *self.commas})

    # where a text turns

    def is_turn(self, hit: Hit) -> bool:
        """Whether a word such as `now` begins what is said about other medicines."""
        if hit.kind != TURN and (hit.kind, hit.scope) not in ((SWITCH, FORWARD), (BEGUN, "name")):
            return False
        if hit.scope in ("start", "name") and not (self.begins_clause(hit.start) and self.is_own(hit)):
            return False
        if hit.scope == "name" and not self.is_before_name(hit):
            return False
        others = (other for other in self.hits if other.kind not in TAKEN)
        return not any(other.start == hit.end or other.end == hit.start for other in others)

    def begins_clause(self, at: int) -> bool:
        """Whether a token is at the start of a clause."""
        return at == 0 or self.roles[at - 1].kind in (SEPARATOR, JOINER)

    def is_own(self, hit: Hit) -> bool:
        """Whether what is said last before a word is not about somebody else: `wife: digoxin, takes bisoprolol`."""
        said = [other.kind for other in self.hits if other.start < hit.start and other.kind not in TAKEN]
        return said[-1:] != [SOMEONE_ELSE]

    def is_before_name(self, hit: Hit) -> bool:
        """Whether a name comes next, after numbers and units at most."""
        at = next((at for at in range(hit.end, len(self.roles)) if self.roles[at].kind != AROUND), None)
        return any(unit.start == at and unit.kind in NAMED for unit in self.units)

    def clause_ends(self) -> Iterator[int]:
        """Where clauses end: at commas, brackets and spaced hyphens."""
        for at, token in enumerate(self.tokens):
            ends = token.kind in ("comma", "break") or (token.kind == "hyphen" and token.spaced)
            if ends and self.roles[at].kind == SEPARATOR:
                yield at

    def is_cancelled(self, hit: Hit) -> bool:
        """Whether it says something else here: `started last year`, `an injection 3 weeks ago`."""
        low, high = self.clause(hit)
        if hit.kind == "weeks ago":
            number = self.tokens[hit.start - 1].text if hit.start else ""
            return not number.isdigit() or int(number[:4]) <= FEW_WEEKS
        return hit.kind == "long ago" and any(other.kind == BEGUN and low <= other.start < high for other in self.hits)

    # which units a word acts on

    def acted_on(self, hit: Hit) -> list[int]:
        """The units that are not taken because of a word."""
        low, high = self.place(self.turns, hit.start)
        labelled = self.labelled(hit, high)
        if labelled:
            return labelled
        if hit.scope == LABEL or self.is_answer(hit):
            return self.about(hit) or self.within(hit.end, high)
        inside = self.within(low, high)
        if hit.scope == "item":
            return inside
        after = [unit for unit in inside if self.units[unit].start >= hit.end]
        if hit.scope == "rest":
            if after and self.units[after[0]].kind not in NAMED:
                return []  # `no added salt`
            return after or self.about(hit)
        here = self.within(*self.clause(hit))
        if here and self.leads(hit, low):
            return inside
        if here:
            return here
        before = self.before(hit)
        if before or not after:
            return before
        return after[:1] if self.is_in_brackets(hit) else after

    def labelled(self, hit: Hit, high: int) -> list[int]:
        """The units that a word before a colon is said of, up to the next turn."""
        label = next((label for label in self.labels if label.holds(hit.start)), None)
        if label is None:
            return []
        inside = [] if hit.scope == LABEL else self.within(label.start, label.colon)
        said_of = self.within(label.colon, min(label.end, high))
        return [*inside, *said_of] if said_of else []

    def is_answer(self, hit: Hit) -> bool:
        """Whether a word is all that comes after the colon behind a name: `digoxin: no, ramipril: 5 mg`."""
        low, high = self.clause(hit)
        return self.tokens[low].text == COLON and not self.within(low, high) and bool(self.before(hit))

    def about(self, hit: Hit) -> list[int]:
        """The units in the same clause, or else the one before."""
        return self.within(*self.clause(hit)) or self.before(hit)

    def before(self, hit: Hit) -> list[int]:
        """The nearest unit before a word, with those that make one medicine with it."""
        found = [unit for unit, item in enumerate(self.units) if item.end <= hit.start]
        nearest = found[-1:]
        while nearest and nearest[0] > 0 and self.are_one(nearest[0] - 1, nearest[0]):
            nearest.insert(0, nearest[0] - 1)
        return nearest

    def are_one(self, one: int, other: int) -> bool:
        """Whether two units are written as one medicine: `losartan/HCTZ`, `Lasix (furosemide)`."""
        places = range(self.units[one].end, self.units[other].start)
        between = [self.tokens[at] for at in places if self.roles[at].kind == SEPARATOR]
        if len(between) == 1 and between[0].text in OPENING:
            return True
        return bool(between) and {token.kind for token in between} <= {"slash", "plus", "hyphen"}

    def leads(self, hit: Hit, low: int) -> bool:
        """Whether a word is at the very start of what it is about: `stopped furosemide, ramipril`."""
        return all(role.kind in (AROUND, SEPARATOR, HISTORY) for role in self.roles[low : hit.start])

    def is_in_brackets(self, hit: Hit) -> bool:
        """Whether a word is in brackets of its own."""
        return hit.start > 0 and self.tokens[hit.start - 1].text in OPENING

    def within(self, low: int, high: int) -> list[int]:
        """The units that begin between two tokens."""
        return [unit for unit, item in enumerate(self.units) if low <= item.start < high]

    def clause(self, hit: Hit) -> tuple[int, int]:
        """The clause that a word is in."""
        return self.place(self.clauses, hit.start)

    def place(self, bounds: Sequence[int], at: int) -> tuple[int, int]:
        """Between which of these bounds, in order, a token is."""
        after = bisect_right(bounds, at)
        return bounds[after - 1], bounds[after]


def _hits(roles: Sequence[Role]) -> Iterator[Hit]:
    """The words of history in a text; a phrase is one."""
    at = 0
    while at < len(roles):
        end = at + 1
        if roles[at].kind == HISTORY:
            while end < len(roles) and roles[end] is roles[at]:
                end += 1
            kind, _, scope = roles[at].meaning.partition("|")
            yield Hit(kind, scope, at, end)
        at = end
