"""Medicine names: every name of the table in many spellings, names that must not match, and the known traps."""

from __future__ import annotations

import pickle
import unicodedata
from itertools import combinations, permutations, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medicinetables import table_of
from screener.errors import RuleBookError
from screener.rulebook.medicine.result import MedicineEntry
from screener.rulebook.medicine.rows import COLUMNS
from screener.rulebook.medicine.table import CACHE_LIMIT, MedicineTable
from screener.rulebook.medicine.text import normalize
from shippedbook import BOOK

CSV = Path(__file__).parents[2] / "rules" / "vocabulary" / "medicines.csv"
TABLE = BOOK.medicines
ASKED = {"licorice", "liquorice"}  # lay names too, so a question comes first
NAMES = [(name, entry) for entry in TABLE.entries for name in entry.names if name not in ASKED]
NOT_LISTED = [
    line
    for line in (Path(__file__).parent / "medicines-not-listed.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
MINERALS = {"K_PRODUCT", "MG_PRODUCT"}


def classes(name: str) -> set[str]:
    return {found for entry in TABLE.match(name).entries for found in entry.classes}


def accented(name: str) -> str:
    return unicodedata.normalize("NFC", "".join(c + "\u0301" if c in "aeiou" else c for c in name))


def spellings(name: str) -> list[str]:
    """Ways in which people, packets and RxNorm write one name."""
    return [
        name, name.upper(), name.lower(), name.title(), name.swapcase(), f"  {name}\t", name.replace(" ", "  "),
        name.replace(" ", "\u00a0"), name.replace("-", " "), name.replace("-", ""), name.replace("-", "\u2011"),
        accented(name), unicodedata.normalize("NFD", accented(name)), f"{name}®", f"{name}™ 10 mg", f"{name} 40 mg",
        f"{name} 40mg tab", f"{name} 12.5 MG Oral Tablet", f"{name} 0.5mg/5ml oral solution", f"{name} 20 mEq",
        f"{name} 100 units/mL injection", f"{name} (40 mg)", f"{name} - 20 mg capsules",
        f"{name} 1,000 mg, twice a day",
        f"12 HR {name} 10 MEQ Extended Release Oral Tablet", f"{name} XR", f"{name} gastro-resistant tablets",
        f"{name} OTC", f"1 tablet of {name}", f"{name} 20 mg\nonce daily",
        f"{name} [{name}]", f"{name} ({name.upper()}) 5 mg", f"{name}, {name}",
    ]  # fmt: skip


PARTS = 16  # a few medicines a test: one test for each of them costs more than what it looks at
of_the_table = pytest.mark.parametrize("part", range(PARTS))


@of_the_table
def test_every_name_in_every_spelling(part: int) -> None:
    wrong = []
    for entry in TABLE.entries[part::PARTS]:
        for number, name in enumerate(name for name in entry.names if name not in ASKED):
            written = spellings(name)
            assert len(set(written)) >= 20
            for spelling in written if number == 0 else written[number % 4 :: 4]:
                found = TABLE.match(spelling)
                if (found.entries, found.unrecognized) != ((entry,), ()):
                    wrong.append((spelling, found))
    assert wrong == []


def test_the_list_of_other_medicines_is_long_enough() -> None:
    assert len(set(NOT_LISTED)) == len(NOT_LISTED) >= 2000


def test_other_medicines_are_not_recognised() -> None:
    for name in NOT_LISTED:
        for spelling in (name, name.upper(), f"{name} 40 mg tablet", f"{name}® XR", f"12 HR {name} 10 MEQ Oral Tablet"):
            found = TABLE.match(spelling)
            assert (found.entries, found.unrecognized) == ((), (spelling,))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # a whole name wins over the salt in it
        ("potassium chloride", "K_PRODUCT"), ("potassium chloride 20 mEq tablet", "K_PRODUCT"), ("KCl", "K_PRODUCT"),
        ("magnesium oxide 400 mg", "MG_PRODUCT"), ("Magnesium Sulphate 50% injection", "MG_PRODUCT"),
        ("Mag-Ox 400", "MG_PRODUCT"), ("Mag-Ox 400 400 mg tablet", "MG_PRODUCT"), ("MagOx400", "MG_PRODUCT"),
        ("Phillips' Milk of Magnesia", "MG_PRODUCT"), ("Phillips’ milk-of-magnesia 400 mg/5 mL", "MG_PRODUCT"),
        ("sodium picosulfate 10 mg", "LAXATIVE_STIM"), ("Sodium polystyrene sulphonate 15 g", "K_BINDER"),
        ("K-Tab", "K_PRODUCT"), ("K Tab 10 mEq tab", "K_PRODUCT"), ("Klor-Con M20", "K_PRODUCT"),
        ("Klor-Con/EF", "K_PRODUCT"), ("Theo-24", "XANTHINE"), ("Theo-24 200 mg", "XANTHINE"),
        ("arsenic trioxide 1 mg/mL", "QT_DRUG"), ("Amphotericin B liposomal 50 mg vial", "AMPHOTERICIN"),
        ("tenofovir disoproxil fumarate", "TENOFOVIR"), ("magnesium aspartate hydrochloride", "MG_PRODUCT"),
        # a salt word next to a name that is complete says nothing
        ("losartan potassium", "ARB"), ("Losartan Potassium 50 MG Oral Tablet", "ARB"),
        ("diclofenac potassium", "NSAID"), ("esomeprazole magnesium", "PPI"),
        ("esomeprazole magnesium 40 mg DR cap", "PPI"), ("amlodipine besylate", "NEUTRAL_CONTROL"),
        ("hydrocortisone sodium succinate", "STEROID"), ("heparin sodium 5000 units/mL", "HEPARIN"),
        ("quinidine gluconate ER", "QT_DRUG"), ("olmesartan medoxomil", "ARB"), ("enalapril maleate", "ACEI"),
        # all kinds of joining
        ("hydrochlorothiazide 25 MG / triamterene 37.5 MG Oral Tablet [Maxzide]", "KSPARING THIAZIDE"),
        ("triamterene-hydrochlorothiazide", "KSPARING THIAZIDE"), ("HCTZ + triamterene", "KSPARING THIAZIDE"),
        ("triamterene w/ HCTZ", "KSPARING THIAZIDE"), ("triamterene hydrochlorothiazide", "KSPARING THIAZIDE"),
        ("lisinopril-HCTZ", "ACEI THIAZIDE"), ("lisinopril - HCTZ 20-12.5 mg", "ACEI THIAZIDE"),
        ("losartan / hydrochlorothiazide", "ARB THIAZIDE"), ("olmesartan medoxomil-HCTZ", "ARB THIAZIDE"),
        ("sacubitril 24 mg / valsartan 26 mg", "ARNI"), ("valsartan and sacubitril", "ARNI"),
        ("piperacillin 4 g/tazobactam 0.5 g", "PENICILLIN_HIGH_DOSE"), ("co-amilofruse 5/40", "KSPARING LOOP"),
        ("amiloride 5 mg / 40 mg furosemide", "KSPARING LOOP"), ("co-trimoxazole", "TRIMETHOPRIM"),
        ("sulphamethoxazole 800 MG / trimethoprim 160 MG Oral Tablet [Bactrim]", "TRIMETHOPRIM"),
        ("omeprazole 20 MG / sodium bicarbonate 1100 MG Oral Capsule [Zegerid]", "PPI"),
        ("furosemide, spironolactone & omeprazole", "LOOP MRA PPI"), ("Aldactone (spironolactone) 25 mg", "MRA"),
        # forms, routes, directions
        ("12 HR potassium chloride 10 MEQ Extended Release Oral Tablet", "K_PRODUCT"), ("furosemide 40 mg tab", "LOOP"),
        ("LASIX®", "LOOP"), ("Furosémide", "LOOP"), ("Nexium 24HR", "PPI"), ("Prilosec OTC", "PPI"),
        ("Albuterol Sulfate HFA 90 mcg/actuation inhaler", "BETA2"), ("Humalog KwikPen 100 units/mL", "INSULIN"),
        ("insulin, regular, human 100 UNT/ML Injectable Solution", "INSULIN"), ("insulin glargine-yfgn", "INSULIN"),
        ("Humulin R U-100", "INSULIN"), ("Tylenol Extra Strength", "NEUTRAL_CONTROL"), ("Bactrim DS", "TRIMETHOPRIM"),
        ("furosemide 40mg twice a day", "LOOP"), ("omeprazole 20mg in the morning before food", "PPI"),
    ],
)  # fmt: skip
def test_traps_that_must_match(name: str, expected: str) -> None:
    assert (classes(name), TABLE.match(name).unrecognized) == (set(expected.split()), ())


