"""The rule book in other rule engines: for each a fast way to write `benchmarks.rails` in its own language.

Generous to all of them: the truth of the answers (limits and units, medicine names and durations, follow-up questions)
is worked out before, by this program, and handed over as booleans in the form that the engine takes most quickly; how
what they return is read does not count either. They return what a batch of ours writes: the rules that fire, and what
is proved or refuted. Suppression and reasons are not asked of them.

None of them is imported before it is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from math import prod
from typing import Any, Final

from benchmarks.rails import And, Expression, Rails

MOST_WAYS: Final = 3  # that CLIPS is left to multiply out


@dataclass(frozen=True)
class Encoding:
    """A rule book in a rule engine.

    Attributes:
        prepare: from the names of the inputs that hold to what the engine takes. Not measured.
        infer: one case. This is measured.
        read: the names of the steps that hold, from what `infer` returned. Not measured.
    """

    prepare: Callable[[list[str]], Any]
    infer: Callable[[Any], Any]
    read: Callable[[Any], Iterable[str]]


def written(step: Expression, name: Callable[[str], str] = str) -> str:
    """An expression with `and`, `or` and brackets, as most languages write it."""
    if isinstance(step, str):
        return name(step)
    return f"({(' and ' if isinstance(step, And) else ' or ').join(written(part, name) for part in step.parts)})"


def every_input(rails: Rails, true: list[str]) -> dict[str, bool]:
    """All inputs with whether they hold."""
    return dict.fromkeys(rails.inputs, False) | dict.fromkeys(true, True)


def which(rails: Rails) -> Callable[[Any], Iterable[str]]:
    """Reads a list of booleans, one for each step."""
    return lambda values: [name for name, value in zip(rails.steps, values, strict=True) if value]


def generated_python(rails: Rails) -> Encoding:
    """One function over local variables: no rule engine."""
    lines = [f"{name} = {written(step)}" for name, step in rails.steps.items()]
    body = [f"({', '.join(rails.inputs)},) = values", *lines, f"return ({', '.join(rails.steps)},)"]
    scope: dict[str, Any] = {}
    exec("def infer(values):\n    " + "\n    ".join(body), scope)
    return Encoding(lambda true: tuple(every_input(rails, true).values()), scope["infer"], which(rails))


def clipspy(rails: Rails) -> Encoding:
    """A fact for every input that holds, loaded as one text; a rule for every step, which asserts its own fact."""
    environment = import_module("clips").Environment()
    build = environment.build
    build("(defglobal ?*said* = (create$))")
    for name, condition in clips_rules(rails.steps):
        build(f"(defrule prove-{name} {condition} => (assert ({name})))")
    for name in rails.steps:  # reading this list is much faster than looking through the facts
        build(f"(defrule note-{name} ({name}) => (bind ?*said* ?*said* {name}))")

    def infer(facts: str) -> Any:
        environment.reset()
        environment.load_facts(facts)
        environment.run()
        return environment.eval("?*said*")

    return Encoding(lambda true: " ".join(f"({name})" for name in true), infer, lambda said: map(str, said))


def clips_rules(steps: Mapping[str, Expression]) -> Iterator[tuple[str, str]]:
    """What each step asserts, and when, in the language of CLIPS.

    CLIPS multiplies out every `or` inside an `and`, which takes all memory where there are many. So such alternatives
    are asserted by rules of their own, but where they make few ways.
    """
    apart: dict[Expression, str] = {}

    def condition(step: Expression) -> str:
        if isinstance(step, str):
            return f"({step})"
        parts: Iterable[Expression] = step.parts
        if isinstance(step, And) and ways(step) > MOST_WAYS:
            parts = [part if ways(part) == 1 else apart.setdefault(part, f"some{len(apart)}") for part in parts]
        return f"({'and' if isinstance(step, And) else 'or'} {' '.join(map(condition, parts))})"

    for name, step in steps.items():
        yield name, condition(step)
    written: set[str] = set()
    while len(written) < len(apart):  # those inside others are found while these are written
        for step, name in [one for one in apart.items() if one[1] not in written]:
            written.add(name)
            yield name, condition(step)


def ways(step: Expression) -> int:
    """In how many ways an expression can hold."""
    if isinstance(step, str):
        return 1
    return (prod if isinstance(step, And) else sum)(map(ways, step.parts))


def zen_decision(rails: Rails) -> Encoding:
    """A decision with one expression node, in which later expressions read earlier ones."""
    steps = [
        {"id": name, "key": name, "value": written(step, lambda part: f"$.{part}" if part in rails.steps else part)}
        for name, step in rails.steps.items()
    ]
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode", "content": {}},
        {"id": "book", "name": "book", "type": "expressionNode", "content": {"expressions": steps}},
        {"id": "out", "name": "out", "type": "outputNode", "content": {}},
    ]
    ways = [("in", "book"), ("book", "out")]
    edges = [{"id": a, "sourceId": a, "targetId": b, "type": "edge"} for a, b in ways]
    content = {"book": {"nodes": nodes, "edges": edges}}
    engine = import_module("zen").ZenEngine({"loader": {"type": "static", "content": content}})
    return Encoding(
        lambda true: every_input(rails, true),
        lambda context: engine.evaluate("book", context),  # several times faster than a decision object
        lambda answer: [name for name in rails.steps if answer["result"][name]],
    )


def zen_expression(rails: Rails) -> Encoding:
    """One compiled expression of assignments over a list of inputs, without a decision around it."""
    places = {name: f"t[{place}]" for place, name in enumerate(rails.inputs)}
    steps = [f"{name} = {written(step, lambda part: places.get(part, part))}" for name, step in rails.steps.items()]
    program = import_module("zen").compile_expression("; ".join([*steps, f"[{', '.join(rails.steps)}]"]))

    def prepare(true: list[str]) -> str:
        return json.dumps({"t": list(every_input(rails, true).values())}, separators=(",", ":"))

    return Encoding(prepare, program.evaluate, which(rails))


def rule_engine(rails: Rails) -> Encoding:
    """One typed rule for every step, evaluated in order."""
    module = import_module("rule_engine")
    kinds = dict.fromkeys([*rails.inputs, *rails.steps], module.DataType.BOOLEAN)
    context = module.Context(type_resolver=module.type_resolver_from_dict(kinds))
    rules = [(name, module.Rule(written(step), context=context)) for name, step in rails.steps.items()]

    def infer(inputs: dict[str, bool]) -> dict[str, bool]:
        known = dict(inputs)
        for name, rule in rules:
            known[name] = rule.evaluate(known)
        return known

    return Encoding(lambda true: every_input(rails, true), infer, lambda known: [n for n in rails.steps if known[n]])


def business_rules(rails: Rails) -> Encoding:
    """A variable for every name, a rule for every step, an action that notes it."""
    module = import_module("business_rules")
    variables, actions = (import_module(f"business_rules.{name}") for name in ("variables", "actions"))

    def variable(name: str) -> Any:
        return variables.boolean_rule_variable(label=name)(lambda case: name in case.known)

    def condition(step: Expression) -> dict[str, Any]:
        if isinstance(step, str):
            return {"name": step, "operator": "is_true", "value": True}
        return {"all" if isinstance(step, And) else "any": [condition(part) for part in step.parts]}

    def conclude(case: Any, name: str) -> None:
        case.known.add(name)

    values = type("Case", (variables.BaseVariables,), {name: variable(name) for name in (*rails.inputs, *rails.steps)})
    action = actions.rule_action(params={"name": "text"})(conclude)
    concluding = type("Concluding", (actions.BaseActions,), {"conclude": action})
    rules = [
        {"conditions": condition(step), "actions": [{"name": "conclude", "params": {"name": name}}]}
        for name, step in rails.steps.items()
    ]

    def infer(true: list[str]) -> set[str]:
        case, acting = values(), concluding()
        case.known = acting.known = known = set(true)
        module.run_all(rules, case, acting)
        return known

    return Encoding(lambda true: true, infer, lambda known: known)


def json_logic(rails: Rails) -> Encoding:
    """One expression for every step, in order (json-logic-qubit has the same import name and takes the same)."""
    evaluate = import_module("json_logic").jsonLogic

    def logic(step: Expression) -> dict[str, Any]:
        if isinstance(step, str):
            return {"var": step}
        return {"and" if isinstance(step, And) else "or": [logic(part) for part in step.parts]}

    steps = [(name, logic(step)) for name, step in rails.steps.items()]

    def infer(inputs: dict[str, bool]) -> dict[str, bool]:
        known = dict(inputs)
        for name, step in steps:
            known[name] = evaluate(step, known)
        return known

    return Encoding(lambda true: every_input(rails, true), infer, lambda known: [n for n in rails.steps if known[n]])


ENGINES: Final[dict[str, tuple[tuple[str, ...], Callable[[Rails], Encoding]]]] = {
    "clipspy": (("clipspy",), clipspy),
    "zen-engine, a decision": (("zen-engine",), zen_decision),
    "zen-engine, one expression": (("zen-engine",), zen_expression),
    "rule-engine": (("rule-engine",), rule_engine),
    "business-rules": (("business-rules",), business_rules),
    "json-logic": (("panzi-json-logic", "json-logic-qubit"), json_logic),
}
"""The rule engines: what is printed, the packages of which one must be installed, and how the book is written."""
