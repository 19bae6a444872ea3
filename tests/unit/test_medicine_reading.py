"""How a written medicine is read: routes, history, suffixes, combinations, lay names, close names."""

from __future__ import annotations

import csv
import random
import string
import time
from pathlib import Path

import pytest

from screener.rulebook.medicine.ask import bits_of, distance, may_be_near
from screener.rulebook.medicine.result import (
    AskWhich,
    CloseTo,
    Match,
    MedicineEntry,
    NoMedicine,
    NotCounted,
    NotRecognised,
    PartOnly,
    Recognised,
)
from screener.rulebook.medicine.table import MedicineTable
from screener.rulebook.medicine.text import normalize
from shippedbook import BOOK

FOLDER = Path(__file__).parents[2] / "rules" / "vocabulary"
TABLE = BOOK.medicines
GENERICS = [e for e in TABLE.entries if e.generic.isalpha() and e.route == "oral" and e.generic != "licorice"]
BRANDS = [(name, e) for e in TABLE.entries for name in e.names if name not in e.spelled and name.isalpha()]
SINGLE = [(name, entry) for name, entry in BRANDS if len(entry.ingredients) == 1 and entry.route == "oral"]


def rows(file: str) -> list[dict[str, str]]:
    with (FOLDER / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def words(file: str, column: str = "words", **wanted: str) -> list[str]:
    found = (row for row in rows(file) if all(row[key] == value for key, value in wanted.items()))
    return [word.strip() for row in found for word in row[column].split(";") if word.strip()]


def classes(name: str) -> str:
    return "+".join(sorted(TABLE.match(name).classes))


def only(name: str) -> object:
    (result,) = TABLE.match(name).results
    return result


def offered(match: Match) -> list[str]:
    return [name.name for item in match.close_to for name in item.names]


# what the specification lists, one by one


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Micardis Plus", "ARB+THIAZIDE"), ("MicardisPlus 80/12.5", "ARB+THIAZIDE"),
        ("Micardis 80 Plus", "ARB+THIAZIDE"),
        ("Coversyl Plus", "ACEI+THIAZIDE"), ("Cozaar Plus", "ARB+THIAZIDE"), ("Dytor Plus 10", "LOOP+MRA"),
        ("lisinopril plus spironolactone", "ACEI+MRA"),
        ("Lasix Retard", "LOOP"), ("Fludex LP", "THIAZIDE"), ("Kalipoz prolongatum", "K_PRODUCT"),
        ("Furosemid-ratiopharm 40", "LOOP"), ("furosemide (Teva)", "LOOP"),
        ("hydrocortisone cream 1%", "NOT_SYSTEMIC"), ("diclofenac gel", "NOT_SYSTEMIC"),
        ("azithromycin eye drops", "NOT_SYSTEMIC"), ("hydrocortisone 1% w/w cream", "NOT_SYSTEMIC"),
        ("hydrocortisone 10 mg tablets", "STEROID"), ("hydrocortisone injection", "STEROID"),
        ("diclofenac suppository", "NSAID"), ("prednisolone suppositories", "NOT_SYSTEMIC"),
        ("fentanyl patch", "NEUTRAL_CONTROL"), ("lidocaine patch", "NOT_SYSTEMIC"),
        ("Symbicort 200/6", "BETA2+STEROID_INHALED"), ("Pulmicort", "STEROID_INHALED"),
        ("budesonide 200 mcg inhaler", "STEROID_INHALED"), ("fluticasone 50 mcg nasal spray", "NOT_SYSTEMIC"),
        ("timolol eye drops", "BETABLOCKER_EYE"), ("timolol 0.5% eye drops", "BETABLOCKER_EYE"),
        ("timolol tablets", "BETABLOCKER_NS"), ("timolol 10 mg tablets", "BETABLOCKER_NS"),
        ("omeprazole (stopped), lansoprazole 30", "PPI"), ("ramipril - stopped, now on losartan", "ARB"),
        ("Hydrocortisone Na Succ.", "STEROID"), ("MethylPREDNISolone Sodium Succ", "STEROID"),
        ("Dexamethasone Sod Phosphate", "STEROID"), ("dexamethasone sodium phosphate", "STEROID"),
        ("Piperacillin-Tazobactam Na", "PENICILLIN_HIGH_DOSE"), ("Pip-Tazo", "PENICILLIN_HIGH_DOSE"),
        ("Potassium Chl 20 mEq / 1000 mL NS", "K_PRODUCT"), ("potassium chloride 20 mmol in D5W", "K_PRODUCT"),
        ("NS", "NEUTRAL_CONTROL"), ("D5W", "NEUTRAL_CONTROL"),
        ("Potassium Phosphate", "K_PRODUCT"), ("Potassium Phos", "K_PRODUCT"), ("Neutra-Phos", "K_PRODUCT"),
        ("Heparin Flush (10 units/ml)", "NEUTRAL_CONTROL"), ("heparin 10 units/ml lock", "NEUTRAL_CONTROL"),
        ("heparin 5000 units", "HEPARIN"),
        ("penicillin V potassium", "NEUTRAL_CONTROL"), ("losartan K", "ARB"),
        ("Humulin-R", "INSULIN"), ("Levemir Flexpen", "INSULIN"), ("insulin", "INSULIN"),
        ("120 ACTUAT Fluticasone propionate 0.25 MG/ACTUAT / salmeterol 0.05 MG/ACTUAT Metered Dose Inhaler [Advair]",
         "BETA2+STEROID_INHALED"),
        ("NDA020503 200 ACTUAT albuterol 0.09 MG/ACTUAT Metered Dose Inhaler", "BETA2"),
        ("hydrocortisone 10 MG/ML Topical Cream", "NOT_SYSTEMIC"),
        ("losartan hctz", "ARB+THIAZIDE"), ("losartan/hydrochlorothiazide 50-12.5", "ARB+THIAZIDE"),
        ("losartan and HCTZ", "ARB+THIAZIDE"), ("valsartan HCT", "ARB+THIAZIDE"),
        ("bisoprolol, ramipril and furosemide", "ACEI+LOOP+NEUTRAL_CONTROL"),
        ("Pan-D", "PPI+QT_DRUG"), ("Pan 40", "PPI"),
        ("Telma", "ARB"), ("Telma-H", "ARB+THIAZIDE"), ("Telma-AM", "ARB"), ("Telma 40 H", "ARB+THIAZIDE"),
        ("Gaviscon Advance", "K_PRODUCT"), ("Zantac", "H2RA"), ("Zantac 360", "H2RA"),
        ("apixaban 5mg", "NEUTRAL_CONTROL"), ("Yasmin", "DROSPIRENONE"), ("liquorice tea", "MINERALOCORTICOID_EXCESS"),
        ("salt substitute", "K_PRODUCT"), ("statin", "NEUTRAL_CONTROL"),
        ("soft gel ibuprofen", "NSAID"), ("ibuprofen gel caps", "NSAID"), ("Advil Liqui-Gels", "NSAID"),
        ("omeprazole 20mg in the morning before food", "PPI"), ("started furosemide last year", "LOOP"),
        ("furosemide for blood pressure", "LOOP"), ("furosemide (water tablet)", "LOOP"),
        ("Neo-NaClex-K", "K_PRODUCT+THIAZIDE"), ("Epsom salts", "MG_PRODUCT"), ("Picolax", "LAXATIVE_STIM+MG_PRODUCT"),
        ("Priadel", "LITHIUM"), ("chloroquine", "QT_DRUG"),
    ],
)  # fmt: skip
def test_what_counts(name: str, expected: str) -> None:
    assert classes(name) == expected
    assert not TABLE.match(name).unrecognized


