"""A question of the kind `text`: what people write in their own words is kept and shown, and no rule reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ownbook
from rulefolder import screener_here
from screener.case.answers import OwnWords
from screener.errors import CaseError, RuleBookError
from screener.records.fhir.response import read_response
from screener.rulebook.book import RuleBook
from screener.screening import Screener
from screener.standards.assessment import response_of
from screener.standards.questionnaire import questionnaire
from screener.web.desk.desk import Desk
from screener.web.settings import Settings
from screener.web.wire import Job
from screener.workbench.prove.prove import prove

QUESTIONS = ownbook.QUESTIONS + (
    "  - {field: words, kind: text, longest: 40, section: Else, label: in your words, ask: What else?, why: We ask.}\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ownbook.write(tmp_path_factory.mktemp("words") / "plants", {}, questionnaire=QUESTIONS)


@pytest.fixture(scope="module")
def plants(folder: Path) -> RuleBook:
    return RuleBook.load(folder)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (3, "this is not text; write it in words"),
        (["a"], "this is not text"),
        (" \n", "nothing is written here; leave the answer out"),
        ("secret " * 9, "a text of 63 characters is too long; at most 40 are kept"),
        ("\ud800", "half of a character"),
    ],
)
def test_what_is_no_text_is_refused_and_never_repeated(value: Any, message: str, plants: RuleBook) -> None:
    with pytest.raises(CaseError, match=message) as caught:
        plants.intake.read({"words": value})
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("condition", ["{words: yes}", "{words: reported}", "{words: [blue]}", "{words: {above: 3}}"])
def test_no_rule_can_read_it(condition: str, tmp_path: Path) -> None:
    rules = ownbook.RULES.replace("{dry_soil: yes}", condition, 1)
    with pytest.raises(
        RuleBookError, match="`words` is what a person writes in their own words; no rule can read that"
    ):
        RuleBook.load(ownbook.write(tmp_path / "plants", {}, questionnaire=QUESTIONS, rules=rules))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("longest: 40", "longest: 0", "`longest` (0) is how many characters are kept: 1 to 5000"),
        ("longest: 40", "from: 3", "`from` belongs to `kind: whole`"),
        ("kind: text, ", "", "`longest` belongs to `kind: text`; this field has the kind `yes-no`"),
        ("longest: 40", "usual: {at_least: 3}", "only a number has a usual range"),
    ],
)
def test_what_can_be_wrong_with_its_question(old: str, new: str, message: str, tmp_path: Path) -> None:
    wrong = QUESTIONS.replace(old, new)
    folder = ownbook.write(tmp_path / "plants", {}, questionnaire=wrong)
    assert message in screener_here("rules", "check", str(folder)).out


def test_nothing_follows_for_it(tmp_path: Path) -> None:
    implies = "implies:\n  - {id: one, when: {dry_soil: no}, answers: {words: not reported}}\n"
    folder = ownbook.write(tmp_path / "plants", {}, questionnaire=implies + QUESTIONS)
    assert "nothing can follow for `words`" in screener_here("rules", "check", str(folder)).out


def test_the_page_for_a_clinician_shows_it_and_nothing_is_called_fine(plants: RuleBook) -> None:
    quiet = {"dry_soil": False, "leaves": 0, "light": "North"}
    report = Screener(plants).screen(plants.intake.read({**quiet, "words": "They\nare  blue"}))
    assert report.not_covered == ["words"]
    assert Screener(plants).screen(plants.intake.read(quiet)).not_covered == []
    assert prove(plants, only=["guard"]).failures == []


def test_every_view_of_a_case_holds_it(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "case.json").write_text(json.dumps({"words": "They\nare  blue"}), encoding="utf-8")
    case, rules = str(tmp_path / "case.json"), ("--rules", str(folder))
    assert "in your words: “They are blue”" in " ".join(
        screener_here("screen", case, "--clinician", *rules).out.split()
    )
    assert "in your words: “Red”" in screener_here("explain", case, "--what-if", "words=Red", *rules).out
    assert (
        "words: Annotated[str | None, OwnWords(40)]"
        in screener_here("rules", "export", "--format", "python", *rules).out
    )
    assert 'parameter "words" String' in screener_here("rules", "export", *rules).out
    schema = json.loads(screener_here("rules", "schema", "case", *rules).out)
    assert schema["properties"]["words"]["anyOf"][0]["maxLength"] == 40


WRITTEN = ["They are blue, and: soft", "12", 'a "quote"', "no", None]


@pytest.mark.parametrize("engine", ["columnar", "durable"])
@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_a_batch_keeps_it(form: str, engine: str, folder: Path, tmp_path: Path) -> None:
    source, out = tmp_path / f"in.{form}", tmp_path / "out.jsonl"
    rows = [{"case_id": str(number), "words": text} for number, text in enumerate([*WRITTEN, "x" * 41])]
    if form == "jsonl":
        source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    elif form == "csv":
        cells = ['"' + (row["words"] or "").replace('"', '""') + '"' for row in rows]
        lines = [f"{number},{cell}" for number, cell in enumerate(cells)]
        source.write_text("\n".join(["case_id,words", *lines]) + "\n", encoding="utf-8")
    else:
        pq.write_table(pa.Table.from_pylist(rows), source)
    done = screener_here("batch", str(source), "-o", str(out), "--keep", "words", "--engine", engine,
                         "--rejects", str(tmp_path / "no.jsonl"), "--rules", str(folder))  # fmt: skip
    assert done.code == 0, done.err
    assert [json.loads(line)["words"] for line in out.read_text(encoding="utf-8").splitlines()] == WRITTEN
    (refused,) = (tmp_path / "no.jsonl").read_text(encoding="utf-8").splitlines()
    assert "a text of 41 characters is too long" in refused


@given(st.text(min_size=1, max_size=40))
def test_a_form_brings_it_back(plants: RuleBook, text: str) -> None:
    try:
        intake = plants.intake.read({"words": text})
    except CaseError:
        assert not text.strip()
        return
    assert plants.intake.read(intake.answers()) == intake
    found = read_response(response_of(intake, plants), plants)
    assert found.answers["words"] == text


def test_a_form_asks_for_it(plants: RuleBook) -> None:
    items = [item for group in questionnaire(plants)["item"] for item in group.get("item", [])]
    (item,) = [item for item in items if item["linkId"] == "words"]
    assert (item["type"], item["maxLength"]) == ("text", 40)


def test_pages_ask_for_it(folder: Path, plants: RuleBook) -> None:
    desk = Desk(Settings(rules_folder=folder))
    body = b"answers=%7B%7D&length=default&field=words&value="
    page = desk.do(Job("questions", {}, b"answers=%7B%7D&length=default&go=words")).body.decode()
    assert '<textarea id="value" name="value" rows="5" maxlength="40"' in page
    again = desk.do(Job("questions", {}, body + b"x" * 41)).body.decode()
    assert "a text of 41 characters is too long" in again
    given = desk.do(Job("questions", {}, body + b"They+are+%3Cb%3Eblue")).body.decode()
    assert "They are" in given
    assert "<b>blue" not in given
    assert isinstance(plants.fields["words"], OwnWords)