@pytest.mark.parametrize(
    ("name", "expected", "left"),
    [
        ("acarbose-foozide / furosemide", "LOOP", ("acarbose-foozide",)),
        ("losartan and potassium", "ARB", ("potassium",)),
        ("potassium / losartan", "ARB", ("potassium",)),
        ("Foo 5 mg + Lasix + Bar", "LOOP", ("Foo 5 mg", "Bar")),
    ],
)
def test_what_is_left_of_a_combination_is_told(name: str, expected: str, left: tuple[str, ...]) -> None:
    assert (classes(name), TABLE.match(name).unrecognized) == ({expected}, left)


@pytest.mark.parametrize("name", ["", " ", "\n\t"])
def test_nothing_stands_for_nothing(name: str) -> None:
    assert (TABLE.match(name).entries, TABLE.match(name).unrecognized) == ((), ())


@pytest.mark.parametrize("name", ["Xyzal-forte heart tablet", "40 mg", "oral tablet", "/", "qwertz, chloride"])
def test_a_name_without_a_match_is_told_as_written(name: str) -> None:
    assert TABLE.match(f" {name} ").unrecognized == (name,)


@of_the_table
def test_a_salt_never_adds_a_mineral(part: int) -> None:
    for entry, salt in product(TABLE.entries[part::PARTS], ("potassium", "magnesium", "sodium", "calcium")):
        if entry.generic == "penicillin G" and salt == "potassium":
            continue  # a row of its own: it does bring potassium
        name = f"{entry.generic} {salt} 10 mg tablet"
        found = classes(name)
        if MINERALS & set(entry.classes) or TABLE.lexicon.salts.keys() & set(entry.generic.split()):
            assert found <= set(entry.classes), name
        else:
            assert not MINERALS & found, name
            assert set(entry.classes) <= found, name


