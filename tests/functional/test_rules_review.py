"""`screener rules review`: what is reviewed, a sheet to fill in, and back into `reviews.yaml` with nothing lost."""

from __future__ import annotations

import csv
import io
import json
import re
import threading
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from ownbook import QUESTIONS, RULES, write
from rulefolder import ROOT, Done, RuleFolder, screener_here
from screener.errors import UsageError
from screener.report.brief import BriefPage
from screener.report.text import render as text
from screener.rulebook.book import RuleBook
from screener.rulebook.cache import cached_rulebook, without_cases
from screener.rulebook.review.items import items_of
from screener.screening import Screener
from screener.standards.questionnaire import questionnaire
from screener.workbench.review.importing import import_sheet

RULE = "rule water-it-dry"


@pytest.fixture
def plants(tmp_path: Path) -> Path:
    return write(tmp_path / "plants", {})


def review(folder: Path, *options: str) -> Done:
    return screener_here("rules", "review", str(folder), *options)


def exported(folder: Path, *options: str) -> list[dict[str, str]]:
    sheet = folder.parent / "sheet.csv"
    done = review(folder, "--export", str(sheet), *options)
    assert done.code == 0, done.err
    with sheet.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def save(rows: list[dict[str, str]], path: Path, **how: Any) -> Path:
    """As a spreadsheet would save the rows."""
    out = io.StringIO()
    writer = csv.DictWriter(
        out, list(rows[0]), delimiter=how.get("delimiter", ","), lineterminator=how.get("end", "\n")
    )
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(out.getvalue().encode(how.get("encoding", "utf-8")))
    return path


def filled(folder: Path, verdict: str = "accepted", item: str = RULE, **cells: str) -> Path:
    """A sheet in which one row is filled in."""
    rows = exported(folder)
    row = next(row for row in rows if row["item"] == item)
    row |= {"verdict": verdict, "by": "AB", "role": "gardener", "date": "2026-11-20", **cells}
    return save(rows, folder.parent / "filled.csv")


def accept(folder: Path, **cells: str) -> None:
    done = review(folder, "--import", str(filled(folder, **cells)))
    assert done.code == 0, done.err


def status(folder: Path, item: str = RULE) -> dict[str, Any]:
    data = json.loads(review(folder, "--format", "json").out)
    return next(each for each in data["items"] if each["item"] == item)


# what is shown


def test_the_shipped_book_says_that_nothing_is_reviewed() -> None:
    done = screener_here("rules", "review", "rules")
    assert done.code == 0
    assert "0 of 338 rules reviewed" in done.out
    assert screener_here("--version").out.count("(0 of 338 rules reviewed)") == 1
    assert screener_here("rules", "review", "rules", "--require", "reviewed", "--pack", "safety").code == 4
    assert screener_here("rules", "review", "rules", "--require", "none-reopened").code == 0


@pytest.mark.parametrize("form", ["txt", "json", "html"])
def test_so_do_the_summary_of_a_batch_and_an_evaluation(form: str, tmp_path: Path) -> None:
    cases, summary = str(ROOT / "examples" / "batch" / "cases.jsonl"), tmp_path / f"summary.{form}"
    screener_here("batch", cases, "-o", str(tmp_path / "out.jsonl"), "--summary", str(summary))
    assert cached_rulebook().reviewed in summary.read_text(encoding="utf-8")
    done = screener_here("evaluate", cases, "--truth", "magnesium < 0.70", "--format", {"txt": "text"}.get(form, form))
    assert cached_rulebook().reviewed in done.out, done.err


def test_a_rule_that_was_accepted_is_reviewed(plants: Path) -> None:
    accept(plants, comment="Good, = and short.")
    found = status(plants)
    assert found["status"] == "reviewed"
    assert found["reviews"][0]["comment"] == "Good, = and short."
    assert "1 of 1 rules reviewed" in review(plants).out
    assert review(plants, "--require", "reviewed", "--kind", "rule").code == 0
    done = review(plants, "--require", "reviewed")
    assert done.code == 4
    assert "not reviewed: " in done.err


