"""`screener rules coverage`: what the project's cases have seen of each rule and each clause.

A clause is *seen true* and *seen false* when some case makes it so, and *decisive* when in some case the rule would
start or stop firing if this clause alone were the other way round. The percentage and the listing both count these
three, for every clause, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from screener.logic.condition import Not
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Rule, effective
from screener.workbench.places import Clause, Places, put
from screener.workbench.projectcases import Packed
from screener.workbench.words import in_words

SEEN: Final = ("true", "false", "decisive")


@dataclass(frozen=True)
class Covered:
    """How many cases saw a clause true, false and decisive."""

    clause: Clause
    counts: tuple[int, int, int]

    @property
    def missing(self) -> tuple[str, ...]:
        """What no case has seen."""
        return tuple(word for word, count in zip(SEEN, self.counts, strict=True) if not count)


@dataclass(frozen=True)
class RuleCoverage:
    """What the cases have seen of one rule.

    Attributes:
        rule: the rule.
        fires: in how many cases it fires, is possible, stays silent.
        clauses: what was seen of each clause.
    """

    rule: Rule
    fires: tuple[int, int, int]
    clauses: tuple[Covered, ...]

    @property
    def seen(self) -> int:
        """How much was seen."""
        return sum(len(SEEN) - len(covered.missing) for covered in self.clauses)

    @property
    def whole(self) -> int:
        """How much there is to see."""
        return len(SEEN) * len(self.clauses)


def coverage(book: RuleBook, packed: Packed, places: Places) -> list[RuleCoverage]:
    """The coverage of each rule of a book by these cases (drawn with the whole book)."""
    return [_of_rule(rule, packed, places) for rule in book.rules]


def _of_rule(rule: Rule, packed: Packed, places: Places) -> RuleCoverage:
    drawn = packed.drawn.rules[rule.id]
    fires = (drawn.proved.bit_count(), drawn.refuted.bit_count())
    counts = (fires[0], len(packed.cases) - sum(fires), fires[1])
    return RuleCoverage(rule, counts, tuple(_of_clause(rule, clause, packed) for clause in places.clauses(rule)))


def _of_clause(rule: Rule, clause: Clause, packed: Packed) -> Covered:
    conclusions, pack = packed.drawn.conclusions, packed.book.packs[rule.pack]
    value = packed.logic.value(clause.condition, conclusions)
    other_way = put(rule.when, clause.index, Not(clause.condition))
    flipped = packed.logic.value(effective(pack, other_way), conclusions)
    decisive = (flipped.proved ^ packed.drawn.rules[rule.id].proved) & (value.proved | value.refuted)
    return Covered(clause, (value.proved.bit_count(), value.refuted.bit_count(), decisive.bit_count()))


def percent(rules: Sequence[RuleCoverage]) -> float:
    """How much of the clauses was seen, in per cent; 100 when there are none. Rounded down: 100 means everything."""
    whole = sum(rule.whole for rule in rules)
    return int(1000 * sum(rule.seen for rule in rules) / whole) / 10 if whole else 100.0


def listing(book: RuleBook, rules: Sequence[RuleCoverage], everything: bool) -> Iterator[str]:
    """Rules with their clauses marked up: those with something missing, or all of them."""
    for rule in rules:
        if not everything and rule.seen == rule.whole:
            continue
        fires, possible, silent = rule.fires
        where = f"{rule.rule.place.file}:{rule.rule.place.line}"
        yield f"{where} {rule.rule.id}: fires {fires}, possible {possible}, silent {silent}"
        for covered in rule.clauses:
            seen = "  ".join(f"{word} {count or '-':>4}" for word, count in zip(SEEN, covered.counts, strict=True))
            text = in_words(book, covered.clause.condition)
            yield f"  {'!' if covered.missing else ' '} {seen}  line {covered.clause.place.line}: {text}"


def summary(book: RuleBook, rules: Sequence[RuleCoverage]) -> Iterator[str]:
    """The percentage of each pack."""
    for pack in book.packs:
        chosen = [rule for rule in rules if rule.rule.pack == pack]
        fired = sum(1 for rule in chosen if rule.fires[0] and rule.fires[2])
        whole = sum(len(rule.clauses) for rule in chosen)
        full = sum(1 for rule in chosen for covered in rule.clauses if not covered.missing)
        yield (
            f"{pack:<10} {percent(chosen):5.1f} % of {whole} clauses ({full} seen true, false and decisive); "
            f"{fired} of {len(chosen)} rules seen to fire and to stay silent"
        )