@pytest.mark.parametrize(
    ("name", "generic", "route", "use"),
    [
        ("salbutamol inhaler prn", "albuterol", "inhaled", "reliever"),
        ("salbutamol inhaler", "albuterol", "inhaled", "reliever"),
        ("salbutamol inhaler twice daily", "albuterol", "inhaled", "regular"),
        ("Albuterol 0.083% Neb Soln", "albuterol", "nebulised", "regular"),
        ("Symbicort 200/6", "budesonide / formoterol", "inhaled", "regular"),
        ("Symbicort as needed", "budesonide / formoterol", "inhaled", "regular"),
        ("Combivent", "albuterol / ipratropium", "inhaled", "reliever"),
        ("furosemide when needed", "furosemide", "oral", "as needed"),
        ("furosemide", "furosemide", "oral", ""),
        ("Potassium Chl 20 mEq / 1000 mL NS", "potassium chloride / sodium chloride", "iv_bag", ""),
        ("hydrocortisone cream", "hydrocortisone cream", "skin", ""),
        ("Ventolin Evohaler", "albuterol", "inhaled", "reliever"),
    ],
)
def test_route_and_use(name: str, generic: str, route: str, use: str) -> None:
    found = only(name)
    assert isinstance(found, Recognised)
    assert (found.entry.generic, found.route, found.use) == (generic, route, use)


