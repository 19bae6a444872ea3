"""The page of growth: its figures, its pictures and what it says agree, and exponents are right on known data."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ElementTree
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from benchmarks import growth
from benchmarks.curves import books, page
from benchmarks.curves.curve import Curve, slope, upper_half
from benchmarks.curves.drawing import HEIGHT, WIDTH, apart, picture
from screener.rulebook.book import RuleBook

DOCS = Path(__file__).parents[2] / "docs"
FIGURES = page.kept(DOCS)
SVG = "{http://www.w3.org/2000/svg}"
SIZES = (100.0, 300.0, 1_000.0, 3_000.0, 10_000.0)


@pytest.mark.parametrize("exponent", [-1.0, 0.0, 0.5, 1.0, 1.37, 2.0])
def test_a_power_has_its_exponent(exponent: float) -> None:
    curve = Curve("power", tuple((size, 3 * size**exponent) for size in SIZES))
    assert curve.exponent == pytest.approx(exponent)
    assert curve.at_the_end == pytest.approx(exponent)
    beyond = curve.to(1e6).beyond
    assert beyond is not None
    assert beyond[1] == pytest.approx(3 * 1e6**exponent)


def test_the_lower_half_does_not_count() -> None:
    points = ((1.0, 50.0), (10.0, 50.0), (100.0, 1.0), (1_000.0, 100.0), (10_000.0, 10_000.0))
    assert upper_half(points) == points[2:]
    assert upper_half(points[:4]) == points[2:4]
    assert upper_half(points[:2]) == points[:2]
    assert Curve("late", points).exponent == pytest.approx(2)


def test_least_squares_over_points_that_are_on_no_line() -> None:
    ups = [0.0, 2.0, 1.0]
    assert slope([(math.e**x, math.e**y) for x, y in enumerate(ups)]) == pytest.approx(0.5)


def test_one_point_has_no_exponent() -> None:
    curve = Curve("lonely", ((10.0, 1.0),))
    assert (curve.exponent, curve.at_the_end, curve.to(100)) == (None, None, curve)


def test_page_and_pictures_are_drawn_from_the_kept_figures() -> None:
    assert FIGURES is not None
    assert page.as_kept(FIGURES) == (DOCS / page.FIGURES).read_text(encoding="utf-8")
    for name, text in page.files(FIGURES).items():
        assert (DOCS / name).read_text(encoding="utf-8") == text, "run `python -m benchmarks growth --draw`"


def test_every_figure_and_exponent_stands_in_the_table_and_every_exponent_in_the_picture() -> None:
    assert FIGURES is not None
    text = (DOCS / page.PAGE).read_text(encoding="utf-8")
    for graph in page.present(FIGURES):
        section = text.partition(f"## {graph.title}\n")[2].partition("\n## ")[0]
        drawn = (DOCS / "images" / f"growth-{graph.name}.svg").read_text(encoding="utf-8")
        for curve in page.curves_of(FIGURES, graph.name):
            row = next(line for line in section.splitlines() if line.startswith(f"| {curve.name} |"))
            assert all(f" {page.time(seconds)} " in row for _, seconds in curve.points), row
            assert curve.exponent is None or f"exponent {page.number(curve.exponent)}<" in drawn
            assert row.endswith(f"| {page.number(curve.exponent)} | {page.number(curve.at_the_end)} |")


def test_every_row_was_checked() -> None:
    assert FIGURES is not None
    assert [row for row in FIGURES["books"] if row["same"] != row["compared"]] == []
    text = (DOCS / page.PAGE).read_text(encoding="utf-8")
    for row in FIGURES["energy"]:
        line = next(line for line in text.splitlines() if line.startswith(f"| {row['name']} |"))
        assert ("other conclusions" in line) == (row["same"] != row["compared"])
        assert row["same"] == row["compared"] or not row["name"].startswith("screener")


def test_the_page_names_no_path_and_no_date() -> None:
    text = (DOCS / page.PAGE).read_text(encoding="utf-8") + (DOCS / page.FIGURES).read_text(encoding="utf-8")
    assert re.findall(r"(?:/tmp|/home|/work|/root)\b|\b20\d\d-\d\d", text) == []


def test_pictures_have_words_for_those_who_do_not_see_them_and_nothing_leaves_them() -> None:
    assert FIGURES is not None
    for graph in page.present(FIGURES):
        root = ElementTree.parse(DOCS / "images" / f"growth-{graph.name}.svg").getroot()
        title, about = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
        assert title is not None
        assert title.text == graph.title
        assert about is not None
        assert "exponent" in (about.text or "")
        for text in root.iter(f"{SVG}text"):
            assert 0 <= float(text.attrib["x"]) <= WIDTH
            assert 0 <= float(text.attrib["y"]) <= HEIGHT


def test_labels_do_not_overlap() -> None:
    found = sorted(apart([100.0, 101.0, 250.0, 251.0, 251.5]))
    assert all(below - above >= 31.9 for above, below in pairwise(found))
    assert picture("t", "a", "rules", [Curve("one", ((1.0, 2.0),))]).count("exponent") == 0


def test_larger_batches_are_kept_from_an_earlier_run_on_the_same_machine() -> None:
    def figures(machine: str, *points: list[float]) -> dict[str, Any]:
        return {"machine": machine, "graphs": {"batch": {"Parquet": list(points)}}}

    new, old = figures("one", [10, 1.0]), figures("one", [10, 9.0], [100, 10.0])
    assert page.joined(new, old)["graphs"]["batch"]["Parquet"] == [[10, 1.0], [100, 10.0]]
    assert page.joined(figures("other", [10, 1.0]), old)["graphs"]["batch"]["Parquet"] == [[10, 1.0]]


@pytest.mark.parametrize("shape", [books.Shape(40, 8, 8), books.Shape(60, 4, 20, 5), books.Shape(30, 1, 60)])
def test_books_are_well_formed_and_the_engines_agree_on_them(shape: books.Shape, tmp_path: Path) -> None:
    book = RuleBook.load(books.write(tmp_path, shape))
    assert (len(book.rules), len(book.flags)) == (shape.rules, shape.flags)
    found = books.costs(shape)
    assert found["same"] == found["compared"] == books.COMPARED


def test_what_does_not_end_is_ended() -> None:
    assert books.apart("prove", books.Shape(1_000, flags=1), 1) is None


def test_a_short_run_measures_less() -> None:
    assert growth.plan_of(short=True, long=False).batches == [100, 1_000]
    assert growth.plan_of(short=False, long=True).batches == [10**power for power in range(4, 8)]
