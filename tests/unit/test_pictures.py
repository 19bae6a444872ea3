"""Pictures: nothing overlaps or is clipped, they fit a projector, say what the rules say, always the same."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest

from pictures import BOLD, assert_all_is_there, assert_geometry, assert_says_the_rules, drawn_width
from screener.case.files import read_case
from screener.case.intake import Intake
from screener.explain.chain import Chain, chain_to, open_chain
from screener.explain.html import NARROW, NARROW_BOX, document
from screener.explain.picture.boxes import SIZE, SMALL, width, wrap
from screener.explain.picture.folding import about, to_levels
from screener.explain.picture.graph import Graph, graph_of
from screener.explain.picture.mermaid import render as mermaid
from screener.explain.picture.ordering import pooled
from screener.explain.picture.placing import packed, rows
from screener.explain.picture.svg import HIGH, WIDE, laid_out, picture
from screener.explain.questions import ask, shown
from screener.explain.why_not import WhyNot, why_not
from screener.report.build import ReportBuilder
from screener.rulebook.book import RuleBook
from screener.saying import speaking
from screener.screening import Screener
from vignettes import FOLDER, SCREENED, Vignette, some_now

BOOKS = Path(__file__).parents[2] / "examples" / "books"
SVG = "{http://www.w3.org/2000/svg}"


def of(case: ReportBuilder) -> tuple[list[Chain], list[WhyNot]]:
    """A picture with everything: every settled flag and every open one."""
    names = list(case.book.flags)
    settled = [chain_to(case, name) for name in names if case.outcome.values[name] is not None]
    return settled, [waiting(case, name) for name in names if case.outcome.values[name] is None]


def waiting(case: ReportBuilder, name: str) -> WhyNot:
    """What a picture of an open conclusion is made from, without the search for completions."""
    return WhyNot(name, "flag", name, "possible", None, open_chain(case, name))


def examined(vignette: Vignette, screener: Screener) -> ReportBuilder:
    return screener.examine(read_case(str(vignette.case), Intake.fields))


def raised(case: ReportBuilder) -> Graph:
    return graph_of([chain_to(case, name) for name in shown(case)])


def assert_drawn_well(graph: Graph, case: ReportBuilder) -> None:
    """As it fits a projector, to a level, as numbered boxes, and with nothing folded."""
    fitted, layout = laid_out(graph)
    assert (layout.width, layout.height) <= (WIDE, HIGH)
    assert layout.height <= HIGH
    assert_geometry(layout)
    assert_all_is_there(fitted, graph, case)
    narrow = rows(fitted, NARROW, NARROW_BOX)
    assert_geometry(narrow)
    assert narrow.width <= NARROW
    assert [box.node.step for box in narrow.boxes if box.node.concludes].count(0) == 0
    level, layout = laid_out(graph, levels=1)
    assert_geometry(layout)
    assert_all_is_there(level, graph, case)
    assert_geometry(laid_out(graph, levels="all")[1])


@pytest.mark.parametrize("vignette", SCREENED, ids=lambda vignette: vignette.id)
def test_what_came_up(vignette: Vignette, screener: Screener) -> None:
    case = examined(vignette, screener)
    graph = raised(case)
    assert_says_the_rules(graph, case)
    assert_drawn_well(graph, case)


@pytest.mark.parametrize("vignette", some_now(SCREENED, 5))
def test_each_conclusion_by_itself(vignette: Vignette, screener: Screener) -> None:
    case = examined(vignette, screener)
    for name in case.book.conclusion_ids:
        value = case.outcome.values[name]
        graph = graph_of([chain_to(case, name)]) if value is not None else graph_of([], [waiting(case, name)])
        assert_says_the_rules(graph, case)
        fitted, layout = laid_out(graph)
        assert (layout.width <= WIDE, layout.height <= HIGH) == (True, True), name
        assert_geometry(layout)
        assert_all_is_there(fitted, graph, case)


@pytest.mark.parametrize("vignette", some_now(SCREENED[::15], 4))
def test_everything_at_once(vignette: Vignette, screener: Screener) -> None:
    case = examined(vignette, screener)
    graph = graph_of(*of(case))
    assert_says_the_rules(graph, case)
    assert_geometry(laid_out(graph, levels="all")[1])
    fitted, layout = laid_out(graph)
    assert_geometry(layout)
    assert_all_is_there(fitted, graph, case)


@pytest.mark.parametrize("name", sorted(path.name for path in BOOKS.iterdir() if path.is_dir()))
def test_books_of_ones_own_in_their_language(name: str) -> None:
    screener = Screener(RuleBook.load(BOOKS / name))
    answers = [case.answers for rule in screener.book.rules for case in rule.cases]
    with speaking(screener.book.subject.language):
        for given in [{}, *answers]:
            case = screener.examine(screener.book.intake.read(given))
            graph = graph_of(*of(case))
            assert_says_the_rules(graph, case)
            assert_geometry(laid_out(graph, levels="all")[1])
            for key in graph.goals:
                assert_geometry(laid_out(about(graph, key))[1])


@pytest.mark.parametrize("vignette", some_now(SCREENED[::5], 5))
def test_texts_stand_inside_their_boxes_in_the_svg(vignette: Vignette, screener: Screener) -> None:
    case = screener.examine(read_case(str(vignette.case), Intake.fields))
    root = ElementTree.fromstring(picture(*of(case)))
    groups = list(root.iter(f"{SVG}g"))
    assert groups
    for group in groups:
        left, top, right, low = bounds(group)
        for text in group.iter(f"{SVG}text"):
            x, y = float(text.get("x", "")), float(text.get("y", ""))
            name = text.get("class", "")
            wide = drawn_width(text.text or "", SMALL if name else SIZE)
            if name.endswith("-o"):  # a sign is in the middle of its field
                assert left + 2 <= x - wide * BOLD / 2
                assert x + wide * BOLD / 2 <= right - 2
            else:
                assert left + 8 <= x
                assert x + wide <= right - 8
            assert top + SMALL <= y <= low - 4


def bounds(group: Any) -> tuple[float, float, float, float]:
    shape = [one for one in group if one.tag in (f"{SVG}rect", f"{SVG}polygon")][-1]  # of a folded box, the front one
    if shape.tag == f"{SVG}rect":
        x, y, wide, high = (float(shape.get(key)) for key in ("x", "y", "width", "height"))
        return x, y, x + wide, y + high
    points = [tuple(map(float, point.split(","))) for point in shape.get("points").split()]
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
    said = desc.text or ""
    assert (
        "Potassium that stayed low (flag: raised) rests on: article-refractory-potassium-still-low (told that" in said
    )
    assert "was low: yes and prescribed potassium: yes and potassium still low when checked again: yes)." in said
    assert "; or article-suspect-magnesium-cause-and-symptom (A cause from the magnesium table and A sign" in said


def test_states_differ_in_shape_and_words(screener: Screener, v06: ReportBuilder) -> None:
    open_case = screener.examine(read_case(str(FOLDER / "V15-does-not-know.json"), Intake.fields))
    shapes = {}
    for name, drawn in (
        ("raised", picture([chain_to(v06, "refractory-potassium")])),
        ("ruled out", picture([chain_to(v06, "high-potassium")])),
        ("possible", picture([], [why_not(open_case, "suspect-magnesium")])),
    ):
        groups = [g for g in ElementTree.fromstring(drawn).iter(f"{SVG}g") if "-goal" in (g.get("class") or "")]
        shape = groups[0][1]  # behind the title
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
    lines = mermaid([chain_to(v06, "refractory-potassium")]).splitlines()
    assert lines[0] == "flowchart LR"
    assert '    n0["flag: raised<br/>Potassium that stayed low"]' in lines
    assert '    n1[["rule: fires<br/>article-refractory-potassium-still-low"]]' in lines
    assert [line for line in lines if "n1g" in line or line.endswith("n0")] == [
        "    n1 --> n0", '    n1g(("and"))', "    n1g --> n1", "    n2 --> n1g", "    n3 --> n1g", "    n4 --> n1g",
    ]  # fmt: skip
    text = mermaid([chain_to(v06, "suspect-magnesium")])
    assert '(("or"))' in text
    refuted = mermaid([chain_to(v06, "potassium-sparing-only")])
    assert "--x|not| " in refuted
    assert "+ 12 steps, 7 answers" in mermaid([chain_to(v06, "suspect-both")], levels=1)


def test_the_page_is_self_contained(screener: Screener, v06: ReportBuilder) -> None:
    page = document(ask(screener, v06, why_nots=["potassium-sparing-only"], flags=["suspect-magnesium"]))
    assert not re.search(r"(?:src|href)=|@import|url\((?!#)|https?://(?!www\.w3\.org/2000/svg)", page)
    steps = [int(number) for number in re.findall(r'<li data-step="(\d+)">', page)]
    assert steps == list(range(1, len(steps) + 1))
    assert f'max="{len(steps)}"' in page
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


# and, or, not, at least; folding


def nodes(drawn: str, name: str) -> list[Any]:
    """The groups of an SVG with a class."""
    groups = ElementTree.fromstring(drawn).iter(f"{SVG}g")
    return [group for group in groups if any(one.endswith(f"-{name}") for one in (group.get("class") or "").split())]


def paths(drawn: str, name: str) -> list[Any]:
    found = ElementTree.fromstring(drawn).iter(f"{SVG}path")
    return [path for path in found if any(one.endswith(f"-{name}") for one in (path.get("class") or "").split())]


def test_an_arc_stands_for_and_and_a_rule_says_its_text_when_pointed_at(v06: ReportBuilder) -> None:
    drawn = picture([chain_to(v06, "refractory-potassium")])
    (arc,) = paths(drawn, "c")
    assert len(paths(drawn, "e")) == 4
    assert arc.get("data-step")
    hints = [group.find(f"{SVG}title").text for group in nodes(drawn, "g")]
    rule = v06.book.rule["article-refractory-potassium-still-low"]
    assert f"{rule.id}: fires (all 3 together). {rule.because} [{', '.join(rule.sources)}]" in hints


def test_alternatives_stand_apart_and_say_or(v06: ReportBuilder) -> None:
    drawn = picture([chain_to(v06, "low-potassium-reported")])
    assert not paths(drawn, "c")
    (goal,) = nodes(drawn, "goal")
    assert " ".join(text.text or "" for text in goal.iter(f"{SVG}text")) == "or flag: raised Low potassium was reported"


def test_any_inside_a_rule_is_a_box_of_its_own(screener: Screener) -> None:
    case = screener.examine(read_case(str(FOLDER / "C13-milk-of-magnesia-and-failing-kidneys.json"), Intake.fields))
    graph = graph_of([chain_to(case, "kidney-failure-no-supplements")])
    (gate,) = [node for node in graph.nodes.values() if node.kind == "gate"]
    assert (gate.need, gate.every) == (1, False)
    assert graph.nodes["#evidence-kidney-failure-no-supplements-egfr"].every
    assert ">or</text>" in picture([chain_to(case, "kidney-failure-no-supplements")])


def test_at_least_says_how_many(screener: Screener) -> None:
    path = FOLDER / "Q02-naproxen-with-lisinopril-egfr-38-dialysis-not-answered.json"
    case = screener.examine(read_case(str(path), Intake.fields))
    assert "≥ 2" in picture([chain_to(case, "potassium-raising-combination")])


def test_not_is_a_circle_and_what_keeps_from_firing_a_crossbar(v06: ReportBuilder) -> None:
    ends = re.findall(r"marker-end=\"url\(#x[0-9a-f]+-(\w+)\)", picture([chain_to(v06, "overlapping-symptoms")]))
    assert sorted(ends) == ["h", "h", *["n"] * 6]
    ends = re.findall(r"marker-end=\"url\(#x[0-9a-f]+-(\w+)\)", picture([chain_to(v06, "potassium-sparing-only")]))
    assert sorted(ends) == ["nx", "x", "x"]


def test_unknown_answers_stand_beside_what_is_known(screener: Screener) -> None:
    case = screener.examine(Intake.read({"told_low_potassium": True, "age": 50}))
    graph = graph_of([], [why_not(case, "refractory-potassium")])
    states = {node.about: node.state for node in graph.nodes.values() if node.kind == "answer"}
    assert states == {
        "told_low_potassium": "given", "potassium_prescribed": "open", "potassium_still_low": "open",
        "potassium_supplement": "open", "medicines": "open",
    }  # fmt: skip
    assert open_chain(case, "refractory-potassium").status == "possible"
    drawn = picture([], [why_not(case, "refractory-potassium")])
    assert drawn.count(">not answered</text>") == 5  # one of them leads to two rules and is drawn next to each
    assert len(paths(drawn, "c")) == 2


def test_levels(v06: ReportBuilder) -> None:
    whole = graph_of([chain_to(v06, "check-both")])
    sizes = [len(to_levels(whole, levels).nodes) for levels in range(1, 5)]
    assert sizes == sorted(sizes)
    assert sizes[-1] == len(whole.nodes)
    one = to_levels(whole, 1)
    folded = {key: node.folded for key, node in one.nodes.items() if node.folded}
    assert {key: steps for key, (steps, _) in folded.items()} == {
        name: len(chain_to(v06, name).steps) - 1
        for name in folded  # that the pack applies is not drawn
    }
    assert "+ 12 steps, 7 answers" in picture([chain_to(v06, "check-both")], levels=1)


def test_the_page_has_what_is_folded_without_a_script(screener: Screener, v06: ReportBuilder) -> None:
    page = document(ask(screener, v06))
    graph, _ = laid_out(raised(v06))
    for node in graph.nodes.values():
        if node.folded:
            steps, answers = node.folded
            assert re.search(
                rf"<summary>{re.escape(node.words)} \(\+ {steps} steps?, {answers} answers?\)</summary>", page
            )
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_the_largest_have_few_crossings(screener: Screener) -> None:
    """At most half of what a layout with each answer once and without rules has: 51 for N18, 110 for N39."""
    from benchmarks.pictures import crossings

    for name, most in (("N18-blackout-three-days-ago-on-sotalol", 25), ("N39-dialysis-and-low-sodium-salt", 55)):
        graph = raised(screener.examine(read_case(str(FOLDER / f"{name}.json"), Intake.fields)))
        assert crossings(laid_out(graph, levels="all")[1].lines) <= most
        assert crossings(laid_out(graph)[1].lines) <= most // 5


def test_a_long_chain_is_folded_and_takes_no_time() -> None:
    from screener.explain.picture.graph import Node

    graph = Graph(goals=("c0",))
    for number in range(1500):
        graph.add(Node(f"c{number}", "goal" if not number else "conclusion", "raised", "a link", number + 1, "finding"))
        graph.add(Node(f"#r{number}", "rule", "raised", f"rule-{number}", number + 1))
    for number in range(1500):
        graph.link(f"#r{number}", f"c{number}", number + 1)
        if number:
            graph.link(f"c{number}", f"#r{number - 1}", number)
    fitted, layout = laid_out(graph)
    assert len(fitted.nodes) < 20
    (end,) = [node.folded for node in fitted.nodes.values() if node.folded]
    assert end[0] + sum(node.kind == "rule" for node in fitted.nodes.values()) == 1500
    assert_geometry(layout)


def test_numbers_in_order_nearest_to_those_wanted() -> None:
    assert pooled([3.0, 1.0, 2.0], [1.0, 1.0, 2.0]) == [2.0, 2.0, 2.0]
    assert pooled([1.0, 2.0, 4.0], [1.0, 1.0, 1.0]) == [1.0, 2.0, 4.0]
    assert pooled([5.0, 1.0], [3.0, 1.0]) == [4.0, 4.0]


def test_packed_rectangles_do_not_meet() -> None:
    sizes = [(40 + 37 * n % 300, 30 + 53 * n % 200) for n in range(150)]
    corners = packed(sizes, 900)
    placed = [(x, y, x + w, y + h) for (x, y), (w, h) in zip(corners, sizes, strict=True)]
    for index, one in enumerate(placed):
        assert one[2] <= 900
        for other in placed[:index]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_in_print_no_box_is_filled(v06: ReportBuilder) -> None:
    printed = picture([chain_to(v06, "suspect-magnesium")]).split("@media print")[1]
    assert re.search(r"-b\{fill:#fff!important;stroke:#000\}", printed)