def test_what_is_not_counted_by_its_route_says_so() -> None:
    for name, reason in (("propranolol cream", "on the skin"), ("gentamicin ear drops", "ear drops"),
                         ("Nasonex", "nose spray"), ("heparin lock 5 ml", "")):  # fmt: skip
        found = only(name)
        assert isinstance(found, Recognised)
        assert reason in found.reason
    assert TABLE.match("azithromycin 1% eye drops").marks <= {"class:NOT_SYSTEMIC", "name:azithromycin eye"}
    assert TABLE.match("propranolol cream").marks == {"class:NOT_SYSTEMIC"}


@pytest.mark.parametrize(
    ("name", "known", "unknown"),
    [
        ("Norvasc Plus", "Norvasc", "Plus"), ("Zocor HCT", "Zocor", "HCT"), ("Co-Lipitor", "Lipitor", "Co"),
        ("Lasix-ratiopharm", "Lasix", "ratiopharm"), ("Telma 40 X", "Telma", "X"), ("Nurofen Day", "Nurofen", "Day"),
        ("Telmisartan CT", "Telmisartan", "CT"), ("amlodipine HCT", "amlodipine", "HCT"),
        ("Xyzal-forte heart tablet", "Xyzal", "heart"), ("foo Lasix", "Lasix", "foo"),
    ],
)  # fmt: skip
def test_a_name_with_an_unknown_word_gives_no_class(name: str, known: str, unknown: str) -> None:
    found = only(name)
    assert isinstance(found, PartOnly)
    assert (found.known, found.unknown) == (known, unknown)
    assert TABLE.match(name).marks == frozenset()
    assert TABLE.match(name).unrecognized == (name,)


@pytest.mark.parametrize(
    ("name", "word", "medicine"),
    [
        ("esomeprazole, stopped last year", "stopped", "esomeprazole"), ("no furosemide", "no", "furosemide"),
        ("allergic to trimethoprim", "allergic", "trimethoprim"), ("used to take lisinopril", "used to", "lisinopril"),
        ("prednisolone finished in May", "finished", "prednisolone"), ("furosemide on hold", "on hold", "furosemide"),
        ("not taking bendroflumethiazide any more", "not taking", "bendroflumethiazide"),
        ("furosemide d/c", "d/c", "furosemide"), ("my husband takes furosemide", "my husband", "furosemide"),
        ("triamcinolone injection 8 weeks ago", "weeks ago", "triamcinolone"), ("stopped furosimide", "stopped", ""),
        ("nehme Lasix nicht mehr", "nicht mehr", "furosemide"),
    ],
)  # fmt: skip
def test_what_is_not_taken(name: str, word: str, medicine: str) -> None:
    found = TABLE.match(name)
    assert found.results[0] == NotCounted(name, found.results[0].kind, word, medicine)  # type: ignore[union-attr]
    assert not found.marks
    assert not found.unrecognized
    assert not found.close_to


@pytest.mark.parametrize(
    ("name", "taken", "not_taken"),
    [
        ("omeprazole (stopped), lansoprazole 30", ["lansoprazole"], ["omeprazole"]),
        ("ramipril - stopped, now on losartan", ["losartan"], ["ramipril"]),
        ("ramipril stopped, taking losartan", ["losartan"], ["ramipril"]),
        ("stopped furosemide, ramipril", [], ["furosemide", "ramipril"]),
        ("stopped furosemide but takes ramipril", ["ramipril"], ["furosemide"]),
        ("stopped furosemide; ramipril", ["ramipril"], ["furosemide"]),
        ("furosemide, ramipril stopped", ["furosemide"], ["ramipril"]),
        ("losartan/HCTZ (stopped), furosemide", ["furosemide"], ["losartan", "hydrochlorothiazide"]),
        ("furosemide, no ramipril", ["furosemide"], ["ramipril"]),
        ("triamcinolone injection 3 weeks ago", ["triamcinolone"], []),
    ],
)
def test_which_names_history_acts_on(name: str, taken: list[str], not_taken: list[str]) -> None:
    found = TABLE.match(name)
    assert [entry.generic for entry in found.entries] == taken
    assert [result.medicine for result in found.results if isinstance(result, NotCounted)] == not_taken


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("water tablet", "water"), ("my water tablets", "water"), ("heartburn tablets", "heartburn"),
        ("blue inhaler", "blue-inhaler"), ("my blood pressure tablet", "blood-pressure"), ("steroids", "steroid"),
        ("potassium", "potassium"), ("potassium tablets", "potassium"), ("magnesium 400mg", "magnesium"),
        ("Gaviscon", "gaviscon"), ("the pill", "pill"), ("steroid injection", "steroid-injection"),
        ("Urex", "two-meanings"), ("Norpramin 25 mg", "two-meanings"), ("Flomax", "two-meanings"),
        ("prednisolone drops", "which-drops"), ("timolol", "which-form"), ("fluticasone", "which-form"),
        ("furosemide/hydrocortisone cream", "which-form"), ("prednisolone and hydrocortisone cream", "which-form"),
        ("omeprazole, eye drops", "which-form"), ("stopped then restarted digoxin", "taken-now"),
    ],
)  # fmt: skip
def test_what_is_asked(name: str, question: str) -> None:
    found = TABLE.match(name)
    assert [result.id for result in found.results if isinstance(result, AskWhich)] == [question]
    assert all(result.question for result in found.results if isinstance(result, AskWhich))
    assert found.classes <= {"NOT_SYSTEMIC"}
    assert found.unrecognized


