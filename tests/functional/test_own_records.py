"""What health records are read for is data of the book: `records.yaml` of a book of one's own, and its mistakes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

import ownbook
from fhirs import Resource, imported, lab, request, statement
from rulefolder import RuleFolder, screener_here
from screener.errors import RuleBookError
from screener.records.codetable import book_codes, own_codes
from screener.records.options import Options
from screener.rulebook.book import RuleBook

JULY = date(2024, 7, 1)
HB, FERRITIN, CRP = "718-7", "2276-4", "1988-5"
QUESTIONS = ownbook.QUESTIONS + "".join(
    f"  - {{field: {name}, {kind}section: Lab, label: {name}, ask: {name}?, why: Blood.}}\n"
    for name, kind in (
        ("medicines", ""), ("hb_measured", ""), ("told_low_hb", ""), ("takes_iron", ""),
        ("iron_prescribed", ""), ("iron_still_low", ""),
        ("iron_months", "kind: decimal, from: 0, to: 720, unit: months, "),
        ("iron_weeks", "kind: decimal, from: 0, to: 520, unit: weeks, "),
    )
)  # fmt: skip
SETTINGS = "settings:\n  - {id: hb-low, value: 120, unit: g/L, meaning: low from here on down, sources: [P1]}\n"
RECORDS = """\
measures:
  - {id: crp, name: C-reactive protein, unit: mg/L, units: {mg/L: 1, mg/dL: 10}, from: 0, to: 500, not_the: hb}
results:
  - field: hb
    measured: hb_measured
    low:
      below: $hb-low
      answers: told_low_hb
      course:
        of: iron
        classes: [IRON]
        prescribed: iron_prescribed
        weeks: iron_weeks
        still_low: iron_still_low
        rising_above: 10
  - field: ferritin
    unclear: {below: 100, called: ferritin, measure: hb, measure_below: 70, tells: a second ferritin}
medicines:
  - {answers: takes_iron, classes: [IRON], months: iron_months, by_mouth: yes}
