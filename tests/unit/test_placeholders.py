"""A text that would be printed with a placeholder, a brace or a `$name` in it is an error at its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from rulefolder import screener_here
from screener.errors import RuleBookError, RuleProblem
from screener.rulebook import files
from screener.rulebook.book import RuleBook
from screener.rulebook.files import UNFILLED

# a small book in which every text that nothing fills ends with its own number
BOOK = {
    "rulebook.yaml": """\
version: 0.1.0
title: House plants <0>
about: Its words <1>
packs: [plants]
""",
    "questionnaire.yaml": """\
screens:
  - id: soil
    ask: What is true? <2>
    hint: Look at it <3>
questions:
  - field: dry_soil
    section: Soil <4>
    label: dry soil <5>
    ask: Is the soil dry? <6>
    why: Roots drink from it <7>
    help: Touch it <8>
    statement: The soil is dry <9>
    screen: soil
  - field: light
    kind: choice
    choices: [much, little <10>]
    section: Soil
    label: light
    ask: How much light is there?
    why: Leaves need it.
""",
    "topics.yaml": """\
asks:
  - id: often
    text: How often should I water it? <11>
topics:
  - id: water
    title: Water <12>
    priority: 1
    speaks_for: [water-it]
    ask: [often]
    lines:
      - text: Water it <13>
""",
    "plants/pack.yaml": """\
title: Plants <14>
version: 0.1.0
about: For a class <15>
sources:
  - {id: ours, kind: ours, title: our own words}
settings:
  - {id: dry, value: 3, unit: days, meaning: long, sources: [ours]}
findings:
  - id: thirst
    title: The plant is thirsty <16>
flags:
  - id: water-it
    title: Water the plant <17>
    explanation: The soil is dry <18>
    hides_because: It is dry <26>
    sources: [ours]
    ask:
      - How much water? <19>
      - And when? <20>
notes:
  - id: pot
    text: A pot has a hole <21>
    sources: [ours]
    beside: [water-it]
  - id: dark
    text: You said it is like this <22>
    when: {light: [much]}
    sources: [ours]
rules:
  - id: thirst-dry-soil
    concludes: thirst
    when: {any: [{dry_soil: yes}, {light: [much]}]}
    because: The soil is dry <23>
    strength: our own word <24>
    disagreement: none so far <25>
    sources: [ours]
  - id: water-it-thirst
    concludes: water-it
    when: {finding: thirst}
    because: It is thirsty.
    sources: [ours]
""",
}
TEXTS = range(27)


def problems(folder: Path, changed: dict[int, str]) -> list[RuleProblem]:
    """What is wrong with the book when these texts end like this."""
    for name, text in BOOK.items():
        for number in TEXTS:
            text = text.replace(f" <{number}>", f" {changed[number]}" if number in changed else "")
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    try:
        RuleBook.load(folder)
    except RuleBookError as error:
        return list(error.problems)
    return []


def place(number: int) -> tuple[str, int]:
    """The file and line of a text."""
    for name, text in BOOK.items():
        if (found := text.find(f"<{number}>")) >= 0:
            return name, text[:found].count("\n") + 1
    raise AssertionError(number)


@pytest.mark.parametrize("wrong", ["{medicine}", "{potasium}", "{", "here}", "$egfr-sever", "$dry"])
def test_what_nothing_fills_is_an_error_in_every_text(wrong: str, tmp_path: Path) -> None:
    quoted = {number: wrong for number in TEXTS if number != 10}  # a brace in a flow list has a meaning of its own
    if "$" in wrong:
        quoted[10] = wrong
    found = [p for p in problems(tmp_path / "book", quoted) if "the last line is for everybody" not in p.message]
    assert sorted((p.file.removeprefix("book/"), p.line) for p in found) == sorted(place(n) for n in quoted)
    bare = wrong.removeprefix("here")
    for problem in found:
        line = (tmp_path / problem.file).read_text(encoding="utf-8").splitlines()[problem.line - 1]
        assert line[problem.column - 1 :].startswith(bare)
        assert f"`{bare}`" in problem.message


def test_no_text_is_wrong_as_it_is(tmp_path: Path) -> None:
    assert problems(tmp_path / "book", {}) == []
    assert problems(tmp_path / "book", dict.fromkeys(TEXTS, "for US$ 5 or 5 $")) == []


@pytest.mark.parametrize(
    ("number", "ending", "says"),
    [
        (
            17,
            "{medicine}",
            "`{medicine}` is not a placeholder of `title`, which is filled with nothing: write the",
        ),
        (18, "$egfr-sever", "`$egfr-sever` would be printed literally: only a condition reads a setting; write the"),
        (19, "{mineral}", "`{mineral}` is not a placeholder of `ask`, which is filled with nothing"),
        (
            23,
            "{medicine}",
            "`{medicine}` is not a placeholder of `because`, which is filled with `{medicines}`, did",
        ),
        (22, "{lihgt}", "filled with the answers that its `when` reads, did you mean `light`?"),
        (22, "{dry_soil}", "`{dry_soil}` is not a placeholder of `text`, which is filled with the answers"),
        (13, "{lihgt}", "which is filled with the field of an answer"),
        (21, "{light}", "`{light}` is not a placeholder of `text`, which is filled with nothing"),
        (20, "}", "a single `}` cannot be used in a text; `ask` is filled with nothing"),
    ],
)
def test_what_would_be_right_is_said(number: int, ending: str, says: str, tmp_path: Path) -> None:
    assert says in " ".join(p.message for p in problems(tmp_path / "book", {number: ending}))


def test_what_is_filled_is_none(tmp_path: Path) -> None:
    assert problems(tmp_path / "book", {22: "{light}"}) == []


def test_every_command_refuses_the_book(tmp_path: Path) -> None:
    assert problems(tmp_path / "book", {17: "{medicine}"})
    (tmp_path / "case.json").write_text('{"dry_soil": "yes"}', encoding="utf-8")
    done = screener_here("screen", str(tmp_path / "case.json"), "--rules", str(tmp_path / "book"))
    assert done.code == 4
    assert done.out == ""
    assert done.err.startswith(
        f"book/plants/pack.yaml:{place(17)[1]}:28: `{{medicine}}` is not a placeholder of `title`"
    )


# what is in a text field of an entry and is no text that people read, or is filled, or is for authors
OTHERS = {
    "id", "field", "kind", "concludes", "urgency", "because", "redundant", "unit", "analyte", "screen",
    "since", "changed",
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "entry"),
    [
        ("findings", files.FindingEntry), ("flags", files.FlagEntry), ("questions", files.QuestionEntry),
        ("screens", files.ScreenEntry), ("rules", files.RuleEntry),
    ],
)  # fmt: skip
def test_a_new_text_of_an_entry_is_not_forgotten(kind: str, entry: type[BaseModel]) -> None:
    texts = {name for name, info in entry.model_fields.items() if "str" in str(info.annotation)}
    ids = {"sources", "suppresses", "hides", "instead_of", "units", "tells_of", "joins"}
    assert texts - OTHERS - ids <= set(UNFILLED[kind])
    assert set(UNFILLED[kind]) <= entry.model_fields.keys()
