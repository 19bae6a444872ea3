"""Which single answer could settle what is still possible: each unanswered field is tried with each of its answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

import numpy as np

from screener.case.fields import MEDICINES
from screener.engine.columnar.atoms import yes_atoms
from screener.engine.columnar.columns import Columns
from screener.engine.columnar.engine import ColumnarEngine, Outcomes
from screener.logic.condition import Atom, Takes, fields
from screener.logic.planes import Pair, Plane, bits, exact, words, zeros


class Settler:
    """Counts, for every conclusion and field, the possible cases that an answer to this field alone could settle.

    For medicines the one answer that is tried is "none": which ones somebody takes cannot be enumerated.
    """

    def __init__(self, engine: ColumnarEngine) -> None:
        self.engine = engine
        self.fields = engine.book.fields
        self.shown = (*engine.book.findings, *engine.book.flags)

    @cached_property
    def tried(self) -> tuple[str, ...]:
        """The fields that some rule or follow-up question reads and that can be unknown."""
        read = set(self.engine.book.fields_read)
        for _, show_if in self.engine.book.followups:
            read |= fields(show_if)
        medicines = (MEDICINES,) if self.fields.has_medicines else ()
        return tuple(name for name in (*self.fields.yes_no, *self.fields.choices, *medicines) if name in read)

    def count(self, columns: Columns, outcomes: Outcomes) -> Counter[str]:
        """The counts, by `conclusion field`."""
        found: Counter[str] = Counter()
        still = {name: plane for name in self.shown if (plane := outcomes.possible(name)).any()}
        if still:
            fixed = self.engine.reader.fixed(columns)
            for name in self.tried:
                for conclusion, plane in self._settled(name, columns, fixed, still).items():
                    if count := bits(plane):
                        found[f"{conclusion} {name}"] += count
        return found

    def _settled(
        self, name: str, columns: Columns, fixed: Mapping[Atom, Pair], still: Mapping[str, Plane]
    ) -> dict[str, Plane]:
        """Where an answer to one field settles each of the conclusions."""
        settled = {conclusion: zeros(len(plane)) for conclusion, plane in still.items()}
        for known in self._answered(name, columns, fixed):
            values = self.engine.conclude(columns.count, known).values
            for conclusion, plane in still.items():
                value = values[conclusion]
                settled[conclusion] |= plane & ~(value.possible & ~value.certain)
        return settled

    def _answered(self, name: str, columns: Columns, fixed: Mapping[Atom, Pair]) -> Iterator[Mapping[Atom, Pair]]:
        """The planes of the atoms with each answer to a field where it has none."""
        reader, length = self.engine.reader, words(columns.count)
        if name in self.fields.yes_no:
            answers = reader.answers(columns)
            own = answers.get(name) or Pair(zeros(length), ~zeros(length))
            for plane in (own.certain, own.possible):
                implied = reader.imply({**answers, name: exact(plane)}, columns)
                yield {**fixed, **yes_atoms(self.engine.atoms, implied, length)}
        elif name == MEDICINES:
            answers = reader.imply(reader.answers(columns), columns)
            none = {atom: exact(pair.certain) if isinstance(atom, Takes) else pair for atom, pair in fixed.items()}
            yield {**none, **yes_atoms(self.engine.atoms, answers, length)}
        else:
            yield from self._chosen(name, columns, fixed)

    def _chosen(self, name: str, columns: Columns, fixed: Mapping[Atom, Pair]) -> Iterator[Mapping[Atom, Pair]]:
        reader = self.engine.reader
        places = columns.choices.get(name)
        known = places if places is not None else np.full(columns.count, -1, np.int8)
        for place in range(len(self.fields.options(name))):
            choices = {**columns.choices, name: np.where(known < 0, np.int8(place), known)}
            tried = replace(columns, choices=choices)
            answers = reader.imply(reader.answers(tried), tried)
            yield {**fixed, **reader.plain(tried), **yes_atoms(self.engine.atoms, answers, words(columns.count))}
