"""The questions as an R4 Questionnaire that any form program renders: a group for each screen, branches, units."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, product
from typing import Any, Final

from screener.case.answers import MONTHS, Choice, Lab, Number, OneUnitLab, OwnWords, YesNo
from screener.case.fields import Fields
from screener.logic.condition import AllOf, AnyOf, Compare, Condition, Not, OneOf, Yes
from screener.rulebook.book import RuleBook
from screener.rulebook.question import Question
from screener.standards import coded

STRUCTURE: Final = "http://hl7.org/fhir/StructureDefinition/"
UCUM: Final = "http://unitsofmeasure.org"
CONTROLS: Final = "http://hl7.org/fhir/questionnaire-item-control"
NO_UNIT: Final = "choose the unit"  # form programs choose the first option by themselves: it must not be a unit
NO_UNIT_CODE: Final = "{unit}"
INVERSE: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}

Item = dict[str, Any]
Clause = list[Item]  # alternatives; several clauses must all hold


def questionnaire(book: RuleBook) -> dict[str, Any]:
    """The Questionnaire of a rule book, as JSON-ready data."""
    groups: dict[str, Item] = {}
    for question in book.questions.values():
        link, title = group_of(question, book)
        group = groups.setdefault(link, {"linkId": link, "text": title, "type": "group", "item": []})
        group["item"].append(_branch(question, book.fields))
    asked = [f"question {name}" for name in book.questions] + [f"screen {name}" for name in book.screens]
    return {
        "resourceType": "Questionnaire",
        "id": "screener",
        "url": coded.canonical(book),
        "name": f"{book.subject.library}Screener",
        "title": f"{book.subject.title}: questions",
        "version": book.version,
        "status": "draft",
        "experimental": True,
        "subjectType": ["Patient"],
        "description": " ".join([book.texts["disclaimer"], book.texts["safety-net"], book.reviewed]),
        **coded.reviewed(book, asked),
        "item": [{"linkId": "about-this-form", "type": "display", "text": book.texts["disclaimer"]}, *groups.values()],
    }


def group_of(question: Question, book: RuleBook) -> tuple[str, str]:
    """The link and the title of the group that a question is in: its screen, or what has none in its section."""
    if screen := book.screens.get(question.screen):
        return f"screen-{screen.id}", screen.ask
    others = [one for one in book.questions.values() if one.section == question.section and not one.screen]
    return f"screen-{next((one for one in others if one.asked), others[0]).field}", question.section


def _branch(question: Question, fields: Fields) -> Item:
    """A question under the conditions in which it is asked: one level of group for each but the last."""
    item = _medicines(question) if question.field == "medicines" else _item(question)
    if not question.asked:
        item.setdefault("extension", []).append({"url": f"{STRUCTURE}questionnaire-hidden", "valueBoolean": True})
    if question.show_if is None:
        return item
    clauses = may_hold(question.show_if, fields)
    item.update(_enabled(clauses[-1]))
    for number, clause in enumerate(reversed(clauses[:-1]), start=1):
        item = {"linkId": f"when-{question.field}-{number}", "type": "group", **_enabled(clause), "item": [item]}
    return item


def _enabled(clause: Clause) -> Item:
    return {"enableWhen": clause} | ({"enableBehavior": "any"} if len(clause) > 1 else {})


def _item(question: Question) -> Item:
    kind = question.kind
    item: Item = {"linkId": question.field, "text": question.ask}
    if isinstance(kind, YesNo):
        item |= _choices([coded.YES, coded.NO, coded.UNKNOWN])
    elif isinstance(kind, Choice):
        item |= _choices([coded.choice(option) for option in kind.options])
    elif isinstance(kind, OwnWords):
        item |= {"type": "text", "maxLength": kind.longest}
    else:
        assert isinstance(kind, Number)
        item |= _number(kind)
    return item | {"item": [_help(question)]}


def _help(question: Question) -> Item:
    """Help and the reason for asking, as the help that belongs to the question."""
    words = " ".join(filter(None, [question.help, f"Why we ask: {question.why}"]))
    return {
        "linkId": f"{question.field}-help",
        "text": words,
        "type": "display",
        "extension": [_control("help", "Help-Button", text="Help-Button")],
    }


def _control(code: str, display: str, **more: str) -> Item:
    """How a form program shows an item."""
    concept = {"coding": [{"system": CONTROLS, "code": code, "display": display}], **more}
    return {"url": f"{STRUCTURE}questionnaire-itemControl", "valueCodeableConcept": concept}


def _choices(codings: list[dict[str, str]]) -> Item:
    return {
        "type": "choice",
        "extension": [_control("radio-button", "Radio Button")],
        "answerOption": [{"valueCoding": dict(coding)} for coding in codings],
    }


def _number(kind: Number) -> Item:
    """A number: whole, decimal, or with the units that may follow it."""
    if isinstance(kind, Lab | OneUnitLab):
        written = [NO_UNIT, *kind.analyte.factors] if isinstance(kind, Lab) else [kind.unit]
        return {"type": "quantity", "extension": [_unit("questionnaire-unitOption", unit) for unit in written]}
    unit = [_unit("questionnaire-unit", kind.unit)] if kind.unit else []
    what, name = ("integer", "valueInteger") if kind.whole else ("decimal", "valueDecimal")
    limits = {"minValue": kind.low, "maxValue": kind.high}
    extensions = [
        {"url": STRUCTURE + word, name: int(limit) if kind.whole else limit} for word, limit in limits.items()
    ]
    return {"type": what, "extension": [*unit, *extensions]}


def _unit(extension: str, unit: str) -> Item:
    code = NO_UNIT_CODE if unit == NO_UNIT else coded.ucum(unit)
    return {"url": STRUCTURE + extension, "valueCoding": {"system": UCUM, "code": code, "display": unit}}


def _medicines(question: Question) -> Item:
    """A group with a way to say none, and one repeating group for each medicine."""
    none = {"linkId": coded.NONE_TAKEN, "text": "I take no medicines.", **_choices([coded.YES, coded.NO])}
    name = {"linkId": coded.NAME, "text": "Name of the medicine", "type": "string", "maxLength": 200}
    months = {"linkId": coded.MONTHS, "text": "For how many months?", **_number(MONTHS)}
    each = {
        "linkId": "medicines",
        "text": question.ask,
        "type": "group",
        "repeats": True,
        "enableWhen": [{"question": coded.NONE_TAKEN, "operator": "!=", "answerCoding": dict(coded.YES)}],
        "item": [name, months],
    }
    return {
        "linkId": "about-medicines",
        "text": question.ask,
        "type": "group",
        "item": [_help(question), none, each],
    }


def may_hold(condition: Condition, fields: Fields, wanted: bool = True) -> list[Clause]:
    """When a condition is not certainly the opposite of `wanted`, as clauses that must all hold.

    A yes/no question that was not reached yet hides its follow-ups; "I don't know" does not. An absent number or choice
    never makes a negated condition fail.
    """
    match condition:
        case Not(part):
            return may_hold(part, fields, not wanted)
        case AllOf(parts) | AnyOf(parts):
            inner = [may_hold(part, fields, wanted) for part in parts]
            if isinstance(condition, AllOf) == wanted:
                return list(chain(*inner))
            return [list(chain(*ways)) for ways in product(*inner)]  # one of several: a clause of each, joined
        case atom:
            return [list(_literals(atom, fields, wanted))]


def _literals(atom: Condition, fields: Fields, wanted: bool) -> Iterator[Item]:
    """What must be answered for an atom to be possibly `wanted`."""
    if isinstance(atom, Yes):
        for coding in (coded.coding_of(wanted), coded.UNKNOWN):
            yield {"question": atom.field, "operator": "=", "answerCoding": dict(coding)}
    elif isinstance(atom, OneOf):
        for option in fields.options(atom.field):
            if (option in atom.options) is wanted:
                yield {"question": atom.field, "operator": "=", "answerCoding": coded.choice(option)}
        yield {"question": atom.field, "operator": "exists", "answerBoolean": False}
    elif isinstance(atom, Compare):
        operator = atom.operator if wanted else INVERSE[atom.operator]
        kind = fields[atom.field]
        whole = isinstance(kind, Number) and kind.whole
        answer = {"answerInteger": int(atom.limit)} if whole else {"answerDecimal": atom.limit}
        yield {"question": atom.field, "operator": operator, **answer}
        if not wanted:
            yield {"question": atom.field, "operator": "exists", "answerBoolean": False}
    else:
        raise ValueError(f"a follow-up cannot depend on {atom!r} in a FHIR form")