@pytest.mark.parametrize("joint", [" / ", "/", " + ", "-", " & ", " and ", " with ", ", ", " plus "])
def test_combinations_of_the_table_in_any_order(joint: str) -> None:
    combined = [entry for entry in TABLE.entries if " / " in entry.generic]
    assert len(combined) > 100
    for entry, strength in product(combined, ("", " 10 MG")):
        for order in permutations(entry.generic.split(" / ")):
            name = joint.join(part + strength for part in order)
            found = TABLE.match(name)
            assert (found.entries, found.unrecognized) == ((entry,), ()), name


def is_by_mouth(entry: MedicineEntry) -> bool:
    """One ingredient, taken by mouth, and no question comes first."""
    carrier = normalize(entry.generic) in TABLE.lexicon.kinds["carrier"]
    return len(entry.ingredients) == 1 and entry.route == "oral" and not carrier and entry.generic not in ASKED


def test_combinations_of_two_listed_medicines() -> None:
    single = [entry for entry in TABLE.entries if is_by_mouth(entry) and ", " not in entry.generic]
    rows = [set(entry.generic.split(" / ")) for entry in TABLE.entries]
    for one, other in combinations(single[::5], 2):
        if {one.generic, other.generic} in rows:
            continue
        for joint in (" / ", "-", " and ", " + "):
            name = joint.join((one.generic, f"{other.generic} 5 mg"))
            assert set(one.classes + other.classes) == classes(name), name


def test_marks() -> None:
    assert TABLE.match("Celexa").marks == {"class:QT_DRUG", "name:citalopram", "qt:known"}
    assert TABLE.match("Maxzide").marks == {
        "class:THIAZIDE", "class:KSPARING", "name:hydrochlorothiazide / triamterene", "name:hydrochlorothiazide",
        "name:triamterene",
    }  # fmt: skip
    assert TABLE.match("Lasix + patiromer").marks >= {"class:LOOP", "name:patiromer"}
    assert TABLE.match("bananas").marks == frozenset()


def test_what_rules_may_ask_for() -> None:
    assert {"THIAZIDE", "KSPARING", "K_PRODUCT"} <= TABLE.classes
    assert "known" in TABLE.qt_marks
    assert "" not in TABLE.qt_marks
    assert {"patiromer", "amphotericin b"} <= TABLE.generics


