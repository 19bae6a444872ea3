"""What a rule does for people: what the project's cases would see without it, by `screener rules diff`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Final

from screener.printable import on_one_line
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Rule
from screener.workbench.diff.cases import shift
from screener.workbench.projectcases import Packed, ProjectCase, project_cases
from screener.workbench.prove.prove import written
from screener.workbench.space.pairs import draw

MOST: Final = 4  # changes of one person that are told
UNSEEN: Final = {"possible", "ruled-out"}  # of a flag that is no caution


class Effects:
    """What each rule of a book does for the project's cases.

    Args:
        book: with its rules' own cases.
        rules: the folder it came from; None for the program's own.
        folder: more cases: vignettes.
    """

    def __init__(self, book: RuleBook, rules: Path | None, folder: Path | None = None) -> None:
        self.book = book
        self.packed: Packed = project_cases(book, rules, folder)
        self.cautions = {flag.id for flag in book.flags.values() if flag.fail_safe}

    def of(self, rule: Rule) -> str:
        """What would change for whom if the rule were not there."""
        without = replace(self.book, rules=tuple(one for one in self.book.rules if one.id != rule.id))
        changed = self._differing(without)
        count, total = changed.bit_count(), f"{len(self.packed.cases)} example cases"
        if not count:
            return f"Without it, none of {total} would see anything else."
        told = " ".join(self._told(changed, without))
        return f"Without it, {count} of {total} would see something else. {told}".strip()

    def _differing(self, without: RuleBook) -> int:
        """The cases in which what people see is something else without a rule, as bits.

        They see the flags that are raised, those that are merely possible where they are cautions, and the urgency.
        """
        before, after = self.packed.drawn, draw(without, self.packed.logic)
        found = 0
        for name, pair in before.conclusions.items():
            other = after.conclusions[name]
            if name not in self.book.findings:
                found |= pair.proved ^ other.proved
            if name in self.cautions:
                found |= pair.refuted ^ other.refuted
        return found

    def _told(self, changed: int, without: RuleBook) -> Iterator[str]:
        """People for whom something would be otherwise: one with few answers, and one whose whole story is told."""
        cases = [case for number, case in enumerate(self.packed.cases) if changed >> number & 1]
        short = sorted((case for case in cases if case.rule), key=lambda case: len(case.answers))
        for group in (short, [case for case in cases if not case.rule]):
            yield from islice(filter(None, (self._one(case, without) for case in group)), 1)

    def _one(self, case: ProjectCase, without: RuleBook) -> str:
        intake = self.book.intake.read(case.answers)
        found = shift(case.name, intake, self.book, without)
        seen = [change for change in found.changes if self._is_seen(*change)] if found else []
        if not seen:
            return ""
        who = written(case.answers) if case.rule else case.name.removesuffix(".json")
        told = "; ".join(f"{self._called(name)}: {after} instead of {before}" for name, before, after in seen[:MOST])
        more = len(seen) - MOST
        return f"{on_one_line(who)}: {told}{f' and {more} more' if more > 0 else ''}."

    def _is_seen(self, name: str, before: str, after: str) -> bool:
        """Whether people see that a status is another one."""
        return name not in self.book.findings and (name in self.cautions or {before, after} != UNSEEN)

    def _called(self, name: str) -> str:
        return f"“{self.book.flags[name].title}”" if name in self.book.flags else name
