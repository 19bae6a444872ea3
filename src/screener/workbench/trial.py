"""What a change of a rule file does, before anybody saves it: what is wrong, and for which cases something changes.

The text of a changed file is read in place of the file. The book as it is saved is the one that it is compared with, on
the rules' own cases and on the vignettes. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from json import dumps
from operator import is_
from pathlib import Path
from typing import Any, Final

from screener.case.fields import Fields
from screener.engine.facts import Facts, facts_of
from screener.errors import CaseError, RuleBookError
from screener.logic.condition import Atom
from screener.logic.sets import SetPair
from screener.rulebook.book import RuleBook
from screener.rulebook.contents import fingerprint, rules_folder
from screener.rulebook.drafts import Drafts, drafted
from screener.rulebook.rule import NOWHERE, Place
from screener.shipped import examples_folder
from screener.workbench.cases import WORDS, refused, run_case
from screener.workbench.check.check import checked
from screener.workbench.diff.cases import cases_of, meant_to_be_refused, shifts, value_of
from screener.workbench.diff.diff import CaseShift, TextChange, text_changes
from screener.workbench.problem import Problem
from screener.workbench.projectcases import Packed, ProjectCase, rule_cases

NEARBY: Final = ("examples/vignettes", "vignettes")  # where a book's vignettes are looked for, next to its folder
MOST_MADE: Final = 200  # texts of which is kept what was made of them


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule's own case that does not come true."""

    place: Place
    rule: str
    expected: str
    got: str

    def __str__(self) -> str:
        where = f"{self.place.file}:{self.place.line}:{self.place.column}"
        return f"{where}: `{self.rule}` should be `{self.expected}` and is `{self.got}`"


