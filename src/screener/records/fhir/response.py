"""A QuestionnaireResponse to our Questionnaire, from any form program, to a case: items are found by linkId."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from screener.case.fields import Fields
from screener.errors import FieldProblem, Hints, at_most, echo
from screener.records.coverage import NOT_READ, OTHER_FORM, Seen
from screener.records.fhir.answered import read_answer, yes_no
from screener.records.fhir.elements import fields_of, items_of, text_of
from screener.records.fhir.record import Record
from screener.records.fhir.resources import named
from screener.records.imported import ImportedCase
from screener.rulebook.book import RuleBook
from screener.standards import coded

PARTS: Final = frozenset({coded.NONE_TAKEN, coded.NAME, coded.MONTHS})
OTHER: Final = Seen("QuestionnaireResponse", "", "", "", NOT_READ, OTHER_FORM)
USABLE: Final = frozenset({"in-progress", "completed", "amended"})
DEEPEST: Final = 20
GROUP_PREFIXES: Final = ("screen-", "section-", "when-", "about-")
HELP: Final = ("-help", "-why")


@dataclass
class _Form:
    """What was read from a response so far."""

    name: str
    fields: Fields
    answers: dict[str, Any] = field(default_factory=dict)
    medicines: list[dict[str, Any]] = field(default_factory=list)
    problems: list[FieldProblem] = field(default_factory=list)
    hints: Hints = field(default_factory=Hints)

    def wrong(self, element: str, message: str) -> None:
        self.problems.append(FieldProblem(f"{self.name}.{element}", message))


def read_response(data: dict[str, Any], book: RuleBook, where: str = "") -> ImportedCase:
    """The case that a form's answers make.

    Args:
        data: the QuestionnaireResponse as decoded from JSON.
        book: the rule book whose questions were asked.
        where: the file's name for messages.
    """
    form = _Form(named(data), book.fields)
    identity = data.get("id") if isinstance(data.get("id"), str) else None
    if not is_ours(data, book):
        problem = _not_ours(form, data)
        return ImportedCase(identity, refused=(problem,), where=where, seen=Counter([OTHER]))
    status = data.get("status")
    if status not in USABLE:
        form.wrong("status", f"{echo(status)} is not one that can be read ({', '.join(sorted(USABLE))})")
    _items(data.get("item", []), form, 0)
    if form.medicines and "medicines" not in form.answers:
        form.answers["medicines"] = [
            entry["name"] if entry.get("months") is None else entry for entry in form.medicines
        ]
    if form.problems:
        return ImportedCase(identity, refused=tuple(at_most(form.problems)), where=where)
    answers = {name: value for name, value in form.answers.items() if value is not None}
    sources = {name: [form.name] for name in answers}
    notes = () if data.get("questionnaire") else (f"{form.name} names no questionnaire; its questions are ours.",)
    return ImportedCase(
        identity, {"case_id": identity, **answers}, sources, _day(data), notes=notes, where=where, fields=book.fields
    )


def is_ours(data: Mapping[str, Any], book: RuleBook) -> bool:
    """Whether a response answers the questions of this book: by its canonical, or where it has none by every linkId."""
    canonical = data.get("questionnaire")
    if canonical is None:
        return _strange(data, book.fields) is None
    return isinstance(canonical, str) and canonical.split("|")[0] == coded.canonical(book)


def _strange(data: Mapping[str, Any], fields: Fields) -> str | None:
    """The first linkId of a form that names no questionnaire that is none of our Questionnaire."""
    names = _link_ids(data.get("item"), 0) if data.get("questionnaire") is None else ()
    asked = (name for name in names if not name.startswith(GROUP_PREFIXES) and not name.endswith(HELP))
    return next((name for name in asked if name not in fields and name not in PARTS and name != "medicines"), None)


def _not_ours(form: _Form, data: Mapping[str, Any]) -> FieldProblem:
    """Why a response is to another questionnaire: by its canonical, or by a question that ours does not have."""
    strange = _strange(data, form.fields)
    if strange is None:
        return FieldProblem(f"{form.name}.questionnaire", _foreign(data))
    message = f"there is no such question{form.hints(strange, form.fields)}; this {_foreign(data)}"
    return FieldProblem(f"{form.name}.item[{strange[:64]}]", message)


def note_foreign(data: Mapping[str, Any], records: Iterable[Record]) -> None:
    """Say in each record that comes with it that answers to another questionnaire were not taken."""
    for record in records:
        record.notes.append(f"{named(data)} {_foreign(data)}: not read.")
        record.seen[OTHER] += 1


def _foreign(data: Mapping[str, Any]) -> str:
    canonical = data.get("questionnaire")
    return f"holds answers to another questionnaire{f' ({echo(canonical)})' if canonical is not None else ''}"


def _link_ids(items: Any, depth: int) -> Iterator[str]:
    """Every linkId of a form; what is broken is said later."""
    for item in map(fields_of, items_of(items) if depth <= DEEPEST else ()):
        if isinstance(item.get("linkId"), str):
            yield item["linkId"]
            for inside in (item, *map(fields_of, items_of(item.get("answer")))):
                yield from _link_ids(inside.get("item"), depth + 1)


def _day(data: dict[str, Any]) -> date | None:
    try:
        return date.fromisoformat(text_of(data.get("authored"))[:10])
    except ValueError:
        return None


def _items(items: Any, form: _Form, depth: int) -> None:
    if not isinstance(items, list) or depth > DEEPEST:
        form.wrong("item", f"{echo(items)} is not a list of items")
        return
    for item in items:
        name = fields_of(item).get("linkId")
        if not isinstance(name, str):
            form.wrong("item.linkId", "is missing or no text")
        elif name == "medicines":
            _medicines(item, form)
        else:
            _item(name, item, form, depth + 1)


def _item(name: str, item: Mapping[str, Any], form: _Form, depth: int) -> None:
    if name in form.fields or name == coded.NONE_TAKEN:
        _answer(name, item, form)
    elif not name.startswith(GROUP_PREFIXES) and not name.endswith(HELP):
        form.wrong(f"item[{name}]", f"there is no such question{form.hints(name, form.fields)}")
    _items(item.get("item", []), form, depth)
    for answer in items_of(item.get("answer")):
        _items(fields_of(answer).get("item", []), form, depth)


def _values(item: Mapping[str, Any], form: _Form) -> Iterator[tuple[str, Any]]:
    """The answers of an item: the kind of each and its value."""
    answers = item.get("answer", [])
    if not isinstance(answers, list):
        form.wrong(f"item[{item['linkId']}].answer", f"{echo(answers)} is not a list")
        return
    for answer in answers:
        found = {key: value for key, value in fields_of(answer).items() if key.startswith("value")}
        if len(found) != 1:
            form.wrong(f"item[{item['linkId']}].answer", f"{echo(answer)} has not one value")
            continue
        yield next(iter(found.items()))


def _answer(name: str, item: Mapping[str, Any], form: _Form) -> None:
    found = list(_values(item, form))
    if len(found) > 1:
        form.wrong(f"item[{name}].answer", f"{len(found)} answers; one is expected")
    elif found:
        kind, value = found[0]
        try:
            if name == coded.NONE_TAKEN:
                if yes_no(kind, value):
                    form.answers["medicines"] = []
            elif name in form.answers:
                raise ValueError("is answered twice")
            else:
                form.answers[name] = read_answer(form.fields[name], kind, value)
        except ValueError as error:
            form.wrong(f"item[{name}].answer.{kind}", str(error))


def _medicines(item: Mapping[str, Any], form: _Form) -> None:
    """One medicine: a group with its name and months, or the name alone."""
    entry: dict[str, Any] = {}
    for kind, value in _values(item, form):
        if kind == "valueString":
            form.medicines.append({"name": value})
    for inner in items_of(item.get("item")):
        if not isinstance(inner, dict) or inner.get("linkId") not in PARTS:
            form.wrong("item[medicines].item", f"{echo(inner)} is not part of a medicine")
            continue
        if inner["linkId"] == coded.NONE_TAKEN:
            _answer(coded.NONE_TAKEN, inner, form)
            continue
        for kind, value in _values(inner, form):
            if kind not in ("valueString", "valueDecimal", "valueInteger", "valueQuantity"):
                form.wrong(f"item[{inner['linkId']}]", f"{echo(value)} is neither text nor a number")
            else:
                entry[inner["linkId"].removeprefix("medicines.")] = value
    if "months" in entry and "name" not in entry:
        form.wrong(f"item[{coded.NAME}]", "is missing with the months")
    elif entry:
        form.medicines.append(entry)
