"""A damaged rule file is refused with one-line messages at their places, or still means something; nothing else."""

from __future__ import annotations

import pickle
import random
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from rulefolder import RuleFolder, screener_here
from screener.rulebook import document
from screener.rulebook.document import parse_document
from screener.workbench.check.check import check

MOST_KEPT = 200  # files
SHARES = 20  # of the long run, so that several workers have some

ODD = [
    "null", "~", "{}", "[]", "[[]]", "''", '"', "'", "1e999", "-1", ".nan", "0x10", "yes", "no", "true",
    "2020-01-01",
    "!!python/object:os.system x", "&a b", "*a", "{a: b", "[1, 2", "a: b: c", "- -", "|", ">-", "%", "@", "`", "\t",
    "\x00",
    "\x07", "\ufeff", "\u2028", "é", "😀", "a" * 5000, "[" * 60 + "]" * 60, "{a: " * 50 + "1" + "}" * 50, "9" * 400,
    "$nope",
    "{all: []}", "{any: {}}", "{not: []}", "{at_least: {count: 9, of: []}}", "{finding: [1]}", "{medicine: {class: x}}",
    "{potassium: {below: yes}}", "{? [a]: b}", "? [a]", "<<: {a: b}", "---", "...", "# only this",
]  # fmt: skip


def damaged(text: str, chance: random.Random) -> str:
    """The text with one thing wrong: a line, a value, a character, or the end of the file."""
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    match chance.randrange(9):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[at])
        case 2:
            other = chance.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        case 3:
            lines[at] = " " * chance.randrange(1, 5) + lines[at]
        case 4:
            lines[at] = lines[at].lstrip()
        case 5:
            key, colon, _ = lines[at].partition(":")
            lines[at] = f"{key}{colon} {chance.choice(ODD)}"
        case 6:
            place = chance.randrange(len(text) + 1)
            return text[:place] + chance.choice(ODD) + text[place:]
        case 7:
            return text[: chance.randrange(len(text) + 1)]
        case _:
            place = chance.randrange(len(text))
            return text[:place] + chance.choice("{}[]:,-#&*!|>'\"%@` \n\tx9") + text[place + 1 :]
    return "\n".join(lines)


def try_one(rules: RuleFolder, name: str, chance: random.Random) -> bool:
    """Damage one file and check the book; whether it was refused."""
    file = rules.path / name
    before = file.read_bytes()
    file.write_bytes(damaged(before.decode(), chance).encode())
    try:
        found = check(rules.path)
        for problem in found:
            assert "\n" not in str(problem)
            assert len(str(problem)) < 700
            assert problem.file.startswith("rules"), problem
        return any(problem.severity == "error" for problem in found)
    finally:
        file.write_bytes(before)


@pytest.fixture
def parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that are as they were are not parsed again: each time all of them but one are."""
    kept: dict[tuple[bytes, str], bytes] = {}

    def parse(raw: bytes, shown_as: str) -> document.Document:
        if (raw, shown_as) not in kept:
            if len(kept) > MOST_KEPT:
                kept.clear()
            kept[raw, shown_as] = pickle.dumps(parse_document(raw, shown_as))
        found: document.Document = pickle.loads(kept[raw, shown_as])
        return found

    monkeypatch.setattr(document, "parse_document", parse)


def damage(rules: RuleFolder, kind: str, times: Iterable[int], seed: str) -> int:
    """Damage files of one kind, one after the other, each time in its own way; how often the book was refused."""
    names = [path.relative_to(rules.path).as_posix() for path in sorted(rules.path.rglob(kind)) if path.is_file()]
    names = [name for name in names if name != "article/sentences.csv"]
    refused = 0
    for number in times:
        chance = random.Random(f"{seed}-{number}")
        refused += try_one(rules, chance.choice(names), chance)
    return refused


def test_damaged_files(tmp_path: Path) -> None:
    rules = RuleFolder.copy(tmp_path)
    assert damage(rules, "*.yaml", range(12), "1") >= 6
    assert damage(rules, "*.csv", range(6), "1") > 0  # a table can lose a row and be a table still


@pytest.mark.nightly
@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.usefixtures("parsed_once")
def test_six_hundred_damaged_files(share: int, tmp_path: Path) -> None:
    rules = RuleFolder.copy(tmp_path)
    seed = date.today().isoformat()  # others every night
    print(f"seed of what is damaged: {seed}")
    assert damage(rules, "*.yaml", range(share, 450, SHARES), seed) > 60 / SHARES
    damage(rules, "*.csv", range(share, 150, SHARES), seed)


@pytest.mark.parametrize(
    "content", ["", "\x00", "[]", "rules: 3", "rules:\n- 3", "rules:\n- {id: [1]}", "\ufeff", "- a\n- b"]
)
@pytest.mark.parametrize(
    "name", ["safety/rules/soon.yaml", "rulebook.yaml", "texts.yaml", "questionnaire.yaml", "safety/pack.yaml"]
)
def test_a_file_that_holds_something_else(name: str, content: str, tmp_path: Path) -> None:
    rules = RuleFolder.copy(tmp_path)
    (rules.path / name).write_text(content, encoding="utf-8")
    done = screener_here("rules", "check", str(rules.path))
    assert done.code == 4
    assert all(line.startswith("rules") for line in done.out.splitlines())


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    rules = RuleFolder.copy(tmp_path)
    (rules.path / "safety" / "rules" / "soon.yaml").unlink()
    (rules.path / "safety" / "rules" / "soon.yaml").mkdir()
    done = screener_here("rules", "check", str(rules.path))
    assert done.code == 4
    assert "rules/safety/rules/soon.yaml: error: this is a folder" in done.out
