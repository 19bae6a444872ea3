"""What is left open in a condition, against the plain definition: decided branches are dropped."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

import strategies
from screener.logic.condition import Concluded, Condition, Not, children
from screener.logic.kleene import Kleene, evaluate, open_leaves

FINDINGS = ["one", "two", "three"]


def plainly(condition: Condition, values: dict[Condition, Kleene], statuses: dict[str, Kleene]) -> Iterator[Condition]:
    if evaluate(condition, values.get, statuses) is not None:
        return
    parts = children(condition)
    if not parts and not isinstance(condition, Not):
        yield condition
    for part in parts:
        yield from plainly(part, values, statuses)


@given(strategies.conditions(tuple(FINDINGS)), st.data())
def test_the_leaves_are_those_of_the_definition(condition: Condition, data: st.DataObject) -> None:
    kleene = st.sampled_from([True, False, None])
    statuses = {name: data.draw(kleene) for name in FINDINGS}
    values = {leaf: data.draw(kleene) for leaf in leaves(condition)}
    expected = list(dict.fromkeys(plainly(condition, values, statuses)))
    assert open_leaves(condition, values.__getitem__, statuses) == expected


def leaves(condition: Condition) -> Iterator[Condition]:
    parts = children(condition)
    if not parts and not isinstance(condition, Concluded):
        yield condition
    for part in parts:
        yield from leaves(part)