def test_a_change_reopens_it_and_the_difference_is_shown_from_the_file_alone(plants: Path) -> None:
    accept(plants)
    rules = plants / "class" / "rules.yaml"
    rules.write_text(
        RULES.replace("much light", "little light").replace("at_least: 3", "at_least: 4"), encoding="utf-8"
    )
    found = status(plants)
    assert found["status"] == "reopened"
    assert "- because: Dry soil and much light." in found["change"]
    assert "+ because: Dry soil and little light." in found["change"]
    assert any("{leaves: {at_least: 4}}" in line for line in found["change"])
    done = review(plants)
    assert "plants/class/rules.yaml:2: reopened: rule water-it-dry" in done.out
    assert "    AB, gardener, 2026-11-20: accepted" in done.out
    assert review(plants, "--require", "none-reopened").code == 4
    checked = screener_here("rules", "check", str(plants))
    assert "plants/class/rules.yaml:2:5: warning: `rule water-it-dry` is reopened" in checked.out
    rules.write_text(RULES, encoding="utf-8")  # back to what was reviewed
    assert status(plants)["status"] == "reviewed"


def test_what_a_question_asks_is_part_of_what_a_rule_means(plants: Path) -> None:
    accept(plants)
    asked = plants / "questionnaire.yaml"
    asked.write_text(QUESTIONS.replace("Is the soil dry?", "Was the soil ever dry?"), encoding="utf-8")
    assert status(plants)["change"] == [
        "- asked dry_soil: Is the soil dry?",
        "+ asked dry_soil: Was the soil ever dry?",
    ]


def test_two_reviewers(plants: Path) -> None:
    (plants / "reviews.yaml").write_text("# Two of us.\nneeds: 2\nreviews: []\n", encoding="utf-8")
    accept(plants)
    assert status(plants)["status"] == "partly"
    accept(plants, by="ab ", date="2026-11-21")  # the same person once more
    assert status(plants)["status"] == "partly"
    accept(plants, by="CD")
    assert status(plants)["status"] == "reviewed"
    text = (plants / "reviews.yaml").read_text(encoding="utf-8")
    assert text.startswith("# Two of us.\nneeds: 2\nreviews:\n  - item: ")
    assert text.count("said:") == 1
    accept(plants, by="EF", verdict="change asked", comment="Say how dry.")
    assert status(plants)["status"] == "change asked"
    accept(plants, by="EF", date="2026-11-22")
    assert status(plants)["status"] == "reviewed"
    accept(plants, by="GH", verdict="rejected", comment="Wrong.")
    assert status(plants)["status"] == "rejected"
    assert "warning: `rule water-it-dry` is rejected by GH: Wrong. [review]" in screener_here(
        "rules", "check", str(plants)
    ).out  # fmt: skip


def test_what_is_gone_is_told(plants: Path) -> None:
    accept(plants)
    rules = plants / "class" / "rules.yaml"
    rules.write_text(RULES.replace("water-it-dry", "water-it-when-dry"), encoding="utf-8")
    assert "gone: `rule water-it-dry` was reviewed and is not in the rule book any more" in review(plants).out
    assert "`rule water-it-dry` was reviewed and is not in the rule book" in screener_here(
        "rules", "check", str(plants)
    ).out  # fmt: skip


@pytest.mark.parametrize(
    ("options", "some", "none"),
    [
        (["--pack", "safety"], "rule safety-emergency-chest-pain", "rule article-nothing-matched-no-sign-no-risk"),
        (["--pack", "safety"], "setting potassium-emergency-high", "question fatigue"),
        (["--urgency", "emergency"], "rule safety-emergency-chest-pain", "flag epsom-note"),
        (["--topic", "supplements"], "flag epsom-note", "rule safety-emergency-chest-pain"),
        (["--topic", "supplements"], "rule article-epsom-note-epsom-salts", "text footer"),
        (["--kind", "text", "--kind", "topic"], "text footer", "flag epsom-note"),
    ],
)
def test_filters(options: list[str], some: str, none: str) -> None:
    data = json.loads(screener_here("rules", "review", "rules", "--format", "json", *options).out)
    names = {each["item"] for each in data["items"]}
    assert some in names
    assert none not in names


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--pack", "safty"], "there is no pack `safty`, did you mean `safety`?"),
        (["--topic", "supplement"], "there is no topic `supplement`, did you mean `supplements`?"),
        (["--urgency", "soonish"], "there is no level of urgency `soonish`, did you mean `soon`?"),
        (["--status", "opened"], "there is no status `opened`, did you mean"),
        (["--kind", "rules"], "there is no kind `rules`, did you mean `rule`?"),
        (["--by", "AB"], "`--by` belongs to `--import`"),
        (["--export", "sheet.xlsx"], "`--export` writes FILE.csv or FILE.html, not `sheet.xlsx`"),
        (["--import", "a.csv", "--pack", "safety"], "`--import` reads the whole sheet; leave `--pack` out"),
        (["--import", "a.csv", "--date", "20.11.2026"], "`20.11.2026` is not a day; write it as 2026-11-28"),
        (["--rules", "examples/books/iron"], "name the rule book once"),
    ],
)
def test_wrong_options(options: list[str], says: str) -> None:
    done = screener_here("rules", "review", "rules", *options)
    assert done.code == 2
    assert says in done.err


