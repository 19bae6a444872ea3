"""From the data of a rule file to a type-checked condition.

The form is described in `docs/rule-format.md`. Everything is checked against the intake: unknown fields, findings
and medicine classes, comparisons that do not fit the field's type, limits that no answer can reach.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import field
from math import nan
from typing import Any, Final

from screener.case.answers import MONTHS, Choice, Kind, Medicines, Number, OwnWords, YesNo
from screener.data import dataclass
from screener.errors import echo
from screener.logic import condition as c
from screener.printable import on_one_line
from screener.rulebook.document import DataPath, Document
from screener.rulebook.medicine.table import MedicineTable
from screener.rulebook.rule import Setting

COMPARISONS: Final[dict[str, c.Operator]] = {"below": "<", "at_most": "<=", "above": ">", "at_least": ">="}
CONNECTIVES: Final = ("all", "any", "not", "at_least", "finding", "medicine", "term")
YES_NO: Final = {"yes": True, "no": False, True: True, False: False}
WRONG: Final = nan  # a limit that could not be read: nothing compares with it, and a book with one is not loaded


@dataclass(frozen=True)
class Vocabulary:
    """The names a condition may use.

    Attributes:
        unsure: fields of which the kind is not known, because their question is wrong.
    """

    conclusions: Collection[str]
    settings: Mapping[str, Setting]
    medicines: MedicineTable
    fields: Mapping[str, Kind]
    terms: Mapping[str, c.Condition] = field(default_factory=dict)
    unsure: Collection[str] = ()

    @property
    def example(self) -> str:
        """A condition on a field of this book, for messages."""
        first = next((name for name, kind in self.fields.items() if isinstance(kind, YesNo)), "field")
        return f"{first}: yes"

    @property
    def comparison(self) -> str:
        """A comparison on a field of this book, for messages."""
        found = next(((name, kind) for name, kind in self.fields.items() if isinstance(kind, Number)), None)
        return f"{found[0]}: {{above: {found[1].low:g}}}" if found else self.example


class ConditionParser:
    """Parses the conditions of one document; what is wrong is noted there, and the condition then never holds."""

    def __init__(self, document: Document, vocabulary: Vocabulary) -> None:
        self.document = document
        self.vocabulary = vocabulary
        self.connectives: dict[str, Callable[[Any, DataPath], c.Condition]] = {
            "all": lambda data, path: c.AllOf(self.several(data, path)),
            "any": lambda data, path: c.AnyOf(self.several(data, path)),
            "not": lambda data, path: c.Not(self.parse(data, path)),
            "at_least": self.at_least,
            "finding": self.finding,
            "medicine": self.medicine,
            "term": self.term,
        }

    def wrong(self, path: DataPath, message: str) -> c.Condition:
        """Note a mistake."""
        self.document.problem(path, message)
        return c.NEVER

    def parse(self, data: Any, path: DataPath) -> c.Condition:
        """The condition written at `path`."""
        if not isinstance(data, dict) or not data:
            compared = isinstance(data, str) and any(sign in data for sign in "<>=")
            example = self.vocabulary.comparison if compared else self.vocabulary.example
            return self.wrong(path, f"{echo(data)} is not a condition; write for example `{example}`")
        if len(data) > 1:
            keys = ", ".join(f"`{key}`" for key in data)
            return self.wrong(path, f"a condition has one key, this has {keys}; put them under `all` or `any`")
        ((key, value),) = data.items()
        here = (*path, key)
        if key in self.connectives:
            return self.connectives[key](value, here)
        if key not in self.vocabulary.fields:
            names = (*CONNECTIVES, *self.vocabulary.fields)
            hint = self.document.hints(key, names)
            return self.wrong(here, f"`{key}` is neither a field (no question asks for it) nor a connective{hint}")
        return self.answer(key, value, here)

    def several(self, data: Any, path: DataPath) -> tuple[c.Condition, ...]:
        """The list of conditions under `all`, `any` or `of`."""
        if not isinstance(data, list) or not data:
            return (self.wrong(path, f"`{path[-1]}` needs a list of conditions"),)
        return tuple(self.parse(item, (*path, index)) for index, item in enumerate(data))

    def at_least(self, data: Any, path: DataPath) -> c.Condition:
        """`at_least: {count: 2, of: [...]}`"""
        if not isinstance(data, dict) or set(data) != {"count", "of"}:
            return self.wrong(path, "`at_least` needs `count` and `of`, such as `{count: 2, of: [...]}`")
        parts = self.several(data["of"], (*path, "of"))
        count = data["count"]
        if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= len(parts):
            return self.wrong((*path, "count"), f"{echo(count)} is not a whole number from 1 to {len(parts)}")
        return c.AtLeast(count, parts)

    def finding(self, data: Any, path: DataPath) -> c.Condition:
        """`finding: id`"""
        if not isinstance(data, str) or data not in self.vocabulary.conclusions:
            hint = self.document.hints(str(data), self.vocabulary.conclusions)
            return self.wrong(path, f"there is no finding or flag {echo(data)}{hint}")
        return c.Concluded(data)

    def term(self, data: Any, path: DataPath) -> c.Condition:
        """`term: name`, written out: a term may refer to those before it"""
        if not isinstance(data, str) or data not in self.vocabulary.terms:
            hint = self.document.hints(str(data), self.vocabulary.terms)
            return self.wrong(path, f"there is no term {echo(data)} (before this){hint}")
        return self.vocabulary.terms[data]

    def medicine(self, data: Any, path: DataPath) -> c.Condition:
        """`medicine: {class: [...], name: [...], qt: [...], months: 3, unknown_months: counts}`"""
        table = self.vocabulary.medicines
        known = {"class": table.classes, "name": table.generics, "qt": table.qt_marks}
        if not isinstance(data, dict) or not set(data) & set(known):
            return self.wrong(path, "`medicine` needs `class`, `name` or `qt` with a list")
        marks: list[str] = []
        months = self.within("medicine", MONTHS, data["months"], (*path, "months")) if "months" in data else None
        for key, value in data.items():
            here = (*path, key)
            if key in ("months", "unknown_months"):
                continue
            if key not in known:
                hint = self.document.hints(key, [*known, "months", "unknown_months"])
                self.wrong(here, f"`{key}` does not belong here{hint}")
            elif not isinstance(value, list) or not value:
                self.wrong(here, f"`{key}` needs a list, such as `[{min(known[key], default='...')}]`")
            else:
                marks += [self.mark(key, item, known[key], (*here, index)) for index, item in enumerate(value)]
        return c.Takes(tuple(marks), months, self.unknown_counts(data, path))

    def unknown_counts(self, data: dict[str, Any], path: DataPath) -> bool:
        """`unknown_months: counts`: a matching medicine without months counts as taken for long enough."""
        if "unknown_months" not in data:
            return False
        if data["unknown_months"] != "counts":
            self.wrong((*path, "unknown_months"), f"{echo(data['unknown_months'])} should be `counts`, or be omitted")
        elif "months" not in data:
            self.wrong((*path, "unknown_months"), "`unknown_months` says how `months` is read; add `months`")
        return True

    def mark(self, kind: str, value: Any, known: Collection[str], path: DataPath) -> str:
        """One class, name or QT mark of the medicine table."""
        if not isinstance(value, str) or value not in known:
            self.wrong(path, f"no medicine has the {kind} {echo(value)}{self.document.hints(str(value), known)}")
        return f"{kind}:{value}"

    def answer(self, name: str, value: Any, path: DataPath) -> c.Condition:
        """`field: ...`, by the field's type."""
        kind = self.vocabulary.fields[name]
        if name in self.vocabulary.unsure:
            return c.NEVER  # its question is wrong, and was told
        if isinstance(kind, YesNo):
            return self.yes_no(name, value, path)
        if isinstance(kind, Number):
            return self.number(name, kind, value, path)
        if isinstance(kind, Choice):
            return self.choice(name, kind, value, path)
        if isinstance(kind, OwnWords):
            return self.wrong(path, f"`{name}` is what a person writes in their own words; no rule can read that")
        assert isinstance(kind, Medicines)
        return self.wrong(path, "medicines are matched with `medicine: {class: [...]}`")

    def yes_no(self, name: str, value: Any, path: DataPath) -> c.Condition:
        """`fatigue: yes`"""
        if not isinstance(value, str | bool) or value not in YES_NO:
            return self.wrong(path, f"`{name}` is a yes/no question; {echo(value)} should be yes or no")
        return c.Yes(name) if YES_NO[value] else c.Not(c.Yes(name))

    def choice(self, name: str, kind: Choice, value: Any, path: DataPath) -> c.Condition:
        """`sex: [female, not said]`"""
        if not isinstance(value, list) or not value or not all(item in kind.options for item in value):
            return self.wrong(path, f"`{name}` needs a list of {', '.join(kind.options)}")
        return c.OneOf(name, tuple(value))

    def number(self, name: str, kind: Number, value: Any, path: DataPath) -> c.Condition:
        """`potassium: {below: 3.5}` or `potassium: reported`"""
        if value == "reported":
            return c.Reported(name)
        if not isinstance(value, dict) or not value:
            return self.wrong(path, f"`{name}` is a number; use `reported` or `below`, `at_most`, `above`, `at_least`")
        parts: list[c.Condition] = []
        for word, limit in value.items():
            here = (*path, word)
            if word not in COMPARISONS:
                return self.wrong(here, f"`{word}` is not a comparison{self.document.hints(word, COMPARISONS)}")
            parts.append(c.Compare(name, COMPARISONS[word], self.within(name, kind, limit, here)))
        return parts[0] if len(parts) == 1 else c.AllOf(tuple(parts))

    def within(self, name: str, kind: Number, value: Any, path: DataPath) -> float:
        """A limit of an answer of this kind, which some answer must be able to reach."""
        number = self.limit(name, kind, value, path)
        if number < kind.low or number > kind.high:
            shown = int(number) if number.is_integer() else number
            reach = f"{kind.low:g} to {kind.high:g} {kind.unit}".strip()
            self.wrong(path, f"{echo(shown)} is outside what can be answered ({reach})")
        return number

    def limit(self, field: str, kind: Number, value: Any, path: DataPath) -> float:
        """A number, or `$name` of a setting; `WRONG`, with the problem noted, when it is neither."""
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
        if isinstance(value, str) and value.startswith("$"):
            name = value[1:]
            if name in self.vocabulary.settings:
                return self.setting(self.vocabulary.settings[name], field, kind, path)
            hint = self.document.hints(name, self.vocabulary.settings)
            self.wrong(path, f"there is no setting `{name}`{hint}")
            return WRONG
        unit = f"; limits are plain numbers, in {kind.unit}" if isinstance(value, str) and kind.unit else ""
        self.wrong(path, f"{echo(value)} is not a number and no `$setting`{unit}")
        return WRONG

    def setting(self, setting: Setting, field: str, kind: Number, path: DataPath) -> float:
        """A named limit, which must be in the unit of the answer: in another one its number says something else."""
        if not kind.unit or setting.unit == kind.unit:
            return setting.value
        given = f"`${setting.id}` is in {on_one_line(setting.unit) or 'no unit'}, but `{field}` is in {kind.unit}"
        self.wrong(path, f"{given}; give the limit in {kind.unit}, with `unit: {kind.unit}`")
        return WRONG
