"""Find the broken rule: the copy means the same but for the mistakes, nothing gives them away, the answer is sealed."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path
from typing import Any

import pytest

from rulefolder import ROOT, screener_here
from screener.case.files import read_case
from screener.engine import reference
from screener.engine.facts import facts_of
from screener.explain.teaching.broken import Puzzle, make_broken
from screener.explain.teaching.disguise import disguised
from screener.explain.teaching.mistakes import mistakes
from screener.explain.teaching.sealed import DIFFICULTIES, Difficulty
from screener.rulebook.book import RuleBook
from screener.workbench.diff.diff import compare, report
from vignettes import SCREENED

ANIMALS = ROOT / "examples" / "books" / "animals"
IRON = ROOT / "examples" / "books" / "iron"


def statuses(book: RuleBook, answers: dict[str, Any]) -> dict[str, str]:
    outcome = reference.infer(book, facts_of(book.intake.read(answers), book))
    return {name: outcome.status(name) for name in (*book.flags, *book.findings)}


def test_the_copy_of_the_shipped_book_means_the_same(book: RuleBook, tmp_path: Path) -> None:
    made = disguised(ROOT / "rules", tmp_path, random.Random(5))
    copy = RuleBook.load(made.book)
    assert len(copy.rules) == len(book.rules)
    assert not {rule.id for rule in copy.rules} & {rule.id for rule in book.rules}
    assert not set(copy.flags) & set(book.flags)
    assert not any(rule.cases for rule in copy.rules)
    assert [made.names[rule.id] for rule in book.rules] != [rule.id for rule in copy.rules]
    for vignette in SCREENED:
        answers = read_case(str(vignette.case), book.fields).answers()
        expected = {made.names[name]: status for name, status in statuses(book, answers).items()}
        assert statuses(copy, answers) == expected, vignette.id
    for name, flag in book.flags.items():
        other = copy.flags[made.names[name]]
        assert (other.title, other.explanation, other.urgency) == (flag.title, flag.explanation, flag.urgency)
    for rule in book.rules:
        assert copy.rule[made.names[rule.id]].because == rule.because
    assert len(copy.complete_topics) == len(book.complete_topics)


def goes_wrong(puzzle: Puzzle, source: Path) -> None:
    """Each case shows its mistake, and the book has just these."""
    wrong, right = RuleBook.load(puzzle.rules), RuleBook.load(source)
    for fault, path in zip(puzzle.faults, puzzle.cases, strict=True):
        answers = json.loads(path.read_text(encoding="utf-8"))
        assert statuses(wrong, answers)[fault.conclusion] == fault.now != fault.was
        (title,) = {found.title for found in (*wrong.flags.values(), *wrong.findings.values())
                    if found.id == fault.conclusion}  # fmt: skip
        names = [name for name in (*right.flags, *right.findings) if right.title(name) == title]
        assert fault.was in [statuses(right, answers)[name] for name in names]
        question = puzzle.question.read_text(encoding="utf-8")
        assert fault.conclusion in question
        assert fault.rule not in question
        assert fault.original not in question
        assert f"`{fault.rule}` (in the original: `{fault.original}`)" in puzzle.answer


@pytest.mark.parametrize("seed", range(3))
def test_the_shipped_book_broken(seed: int, tmp_path: Path) -> None:
    puzzle = make_broken(seed, tmp_path / "puzzle")
    goes_wrong(puzzle, ROOT / "rules")
    again = make_broken(seed, tmp_path / "again")
    assert again.answer == puzzle.answer
    assert again.sealed.read_bytes() == puzzle.sealed.read_bytes()


@pytest.mark.parametrize("difficulty", DIFFICULTIES)
@pytest.mark.parametrize("faults", [1, 3])
def test_difficulties_and_several_mistakes(difficulty: Difficulty, faults: int, tmp_path: Path) -> None:
    further = 0
    for seed in range(6):
        puzzle = make_broken(seed, tmp_path / str(seed), ANIMALS, difficulty, faults)
        goes_wrong(puzzle, ANIMALS)
        assert len({fault.rule for fault in puzzle.faults}) == faults
        book = RuleBook.load(puzzle.rules)
        further += sum(book.rule[fault.rule].concludes != fault.conclusion for fault in puzzle.faults)
        assert ("is in the pack" in puzzle.question.read_text(encoding="utf-8")) == (difficulty == "easy")
    assert (further > 0) == (difficulty == "hard") or difficulty == "medium"


def test_an_easier_puzzle_does_not_answer_a_harder_one(tmp_path: Path) -> None:
    made = [make_broken(7, tmp_path / one, ANIMALS, difficulty=one) for one in DIFFICULTIES]
    assert len({puzzle.answer for puzzle in made}) == len(DIFFICULTIES)
    names = [{path.name: path.read_text(encoding="utf-8") for path in puzzle.rules.rglob("*.yaml")} for puzzle in made]
    assert names[0] != names[1] != names[2] != names[0]


def test_no_file_says_where_the_mistake_is(tmp_path: Path) -> None:
    puzzle = make_broken(1, tmp_path / "puzzle", ANIMALS)
    (fault,) = puzzle.faults
    for path in (tmp_path / "puzzle").rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            assert fault.original not in text
            assert fault.mistake.what not in text
            assert "#" not in text.replace("# Find", "") or path.name == "question.md"
    assert {path.name for path in (tmp_path / "puzzle").iterdir()} == {
        "rules", "case.json", "question.md", "sealed.json",
    }  # fmt: skip


def test_a_comparison_with_the_original_does_not_point_at_it(tmp_path: Path) -> None:
    puzzle = make_broken(1, tmp_path / "puzzle", ANIMALS)
    found = compare(RuleBook.load(ANIMALS), RuleBook.load(puzzle.rules))
    assert found.rules == []
    told = {change.id for change in found.texts if change.kind == "rule"}
    original, broken = RuleBook.load(ANIMALS), RuleBook.load(puzzle.rules)
    assert told == {*original.rule, *broken.rule}  # all of them alike
    assert "fires for other answers" not in "\n".join(report(found))


def test_its_own_cases_do_not_find_it(tmp_path: Path) -> None:
    puzzle = make_broken(1, tmp_path / "puzzle", ANIMALS)
    done = screener_here("rules", "test", "--rules", str(puzzle.rules))
    assert puzzle.faults[0].rule not in done.out + done.err


def test_guess_and_reveal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    folder = tmp_path / "puzzle"
    words = ("--rules", str(IRON), "--difficulty", "medium", "--faults", "2")
    done = screener_here("explain", "--broken", "7", str(folder), *words)
    assert (done.code, done.err) == (0, "")
    puzzle = make_broken(7, tmp_path / "same", IRON, "medium", 2)
    for fault in puzzle.faults:
        assert "well found" in screener_here("explain", "--guess", str(folder), fault.rule).out
    other = next(rule.id for rule in RuleBook.load(puzzle.rules).rules if rule.id not in {
        fault.rule for fault in puzzle.faults
    })  # fmt: skip
    assert "look on" in screener_here("explain", "--guess", str(folder), other).out
    assert screener_here("explain", "--reveal", str(folder), "--rules", str(IRON)).out == puzzle.answer
    wrong = screener_here("explain", "--reveal", str(folder), "--rules", str(ANIMALS))
    assert (wrong.code, "another rule book" in wrong.err) == (2, True)
    question = (folder / "question.md").read_text(encoding="utf-8")
    assert RuleBook.load(IRON).texts["disclaimer"] in question
    commands = [line.split() for line in question.splitlines() if line.startswith("    screener ")]
    for command in commands[:2]:
        inside = [str(folder / word) if word in ("rules", "case-1.json") else word for word in command[1:]]
        assert screener_here(*inside).code == 0


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        (None, 2, "is not a puzzle"),
        ("{}", 5, "is not a seal"),
        ('{"seed": 1e9}', 5, "is not a seal"),
        ("[", 3, "not JSON"),
    ],
)
def test_what_is_no_puzzle(text: str | None, code: int, says: str, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / "sealed.json").write_text(text, encoding="utf-8")
    for words in (("--reveal", str(tmp_path)), ("--guess", str(tmp_path), "r-001")):
        done = screener_here("explain", *words)
        assert done.code == code
        assert says in done.err


def test_more_mistakes_than_the_book_can_show(tmp_path: Path) -> None:
    done = screener_here("explain", "--broken", "1", str(tmp_path / "p"), "--faults", "5", "--rules",
                         str(ROOT / "examples" / "books" / "minimal"))  # fmt: skip
    assert done.code == 2
    assert "only 1 mistakes show" in done.err
    assert list((tmp_path / "p").iterdir()) == []


def test_mistakes_are_small() -> None:
    when = {"all": [{"a": "yes"}, {"not": {"b": ["x", "y"]}}, {"n": {"below": 3, "at_least": 1}}]}
    found = {(one.was, one.becomes) for one in mistakes(when)}
    assert ("{a: yes}", "{a: no}") in found
    assert ("{b: [x, y]}", "{b: [y]}") in found
    assert ("{n: {below: 3, at_least: 1}}", "{n: {at_most: 3, at_least: 1}}") in found
    assert ("{n: {below: 3, at_least: 1}}", "{n: {below: 3, above: 1}}") in found
    assert len(found) == 6
    assert when == {"all": [{"a": "yes"}, {"not": {"b": ["x", "y"]}}, {"n": {"below": 3, "at_least": 1}}]}
