"""One medicine that counts: by which route, so with which classes, or what has to be asked about it first."""

from __future__ import annotations

from collections.abc import Sequence

from screener.rulebook.medicine.find import NO_ROW, Group, Name
from screener.rulebook.medicine.judge import Judging
from screener.rulebook.medicine.piece import FORM, JOINER, NAME, SEPARATOR, Piece
from screener.rulebook.medicine.result import NO_EFFECT, ORAL, NotRecognised, Recognised, Result
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


class Settling(Judging):
    """One item whose medicines are settled: what the groups of its names are."""

    def settled(self, group: Group) -> Result:
        """A medicine by its route."""
        name = group.parts[0].name
        first = next(piece for piece in self.pieces if piece.start <= name.start < piece.end)
        typed = self.written(first) if len(group.parts) == 1 else self.spanned(group)
        forms = frozenset(form for part in group.parts for form in part.forms)
        route = route_of(forms) or self.shared_route(first, group)
        if not route and self.is_percent(group):
            return self.by_form(name, PERCENT, typed, group)
        if len(group.parts) > 1:
            return self.recognised(group.row, route, typed, group)
        if route == DROPS:
            if self.is_open(name) and not self.has_no_effect(name):
                return self.tools.questions.ask("which-drops", typed, name=self.generic(name))
            route = ORAL
        if self.is_doubtful(name, first, route) or (not route and self.may_be_shared(first)):
            return self.tools.questions.ask("which-form", typed, name=self.generic(name))
        return self.by_form(name, route, typed, group)

    def is_doubtful(self, name: Name, piece: Piece, route: str) -> bool:
        """Whether a form that follows another name may be that one's alone: `furosemide/hydrocortisone cream`."""
        if not is_local(route, self.lexicon) or not self.is_open(name):
            return False
        if name.start == piece.names[-1].start and self.is_said_of(self.pieces.index(piece)):
            return False
        return all(one != route for one, _ in self.index.stems.get(name.key) or [])

    def is_said_of(self, number: int) -> bool:
        """Whether a form is in a piece itself, or in brackets after it."""
        following = [after for after in self.soft_next_to(number) if self.is_bracketed(after)]
        return any(self.own_forms(one) for one in (number, *following))

    def has_no_effect(self, name: Name) -> bool:
        """Whether nothing is counted of a medicine, however it is taken, and there are no drops of it in the table."""
        return set(self.classes(name)) <= NO_EFFECT and name.key not in self.index.local

    def is_percent(self, group: Group) -> bool:
        """Whether a strength in per cent follows a medicine that some route would keep from being counted."""
        last = group.parts[-1].name
        row = group.row
        if self.drip or PERCENT not in self.lexicon.routes:
            return False
        if row != NO_ROW and not way(self.entries[row], PERCENT, self.lexicon).reason:
            return False
        following = next((name.start for name in self.names if name.start > last.start), len(self.tokens))
        number = next(n for n, piece in enumerate(self.pieces) if piece.start <= last.start < piece.end)
        ends = [self.pieces[one].end for one in (number, *self.soft_next_to(number))]
        words = self.tokens[group.parts[0].name.start : min(following, max(ends))]
        return any(self.lexicon.of_kind("percent", word.text) for word in words)

    def spanned(self, group: Group) -> str:
        """The text from the first part of a group to its last."""
        first, last = group.parts[0].name, group.parts[-1].name
        return self.text[self.tokens[first.start].start : self.tokens[last.end - 1].end]

    def is_open(self, name: Name) -> bool:
        """Whether the route of a name is not settled by its row."""
        return name.row == NO_ROW or self.entries[name.row].route == ORAL

    def by_form(self, name: Name, route: str, typed: str, group: Group) -> Result:
        """The row for the form that is written; a question where the form decides and is not written."""
        stems = self.index.stems.get(name.key) or []
        wanted = (route, LIKE.get(route, route))
        row = next((row for one, row in stems if one in wanted), name.row)
        if row == NO_ROW and route == PERCENT:
            row = next((row for one, row in stems if is_local(one, self.lexicon)), row)
        if row == NO_ROW and not stems:
            return NotRecognised(typed)
        if row == NO_ROW and not is_local(route, self.lexicon):
            return self.tools.questions.forms(name.key, typed)
        return self.recognised(row if row != NO_ROW else stems[0][1], route, typed, group)

    def recognised(self, row: int, route: str, typed: str, group: Group) -> Recognised:
        """A row of the table, with the classes that count."""
        entry = self.entries[row]
        written = route or (DRIP if self.drip else "")
        shown = entry.route.split("/")[0] if entry.route != ORAL else written or ORAL
        if LIKE.get(written) == shown:
            shown = written
        classes, reason = way(entry, shown, self.lexicon)
        if not written and reason:
            reason = said_by_row(entry, self.lexicon) or reason
        other = elsewhere(entry, written, self.lexicon) if self.is_next_to(written) else None
        if written in entry.route.split("/"):
            shown = written
            classes, reason = way(entry, shown, self.lexicon)
        elif other is not None:
            shown, (classes, reason) = written, other
        needed = any(part.as_needed for part in group.parts)
        use = use_of(entry, needed, shown == "nebulised" or self.is_regular(group), self.lexicon)
        return Recognised(typed, entry, classes, shown, use, reason)

    def is_next_to(self, route: str) -> bool:
        """Whether a route is written outside the names, or is that of a strength in per cent."""
        said = {role.meaning.split("|")[1] for role in self.roles if role.kind == FORM}
        return route == PERCENT or route in said

    def is_regular(self, group: Group) -> bool:
        """Whether a word such as `daily` is next to it."""
        words = self.tokens if len(self.names) <= len(group.parts) else self.tokens_of(group)
        return any(self.lexicon.of_kind("regular-use", token.text) for token in words)

    def tokens_of(self, group: Group) -> Sequence[Token]:
        """The words of the piece that a medicine begins in."""
        first = next(p for p in self.pieces if p.start <= group.parts[0].name.start < p.end)
        return self.tokens[first.start : first.end]

    # routes that are written once for several

    def shared_route(self, piece: Piece, group: Group) -> str:
        """The route of the next piece, for ingredients that a slash joins: `fusidic acid/betamethasone cream`."""
        number = self.pieces.index(piece) + 1
        if number >= len(self.pieces) or self.pieces[number].joined not in ("slash", "plus") or not self.is_bare(piece):
            return ""
        route = route_of(self.own_forms(number))
        return route if is_local(route, self.lexicon) else ""

    def may_be_shared(self, piece: Piece) -> bool:
        """Whether a form after `and` may be meant for this name too: `clotrimazole and hydrocortisone cream`."""
        number = self.pieces.index(piece) + 1
        if number >= len(self.pieces) or self.pieces[number].joined != JOINER or not self.is_bare(piece):
            return False
        if not any(self.is_open(name) for name in piece.names) or not self.pieces[number].names:
            return False
        return is_local(route_of(self.own_forms(number)), self.lexicon)

    def is_bare(self, piece: Piece) -> bool:
        """Whether a piece holds nothing but names."""
        return all(role.kind in (NAME, SEPARATOR) for role in self.roles[piece.start : piece.end])
