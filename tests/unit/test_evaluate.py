"""Shares and their intervals against published ones; hidden counts against what totals give away; a blind truth."""

from __future__ import annotations

import os
from itertools import product
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.population import people
from screener.batch.reading.careful import Policy
from screener.batch.reading.notation import Notation
from screener.batch.reading.record import Decoded
from screener.engine.columnar.columns import Columns
from screener.evaluate.counts import RAISED, RULED_OUT, Counts, Reading
from screener.evaluate.disclosure import HIDDEN_BELOW, cells_hidden, people_hidden
from screener.evaluate.measures import SHARES, share_of, wilson
from screener.evaluate.result import EvaluationSource
from screener.evaluate.truth import Truth, read_truth, taken_away
from screener.rulebook.book import RuleBook

NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [  # Newcombe, Stat. Med. 17 (1998) 857-872, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_intervals_are_the_published_ones(count: int, of: int, low: float, high: float) -> None:
    assert wilson(count, of) == pytest.approx((low, high), abs=5e-5)
    mirrored = wilson(of - count, of)
    assert (1 - mirrored[1], 1 - mirrored[0]) == pytest.approx(wilson(count, of))


CELLS = st.lists(st.integers(0, 6), min_size=9, max_size=9).map(lambda cells: np.array(cells).reshape(3, 3))


@given(CELLS)
def test_least_and_most_are_those_over_all_ways_to_settle_the_open(cells: np.ndarray[Any, Any]) -> None:
    """Every way to divide the open ones into raised and ruled out is tried."""
    for name, (hit, miss) in SHARES.items():
        found = share_of(name, cells)
        if found is None:
            continue
        seen = []
        for first, second in product(range(cells[0, 1] + 1), range(cells[1, 1] + 1)):
            table = cells.copy()
            table[0] += [first, -cells[0, 1], cells[0, 1] - first]
            table[1] += [second, -cells[1, 1], cells[1, 1] - second]
            if table[hit] + table[miss]:
                seen.append(table[hit] / (table[hit] + table[miss]))
        assert (found.least, found.most) == pytest.approx((min(seen), max(seen)))
        assert found.low <= found.share <= found.high


# hidden counts

DIVISIONS = [[1, 2, 3], [4, 5]]


def tables(seed: int, most: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """People and cells of one flag in two divisions, which add up."""
    random = np.random.default_rng(seed)
    single = random.integers(0, most, (3, 2, 3, 3)) * (random.random((3, 2, 3, 3)) < 0.7)
    cells = np.stack([single.sum((0, 1)), *single.sum(1), *single.sum(0)])
    return cells.sum(axis=2), cells


@pytest.mark.parametrize("most", [3, 12, 60, 400])
def test_no_hidden_count_follows_from_what_is_shown(most: int) -> None:
    for seed in range(400 if NIGHTLY else 40):
        people, cells = tables(seed, most)
        hidden_people = people_hidden(people, DIVISIONS)
        hidden = cells_hidden(cells, hidden_people, DIVISIONS)
        assert np.all(hidden[(cells > 0) & (cells < HIDDEN_BELOW)])
        shown = [(hidden_people[:, :3], people), (hidden, cells)]
        free = nullspace(shown)
        for place in np.flatnonzero(np.concatenate([mask.ravel() for mask, _ in shown])):
            assert np.abs(free[:, place]).max(initial=0) > 1e-9, (seed, place)
        check_rows(hidden, hidden_people, cells)


def check_rows(hidden: Any, hidden_people: Any, cells: Any) -> None:
    """Of a row whose total is shown, the hidden are at least two, and together at least 8."""
    for group, truth in np.ndindex(cells.shape[:2]):
        mask = hidden[group, truth]
        if mask.any() and not hidden_people[group, truth]:
            assert mask.sum() >= 2
            assert cells[group, truth][mask].sum() >= HIDDEN_BELOW


def nullspace(shown: list[tuple[Any, Any]]) -> np.ndarray[Any, Any]:
    """Directions in which all counts can change, with every sum kept and nothing that is shown changed."""
    masks = np.concatenate([mask.ravel() for mask, _ in shown])
    size, groups = len(masks), shown[0][1].shape[0]

    def row(total: int, parts: list[int]) -> Any:
        line = np.zeros(size)
        line[parts] = 1
        line[total] -= 1
        return line

    def whole(group: int, truth: int) -> int:
        return group * 3 + truth

    def cell(group: int, truth: int, said: int) -> int:
        return groups * 3 + (group * 3 + truth) * 3 + said

    lines = [row(whole(g, t), [cell(g, t, s) for s in range(3)]) for g in range(groups) for t in range(3)]
    for division in DIVISIONS:
        lines += [row(whole(0, t), [whole(g, t) for g in division]) for t in range(3)]
        lines += [row(cell(0, t, s), [cell(g, t, s) for g in division]) for t in range(3) for s in range(3)]
    _, sizes, vectors = np.linalg.svd(np.array(lines)[:, masks])  # what is shown stays, so only the rest may change
    changes = vectors[int((sizes > 1e-9).sum()) :]
    free = np.zeros((len(changes), size))
    free[:, masks] = changes
    return free


def test_large_counts_are_all_shown() -> None:
    people, cells = (100 * counts for counts in tables(1, 400))
    assert not cells_hidden(cells, people_hidden(people, DIVISIONS), DIVISIONS).any()


# the truth


def test_what_tells_of_a_result_is_taken_away(book: RuleBook) -> None:
    assert taken_away("egfr", book) == ("egfr", "ckd_stage")
    assert "potassium_still_low" in taken_away("potassium", book)
    assert "alcohol_stopped_recently" in taken_away("heavy_alcohol_use", book)


def read(book: RuleBook, columns: Columns, truth: Truth) -> Reading:
    """The counts of some people."""
    reading = Reading((), book, Policy(Notation(book.fields)), truth)
    reading.add(decoded(columns))
    return reading


def decoded(columns: Columns) -> Decoded:
    ids = pa.array([str(place) for place in range(columns.count)])
    return Decoded(np.arange(1, columns.count + 1), ids, columns)


def crowd(book: RuleBook, count: int) -> list[dict[str, Any]]:
    """Made-up people who gave every answer but those of the truths below."""
    return [{**one, "magnesium_measured": True} for one in people(book, count, seed=7)]


def columns_of(book: RuleBook, answers: list[dict[str, Any]]) -> Columns:
    return Columns.of([book.intake.read(one) for one in answers], book.fields)


POISON = {
    "magnesium < 0.70": ("magnesium", [0.3, 0.6, 0.9, "2.5 mmol/L", "> 1 mmol/L", None]),
    "potassium < 3.5": ("potassium", [1.5, 2.8, 4.0, 7.5, "< 2 mmol/L", None]),
    "calcium < 2.2": ("calcium", [1.4, 2.3, 3.6, None]),
    "egfr < 30": ("egfr", [5, 25, 90, "<15", None]),
    "heart_disease = yes": ("heart_disease", [True, False, None]),
    "age >= 65": ("age", [20, 70, 95, None]),
}


@pytest.mark.parametrize("text", POISON)
def test_the_truth_is_never_read(text: str, book: RuleBook) -> None:
    """Whatever is in the field of the truth, and in what gives it away, the same people have the same flags."""
    truth, random = read_truth(text, book), Random(1)
    name, values = POISON[text]
    answers, before = crowd(book, 400), None
    for _ in range(4):
        for one in answers:
            one.pop(name, None)
            if (value := random.choice(values)) is not None:
                one[name] = value
            for told in truth.taken_away[1:]:
                one[told] = random.choice([True, False, None]) if told in book.fields.yes_no else None
        said = read(book, columns_of(book, answers), truth).counts.cells[:, 0].sum(axis=1)
        assert before is None or np.array_equal(before, said)
        before = said


@pytest.mark.parametrize("draws", [pytest.param(1000, marks=pytest.mark.nightly), 60])
def test_intervals_cover_the_share_in_95_of_100_draws(draws: int, book: RuleBook) -> None:
    """Samples of a crowd in which magnesium is low by a known chance, by whether a flag is raised."""
    name, low_if, size = "medicine-lowers-magnesium", (0.08, 0.35), 400
    truth = read_truth("magnesium < 0.70", book)
    whole = columns_of(book, crowd(book, 3000))
    reading = read(book, whole, truth)
    place = [(one.kind, one.id) for one in reading.counts.subjects].index(("flag", name))
    raised = raised_in(book, whole, truth, name)
    share = raised.mean()
    wanted = {
        "sensitivity": share * low_if[1] / (share * low_if[1] + (1 - share) * low_if[0]),
        "specificity": (1 - share) * (1 - low_if[0]) / (1 - share * low_if[1] - (1 - share) * low_if[0]),
        "positive predictive value": low_if[1],
        "negative predictive value": 1 - low_if[0],
    }
    random, covered = np.random.default_rng(20261127), dict.fromkeys(wanted, 0)
    for _ in range(draws):
        some = random.integers(0, whole.count, size)
        columns = whole.take(some)
        is_low = random.random(size) < np.where(raised[some], low_if[1], low_if[0])
        columns.numbers["magnesium"] = np.where(is_low, 0.6, 0.85)
        reading.counts = Counts(reading.counts.subjects, reading.counts.groups[:1])
        reading.add(decoded(columns))
        found = EvaluationSource(book, truth, reading.counts, reading.tally).subject(place)
        for one in found.all.measures:
            covered[one.name] += one.low <= wanted[one.name] <= one.high
    assert all(0.93 <= hits / draws <= 0.975 for hits in covered.values()) or draws < 1000, covered
    assert all(hits / draws >= 0.85 for hits in covered.values()), covered


def raised_in(book: RuleBook, columns: Columns, truth: Truth, name: str) -> np.ndarray[Any, Any]:
    """For each person whether a flag is raised; nobody's may be open."""
    from screener.engine.columnar.engine import ColumnarEngine
    from screener.logic.planes import unpack

    outcomes = ColumnarEngine(book).infer(truth.without(columns))
    assert not outcomes.possible(name).any()
    return unpack(outcomes.values[name].certain, columns.count)


def test_statuses_in_the_counts_are_those_of_the_engine(book: RuleBook) -> None:
    truth = read_truth("magnesium < 0.70", book)
    whole = columns_of(book, crowd(book, 200))
    counts = read(book, whole, truth).counts
    for subject, cells in zip(counts.subjects, counts.cells[:, 0].sum(axis=1), strict=True):
        assert cells.sum() == 200
        if subject.id == "medicine-lowers-magnesium":
            raised = raised_in(book, whole, truth, subject.id)
            assert (cells[RAISED], cells[RULED_OUT]) == (raised.sum(), 200 - raised.sum())
