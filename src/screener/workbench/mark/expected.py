"""The teacher's cases: answers, and what the rules should make of them.

A list of `id`, `answers` and `expected`, which may say what is `raised`, `possible` and `ruled_out`, and the `urgency`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final

from screener.engine import reference
from screener.engine.facts import facts_of
from screener.errors import CaseError, FieldProblem, FileError, RuleBookError, did_you_mean, echo
from screener.rulebook.book import RuleBook
from screener.rulebook.document import Document, read_document

KEYS: Final = ("id", "answers", "expected", "title", "story")
STATUSES: Final = ("raised", "possible", "ruled_out")
EXPECTED: Final = (*STATUSES, "urgency")


@dataclass(frozen=True, slots=True)
class Expected:
    """One case of the teacher.

    Attributes:
        id: its name.
        answers: as a case file writes them; what is not there is unknown.
        statuses: for each of `STATUSES`, what must have it. Of all that some case names, whatever is not named here
            must not be raised.
        urgency: the level that must come out, or empty.
    """

    id: str
    answers: Mapping[str, Any]
    statuses: Mapping[str, Sequence[str]]
    urgency: str = ""

    @property
    def named(self) -> tuple[str, ...]:
        """Every conclusion that is expected something of."""
        return tuple(chain.from_iterable(self.statuses.values()))


def read_expected(path: Path, model: RuleBook | None = None) -> list[Expected]:
    """Read the cases; with a model book, their answers and names are checked against it.

    Raises:
        FileError: the file cannot be read.
        CaseError: something is wrong with it; every problem is listed with its place.
    """
    try:
        document = read_document(path, str(path))
    except RuleBookError as error:
        raise FileError(str(error)) from None
    found = [] if document.problems else list(_cases(document))
    if model is not None and not document.problems:
        _against(document, found, model)
    if document.problems:
        raise CaseError([FieldProblem("", str(problem)) for problem in sorted(document.problems)])
    return [case for _, case in found]


def _cases(document: Document) -> Iterator[tuple[int, Expected]]:
    if not isinstance(document.data, list) or not document.data:
        document.problem((), "the file is a list of cases, each with `id`, `answers` and `expected`")
        return
    seen: set[str] = set()
    for index, entry in enumerate(document.data):
        case = _case(document, index, entry)
        if case is not None and case.id in seen:
            document.problem((index, "id"), f"case {echo(case.id)} is given twice")
        elif case is not None:
            seen.add(case.id)
            yield index, case


def _case(document: Document, index: int, entry: Any) -> Expected | None:
    before = len(document.problems)
    if not _is_mapping(document, (index,), entry, KEYS, "a case"):
        return None
    name, answers, expected = entry.get("id"), entry.get("answers"), entry.get("expected")
    if not isinstance(name, str | int | float) or isinstance(name, bool) or not str(name).strip():
        document.problem((index,), "the case has no `id`; give it a short name, such as `id: K1`")
    if not isinstance(answers, dict):
        document.problem((index, "answers"), "`answers` are fields with their answers, such as `{tired: yes}`")
    if expected is None:
        document.problem((index,), "the case has no `expected`; say what should be raised: `expected: {raised: []}`")
    elif _is_mapping(document, (index, "expected"), expected, EXPECTED, "`expected`"):
        _check_expected(document, index, expected)
    if len(document.problems) > before:
        return None
    assert isinstance(answers, dict)
    statuses = {status: expected.get(status) or () for status in STATUSES}
    return Expected(str(name), answers, statuses, expected.get("urgency") or "")


def _is_mapping(document: Document, path: tuple[str | int, ...], data: Any, keys: Sequence[str], what: str) -> bool:
    if not isinstance(data, dict):
        document.problem(path, f"{what} is a mapping of {', '.join(keys)}")
        return False
    for key in data:
        if key not in keys:
            hint = did_you_mean(str(key), keys) or f" (it has {', '.join(keys)})"
            document.problem((*path, key), f"{what} has no {echo(key)}{hint}")
    return True


def _check_expected(document: Document, index: int, expected: dict[str, Any]) -> None:
    names: set[str] = set()
    for status in STATUSES:
        given = expected.get(status)
        if given is None:
            continue
        if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
            document.problem((index, "expected", status), f"`{status}` is a list of ids, such as `[ask-about-iron]`")
            continue
        for number, name in enumerate(given):
            if name in names:
                document.problem((index, "expected", status, number), f"{echo(name)} is expected twice")
            names.add(name)
    if not isinstance(expected.get("urgency") or "", str):
        document.problem((index, "expected", "urgency"), "`urgency` is the name of a level")


def _against(document: Document, found: list[tuple[int, Expected]], model: RuleBook) -> None:
    """Note answers that the model book refuses, and names that it does not have."""
    known = (*model.findings, *model.flags)
    for index, case in found:
        for status, names in case.statuses.items():
            for number, name in enumerate(names):
                if name not in known:
                    message = f"the model book has no flag or finding {echo(name)}{did_you_mean(name, known)}"
                    document.problem((index, "expected", status, number), message)
        if case.urgency and case.urgency not in model.levels:
            message = f"the model book has no urgency {echo(case.urgency)}{did_you_mean(case.urgency, model.levels)}"
            document.problem((index, "expected", "urgency"), message)
        try:
            model.intake.read(dict(case.answers))
        except CaseError as error:
            for problem in error.problems:
                document.problem((index, "answers", problem.field), f"case {echo(case.id)}: {problem}")


def graded(cases: Sequence[Expected]) -> tuple[str, ...]:
    """Everything that some case expects something of."""
    return tuple(dict.fromkeys(name for case in cases for name in case.named))


def unmet(book: RuleBook, case: Expected, names: Sequence[str]) -> list[str]:
    """What a book does otherwise than a case expects, in words; nothing when the case is passed.

    Args:
        names: everything that is graded; of these, what the case does not name must not be raised.
    """
    try:
        facts = facts_of(book.intake.read(dict(case.answers)), book)
    except CaseError as error:
        return [f"the answers are refused: {error.problems[0]}"]
    outcome = reference.infer(book, facts)
    known, found = (*book.findings, *book.flags), list[str]()
    for status, expected in case.statuses.items():
        word = status.replace("_", "-")
        for name in expected:
            if name not in known:
                if status != "ruled_out":
                    found.append(f"{echo(name)} is not in this book{did_you_mean(name, known)}")
            elif (got := outcome.status(name)) != word:
                found.append(f"{echo(name)} should be {word} and is {got}")
    others = [name for name in names if name not in case.named and name in known and outcome.status(name) == "raised"]
    found += [f"{echo(name)} is raised and should not be" for name in others]
    if case.urgency and outcome.urgency != case.urgency:
        found.append(f"the urgency should be {echo(case.urgency)} and is `{outcome.urgency}`")
    return found