"""
MEDICINES = """\
generic,synonyms,brands_us,brands_uk,names_eu,brands_in,class,route,atc,atc_status,rxcui,rxcui_status,effect_magnesium,effect_potassium,qt,caution,evidence
ferrous sulfate,iron sulfate,,,,,IRON,oral,B03AA07,verified,24947,verified,none,none,,,P1
"""
CODES = "concept,kind,field,use,system,code,below,display,status,source,note\n" + "".join(
    f"{name},lab,{name},serum,LOINC,{code},,,verified,test,\n"
    for name, code in (("hb", HB), ("ferritin", FERRITIN), ("crp", CRP))
)


def write(folder: Path, records: str = RECORDS) -> Path:
    ownbook.write(folder, {}, questionnaire=QUESTIONS)
    for name, text in (
        ("records.yaml", records), ("class/settings.yaml", SETTINGS), ("vocabulary/medicines.csv", MEDICINES),
        ("vocabulary/classes.csv", "class,means\nIRON,iron\n"), ("vocabulary/codes.csv", CODES),
    ):  # fmt: skip
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def read(folder: Path, book: RuleBook, *resources: Resource) -> Any:
    options = Options(book, book_codes(book, folder), JULY)
    return imported(folder.parent, book, *resources, options=options)


def hb(name: str, value: float, when: str) -> Resource:
    return lab(name, value, when, HB, "g/L")


def test_a_book_reads_records_by_its_own_file(tmp_path: Path) -> None:
    folder = write(tmp_path / "plants")
    case = read(
        folder, RuleBook.load(folder),
        hb("first", 90, "2024-01-10"), request("iron", "ferrous sulfate", "2024-01-11"),
        hb("last", 98, "2024-06-01"),
    )  # fmt: skip
    assert case.answers == {
        "case_id": "p", "hb": 98.0, "medicines": [{"name": "ferrous sulfate", "months": 5.7}],
        "takes_iron": True, "iron_months": 5.7, "hb_measured": True, "told_low_hb": True, "iron_prescribed": True,
        "iron_still_low": True, "iron_weeks": 24.6,
    }  # fmt: skip
    assert case.provenance["iron_still_low"] == ["Observation/first", "MedicationRequest/iron", "Observation/last"]


@pytest.mark.parametrize(
    ("value", "told"), [(100.0, True), (101.0, None), (121.0, False)], ids=["low", "rising", "normal"]
)
def test_its_own_limits_decide_whether_it_is_still_low(value: float, told: bool | None, tmp_path: Path) -> None:
    folder = write(tmp_path / "plants")
    case = read(
        folder, RuleBook.load(folder),
        hb("a", 90, "2024-01-10"), request("iron", "ferrous sulfate", "2024-01-11"), hb("b", value, "2024-06-01"),
    )  # fmt: skip
    assert case.answers.get("iron_still_low") is told
    rising = "Observation/b: haemoglobin is still low and rising, so whether it stays low is left open."
    assert (rising in case.notes) == (told is None)


def test_its_notes_speak_of_its_own_subject(tmp_path: Path) -> None:
    folder = write(tmp_path / "plants")
    case = read(
        folder, RuleBook.load(folder),
        statement("iron", "ferrous sulfate"), lab("crp", 3, "2024-06-30", CRP, "mg/L"),
        lab("fer", 30, "2024-06-30", FERRITIN, "ng/mL"), hb("hb", 60, "2024-06-30"),
    )  # fmt: skip
    other = "Observation/crp: C-reactive protein is another measure than the haemoglobin that is asked about."
    assert other in case.notes
    (problem,) = case.problems
    said = "ferritin is low and so is haemoglobin (Observation/hb): only a second ferritin tells; left out"
    assert problem.message == said
    assert "ferritin" not in case.answers
    alone = read(folder, RuleBook.load(folder), request("iron", "ferrous sulfate", "2024-06-01"))
    assert "Iron is prescribed, but no low value is on record: the reason for it is not known." in alone.notes
    for text in (*case.notes, *alone.notes, *map(str, case.problems)):
        assert not any(word in text.lower() for word in ("magnesium", "potassium", "calcium"))


def test_a_book_without_the_file_answers_the_fields_alone(tmp_path: Path) -> None:
    folder = write(tmp_path / "plants")
    (folder / "records.yaml").unlink()
    (folder / "class" / "settings.yaml").unlink()
    (folder / "vocabulary" / "codes.csv").write_text(CODES.replace("crp,lab,crp", "crp,lab,"), encoding="utf-8")
    case = read(
        folder, RuleBook.load(folder),
        hb("hb", 60, "2024-06-30"), request("iron", "ferrous sulfate", "2024-06-01"),
    )  # fmt: skip
    assert set(case.answers) == {"case_id", "hb", "medicines"}


def test_a_book_that_extends_another_has_what_that_reads_and_adds_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    (folder / "own").mkdir(parents=True)
    for name, text in {
        "rulebook.yaml": "version: 1.0.0\ntitle: Ours\nextends: screener\npacks: [own]\n",
        "own/pack.yaml": "title: Ours\nversion: 1.0.0\nabout: Ours.\n",
        "units.yaml": ownbook.UNITS,
        "questionnaire.yaml": (
            "questions:\n  - {field: hb, kind: lab, analyte: haemoglobin, from: 20, to: 250, bare_up_to: 250,\n"
            "     section: Lab, label: hb, ask: Hb?, why: Blood. No rule uses it yet.}\n"
            "  - {field: told_low_hb, section: Lab, label: low, ask: Low?, why: Blood. No rule uses it yet.}\n"
        ),
        "records.yaml": "results:\n  - {field: hb, low: {below: 120, answers: told_low_hb}}\n",
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    codes = tmp_path / "own.csv"
    codes.write_text(CODES.splitlines(keepends=True)[0] + CODES.splitlines(keepends=True)[1], encoding="utf-8")
    book = RuleBook.load(folder)
    options = Options(book, own_codes(book_codes(book, folder), [codes], [], book.recorded), JULY)
    case = imported(tmp_path, book, hb("hb", 100, "2024-06-01"), lab("k", 3.1, "2024-06-01"), options=options)
    assert case.answers["told_low_hb"] is True
    assert case.answers["told_low_potassium"] is True


def test_a_limit_of_records_is_a_use_of_its_setting(tmp_path: Path) -> None:
    folder = write(tmp_path / "plants")
    done = screener_here("rules", "check", str(folder))
    assert "[unread-question]" in done.out + done.err
    assert "hb-low" not in done.out + done.err


WRONG = [
    ("field: hb\n    measured", "field: hbb\n    measured", "there is no field or measure `hbb`, did you mean `hb`?"),
    ("field: hb\n    measured", "field: dry_soil\n    measured", "`dry_soil` is not a number, so no result answers it"),
    ("answers: told_low_hb", "answers: told_low", "there is no field `told_low`"),
    ("answers: told_low_hb", "answers: leaves", "`leaves` should be a yes/no question"),
    ("below: $hb-low", "below: $hb-lo", "there is no setting `hb-lo`"),
    ("below: $hb-low", "below: 1", "`1` is outside what can be answered (20 to 250 g/L)"),
    ("below: $hb-low", "below: 12 g/dL", "is not written as it should be"),
    ("classes: [IRON]\n", "classes: [IRN]\n", "no medicine has the class `IRN`"),
    ("weeks: iron_weeks", "weeks: iron_months", "`iron_months` should be a number in weeks"),
    ("measure: hb,", "measure: crpp,", "there is no field or measure `crpp`"),
    ("not_the: hb}", "not_the: height_}", "there is no field `height_`"),
    ("from: 0, to: 500", "from: 500, to: 5", "`from` (500) should be less than `to` (5)"),
    ("mg/dL: 10}", "mg/dL: ten}", "`ten` is not a factor"),
    ("called: ferritin", "called: '{x}'", "is not a placeholder"),
    ("rising_above: 10", "rising_above: -1", "`rising_above` (-1) is how much more"),
    ("of: iron", "off: iron", "`off` does not belong here"),
    ("    unclear: {", "    uncleared: {", "`uncleared` does not belong here"),
    ("by_mouth: yes", "by_mouth: often", "should be"),
    ("medicines:\n", "medicines:\n  - {answers: takes_iron, classes: [IRON]}\n", "`takes_iron` is given twice"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), WRONG)
def test_what_is_wrong_is_told_at_its_place(old: str, new: str, message: str, tmp_path: Path) -> None:
    assert RECORDS.count(old) == 1
    folder = write(tmp_path / "plants", RECORDS.replace(old, new))
    with pytest.raises(RuleBookError) as error:
        RuleBook.load(folder)
    found = [problem for problem in error.value.problems if message in problem.message]
    assert found, str(error.value)
    first = RECORDS[: RECORDS.index(old)].count("\n") + 1
    assert found[0].file == "plants/records.yaml"
    assert first <= found[0].line <= first + new.count("\n") + 1
    assert found[0].column > 1


COMPUTED = [
    ("from: creatinine", "from: albumin", "`ckd-epi-2021` needs mg/dL, which is not a unit of `albumin`"),
    ("field: egfr", "field: potassium_prescribed_weeks", "`ckd-epi-2021` gives mL/min/1.73 m2"),
    ("by: ckd-epi-2021", "by: mdrd", "should be 'ckd-epi-2021'"),
    ("dialysis: dialysis", "on_dialysis: dialysis", "there is no field `on_dialysis`"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), COMPUTED)
def test_what_is_wrong_with_an_equation_is_told(old: str, new: str, message: str, tmp_path: Path) -> None:
    rules = RuleFolder.copy(tmp_path)
    line = rules.replace("records.yaml", old, new)
    with pytest.raises(RuleBookError) as error:
        RuleBook.load(rules.path)
    assert any(message in problem.message and problem.line == line for problem in error.value.problems), error.value


def test_the_file_is_part_of_the_fingerprint_and_of_a_diff(tmp_path: Path, book: RuleBook) -> None:
    rules = RuleFolder.copy(tmp_path)
    rules.replace("records.yaml", "rising_above: $potassium-rise", "rising_above: 0.4")
    changed = RuleBook.load(rules.path)
    assert changed.sha256 != book.sha256
    done = screener_here("rules", "diff", str(Path(__file__).parents[2] / "rules"), str(rules.path))
    assert "result of records" in done.out + done.err
    assert "potassium" in done.out
