"""`topics.yaml`: what is wrong with it is said at its place, and a book without it has a topic for each flag."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulefolder import RuleFolder
from screener.errors import RuleBookError
from screener.report.page import PageBuilder
from screener.report.result import ResultPage
from screener.report.text import render
from screener.rulebook.book import RuleBook
from screener.screening import Screener

NAME = "topics.yaml"
LOW = "speaks_for: [low-magnesium-reported]"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (LOW, "speaks_for: [low-magnesium-reportd]", "there is no flag `low-magnesium-reportd`, did you mean"),
        (LOW, "speaks_for: [low-magnesium-reported, high-magnesium]", "`high-magnesium` belongs to"),
        ("ask: [own-range]", "ask: [own-rang]", "there is no question in `asks` `own-rang`, did you mean `own-range`"),
        ("  signs: [magnesium-sym", "  signs: [magnesum-sym", "no finding or flag `magnesum-symptom`"),
        ("within: [other-medicines]", "within: [other-medicine]", "there is no topic `other-medicine`"),
        ("Some sources call {magnesium} low", "Some sources call {magnesum} low", "`{magnesum}` is not a placeholder"),
        ("Some sources call {magnesium} low", "Some sources call {magnesium low", "a single `{` cannot be used"),
        ("That is no test of your levels.", "That is no test of {signs}.", "the last line is for everybody else"),
        ("priority: 99", "priority: 0", "greater than or equal to 1"),
        ("flags: [kidney-failure-no", "flags: [kidney-failur-no", "the topic does not speak for `kidney-failur-no"),
        ("flags: [kidney-failure-no", "flags: [epsom-note, kidney-failure-no", "it is not `fail_safe: yes`"),
        ('title: "Kidneys: not known yet"', 'title: "{signs}"', "`{signs}` is not a placeholder"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_at_its_line(old: str, new: str, message: str, tmp_path: Path) -> None:
    folder = RuleFolder.copy(tmp_path)
    line = folder.replace(NAME, old, new)
    with pytest.raises(RuleBookError) as caught:
        RuleBook.load(folder.path)
    found = [problem for problem in caught.value.problems if message in problem.message]
    assert found, str(caught.value)
    assert abs(found[0].line - line) <= 3
    assert found[0].file.endswith(NAME)


def test_cautions_about_one_thing_that_is_not_known_are_told_once() -> None:
    screener = Screener()
    about_kidneys = ("kidney-failure-no-supplements", "kidney-disease-supplement-caution", "kidney-supplement-caution")
    open_case = {"magnesium_supplement": "yes", "chest_pain": "no"}
    for answers, once, own in (
        (open_case, 1, []),
        ({**open_case, "dialysis": "yes"}, 0, ["kidney-failure-no-supplements"]),  # certain: in its own words
        ({**open_case, "egfr": 90, "kidney_disease": "no", "dialysis": "no", "ckd_stage": 1}, 0, []),
    ):
        report = screener.screen(screener.book.intake.read(answers))
        titles = [screener.book.flags[name].title for name in about_kidneys]
        details = render(PageBuilder(report, screener.book).page(), 10_000)
        for shown in (details, ResultPage(report, screener.book).content()):
            assert shown.count("Kidneys: not known yet") == once, answers
            assert [title for title in titles if title in shown] == [screener.book.flags[name].title for name in own]


def test_a_book_without_topics_has_one_for_each_flag(tmp_path: Path) -> None:
    folder = RuleFolder.copy(tmp_path)
    (folder.path / NAME).unlink()
    book = RuleBook.load(folder.path)
    assert list(book.complete_topics) == list(book.flags)
    summary = Screener(book).screen(book.intake.read({"chest_pain": "no", "potassium": 3.1})).summary
    flag = book.flags["low-potassium-reported"]
    (topic,) = [topic for topic in summary.topics if topic.id == flag.id]
    assert topic.title == flag.title
    assert flag.explanation.startswith(topic.line)
