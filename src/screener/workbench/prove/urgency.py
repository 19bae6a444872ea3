"""Questions about urgency: red flags only ever raise it, and the two bounds hold for every completion."""

from __future__ import annotations

from collections.abc import Iterator

from screener.engine import reference
from screener.engine.facts import facts_of
from screener.logic.condition import Not, Yes
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import URGENCY
from screener.workbench.prove.verdict import Verdict
from screener.workbench.space.space import Space
from screener.workbench.space.variables import GIVEN


def levels(space: Space) -> Iterator[Verdict]:
    """Every level that the book uses is the urgency of some answers."""
    book = space.book
    used = {flag.urgency for flag in book.flags.values()} | {book.levels[0]}
    for level in (level for level in book.levels if level in used or book.rules_for.get(URGENCY + level)):
        found = space.urgencies()[level]
        yield Verdict(level, not space.empty(found), f"the urgency is never `{level}`", space.example(found))


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
    let = space.diagrams.with_values
    for level in space.book.levels[1:]:
        found = space.at_least(level)
        with_yes = let(found, {given: True, value: True})
        for word, before in (("no answer", {given: False}), ("a no", {given: True, value: False})):
            lowered = let(found, before) & ~with_yes
            if not space.empty(lowered):
                message = f"a yes to `{name}` lowers the urgency from `{level}`: with {word} it is higher than with yes"
                return Verdict(name, False, message, space.example(lowered))
    urgent = next(iter(space.book.levels.urgent), "")
    if not urgent:
        return Verdict(name, False, f"no level of the book is urgent, and `{name}` is a red flag")
    not_urgent = ~let(space.at_least(urgent), {given: True, value: True})
    if not space.empty(not_urgent):
        message = (
            f"a yes to the red flag `{name}` does not always make the urgency `{urgent}` or more; "
            "write a rule for it alone, or leave `red_flag` out"
        )
        return Verdict(name, False, message, {**(space.example(not_urgent) or {}), name: True})
    return Verdict(name, True)


def flags(space: Space) -> Iterator[Verdict]:
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
        beyond = space.example(real & ~space.at_least(level, "open"))
        message = f"the urgency can become `{level}` although `urgency_could_be` is lower" if beyond is not None else ""
        yield Verdict(f"at most {level}", beyond is None, message, beyond)
        short = space.example(space.at_least(level) & ~real & ~space.diagrams.union(way.values()))
        message = f"the urgency is called `{level}` although it can turn out lower" if short is not None else ""
        yield Verdict(f"at least {level}", short is None, message, short)
