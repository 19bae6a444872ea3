"""A changed rule file tried before it is saved: what is wrong, and for which cases something changes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rulefolder import ROOT, RuleFolder
from screener.engine import reference
from screener.engine.facts import facts_of
from screener.rulebook.book import RuleBook
from screener.rulebook.contents import fingerprint
from screener.rulebook.drafts import Drafts, drafted
from screener.workbench.cases import examined
from screener.workbench.check.check import check
from screener.workbench.diff.cases import outcome_of
from screener.workbench.projectcases import Packed, project_cases
from screener.workbench.trial import FileTrials

PACK = "plants/pack.yaml"


@pytest.fixture
def plants(tmp_path: Path) -> Path:
    """The smallest of the books that come with the program."""
    shutil.copytree(ROOT / "examples" / "books" / "minimal", tmp_path / "plants-book")
    return tmp_path / "plants-book"


def changed(folder: Path, old: str, new: str, name: str = PACK) -> dict[str, str]:
    text = (folder / name).read_text(encoding="utf-8")
    assert text.count(old) == 1
    return {name: text.replace(old, new)}


def test_nothing_changes_with_the_text_as_it_is(plants: Path) -> None:
    found = FileTrials(plants).tried({PACK: (plants / PACK).read_text(encoding="utf-8")})
    assert found.book is not None
    assert (found.compared, found.problems, found.texts, found.vignettes, found.cases) == (True, (), (), (), ())
    assert (found.broken, found.tried) == ((), 2)


def test_a_changed_condition_breaks_its_cases_and_moves_them(plants: Path) -> None:
    found = FileTrials(plants).tried(changed(plants, "when: {dry_soil: yes}", "when: {dry_soil: no}"))
    assert [(each.expected, each.got) for each in found.broken] == [("fires", "silent"), ("silent", "fires")]
    assert {each.place.line for each in found.broken} == {17}
    assert ("water-it", "raised", "ruled-out") in found.cases[0].changes
    assert [str(each) for each in found.texts] == ["rule plants-water-it-dry-soil: changed (when)"]


def test_an_error_has_its_place_and_nothing_is_compared(plants: Path) -> None:
    found = FileTrials(plants).tried(changed(plants, "when: {dry_soil: yes}", "when: {dry_soill: yes}"))
    assert found.book is None
    assert not found.compared
    (problem,) = found.errors
    assert (problem.file, problem.line, problem.column) == ("plants-book/plants/pack.yaml", 14, 12)
    assert "did you mean `dry_soil`?" in problem.message


def test_a_case_under_the_draft(plants: Path) -> None:
    found = FileTrials(plants).tried(changed(plants, "title: Water the plant", "title: Give water"))
    assert found.book is not None
    report = examined(found.book, RuleBook.load(plants).intake.read({"dry_soil": "yes"})).build()
    assert [flag.title for flag in report.flags] == ["Give water"]
    assert [each.parts for each in found.texts] == [("title",)]


def test_what_a_case_is_because_of_counts_too(plants: Path) -> None:
    text = "cases: [{fires: {dry_soil: yes}}, {silent: {dry_soil: no}}]"
    found = FileTrials(plants).tried(changed(plants, text, text.replace("yes}}", "yes}, reasons: [another]}")))
    (broken,) = found.broken
    assert broken.expected == "fires, because of another"
    assert broken.got == "fires, because of no other rule"


def test_vignettes_beside_the_book(plants: Path) -> None:
    folder = plants.parent / "vignettes"
    folder.mkdir()
    (folder / "dry.json").write_text('{"dry_soil": true}')
    (folder / "odd.json").write_text('{"dry_sole": true}')
    found = FileTrials(plants).tried(changed(plants, "when: {dry_soil: yes}", "when: {dry_soil: no}"))
    assert [each.case for each in found.vignettes] == ["dry.json"]
    assert [name for name, _ in found.refused] == ["odd.json"]
    assert "did you mean `dry_soil`?" in found.refused[0][1]


def test_a_saved_book_that_is_wrong_is_nothing_to_compare_with(plants: Path) -> None:
    right = (plants / PACK).read_text(encoding="utf-8")
    (plants / PACK).write_text(right.replace("concludes:", "concluded:"))
    trials = FileTrials(plants)
    assert trials.saved() is None
    found = trials.tried({PACK: right})
    assert found.book is not None
    assert not found.compared
    assert found.problems == ()


def test_the_saved_book_is_read_again_when_it_changes(plants: Path) -> None:
    trials = FileTrials(plants)
    draft = changed(plants, "title: Water the plant", "title: Give water")
    assert trials.tried(draft).texts
    (plants / PACK).write_text(draft[PACK])
    assert not trials.tried(draft).texts


def test_a_question_that_is_new_is_tried_and_not_compared(plants: Path) -> None:
    name = "questionnaire.yaml"
    text = (plants / name).read_text() + "  - {field: wilted, section: Soil, label: limp, ask: Limp?, why: A sign.}\n"
    rules = (plants / PACK).read_text() + (
        "  - id: plants-water-it-wilted\n    concludes: water-it\n    when: {wilted: yes}\n    because: It is limp.\n"
        "    sources: [ours]\n    cases: [{fires: {wilted: yes}}]\n"
    )
    found = FileTrials(plants).tried({name: text, PACK: rules})
    assert (found.errors, found.broken, found.tried) == ((), (), 3)
    assert [each.changes for each in found.cases] == [(("water-it", "ruled-out", "possible"),)], "it is open now"
    assert {"question wilted: added", "rule plants-water-it-wilted: added"} <= set(map(str, found.texts))


def test_a_book_that_extends_another_is_read_with_the_draft_of_its_first_line(plants: Path) -> None:
    clinic = plants.parent / "clinic"
    (clinic / "ours").mkdir(parents=True)
    (clinic / "ours" / "pack.yaml").write_text("title: Ours\nversion: 1.0.0\nabout: Nothing yet.\n")
    saved = "version: 1.0.0\ntitle: Ours\nextends: ../plants-book\npacks: [ours]\n"
    (clinic / "rulebook.yaml").write_text(saved)
    assert FileTrials(clinic).tried({"rulebook.yaml": saved}).errors == ()
    found = FileTrials(clinic).tried({"rulebook.yaml": saved.replace("plants-book", "plant-book")})
    assert any("there is no rule book in" in problem.message for problem in found.errors), found.problems


def test_the_fingerprint_is_that_of_the_draft(plants: Path) -> None:
    draft = changed(plants, "title: Water the plant", "title: Give water")
    with drafted(Drafts({(plants / PACK).resolve(): draft[PACK].encode()})):
        before = fingerprint(plants)
    (plants / PACK).write_text(draft[PACK])
    assert before == fingerprint(plants)


def test_a_document_that_is_parsed_once_keeps_no_problem_of_the_time_before(plants: Path) -> None:
    trials = FileTrials(plants)
    draft = changed(plants, "when: {dry_soil: yes}", "when: {dry_soill: yes}")
    assert trials.tried(draft).problems == trials.tried(draft).problems
    assert trials.tried({}).problems == ()


def test_the_same_problems_as_the_check_of_the_saved_file(tmp_path: Path) -> None:
    rules = RuleFolder.copy(tmp_path)
    name = "safety/rules/red-flags.yaml"
    text = (rules.path / name).read_text(encoding="utf-8")
    draft = text.replace("concludes:", "concluded:").replace("fainted", "fantied", 1)
    found = FileTrials(rules.path).tried({name: draft})
    (rules.path / name).write_text(draft, encoding="utf-8")
    assert list(found.problems) == check(rules.path)


def test_statuses_from_sets_of_cases_are_those_of_the_engines(book: RuleBook) -> None:
    packed = project_cases(book)
    chosen = packed.cases[::25]
    some = Packed(book, chosen)
    for number, case in enumerate(chosen):
        expected = reference.infer(book, facts_of(book.intake.read(case.answers), book))
        got = outcome_of(some, number)
        assert got.values == expected.values
        assert (got.suppressed, got.urgency, got.urgency_could_be) == (
            expected.suppressed, expected.urgency, expected.urgency_could_be,
        )  # fmt: skip
        assert set(got.rules) == set(expected.rules)


def test_a_flag_that_weighs_more_moves_the_urgency_of_cases(tmp_path: Path) -> None:
    rules = RuleFolder.copy(tmp_path)
    name = "article/flags.yaml"
    text = (rules.path / name).read_text(encoding="utf-8")
    found = FileTrials(rules.path).tried({name: text.replace("urgency: routine", "urgency: soon", 1)})
    moved = [change for shift in (*found.vignettes, *found.cases) for change in shift.changes]
    assert ("urgency", "routine", "soon") in moved


def test_a_case_is_examined_as_the_engine_does(book: RuleBook) -> None:
    intake = book.intake.read({"type_2_diabetes": True, "fatigue": True})
    assert examined(book, intake).build().flags
