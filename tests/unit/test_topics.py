"""`topics.yaml`: what is wrong with it is said at its place, and a book without it has a topic for each flag."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulefolder import RuleFolder
from screener.errors import RuleBookError
from screener.rulebook.load import load_rulebook
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
        ("Some sources call {magnesium} low", "Some sources call {magnesum} low", "`{magnesum}` is no placeholder"),
        ("Some sources call {magnesium} low", "Some sources call {magnesium low", "a single `{` cannot be used"),
        ("That is no test of your levels.", "That is no test of {signs}.", "the last line is for everybody else"),
        ("priority: 99", "priority: 0", "greater than or equal to 1"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_at_its_line(old: str, new: str, message: str, tmp_path: Path) -> None:
    folder = RuleFolder.copy(tmp_path)
    line = folder.replace(NAME, old, new)
    with pytest.raises(RuleBookError) as caught:
        load_rulebook(folder.path)
    found = [problem for problem in caught.value.problems if message in problem.message]
    assert found, str(caught.value)
    assert abs(found[0].line - line) <= 3
    assert found[0].file.endswith(NAME)


def test_a_book_without_topics_has_one_for_each_flag(tmp_path: Path) -> None:
    folder = RuleFolder.copy(tmp_path)
    (folder.path / NAME).unlink()
    book = load_rulebook(folder.path)
    assert list(book.complete_topics) == list(book.flags)
    summary = Screener(book).screen(book.intake.read({"chest_pain": "no", "potassium": 3.1})).summary
    flag = book.flags["low-potassium-reported"]
    (topic,) = [topic for topic in summary.topics if topic.id == flag.id]
    assert topic.title == flag.title
    assert flag.explanation.startswith(topic.line)
