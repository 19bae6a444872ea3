"""From columns of answers to the bit planes of the atoms that conditions read.

What `screener.engine.facts` does for one case is done here for many: a follow-up question that can no longer
be asked counts as no, and the medicines that were named become marks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from screener.case.bound import SIGNS, Bound
from screener.case.fields import Fields
from screener.engine.columnar.columns import EXACTLY, NO, NO_CHOICE, YES, Columns, MedicineColumn
from screener.logic import condition as c
from screener.logic.planes import (
    Pair,
    conjunction,
    disjunction,
    exact,
    negation,
    ones,
    pack,
    pack_all,
    planes_of,
    words,
    zeros,
)
from screener.logic.planes import at_least as counted_pair
from screener.rulebook.book import RuleBook
from screener.rulebook.medicine.table import MedicineTable

Answers: TypeAlias = dict[str, Pair]  # the planes of the yes/no fields
Masks: TypeAlias = NDArray[np.uint64]

# those with NaN (not reported) are false, as the meaning demands
COMPARISONS: Final = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}
MASK_BITS: Final = 64
MOST_NAMES_KEPT: Final = 100_000  # medicine names whose marks are remembered between chunks


def combined(condition: c.Condition, parts: Sequence[Pair], length: int) -> Pair:
    """The planes of a condition that is no atom, from those of its parts.

    Args:
        condition: `all`, `any`, `not` or `at_least`.
        parts: the planes of its parts, in the order of `children`.
        length: of a plane, in words.
    """
    match condition:
        case c.Not():
            return negation(parts[0])
        case c.AllOf():
            return conjunction(parts, length)
        case c.AnyOf():
            return disjunction(parts, length)
        case c.AtLeast(count=count):
            return counted_pair(count, parts, length)
    raise AssertionError(f"{condition} is an atom")  # pragma: no cover - callers resolve atoms themselves


def unknown(length: int) -> Pair:
    """A value that is unknown for every case."""
    return Pair(zeros(length), ones(length))


class AtomReader:
    """Makes the planes of atoms; keeps what it learnt about medicine names for the next chunk.

    Args:
        book: whose follow-up questions and medicine table count.
        atoms: every atom whose planes will be asked for.
    """

    def __init__(self, book: RuleBook, atoms: Sequence[c.Atom]) -> None:
        self.atoms = tuple(atoms)
        self.fields = book.fields
        self.followups = tuple((name, show_if) for name, show_if in book.followups if name in self.fields.yes_no)
        self.marks = MarkReader(book.medicines, [atom for atom in atoms if isinstance(atom, c.Takes)])

    def answers(self, columns: Columns) -> Answers:
        """The planes of the yes/no fields, before follow-ups."""
        names = list(columns.yes_no)
        if not names:
            return {}
        codes = np.stack([columns.yes_no[name] for name in names])
        planes = zip(pack_all(codes == YES), pack_all(codes != NO), strict=True)
        return {name: Pair(*pair) for name, pair in zip(names, planes, strict=True)}

    def fixed(self, columns: Columns) -> dict[c.Atom, Pair]:
        """The planes of all atoms but those of yes/no fields: follow-ups do not change them."""
        return self.plain(columns) | self.marks.planes(columns)

    def plain(self, columns: Columns) -> dict[c.Atom, Pair]:
        """The planes of the atoms on numbers and choices."""
        return {atom: pair for atom in self.atoms if (pair := plain_atom(atom, columns, self.fields))}

    def imply(self, answers: Answers, columns: Columns) -> Answers:
        """The planes of the yes/no fields with every follow-up that does not apply answered no.

        In the order in which they are asked, each reading those before it; none reads medicines or conclusions.
        """
        length = words(columns.count)
        answers = dict(answers)

        def resolve(condition: c.Condition) -> Pair:
            match condition:
                case c.Yes(name):
                    return answers.get(name) or unknown(length)
                case c.Compare() | c.Reported() | c.OneOf():
                    return plain_atom(condition, columns, self.fields) or unknown(length)
            return combined(condition, list(map(resolve, c.children(condition))), length)

        for name, show_if in self.followups:
            own = answers.get(name) or unknown(length)
            answers[name] = Pair(own.certain, own.certain | (own.possible & resolve(show_if).possible))
        return answers


def plain_atom(atom: c.Atom, columns: Columns, fields: Fields) -> Pair | None:
    """The planes of an atom on a number or a choice; None for other atoms."""
    match atom:
        case c.Compare(name, operator, limit):
            values = columns.numbers.get(name)
            if values is None:
                return exact(zeros(words(columns.count)))
            truth = COMPARISONS[operator](values, limit)
            return _beyond(truth, values, columns.signs[name], atom) if name in columns.signs else exact(pack(truth))
        case c.Reported(name):
            values = columns.numbers.get(name)
            return exact(zeros(words(columns.count)) if values is None else pack(~np.isnan(values)))
        case c.OneOf(name, wanted):
            places = columns.choices.get(name)
            if places is None:
                return unknown(words(columns.count))
            options = fields.options(name)
            chosen = np.isin(places, [options.index(word) for word in wanted if word in options])
            return Pair(pack(chosen), pack(chosen | (places == NO_CHOICE)))
    return None


def _beyond(truth: NDArray[np.bool_], limits: NDArray[np.float64], signs: NDArray[np.int8], atom: c.Compare) -> Pair:
    """The planes of a comparison on numbers of which some are only known to lie beyond a limit."""
    certain, possible = truth.copy(), truth.copy()
    for place in np.flatnonzero(signs != EXACTLY).tolist():
        value = Bound(SIGNS[signs[place]], float(limits[place])).compared(atom.operator, atom.limit)
        certain[place], possible[place] = value is True, value is not False
    return Pair(pack(certain), pack(possible))


class MarkReader:
    """The planes of the medicine atoms.

    Every name is looked up once. What it means is a row of bits, one for each atom; the rows of a case's medicines are
    joined with OR, and then turned into planes.
    """

    def __init__(self, table: MedicineTable, atoms: Sequence[c.Takes]) -> None:
        self.table = table
        self.atoms = tuple(atoms)
        self.width = max(1, -(-len(self.atoms) // MASK_BITS))
        self.timed = {index: atom.months for index, atom in enumerate(self.atoms) if atom.months is not None}
        self.known: dict[str, Masks] = {}

    def planes(self, columns: Columns) -> dict[c.Atom, Pair]:
        """The planes of each atom."""
        length = words(columns.count)
        column = columns.medicines
        if column is None:
            return {atom: unknown(length) for atom in self.atoms}
        open_cases = pack(~column.known)
        certain, possible = self.entry_masks(column)
        below = planes_of(_by_case(certain, column.counts))
        above = planes_of(_by_case(possible, column.counts)) if self.timed else below
        return {atom: Pair(below[index], above[index] | open_cases) for index, atom in enumerate(self.atoms)}

    def entry_masks(self, column: MedicineColumn) -> tuple[Masks, Masks]:
        """For every entry the atoms that it makes true, and those that it may make true."""
        meaning = np.zeros((len(column.vocabulary), self.width), np.uint64)
        for place in np.flatnonzero(np.bincount(column.names, minlength=1)).tolist():
            meaning[place] = self.mask(column.vocabulary[place])
        possible = meaning[column.names]
        if not self.timed:
            return possible, possible
        certain = possible.copy()
        open_months = np.isnan(column.months)
        for index, limit in self.timed.items():
            word, bit = index // MASK_BITS, np.uint64(1 << index % MASK_BITS)
            long_enough = column.months >= limit
            if self.atoms[index].unknown_counts:
                long_enough |= open_months
            certain[~long_enough, word] &= ~bit
            possible[~(long_enough | open_months), word] &= ~bit
        return certain, possible

    def mask(self, name: str) -> Masks:
        """The atoms that a medicine of this name matches, whatever the months."""
        found = self.known.get(name)
        if found is None:
            if len(self.known) >= MOST_NAMES_KEPT:
                self.known.clear()
            marks = self.table.match(name).marks
            found = self.known[name] = np.zeros(self.width, np.uint64)
            for index, atom in enumerate(self.atoms):
                if not marks.isdisjoint(atom.marks):
                    found[index // MASK_BITS] |= np.uint64(1 << index % MASK_BITS)
        return found


def _by_case(masks: Masks, counts: NDArray[np.int64]) -> Masks:
    """Join the masks of each case's entries; rows of 0 for cases without entries."""
    result = np.zeros((len(counts), masks.shape[1]), np.uint64)
    filled = np.flatnonzero(counts)
    if len(filled):
        starts = np.cumsum(counts)[filled] - counts[filled]
        result[filled] = np.bitwise_or.reduceat(masks, starts, axis=0)
    return result


def yes_atoms(atoms: Sequence[c.Atom], answers: Mapping[str, Pair], length: int) -> dict[c.Atom, Pair]:
    """The planes of the atoms on yes/no fields."""
    return {atom: answers.get(atom.field) or unknown(length) for atom in atoms if isinstance(atom, c.Yes)}
