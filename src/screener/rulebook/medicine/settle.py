"""What a name counts as: the medicine that the words around it leave it, and by which route, so with which classes.

A strength leaves a name the same medicine, an unknown suffix does not; some have to be asked about first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from screener.rulebook.medicine.find import NO_ROW, Name, PartGroup
from screener.rulebook.medicine.lookup import combined
from screener.rulebook.medicine.piece import AROUND, FORM, JOINER, MAKER, NAME, SALT, SEPARATOR, SUFFIX, Piece
from screener.rulebook.medicine.pieces import SOFT, Pieces
from screener.rulebook.medicine.result import NO_EFFECT, ORAL, NotRecognised, Recognised, Result
from screener.rulebook.medicine.route import DRIP, DROPS, LIKE, PERCENT, counted, route_of, use_of, way
from screener.rulebook.medicine.text import Token, normalize

HARMLESS: Final = SOFT | {NAME}
GENERIC: Final = ["generic"]  # the mark of an abbreviation that counts only next to a generic name


class Settling(Pieces):
    """One item whose medicines are settled: what its names count as."""

    # the words around a name

    def judge(self, piece: Piece) -> tuple[list[Name], list[int]]:
        """The names of a piece, one with a listed suffix as the whole, and the tokens that leave it open what it is."""
        names = list(piece.names)
        strange: list[int] = []
        for at in range(piece.start, piece.end):
            if not self.is_strange(at, piece):
                continue
            role = self.roles[at]
            before = [number for number, name in enumerate(names) if name.end <= at]
            is_suffix = before and (role.kind == SUFFIX or role.maybe_suffix)
            whole = self.with_suffix(names[before[-1]], self.tokens[at]) if is_suffix else None
            if whole is not None:
                names[before[-1]] = whole
            else:
                strange.append(at)
        return names, strange

    def is_strange(self, at: int, piece: Piece) -> bool:
        """Whether a word may change what medicine this is."""
        role = self.roles[at]
        near = _nearest(piece.names, at)
        if role.kind == MAKER:
            fits = self.is_generic(near) and not (role.maybe_suffix and self.tokens[at - 1].kind != "hyphen")
            return not fits
        if role.maybe_suffix:
            return self.is_suffix(at, piece, near)
        if role.kind == SALT or (role.kind == SUFFIX and self.is_salt_letter(self.tokens[at], near)):
            return not self.may_leave_out(self.tokens[at].text, near)
        return role.kind not in HARMLESS

    def is_generic(self, name: Name) -> bool:
        """Whether a name is the generic one, in any spelling of the table."""
        return name.key in self.index.spelled or name.row == NO_ROW

    def is_salt_letter(self, token: Token, near: Name) -> bool:
        """Whether a letter such as the K of `losartan K` is a salt: only next to a generic name."""
        meaning = self.lexicon.abbreviations.get(token.text, ("", ()))[0]
        return self.lexicon.is_salt(meaning) and self.is_generic(near)

    def is_suffix(self, at: int, piece: Piece, near: Name) -> bool:
        """Whether an ordinary word (`day`) is the suffix of a brand here.

        It is when nothing that it could belong to follows, and nothing but a bare number comes in between.
        """
        if near.start > at or self.is_generic(near):
            return False
        between = [role.meaning for role in self.roles[near.end : at] if role.kind != SEPARATOR]
        if between not in ([], ["number"]) and len(self.tokens[at].text) > 1:
            return False
        following = self.roles[at + 1] if at + 1 < piece.end else None
        return following is None or following.meaning == "number" or following.kind not in (AROUND, FORM)

    def may_leave_out(self, word: str, near: Name) -> bool:
        """Whether a salt adds nothing to a name: `losartan potassium` is losartan.

        But `magnesium citrate` next to `potassium` is not only itself.
        """
        words = [token.text for token in self.tokens[near.start : near.end] if token.is_word]
        salts = [self.lexicon.is_salt(part) for part in words]
        full = self.lexicon.abbreviations.get(word, (word, ()))[0]
        if self.lexicon.salts.get(full) == "cation" and any(salts):
            return False
        return self.lexicon.is_salt(full) and not all(salts)

    def with_suffix(self, name: Name, suffix: Token) -> Name | None:
        """The listed medicine that a name and a suffix are together, whatever comes in between: `Telma 40 H`."""
        base = self.entries[name.row].names if name.row != NO_ROW else ()
        for known in (name.key, *(normalize(other) for other in base if name.key.startswith(normalize(other)))):
            row = self.index.names.get(known + suffix.text)
            if row is not None:
                return replace(name, row=row, key=known + suffix.text)
        meaning, after = self.lexicon.abbreviations.get(suffix.text, ("", ()))
        if after != GENERIC or name.row == NO_ROW or not self.is_generic(name):
            return None
        parts = [normalize(part) for part in (*self.entries[name.row].ingredients, meaning)]
        row = self.index.combinations.get(combined(parts))
        return None if row is None else replace(name, row=row, key=f"{name.key}{suffix.text}")

    def unknown_words(self, piece: Piece) -> Iterator[str]:
        """The words of a piece that have no known meaning."""
        for at in range(piece.start, piece.end):
            kind = self.roles[at].kind
            if kind not in HARMLESS and kind not in (SUFFIX, MAKER) and self.tokens[at].kind == "word":
                yield self.tokens[at].text

    # the route

    def settled(self, group: PartGroup) -> Result:
        """A medicine by its route."""
        name = group.parts[0].name
        number = self.place_of(name)
        last = group.parts[-1].name
        typed = self.written(self.pieces[number]) if name is last else self.said(name.start, last.end)
        forms = frozenset(form for part in group.parts for form in part.forms)
        route = route_of(forms) or self.joined_route(number, "slash", "plus")
        if not route and self.is_percent(group):
            return self.by_form(name, PERCENT, typed, group)
        if len(group.parts) > 1:
            return self.recognised(group.row, route, typed, group)
        if route == DROPS:
            if self.is_open(name) and not self.has_no_effect(name):
                return self.tools.ask("which-drops", typed, name=self.generic(name))
            route = ORAL
        if self.is_doubtful(name, number, route) or (not route and self.may_be_shared(number)):
            return self.tools.ask("which-form", typed, name=self.generic(name))
        return self.by_form(name, route, typed, group)

    def is_doubtful(self, name: Name, number: int, route: str) -> bool:
        """Whether a form that follows another name may be that one's alone: `furosemide/hydrocortisone cream`."""
        if not self.lexicon.is_local(route) or not self.is_open(name):
            return False
        if name.start == self.pieces[number].names[-1].start and self.is_said_of(number):
            return False
        return all(one != route for one, _ in self.index.stems.get(name.key) or [])

    def is_said_of(self, number: int) -> bool:
        """Whether a form is in a piece itself, or in brackets after it."""
        following = [after for after in self.soft_next_to(number) if self.is_bracketed(after)]
        return any(self.own_forms(one) for one in (number, *following))

    def has_no_effect(self, name: Name) -> bool:
        """Whether nothing is counted of a medicine, however it is taken, and there are no drops of it in the table."""
        return set(self.classes(name)) <= NO_EFFECT and name.key not in self.index.local

    def is_percent(self, group: PartGroup) -> bool:
        """Whether a strength in per cent follows a medicine that some route would keep from being counted."""
        last = group.parts[-1].name
        row = group.row
        if self.drip or PERCENT not in self.lexicon.routes:
            return False
        if row != NO_ROW and not way(self.entries[row], PERCENT, self.lexicon).reason:
            return False
        following = next((name.start for name in self.names if name.start > last.start), len(self.tokens))
        number = self.place_of(last)
        ends = [self.pieces[one].end for one in (number, *self.soft_next_to(number))]
        words = self.tokens[group.parts[0].name.start : min(following, max(ends))]
        return any(self.lexicon.of_kind("percent", word.text) for word in words)

    def is_open(self, name: Name) -> bool:
        """Whether the route of a name is not settled by its row."""
        return name.row == NO_ROW or self.entries[name.row].route == ORAL

    def by_form(self, name: Name, route: str, typed: str, group: PartGroup) -> Result:
        """The row for the form that is written; a question where the form decides and is not written."""
        stems = self.index.stems.get(name.key) or []
        wanted = (route, LIKE.get(route, route))
        row = next((row for one, row in stems if one in wanted), name.row)
        if row == NO_ROW and route == PERCENT:
            row = next((row for one, row in stems if self.lexicon.is_local(one)), row)
        if row == NO_ROW and not stems:
            return NotRecognised(typed)
        if row == NO_ROW and not self.lexicon.is_local(route):
            return self.tools.forms(name.key, typed)
        return self.recognised(row if row != NO_ROW else stems[0][1], route, typed, group)

    def recognised(self, row: int, route: str, typed: str, group: PartGroup) -> Recognised:
        """A row of the table, with the classes that count."""
        entry = self.entries[row]
        written = route or (DRIP if self.drip else "")
        shown, (classes, reason) = counted(entry, written, self.is_next_to(written), self.lexicon)
        needed = any(part.as_needed for part in group.parts)
        use = use_of(entry, needed, shown == "nebulised" or self.is_regular(group), self.lexicon)
        return Recognised(typed, entry, classes, shown, use, reason)

    def is_next_to(self, route: str) -> bool:
        """Whether a route is written outside the names, or is that of a strength in per cent."""
        said = {role.meaning.split("|")[1] for role in self.roles if role.kind == FORM}
        return route == PERCENT or route in said

    def is_regular(self, group: PartGroup) -> bool:
        """Whether a word such as `daily` is next to it."""
        first = self.pieces[self.place_of(group.parts[0].name)]
        words = self.tokens if len(self.names) <= len(group.parts) else self.tokens[first.start : first.end]
        return any(self.lexicon.of_kind("regular-use", token.text) for token in words)

    # routes that are written once for several

    def may_be_shared(self, number: int) -> bool:
        """Whether a form after `and` may be meant for this name too: `clotrimazole and hydrocortisone cream`."""
        is_named = any(piece.names for piece in self.pieces[number + 1 : number + 2])
        is_open = any(map(self.is_open, self.pieces[number].names))
        return is_named and is_open and bool(self.joined_route(number, JOINER))

    def joined_route(self, number: int, *joins: str) -> str:
        """The route of the next piece, if it is joined so to nothing but names, and no class counts by it.

        A slash joins what is one medicine: `fusidic acid/betamethasone cream`.
        """
        piece, following = self.pieces[number], self.pieces[number + 1 : number + 2]
        is_bare = all(role.kind in (NAME, SEPARATOR) for role in self.roles[piece.start : piece.end])
        is_joined = is_bare and any(other.joined in joins for other in following)
        route = route_of(self.own_forms(number + 1)) if is_joined else ""
        return route if self.lexicon.is_local(route) else ""


def _nearest(names: Sequence[Name], at: int) -> Name:
    """The name before a word, or else the one after it."""
    before = [name for name in names if name.end <= at]
    return before[-1] if before else names[0]
