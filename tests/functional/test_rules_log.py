"""`screener rules log`: what changed between two versions, told with people, before and after."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from rulefolder import ROOT, RuleFolder, screener_here
from screener.rulebook.book import RuleBook
from screener.workbench.log.person import sentence

PACK = "plants/pack.yaml"


@pytest.fixture
def plants(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "examples" / "books" / "minimal", tmp_path / "plants-book")
    return tmp_path / "plants-book"


def change(folder: Path, old: str, new: str, name: str = PACK) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")


def copied(folder: Path) -> Path:
    return Path(shutil.copytree(folder, folder.with_name("before"), dirs_exist_ok=True))


def log(*arguments: str) -> str:
    done = screener_here("rules", "log", *arguments)
    assert (done.code, done.err) == (0, "")
    return done.out


def test_people_before_and_after(tmp_path: Path) -> None:
    rules = RuleFolder.copy(tmp_path)
    rules.replace("article/rules/risk.yaml", "when: {type_2_diabetes: yes}", "when: {licorice: yes}")
    rules.replace("safety/rules/red-flags.yaml", "Fainting can mean", "A faint can mean")
    data = json.loads(log("rules", str(rules.path), "--format", "json"))
    moves = {(each["what"], each["way"]): each for each in data["moves"]}
    people = moves["risk-of-both", "lost"]["people"]
    assert people[0]["source"] == "V01-diabetes-with-cramps-and-poor-sleep", "a vignette first"
    assert people[0]["who"].startswith("a woman of 52 who says yes to “tiredness”, “muscle cramps”")
    assert (people[0]["before"], people[0]["after"]) == ("comes up", "does not come up")
    assert all(len(each["people"]) <= 3 for each in data["moves"])
    assert {each["way"] for each in data["moves"] if each["what"] == "urgency"} == {"up", "down"}
    (said,) = [each for each in data["wordings"] if each["id"] == "safety-emergency-fainted"]
    assert said["before"].startswith("Fainting can mean")
    assert said["after"].startswith("A faint can mean")
    ids = {each["id"] for each in data["entries"]}
    assert "article-risk-of-both-type-2-diabetes" in ids
    assert "safety-emergency-fainted" not in ids, "only its words changed, which is told by itself"


def test_no_change_that_diff_finds_is_left_out(tmp_path: Path) -> None:
    rules = RuleFolder.copy(tmp_path)
    rules.replace("safety/settings.yaml", "    value: 6.5\n", "    value: 6.6\n")
    data = json.loads(log("rules", str(rules.path), "--format", "json", "--people", "50"))
    shifts = json.loads(screener_here("rules", "diff", "rules", str(rules.path), "--format", "json").out)["statuses"]
    shown = {
        (move["what"], person["before"].strip("“”"), person["after"].strip("“”"))
        for move in data["moves"]
        for person in move["people"]
    }
    assert {(each["what"], each["before"], each["after"]) for each in shifts} <= shown


def test_each_form(plants: Path) -> None:
    before = copied(plants)
    change(plants, "when: {dry_soil: yes}", "when: {dry_soil: no}")
    change(plants, "title: Water the plant", "title: Give <water>")
    text = log(str(before), str(plants))
    assert "Comes up, and did not before" in text
    assert "- Somebody who says no to “dry soil” (a case of plants-water-it-dry-soil)" in text
    assert "    before: it does not come up\n    now: it comes up" in text
    assert "Said in other words" in text
    assert "now: Give <water>" in text
    assert "In an emergency call" in text
    assert "# What changed, and for whom" in log(str(before), str(plants), "--format", "markdown")
    html = log(str(before), str(plants), "--format", "html")
    assert "Give &lt;water&gt;" in html
    assert "<script" not in html


def test_nothing_changed(plants: Path) -> None:
    assert "Nothing changed: the two versions mean and say the same." in log(str(plants), str(plants))


def test_a_case_is_made_up_where_none_shows_the_change(plants: Path) -> None:
    change(plants, "    cases: [{fires: {dry_soil: yes}}, {silent: {dry_soil: no}}]\n", "")
    before = copied(plants)
    change(plants, "when: {dry_soil: yes}", "when: {dry_soil: no}")
    assert "- Somebody who says yes to “dry soil” (made up)" in log(str(before), str(plants))


# from git


def git(folder: Path, *arguments: str) -> None:
    who = {f"GIT_{role}_{what}": "a@b.example" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {**os.environ, **who, "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", "-C", str(folder), *arguments], env=environment, check=True, capture_output=True)


@pytest.fixture
def repository(plants: Path) -> Path:
    """A repository in which the book is in a folder, with two versions and a third that is not committed."""
    top = plants.parent
    git(top, "init", "-q")
    git(top, "add", "plants-book")
    git(top, "commit", "-q", "-m", "The first version")
    git(top, "tag", "v1")
    change(plants, "title: Water the plant", "title: Give water")
    git(top, "commit", "-q", "-a", "-m", "Say give, not water")
    change(plants, "when: {dry_soil: yes}", "when: {dry_soil: no}")
    return plants


def test_a_revision_and_now(repository: Path) -> None:
    text = log(str(repository), "--git", "v1")
    assert "Say give, not water (" in text
    assert "The first version" not in text
    assert "now: Give water" in text
    assert "Comes up, and did not before" in text


@pytest.mark.parametrize("revisions", ["v1..HEAD", "v1..", "v1...HEAD", "HEAD~1..HEAD"])
def test_two_revisions(repository: Path, revisions: str) -> None:
    text = log(str(repository), "--git", revisions)
    assert "now: Give water" in text
    assert "Nothing changes for anybody" in text, "what is not committed does not count"


def test_the_other_way_round(repository: Path) -> None:
    assert "now: Water the plant" in log(str(repository), "--git", "HEAD..v1")


def test_a_book_that_is_the_whole_repository(plants: Path) -> None:
    git(plants, "init", "-q")
    git(plants, "add", ".")
    git(plants, "commit", "-q", "-m", "All")
    assert "Nothing changed" in log(str(plants), "--git", "HEAD")


def test_a_book_that_extends_another_is_taken_with_it(plants: Path) -> None:
    clinic = plants.parent / "clinic"
    (clinic / "ours").mkdir(parents=True)
    (clinic / "ours" / "pack.yaml").write_text("title: Ours\nversion: 1.0.0\nabout: Nothing yet.\n")
    (clinic / "rulebook.yaml").write_text("version: 1.0.0\ntitle: Ours\nextends: ../plants-book\npacks: [ours]\n")
    git(plants.parent, "init", "-q")
    git(plants.parent, "add", ".")
    git(plants.parent, "commit", "-q", "-m", "Both")
    change(plants, "title: Water the plant", "title: Give water")
    assert "now: Give water" in log(str(clinic), "--git", "HEAD")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["{book}", "--git", "v9"], "there is no revision `v9` in the repository of this book"),
        (["{book}", "--git", "v1..v9"], "there is no revision `v9`"),
        (["{book}", "--git", "--output=/tmp/x"], "there is no revision `--output=/tmp/x`"),
        (["{book}/plants", "--git", "v1"], "at `v1` there is no rule book in `plants-book/plants`"),
        (["{book}/nowhere", "--git", "v1"], "there is no folder"),
        (["{book}"], "give OLD and NEW, or BOOK and `--git REV[..REV]`"),
        (["{book}", "{book}", "--git", "v1"], "give OLD and NEW, or BOOK and `--git REV[..REV]`"),
    ],
)
def test_what_is_not_there_is_told(repository: Path, arguments: list[str], message: str) -> None:
    done = screener_here("rules", "log", *(each.format(book=repository) for each in arguments))
    assert done.code == 2
    assert message in done.err


def test_no_repository_and_no_git(plants: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = screener_here("rules", "log", str(plants), "--git", "v1")
    assert (done.code, "is in no git repository" in done.err) == (2, True)
    monkeypatch.setenv("PATH", str(plants))
    done = screener_here("rules", "log", str(plants), "--git", "v1")
    assert (done.code, "git is not installed" in done.err) == (5, True)


def test_a_person_in_a_sentence(book: RuleBook) -> None:
    answers = {
        "age": 70, "sex": "female", "diuretic": True, "muscle_cramps": True, "potassium": 3.1,
        "medicines": [{"name": "indapamide", "months": 36}, "ramipril"], "chest_pain": False,
    }  # fmt: skip
    said = sentence(book, answers)
    assert said == (
        "a woman of 70 who says yes to “muscle cramps” and “water tablet”; gives potassium result 3.1 mmol/L; "
        "takes indapamide for 36 months and ramipril; says no to “chest pain now or in the last 12 hours”"
    )
    assert sentence(book, {}) == "somebody who answers nothing"
    assert sentence(book, {"age": 20}) == "somebody of 20 who answers nothing else"
    assert "age" not in sentence(book, {"age": 20, "fatigue": True}).replace("language", "")
