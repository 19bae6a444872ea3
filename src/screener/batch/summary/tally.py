"""Counts over cases, from which the summary is made. Tallies of chunks add up to the tally of the whole.

Which single answer could settle what is still possible is counted by trying each unanswered field with each of its
answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Final

import numpy as np
from msgspec import Struct, field

from screener.batch.reading.record import Decoded
from screener.case.fields import MEDICINES
from screener.engine.columnar.atoms import unknown, yes_atoms
from screener.engine.columnar.columns import Columns, MedicineColumn
from screener.engine.columnar.engine import ColumnarEngine, Outcomes
from screener.logic.condition import Atom, Takes, fields
from screener.logic.planes import Pair, Plane, bits, bits_of_all, exact, words, zeros
from screener.rulebook.book import RuleBook
from screener.rulebook.medicine import result as medicine
from screener.rulebook.medicine.table import MedicineTable

MOST_EXTRAS: Final = 1000  # names of fields passed over that are kept
LONGEST_NAME: Final = 200  # characters of such a name


class Tally(Struct):
    """How many cases.

    Attributes:
        results: accepted cases.
        rejects: refused records.
        empty: rows of CSV with nothing in them, which are no records.
        raised: by finding or flag, the cases in which it is raised.
        possible: the same where it is possible.
        suppressed: the same where a stronger flag hides it.
        urgency: by level.
        could_be: by the highest level that an unknown answer could still make it.
        fired: by rule, the cases in which it fired.
        alone: by rule, the cases in which no other rule gave its conclusion.
        settles: by conclusion and field, `id field`: the cases in which the conclusion is possible and an answer to
            this one field could settle it.
        medicines: by what came of it (`recognised`, `close-to` …), mentions of parts of medicine names.
        unrecognized: by what was written, mentions of medicines that the table does not know and nothing is close to.
        close_to: by what was written and what is close to it, mentions of medicines that were not used.
        needs_name: by what was written, mentions of lay names and of names that mean two things.
        confirmed: by what was written and what a person said is meant, mentions that were read so.
        refused: by field, the records refused for it (empty for a record that could not be read).
        extras: names of fields that were passed over; of very many, those that come first in the alphabet.
        codes: by how it was read (`NA = missing`, `magnesium in mg/dL`, `magnesium without --unit`), values.
    """

    results: int = 0
    rejects: int = 0
    empty: int = 0
    raised: Counter[str] = field(default_factory=Counter)
    possible: Counter[str] = field(default_factory=Counter)
    suppressed: Counter[str] = field(default_factory=Counter)
    urgency: Counter[str] = field(default_factory=Counter)
    could_be: Counter[str] = field(default_factory=Counter)
    fired: Counter[str] = field(default_factory=Counter)
    alone: Counter[str] = field(default_factory=Counter)
    settles: Counter[str] = field(default_factory=Counter)
    medicines: Counter[str] = field(default_factory=Counter)
    unrecognized: Counter[str] = field(default_factory=Counter)
    close_to: Counter[str] = field(default_factory=Counter)
    needs_name: Counter[str] = field(default_factory=Counter)
    confirmed: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    extras: set[str] = field(default_factory=set)
    codes: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Add the counts of other cases."""
        for name in self.__struct_fields__:
            mine, theirs = getattr(self, name), getattr(other, name)
            if isinstance(mine, Counter | set):
                mine.update(theirs)
            else:
                setattr(self, name, mine + theirs)
        self.few_extras()

    def few_extras(self) -> None:
        """Forget names that were passed over when there are very many: memory must not grow with the input."""
        if len(self.extras) > MOST_EXTRAS:
            self.extras = set(sorted(self.extras)[:MOST_EXTRAS])

    def count_records(self, decoded: Decoded) -> None:
        """Count what was read."""
        self.results += len(decoded.lines)
        self.rejects += len(decoded.rejects)
        self.empty += decoded.empty
        self.extras |= {name[:LONGEST_NAME] for name in decoded.extras}
        self.few_extras()
        self.codes.update(decoded.used)
        for reject in decoded.rejects:
            self.refused.update({problem.field.split(".")[0] for problem in reject.problems})

    def count_outcomes(self, outcomes: Outcomes) -> None:
        """Count what was concluded."""
        book = outcomes.book
        names = (*book.findings, *book.flags)
        _count(self.raised, {name: outcomes.raised(name) for name in names})
        _count(self.possible, {name: outcomes.possible(name) for name in names})
        _count(self.suppressed, {name: outcomes.suppressed(name) for name in names})
        for counter, levels in ((self.urgency, outcomes.urgency), (self.could_be, outcomes.urgency_could_be)):
            for level, count in zip(book.levels, np.bincount(levels, minlength=len(book.levels)).tolist(), strict=True):
                counter[level] += count
        self.count_rules(book, outcomes)

    def count_rules(self, book: RuleBook, outcomes: Outcomes) -> None:
        """Count the rules that fired, and those that did so alone."""
        alone: dict[str, Plane] = {}
        for rules in book.rules_for.values():
            planes = [outcomes.fired[rule.id] for rule in rules]
            several = _twice(planes, words(outcomes.count))
            alone.update((rule.id, plane & ~several) for rule, plane in zip(rules, planes, strict=True))
        _count(self.fired, outcomes.fired)
        _count(self.alone, alone)

    def count_medicines(self, column: MedicineColumn | None, table: MedicineTable) -> None:
        """Count what the names of medicines were understood as."""
        if column is None:
            return
        mentions = np.bincount(column.names, minlength=len(column.vocabulary))
        for place in np.flatnonzero(mentions).tolist():
            self.count_match(table.match(column.vocabulary[place]), int(mentions[place]))

    def count_match(self, match: medicine.Match, mentions: int) -> None:
        """Count the parts of one name, so many times."""
        for result in match.results:
            self.medicines[result.came_of] += mentions
            match result:
                case medicine.CloseTo(typed=typed, names=names):
                    close = " or ".join(name.name for name in names)
                    self.close_to[f"{' '.join(typed.casefold().split())} -> {close}"] += mentions
                case medicine.AskWhich(typed=typed):
                    self.needs_name[typed] += mentions
                case medicine.NotRecognised(typed=typed) | medicine.PartOnly(typed=typed):
                    self.unrecognized[typed] += mentions
        for typed, meant in match.confirmed:
            self.confirmed[f"{typed} -> {meant}"] += mentions


def _count(counter: Counter[str], planes: Mapping[str, Plane]) -> None:
    for name, count in zip(planes, bits_of_all(list(planes.values())), strict=True):
        counter[name] += count


def _twice(planes: Iterable[Plane], length: int) -> Plane:
    """Where at least two planes of a length have their bit."""
    once, twice = zeros(length), zeros(length)
    for plane in planes:
        twice |= once & plane
        once |= plane
    return twice


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
            own = answers.get(name) or unknown(length)
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
