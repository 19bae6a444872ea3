"""Routes that are not written as such (strengths in per cent, drops, foams), and words that are no close names."""

from __future__ import annotations

from pathlib import Path

import pytest

from screener.rulebook.medicine.result import AskWhich, Recognised
from shippedbook import BOOK

FOLDER = Path(__file__).parents[2] / "rules" / "vocabulary"
TABLE = BOOK.medicines
PLAIN = [e for e in TABLE.entries if e.generic.isalpha() and e.route == "oral" and e.generic not in TABLE.index.stems]
BY_DRIP = {"K_PRODUCT", "MG_PRODUCT", "OSMOTIC_DIURETIC", "ALKALI", "BETA2", "INSULIN", "NEUTRAL_CONTROL"}
ASKED = {"licorice", "cortisone"}  # lay names: `cortisone tablets`


def only(name: str) -> Recognised:
    (result,) = TABLE.match(name).results
    assert isinstance(result, Recognised), name
    return result


@pytest.mark.parametrize("strength", ["1%", "0.1 %", "0,05%", "(2%)", "5 percent", "0.5% w/w"])
def test_a_strength_in_per_cent_is_a_cream_or_drops(strength: str) -> None:
    for entry in PLAIN:
        if entry.generic in ASKED:
            continue
        found = only(f"{entry.generic} {strength}")
        if BY_DRIP & set(entry.classes) or entry.classes == ("NOT_SYSTEMIC",):
            assert found.classes == entry.classes, entry.generic
        elif "BETABLOCKER_EYE" not in found.classes:
            assert found.classes == ("NOT_SYSTEMIC",), entry.generic
            assert found.reason == "on the skin or in the eye: not counted"
            assert found.marks == {"class:NOT_SYSTEMIC"}
        if not BY_DRIP & set(entry.classes):
            assert only(f"{entry.generic} {strength} tablets").classes == entry.classes


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ramipril 5 mg, prednisolone 1%", "ACEI+NOT_SYSTEMIC"),
        ("prednisolone 1%, ramipril 5 mg", "ACEI+NOT_SYSTEMIC"),
        ("potassium chloride 0.3% in glucose 5%", "K_PRODUCT"), ("timolol 0.5%", "BETABLOCKER_EYE"),
        ("hydrocortisone 100 mg in sodium chloride 0.9%", "NEUTRAL_CONTROL+STEROID"),
        ("magnesium sulfate 50%", "MG_PRODUCT"), ("Albuterol 0.083%", "BETA2"), ("ketorolac 0.5% injection", "NSAID"),
        ("tobramycin 0.3% / dexamethasone 0.1%", "NOT_SYSTEMIC"),
    ],
)  # fmt: skip
def test_whose_strength_it_is(name: str, expected: str) -> None:
    assert "+".join(sorted(TABLE.match(name).classes)) == expected


def test_drops_are_asked_about_where_it_matters() -> None:
    for entry in PLAIN:
        if {"NEUTRAL_CONTROL", "NOT_SYSTEMIC"} & set(entry.classes) or entry.generic in ASKED:
            continue
        (result,) = TABLE.match(f"{entry.generic} drops").results
        assert isinstance(result, AskWhich), entry.generic
        assert result.id == "which-drops"
        for label, meant in result.choices:
            assert (TABLE.match(meant).classes == set(entry.classes)) is (label == "to swallow"), meant


@pytest.mark.parametrize(
    ("name", "route", "said"),
    [
        ("TOBI podhaler", "inhaled", ""), ("budesonide foam", "rectal", ""), ("budesonide enema", "rectal", ""),
        ("gentamicin cream", "skin", "on the skin"), ("gentamicin ear drops", "ear", "ear drops"),
        ("collyre dexamethasone", "eye", "eye drops"), ("dexamethasone ear drops", "ear", "ear drops"),
        ("Maxidex", "eye", "eye drops"), ("Otomize", "ear", "ear drops"), ("Sofradex", "ear", "ear drops or eye drops"),
        ("Sofradex eye drops", "eye", "eye drops"), ("Daktarin oral gel", "mouth", "only in the mouth"),
        ("Daktarin", "skin", "on the skin"), ("budesonide cream", "skin", "on the skin"),
        ("fluticasone cream", "skin", "on the skin"), ("fusidic acid cream", "skin", "on the skin"),
    ],
)  # fmt: skip
def test_the_route_that_was_written_is_said(name: str, route: str, said: str) -> None:
    found = only(name)
    assert (found.route, found.reason) == (route, f"{said}: not counted" if said else "")
    assert found.known_without_effect or not said


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("potassium sparing diuretic", "k-sparing"), ("potassium-sparing diuretic", "k-sparing"),
        ("loop diuretic", "loop-diuretic"), ("my thiazide", "thiazide"), ("ACE-inhibitor", "ace-inhibitor"),
        ("ACE-Hemmer", "ace-inhibitor"), ("angiotensin receptor blockers", "arb"), ("beta-blocker", "beta-blocker"),
        ("calcium channel blocker", "calcium-blocker"), ("PPI", "ppi"), ("NSAIDs", "painkiller"),
    ],
)  # fmt: skip
def test_a_class_is_asked_about(name: str, question: str) -> None:
    (result,) = TABLE.match(name).results
    assert isinstance(result, AskWhich)
    assert result.id == question
    assert not TABLE.match(name).classes


@pytest.mark.parametrize(
    ("name", "classes"),
    [("ACE inhibitor: ramipril", {"ACEI"}), ("beta blocker: bisoprolol", {"NEUTRAL_CONTROL"}),
     ("loop diuretic: Lasix", {"LOOP"}), ("PPI: omeprazole", {"PPI"})],
)  # fmt: skip
def test_a_class_before_a_colon_keeps_the_medicine(name: str, classes: set[str]) -> None:
    assert TABLE.match(name).classes == classes
    assert not TABLE.match(name).unrecognized


def test_no_word_of_the_lists_is_offered_a_close_name() -> None:
    words = TABLE.lexicon.listed
    assert len(words) > 800
    assert {"allergie", "diuretic", "sparing", "wife", "tablets"} <= words
    for word in words:
        assert not [item for item in TABLE.match(word).close_to if item.names[0].distance], word


@pytest.mark.parametrize(
    "form",
    ["Brausetabletten", "Filmtablette", "Hartkapseln", "comprimés pelliculés", "sirop", "sobres", "bustine",
     "compresse", "bruistabletten", "tabletki musujące", "kapsułki", "Granulat", "LS", "PG"],
)  # fmt: skip
def test_a_form_in_another_language_changes_nothing(form: str) -> None:
    for entry in PLAIN[::9]:
        if entry.generic not in ASKED:
            assert only(f"{entry.generic} 20 mg {form}").classes == only(entry.generic).classes, entry.generic
