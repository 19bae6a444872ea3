"""`screener rules mutate`: would the project's cases notice a slip?

Every rule is changed in many small ways, one at a time. A changed rule is *killed* when some case expects something
else than it gives, *equivalent* when for no answers at all it does anything else (decided over all answers, not
guessed), and otherwise it *survives*: then the smallest case that would kill it is named, ready to be added.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Rule
from screener.workbench.mutate.mutants import Mutant, mutants
from screener.workbench.places import Places
from screener.workbench.projectcases import Packed
from screener.workbench.prove.prove import written
from screener.workbench.space.diagrams import Diagrams
from screener.workbench.space.pairs import redraw
from screener.workbench.space.space import Space
from screener.workbench.space.variables import Layout

Fate: TypeAlias = Literal["killed", "equivalent", "survives"]


@dataclass(frozen=True)
class Fated:
    """A mutant and what became of it.

    Attributes:
        mutant: the changed rule.
        fate: killed, equivalent, or survives.
        by: the case that killed it, in words.
        killing: the smallest case that would kill a survivor.
        expect: what the unchanged rule does with that case.
    """

    mutant: Mutant
    fate: Fate
    by: str = ""
    killing: dict[str, Any] | None = None
    expect: str = ""


def mutate(book: RuleBook, packed: Packed, places: Places, wanted: Sequence[Rule]) -> Iterator[Fated]:
    """Change these rules in every way and try the cases on each change."""
    before = packed.surprised(packed.drawn)
    for rule in wanted:
        space: Space | None = None
        found = list(mutants(book, rule, places))
        for mutant in found:
            noticed = packed.surprised(redraw(book, packed.logic, packed.drawn, mutant.rule)) & ~before
            if noticed:
                case = packed.cases[(noticed & -noticed).bit_length() - 1]
                yield Fated(mutant, "killed", f"{case.place.file}:{case.place.line}")
            else:
                space = space or _space(book, found)
                yield _unnoticed(space, mutant)


def _space(book: RuleBook, found: Sequence[Mutant]) -> Space:
    """All answers, told apart as finely as these mutants of one rule need it; those of all rules would be too many."""
    widened = replace(book, rules=(*book.rules, *(mutant.rule for mutant in found)))
    return Space(book, Diagrams(Layout((widened,))))


def _unnoticed(space: Space, mutant: Mutant) -> Fated:
    """A mutant that no case noticed: it either changes nothing at all, or survives."""
    is_now = space.known.rules[mutant.rule.id]
    becomes = space.logic.value(mutant.rule.condition, space.known.conclusions)
    changed = space.union(
        one & ~other
        for kind in ("proved", "refuted")
        for one, other in (
            (getattr(is_now, kind), getattr(becomes, kind)),
            (getattr(becomes, kind), getattr(is_now, kind)),
        )
    )
    if space.empty(changed):
        return Fated(mutant, "equivalent")
    sides = (("fires", is_now.proved), ("silent", is_now.refuted), ("possible", ~is_now.proved & ~is_now.refuted))
    examples = [(word, space.example(changed & side)) for word, side in sides]
    expect, killing = min((each for each in examples if each[1] is not None), key=lambda each: len(each[1] or ()))
    return Fated(mutant, "survives", killing=killing, expect=expect)


def score(fated: Sequence[Fated]) -> float:
    """Killed mutants in per cent of those that are not equivalent; 100 when there are none. Rounded down."""
    killed = sum(each.fate == "killed" for each in fated)
    alive = sum(each.fate == "survives" for each in fated)
    return int(1000 * killed / (killed + alive)) / 10 if killed + alive else 100.0


def summary(fated: Sequence[Fated], packs: Sequence[str]) -> Iterator[str]:
    """The score of each pack, and of all."""
    for pack in (*packs, ""):
        chosen = [each for each in fated if not pack or each.mutant.rule.pack == pack]
        if chosen:
            counts = {fate: sum(each.fate == fate for each in chosen) for fate in ("killed", "equivalent", "survives")}
            yield (
                f"{pack or 'all':<10} {score(chosen):5.1f} % killed: {len(chosen)} mutants, {counts['killed']} killed, "
                f"{counts['equivalent']} equivalent, {counts['survives']} survive"
            )


def survivors(fated: Sequence[Fated]) -> Iterator[str]:
    """Each survivor with the case that would kill it."""
    for each in fated:
        if each.fate == "survives":
            where = f"{each.mutant.place.file}:{each.mutant.place.line}:{each.mutant.place.column}"
            yield f"{where}: `{each.mutant.rule.id}`: {each.mutant.change}; add the case"
            yield f"    - {each.expect}: {written(each.killing or {})}"
