"""The rule book as Polars expressions over the columns of a Parquet file: for orientation, no rule engine.

Polars has Kleene's logic in its nulls, so the conditions can be written as they are. What the medicines mean is looked
up before (each name in the file once), and there are no months: the records have none. Nothing is checked: neither
ranges, nor words, nor names.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import reduce
from importlib import import_module
from operator import and_, or_
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from screener.case.answers import YesNo
from screener.case.intake import Intake
from screener.logic.condition import (
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Concluded,
    Condition,
    Not,
    OneOf,
    Reported,
    Takes,
    Yes,
)
from screener.rulebook.book import RuleBook

FIELDS = Intake.fields

MEDICINE = "medicine "  # columns that say whether a case has this medicine


class Frames:
    """Screens a Parquet file with Polars on one thread."""

    def __init__(self, book: RuleBook, source: Path) -> None:
        os.environ.setdefault("POLARS_MAX_THREADS", "1")  # read when it is imported
        self.pl: Any = import_module("polars")
        self.book = book
        lists = pq.read_table(source, columns=["medicines"])["medicines"]
        self.marks = {name: book.medicines.match(name).marks for name in pc.list_flatten(lists).unique().to_pylist()}
        self.source = source

    def run(self, output: Path) -> None:
        """Write for each case a boolean for every conclusion that is proved."""
        pl, frame = self.pl, self.pl.scan_parquet(self.source)
        held = [pl.col("medicines").list.contains(name).alias(MEDICINE + name) for name in self.marks]
        frame = frame.with_columns(held)
        for name, show_if in self.book.followups:
            if isinstance(FIELDS[name], YesNo):
                never = pl.col(name).is_null() & ~self.asked(show_if)
                frame = frame.with_columns(pl.when(never).then(False).otherwise(pl.col(name)).alias(name))
        for names in self.levels():
            frame = frame.with_columns(self.conclusion(name).alias(name) for name in names)
        proved = [pl.col(name).fill_null(False) for name in self.book.order]
        frame.select("case_id", *proved).sink_parquet(output)

    def levels(self) -> list[list[str]]:
        """The conclusions, those that read none of the others first."""
        depth: dict[str, int] = {}
        for name in self.book.order:
            depth[name] = 1 + max((depth[read] for read in self.book.reads(name)), default=-1)
        return [[name for name in depth if depth[name] == level] for level in range(max(depth.values()) + 1)]

    def conclusion(self, name: str) -> Any:
        return self.any([self.expression(rule.condition) for rule in self.book.rules_for[name]])

    def asked(self, show_if: Condition) -> Any:
        """Whether a question is asked; medicines count as unknown there."""
        return self.expression(show_if, lambda _: self.pl.lit(None, self.pl.Boolean))

    def all(self, parts: Sequence[Any]) -> Any:
        return reduce(and_, parts, self.pl.lit(True)) if len(parts) != 1 else parts[0]

    def any(self, parts: Sequence[Any]) -> Any:
        return reduce(or_, parts, self.pl.lit(False)) if len(parts) != 1 else parts[0]

    def expression(self, condition: Condition, takes: Callable[[Takes], Any] | None = None) -> Any:
        """A condition; null is unknown."""
        match condition:
            case Not(part):
                return ~self.expression(part, takes)
            case AllOf(parts):
                return self.all([self.expression(part, takes) for part in parts])
            case AnyOf(parts):
                return self.any([self.expression(part, takes) for part in parts])
            case AtLeast(count, parts):
                return self.at_least(count, [self.expression(part, takes) for part in parts])
            case Takes():
                return (takes or self.takes)(condition)
            case Concluded(name):
                return self.pl.col(name)
            case _:
                return self.answer(condition)

    def at_least(self, count: int, parts: list[Any]) -> Any:
        certain, possible = (self.pl.sum_horizontal(p.fill_null(value) for p in parts) for value in (False, True))
        unknown = self.pl.lit(None, self.pl.Boolean)
        return self.pl.when(certain >= count).then(True).when(possible < count).then(False).otherwise(unknown)

    def answer(self, atom: Condition) -> Any:
        """An atom on a yes/no field, a number or a choice."""
        col = self.pl.col
        match atom:
            case Yes(name):
                return col(name)
            case Compare(name, "<", limit):
                return (col(name) < limit).fill_null(False)
            case Compare(name, "<=", limit):
                return (col(name) <= limit).fill_null(False)
            case Compare(name, ">", limit):
                return (col(name) > limit).fill_null(False)
            case Compare(name, ">=", limit):
                return (col(name) >= limit).fill_null(False)
            case Reported(name):
                return col(name).is_not_null()
            case OneOf(name, options):
                return self.any([col(name) == option for option in options])
        raise TypeError(atom)

    def takes(self, atom: Takes) -> Any:
        """A medicine with one of the marks; nothing is known of months, which for some rules is long enough."""
        matching = [self.pl.col(MEDICINE + name) for name, marks in self.marks.items() if marks & set(atom.marks)]
        none = self.pl.col("medicines").list.len() < 0  # false, or null where the list is
        taken = self.any([none, *matching])
        return taken if atom.months is None else taken & self.pl.lit(atom.long_enough(None), self.pl.Boolean)