def test_both_meanings_of_a_name_are_shown() -> None:
    assert offered(TABLE.match("Urex")) == ["methenamine", "furosemide"]
    assert offered(TABLE.match("Aquaphor")) == ["skin ointment", "xipamide"]
    assert offered(TABLE.match("fluticasone")) == ["fluticasone inhaled", "fluticasone nasal"]


@pytest.mark.parametrize(
    "name",
    ["Pan", "magnesium stearate", "potassium-free salt", "low potassium diet", "Xyzzq 40", "see list", "Zepfelin 20",
     "no added salt", "vitamin stuff from the gym", "I don't know"],
)  # fmt: skip
def test_what_is_not_recognised(name: str) -> None:
    assert only(name) == NotRecognised(name)


@pytest.mark.parametrize(
    "name", ["none", "None.", "n/a", "N/A", "nil", "no medicines", "keine", "aucun", "No medication"]
)
def test_none_is_no_medicine_and_no_unknown_name(name: str) -> None:
    assert only(name) == NoMedicine(name)
    assert not TABLE.match(name).unrecognized


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("furosimide", ["furosemide"]), ("prednisilone", ["prednisolone", "prednisone"]), ("Lasik", ["Lasix", "Losec"]),
        ("hydralzine", ["hydralazine", "hydroxyzine"]), ("amilodipine", ["amlodipine", "amiloride"]),
        ("take furosimide 40 mg daily", ["furosemide"]), ("aspiin", ["aspirin"]),
    ],
)  # fmt: skip
def test_close_names(name: str, names: list[str]) -> None:
    found = only(name)
    assert isinstance(found, CloseTo)
    assert [item.name for item in found.names][: len(names)] == names
    assert not TABLE.match(name).marks


def test_a_confusable_partner_is_always_shown() -> None:
    for row in rows("confusable.csv"):
        for one, other in ((row["a"], row["b"]), (row["b"], row["a"])):
            if not one.isalpha() or len(one) < 6 or normalize(one) not in TABLE.index.names:
                continue
            slip = one[:-2] + one[-1] + one[-2]
            match = TABLE.match(slip)
            if match.close_to and match.close_to[0].names[0].name.lower() == one.lower():
                assert other.lower() in [name.lower() for name in offered(match)], (slip, offered(match))


# the list of the specification: no false class, and every misspelling offered


def test_names_as_people_typed_them() -> None:
    with (Path(__file__).parent / "typed-medicines.csv").open(encoding="utf-8", newline="") as lines:
        typed = list(csv.DictReader(lines))
    wrong = [row["typed"] for row in typed if not _as_expected(row["typed"], row["expected"])]
    assert len(typed) == 169
    assert not wrong


def _as_expected(typed: str, expected: str) -> bool:
    found = TABLE.match(typed)
    kind, _, what = expected.partition(":")
    if kind.startswith("suggest"):
        names = {item.lower() for close in found.close_to for name in close.names for item in (name.name, name.generic)}
        return {name.lower() for name in what.split("|")} <= names and not found.classes
    if kind == "ask":
        return what in [result.id for result in found.results if isinstance(result, AskWhich)] and not found.classes
    if kind == "not-counted":
        return what in [result.word for result in found.results if isinstance(result, NotCounted)] and not found.classes
    if kind == "unknown":
        return not found.classes and not found.close_to and not any(isinstance(r, AskWhich) for r in found.results)
    return classes(typed) == expected