def test_a_book_that_is_named_goes_before_the_variable(plants: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCREENER_RULES", "examples/books/iron")
    assert "0 of 1 rules reviewed" in review(plants).out


def test_nothing_chosen_does_not_hold(plants: Path) -> None:
    assert review(plants, "--status", "rejected", "--require", "reviewed").code == 4


# the sheet


def test_the_whole_book_goes_out_is_filled_in_and_comes_back(tmp_path: Path) -> None:
    rules = RuleFolder.copy(tmp_path)
    rows = exported(rules.path)
    assert [row["item"] for row in rows] == list(items_of(RuleBook.load(rules.path)))
    chest = next(row for row in rows if row["item"] == "rule safety-emergency-chest-pain")
    assert chest["in_words"].startswith(
        "When chest pain now or in the last 12 hours: the urgency is at least emergency."
    )
    assert "fires: {chest_pain: yes}" in chest["cases"]
    assert "S89: Recent-onset chest pain (CG95)" in chest["sources"]
    assert "urgency: none instead of emergency" in chest["effect"]
    words = ["Yes.", '=1+1 "quoted", with; both', "über – ok", "- minus", "line one", "'quoted"]
    for number, row in enumerate(rows):
        row |= {"verdict": ("accepted", "Change asked", "REJECTED")[number % 3], "comment": words[number % len(words)]}
        row |= {"by": "AB" if number % 2 else "Dr. Öz", "role": "pharmacist", "date": f"2026-0{1 + number % 9}-11"}
    sheet = save(rows[::-1], tmp_path / "back.csv", delimiter=";", end="\r\n", encoding="utf-8-sig")
    done = review(rules.path, "--import", str(sheet))
    assert done.code == 0, done.err
    assert f"{len(rows)} reviews added to " in done.err
    data = json.loads(review(rules.path, "--format", "json").out)
    standing = {each["item"]: each for each in data["items"]}
    for row in rows:
        (found,) = standing[row["item"]]["reviews"]
        assert standing[row["item"]]["hash"] == row["hash"]
        for name in ("by", "role", "date", "comment"):
            assert found[name] == row[name], row["item"]
        assert found["verdict"] == row["verdict"].lower()
    before = (rules.path / "reviews.yaml").read_bytes()
    again = review(rules.path, "--import", str(sheet))
    assert f"0 reviews added to {rules.path / 'reviews.yaml'}, {len(rows)} reviews there already" in again.err
    assert (rules.path / "reviews.yaml").read_bytes() == before


def test_the_page_can_be_printed(plants: Path, tmp_path: Path) -> None:
    out = tmp_path / "sheet.html"
    assert review(plants, "--export", str(out)).code == 0
    page = out.read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "<h2>rule water-it-dry</h2>" in page
    assert "<script" not in page
    assert "Dry soil and much light." in page
    assert "@media print" in page


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_spreadsheets_save_is_read(encoding: str, delimiter: str, plants: Path) -> None:
    with filled(plants, date="1.2.2026", comment="=SUM(A1)").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kept = [{name: row[name] for name in ("hash", "verdict", "comment", "by", "role", "date", "item")} for row in rows]
    sheet = save(kept, plants.parent / "saved.csv", encoding=encoding, delimiter=delimiter, end="\r\n")
    done = review(plants, "--import", str(sheet))
    assert done.code == 0, done.err
    assert status(plants)["reviews"][0] | {"date": "2026-02-01", "comment": "=SUM(A1)"} == status(plants)["reviews"][0]


def test_what_no_row_says_is_given_once(plants: Path) -> None:
    sheet = filled(plants, by="", role="", date="")
    done = review(plants, "--import", str(sheet))
    assert done.code == 5
    assert "`by` is empty; write it, or give `--by` for all rows" in done.err
    done = review(plants, "--import", str(sheet), "--by", "AB", "--role", "gardener", "--date", "2026-03-04")
    assert done.code == 0, done.err
    assert status(plants)["reviews"][0]["date"] == "2026-03-04"


def test_a_name_that_no_review_can_have_is_told(plants: Path) -> None:
    done = review(plants, "--import", str(filled(plants, by="A" * 101)))
    assert done.code == 5
    assert "`by` has 101 characters; at most 100 are kept\nnothing was written\n" in done.err


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"verdict": "acepted"}, "`acepted` is not a verdict; write accepted, change asked or rejected, did you mean"),
        ({"verdict": "", "comment": "Hm."}, "there is a comment and no verdict"),
        ({"verdict": "rejected"}, "`rejected` needs a comment that says why"),
        ({"date": "11/20/2026"}, "`11/20/2026` is not a day; write it as 2026-11-28"),
        ({"date": "2026-02-30"}, "`2026-02-30` is not a day"),
        ({"date": "2999-01-01"}, "2999-01-01 is still to come"),
        (
            {"hash": "0" * 64},
            "`rule water-it-dry` has changed since the sheet was made, and `says` is not what it said",
        ),
        ({"item": "rule water-it-wet"}, "`rule water-it-wet` is not what this row is about (`rule water-it-dry`)"),
        ({"item": "rule water-it-wet", "says": ""}, "`rule water-it-wet` is not in the rule book, and `says` is not"),
    ],
)
def test_a_row_that_cannot_be_taken_is_named_and_nothing_is_written(
    cells: dict[str, str], says: str, plants: Path
) -> None:
    rows = list(csv.DictReader(io.StringIO(filled(plants).read_text(encoding="utf-8"))))
    next(row for row in rows if row["item"] == RULE).update(cells)
    sheet = save(rows, plants.parent / "wrong.csv")
    done = review(plants, "--import", str(sheet))
    assert done.code == 5
    assert says in done.err
    assert f"{sheet}:" in done.err
    assert done.err.endswith("nothing was written\n")
    assert not (plants / "reviews.yaml").exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b\n", "there is no column `item`"),
        ("", "there is no column `item`"),
        ("item,hash,verdict,verdict\n", "the column `verdict` is there twice"),
        ('item,hash,verdict\n"rule', "the sheet is not CSV"),
        ("item,hash,verdict,notes\nrule x,1,,Look here\n", "the column `notes` is not read; move it to `comment`"),
        ("item,hash,verdict\nrule x,1,,lost\n", "the column `number 4` is not read"),
        ("item,hash,verdict,,number 4\nrule x,1,,lost,\n", "the column `number 4` is not read"),
        ("item,hash,verdict\nr\xe4,1,\n".encode("latin-1"), "is not UTF-8; save the sheet as `CSV UTF-8`"),
    ],
)
def test_what_is_no_sheet(text: str | bytes, says: str, plants: Path) -> None:
    sheet = plants.parent / "sheet.csv"
    sheet.write_bytes(text if isinstance(text, bytes) else text.encode())
    done = review(plants, "--import", str(sheet))
    assert done.code == 5
    assert says in done.err


