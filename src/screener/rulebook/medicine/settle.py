"""One medicine that counts: by which route, so with which classes, or what has to be asked about it first."""

from __future__ import annotations

from collections.abc import Sequence

from screener.rulebook.medicine.combine import Group
from screener.rulebook.medicine.entry import ORAL
from screener.rulebook.medicine.find import NO_ROW, Name
from screener.rulebook.medicine.piece import FORM, JOINER, NAME, SEPARATOR, Piece
from screener.rulebook.medicine.pieces import Pieces
from screener.rulebook.medicine.result import NO_EFFECT, NotRecognised, Recognised, Result
from screener.rulebook.medicine.route import (
    DRIP,
    DROPS,
    LIKE,
    PERCENT,
    elsewhere,
    is_local,
    route_of,
    said_by_row,
    use_of,
    way,
)
from screener.rulebook.medicine.text import Token


class Settling:
    """Settles what the groups of one item are."""

    def __init__(self, item: Pieces) -> None:
        self.item = item
        self.tools = item.tools

    def medicine(self, group: Group) -> Result:
        """A medicine by its route."""
        name = group.parts[0].name
        first = next(piece for piece in self.item.pieces if piece.start <= name.start < piece.end)
        typed = self.item.written(first) if len(group.parts) == 1 else self.spanned(group)
        forms = frozenset(form for part in group.parts for form in part.forms)
        route = route_of(forms) or self.shared_route(first, group)
        if not route and self.is_percent(group):
            return self.by_form(name, PERCENT, typed, group)
        if len(group.parts) > 1:
            return self.recognised(group.row, route, typed, group)
        if route == DROPS:
            if self.is_open(name) and not self.has_no_effect(name):
                return self.tools.questions.ask("which-drops", typed, name=self.item.generic(name))
            route = ORAL
        if self.is_doubtful(name, first, route) or (not route and self.may_be_shared(first)):
            return self.tools.questions.ask("which-form", typed, name=self.item.generic(name))
        return self.by_form(name, route, typed, group)

    def is_doubtful(self, name: Name, piece: Piece, route: str) -> bool:
        """Whether a form that follows another name may be that one's alone: `furosemide/hydrocortisone cream`."""
        if not is_local(route, self.tools.lexicon) or not self.is_open(name):
            return False
        if name.start == piece.names[-1].start and self.is_said_of(self.item.pieces.index(piece)):
            return False
        return all(one != route for one, _ in self.tools.index.stems.get(name.key) or [])

    def is_said_of(self, number: int) -> bool:
        """Whether a form is in a piece itself, or in brackets after it."""
        following = [after for after in self.item.soft_next_to(number) if self.item.is_bracketed(after)]
        return any(self.item.own_forms(one) for one in (number, *following))

    def has_no_effect(self, name: Name) -> bool:
        """Whether nothing is counted of a medicine, however it is taken, and there are no drops of it in the table."""
        return set(self.item.classes(name)) <= NO_EFFECT and name.key not in self.tools.index.local

    def is_percent(self, group: Group) -> bool:
        """Whether a strength in per cent follows a medicine that some route would keep from being counted."""
        last = group.parts[-1].name
        row = group.row
        if self.item.drip or PERCENT not in self.tools.lexicon.routes:
            return False
        if row != NO_ROW and not way(self.tools.entries[row], PERCENT, self.tools.lexicon).reason:
            return False
        following = next((name.start for name in self.item.names if name.start > last.start), len(self.item.tokens))
        number = next(n for n, piece in enumerate(self.item.pieces) if piece.start <= last.start < piece.end)
        ends = [self.item.pieces[one].end for one in (number, *self.item.soft_next_to(number))]
        words = self.item.tokens[group.parts[0].name.start : min(following, max(ends))]
        return any(self.tools.lexicon.of_kind("percent", word.text) for word in words)

    def spanned(self, group: Group) -> str:
        """The text from the first part of a group to its last."""
        first, last = group.parts[0].name, group.parts[-1].name
        return self.item.text[self.item.tokens[first.start].start : self.item.tokens[last.end - 1].end]

    def is_open(self, name: Name) -> bool:
        """Whether the route of a name is not settled by its row."""
        return name.row == NO_ROW or self.tools.entries[name.row].route == ORAL

    def by_form(self, name: Name, route: str, typed: str, group: Group) -> Result:
        """The row for the form that is written; a question where the form decides and is not written."""
        stems = self.tools.index.stems.get(name.key) or []
        wanted = (route, LIKE.get(route, route))
        row = next((row for one, row in stems if one in wanted), name.row)
        if row == NO_ROW and route == PERCENT:
            row = next((row for one, row in stems if is_local(one, self.tools.lexicon)), row)
        if row == NO_ROW and not stems:
            return NotRecognised(typed)
        if row == NO_ROW and not is_local(route, self.tools.lexicon):
            return self.tools.questions.forms(name.key, typed)
        return self.recognised(row if row != NO_ROW else stems[0][1], route, typed, group)

    def recognised(self, row: int, route: str, typed: str, group: Group) -> Recognised:
        """A row of the table, with the classes that count."""
        entry = self.tools.entries[row]
        written = route or (DRIP if self.item.drip else "")
        shown = entry.route.split("/")[0] if entry.route != ORAL else written or ORAL
        if LIKE.get(written) == shown:
            shown = written
        classes, reason = way(entry, shown, self.tools.lexicon)
        if not written and reason:
            reason = said_by_row(entry, self.tools.lexicon) or reason
        other = elsewhere(entry, written, self.tools.lexicon) if self.is_next_to(written) else None
        if written in entry.route.split("/"):
            shown = written
            classes, reason = way(entry, shown, self.tools.lexicon)
        elif other is not None:
            shown, (classes, reason) = written, other
        needed = any(part.as_needed for part in group.parts)
        use = use_of(entry, needed, shown == "nebulised" or self.is_regular(group), self.tools.lexicon)
        return Recognised(typed, entry, classes, shown, use, reason)

    def is_next_to(self, route: str) -> bool:
        """Whether a route is written outside the names, or is that of a strength in per cent."""
        said = {role.meaning.split("|")[1] for role in self.item.roles if role.kind == FORM}
        return route == PERCENT or route in said

    def is_regular(self, group: Group) -> bool:
        """Whether a word such as `daily` is next to it."""
        words = self.item.tokens if len(self.item.names) <= len(group.parts) else self.tokens_of(group)
        return any(self.tools.lexicon.of_kind("regular-use", token.text) for token in words)

    def tokens_of(self, group: Group) -> Sequence[Token]:
        """The words of the piece that a medicine begins in."""
        first = next(p for p in self.item.pieces if p.start <= group.parts[0].name.start < p.end)
        return self.item.tokens[first.start : first.end]

    # routes that are written once for several

    def shared_route(self, piece: Piece, group: Group) -> str:
        """The route of the next piece, for ingredients that a slash joins: `fusidic acid/betamethasone cream`."""
        number = self.item.pieces.index(piece) + 1
        if (
            number >= len(self.item.pieces)
            or self.item.pieces[number].joined not in ("slash", "plus")
            or not self.is_bare(piece)
        ):
            return ""
        route = route_of(self.item.own_forms(number))
        return route if is_local(route, self.tools.lexicon) else ""

    def may_be_shared(self, piece: Piece) -> bool:
        """Whether a form after `and` may be meant for this name too: `clotrimazole and hydrocortisone cream`."""
        number = self.item.pieces.index(piece) + 1
        if number >= len(self.item.pieces) or self.item.pieces[number].joined != JOINER or not self.is_bare(piece):
            return False
        if not any(self.is_open(name) for name in piece.names) or not self.item.pieces[number].names:
            return False
        return is_local(route_of(self.item.own_forms(number)), self.tools.lexicon)

    def is_bare(self, piece: Piece) -> bool:
        """Whether a piece holds nothing but names."""
        return all(role.kind in (NAME, SEPARATOR) for role in self.item.roles[piece.start : piece.end])
