"""The project's own cases, all at once: those kept with the rules, and the vignettes with what is expected of them.

Each case is one bit of an integer, so a changed rule is tried on all of them in a few operations.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from screener.case.files import read_case
from screener.engine.facts import Facts, facts_of
from screener.logic.condition import Atom
from screener.logic.kleene import Kleene
from screener.logic.sets import Logic, SetPair
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Place
from screener.shipped import examples_folder
from screener.workbench.cases import refused
from screener.workbench.space.pairs import Drawn, at_least, draw


@dataclass(frozen=True)
class ProjectCase:
    """One case, with what it expects.

    Attributes:
        name: the rule it is kept with, or the vignette's file.
        answers: as a case file writes them.
        place: where it is.
        rule: the rule it is about, or None for a vignette.
        expect: what the rule does: True fires, False silent, None possible.
        statuses: of findings and flags, for a vignette: raised (or suppressed), possible, and all others ruled out.
        urgency: expected of a vignette, or empty.
    """

    name: str
    answers: dict[str, Any]
    place: Place
    rule: str | None = None
    expect: Kleene = None
    statuses: dict[str, Kleene] = field(default_factory=dict)
    urgency: str = ""


def rule_cases(book: RuleBook) -> list[ProjectCase]:
    """The cases kept with the rules, without those whose answers are refused."""
    expects: dict[str, Kleene] = {"fires": True, "silent": False, "possible": None}
    return [
        ProjectCase(rule.id, case.answers, case.place, rule.id, expects[case.expect])
        for rule in book.rules
        for case in rule.cases
        if not refused(case.answers, book)
    ]


def vignettes(book: RuleBook, folder: Path | None) -> list[ProjectCase]:
    """The vignettes in a folder that expect statuses of the whole rule book."""
    found: list[ProjectCase] = []
    for path in sorted(folder.glob("*.expected.yaml")) if folder else []:
        expected = yaml.safe_load(path.read_text(encoding="utf-8"))["expected"]
        if "rejected" in expected:
            continue
        case = path.with_name(path.name.replace(".expected.yaml", ".json"))
        statuses: dict[str, Kleene] = dict.fromkeys([*book.findings, *book.flags], False)
        for word, value in (("raised", True), ("suppressed", True), ("possible", None)):
            statuses.update(dict.fromkeys(expected["all"][word], value))
        answers = read_case(str(case), book.fields).answers()
        urgency = expected["all"].get("urgency", "")
        found.append(ProjectCase(case.name, answers, Place(case.name, 1, 1), statuses=statuses, urgency=urgency))
    return found


@dataclass(frozen=True)
class Packed:
    """Cases as bits: bit `i` of a set says that case `i` is in it.

    Attributes:
        known: what conditions read, case by case, where that is known; it is read from the answers where it is not.
        atoms: where an answer is so, and where not, as far as that was looked at.
    """

    book: RuleBook
    cases: Sequence[ProjectCase]
    known: Sequence[Facts] | None = field(default=None, repr=False)
    atoms: dict[Atom, SetPair[int]] = field(default_factory=dict, repr=False)

    @cached_property
    def facts(self) -> Sequence[Facts]:
        """What conditions read, case by case."""
        if self.known is not None:
            return self.known
        return [facts_of(self.book.intake.read(case.answers), self.book) for case in self.cases]

    @cached_property
    def everything(self) -> int:
        """All cases."""
        return (1 << len(self.cases)) - 1

    @cached_property
    def logic(self) -> Logic[int]:
        """Kleene's logic over sets of cases."""
        return Logic(self.everything, 0, self.atom)

    def atom(self, atom: Atom) -> SetPair[int]:
        """The cases in which an answer is so, and those in which it is certainly not."""
        if atom not in self.atoms:
            self.atoms[atom] = as_pair(enumerate(facts.truth(atom) for facts in self.facts))
        return self.atoms[atom]

    @cached_property
    def drawn(self) -> Drawn[int]:
        """Where each rule and conclusion is proved and refuted."""
        return draw(self.book, self.logic)

    @cached_property
    def expectations(self) -> list[tuple[str, str, SetPair[int], int]]:
        """For each rule or conclusion that a case is about: its kind, its id, where it is expected, and which cases."""
        wanted: dict[tuple[str, str], list[tuple[int, Kleene]]] = {}
        for number, case in enumerate(self.cases):
            if case.rule is not None:
                wanted.setdefault(("rule", case.rule), []).append((number, case.expect))
            for name, value in case.statuses.items():
                wanted.setdefault(("conclusion", name), []).append((number, value))
        return [
            (kind, name, as_pair(found), sum(1 << number for number, _ in found))
            for (kind, name), found in wanted.items()
        ]

    def surprised(self, drawn: Drawn[int]) -> int:
        """The cases that expect something else than what a (changed) rule book gives."""
        found = 0
        for kind, name, expected, about in self.expectations:
            got = (drawn.rules if kind == "rule" else drawn.conclusions)[name]
            found |= ((got.proved ^ expected.proved) | (got.refuted ^ expected.refuted)) & about
        for level, at_least_this in self.urgencies.items():
            found |= (at_least(self.book, level, drawn.conclusions, 0) ^ at_least_this) & self.with_urgency
        return found

    @cached_property
    def with_urgency(self) -> int:
        """The cases that expect an urgency."""
        return bits(bool(case.urgency) for case in self.cases)

    @cached_property
    def urgencies(self) -> dict[str, int]:
        """For each level the cases that expect this urgency or a higher one."""
        levels = self.book.levels
        return {
            level: bits(case.urgency in levels[number:] for case in self.cases)
            for number, level in enumerate(levels[1:], 1)
        }


def bits(flags: Iterable[bool]) -> int:
    """Bit `i` for each true value at place `i`."""
    return sum(1 << number for number, flag in enumerate(flags) if flag)


def as_pair(values: Iterable[tuple[int, Kleene]]) -> SetPair[int]:
    """The numbers of those that are true, and of those that are false, as bits."""
    found = {True: 0, False: 0, None: 0}
    for number, value in values:
        found[value] |= 1 << number
    return SetPair(found[True], found[False])


def project_cases(book: RuleBook, rules: Path | None = None, folder: Path | None = None) -> Packed:
    """The cases kept with the rules, and the vignettes of a folder.

    Args:
        book: the whole rule book.
        rules: the folder it came from; None for the program's own, whose vignettes are then taken too.
        folder: vignettes: `NAME.json` with `NAME.expected.yaml` next to it.
    """
    if folder is None and rules is None:
        nearby = examples_folder() / "vignettes"
        folder = nearby if nearby.is_dir() else None
    return Packed(book, (*rule_cases(book), *vignettes(book, folder)))
