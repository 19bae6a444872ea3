"""The answers gathered from a record, each with the resources it came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from screener.case.answers import Kind
from screener.case.fields import Fields
from screener.errors import FieldProblem
from screener.records.coverage import Seen


@dataclass
class Gathered:
    """What a record says, field by field.

    Attributes:
        fields: what can be answered; what a record says about other fields is passed over.
        recorded: what a record can have a value of: the fields, and the measures that are read for others.
        answers: values as a case file writes them.
        sources: the resources each answer came from, such as `Observation/k-2`.
        problems: what could not be read; the answer is omitted, the case is kept.
        notes: how the record was read, in plain words.
        seen: what the record held, for the coverage.
        explains: whether anybody reads the notes.
    """

    fields: Fields
    recorded: Mapping[str, Kind]
    answers: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, list[str]] = field(default_factory=dict)
    problems: list[FieldProblem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seen: Counter[Seen] = field(default_factory=Counter)
    explains: bool = True

    def say(self, name: str, value: Any, sources: Iterable[str]) -> None:
        """Record an answer; saying the same again adds its sources."""
        if name not in self.fields:
            return
        try:
            self.fields[name].check(value)
        except ValueError as error:  # a book of one's own may mean something else by the name
            self.problem(name, f"{error}; left out")
            return
        self.answers[name] = value
        kept = self.sources.setdefault(name, [])
        kept += [source for source in dict.fromkeys(sources) if source not in kept]

    def problem(self, where: str, message: str) -> None:
        """Record what could not be read."""
        self.problems.append(FieldProblem(where, message))

    def note(self, text: str) -> None:
        """Record how something was read, once."""
        if self.explains and text not in self.notes:
            self.notes.append(text)
