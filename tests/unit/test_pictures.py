"""Pictures: no box overlaps another, no text leaves its box, and the same chains give the same bytes."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from itertools import combinations
from typing import Any

import pytest

from screener.case.files import read_case
from screener.case.intake import Intake
from screener.explain.chain import Chain, chain_to
from screener.explain.html import document
from screener.explain.picture.graph import graph_of
from screener.explain.picture.lettering import width, wrap
from screener.explain.picture.mermaid import render as mermaid
from screener.explain.picture.placing import SIZE, SMALL, Layout, place
from screener.explain.picture.svg import picture
from screener.explain.questions import ask
from screener.explain.why_not import WhyNot, why_not
from screener.report.build import ReportBuilder
from screener.screening import Screener
from vignettes import FOLDER, SCREENED, Vignette

# advance widths of DejaVu Sans, which is wider than most, in thousandths of an em; what is not listed is narrower
ADVANCE = {
    **dict.fromkeys("abcdeghknopqsuvxyz", 640), **dict.fromkeys("ijl|", 340), **dict.fromkeys("ftr", 412),
    "m": 975, "w": 818, **dict.fromkeys("ABCEFKLPRSTVXYZ", 700), **dict.fromkeys("DGHNOQU", 790), "M": 864, "W": 990,
    "I": 296, "J": 296, **dict.fromkeys("0123456789", 637), " ": 318, **dict.fromkeys(".,:;'", 340),
    **dict.fromkeys("()[]/", 391), "-": 361, "%": 951, ">": 838, "<": 838, "=": 838, "+": 838,
}  # fmt: skip
SVG = "{http://www.w3.org/2000/svg}"


def drawn_width(text: str, size: float) -> float:
    return sum(ADVANCE.get(char, 640) for char in text) * size / 1000


def of(case: ReportBuilder) -> tuple[list[Chain], list[WhyNot]]:
    """A picture with everything: every settled flag and every open one."""
    names = list(case.book.flags)
    settled = [chain_to(case, name) for name in names if case.outcome.values[name] is not None]
    return settled, [why_not(case, name) for name in names if case.outcome.values[name] is None]


def layouts(vignette: Vignette, screener: Screener) -> list[Layout]:
    case = screener.examine(read_case(str(vignette.case), Intake.fields))
    settled, possible = of(case)
    raised = [chain for chain in settled if chain.status == "raised"]
    graphs = [graph_of(raised), graph_of(settled, possible)]
    return [place(graph, direction) for graph in graphs for direction in ("columns", "rows")]  # type: ignore[arg-type]


@pytest.mark.parametrize("vignette", SCREENED, ids=lambda vignette: vignette.id)
def test_geometry(vignette: Vignette, screener: Screener) -> None:
    for layout in layouts(vignette, screener):
        for a, b in combinations(layout.boxes, 2):
            apart = a.x + a.width <= b.x or b.x + b.width <= a.x or a.y + a.height <= b.y or b.y + b.height <= a.y
            assert apart, (a.node, b.node)
        for box in layout.boxes:
            assert 0 <= box.x <= box.x + box.width <= layout.width
            assert 0 <= box.y <= box.y + box.height <= layout.height
            assert all(drawn_width(text, SIZE) <= box.width - 24 for text in box.lines), box.lines
            assert all(drawn_width(text, SMALL) <= box.width - 24 for text in box.mark), box.mark
        assert_no_line_meets_a_box(layout)


def assert_no_line_meets_a_box(layout: Layout) -> None:
    """In columns, every straight piece along a lane passes between the boxes of its column."""
    for line in layout.lines:
        if line.across:
            lanes = zip(line.points[1:-1:2], line.points[2::2], strict=False)
            for (x, y), _ in lanes:
                assert not any(box.x == x and box.y < y < box.y + box.height for box in layout.boxes)


@pytest.mark.parametrize("vignette", SCREENED[::5], ids=lambda vignette: vignette.id)
def test_texts_stand_inside_their_boxes_in_the_svg(vignette: Vignette, screener: Screener) -> None:
    case = screener.examine(read_case(str(vignette.case), Intake.fields))
    root = ElementTree.fromstring(picture(*of(case)))
    groups = list(root.iter(f"{SVG}g"))
    assert groups
    for group in groups:
        left, top, right, low = bounds(group)
        for text in group.iter(f"{SVG}text"):
            x, y = float(text.get("x", "")), float(text.get("y", ""))
            assert left + 8 <= x
            assert x + drawn_width(text.text or "", SIZE) <= right - 8
            assert top + SMALL <= y <= low - 4


def bounds(group: Any) -> tuple[float, float, float, float]:
    rect, polygon = group.find(f"{SVG}rect"), group.find(f"{SVG}polygon")
    if rect is not None:
        x, y, wide, high = (float(rect.get(key)) for key in ("x", "y", "width", "height"))
        return x, y, x + wide, y + high
    points = [tuple(map(float, point.split(","))) for point in polygon.get("points").split()]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


@pytest.fixture
def v06(screener: Screener) -> ReportBuilder:
    return screener.examine(read_case(str(FOLDER / "V06-potassium-tablets-not-working.json"), Intake.fields))


def test_same_bytes_and_unique_names(v06: ReportBuilder) -> None:
    one, other = chain_to(v06, "suspect-magnesium"), chain_to(v06, "suspect-potassium")
    assert picture([one]) == picture([one])
    names = [set(re.findall(r'(?:class|id)="(x[0-9a-f]+)', picture([chain]))) for chain in (one, other)]
    assert [len(found) for found in names] == [1, 1]
    assert names[0] != names[1]
    styles = re.findall(r"<style>(.*?)</style>", picture([one]))
    assert all(
        rule.strip().startswith(".x") for rule in re.findall(r"[^{}]+(?={[^{}]*})", styles[0]) if "@" not in rule
    )


def test_for_those_who_do_not_see_it(v06: ReportBuilder) -> None:
    root = ElementTree.fromstring(picture([chain_to(v06, "suspect-magnesium")], [why_not(v06, "nothing-matched")]))
    assert root.get("role") == "img"
    labelled = (root.get("aria-labelledby") or "").split()
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert labelled == [title.get("id"), desc.get("id")]
    assert "Ask about magnesium (raised)" in (title.text or "")
    assert "rests on: Things linked with both minerals" in (desc.text or "")


def test_states_differ_in_shape_and_words(screener: Screener, v06: ReportBuilder) -> None:
    open_case = screener.examine(read_case(str(FOLDER / "V15-does-not-know.json"), Intake.fields))
    shapes = {}
    for name, drawn in (
        ("raised", picture([chain_to(v06, "refractory-potassium")])),
        ("ruled out", picture([chain_to(v06, "high-potassium")])),
        ("possible", picture([], [why_not(open_case, "high-blood-pressure-low-potassium")])),
    ):
        groups = [g for g in ElementTree.fromstring(drawn).iter(f"{SVG}g") if "-goal" in (g.get("class") or "")]
        shape = groups[0][0]
        shapes[name] = (shape.tag, len((shape.get("points") or "").split()))
        assert any(name in (text.text or "") for text in groups[0].iter(f"{SVG}text"))
    assert len(set(shapes.values())) == 3


def test_long_and_hostile_labels() -> None:
    assert wrap("a" * 100, 13, 100) != ["a" * 100]
    assert all(width(line, 13) <= 100 for line in wrap("wwww" * 30 + " and more", 13, 100))
    assert "".join(wrap("pseudohypoaldosteronism" * 3, 13, 90)) == "pseudohypoaldosteronism" * 3


def test_a_medicine_with_a_hostile_name(screener: Screener) -> None:
    from screener.case.intake import Intake

    name = 'omeprazole 20 mg <script>alert("1")</script> & ]]> `x`; --> n1'
    case = screener.examine(Intake.read({"medicines": [name, "furosemide"], "muscle_cramps": True}))
    found = ask(screener, case)
    ElementTree.fromstring(picture(found.chains))
    page = document(found)
    assert "<script>alert" not in page
    assert page.count("<script>") == 1
    text = mermaid(found.chains)
    assert all(line.count('"') in (0, 2) for line in text.splitlines())


def test_mermaid(v06: ReportBuilder) -> None:
    text = mermaid([chain_to(v06, "refractory-potassium")])
    assert text.startswith("flowchart LR\n")
    assert '    n3["flag: raised<br/>Potassium that stayed low"]' in text.splitlines()
    assert "    n0 --> n3" in text.splitlines()


def test_the_page_is_self_contained(screener: Screener, v06: ReportBuilder) -> None:
    page = document(ask(screener, v06, why_nots=["potassium-sparing-only"], flags=["suspect-magnesium"]))
    assert not re.search(r"(?:src|href)=|@import|url\((?!#)|https?://(?!www\.w3\.org/2000/svg)", page)
    steps = [int(number) for number in re.findall(r'<li data-step="(\d+)">', page)]
    assert steps == list(range(1, len(steps) + 1))
    assert f'max="{len(steps)}"' in page
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