@dataclass(frozen=True)
class Trial:
    """What a changed text comes to.

    Attributes:
        book: the rule book with it; None where it cannot be loaded.
        problems: what is wrong or odd, each at its place, as `rules check` says it.
        compared: whether there was a saved book to compare it with: there is none while that one is wrong.
        texts: the entries that say something else than in the saved book.
        vignettes: the vignettes for which a status, the urgency or a rule that fires is another one.
        cases: the same for the rules' own cases.
        broken: the rules' own cases that do not come true with the text.
        refused: vignettes that the book takes no more, each with the reason.
        tried: how many cases and vignettes were tried.
    """

    book: RuleBook | None
    problems: tuple[Problem, ...]
    compared: bool = False
    texts: tuple[TextChange, ...] = ()
    vignettes: tuple[CaseShift, ...] = ()
    cases: tuple[CaseShift, ...] = ()
    broken: tuple[Broken, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    tried: int = 0

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems for which the book is not taken as it is."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


class FileTrials:
    """A rule book's folder, to try changes of its files on. Not for several threads at once.

    Args:
        folder: of the rule book; the program's own when None.
        vignettes: a folder of case files, or None for those next to the book (`examples/vignettes` or `vignettes` in
            the folder around it), and where there are none, for the program's own that the book can read.
    """

    def __init__(self, folder: Path | None = None, vignettes: Path | None = None) -> None:
        self.folder = folder or rules_folder()
        self.vignettes = vignettes
        self._made: dict[Any, Any] = {}
        self._facts: list[tuple[Any, dict[str, Facts]]] = []
        self._seen: tuple[list[Facts], dict[Atom, SetPair[int]]] = ([], {})
        self._saved: tuple[str, RuleBook | None] | None = None

    def tried(self, texts: Mapping[str, str | bytes], before: RuleBook | None = None) -> Trial:
        """What the book comes to with these texts in place of files.

        Args:
            texts: by the name of the file in the book's folder, such as `safety/rules/heart.yaml`.
            before: the book to compare it with; the saved one when None.
        """
        given = {(self.folder / name).resolve(): _bytes(text) for name, text in texts.items()}
        if len(self._made) > MOST_MADE:
            self._made.clear()
        with drafted(Drafts(given, self._made)):
            book, problems = checked(self.folder)
        found = Trial(book, tuple(problems))
        return found if book is None else self._compared(found, book, before)

    def saved(self) -> RuleBook | None:
        """The book as it is saved; None where it cannot be loaded."""
        with drafted(Drafts({}, self._made)):
            try:
                now = fingerprint(self.folder)
                if self._saved is None or self._saved[0] != now:
                    self._saved = now, _loaded(self.folder)
            except RuleBookError:
                return None  # a file cannot be read
        return self._saved[1]

    def cases(self, book: RuleBook) -> list[ProjectCase]:
        """The vignettes that the book can read, then its rules' own cases."""
        return [*self.vignettes_of(book), *rule_cases(book)]

    def vignettes_of(self, book: RuleBook) -> list[ProjectCase]:
        """The vignettes that the book can read."""
        return self._vignettes(book)[0]

    def _compared(self, found: Trial, new: RuleBook, old: RuleBook | None) -> Trial:
        vignettes, refusals = self._vignettes(new)
        cases = [*vignettes, *rule_cases(new)]
        after = self._packed(new, cases)
        found = replace(found, broken=tuple(_broken(after)), refused=tuple(refusals), tried=len(cases))
        old = old or self.saved()
        if old is None:
            return found
        both = [case for case in cases if not refused(case.answers, old)]  # what the saved book cannot read is new
        if len(both) < len(cases):
            after = self._packed(new, both)
        moved = list(shifts(self._packed(old, both), after))
        return replace(
            found,
            compared=True,
            texts=tuple(text_changes(old, new)),
            vignettes=tuple(shift for case, shift in moved if case.rule is None),
            cases=tuple(shift for case, shift in moved if case.rule is not None),
        )

    def _vignettes(self, book: RuleBook) -> tuple[list[ProjectCase], list[tuple[str, str]]]:
        own = self.own_folder()
        folder = own or examples_folder() / "vignettes"
        found, refusals = [], []
        for name, read in cases_of(folder, Fields(book.fields)) if folder.is_dir() else ():
            short = Path(name).name
            if not isinstance(read, CaseError):
                found.append(ProjectCase(short, read.answers(), NOWHERE))
            elif own is not None and not meant_to_be_refused(name):
                refusals.append((short, "; ".join(map(str, read.problems))))
        return found, refusals

    def own_folder(self) -> Path | None:
        """The folder of the book's own vignettes."""
        around = self.folder.resolve().parent
        nearby = (around / name for name in NEARBY)
        return self.vignettes or next((place for place in nearby if place.is_dir()), None)

    def _packed(self, book: RuleBook, cases: Sequence[ProjectCase]) -> Packed:
        """Cases as bits; what was looked at before in the same cases is taken from there."""
        facts = self._facts_of(book, cases)
        same = len(facts) == len(self._seen[0]) and all(map(is_, facts, self._seen[0]))
        if not same:
            self._seen = facts, {}
        return Packed(book, cases, facts, self._seen[1])

    def _facts_of(self, book: RuleBook, cases: Sequence[ProjectCase]) -> list[Facts]:
        """What conditions read of each case; what was read before under the same questions is taken from there."""
        asking = dict(book.fields), book.followups, book.medicines
        known = next((found for same, found in self._facts if same == asking), None)
        if known is None:
            known = {}
            self._facts = [(asking, known), *self._facts[:1]]
        found = []
        for case in cases:
            key = dumps(case.answers, default=repr)
            if key not in known:
                known[key] = facts_of(book.intake.read(case.answers), book)
            found.append(known[key])
        return found


def _loaded(folder: Path) -> RuleBook | None:
    try:
        return RuleBook.load(folder)
    except RuleBookError:
        return None


def _bytes(text: str | bytes) -> bytes:
    return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text


def _broken(packed: Packed) -> Iterator[Broken]:
    """The rules' own cases that do not come true."""
    for number, case in enumerate(packed.cases):
        if case.rule is not None and (got := value_of(packed.drawn.rules[case.rule], number)) is not case.expect:
            yield Broken(case.place, case.rule, WORDS[case.expect], WORDS[got])
    with_reasons = [(rule, case) for rule in packed.book.rules for case in rule.cases if case.reasons]
    for result in (run_case(packed.book, rule, case) for rule, case in with_reasons):
        if result.got == result.case.expect and not result.passed:
            behind = ", ".join(rule.id for rule in result.chain if rule.id != result.rule.id) or "no other rule"
            wanted = f"{result.got}, because of {', '.join(sorted(result.case.reasons))}"
            yield Broken(result.place, result.rule.id, wanted, f"{result.got}, because of {behind}")
