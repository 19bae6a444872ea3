"""Questions about flags: can each have each status, and does a last resort give way?"""

from __future__ import annotations

from collections.abc import Iterator

from screener.logic.condition import Compare, Concluded, Reported, atoms
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import URGENCY
from screener.workbench.prove.verdict import Verdict
from screener.workbench.space.space import Space


def _active(space: Space) -> list[str]:
    """The flags that some active rule concludes."""
    return [name for name in space.book.flags if space.book.rules_for[name]]


def raised(space: Space) -> Iterator[Verdict]:
    """Every flag is raised for some answers, and not suppressed."""
    for name in _active(space):
        found = space.raised(name)
        why = "none of its rules can fire" if space.empty(space.proved(name)) else "another flag always suppresses it"
        message = f"the flag `{name}` can never be raised: {why}"
        yield Verdict(name, not space.empty(found), message, space.example(found))


def possible(space: Space) -> Iterator[Verdict]:
    """Every flag that reads more than numbers is possible for some answers."""
    for name in _active(space):
        if space.possible_unasked(name):
            yield Verdict(name, True, example={})
            continue
        found = space.possible(name)
        if not space.empty(found):
            yield Verdict(name, True, example=space.example(found))
        elif not _reads_numbers_only(space, name):
            yield Verdict(name, False, f"the flag `{name}` can never be possible: no unknown answer leaves it open")


def _reads_numbers_only(space: Space, name: str) -> bool:
    """Whether a conclusion rests on reported numbers alone: those are never unknown."""
    book = space.book
    own = [atom for rule in book.rules_for[name] for atom in atoms(rule.condition)]
    return all(isinstance(atom, Compare | Reported) for atom in own) and all(
        _reads_numbers_only(space, other) for other in book.reads(name)
    )


def ruled_out(space: Space) -> Iterator[Verdict]:
    """Every flag is ruled out for some answers."""
    for name in _active(space):
        found = ~space.open(name)
        message = f"the flag `{name}` can never be ruled out: no answers make all of its rules false"
        yield Verdict(name, not space.empty(found), message, space.example(found))


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