def test_pickled_tables_are_equal_and_work() -> None:
    TABLE.match("Lasix")
    copy = pickle.loads(pickle.dumps(TABLE))
    assert copy == TABLE
    assert copy.match("Lasix") == TABLE.match("Lasix")


def test_the_cache_is_bounded() -> None:
    table = table_of([row()])
    for number in range(CACHE_LIMIT + 10):
        table.match(f"aspirin {number}")
    assert len(table._cache) <= CACHE_LIMIT


def test_very_long_names_are_answered() -> None:
    for name in ("20 " * 5000, "losartan/" * 2000, "- " * 5000 + "x " * 5000, "potassium " * 5000):
        match = TABLE.match(name)
        assert match.marks or match.unrecognized


# Hypothesis

words = st.sampled_from(
    [name for name, _ in NAMES]
    + ["potassium", "magnesium", "40 mg", "mg", "5", "%", "/", "-", "[", ")", "and", "ER", ",", ":", "->", "wife",
       "foo", "changed to", "instead of", "to", "now", "was", "instead", "\n"]
)  # fmt: skip
latin = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=20)
near_names = st.lists(words | latin, max_size=8).map(" ".join)


@given(st.text() | near_names)
def test_no_text_raises_and_nothing_is_lost(text: str) -> None:
    found = TABLE.match(text)
    assert bool(found.results) is bool(text.strip())
    assert all(result.typed for result in found.results)
    assert len(set(found.entries)) == len(found.entries)


@given(near_names)
def test_case_and_space_do_not_matter(text: str) -> None:
    expected = TABLE.match(text).entries
    assert TABLE.match(text.upper()).entries == expected
    assert TABLE.match(text.lower()).entries == expected
    assert TABLE.match(f"  {text.replace(' ', '   ')}  ").entries == expected


@given(st.text(st.characters(categories=["Ll"]), min_size=1, max_size=12), st.sampled_from(NAMES))
def test_one_more_letter_is_another_name(letters: str, known: tuple[str, MedicineEntry]) -> None:
    found = TABLE.match(known[0] + "q" + letters)
    assert known[1] not in found.entries or " " in known[0] or "-" in known[0] or "/" in known[0]


# Mistakes in the table


def row(**cells: str) -> dict[str, str]:
    return {**dict.fromkeys(COLUMNS, ""), "generic": "furosemide", "class": "LOOP", **cells}


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([row(generic=" ")], "t.csv:2:1: `generic` must not be empty"),
        ([row(), row(generic="x", **{"class": ""})], "t.csv:3:1: `class` must not be empty"),
        ([row(**{"class": "THIAZIDE+loop"})], "t.csv:2:1: class `loop` must be capitals, digits and `_`"),
        ([row(qt="knwon")], "t.csv:2:1: qt `knwon` must be one of conditional, known, possible, unsure, or empty"),
        ([row(), row(generic="y", synonyms="Furo-semide")],
         "t.csv:3:1: name `Furo-semide` means `furosemide` too (line 2)"),
        ([row(), row()], "t.csv:3:1: name `furosemide` means `furosemide` too (line 2)"),
        ([row(brands_us="®")], "t.csv:2:1: name `®` has no letters"),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_their_line(rows: list[dict[str, str]], message: str) -> None:
    with pytest.raises(RuleBookError) as error:
        table_of(rows, "t.csv")
    assert message in str(error.value).splitlines()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"generic,class,brands_us,brand\n", ":1:1: unknown column `brand`, did you mean `brands_us`?"),
        (b"generic\nfurosemide\n", ":1:1: column `class` is missing"),
        (b"generic,class,class\n", ":1:1: column `class` is there more than once"),
        (b"", ":1:1: column `generic` is missing"),
        (b"generic,class\nfurosemide,LOOP,x\n", ":2:1: the row has more or fewer cells than the header"),
        (b"generic,class\nfurosemide\n", ":2:1: the row has more or fewer cells than the header"),
        (b"generic,class\nfuros\xe9mide,LOOP\n", ":1:1: the file is not UTF-8 text"),
    ],
)
def test_mistakes_in_a_file(tmp_path: Path, text: bytes, message: str) -> None:
    path = tmp_path / "medicines.csv"
    path.write_bytes(text)
    with pytest.raises(RuleBookError, match=r"medicines\.csv") as error:
        MedicineTable.read(path)
    assert f"{path}{message}" in str(error.value)
