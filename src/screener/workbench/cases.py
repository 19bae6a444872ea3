"""`screener rules test`: the cases kept with the rules, each run and compared with what it expects.

A case is about its own rule: with these answers (all others unknown) it fires, stays silent, or is possible. `reasons`
may add the ids of the other rules that must be in the chain behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from screener.case.classes import adopt
from screener.case.model import BaseIntake
from screener.engine import reference
from screener.engine.facts import Facts, facts_of
from screener.errors import CaseError, Hints
from screener.logic.condition import Concluded, field_of
from screener.logic.kleene import Kleene, evaluate, open_leaves, support
from screener.logic.order import after_what_it_needs
from screener.report.build import ReportBuilder
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Place, Rule, RuleCase
from screener.workbench.places import Places
from screener.workbench.problem import Problem, problem

Got: TypeAlias = Literal["fires", "possible", "silent", "refused"]
WORDS: Final[dict[Kleene, Got]] = {True: "fires", None: "possible", False: "silent"}


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What became of one case.

    Attributes:
        rule: the rule it is kept with.
        case: the case.
        got: what the rule did; `refused` when the answers are wrong.
        why: the answers and conclusions that decided it, or are open, in words.
        chain: the rules that fired behind it, itself included, in the order of the reasoning.
        missing: reasons that were expected and are not in the chain.
        unexpected: rules in the chain that were not expected (only when reasons are given).
    """

    rule: Rule
    case: RuleCase
    got: Got
    why: tuple[str, ...] = ()
    chain: tuple[Rule, ...] = ()
    missing: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """The rule did what the case says, for the reasons it says."""
        return self.got == self.case.expect and not self.missing and not self.unexpected

    @property
    def place(self) -> Place:
        """Where the case is."""
        return self.case.place

    def lines(self) -> Iterator[str]:
        """A failure in words: what was expected, what came, and the chain."""
        where = f"{self.place.file}:{self.place.line}:{self.place.column}"
        yield f"{where}: `{self.rule.id}` should be `{self.case.expect}` and is `{self.got}`"
        given = ", ".join(f"{name}: {_written(value)}" for name, value in self.case.answers.items())
        yield f"    with      {given}"
        yield f"    because   {'; '.join(self.why) or 'nothing was given that it reads'}"
        if self.case.reasons:
            yield f"    expected  {', '.join(sorted(self.case.reasons))}"
        steps = [f"{rule.id} concludes {rule.concludes}" for rule in self.chain]
        yield f"    chain     {steps[0] if steps else 'no rule behind it fired'}"
        yield from (f"              {step}" for step in steps[1:])
        if self.missing or self.unexpected:
            parts = [("missing", self.missing), ("not expected", self.unexpected)]
            yield "    reasons   " + "; ".join(f"{word}: {', '.join(ids)}" for word, ids in parts if ids)


def run_cases(book: RuleBook, wanted: Iterable[str] = ()) -> list[CaseResult]:
    """Run the cases of these rules (of all rules when none is named), in the order of the book."""
    chosen = set(wanted)
    return [run_case(book, rule, case) for rule in book.rules if not chosen or rule.id in chosen for case in rule.cases]


def run_case(book: RuleBook, rule: Rule, case: RuleCase) -> CaseResult:
    """Run one case of one rule."""
    try:
        facts = facts_of(book.intake.read(case.answers), book)
    except CaseError as error:
        return CaseResult(rule, case, "refused", tuple(error.lines()))
    values = reference.infer(book, facts).values
    value = evaluate(rule.condition, facts.truth, values)
    chain = tuple(_behind(book, rule, facts, values)) if value is True else ()
    others = {step.id for step in chain} - {rule.id}
    expected = set(case.reasons) or others
    why = tuple(_why(rule, facts, values, value))
    missing, unexpected = tuple(sorted(expected - others)), tuple(sorted(others - expected))
    return CaseResult(rule, case, WORDS[value], why, chain, missing, unexpected)


def examined(book: RuleBook, intake: BaseIntake) -> ReportBuilder:
    """A case under a book that is not compiled, such as one that is about to change: by the reference engine.

    Raises:
        CaseError: the case has an answer that the book has no question for, or does not allow.
    """
    adopted = adopt(intake, book.fields)
    facts = facts_of(adopted, book)
    return ReportBuilder(adopted, facts, reference.infer(book, facts), book)


def _why(rule: Rule, facts: Facts, values: Mapping[str, Kleene], value: Kleene) -> Iterator[str]:
    """What decided the rule's condition, or what is still open in it."""
    if value is None:
        for leaf in open_leaves(rule.condition, facts.truth, values):
            yield f"{leaf.id if isinstance(leaf, Concluded) else field_of(leaf)} is open"
        return
    for leaf, wanted in support(rule.condition, facts.truth, values, value):
        if isinstance(leaf, Concluded):
            yield f"{leaf.id} is {'raised' if wanted else 'ruled out'}"
        else:
            name = field_of(leaf)
            yield f"{name} is {_written(facts.values.get(name, sorted(facts.marks or ())))}"


def _behind(book: RuleBook, rule: Rule, facts: Facts, values: Mapping[str, Kleene]) -> Iterator[Rule]:
    """The rules that fired behind a rule, deepest first, then itself; each once."""

    def fired(name: str) -> Iterator[str]:
        for leaf, wanted in support(book.rule[name].condition, facts.truth, values):
            for other in book.rules_for[leaf.id] if isinstance(leaf, Concluded) and wanted else ():
                if evaluate(other.condition, facts.truth, values) is True:
                    yield other.id

    return (book.rule[name] for name in after_what_it_needs([rule.id], fired))


def _written(value: object) -> str:
    """An answer as a case file writes it, on one line."""
    if value is None or value == []:
        return "not given"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def lint(book: RuleBook, places: Places) -> Iterator[Problem]:
    """What is wrong with the cases of a rule book, each at its place. Whether they come true, `rules test` says."""
    hints = Hints()
    for rule in book.rules:
        for case in rule.cases:
            unknown = [name for name in case.reasons if name not in book.rule]
            reasons = [f"there is no rule `{name}`{hints(name, book.rule)}" for name in unknown]
            for message in (*refused(case.answers, book), *reasons):
                yield problem(case.place, message, "case")


def refused(answers: dict[str, Any], book: RuleBook) -> list[str]:
    """Why a book does not take these answers as a case; nothing where it does."""
    try:
        book.intake.read(answers)
    except CaseError as error:
        return error.lines()
    return []
