"""Walking what needs what, without recursion: rule books may chain thousands of conclusions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

Needs = Callable[[str], Iterable[str]]


def after_what_it_needs(names: Iterable[str], needs: Needs) -> Iterator[str]:
    """The names and all that they need, each once and after what it needs."""
    return (found for found in _walked(names, needs) if isinstance(found, str))


def circles(names: Iterable[str], needs: Needs) -> Iterator[list[str]]:
    """Each circle that is met on the way: every name needs the next one, and the last is the first again."""
    return (found for found in _walked(names, needs) if not isinstance(found, str))


def _walked(names: Iterable[str], needs: Needs) -> Iterator[str | list[str]]:
    """The names as they are left behind, and the circles in between."""
    done: set[str] = set()
    for first in names:
        trail = {} if first in done else {first: iter(needs(first))}
        while trail:
            name = next(reversed(trail))
            following = next((needed for needed in trail[name] if needed not in done), None)
            if following is None:
                del trail[name]
                done.add(name)
                yield name
            elif following in trail:
                way = list(trail)
                yield [*way[way.index(following) :], following]
            else:
                trail[following] = iter(needs(following))
