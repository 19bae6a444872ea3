"""The rule book as ELM, the executable form of HL7 CQL: any CQL engine can run our rules.

Every rule and every conclusion becomes one definition, made from the same condition trees as everywhere. CQL's `and`,
`or` and `not` are three-valued as the trees are. What CQL would make unknown and we do not is guarded: a number that
was not reported makes a comparison false. The answers are parameters, one for each field; `medicines` is a list of
marks (`class:PPI`, `name:patiromer`, `qt:known`), one for each mark of each medicine taken, with its months.

Source: HL7 Clinical Quality Language 1.5, ELM (http://cql.hl7.org).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any, Final

from screener.case.answers import Choice, Kind, Medicines, OwnWords, YesNo
from screener.case.fields import MEDICINES
from screener.case.model import BaseIntake
from screener.logic import condition as c
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import URGENCY, Flag, Urgency

SYSTEM: Final = "{urn:hl7-org:elm-types:r1}"
COMPARISONS: Final = {"<": "Less", "<=": "LessOrEqual", ">": "Greater", ">=": "GreaterOrEqual"}
LITERALS: Final = {bool: "Boolean", str: "String", int: "Integer", float: "Decimal"}
BY_RULES: Final = "Urgency by rules"

Node = dict[str, Any]


def library_name(book: RuleBook) -> str:
    """What the library of a rule book is called."""
    return f"{book.subject.library}Screener"


def library(book: RuleBook) -> Node:
    """The ELM library of a rule book with its active packs, as JSON-ready data."""
    return {
        "library": {
            "annotation": [],
            "identifier": {"id": library_name(book), "version": book.version},
            "schemaIdentifier": {"id": "urn:hl7-org:elm", "version": "r1"},
            "usings": {"def": [{"localIdentifier": "System", "uri": "urn:hl7-org:elm-types:r1"}]},
            "parameters": {"def": [_parameter(name, kind) for name, kind in book.fields.items()]},
            "statements": {"def": list(_Statements(book).definitions())},
        }
    }


def parameters(intake: BaseIntake, book: RuleBook) -> dict[str, Any]:
    """A case as the values of the library's parameters; what is not given is null."""
    values: dict[str, Any] = {name: value for name, value in intake if name != "case_id"}
    medicines = values.get(MEDICINES)
    if medicines is not None:
        values[MEDICINES] = [
            {"mark": mark, "months": medicine.months}
            for medicine in medicines
            for mark in sorted(book.medicines.match(medicine.name).marks)
        ]
    return values


def _named(name: str) -> Node:
    return {"type": "NamedTypeSpecifier", "name": SYSTEM + name}


def _parameter(name: str, kind: Kind) -> Node:
    if isinstance(kind, Medicines):
        parts = {"mark": _named("String"), "months": _named("Decimal")}
        element = [{"name": part, "elementType": of} for part, of in parts.items()]
        specifier: Node = {
            "type": "ListTypeSpecifier",
            "elementType": {"type": "TupleTypeSpecifier", "element": element},
        }
    else:
        words = isinstance(kind, Choice | OwnWords)
        specifier = _named("Boolean" if isinstance(kind, YesNo) else "String" if words else "Decimal")
    return {"name": name, "accessLevel": "Public", "parameterTypeSpecifier": specifier}


def literal(value: bool | float | str) -> Node:
    """A literal."""
    name = next(name for kind, name in LITERALS.items() if isinstance(value, kind))
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return {"type": "Literal", "valueType": SYSTEM + name, "value": text}


def _unknown() -> Node:
    return {"type": "As", "operand": {"type": "Null"}, "asTypeSpecifier": _named("Boolean")}


def _op(kind: str, *operands: Node) -> Node:
    return {"type": kind, "operand": operands[0] if len(operands) == 1 else list(operands)}


def _fold(kind: str, nodes: Iterable[Node], empty: bool | int) -> Node:
    found = list(nodes)
    return reduce(lambda left, right: _op(kind, left, right), found) if found else literal(empty)


def _if(condition: Node, then: Node, otherwise: Node) -> Node:
    return {"type": "If", "condition": condition, "then": then, "else": otherwise}


def _parameter_ref(name: str) -> Node:
    return {"type": "ParameterRef", "name": name}


def _ref(name: str) -> Node:
    return {"type": "ExpressionRef", "name": name}


def rule_name(rule: str) -> str:
    """The definition of a rule."""
    return f"rule {rule}"