def test_a_review_of_an_older_wording_is_kept_and_named(plants: Path) -> None:
    sheet = filled(plants)
    rules = plants / "class" / "rules.yaml"
    rules.write_text(RULES.replace("much light", "little light"), encoding="utf-8")
    done = review(plants, "--import", str(sheet))
    assert done.code == 0
    assert "changed since the sheet was made, so it is reopened: rule water-it-dry" in done.err
    assert status(plants)["status"] == "reopened"
    assert "- because: Dry soil and much light." in status(plants)["change"]


def test_a_conflict_is_named(plants: Path) -> None:
    accept(plants)
    before = (plants / "reviews.yaml").read_bytes()
    done = review(plants, "--import", str(filled(plants, "rejected", comment="No.")))
    assert done.code == 5
    assert "AB has said `accepted` of `rule water-it-dry` on 2026-11-20 already" in done.err
    assert (plants / "reviews.yaml").read_bytes() == before


# the file


def entry(folder: Path, **changes: str) -> str:
    item = items_of(RuleBook.load(folder))[RULE]
    said = "".join(f"\n      - {json.dumps(line)}" for line in item.lines)
    values = {
        "item": RULE, "hash": item.hash, "by": "AB", "role": "gardener", "date": "2026-11-20", "verdict": "accepted",
        "said": said, **changes,
    }  # fmt: skip
    return "  - " + "\n    ".join(f"{key}: {value}" for key, value in values.items()) + "\n"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"item": "rules x"}, "`rules x` is not an item; write its kind and id"),
        ({"item": "flag water-it"}, "what was reviewed under this hash is `rule water-it-dry`"),
        ({"hash": "a" * 64}, "this is not what was reviewed: its hash is "),
        ({"hash": "x"}, "`x` is not written as it should be"),
        ({"date": "2026-02-30"}, "`2026-02-30` is not a day"),
        ({"verdict": "perhaps"}, "`perhaps` should be 'accepted', 'change asked' or 'rejected'"),
        ({"verdict": "rejected"}, "`rejected` needs a `comment` that says why"),
        ({"said": "[]"}, "no entry with this hash has `said`"),
        ({"who": "me"}, "`who` does not belong here"),
        ({"by": "''"}, "`by` is empty"),
    ],
)
def test_a_wrong_entry_is_an_error_at_its_place(changes: dict[str, str], says: str, plants: Path) -> None:
    (plants / "reviews.yaml").write_text(f"reviews:\n{entry(plants, **changes)}", encoding="utf-8")
    done = screener_here("rules", "check", str(plants))
    assert done.code == 4
    assert says in done.out
    assert "plants/reviews.yaml:" in done.out


