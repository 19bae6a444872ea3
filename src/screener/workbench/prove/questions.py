"""Questions about rules, flags and urgency, each decided for all possible answers: a verdict for each part of the book.

Can each rule fire, and is it needed? Can each flag have each status, and does a last resort give way? Do red flags only
ever raise the urgency, and do its two bounds hold for every completion?
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from screener.engine import reference
from screener.engine.facts import facts_of
from screener.logic.condition import Compare, Concluded, Not, Reported, Yes, atoms, conclusions
from screener.logic.order import after_what_it_needs
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import URGENCY, Rule
from screener.workbench.space.diagrams import Diagram
from screener.workbench.space.space import Space
from screener.workbench.space.variables import GIVEN


@dataclass(frozen=True)
class Verdict:
    """The answer to one question about one part of a rule book.

    Attributes:
        subject: the id of the rule, flag, field, level or text that it is about.
        holds: whether what was asked is so.
        message: what is wrong, on one line; what was found, when it holds.
        example: the smallest case that shows it, as a case file writes it.
    """

    subject: str
    holds: bool
    message: str = ""
    example: dict[str, Any] | None = None


Asking: TypeAlias = Callable[[Space], Iterator[Verdict]]


def for_some(space: Space, subject: str, found: Diagram, message: str) -> Verdict:
    """It holds if there are such answers, of which the smallest case is the example."""
    example = space.example(found)
    return Verdict(subject, True, example=example) if example is not None else Verdict(subject, False, message)


def for_none(space: Space, subject: str, wrong: Diagram, message: str) -> Verdict:
    """It holds if there are no such answers; otherwise the smallest case shows what is wrong."""
    example = space.example(wrong)
    return Verdict(subject, True) if example is None else Verdict(subject, False, message, example)


def fires(space: Space) -> Iterator[Verdict]:
    """Every rule fires for some answers."""
    for rule in space.book.rules:
        found = space.known.rules[rule.id].proved
        if space.empty(found) and silenced(space.book, rule):
            yield Verdict(rule.id, True, f"`{rule.id}` is silent without its pack")
        else:
            message = f"`{rule.id}` can never fire: no answers make its condition true"
            yield for_some(space, rule.id, found, message)


def silenced(book: RuleBook, rule: Rule) -> bool:
    """Whether a rule reads a conclusion of a pack that is not active."""
    return any(not book.rules_for[name] for name in conclusions(rule.condition))


def needed(space: Space) -> Iterator[Verdict]:
    """Every rule is, for some answers, the only one that concludes what it does, or says why it is kept."""
    for rules in space.book.rules_for.values():
        for rule in rules:
            yield _needed(space, rule, tuple(other for other in rules if other is not rule))


def _needed(space: Space, rule: Rule, others: tuple[Rule, ...]) -> Verdict:
    alone = _alone(space, rule, others)
    if space.empty(space.known.rules[rule.id].proved) and silenced(space.book, rule):
        return Verdict(rule.id, True)
    if space.empty(alone) and rule.redundant:
        return Verdict(rule.id, True, f"`{rule.id}` is redundant, and says why")
    if space.empty(alone):
        covering = " and ".join(f"`{other.id}`" for other in _covering(space, rule, others))
        message = (
            f"`{rule.id}` is redundant: whenever it fires, {covering or 'nothing'} does too; or say why in `redundant`"
        )
        return Verdict(rule.id, False, message)
    if rule.redundant:
        message = f"`{rule.id}` says that it is redundant, but here nothing else concludes `{rule.concludes}`"
        return Verdict(rule.id, False, message, space.example(alone))
    return Verdict(rule.id, True, example=space.example(alone))


def _alone(space: Space, rule: Rule, others: tuple[Rule, ...]) -> Diagram:
    """Where only this rule fires: some answers, or all of them when they are few. Empty when there are none."""
    found = space.known.rules[rule.id].proved
    smallest = space.diagrams.only_smallest(found)
    for other in others:
        smallest = smallest & ~space.known.rules[other.id].proved
    if not space.empty(smallest):
        return smallest
    for other in others:
        found = found & ~space.known.rules[other.id].proved
    return found


def _covering(space: Space, rule: Rule, others: tuple[Rule, ...]) -> list[Rule]:
    """One rule that covers this one, or as few as it takes."""
    proved = space.known.rules

    def cover(some: list[Rule]) -> bool:
        return space.empty(proved[rule.id].proved & ~space.diagrams.union(proved[other.id].proved for other in some))

    for other in others:
        if cover([other]):
            return [other]
    left = list(others)
    for other in others:
        fewer = [each for each in left if each is not other]
        if cover(fewer):
            left = fewer
    return left


def _active(space: Space) -> list[str]:
    """The flags that some active rule concludes."""
    return [name for name in space.book.flags if space.book.rules_for[name]]


def raised(space: Space) -> Iterator[Verdict]:
    """Every flag is raised for some answers, and not suppressed."""
    for name in _active(space):
        found = space.raised(name)
        why = "none of its rules can fire" if space.empty(space.proved(name)) else "another flag always suppresses it"
        yield for_some(space, name, found, f"the flag `{name}` can never be raised: {why}")


def possible(space: Space) -> Iterator[Verdict]:
    """Every flag that reads more than numbers is possible for some answers."""
    for name in _active(space):
        if space.possible_unasked(name):
            yield Verdict(name, True, example={})
            continue
        found = space.possible(name)
        read = [atom for rule in upstream(space.book, name).rules for atom in atoms(rule.condition)]
        numbers_only = all(isinstance(atom, Compare | Reported) for atom in read)  # those are never unknown
        if not space.empty(found) or not numbers_only:
            message = f"the flag `{name}` can never be possible: no unknown answer leaves it open"
            yield for_some(space, name, found, message)


def upstream(book: RuleBook, conclusion: str) -> RuleBook:
    """The book with only those rules that a conclusion rests on."""
    needed = set(after_what_it_needs([conclusion], book.reads))
    return replace(book, rules=tuple(rule for rule in book.rules if rule.concludes in needed))


def ruled_out(space: Space) -> Iterator[Verdict]:
    """Every flag is ruled out for some answers."""
    for name in _active(space):
        message = f"the flag `{name}` can never be ruled out: no answers make all of its rules false"
        yield for_some(space, name, ~space.open(name), message)


def _says_nothing(book: RuleBook, name: str) -> bool:
    """Whether a flag only says that other conclusions do not hold."""
    ways = [book.only_ways[rule.id] for rule in book.rules_for[name]]
    return all(way is not None and not any(wanted for _, wanted in way) for way in ways) and any(
        isinstance(leaf, Concluded) for way in ways for leaf, _ in way or ()
    )


def last_resort(space: Space) -> Iterator[Verdict]:
    """A last resort is never shown as raised while an unknown answer could raise another flag or an urgency."""
    flags = [name for name in _active(space) if space.book.flags[name].last_resort or _says_nothing(space.book, name)]
    others = [*_active(space), *(URGENCY + level for level in space.book.levels[1:])]
    for name in flags:
        shown = space.shown(name)
        wrong = [other for other in others if other != name and not space.empty(shown & space.open(other))]
        if not wrong:
            yield Verdict(name, True)
        for other in wrong[:1]:
            message = (
                f"`{name}` is shown while `{other}` could still be, and {len(wrong) - 1} others; see `last_resort`"
            )
            yield Verdict(name, False, message, space.example(shown & space.open(other)))


def levels(space: Space) -> Iterator[Verdict]:
    """Every level that the book uses is the urgency of some answers."""
    book = space.book
    used = {flag.urgency for flag in book.flags.values()} | {book.levels[0]}
    for level in (level for level in book.levels if level in used or book.rules_for.get(URGENCY + level)):
        yield for_some(space, level, space.urgencies()[level], f"the urgency is never `{level}`")


def red_flag_fields(book: RuleBook) -> list[str]:
    """The red flags: questions that say so, and those that are enough by themselves for an urgent level."""
    asked = [question.field for question in book.questions.values() if question.red_flag]
    urgent = [
        *(URGENCY + level for level in book.levels.urgent),
        *(f.id for f in book.urgent_flags if book.levels.is_urgent(f.urgency)),
    ]
    rules = [rule.when for name in urgent for rule in book.rules_for[name]]
    parts = [when.part if isinstance(when, Not) else when for when in rules]
    return list(dict.fromkeys([*asked, *(part.field for part in parts if isinstance(part, Yes))]))


def red_flags(space: Space) -> Iterator[Verdict]:
    """A yes where there was no answer, or a no, never lowers the urgency, and is always enough for an urgent level."""
    for name in red_flag_fields(space.book):
        if name not in space.layout.fields:
            yield Verdict(name, False, f"no rule reads the red flag `{name}`")
            continue
        yield _never_lowers(space, name)


def _never_lowers(space: Space, name: str) -> Verdict:
    given, value = f"{name}.{GIVEN}", name
    let = space.diagrams.bdd.let  # the set that is left when some variables are fixed
    for level in space.book.levels[1:]:
        found = space.at_least(level)
        with_yes = let({given: True, value: True}, found)
        for word, before in (("no answer", {given: False}), ("a no", {given: True, value: False})):
            lowered = let(before, found) & ~with_yes
            if not space.empty(lowered):
                message = f"a yes to `{name}` lowers the urgency from `{level}`: with {word} it is higher than with yes"
                return Verdict(name, False, message, space.example(lowered))
    urgent = next(iter(space.book.levels.urgent), "")
    if not urgent:
        return Verdict(name, False, f"no level of the book is urgent, and `{name}` is a red flag")
    not_urgent = ~let({given: True, value: True}, space.at_least(urgent))
    if not space.empty(not_urgent):
        message = (
            f"a yes to the red flag `{name}` does not always make the urgency `{urgent}` or more; "
            "write a rule for it alone, or leave `red_flag` out"
        )
        return Verdict(name, False, message, {**(space.example(not_urgent) or {}), name: True})
    return Verdict(name, True)


def own_levels(space: Space) -> Iterator[Verdict]:
    """Wherever a flag with an urgency of its own is raised and not suppressed, the urgency is at least that.

    The sets say so for all answers, and an engine for the smallest case in which the flag is raised.
    """
    for flag in space.book.urgent_flags:
        raised = space.raised(flag.id)
        example = space.example(raised & ~space.at_least(flag.urgency)) or space.example(raised)
        if example is not None:
            outcome = reference.infer(space.book, facts_of(space.book.intake.read(example), space.book))
            levels = space.book.levels
            holds = levels.index(outcome.urgency) >= levels.index(flag.urgency)
            message = f"the flag `{flag.id}` is `{flag.urgency}` by itself, but the urgency is `{outcome.urgency}`"
            yield Verdict(flag.id, holds, message, example)


def bounds(space: Space) -> Iterator[Verdict]:
    """However the open answers turn out, the urgency is at least `urgency` and at most `urgency_could_be`.

    A raised flag counts although an open answer could still raise one that suppresses it. That the urgency may turn out
    lower for this reason alone is no fault of the rules: the flag is told, with the smallest case.
    """
    way = {flag.id: space.gives_way(flag.id) for flag in space.book.urgent_flags}
    for name, found in way.items():
        if not space.empty(found):
            yield Verdict(name, True, "it gives way if an open answer raises another flag", space.example(found))
    for level in space.book.levels[1:]:
        real = space.at_least(level, "real")
        beyond = real & ~space.at_least(level, "open")
        message = f"the urgency can become `{level}` although `urgency_could_be` is lower"
        yield for_none(space, f"at most {level}", beyond, message)
        short = space.at_least(level) & ~real & ~space.diagrams.union(way.values())
        message = f"the urgency is called `{level}` although it can turn out lower"
        yield for_none(space, f"at least {level}", short, message)