# others of the same kinds, drawn by chance


def test_a_brand_with_an_unknown_suffix_is_never_the_bare_brand() -> None:
    chance = random.Random(4)
    suffixes = [*words("suffixes.csv", kind="ingredient"), *words("suffixes.csv", kind="marketing"), "Zorb"]
    for name, _ in chance.sample(BRANDS, 500):
        for suffix in chance.sample(suffixes, 6):
            for typed in (
                f"{name} {suffix}",
                f"{name}-{suffix} 40",
                f"{name} {suffix} 40 mg tablets",
                f"{name} 40 {suffix}",
            ):
                row = TABLE.index.names.get(normalize(f"{name} {suffix}"))
                found = TABLE.match(typed)
                assert found.entries == (() if row is None else (TABLE.entries[row],)), typed


def test_release_words_may_stand_beside_any_name_and_makers_beside_generic_ones() -> None:
    chance = random.Random(5)
    for name, entry in chance.sample(BRANDS, 300):
        for word in chance.sample(words("suffixes.csv", kind="release"), 3):
            if normalize(f"{name}{word}") not in TABLE.index.names:
                assert TABLE.match(f"{name} {word}").entries == (entry,), f"{name} {word}"
        assert not TABLE.match(f"{name}-{chance.choice(words('suffixes.csv', kind='maker'))}").classes, name
    for entry in GENERICS:
        typed = f"{entry.generic}-{chance.choice(words('suffixes.csv', kind='maker'))} 20"
        assert TABLE.match(typed).entries == (entry,), typed


@pytest.mark.parametrize(
    "row", rows("form-words.csv"), ids=lambda row: f"{row['route']}-{row['form']}-{row['languages']}"
)
def test_every_route_word_with_every_class(row: dict[str, str]) -> None:
    chance = random.Random(6)
    of_class: dict[tuple[str, ...], list[MedicineEntry]] = {}
    for entry in GENERICS:
        of_class.setdefault(entry.classes, []).append(entry)
    for word in row["words"].split(";"):
        for entries in of_class.values():
            entry = chance.choice(entries)
            for typed in (f"{entry.generic} {word}", f"{entry.generic} 10 mg {word}", f"{word} {entry.generic}"):
                if normalize(typed) in TABLE.index.names or normalize(typed) in TABLE.lexicon.lay:
                    continue
                found = TABLE.match(typed)
                asked = [result.id for result in found.results if isinstance(result, AskWhich)]
                if row["route"] == "drops":
                    assert found.classes == set(entry.classes) or asked == ["which-drops"], typed
                elif not asked:
                    assert found.classes in (counted(entry, row["route"]), like(entry, row["route"])), typed


def like(entry: MedicineEntry, route: str) -> set[str]:
    """The classes of the row for inhaling that a nebuliser counts as."""
    rows_of = dict(TABLE.index.stems.get(normalize(entry.generic), ()))
    return set(TABLE.entries[rows_of["inhaled"]].classes) if route == "nebulised" and "inhaled" in rows_of else set()


def counted(entry: MedicineEntry, route: str) -> set[str]:
    """What `routes.csv` says, read a second time and plainly."""
    rule = next(row for row in rows("routes.csv") if row["route"] == route)
    exceptions = dict(item.split("=") for item in rule["exceptions"].split(";") if item)
    becomes = dict(item.split("=") for item in rule["becomes"].split(";") if item)
    what = exceptions.get(entry.generic, rule["counted"])
    if what == "none":
        return {"NOT_SYSTEMIC"}
    if what not in ("all", rule["counted"]):
        return {what}
    kept = set(entry.classes) if what == "all" else set(entry.classes) & set(what.split(";"))
    kept -= set(rule["not_counted"].split(";")) if entry.generic not in exceptions else set()
    return (kept | {becomes[name] for name in entry.classes if name in becomes}) or {"NOT_SYSTEMIC"}


