"""What every picture must keep: nothing overlaps, nothing is clipped, and it says what the rules say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import Any

from screener.explain.chain import chain_to
from screener.explain.picture.boxes import SIZE, SMALL, Box, PlacedEdge, PlacedGraph, width
from screener.explain.picture.folding import Folding
from screener.explain.picture.graph import Edge, Graph, Node
from screener.logic.condition import AllOf, AnyOf, AtLeast, Concluded, Condition, Not, field_of
from screener.logic.kleene import evaluate
from screener.report.build import ReportBuilder

# advance widths of DejaVu Sans, which is wider than most, in thousandths of an em; what is not listed is narrower
ADVANCE = {
    **dict.fromkeys("abcdeghknopqsuvxyzäöü", 640), **dict.fromkeys("ijl|", 340), **dict.fromkeys("ftr", 412),
    "m": 975, "w": 818, "ß": 630, **dict.fromkeys("ABCEFKLPRSTVXYZ", 700), **dict.fromkeys("DGHNOQUÄÖÜ", 790), "M": 864,
    "W": 990, "I": 296, "J": 296, **dict.fromkeys("0123456789", 637), " ": 318, **dict.fromkeys(".,:;'", 340),
    **dict.fromkeys("()[]/", 391), "-": 361, "%": 951, **dict.fromkeys("><=+≥", 838),
}  # fmt: skip
BOLD = 1.16  # how much wider bold letters are
PIECES = 24
Edges = tuple[float, float, float, float]


def drawn_width(text: str, size: float) -> float:
    return sum(ADVANCE.get(char, 640) for char in text) * size / 1000


def edges(box: Box) -> Edges:
    return box.x, box.y, box.right, box.low


def overlap(one: Edges, other: Edges) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def assert_geometry(layout: PlacedGraph) -> None:
    """No two boxes meet, all text has room, everything is on the canvas, and no line runs through a foreign box."""
    for one, other in combinations(layout.boxes, 2):
        assert not overlap(edges(one), edges(other)), (one.node, other.node)
    for box in layout.boxes:
        assert_text_has_room(box)
        assert min(box.x, box.y) >= 0
        assert box.right <= layout.width
        assert box.low <= layout.height
    low = layout.height - 12 - 14 * len(layout.legend)
    for text in layout.legend:
        assert drawn_width(text, SMALL) <= layout.width - 20, text
    assert not layout.legend or all(box.low <= low for box in layout.boxes)
    for line in layout.lines:
        assert_line(line, layout, low if layout.legend else layout.height)
    for arc in layout.arcs:
        span = (arc.x - 8, arc.top, arc.x + 1, arc.bottom)
        assert not any(overlap(span, edges(box)) for box in layout.boxes)
    for one_arc, other_arc in combinations(layout.arcs, 2):
        assert one_arc.x != other_arc.x or one_arc.bottom <= other_arc.top or other_arc.bottom <= one_arc.top


def assert_text_has_room(box: Box) -> None:
    inner = box.width - 2 * 8 - box.front
    size = SMALL if box.node.kind in ("rule", "answers") else SIZE
    assert all(drawn_width(text, size) <= inner for text in box.lines), box
    assert all(drawn_width(text, SMALL) <= inner for text in box.mark), box
    assert drawn_width(box.sign, SMALL) * BOLD <= (box.front or box.width), box
    lines = len(box.lines) * (14 if size == SMALL else 16) + 14 * len(box.mark)
    assert lines + 6 <= box.height, box


def assert_line(line: PlacedEdge, layout: PlacedGraph, low: int) -> None:
    """From its own box to its own box, on the canvas, and past all others."""
    points = list(flattened(line))
    assert all(0 <= x <= layout.width and 0 <= y <= low for x, y in points)
    ends = [box for box in layout.boxes if on_edge(box, line.points[0], box.x + box.width)]
    ends += [box for box in layout.boxes if on_edge(box, line.points[-1], box.x)]
    assert len(ends) == 2, line
    whole = around(points)
    for box in layout.boxes:
        inner = (box.x, box.y, box.x + box.width, box.y + box.height)
        if box not in ends and overlap(whole, inner):
            assert not any(overlap(around(piece), inner) for piece in pairwise(points)), (line, box)


def around(points: Sequence[tuple[float, float]]) -> Edges:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs) + 0.01, max(ys) + 0.01


def on_edge(box: Box, point: tuple[int, int], x: int) -> bool:
    return point[0] == x and box.y <= point[1] <= box.y + box.height


def flattened(line: PlacedEdge) -> Iterator[tuple[float, float]]:
    """The points of a drawn line: curves and straight pieces by turns."""
    (x, y), *rest = line.points
    yield x, y
    for number, (to_x, to_y) in enumerate(rest):
        middle = (x + to_x) // 2
        for piece in range(1, PIECES) if number % 2 == 0 else ():
            t, u = piece / PIECES, 1 - piece / PIECES
            across = u**3 * x + 3 * u * u * t * middle + 3 * u * t * t * middle + t**3 * to_x
            yield across, (u**3 + 3 * u * u * t) * y + (3 * u * t * t + t**3) * to_y
        yield to_x, to_y
        x, y = to_x, to_y


# what it says


def tree(graph: Graph, before: dict[str, list[Edge]], key: str) -> Any:
    """What leads to a rule in a picture: (how many are enough, of how many, parts)."""
    node = graph.nodes[key]
    parts = []
    for edge in before[key]:
        source = graph.nodes[edge.source]
        name = tree(graph, before, edge.source) if source.kind == "gate" else _name(source)
        parts.append((edge.negated, name))
    return node.need, node.of, sorted(_distinct(parts), key=repr)


def _name(node: Node) -> str:
    return f"{node.about}{'?' * (node.state == 'open')}" if node.kind == "answer" else node.key


def told(case: ReportBuilder, condition: Condition, refuted: bool) -> Any:
    """The same from the condition as the author wrote it: nots pushed down, groups of the same kind as one."""
    found = _told(case, condition, refuted, refuted)
    need, of, parts = found[1] if isinstance(found[1], tuple) else (1, 1, [found])
    return need, of, sorted(_distinct(parts), key=repr)


def _told(case: ReportBuilder, condition: Condition, turned: bool, refuted: bool) -> tuple[bool, Any]:
    if isinstance(condition, Not):
        return _told(case, condition.part, not turned, refuted)
    if not isinstance(condition, AllOf | AnyOf | AtLeast):
        known = evaluate(condition, case.facts.truth, case.outcome.values)
        if isinstance(condition, Concluded):
            return turned is not refuted, condition.id
        return turned is not refuted, f"{field_of(condition)}{'?' * (known is None)}"
    values = [
        evaluate(Not(part) if turned else part, case.facts.truth, case.outcome.values) for part in condition.parts
    ]
    of = len(values)
    need = {AllOf: of, AnyOf: 1}.get(type(condition), getattr(condition, "count", 0))
    need = of - need + 1 if turned else need
    if values.count(True) >= need:
        wanted: tuple[bool | None, ...] = (True,)
    else:
        wanted = (None,) if need == 1 else (None, True)
    shown = [_told(case, part, turned, refuted) for part, v in zip(condition.parts, values, strict=True) if v in wanted]
    parts: list[Any] = []
    every = need == of
    for negated, part in shown:
        if isinstance(part, tuple) and (part[0] == part[1] if every else part[0] == 1 == need):
            of, need = of + part[1] - 1, need + part[1] - 1 if every else need
            parts += part[2]
        else:
            parts.append((negated, part))
    if need == of == len(parts) == 1:
        return parts[0]
    return False, (need, of, sorted(_distinct(parts), key=repr))


def _distinct(parts: list[Any]) -> list[Any]:
    """Each answer once: several conditions on one answer are one line."""
    found: list[Any] = []
    for part in parts:
        if isinstance(part[1], tuple) or part not in found:
            found.append(part)
    return found


def assert_says_the_rules(graph: Graph, case: ReportBuilder) -> None:
    """Each rule of a whole graph has the tree of its condition; each conclusion counts its rules as alternatives."""
    before = graph.before
    for key, node in graph.nodes.items():
        if node.kind == "rule":
            rule = case.book.rule[node.words]
            value = evaluate(rule.condition, case.facts.truth, case.outcome.values)
            assert node.state == {True: "raised", None: "possible", False: "ruled-out"}[value]
            own = evaluate(rule.when, case.facts.truth, case.outcome.values)
            gate = evaluate(case.book.packs[rule.pack].applies, case.facts.truth, case.outcome.values)
            whole = own is not value or (value is None and gate is not True)
            assert tree(graph, before, key) == told(case, rule.condition if whole else rule.when, value is False), node
        elif node.concludes:
            rules = [edge.source for edge in before[key]]
            expected = {
                f"#{rule.id}" for rule in case.book.rules_for[key]
                if evaluate(rule.condition, case.facts.truth, case.outcome.values) is case.outcome.values[key]
            }  # fmt: skip
            assert set(rules) == expected
            assert node.every is (node.state == "ruled-out" and len(rules) > 1)


def assert_all_is_there(graph: Graph, whole: Graph, case: ReportBuilder) -> None:
    """What is not drawn is hidden behind a folded box, and its count is that of the chain; no answer is lost."""
    folding = Folding(whole)
    shown = set(graph.nodes)
    listed = {text for node in graph.nodes.values() if node.kind == "answers" for text in node.about.split("; ")}
    for key, node in graph.nodes.items():
        if node.folded is not None:
            behind = _behind(whole, key)
            shown |= behind
            assert node.folded == folding.behind(key)
            if case.outcome.values[key] is not None:
                steps = [step for step in chain_to(case, key).steps if step.concludes in behind | {key}]
                assert node.folded[0] == len(steps)
            assert node.folded[1] == sum(whole.nodes[name].kind == "answer" for name in behind)
    for key, node in whole.nodes.items():
        assert key in shown or (node.kind == "answer" and set(node.words.split("; ")) <= listed), node


def _behind(graph: Graph, key: str) -> set[str]:
    before, found, waiting = graph.before, set[str](), [key]
    while waiting:
        for edge in before[waiting.pop()]:
            if edge.source not in found:
                found.add(edge.source)
                waiting.append(edge.source)
    return found


def as_wide_as_said(text: str, size: float) -> bool:
    """Whether what is counted on for a text is enough for wide letters."""
    return drawn_width(text, size) <= width(text, size)
