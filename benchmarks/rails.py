"""The rule book as plain `and` and `or` over booleans: what any rule engine can be given.

Two rails carry Kleene's logic: every atom and every conclusion becomes two booleans, proved and refuted, and unknown is
neither. Negation is pushed down to them, so no engine needs a `not` or a value for unknown. Names are letters and
digits, so that every engine takes them: `p3` and `n3` say that atom 3 is proved or refuted, `c5` and `r5` the same of
conclusion 5, `q7` that rule 7 fires. So an engine says what our engines say: which conclusions are certain, which are
still possible, and by which rules.

`at_least` is written as alternatives of all the ways to choose so many (the project's own rule book has none).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import TypeAlias

from screener.engine.durable.factored import factored, some_rule_holds
from screener.engine.facts import Facts
from screener.logic.condition import AllOf, AnyOf, AtLeast, Atom, Concluded, Condition, Not
from screener.rulebook.book import RuleBook


@dataclass(frozen=True, slots=True)
class And:
    """Every part holds; true when there is none."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Some part holds; false when there is none."""

    parts: tuple[Expression, ...]


Expression: TypeAlias = And | Or | str  # a name


ALWAYS, NEVER = And(()), Or(())


@dataclass(frozen=True)
class Rails:
    """A rule book on two rails.

    Attributes:
        atoms: the atoms that are read, with the names that say that one is true or false.
        steps: the names of rules and conclusions with what proves or refutes them, each after those it reads; never
            `ALWAYS` or `NEVER`, and without these inside.
        meanings: what each step says: a rule's id, a conclusion's id, or `not` and a conclusion's id.
        always: what is so for every case.
    """

    atoms: dict[Atom, dict[bool, str]]
    steps: dict[str, Expression]
    meanings: dict[str, str]
    always: frozenset[str]

    def true(self, facts: Facts) -> list[str]:
        """The inputs that hold for a case."""
        values = ((facts.truth(atom), names) for atom, names in self.atoms.items())
        return [names[value] for value, names in values if value is not None and value in names]

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The names of the inputs, in order."""
        return tuple(name for names in self.atoms.values() for name in names.values())

    def said(self, names: Iterable[str]) -> frozenset[str]:
        """What is concluded when these names hold: rules and conclusions proved, and conclusions refuted."""
        return self.always.union(self.meanings[name] for name in names if name in self.meanings)


def rails_of(book: RuleBook) -> Rails:
    """A rule book on two rails."""
    maker = _Maker({name: number for number, name in enumerate((*book.order, *book.rule))})
    meanings: dict[str, str] = {}
    for name in book.order:
        rules = [maker.step("q", rule.id, maker.expression(rule.condition, True)) for rule in book.rules_for[name]]
        meanings |= {maker.name("q", rule.id): rule.id for rule in book.rules_for[name]}
        maker.step("c", name, joined(Or, rules))
        maker.step("r", name, maker.expression(proof(book, name), False))
        meanings |= {maker.name("c", name): name, maker.name("r", name): f"not {name}"}
    return Rails(
        maker.atoms_read(),
        {name: step for name, step in maker.steps.items() if step not in (ALWAYS, NEVER)},
        {name: meaning for name, meaning in meanings.items() if maker.steps[name] not in (ALWAYS, NEVER)},
        frozenset(meaning for name, meaning in meanings.items() if maker.steps[name] == ALWAYS),
    )


def proof(book: RuleBook, conclusion: str) -> Condition:
    """That some rule of a conclusion holds; what several rules or packs have in common is there once."""
    some = some_rule_holds(book, book.rules_for[conclusion])
    return factored(list(some.parts)) if isinstance(some, AnyOf) else some


@dataclass
class _Maker:
    """Gives names to atoms, rules and conclusions, and expressions to conditions."""

    places: dict[str, int]
    steps: dict[str, Expression] = field(default_factory=dict)
    atoms: dict[Atom, dict[bool, str]] = field(default_factory=dict)

    def name(self, kind: str, of: str) -> str:
        """What says that a rule fires (q), or that a conclusion is proved (c) or refuted (r)."""
        return f"{kind}{self.places[of]}"

    def step(self, kind: str, of: str, expression: Expression) -> Expression:
        """Note a step; returns its name, or the constant that it is."""
        name = self.name(kind, of)
        self.steps[name] = expression
        return expression if expression in (ALWAYS, NEVER) else name

    def atoms_read(self) -> dict[Atom, dict[bool, str]]:
        """The atoms, with the names that some step reads."""
        read = {name for step in self.steps.values() for name in names(step)}
        return {atom: {sign: name for sign, name in both.items() if name in read} for atom, both in self.atoms.items()}

    def expression(self, condition: Condition, wanted: bool) -> Expression:
        """What says that a condition is true, or that it is false."""
        match condition:
            case Not(part):
                return self.expression(part, not wanted)
            case AllOf(parts):
                return joined(And if wanted else Or, [self.expression(part, wanted) for part in parts])
            case AnyOf(parts):
                return joined(Or if wanted else And, [self.expression(part, wanted) for part in parts])
            case AtLeast(count, parts):
                some = [self.expression(part, wanted) for part in parts]
                needed = count if wanted else len(parts) - count + 1
                return joined(Or, [joined(And, list(chosen)) for chosen in combinations(some, needed)])
            case Concluded(name):
                known = self.name("c" if wanted else "r", name)
                return self.steps[known] if self.steps[known] in (ALWAYS, NEVER) else known
            case atom:
                number = len(self.atoms)
                return self.atoms.setdefault(atom, {True: f"p{number}", False: f"n{number}"})[wanted]


def joined(kind: type[And] | type[Or], parts: list[Expression]) -> Expression:
    """The parts joined, without brackets, repeats and constants."""
    flat: dict[Expression, None] = {}
    for part in parts:
        flat.update(dict.fromkeys(part.parts if isinstance(part, kind) else [part]))
    deciding = NEVER if kind is And else ALWAYS
    if deciding in flat:
        return deciding
    return next(iter(flat)) if len(flat) == 1 else kind(tuple(flat))


def names(expression: Expression) -> Iterator[str]:
    """The names that an expression reads."""
    if isinstance(expression, str):
        yield expression
    else:
        for part in expression.parts:
            yield from names(part)


def holds(expression: Expression, known: Mapping[str, bool]) -> bool:
    """Whether an expression holds; a name that is not known does not."""
    match expression:
        case And(parts):
            return all(holds(part, known) for part in parts)
        case Or(parts):
            return any(holds(part, known) for part in parts)
        case name:
            return known.get(name, False)


def true_steps(rails: Rails, facts: Facts) -> list[str]:
    """The steps that hold for a case: what the rails mean."""
    known = dict.fromkeys(rails.true(facts), True)
    for name, step in rails.steps.items():
        known[name] = holds(step, known)
    return [name for name in rails.steps if known[name]]