@pytest.mark.parametrize("row", rows("history-words.csv"), ids=lambda row: f"{row['kind']}-{row['languages']}")
def test_every_history_word_with_names(row: dict[str, str]) -> None:
    chance = random.Random(7)
    for word in row["words"].split(";"):
        names = [entry.generic for entry in chance.sample(GENERICS, 8)]
        for name in (*names, "Lasix", "Slow-K", "losartan/HCTZ"):
            for typed in (
                f"{word} {name}", f"{name} {word}", f"{name}, {word}", f"{name} ({word})", f"{name} 40 mg - {word}",
                f"{name} 20 mg tablets {word} in May", f"{word}: {name} 40",
            ):  # fmt: skip
                found = TABLE.match(typed)
                if row["kind"] == "switch" or row["scope"] == "label":
                    continue  # see test_medicine_labels.py and test_medicine_switches.py
                if row["kind"] in ("direction", "as needed", "begun", "turn", "again", "weeks ago"):
                    assert found.entries, typed
                else:
                    assert not found.classes, typed
                    assert any(isinstance(result, NotCounted) for result in found.results), typed


@pytest.mark.parametrize(
    "joint", [" / ", "/", " + ", ", ", " and ", " with ", " & ", "; ", "\n", " w/ ", " - ", " plus "]
)
def test_combinations_with_every_separator(joint: str) -> None:
    chance = random.Random(8)
    neutral = {"NEUTRAL_CONTROL"}
    for _ in range(150):
        picked = chance.sample(SINGLE, chance.choice((2, 2, 3)))
        strength = chance.choice(("", " 10 mg", " 5"))
        typed = joint.join(name + strength for name, _ in picked)
        if any(normalize(f"{name}plus") in TABLE.index.names for name, _ in picked):
            continue
        found = TABLE.match(typed)
        assert found.classes | neutral == {name for _, entry in picked for name in entry.classes} | neutral, typed
        assert not found.unrecognized, typed


def test_one_letter_slips_of_generic_names() -> None:
    chance = random.Random(9)
    first = wrong = 0
    slips = [slip for entry in GENERICS if len(entry.generic) > 5 for slip in [(_slip(entry.generic, chance), entry)]]
    for typed, entry in slips:
        found = TABLE.match(typed)
        if found.entries == (entry,):
            continue
        assert not found.entries, typed
        names = [name.generic for item in found.close_to for name in item.names]
        first += names[:1] == [entry.generic]
        wrong += entry.generic not in names
    assert wrong <= len(slips) * 0.01
    assert first >= len(slips) * 0.95


def _slip(name: str, chance: random.Random) -> str:
    at, letter = chance.randrange(2, len(name)), chance.choice(string.ascii_lowercase)
    return chance.choice(
        [name[:at] + name[at + 1 :], name[:at] + letter + name[at:], name[:at] + letter + name[at + 1 :],
         name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :]]
    )  # fmt: skip


def test_the_distance_is_that_of_optimal_string_alignment() -> None:
    chance = random.Random(10)
    for _ in range(3000):
        one, other = ("".join(chance.choices("abc", k=chance.randint(1, 9))) for _ in range(2))
        far = distance(one, other)
        assert far == _plain_distance(one, other), (one, other)
        assert may_be_near(bits_of(one), bits_of(other), far), (one, other)


def _plain_distance(one: str, other: str) -> int:
    cells = {(i, 0): i for i in range(len(one) + 1)} | {(0, j): j for j in range(len(other) + 1)}
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            ways = [cells[i - 1, j] + 1, cells[i, j - 1] + 1, cells[i - 1, j - 1] + (one[i - 1] != other[j - 1])]
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                ways.append(cells[i - 2, j - 2] + 1)
            cells[i, j] = min(ways)
    return cells[len(one), len(other)]


# time


@pytest.mark.parametrize(
    "name",
    ["x" * 10_000, "losartan/" * 2000, ",".join("a" * 100), ", ".join(["furosimide"] * 16), "k " * 100, "- " * 100,
     "potassium " * 20, ("stopped " * 25), " ".join(["omeprazole"] * 18)],
    ids=lambda name: f"{name[:12]}-{len(name)}",
)  # fmt: skip
def test_no_name_takes_long(name: str) -> None:
    table = MedicineTable(TABLE.entries, TABLE.lexicon)
    table.match("furosimide")  # makes the indexes
    best = min(_seconds(table, f"{name}{number}") for number in range(5))
    assert best < 0.02  # some 1 ms


def _seconds(table: MedicineTable, name: str) -> float:
    started = time.thread_time()  # of the processor: the machine may be busy
    table.match(name)
    return time.thread_time() - started


def test_a_text_that_is_too_long_is_told() -> None:
    for name in ("x" * 1001, "a " * 200):
        found = only(name)
        assert isinstance(found, NotRecognised)
        assert "write each medicine by itself" in found.why