class _Statements:
    """The definitions of one rule book."""

    def __init__(self, book: RuleBook) -> None:
        self.book = book
        self.followups: Mapping[str, c.Condition] = {
            name: show_if for name, show_if in book.followups if name in book.fields.yes_no
        }

    def definitions(self) -> Iterable[Node]:
        """Follow-ups, rules, conclusions, urgency, statuses: each after what it reads."""
        for name, show_if in self.followups.items():
            yield self.define(f"answer {name}", self.followup(name, show_if))
        for name in self.book.order:
            rules = self.book.rules_for[name]
            for rule in rules:
                yield self.define(rule_name(rule.id), self.node(rule.condition))
            yield self.define(name, _fold("Or", (_ref(rule_name(rule.id)) for rule in rules), False))
        concluded = {level: _op("IsTrue", _ref(URGENCY + level)) for level in self.book.levels[1:]}
        yield self.define(BY_RULES, self._highest(concluded))
        for flag in self.book.flags.values():
            yield self.define(f"status {flag.id}", self.status(flag.id, flag))
        for finding in self.book.findings:
            yield self.define(f"status {finding}", self.status(finding, None))
        yield self.define("Urgency", self.urgency())

    def define(self, name: str, expression: Node) -> Node:
        """One named expression."""
        return {"name": name, "context": "Unfiltered", "accessLevel": "Public", "expression": expression}

    def followup(self, name: str, show_if: c.Condition) -> Node:
        """An unanswered follow-up whose question is certainly not asked counts as no."""
        given = _parameter_ref(name)
        not_asked = _op("And", _op("IsNull", given), _op("IsFalse", self.node(show_if)))
        return _if(not_asked, literal(False), given)

    def node(self, condition: c.Condition) -> Node:
        """A condition as an expression."""
        match condition:
            case c.Not(part):
                return _op("Not", self.node(part))
            case c.AllOf(parts):
                return _fold("And", map(self.node, parts), True)
            case c.AnyOf(parts):
                return _fold("Or", map(self.node, parts), False)
            case c.AtLeast(count, parts):
                return at_least(count, [self.node(part) for part in parts])
            case c.Concluded(name):
                return _ref(name) if name in self.book.rules_for else literal(False)
            case atom:
                return self.atom(atom)

    def atom(self, atom: Any) -> Node:
        """An atom as an expression."""
        if isinstance(atom, c.Yes):
            return _ref(f"answer {atom.field}") if atom.field in self.followups else _parameter_ref(atom.field)
        if isinstance(atom, c.Compare):
            given = _parameter_ref(atom.field)
            return _op("And", reported(given), _op(COMPARISONS[atom.operator], given, literal(float(atom.limit))))
        if isinstance(atom, c.Reported):
            return reported(_parameter_ref(atom.field))
        if isinstance(atom, c.OneOf):
            given = _parameter_ref(atom.field)
            return _fold("Or", (_op("Equal", given, literal(option)) for option in atom.options), False)
        return takes(atom)

    def urgency(self) -> Node:
        """The highest level that a rule concludes, or that a raised flag has by itself."""
        holds = {level: _op("Equal", _ref(BY_RULES), literal(level)) for level in self.book.levels[1:]}
        for flag in self.book.urgent_flags:
            raised = _op("Equal", _ref(f"status {flag.id}"), literal("raised"))
            holds[flag.urgency] = _op("Or", holds[flag.urgency], raised)
        return self._highest(holds)

    def _highest(self, holds: Mapping[Urgency, Node]) -> Node:
        """The highest level that holds; the levels in rising order."""
        result = literal(self.book.levels[0])
        for level, node in holds.items():
            result = _if(node, literal(level), result)
        return result

    def status(self, name: str, flag: Flag | None) -> Node:
        """Raised, possible, suppressed or ruled out."""
        hiding = [_op("IsTrue", _ref(f.id)) for f in self.book.flags.values() if name in f.suppresses]
        if flag is not None and flag.last_resort:
            hiding += [_op("IsTrue", _ref(other)) for other in self.book.flags if other != name]
            hiding.append(_op("Not", _op("Equal", _ref(BY_RULES), literal(self.book.levels[0]))))
        raised = _if(_fold("Or", hiding, False), literal("suppressed"), literal("raised"))
        known = _if(_op("IsTrue", _ref(name)), raised, literal("ruled-out"))
        return _if(_op("IsNull", _ref(name)), literal("possible"), known)


def reported(given: Node) -> Node:
    """A number was reported."""
    return _op("Not", _op("IsNull", given))


def at_least(count: int, parts: list[Node]) -> Node:
    """So many hold, of as many or more, by counting those that do and those that still can."""
    certain = _fold("Add", (_if(_op("IsTrue", part), literal(1), literal(0)) for part in parts), 0)
    possible = _fold("Add", (_if(_op("IsFalse", part), literal(0), literal(1)) for part in parts), 0)
    no_more = _if(_op("Less", possible, literal(count)), literal(False), _unknown())
    return _if(_op("GreaterOrEqual", certain, literal(count)), literal(True), no_more)


def takes(atom: c.Takes) -> Node:
    """A medicine with one of the marks is taken, if asked for at least so long."""
    marked = _fold("Or", (_op("Equal", _property("mark"), literal(mark)) for mark in atom.marks), False)
    if atom.months is None:
        found = _exists(marked)
    else:
        long_enough = _op("GreaterOrEqual", _property("months"), literal(float(atom.months)))
        unknown = _op("IsNull", _property("months"))
        if atom.unknown_counts:
            found = _exists(_op("And", marked, _op("Or", unknown, long_enough)))
        else:
            open_ended = _if(_exists(_op("And", marked, unknown)), _unknown(), literal(False))
            found = _if(_exists(_op("And", marked, long_enough)), literal(True), open_ended)
    return _if(_op("IsNull", _parameter_ref("medicines")), _unknown(), found)


def _property(path: str) -> Node:
    return {"type": "Property", "path": path, "scope": "M"}


def _exists(where: Node) -> Node:
    source = [{"alias": "M", "expression": _parameter_ref("medicines")}]
    return _op("Exists", {"type": "Query", "source": source, "relationship": [], "where": where})
