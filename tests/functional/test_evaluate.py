"""`screener evaluate`: tables counted by hand, in every form of input, and a truth that nothing reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from rulefolder import screener, screener_here

FLAG = "medicine-lowers-magnesium"  # raised by furosemide, ruled out by an empty list, open without a list
TRUTH = ["--truth", "magnesium < 0.70"]
# how many people: (magnesium, medicines): the table below is counted from these by hand
MADE: list[tuple[int, str | None, list[str] | None]] = [
    (12, "0.6 mmol/L", ["furosemide"]),
    (3, "0.6 mmol/L", []),
    (2, "0.6 mmol/L", None),
    (5, "0.8 mmol/L", ["furosemide"]),
    (20, "0.8 mmol/L", []),
    (4, "0.8 mmol/L", None),
    (6, None, ["furosemide"]),
    (1, "< 0.8 mmol/L", []),
    (1, "< 0.5 mmol/L", ["furosemide"]),
]


def people() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for many, magnesium, medicines in MADE:
        for _ in range(many):
            answers: dict[str, Any] = {
                "case_id": f"p{len(found)}",
                "age": 50,
                "sex": ("female", "male")[len(found) % 2],
            }
            if magnesium is not None:
                answers |= {"magnesium": magnesium, "magnesium_measured": True, "told_low_magnesium": True}
            if medicines is not None:
                answers["medicines"] = medicines
            found.append(answers)
    return found


def write(folder: Path, form: str) -> Path:
    path = folder / f"people.{form}"
    if form == "jsonl":
        path.write_text("".join(json.dumps(one) + "\n" for one in people()), encoding="utf-8")
        return path
    table = pa.Table.from_pylist(people())
    if form == "parquet":
        pq.write_table(table, path)
    else:
        words = [None if (held := one.get("medicines")) is None else json.dumps(held) for one in people()]
        pa_csv.write_csv(
            table.set_column(table.schema.get_field_index("medicines"), "medicines", pa.array(words)), path
        )
    return path


def evaluated(*words: str) -> dict[str, Any]:
    done = screener_here("evaluate", *words, "--format", "json")
    assert done.code == 0, done.err
    data: dict[str, Any] = json.loads(done.out)
    return data


def subject(data: dict[str, Any], name: str, kind: str = "flag") -> dict[str, Any]:
    (found,) = [one for one in data["subjects"] if one["id"] == name and one["kind"] == kind]
    return dict(found)


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_the_table_is_the_one_counted_by_hand(form: str, tmp_path: Path) -> None:
    data = evaluated(str(write(tmp_path, form)), *TRUTH)
    assert data["taken_away"] == ["magnesium", "magnesium_measured", "told_low_magnesium"]
    assert data["people"][0] == {
        "by": "all", "group": "all", "truth_yes": 18, "truth_no": 29, "truth_unknown": 7, "people": 54,
    }  # fmt: skip
    assert data["only_bounds"] == 1
    table = subject(data, FLAG)["all"]
    assert table["truth_yes"] == {"raised": 13, "open": 2, "not_raised": 3, "people": 18}
    assert table["truth_no"] == {"raised": 5, "open": 4, "not_raised": 20, "people": 29}
    assert table["truth_unknown"] == {"raised": 6, "open": 0, "not_raised": 1, "people": 7}
    shares = {one["name"]: one for one in table["measures"]}
    assert {name: (one["count"], one["of"]) for name, one in shares.items()} == {
        "sensitivity": (13, 16), "specificity": (20, 25), "positive predictive value": (13, 18),
        "negative predictive value": (20, 23),
    }  # fmt: skip
    sensitivity = shares["sensitivity"]
    assert sensitivity["share"] == pytest.approx(0.8125)
    assert (sensitivity["low"], sensitivity["high"]) == pytest.approx((0.5699, 0.9341), abs=1e-4)
    assert (sensitivity["least"], sensitivity["most"]) == pytest.approx((13 / 18, 15 / 18))
    predictive = shares["positive predictive value"]
    assert (predictive["least"], predictive["most"]) == pytest.approx((13 / 22, 15 / 20))
    negative = shares["negative predictive value"]
    assert (negative["least"], negative["most"]) == pytest.approx((20 / 25, 24 / 27))


def test_groups_with_enough_people_have_tables(tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in people() * 5), encoding="utf-8")
    groups = subject(evaluated(str(path), *TRUTH), FLAG)["groups"]
    assert [(one["by"], one["group"]) for one in groups] == [("age", "40 to 64"), ("sex", "female"), ("sex", "male")]
    sexes = [one["truth_yes"]["raised"] for one in groups[1:]]
    assert sum(sexes) == groups[0]["truth_yes"]["raised"] == 5 * 13


def test_open_is_no_row_of_its_own_in_text_and_page(tmp_path: Path) -> None:
    path = str(write(tmp_path, "jsonl"))
    text, page = (screener_here("evaluate", path, *TRUTH, "--format", form).out for form in ("text", "html"))
    row = next(line.split() for line in text.splitlines() if line.startswith(FLAG))
    assert row[1:] == ["13", "2", "3", "5", "4", "20"]
    for said in (text.replace("\n", " "), page):
        assert "This describes these data and nothing else" in said
        assert "Open is not counted as no" in said
    assert page.count("<h1>") == 1
    assert "<script" not in page


def test_what_is_said_about_rules_that_ask_for_the_truth(tmp_path: Path) -> None:
    data = evaluated(str(write(tmp_path, "jsonl")), *TRUTH)
    assert subject(data, "low-magnesium-reported")["asks_for"]
    assert subject(data, FLAG)["asks_for"] == []


def test_output_files_and_refused_records(tmp_path: Path) -> None:
    path = write(tmp_path, "jsonl")
    path.write_text(path.read_text(encoding="utf-8") + '{"case_id": "x", "potassium": 41}\n', encoding="utf-8")
    out = tmp_path / "page.html"
    done = screener("evaluate", str(path), *TRUTH, "-o", str(out), "--strict")
    assert done.code == 3
    assert out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert "1 records were refused" in out.read_text(encoding="utf-8")
    assert "page.html" in screener("evaluate", str(path), *TRUTH, "-o", str(out)).err
    assert screener("evaluate", str(path), *TRUTH, "-o", str(path), "--force").code == 2


@pytest.mark.parametrize(
    ("truth", "says"),
    [
        ("magnesium", "a field, one of <, <=, >, >=, =, !=, and a value"),
        ("magnesium <", "a field, one of"),
        ("magnezium < 0.7", "did you mean `magnesium`"),
        ("magnesium < 1.2", "write the unit"),
        ("magnesium < 3 mmol", "`mmol` is not a unit of magnesium"),
        ("magnesium < 30 mmol/L", "out of range"),
        ("magnesium = 0.7", "use <, <=, > or >="),
        ("magnesium < < 0.7", "no unit"),
        ("medicines = none", "`medicines` is a list"),
        ("fatigue > yes", "use = or !="),
        ("fatigue = maybe", "not yes or no"),
        ("sex = femal", "use `female` or `male`"),
        ("age >= 65 months", "`months` is not the unit"),
    ],
)
def test_a_truth_that_is_none_is_named(truth: str, says: str, tmp_path: Path) -> None:
    done = screener_here("evaluate", str(write(tmp_path, "jsonl")), "--truth", truth)
    assert done.code == 2
    assert says in done.err
    assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    ("truth", "yes", "no"),
    [
        ("magnesium >= 0.8 mmol/L", 29, 19),
        ("magnesium < 1.7 mg/dL", 18, 29),
        ("age <= 50", 54, 0),
        ("age != 50 years", 0, 54),
        ("sex = FEMALE", 27, 27),
        ("told_low_magnesium = yes", 48, 0),
        ("told_low_magnesium != yes", 0, 48),
    ],
)
def test_every_operator(truth: str, yes: int, no: int, tmp_path: Path) -> None:
    people = evaluated(str(write(tmp_path, "jsonl")), "--truth", truth)["people"][0]
    assert (people["truth_yes"], people["truth_no"]) == (yes, no)


def test_without_takes_more_away(tmp_path: Path) -> None:
    path = str(write(tmp_path, "jsonl"))
    table = subject(evaluated(path, *TRUTH, "--without", "medicines"), FLAG)["all"]
    assert (table["truth_yes"]["raised"], table["truth_yes"]["open"]) == (0, 18)
    done = screener_here("evaluate", path, *TRUTH, "--without", "medicine")
    assert "did you mean `medicines`" in done.err


# health records


RECORDS = Path(__file__).parents[1] / "records" / "long"
FORMS = {
    "long": [str(RECORDS / "flat"), "--from", "long", "--map", str(RECORDS / "flat" / "mapping.yaml")],
    "omop": [str(RECORDS / "omop"), "--from", "omop"],
    "fhir": [str(Path(__file__).parents[2] / "examples" / "fhir" / "bulk"), "--from", "fhir"],
}


@pytest.mark.parametrize("form", FORMS)
def test_health_records(form: str) -> None:
    data = evaluated(*FORMS[form], "--truth", "potassium < 3.5")
    assert data["people"][0]["people"] > 1
    assert data["held"]


def test_a_value_of_the_truth_in_a_record_changes_no_flag(tmp_path: Path) -> None:
    """Normal, low and very low potassium in the same record: said of it are the same flags."""
    bundle = (Path(__file__).parents[2] / "examples" / "fhir" / "potassium-stays-low.json").read_text(encoding="utf-8")
    found = []
    for value in (2.2, 3.1, 4.4):
        data = json.loads(bundle)
        for entry in data["entry"]:
            quantity = entry["resource"].get("valueQuantity", {})
            if quantity.get("unit") in ("mmol/L", "mEq/L"):
                quantity["value"] = value
        path = tmp_path / f"{value}.json"
        path.write_text(json.dumps(data), encoding="utf-8")
        said = evaluated(str(path), "--from", "fhir", "--truth", "potassium < 3.5")["subjects"]
        found.append([_whoever(one["all"]) for one in said])
    assert found[0] == found[1] == found[2]


def _whoever(table: dict[str, Any]) -> tuple[int, ...]:
    """What is said of everybody, whatever the truth."""
    rows = [table[name] for name in ("truth_yes", "truth_no", "truth_unknown")]
    return tuple(sum(row[key] for row in rows) for key in ("raised", "open", "not_raised"))


# shared pages


def test_small_counts_and_what_gives_them_away_are_hidden(tmp_path: Path) -> None:
    data = evaluated(str(write(tmp_path, "jsonl")), *TRUTH, "--share")
    table = subject(data, FLAG)["all"]
    assert table["truth_yes"]["open"] is None
    assert table["truth_no"]["open"] is None
    for row in (table["truth_yes"], table["truth_no"]):
        shown = [row[key] for key in ("raised", "open", "not_raised")]
        assert shown.count(None) >= 2
        assert all(count is None or count % 5 == 0 for count in shown)
    whole = [one["all"][name][key] for one in data["subjects"] for name in ("truth_yes", "truth_no", "truth_unknown")
             for key in ("raised", "open", "not_raised")]  # fmt: skip
    assert not any(count in range(1, 5) for count in whole if count is not None)
    assert np.all([count is None or count % 5 == 0 for count in whole])
