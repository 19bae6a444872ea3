"""Binary decision diagrams over a layout's variables: sets of answers on which every question can be decided.

The diagrams are those of the package `dd`: CUDD where its wheel brings it, plain Python elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from ctypes import py_object, pythonapi
from functools import cache, cached_property
from itertools import pairwise
from math import inf
from typing import Any, TypeAlias

from screener.case.answers import Choice, Medicines, Number
from screener.errors import UsageError
from screener.logic.sets import union
from screener.workbench.space.variables import GIVEN, VariableLayout

Diagram: TypeAlias = Any  # a function of dd; with & | ~ and ==


class Diagrams:
    """The sets of assignments of one layout.

    Args:
        layout: the variables, those of one field side by side.

    Raises:
        UsageError: the package `dd` is not installed.
    """

    def __init__(self, layout: VariableLayout) -> None:
        self.layout = layout
        self.name, self.bdd = _manager()
        # medicines last: their many variables belong together with those of most other fields
        ordered = sorted(layout.fields, key=lambda name: isinstance(layout.kind(name), Medicines))
        self.fields = {variable: name for name in ordered for variable in layout.variables(name)}
        self.bdd.declare(*(variable for variable in self.fields if variable not in self.bdd.vars))
        self.everything: Diagram = self.bdd.true
        self.nothing: Diagram = self.bdd.false
        # see `smallest`: of each set, the least number of answers, and whether its first variable is true for them
        self._costs: dict[Diagram, tuple[float, bool]] = {self.everything: (0, False), self.nothing: (inf, False)}

    def variable(self, name: str) -> Diagram:
        """The set in which a variable is true."""
        return self.bdd.var(name)

    def union(self, sets: Iterable[Diagram]) -> Diagram:
        """What is in one of them."""
        return union(sets, self.nothing)

    def for_every_completion(self, found: Diagram) -> Diagram:
        """The answers for which this holds however the open ones turn out."""
        read = {self.fields[variable] for variable in self.bdd.support(found)}
        for name in reversed([name for name in self.layout.fields if name in read]):
            variables = self.layout.variables(name)
            # for how long a medicine without months is taken is open even when the field was given
            if unknown := [variable for variable in variables if ".really" in variable]:
                found = self.bdd.forall(unknown, found)
            # what else is true of the person is known only when it was; a number that was not given is none
            hidden = [variable for variable in variables[1:] if variable not in unknown]
            if hidden and not isinstance(self.layout.kind(name), Number):
                given = self.variable(f"{name}.{GIVEN}")
                found = self.bdd.ite(given, found, self.bdd.forall(hidden, found))
        return found

    def smallest(self, found: Diagram) -> dict[str, bool] | None:
        """An assignment with as few answers (and as few medicines) as possible; None when the set is empty."""
        if self.has_blank(found):
            return {}
        costs = self._costs

        def cost(node: Diagram) -> float:
            known = costs.get(node)
            if known is None:
                name, low, high = self.split(node)
                if_false, if_true = cost(low), cost(high) + self.price[name]
                known = costs[node] = (min(if_false, if_true), if_true <= if_false)
            return known[0]

        if cost(found) == inf:
            return None
        assignment: dict[str, bool] = {}
        while found != self.everything:
            name, low, high = self.split(found)
            assignment[name] = costs[found][1]
            found = high if assignment[name] else low
        return assignment

    def has_blank(self, found: Diagram) -> bool:
        """Whether the assignment in which everything is false, so that nothing was answered, is in a set."""
        while found not in (self.nothing, self.everything):
            _, found, _ = self.split(found)
        return bool(found == self.everything)

    def only_smallest(self, found: Diagram) -> Diagram:
        """The part of a set that has its smallest assignment, with everything else false."""
        assignment = self.smallest(found)
        if assignment is None:
            return self.nothing
        return self.bdd.cube({**dict.fromkeys(self.fields, False), **assignment})

    @cached_property
    def price(self) -> dict[str, int]:
        """What each variable adds to a case when it is true: an answer, or a medicine."""
        return {
            variable: int(variable.endswith(f".{GIVEN}") or (name == "medicines" and ".really" not in variable))
            for variable, name in self.fields.items()
        }

    def split(self, node: Diagram) -> tuple[str, Diagram, Diagram]:
        """The variable at the top of a set, and what is left when it is false and when it is true."""
        level, low, high = self.bdd.succ(node)
        name: str = self.bdd.var_at_level(level)
        return (name, ~low, ~high) if node.negated else (name, low, high)

    def count(self, found: Diagram) -> tuple[int, int]:
        """How many answer patterns are in the set, of all patterns of what it reads.

        A pattern says for each field read whether it was answered, and in which of the regions told apart here.
        """
        read = self.bdd.support(found)
        read |= {f"{self.fields[name]}.{GIVEN}" for name in read}
        patterns = self.patterns(read)
        return self.size(found & patterns, read), self.size(patterns, read)

    def patterns(self, read: set[str]) -> Diagram:
        """The assignments that represent different patterns: what is not known about a field is set to false."""
        found = self.everything
        for name in {self.fields[variable] for variable in read}:
            given = self.variable(f"{name}.{GIVEN}")
            own = [self.variable(v) for v in self.layout.variables(name)[1:] if v in read]
            for value in own:
                found = found & (given | ~value)
            if isinstance(self.layout.kind(name), Number):
                for before, after in pairwise(own):
                    found = found & (before | ~after)
            if isinstance(self.layout.kind(name), Choice):
                for before, after in pairwise(own):
                    found = found & ~(before & after)
        return found

    def size(self, found: Diagram, variables: set[str]) -> int:
        """How many assignments of these variables are in the set; exact, however many there are."""
        ranks = {name: rank for rank, name in enumerate(sorted(variables, key=self.bdd.level_of_var))}
        counts: dict[Diagram, int] = {}

        def below(node: Diagram) -> tuple[int, int]:
            """The count from the node's own variable on, and the rank of that variable."""
            if node in (self.nothing, self.everything):
                return int(node == self.everything), len(ranks)
            name, low, high = self.split(node)
            rank = ranks[name]
            if node not in counts:
                counts[node] = sum(part << (next_rank - rank - 1) for part, next_rank in (below(low), below(high)))
            return counts[node], rank

        count, rank = below(found)
        return count << rank


def check_installed() -> None:
    """Make sure that there is something to draw with.

    Raises:
        UsageError: the package `dd` is not installed.
    """
    _manager()


@cache
def _manager() -> tuple[str, Any]:
    """The one manager of diagrams in this process, and what it is made with: CUDD, or plain Python."""
    try:
        from dd import cudd as made_with
    except ImportError:
        try:
            from dd import autoref as made_with
        except ImportError:
            hint = "install it with `pip install 'rulebook-screener[workbench]'`"
            raise UsageError(f"this needs the package `dd`; {hint}") from None
    manager = made_with.BDD()
    manager.configure(reordering=False)
    # dd complains, and CUDD frees nodes that are still in use, when a manager ends before its diagrams. At the end of
    # the program that order is not ours to choose, so this one never ends: one reference too many is kept.
    pythonapi.Py_IncRef(py_object(manager))
    return ("CUDD" if made_with.__name__.endswith("cudd") else "dd in plain Python"), manager
