"""`screener rules mutate`: would the project's cases notice a slip?

Every rule is changed in many small ways, one at a time. A changed rule is *killed* when some case expects something
else than it gives, *equivalent* when for no answers at all it does anything else (decided over all answers, not
guessed), and otherwise it *survives*: then the smallest case that would kill it is named, ready to be added.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias

from screener.case.answers import MONTHS, Number
from screener.case.fields import Fields
from screener.logic import condition as c
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Place, Rule, effective
from screener.workbench.places import Index, Places, droppable, nearest, parts, put, within
from screener.workbench.projectcases import Packed
from screener.workbench.prove.prove import written
from screener.workbench.space.diagrams import Diagrams
from screener.workbench.space.pairs import redraw
from screener.workbench.space.space import Space
from screener.workbench.space.variables import VariableLayout

Fate: TypeAlias = Literal["killed", "equivalent", "survives"]
EDGES: Final[dict[c.Operator, c.Operator]] = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}


@dataclass(frozen=True)
class Mutant:
    """A rule with one small change.

    Attributes:
        rule: the changed rule, under the same id.
        change: what was changed, in words.
        place: the line of the part that was changed.
    """

    rule: Rule
    change: str
    place: Place


@dataclass(frozen=True)
class Fated:
    """A mutant and what became of it.

    Attributes:
        mutant: the changed rule.
        fate: killed, equivalent, or survives.
        killing: the smallest case that would kill a survivor.
        expect: what the unchanged rule does with that case.
    """

    mutant: Mutant
    fate: Fate
    killing: dict[str, Any] | None = None
    expect: str = ""


def mutate(book: RuleBook, packed: Packed, places: Places, wanted: Sequence[Rule]) -> Iterator[Fated]:
    """Change these rules in every way and try the cases on each change."""
    before = packed.surprised(packed.drawn)
    for rule in wanted:
        space: Space | None = None
        found = list(mutants(book, rule, places))
        for mutant in found:
            if packed.surprised(redraw(book, packed.logic, packed.drawn, mutant.rule)) & ~before:
                yield Fated(mutant, "killed")
            else:
                space = space or _space(book, found)
                yield _unnoticed(space, mutant)


def _space(book: RuleBook, found: Sequence[Mutant]) -> Space:
    """All answers, told apart as finely as these mutants of one rule need it; those of all rules would be too many."""
    widened = replace(book, rules=(*book.rules, *(mutant.rule for mutant in found)))
    return Space(book, Diagrams(VariableLayout((widened,))))


def _unnoticed(space: Space, mutant: Mutant) -> Fated:
    """A mutant that no case noticed: it either changes nothing at all, or survives."""
    is_now = space.known.rules[mutant.rule.id]
    becomes = space.logic.value(mutant.rule.condition, space.known.conclusions)
    both = ((is_now.proved, becomes.proved), (is_now.refuted, becomes.refuted))
    changed = space.diagrams.union((one & ~other) | (other & ~one) for one, other in both)
    if space.empty(changed):
        return Fated(mutant, "equivalent")
    sides = (("fires", is_now.proved), ("silent", is_now.refuted), ("possible", ~is_now.proved & ~is_now.refuted))
    examples = [(word, space.example(changed & side)) for word, side in sides]
    expect, killing = min((each for each in examples if each[1] is not None), key=lambda each: len(each[1] or ()))
    return Fated(mutant, "survives", killing=killing, expect=expect)


def mutants(book: RuleBook, rule: Rule, places: Places) -> Iterator[Mutant]:
    """Every change of a rule: the rule, each part of a list, each clause, each threshold, each count and each mark."""
    written, wholes = places.conditions(rule), places.whole_terms(rule)
    seen = {rule.when}
    for index, part, change in _changes(rule, places, book.fields):
        if within(index, wholes):
            continue
        when = put(rule.when, index, part)
        if when not in seen:
            seen.add(when)
            changed = replace(rule, when=when, condition=effective(book.packs[rule.pack], when))
            yield Mutant(changed, change, nearest(written, index))


def _changes(rule: Rule, places: Places, fields: Fields) -> Iterator[tuple[Index, c.Condition, str]]:
    yield (), c.NEVER, "drop the rule"
    for index, empty in droppable(rule.when):
        yield index, empty, "drop this part"
    for clause in places.clauses(rule):
        opposite = clause.condition.part if isinstance(clause.condition, c.Not) else c.Not(clause.condition)
        yield clause.index, opposite, "negate this clause"
    for index, part in parts(rule.when):
        yield from ((index, changed, change) for changed, change in _shifts(part, fields))


def _shifts(part: c.Condition, fields: Fields) -> Iterator[tuple[c.Condition, str]]:
    """A part with its threshold, its count, or its list of marks changed."""
    match part:
        case c.Compare():
            yield from _moved(part, fields)
        case c.AtLeast(count, parts):
            for moved in (count - 1, count + 1):
                if 1 <= moved <= len(parts):
                    yield c.AtLeast(moved, parts), f"at least {count} becomes at least {moved}"
        case c.Takes():
            yield from _other_medicines(part)
        case c.OneOf(name, options):
            yield from ((c.OneOf(name, left), f"without {word}") for word, left in _without_one(options))


def _other_medicines(part: c.Takes) -> Iterator[tuple[c.Condition, str]]:
    """A match with a mark less, for another time, or with an unknown time read the other way."""
    marks, months, counts = part.marks, part.months, part.unknown_counts
    yield from ((c.Takes(left, months, counts), f"without {mark}") for mark, left in _without_one(marks))
    if months is None:
        return
    yield c.Takes(marks), "for any time"
    for other in (months - 1, months + 1):
        if MONTHS.low <= other <= MONTHS.high:
            yield c.Takes(marks, other, counts), f"{months:g} months become {other:g}"
    yield c.Takes(marks, months, not counts), f"months not given {'no longer ' if counts else ''}count"


def _moved(part: c.Compare, fields: Fields) -> Iterator[tuple[c.Condition, str]]:
    """A comparison with its limit one step off, where an answer can reach it, and with the limit on the other side."""
    name, operator, limit = part.field, part.operator, part.limit
    kind = fields[name]
    assert isinstance(kind, Number)
    if not kind.whole:
        yield c.Compare(name, EDGES[operator], limit), f"{operator} becomes {EDGES[operator]}"
    for sign in (1, -1):
        moved = round(limit + sign * kind.smallest, 6)
        if kind.low <= moved <= kind.high:
            yield c.Compare(name, operator, moved), f"{limit:g} becomes {moved:g}"


def _without_one(words: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each word of a list of several, with the list without it."""
    if len(words) > 1:
        yield from ((word, tuple(other for other in words if other != word)) for word in words)


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
