"""Which cases change between two versions of a rule book, and why: those of a file, or many at once.

Many cases are bits, and only those that move are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from screener.case.classes import intake_class
from screener.case.fields import Fields
from screener.case.files import parse_json
from screener.case.model import BaseIntake
from screener.engine import reference
from screener.engine.facts import facts_of
from screener.engine.outcome import Firing, Outcome, conclude
from screener.errors import CaseError, as_file_error, echo
from screener.logic.kleene import Kleene
from screener.logic.sets import SetPair
from screener.rulebook.book import RuleBook
from screener.workbench.diff.diff import CaseShift
from screener.workbench.projectcases import Packed, ProjectCase


def cases_of(path: Path, fields: Fields) -> Iterator[tuple[str, BaseIntake | CaseError]]:
    """The cases in a file (`.json`: one; `.jsonl`: one a line), or in a folder of such files, by name.

    A case that is refused is given as its error, and the others go on.

    Raises:
        FileError: it cannot be read.
    """
    if path.is_dir():
        for each in sorted([*path.glob("*.json"), *path.glob("*.jsonl")]):
            yield from cases_of(each, fields)
        return
    with as_file_error(f"{echo(str(path))} cannot be read"):
        raw = path.read_bytes()
    if path.suffix != ".jsonl":
        yield str(path), _read(raw, str(path), fields)
        return
    for number, line in enumerate(raw.splitlines(), start=1):
        if line.strip():
            yield f"{path}:{number}", _read(line, f"{path}:{number}", fields)


def meant_to_be_refused(name: str) -> bool:
    """Whether the `.expected.yaml` of a case file says that the case is refused: it shows what no answer may be."""
    file = Path(name).with_suffix(".expected.yaml")
    if not name.endswith(".json") or not file.is_file():
        return False
    try:
        data = yaml.safe_load(file.read_bytes())
    except (OSError, yaml.YAMLError, UnicodeDecodeError):
        return False  # then the case is refused aloud
    expected = data.get("expected") if isinstance(data, dict) else None
    return isinstance(expected, dict) and "rejected" in expected


def _read(raw: bytes, where: str, fields: Fields) -> BaseIntake | CaseError:
    try:
        return intake_class(fields).read(parse_json(raw, where), where)
    except CaseError as error:
        return error


def shift(name: str, intake: BaseIntake, old: RuleBook, new: RuleBook) -> CaseShift | None:
    """What changes for one case; None when nothing does."""
    return shifted(name, _infer(intake, old), _infer(intake, new), old, new)


def shifted(name: str, before: Outcome, after: Outcome, old: RuleBook, new: RuleBook) -> CaseShift | None:
    """What changes between two outcomes for a case; None when nothing does."""
    names = dict.fromkeys([*old.findings, *new.findings, *old.flags, *new.flags])
    statuses = [(each, _status(before, each), _status(after, each)) for each in names]
    statuses.append(("urgency", before.urgency, after.urgency))
    changes = tuple(each for each in statuses if each[1] != each[2])
    no_longer = tuple(rule for rule in before.rules if rule not in set(after.rules))
    newly = tuple(rule for rule in after.rules if rule not in set(before.rules))
    return CaseShift(name, changes, no_longer, newly) if changes or no_longer or newly else None


def _infer(intake: BaseIntake, book: RuleBook) -> Outcome:
    return reference.infer(book, facts_of(intake, book))


def _status(outcome: Outcome, name: str) -> Any:
    return outcome.status(name) if name in outcome.values else "ruled-out"


def shifts(before: Packed, after: Packed) -> Iterator[tuple[ProjectCase, CaseShift]]:
    """What changes for each of the cases, which are the same on both sides."""
    moved = _moved(before, after)
    for number, case in enumerate(after.cases):
        if moved >> number & 1:
            name = case.name if case.rule is None else f"{case.name} ({case.place.file}:{case.place.line})"
            outcomes = outcome_of(before, number), outcome_of(after, number)
            if shift := shifted(name, *outcomes, before.book, after.book):
                yield case, shift


def _moved(before: Packed, after: Packed) -> int:
    """The cases for which a rule or a conclusion has another value, or all where flags weigh in another way."""
    if _weight(before.book) != _weight(after.book):
        return after.everything
    found, nothing = 0, SetPair(0, after.everything)
    for old, new in (
        (before.drawn.rules, after.drawn.rules),
        (before.drawn.conclusions, after.drawn.conclusions),
    ):
        for name in {*old, *new}:
            was, becomes = old.get(name, nothing), new.get(name, nothing)
            found |= (was.proved ^ becomes.proved) | (was.refuted ^ becomes.refuted)
    return found


def _weight(book: RuleBook) -> Any:
    """What makes statuses and the urgency of the values of conclusions."""
    return book.levels, {flag.id: (flag.urgency, flag.suppresses, flag.last_resort) for flag in book.flags.values()}


def outcome_of(packed: Packed, number: int) -> Outcome:
    """What the engines return for one of the cases."""
    drawn, book = packed.drawn, packed.book
    values = {name: value_of(pair, number) for name, pair in drawn.conclusions.items()}
    proved = (rule for name in book.order for rule in book.rules_for[name] if value_of(drawn.rules[rule.id], number))
    return conclude(book, values, tuple(Firing(rule.id, rule.concludes, True) for rule in proved))


def value_of(pair: SetPair[int], number: int) -> Kleene:
    """The value of a rule or a conclusion for one of the cases."""
    if pair.proved >> number & 1:
        return True
    return False if pair.refuted >> number & 1 else None
