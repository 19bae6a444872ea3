"""Find the broken rule: a rule book with subtle mistakes, and for each of them a case that it goes wrong on.

A mistake is one small change in one rule's condition, of the kind that people make: yes for no, any for all, a limit
that counts or does not count itself, something missing from a list. The book is a copy in which nothing can be looked
up (`disguise.py`), and the answer is sealed (`sealed.py`).
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from screener.case.answers import Choice, Kind, Medicines, YesNo
from screener.engine import reference
from screener.engine.facts import facts_of
from screener.errors import CaseError, FileError, ScreenerError, UsageError, as_file_error, echo
from screener.explain.goal import is_red
from screener.explain.teaching.disguise import COPY, Copy, disguised
from screener.explain.teaching.mistakes import Fault, Mistake, mistakes
from screener.explain.teaching.sealed import Difficulty, answer_text, question_text, seal, sealed
from screener.rulebook.book import RuleBook
from screener.rulebook.contents import fingerprint
from screener.rulebook.contents import rules_folder as own_rules
from screener.rulebook.rule import Rule


@dataclass(frozen=True, slots=True)
class Puzzle:
    """What was written: the broken rule book, the cases, the question, and the sealed answer with it."""

    faults: tuple[Fault, ...]
    rules: Path
    cases: tuple[Path, ...]
    question: Path
    sealed: Path
    answer: str


def make_broken(
    seed: int, folder: Path, rules_folder: Path | None = None, difficulty: Difficulty = "easy", faults: int = 1
) -> Puzzle:
    """Write a broken rule book and a case for each mistake; the same for the same arguments and rule book.

    Args:
        seed: chooses the mistakes and the names.
        folder: where to write; it must not exist, or be empty.
        rules_folder: the rule book to break; the program's own when None.
        difficulty: `easy`: what comes out wrong is what the broken rule concludes, and its pack is named; `medium`: the
            pack is not named; `hard`: it is something further on, where there is such a thing.
        faults: how many mistakes, each in another rule and about another conclusion.

    Raises:
        FileError: the folder is not empty, or cannot be written.
        RuleBookError: the rule book is wrong to begin with.
        UsageError: so many mistakes do not show in this rule book.
    """
    source = rules_folder or own_rules()
    original = RuleBook.load(source)
    with as_file_error(f"{echo(folder)} cannot be written"):
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise FileError(f"{echo(folder)} is not empty; name a new folder")
        choice = random.Random(f"{seed} {difficulty}")  # so that an easier puzzle does not answer a harder one
        copy = disguised(source, folder, choice)
        found = _Breaking(original, copy, RuleBook.load(copy.book), choice, difficulty).broken(faults)
        if len(found) < faults:
            for path in folder.iterdir():  # it was empty
                shutil.rmtree(path)
            raise UsageError(f"only {len(found)} mistakes show in this rule book; ask for no more with `--faults`")
        return _write(folder, found, original, {"seed": seed, "difficulty": difficulty, "faults": faults})


@dataclass
class _Breaking:
    """The making of one puzzle."""

    original: RuleBook
    copy: Copy
    right: RuleBook
    choice: random.Random
    difficulty: Difficulty

    def broken(self, wanted: int) -> list[Fault]:
        """Break rules until so many mistakes show; red flags are left as they are: even a puzzle keeps them right."""
        rules = [rule for rule in self.original.rules if not is_red(self.original, rule.concludes)]
        self.choice.shuffle(rules)
        if self.difficulty == "hard":  # first those behind which something can go wrong
            read = {name for name in self.original.conclusion_ids for name in self.original.reads(name)}
            rules.sort(key=lambda rule: rule.concludes not in read)
        entries = self.copy.rules()
        found: list[Fault] = []
        for rule in rules:
            if len(found) == wanted:
                break
            new = self.right.rule[self.copy.names[rule.id]]
            if new.concludes not in {self.right.rule[fault.rule].concludes for fault in found}:
                found = self.tried(found, new, rule, *entries[new.id])
        return found

    def tried(self, found: list[Fault], rule: Rule, original: Rule, path: Path, entry: dict[str, Any]) -> list[Fault]:
        """One mistake more, where it and those before it show; otherwise it is undone."""
        options = list(mistakes(entry["when"]))
        if not options:
            return found
        mistake, before = self.choice.choice(options), entry["when"]
        entry["when"] = mistake.when
        self.copy.write(path)
        with suppress(ScreenerError):
            wrong = RuleBook.load(self.copy.book)
            more = [*((fault.rule, fault.original, fault.mistake) for fault in found), (rule.id, original.id, mistake)]
            shown = [self.exposed(self.original.rule[old], new, one, wrong) for new, old, one in more]
            faults = [fault for fault in shown if fault is not None]
            if len(faults) == len(more):
                return faults
        entry["when"] = before
        self.copy.write(path)
        return found

    def exposed(self, original: Rule, new: str, mistake: Mistake, wrong: RuleBook) -> Fault | None:
        """A case and a conclusion that comes out wrong: one that is certain, where there is one."""
        rule = self.right.rule[new]

        def rank(found: tuple[str, str, str, Any]) -> int:
            """What is smaller is shown: what is certain, and the rule's own conclusion or, when it is hard, another."""
            own, certain = found[0] == rule.concludes, {found[1], found[2]} == {"raised", "ruled-out"}
            return 2 * own + (not certain) if self.difficulty == "hard" else 2 * (not certain) + (not own)

        best = min(self.differences(original, wrong), key=rank, default=None)
        if best is None or (self.difficulty == "easy" and best[0] != rule.concludes):
            return None
        name, was, now, answers = best
        return Fault(new, original.id, rule.pack, name, self.right.title(name), was, now, answers, mistake, rule.said())

    def differences(self, original: Rule, wrong: RuleBook) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
        """The conclusions that come out wrong: the status that each should have, the one it has, and for which case."""
        flags = self.right.flags
        for answers in _cases(original, self.original):
            try:
                facts = facts_of(self.right.intake.read(answers), self.right)
            except CaseError:
                continue
            was, now = (reference.infer(book, facts) for book in (self.right, wrong))
            for name in (*flags, *self.right.findings):
                # a last resort says no more than that nothing else came up
                if not (name in flags and flags[name].last_resort) and was.status(name) != now.status(name):
                    yield name, was.status(name), now.status(name), answers


