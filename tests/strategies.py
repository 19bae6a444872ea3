"""Hypothesis strategies, kept complete: every field, every kind of condition, every way to write an answer."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from hypothesis import strategies as st

from medicinetables import table_of
from screener.case.answers import Choice, Measured, Medicines, Number, YesNo
from screener.case.intake import Intake
from screener.logic.condition import (
    ALWAYS,
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Concluded,
    Condition,
    Not,
    OneOf,
    Reported,
    Takes,
    Yes,
)
from screener.rulebook.book import RuleBook
from screener.rulebook.levels import LEVELS
from screener.rulebook.question import Question
from screener.rulebook.review.status import VERDICTS, Review, Reviews, standing
from screener.rulebook.rule import URGENCY, Finding, Flag, Pack, Place, Rule

FIELDS = Intake.fields
SEXES = Intake.fields.options("sex")

HERE = Place("generated", 1, 1)
YES_NO_FIELDS = sorted(name for name, kind in FIELDS.items() if isinstance(kind, YesNo))
NUMBER_FIELDS = sorted(name for name, kind in FIELDS.items() if isinstance(kind, Number))
MEDICINE_ROWS = [
    {"generic": "furosemide", "class": "LOOP", "brands_us": "Lasix"},
    {"generic": "omeprazole", "class": "PPI", "brands_us": "Prilosec"},
    {"generic": "citalopram", "class": "QT_DRUG", "qt": "known"},
    {"generic": "hydrochlorothiazide / triamterene", "class": "THIAZIDE+KSPARING", "brands_us": "Dyazide"},
]
MEDICINES = table_of(MEDICINE_ROWS)
MEDICINE_NAMES = ["furosemide", "Lasix", "omeprazole", "citalopram", "Dyazide", "something else"]
# for books with the shipped word lists: one of each kind that a name can be read as
WRITTEN_NAMES = [
    "digoxin",
    "ramipril",
    "spironolactone",
    "potassium chloride",
    "patiromer",
    "senna",
    "Micardis Plus",
    "Norvasc Plus",
    "omeprazole (stopped), lansoprazole 30",
    "no furosemide",
    "hydrocortisone cream",
    "azithromycin eye drops",
    "salbutamol inhaler prn",
    "furosimide",
    "water tablet",
    "Urex",
    "apixaban",
    "none",
    "losartan/HCTZ",
    "Prevpac",
]
HISTORY = st.sampled_from(["", "0.0.0", "2026-01-01"])
MARKS = ["class:LOOP", "class:PPI", "class:THIAZIDE", "class:KSPARING", "name:furosemide", "qt:known"]


def numbers(kind: Number) -> st.SearchStrategy[float | int]:
    """Plausible values of a number field, its limits included."""
    if kind.whole:
        return st.integers(int(kind.low), int(kind.high))
    high = min(kind.high, getattr(kind, "bare_high", kind.high))
    return st.floats(kind.low, high, allow_nan=False) | st.sampled_from([kind.low, high])


def bounds(kind: Measured) -> st.SearchStrategy[str]:
    """Results of which only a bound is reported, with the unit."""
    limit = numbers(kind).map(lambda value: f"{value:.2f}").filter(lambda text: kind.low <= float(text) <= kind.high)
    return st.builds(
        lambda sign, text: f"{sign} {text} {kind.analyte.unit}", st.sampled_from(["<", "<=", ">", "≥"]), limit
    )


def medicine_entries(names: list[str]) -> st.SearchStrategy[Any]:
    """A medicine as a case file writes it."""
    name = st.sampled_from(names)
    months = st.none() | st.sampled_from([0, 0.5, 2, 3, 12, 48])
    return name | st.fixed_dictionaries({"name": name}, optional={"months": months})


def answers_for(name: str, medicine_names: list[str], bounded: bool = True) -> st.SearchStrategy[Any]:
    """Valid answers to one field, as a case file writes them; with `bounded`, also results that are only a bound."""
    kind = FIELDS[name]
    if isinstance(kind, YesNo):
        return st.sampled_from([True, False, True, False, None, "yes", "No", "UNKNOWN"])
    if isinstance(kind, Measured) and bounded:
        return numbers(kind) | numbers(kind) | bounds(kind)
    if isinstance(kind, Number):
        return numbers(kind)
    if isinstance(kind, Choice):
        return st.sampled_from([*SEXES, None])
    assert isinstance(kind, Medicines)
    return st.none() | st.lists(medicine_entries(medicine_names), max_size=4)


def cases(medicine_names: list[str] | None = None, bounded: bool = True) -> st.SearchStrategy[dict[str, Any]]:
    """Random partial cases over every field of the intake."""
    names = medicine_names or MEDICINE_NAMES
    return st.fixed_dictionaries({}, optional={name: answers_for(name, names, bounded) for name in FIELDS})


@cache
def atoms() -> st.SearchStrategy[Condition]:
    """Every kind of atom, on few enough fields that they meet."""
    fields = st.sampled_from(["fatigue", "nausea", "anxiety", "diuretic", "vomiting", "cannot_keep_fluids_down"])
    limits = st.sampled_from([2.5, 3.5, 5.5])
    return st.one_of(
        fields.map(Yes),
        fields.map(lambda name: Not(Yes(name))),
        st.builds(Compare, st.just("potassium"), st.sampled_from(["<", "<=", ">", ">="]), limits),
        st.just(Reported("potassium")),
        st.just(OneOf("sex", ("female", "not said"))),
        st.builds(
            Takes,
            st.lists(st.sampled_from(MARKS), min_size=1, max_size=3, unique=True).map(tuple),
            st.just(None),
        ),
        st.builds(
            Takes,
            st.lists(st.sampled_from(MARKS), min_size=1, max_size=3, unique=True).map(tuple),
            st.sampled_from([3.0, 3.0, 12.0]),
            st.booleans(),
        ),
    )


@cache
def conditions(readable: tuple[str, ...]) -> st.SearchStrategy[Condition]:
    """Random trees over atoms and the conclusions that may be read. Made once: it takes longer than drawing."""
    leaves = atoms() | st.sampled_from([Concluded(name) for name in readable]) if readable else atoms()

    def grow(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        parts = st.lists(inner, min_size=1, max_size=5).map(tuple)
        return st.one_of(
            inner.map(Not),
            parts.map(AllOf),
            parts.map(AnyOf),
            parts.flatmap(lambda some: st.integers(1, len(some)).map(lambda count: AtLeast(count, some))),
        )

    return st.recursive(leaves, grow, max_leaves=12)


@st.composite
def rulebooks(draw: st.DrawFn, most: int = 8) -> RuleBook:
    """Random rule books: findings and flags that read each other (never in a circle), suppression and urgency."""
    count = draw(st.integers(1, most))
    names = tuple(f"conclusion-{number}" for number in range(count))
    is_flag = [draw(st.booleans()) for _ in names]
    rules: list[Rule] = []
    for index, name in enumerate(names):
        count = draw(st.integers(0, 3))
        rules += [_rule(f"{name}-{number}", name, draw(conditions(names[:index]))) for number in range(count)]
    levels = [level for level in LEVELS[1:] if draw(st.booleans())]
    rules += [_rule(f"level-{level}", URGENCY + level, draw(conditions(names))) for level in levels]
    rules = [replace(rule, since=draw(HISTORY), changed=draw(HISTORY)) for rule in rules]
    flags = {name: _flag(draw, name, names) for name, flag in zip(names, is_flag, strict=True) if flag}
    findings = {name: Finding(name, "main", name) for name, flag in zip(names, is_flag, strict=True) if not flag}
    return RuleBook(
        version="0.0.0",
        sha256="0" * 64,
        packs={"main": Pack("main", "Main", "0.0.0", "", ALWAYS)},
        rules=tuple(rules),
        flags=flags,
        findings=findings,
        sources={},
        settings={},
        notes=(),
        questions=questions(),
        texts={},
        medicines=MEDICINES,
        reviews=draw(reviews(tuple(rule.id for rule in rules))),
    )


@lru_cache
def reviews(rules: tuple[str, ...]) -> st.SearchStrategy[Reviews]:
    """Reviews of some rules, with any verdict, of what they say or said before."""
    review = st.builds(
        Review, st.just("rule"), st.sampled_from(["a" * 64, "b" * 64]), st.sampled_from(["AB", "ab", "CD"]),
        st.just("nurse"), st.sampled_from(["2026-01-01", "2026-02-01"]), st.sampled_from(VERDICTS), st.just("Why."),
    )  # fmt: skip
    needs = st.integers(1, 2)
    return needs.flatmap(
        lambda needed: st.builds(
            Reviews,
            st.just(needed),
            st.dictionaries(
                st.sampled_from([f"rule {rule}" for rule in rules] or ["rule gone"]),
                st.lists(review, max_size=4).map(lambda found: standing("a" * 64, found, needed)),
            ),
        )
    )


def questions() -> dict[str, Question]:
    """Every field with its question; one of them is a follow-up."""
    follow_up = {"cannot_keep_fluids_down": Yes("vomiting")}
    return {
        name: Question(name, "", "", "?", "", show_if=follow_up.get(name), kind=kind) for name, kind in FIELDS.items()
    }


def _rule(name: str, concludes: str, when: Condition) -> Rule:
    return Rule(name, "main", concludes, when, when, "because", ("ours",), HERE)


def _flag(draw: st.DrawFn, name: str, names: tuple[str, ...]) -> Flag:
    others = draw(st.lists(st.sampled_from(names), max_size=2)) if draw(st.booleans()) else []
    return Flag(
        name, "main", name, "text", (), urgency=draw(st.sampled_from(LEVELS)), suppresses=tuple(others),
        last_resort=draw(st.booleans()),
    )  # fmt: skip


def json_texts() -> st.SearchStrategy[bytes]:
    """Lines that are a case in JSON, nearly one, or nothing of the kind: every way to write it that matters."""
    odd = st.sampled_from(
        [
            "NaN", "Infinity", "-Infinity", "1e400", "-1.0", "-0", "-0.0", "3.0", "3.5", "1e1", "01", "1.", "0", "2",
            "true", "false", "null", '"yes"', '"No"', '"UNKNOWN"', '"maybe"', '""', '" "', '"1.6 mg/dL"',
            '"4.1 mmol/L"',
            '"4.1"', '">60"', '"not said"', '"Male"', "[]", '["omeprazole"]', '[""]', "[null]", '[{"name":"senna"}]',
            '[{"name":"senna","months":3}]', '[{"name":"senna","months":-1}]', '[{"name":"a","name":"b"}]',
            '[{"months":3}]', '[{"name":"x","dose":1}]', "{}", '"a:b"', r'"\u003a"', r'"a\u003ab:c"', r'"\ud800"',
            r'"\u00e9"', '"é"', '"a\\nb"', '"K"', "123456789012345678901234567890", "1.6", "0.7", "1e-400",
            '{"name":"x"}',
        ]
    )  # fmt: skip
    name = st.sampled_from([*FIELDS, "case_id"]) | st.sampled_from(
        ["case_id", "fatigue", "age", "magnesium", "medicines"]
    )
    odd_name = st.sampled_from(["fatige", "name", "patient_id", "note", r"\u0066atigue", "extra:1", "birthDate"])
    member = st.tuples(name | name | name | odd_name, odd).map(lambda pair: f'"{pair[0]}":{pair[1]}')
    plain = cases().map(lambda answers: [f"{json.dumps(key)}:{json.dumps(value)}" for key, value in answers.items()])
    members = st.tuples(plain, st.lists(member, max_size=2)).flatmap(lambda both: st.permutations([*both[0], *both[1]]))
    space = st.sampled_from(["", "", "", " ", "  ", "\t"])
    text = st.builds(lambda parts, gap: f"{gap}{{{(',' + gap).join(parts)}}}{gap}", members, space)
    ends = st.sampled_from(["", "", "", "\r", "}", "{}", ",", " {}", "\\"])
    spoiled = st.tuples(text, ends).map("".join).map(str.encode)
    cut = st.tuples(spoiled, st.integers(0, 40)).map(lambda pair: pair[0][: len(pair[0]) - pair[1]])
    noise = st.binary(max_size=8).map(lambda raw: raw.replace(b"\n", b" "))
    return st.one_of(spoiled, spoiled, spoiled, cut, noise)
