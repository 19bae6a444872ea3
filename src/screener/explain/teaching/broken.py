"""Find the broken rule: a rule book with one subtle mistake, and a case that it goes wrong on.

The mistake is one small change in the text of one rule's condition, of the kind that people make: yes for no, any for
all, a limit that counts or does not count itself, something left out of a list.
"""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from screener.case.answers import Choice, Kind, Medicines, YesNo
from screener.engine import reference
from screener.engine.facts import facts_of
from screener.engine.outcome import Outcome
from screener.errors import CaseError, FileError, RuleBookError, ScreenerError, echo
from screener.explain.goal import is_red
from screener.rulebook.book import RuleBook
from screener.rulebook.load import load_rulebook
from screener.rulebook.locate import book_folders
from screener.rulebook.locate import rules_folder as own_rules
from screener.rulebook.rule import Rule

# what is written, what it becomes, and what kind of mistake that is
SWAPS: Final = (
    (re.compile(r"(\w: )yes\b"), r"\1no", "yes and no were mixed up"),
    (re.compile(r"(\w: )no\b"), r"\1yes", "yes and no were mixed up"),
    (re.compile(r"\ball:"), "any:", "`any` stands where all are needed"),
    (re.compile(r"\bany:"), "all:", "`all` stands where one is enough"),
    (re.compile(r"\bbelow: "), "at_most: ", "the limit itself counts now"),
    (re.compile(r"\bat_least: (?=[$\d])"), "above: ", "the limit itself no longer counts"),
    (re.compile(r"\[(\w+), "), "[", "something was left out of a list"),
    (re.compile(r", \w+\]"), "]", "something was left out of a list"),
)
COPY: Final = "rules"  # the folder of the broken book
EXTENDS: Final = re.compile(r"^extends:.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Puzzle:
    """What was written.

    Attributes:
        rule: the id of the broken rule.
        conclusion: a finding or flag that comes out wrong.
        mistake: what was done to the rule.
        case, question, answer: the files beside the rule book.
    """

    rule: str
    conclusion: str
    mistake: str
    rules: Path
    case: Path
    question: Path
    answer: Path


@dataclass(frozen=True, slots=True)
class _Mutation:
    rule: Rule
    file: Path
    line: int  # counted from 0
    before: str
    after: str
    mistake: str


def make_broken(seed: int, folder: Path, rules_folder: Path | None = None) -> Puzzle:
    """Write a broken rule book and a case that exposes it; the same for the same seed and rule book.

    Args:
        seed: chooses the mistake.
        folder: where to write; it must not exist, or be empty.
        rules_folder: the rule book to break; the program's own when None.

    Raises:
        FileError: the folder is not empty, or can not be written.
        RuleBookError: the rule book is wrong to begin with.
    """
    source = rules_folder or own_rules()
    load_rulebook(source)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise FileError(f"{echo(folder)} is not empty; name a new folder")
        _copy(book_folders(source)[::-1], folder)
        right = load_rulebook(folder / COPY)
        for mutation in _mutations(right, folder, random.Random(seed)):
            puzzle = _puzzle(mutation, right, folder)
            if puzzle is not None:
                return puzzle
    except OSError as error:
        raise FileError(f"{echo(folder)} can not be written: {(error.strerror or 'unknown reason').lower()}") from None
    raise RuleBookError([])  # pragma: no cover - a rule book in which no change of a condition shows


def _copy(books: list[Path], folder: Path) -> None:
    """Copy a rule book, and each that it stands on, side by side; a copy extends the next copy."""
    for number, book in enumerate(books, start=1):
        to = folder / (COPY if number == 1 else f"{COPY}-{number}")
        shutil.copytree(book, to)
        if number < len(books):
            header = to / "rulebook.yaml"
            text = EXTENDS.sub(f"extends: ../{COPY}-{number + 1}", header.read_text(encoding="utf-8"))
            header.write_text(text, encoding="utf-8")


def _mutations(book: RuleBook, folder: Path, choice: random.Random) -> Iterator[_Mutation]:
    """Small changes of conditions, mixed. Red flags are left as they are: even a puzzle keeps them right."""
    rules = [rule for rule in book.rules if not is_red(book, rule.concludes)]
    choice.shuffle(rules)
    for rule in rules:
        file = folder / rule.place.file
        lines = file.read_text(encoding="utf-8").split("\n")
        swaps = [
            _Mutation(rule, file, number, lines[number], new, mistake)
            for number in _when(lines, rule.place.line - 1)
            for pattern, becomes, mistake in SWAPS
            if (new := pattern.sub(becomes, lines[number], count=1)) != lines[number]
        ]
        if swaps:
            yield choice.choice(swaps)


def _when(lines: list[str], start: int) -> Iterator[int]:
    """The lines of the condition of the rule that starts here."""
    inside = False
    for number in range(start, len(lines)):
        text = lines[number].strip()
        if text.startswith("because:"):
            return
        inside = inside or text.startswith("when:")
        if inside:
            yield number


def _puzzle(mutation: _Mutation, right: RuleBook, folder: Path) -> Puzzle | None:
    """Write the mistake and a case that exposes it; undo it when it is no rule book any more, or nothing shows."""
    lines = mutation.file.read_text(encoding="utf-8").split("\n")
    lines[mutation.line] = mutation.after
    mutation.file.write_text("\n".join(lines), encoding="utf-8")
    found = None
    with suppress(ScreenerError):
        found = _exposed(mutation.rule, right, load_rulebook(folder / COPY))
    if found is None:
        lines[mutation.line] = mutation.before
        mutation.file.write_text("\n".join(lines), encoding="utf-8")
        return None
    return _write(mutation, right, folder, *found)


def _exposed(rule: Rule, right: RuleBook, wrong: RuleBook) -> tuple[dict[str, Any], str, str, str] | None:
    """A case, a conclusion, and its right and wrong status: one that is certain, where there is one."""
    found: list[tuple[int, dict[str, Any], str, str, str]] = []
    for answers in _cases(rule, right):
        try:
            intake = right.intake.read(answers)
        except CaseError:
            continue
        was, now = (reference.infer(book, facts_of(intake, book)) for book in (right, wrong))
        for name in _different(right, was, now):
            certain = {was.status(name), now.status(name)} == {"raised", "ruled-out"}
            rank = 2 * (not certain) + (name != rule.concludes)
            found.append((rank, answers, name, was.status(name), now.status(name)))
    return min(found, key=lambda item: item[0])[1:] if found else None


def _different(book: RuleBook, was: Outcome, now: Outcome) -> list[str]:
    """The flags, and after them the findings, that come out differently."""
    return [name for name in (*book.flags, *book.findings) if was.status(name) != now.status(name)]


def _cases(rule: Rule, book: RuleBook) -> Iterator[dict[str, Any]]:
    """The rule's own examples, each with everything else answered with no; those of the neighbours after them."""
    well = {name: answer for name, kind in book.fields.items() if (answer := _quiet(kind)) is not None}
    others = [other for other in book.rules_for[rule.concludes] if other.id != rule.id]
    limits = [case.answers for case in rule.cases]
    for answers in (*limits, *(case.answers for other in others for case in other.cases)):
        yield {**well, **answers}
        yield answers


def _quiet(kind: Kind) -> Any:
    """An answer by which little happens: no, no medicine, the first choice; no number is given."""
    match kind:
        case YesNo():
            return False
        case Medicines():
            return []
        case Choice(options=options):
            return options[0]
    return None


def _write(
    mutation: _Mutation, right: RuleBook, folder: Path, answers: dict[str, Any], name: str, was: str, now: str
) -> Puzzle:
    case, question, answer = folder / "case.json", folder / "question.md", folder / "answer.md"
    case.write_text(json.dumps(answers, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    title = right.title(name)
    question.write_text(QUESTION.format(title=title, name=name, was=_status(was), now=_status(now)), encoding="utf-8")
    answer.write_text(
        ANSWER.format(
            rule=mutation.rule.id,
            file=mutation.file.relative_to(folder).as_posix(),
            line=mutation.line + 1,
            mistake=mutation.mistake,
            before=mutation.before.strip(),
            after=mutation.after.strip(),
            because=mutation.rule.said(),
        ),
        encoding="utf-8",
    )
    return Puzzle(mutation.rule.id, name, mutation.mistake, folder / "rules", case, question, answer)


def _status(status: str) -> str:
    return status.replace("-", " ")


QUESTION: Final = """# Find the broken rule

One rule in `rules/` has one small mistake. For the person in `case.json`, the flag or finding
**{title}** (`{name}`) should be *{was}*, but this rule book says *{now}*.

Which rule is it, and what is wrong with it? Some ways to find out, in this folder:

    screener explain case.json --rules rules --flag {name}
    screener explain case.json --rules rules --why-not {name}
    screener explain case.json --flag {name}
    screener replay case.json --rules rules

Ask about each condition: what does it say, and what does its reason say?
"""

ANSWER: Final = """# The broken rule

`{rule}`, in `{file}`, line {line}: {mistake}.

    is:        {after}
    should be: {before}

Its reason says: {because}
"""