def _cases(rule: Rule, book: RuleBook) -> Iterator[dict[str, Any]]:
    """The rule's own examples, each with everything else answered with no; those of the neighbours after them."""
    well = {name: answer for name, kind in book.fields.items() if (answer := _quiet(kind)) is not None}
    others = [other for other in book.rules_for[rule.concludes] if other.id != rule.id]
    for case in (case for one in (rule, *others) for case in one.cases):
        yield {**well, **case.answers}
        yield case.answers


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


def _write(folder: Path, found: list[Fault], original: RuleBook, made: dict[str, Any]) -> Puzzle:
    names = ["case.json"] if len(found) == 1 else [f"case-{number}.json" for number in range(1, len(found) + 1)]
    for name, fault in zip(names, found, strict=True):
        text = json.dumps(fault.answers, indent=2, ensure_ascii=False)
        (folder / name).write_text(text + "\n", encoding="utf-8")
    question, proof, answer = folder / "question.md", folder / "sealed.json", answer_text(found)
    question.write_text(question_text(found, names, str(made["difficulty"]), original.texts), encoding="utf-8")
    proof.write_text(seal(answer, [fault.rule for fault in found], original.sha256, made), encoding="utf-8")
    return Puzzle(tuple(found), folder / COPY, tuple(folder / name for name in names), question, proof, answer)


def revealed(folder: Path, rules_folder: Path | None) -> str:
    """The answer of a puzzle, made again from its seed.

    Raises:
        UsageError: this is not a puzzle, or it was made of another rule book.
    """
    data = sealed(folder)
    if fingerprint(rules_folder or own_rules()) != data["rulebook"]:
        raise UsageError("the puzzle was made of another rule book, or another version; name it with `--rules`")
    with TemporaryDirectory() as place:
        puzzle = make_broken(data["seed"], Path(place) / "again", rules_folder, data["difficulty"], data["faults"])
    if sha256(puzzle.answer.encode()).hexdigest() != data["answer_sha256"]:
        raise UsageError("the answer does not match its seal: `sealed.json` was changed, or the program is another one")
    return puzzle.answer
