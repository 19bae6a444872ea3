"""Changing a rule on the page to explore: what is wrong, which cases change, what is offered; on a copy only."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from rulefolder import ROOT
from screener.rulebook.book import RuleBook
from screener.rulebook.contents import fingerprint
from screener.web.desk.explore_edit import LONGEST, MOST_RULES
from screener.web.desk.written import as_written
from screener.web.settings import Settings
from webclient import Client
from webforms import FORM, forms, words

RULES = ROOT / "rules"
RULE = "article-refractory-potassium-still-low"
ANIMALS = ROOT / "examples" / "books" / "animals"


def post(client: Client, path: str = "/explore", **fields: Any) -> httpx.Response:
    return client.post(path, content=urlencode(fields, doseq=True), headers=FORM)


@pytest.fixture(scope="module")
def text(book: RuleBook) -> str:
    return as_written(book.rule[RULE], RULES)


@pytest.fixture(scope="module")
def changed(text: str) -> str:
    return text.replace("{potassium_still_low: yes}", "{potassium_still_low: no}", 1)


def test_the_rule_is_opened_in_a_box(client: Client, text: str) -> None:
    page = post(client, edit=RULE)
    assert f"Your rule in place of {RULE}" in words(page)
    (form,) = [form for form in forms(page) if form.action == "/explore"]
    assert {"yaml", "edits", "boxed", "was"} <= form.names
    assert "With your rules" not in words(page)
    assert f"Your rule in place of {RULE}" in words(post(client, pick=RULE, open="yes"))
    assert "Your rule" not in words(post(client, pick=RULE))


def test_changed_cases_and_own_cases_are_told(client: Client, changed: str) -> None:
    before = fingerprint(RULES)
    page = words(post(client, boxed=RULE, edit=RULE, yaml=changed, flag="refractory-potassium"))
    assert f"With your rules, on a copy: {RULE}" in page
    assert re.search(r"Of \d+ made-up cases come out differently: [1-9]", page)
    assert re.search("V06 Potassium that stayed low ?: raised → ruled out", page)
    assert "its own case should be fires and is silent" in page
    assert "(changed)" in page
    assert fingerprint(RULES) == before


def test_a_change_stays_while_the_class_steps_and_answers(client: Client, changed: str) -> None:
    edits = json.dumps({RULE: changed})
    assert "With your rules" in words(post(client, edits=edits, step="1"))
    assert "With your rules" in words(post(client, edits=edits, case="V07"))
    given = {"a.told_low_potassium": "yes", "a.potassium_prescribed": "yes", "a.potassium_still_low": "no"}
    mine = words(post(client, **given, edits=edits, flag="refractory-potassium", step="9"))
    assert "Potassium that stayed low flag raised" in mine
    assert "flag raised" not in words(post(client, **given, flag="refractory-potassium", step="9"))
    assert "With your rules" not in words(post(client, edits=edits, undo=RULE))


def test_an_error_has_its_place_and_the_book_stays(client: Client, text: str) -> None:
    wrong = text.replace("potassium_still_low", "potassium_still_lo", 1)
    page = words(post(client, boxed=RULE, edit=RULE, yaml=wrong))
    assert "line 3, column 73" in page
    assert "did you mean `potassium_still_low`?" in page
    assert "The copy cannot be used like this." in page
    assert "Download" not in page
    assert "<script>" not in post(client, boxed=RULE, edit=RULE, yaml="- id: <script>alert(1)</script>").text


def test_the_changed_book_is_offered_and_loads(client: Client, changed: str, book: RuleBook, tmp_path: Path) -> None:
    answer = post(client, "/changed-book.zip", edits=json.dumps({RULE: changed}))
    assert answer.status_code == 200
    assert 'filename="rules-changed.zip"' in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(tmp_path)
    loaded = RuleBook.load(tmp_path / "rules")
    assert loaded.rule[RULE].when != book.rule[RULE].when
    others = [rule for rule in book.rules if loaded.rule[rule.id].condition != rule.condition]
    assert [rule.id for rule in others] == [RULE]


def test_the_changed_file_differs_in_the_rule_alone(client: Client, changed: str, book: RuleBook) -> None:
    answer = post(client, "/changed-rules.yaml", edits=json.dumps({RULE: changed}))
    place = book.rule[RULE].place
    before = (ROOT / place.file).read_text(encoding="utf-8").split("\n")
    after = answer.text.split("\n")
    assert len(before) == len(after)
    assert [line for line, other in zip(before, after, strict=True) if line != other] == [
        line for line in before[place.line : place.line + 3] if "potassium_still_low: yes" in line
    ]


def test_every_rule_given_back_as_it_is_changes_no_file(client: Client, book: RuleBook) -> None:
    for rule in book.rules[::40]:
        same = as_written(rule, RULES)
        assert "With your rules" not in words(post(client, boxed=rule.id, yaml=same.replace("\n", "\r\n")))
        answer = post(client, "/changed-rules.yaml", edits=json.dumps({rule.id: same + "  # seen\n"}))
        assert answer.text.replace("# seen", "").split() == (ROOT / rule.place.file).read_text("utf-8").split()


@pytest.mark.parametrize(
    "given",
    [
        {"edit": "no-such-rule"},
        {"edits": "[]"},
        {"edits": '{"no-such-rule": "x"}'},
        {"edits": json.dumps({RULE: 5})},
        {"edits": json.dumps({RULE: "x" * (LONGEST + 1)})},
        {"boxed": RULE, "yaml": "x" * (LONGEST + 1)},
        {"pick": "../../etc/passwd", "open": "yes"},
        {"case": "V999"},
    ],
)
def test_what_the_page_never_sends_is_refused(given: dict[str, str], client: Client) -> None:
    assert post(client, **given).status_code == 422


def test_too_many_rules_at_once(client: Client, book: RuleBook) -> None:
    many = {rule.id: as_written(rule, RULES) + "# x\n" for rule in book.rules[: MOST_RULES + 1]}
    answer = post(client, edits=json.dumps(many))
    assert (answer.status_code, f"at most {MOST_RULES} rules" in words(answer)) == (422, True)


@pytest.mark.parametrize("path", ["/changed-book.zip", "/changed-rules.yaml"])
def test_nothing_that_is_wrong_is_offered(path: str, client: Client, text: str) -> None:
    assert post(client, path).status_code == 422
    assert post(client, path, edits=json.dumps({RULE: text.replace("when", "whan", 1)})).status_code == 422


def test_each_change_has_an_address_and_is_nobody_elses(client: Client, changed: str) -> None:
    key = {"cookie": client.get("/explore").headers["set-cookie"].split(";")[0], **FORM}
    sent = urlencode({"boxed": RULE, "edit": RULE, "yaml": changed})
    found = client.post("/explore", content=sent, headers=key)
    assert (found.status_code, found.headers["location"][:9]) == (303, "/explore/")
    for _ in range(2):
        assert "With your rules" in words(client.get(found.headers["location"], headers=key))
    assert client.get(found.headers["location"]).status_code == 303


def test_a_book_of_your_own_in_german() -> None:
    client = Client(Settings(rules_folder=ANIMALS))
    before = fingerprint(ANIMALS)
    rule = RuleBook.load(ANIMALS).rule["zoo-tiger-streifen"]
    changed = as_written(rule, ANIMALS).replace("{muster: [Streifen]}", "{muster: [Flecken]}", 1)
    page = words(post(client, boxed=rule.id, edit=rule.id, yaml=changed))
    assert "Mit Ihren Regeln, auf einer Kopie" in page
    assert "Ein Tiger" in page
    answer = post(client, "/changed-book.zip", edits=json.dumps({rule.id: changed}))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert b"{muster: [Flecken]}" in archive.read("animals/zoo/pack.yaml")
    assert fingerprint(ANIMALS) == before


def test_a_rule_of_the_book_that_another_extends_is_not_changed(tmp_path: Path) -> None:
    (tmp_path / "mine" / "own").mkdir(parents=True)
    (tmp_path / "mine" / "rulebook.yaml").write_text(f"version: 0.1.0\nextends: {ANIMALS}\npacks: [own]\n")
    (tmp_path / "mine" / "own" / "pack.yaml").write_text("title: Own\nversion: 0.1.0\nabout: Eigene Regeln.\n")
    client = Client(Settings(rules_folder=tmp_path / "mine"))
    assert "Diese Regel ändern" not in words(client.get("/explore"))
    assert post(client, edit="zoo-tiger-streifen").status_code == 422