def test_two_entries_of_one_reviewer_and_day_are_an_error(plants: Path) -> None:
    (plants / "reviews.yaml").write_text(f"reviews:\n{entry(plants)}{entry(plants, by='ab')}", encoding="utf-8")
    assert "`ab` has reviewed `rule water-it-dry` on 2026-11-20 twice (first on line 2)" in screener_here(
        "rules", "check", str(plants)
    ).out  # fmt: skip


def test_a_day_that_is_still_to_come_is_an_error_of_the_check(plants: Path) -> None:
    (plants / "reviews.yaml").write_text(f"reviews:\n{entry(plants, date='2999-01-01')}", encoding="utf-8")
    done = screener_here("rules", "check", str(plants))
    assert done.code == 4
    assert (
        "plants/reviews.yaml:2:5: error: the review of `rule water-it-dry` is of a day that is still to come"
        in done.out
    )


def test_nothing_is_written_when_the_file_changed_meanwhile(plants: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    accept(plants)
    sheet, file = filled(plants, by="CD"), plants / "reviews.yaml"
    from screener.workbench.review import importing

    read = importing.read_sheet

    def slow(*given: Any) -> Any:
        file.write_text(file.read_text(encoding="utf-8") + "# somebody else\n", encoding="utf-8")
        return read(*given)

    monkeypatch.setattr(importing, "read_sheet", slow)
    done = review(plants, "--import", str(sheet))
    assert done.code == 5
    assert "changed meanwhile" in done.err
    assert file.read_text(encoding="utf-8").endswith("# somebody else\n")


def test_reviews_are_not_put_where_an_update_deletes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from screener.workbench.review import importing

    monkeypatch.setattr(importing, "rules_folder", lambda: tmp_path / "_rules")
    with pytest.raises(UsageError, match="name a book of your own, with `extends: screener`"):
        import_sheet(None, tmp_path / "sheet.csv")


def test_imports_at_once_lose_nothing(plants: Path) -> None:
    """Each either adds its review or says that it did not."""
    sheets = []
    for number in range(8):
        name = plants.parent / f"sheet-{number}.csv"
        name.write_bytes(filled(plants, by=f"R{number}").read_bytes())
        sheets.append(name)
    done: list[str] = []

    def run(sheet: Path, by: str) -> None:
        try:
            import_sheet(plants, sheet)
        except Exception:
            return
        done.append(by)

    threads = [threading.Thread(target=run, args=(sheet, f"R{number}")) for number, sheet in enumerate(sheets)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each["by"] for each in status(plants)["reviews"]) == sorted(done)
    assert done


# what people see


def test_a_review_changes_what_people_read_and_nothing_else(plants: Path) -> None:
    before = RuleBook.load(plants)
    assert before.reviewed == "0 of 1 rules have been reviewed."
    accept(plants)
    after = cached_rulebook(plants)
    assert after.sha256 == before.sha256
    assert after.reviewed == "1 of 1 rules have been reviewed."
    assert replace(after, reviews=before.reviews) == without_cases(before)
    page = text(BriefPage(Screener(after).screen(after.intake(dry_soil=True)), after).blocks())
    assert "1 of 1 rules have been reviewed." in " ".join(page.split())


def test_dates_stand_in_the_questionnaire_only_when_each_question_is_reviewed(plants: Path) -> None:
    rows = exported(plants, "--kind", "question", "--kind", "screen")
    assert "approvalDate" not in questionnaire(RuleBook.load(plants))
    for number, row in enumerate(rows):
        row |= {"verdict": "accepted", "by": "AB", "role": "gardener", "date": f"2026-11-{10 + number}"}
    sheet = save(rows[:-1], plants.parent / "most.csv")
    assert review(plants, "--import", str(sheet)).code == 0
    assert "approvalDate" not in questionnaire(RuleBook.load(plants))
    assert review(plants, "--import", str(save(rows, plants.parent / "all.csv"))).code == 0
    made = questionnaire(RuleBook.load(plants))
    assert made["approvalDate"] == made["lastReviewDate"] == f"2026-11-{9 + len(rows)}"


def test_reviewers_stand_in_the_library_only_when_each_rule_is_reviewed(plants: Path, tmp_path: Path) -> None:
    def made() -> dict[str, Any]:
        out = tmp_path / "library.json"
        assert screener_here("rules", "export", "--rules", str(plants), "--format", "fhir", "-o", str(out)).code == 0
        found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        get_fhir_model_class("Library").model_validate(found)
        return found

    before = made()
    assert {"approvalDate", "lastReviewDate", "reviewer"}.isdisjoint(before)
    assert before["description"].endswith("0 of 1 rules have been reviewed.")
    assert 'define "rule water-it-dry"' in b64decode(before["content"][0]["data"]).decode()
    accept(plants)
    after = made()
    assert after["approvalDate"] == after["lastReviewDate"] == "2026-11-20"
    assert after["reviewer"] == [{"name": "AB (gardener)"}]


def test_a_book_that_stands_on_another_has_its_reviews(plants: Path) -> None:
    accept(plants)
    own = plants.parent / "own"
    (own / "ours").mkdir(parents=True)
    (own / "rulebook.yaml").write_text(
        "version: 1.0.0\ntitle: Ours\nextends: ../plants\npacks: [ours]\n", encoding="utf-8"
    )
    (own / "ours" / "pack.yaml").write_text("title: Ours\nversion: 1.0.0\nabout: Ours.\n", encoding="utf-8")
    assert status(own)["status"] == "reviewed"
    accept(own, item="flag water-it")
    assert status(own, "flag water-it")["status"] == "reviewed"
    assert status(plants, "flag water-it")["status"] == "open"
    accept(own, by="CD")  # of what is said in the other book's file
    assert "said:" not in (own / "reviews.yaml").read_text(encoding="utf-8").partition('by: "CD"')[2]
    assert [each["by"] for each in status(own)["reviews"]] == ["AB", "CD"]


def test_no_page_says_it_in_prose() -> None:
    """That nobody has reviewed something is said by the reviews, in one place."""
    prose = re.compile(r"\b(no clinician|nobody|no one|none of them)\b[^.]{0,40}\breviewed\b", re.IGNORECASE)
    files = [
        *(ROOT / "rules").rglob("*.yaml"), *(ROOT / "examples").rglob("*.yaml"), *(ROOT / "src").rglob("*.yaml"),
        *(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md",
    ]  # fmt: skip
    assert [path.name for path in files if prose.search(path.read_text(encoding="utf-8"))] == []
