"""Data classes that are compiled when first used behave as those of the standard library."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from dataclasses import field
from itertools import product
from typing import Any, ClassVar

import pytest
from pydantic import TypeAdapter

from screener import data

NAN = float("nan")


def family(dataclass: Callable[..., Any], **options: Any) -> list[Any]:
    """The same classes, made by one decorator or the other."""

    @dataclass(**options)
    class Plain:
        """Two values."""

        left: int
        right: str = "r"

    @dataclass(**options)
    class Single:
        value: Any

    @dataclass(**options)
    class Many:
        kind: ClassVar[str] = "many"
        given: list[int] = field(default_factory=list)
        shown: int = field(default=1, compare=False)
        hidden: int = field(default=2, repr=False)
        counted: int = field(default=3, hash=False)

        @property
        def total(self) -> int:
            return len(self.given) + self.shown

    @dataclass(**options)
    class Told:
        name: str

        def __str__(self) -> str:
            return f"<{self.name}>"

        def __repr__(self) -> str:
            return "told"

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Told) and self.name[:1] == other.name[:1]

        def __hash__(self) -> int:
            return hash(self.name[:1])

    @dataclass(**options)
    class Empty:
        pass

    @dataclass(**options)
    class Derived(Plain):  # type: ignore[misc, valid-type]
        more: int = 0

    return [Plain, Single, Many, Told, Empty, Derived]


def outcome(act: Callable[[], Any]) -> Any:
    """What an act gives, or its error."""
    try:
        return act()
    except Exception as error:
        return type(error), str(error)


def seen_of(thing: Any, kind: Any) -> list[Any]:
    """What can be seen of one object; without an attribute that it has no room for (their error is an accident)."""
    return [
        [each.name for each in dataclasses.fields(thing)], kind.__match_args__, hasattr(thing, "__dict__"),
        outcome(lambda: dataclasses.asdict(thing) != {}), outcome(lambda: hash(thing) == hash(copy.deepcopy(thing))),
        outcome(lambda: setattr(thing, "left", 1)) if hasattr(thing, "left") else None,
        outcome(lambda: setattr(thing, "other", 1)) if hasattr(thing, "__dict__") else None,
        outcome(lambda: delattr(copy.copy(thing), "value")) if hasattr(thing, "value") else None,
        str(copy.copy(thing)), outcome(lambda: str(dataclasses.replace(thing))),
        list(inspect.signature(kind).parameters), outcome(lambda: kind(1, 2, 3, 4, 5, 6, 7)),
        outcome(lambda: kind(wrong=1)), kind.__init__.__qualname__,
    ]  # fmt: skip


def behaviour(classes: list[Any]) -> list[Any]:
    """Everything that can be seen of the classes and their objects."""
    plain, single, many, told, empty, derived = classes
    things = [
        plain(1), plain(1, "r"), plain(2, right="x"), single(NAN), single((1, 2)), single(None), many(), many([1]),
        many([1], shown=5), many([1], hidden=5), many([1], counted=5), told("ann"), told("ada"), empty(), derived(1),
        derived(1, "r", 2),
    ]  # fmt: skip
    found: list[Any] = [repr(things), [[a == b for a in things] for b in things], [str(thing) for thing in things]]
    for thing in things:
        found += seen_of(thing, type(thing))
    found.append(outcome(lambda: plain(1) < plain(2)))
    found.append(outcome(lambda: len({plain(1), plain(1, "r"), plain(2)})))
    found.append(outcome(lambda: TypeAdapter(plain).validate_python({"left": 3})))
    found.append(outcome(lambda: TypeAdapter(many).json_schema()))
    found.append(outcome(lambda: TypeAdapter(many).dump_json(many([1, 2]))))
    return found


@pytest.mark.parametrize(("frozen", "slots", "eq"), list(product([False, True], repeat=3)))
def test_it_is_as_that_of_the_standard_library(frozen: bool, slots: bool, eq: bool) -> None:
    options = {"frozen": frozen, "slots": slots, "eq": eq}
    assert repr(behaviour(family(data.dataclass, **options))) == repr(
        behaviour(family(dataclasses.dataclass, **options))
    )


def test_an_order_is_the_standard_library_s() -> None:
    ours, theirs = (
        family(dataclass, frozen=True, order=True)[0] for dataclass in (data.dataclass, dataclasses.dataclass)
    )
    assert sorted([ours(2), ours(1)])[0].left == sorted([theirs(2), theirs(1)])[0].left == 1


@data.dataclass(frozen=True, slots=True)
class Slotted:
    """One that can be found by its name."""

    left: int
    right: tuple[int, ...] = ()


@data.dataclass(frozen=True)
class Open:
    """One with a dictionary."""

    left: int
    length: int = field(init=False, default=0)
    names: list[str] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        object.__setattr__(self, "length", self.left + 1)


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_what_is_pickled_comes_back(protocol: int) -> None:
    for thing in (Slotted(1, (2,)), Open(4)):
        assert pickle.loads(pickle.dumps(thing, protocol)) == thing
    assert (Open(4).length, Open(4).names, Open(4).names is Open(4).names) == (5, [], False)


def test_a_pickle_of_another_shape_is_refused() -> None:
    thing = Slotted.__new__(Slotted)
    with pytest.raises(ValueError, match="argument 2 is"):
        thing.__setstate__([1])  # type: ignore[attr-defined]


def test_the_constructor_is_compiled_when_it_is_first_used() -> None:
    (plain, *_) = family(data.dataclass, frozen=True)
    assert "left" not in plain.__init__.__code__.co_varnames
    plain(1)
    assert plain.__init__.__code__.co_varnames[:3] == ("self", "left", "right")
