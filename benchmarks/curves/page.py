"""The page of growth, its pictures, and the figures behind both, which are kept so that it can be drawn again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.curves.curve import Curve
from benchmarks.curves.drawing import count, picture, time

FIGURES, PAGE, IMAGES = "growth.json", "growth.md", "images"
FAR: Final = 100_000_000  # cases to which batches are continued


@dataclass(frozen=True)
class Graph:
    """A picture with its table.

    Attributes:
        size: what grows.
        about: what was measured, above the picture.
    """

    name: str
    title: str
    size: str
    about: str


GRAPHS: Final = (
    Graph(
        "rules",
        "A book, by its rules",
        "rules",
        "Books of rules that need four answers each, over 60 questions, for 100 flags. Compiling is the first case "
        "that a book meets. `rules prove` decides questions about every possible answer; it gets {limit} s.",
    ),
    Graph(
        "case", "A case, by the rules", "rules", "One case in the same books: its inference, and its report as a whole."
    ),
    Graph(
        "fields",
        "A book and a case, by the questions",
        "questions",
        "200 rules for 50 flags over more and more questions, of which a case answers half.",
    ),
    Graph(
        "batch",
        "A batch, by its cases",
        "cases",
        "The shipped rule book, one worker, to Parquet; the JSON lines are as people send them (words, units, months, "
        "a thousand names). The open mark is not measured: it continues the last two points.",
    ),
    Graph(
        "workers",
        "A batch, by the workers",
        "workers",
        "Seconds that pass, not processor time: −1 would be twice as fast with two. {notes}",
    ),
)

HEAD = """# How costs grow

What books of up to 10,000 rules, cases of up to 500 questions and batches of up to a hundred million cases take, and
how fast that grows. An exponent of 1 is what doubles when the size doubles, 2 what then takes four times as long. It is
the slope of the least squares line through the logarithms of the larger half of the points (of an odd number with the
middle one); the last column has the slope between the last two points.

`python -m benchmarks growth` measures this (as does `make bench`) and writes this page; with `--long` also ten million
cases. `--draw` only draws it again, from the figures in `docs/growth.json`. Processor time, the least of some rounds,
each book in a process of its own. Measured on: {machine}.
"""
BOOKS = """## Books of other shapes

One flag, a thousand flags, and 100 levels of which each reads what the one before concludes. The durable engine holds
up to 20,000 engine rules; a book that needs more is left to the reference engine, which the program says on standard
error and in each report. *The same* is on how many cases the engines (durable, reference, columnar) conclude the same.

| rules | flags | levels | loading | `rules check` | compiling | inference | report | engine | the same |
|--:|--:|--:|--:|--:|--:|--:|--:|---|--:|
"""
ENERGY = """## Processor time for a million cases

The shipped rule book on the same made-up cases. Each was compared with the reference engine, case by case, before it
was timed. Batches were measured on {batch:,} cases, the others on {few:,}, medians of three rounds, and multiplied. The
other engines get the truth of the answers ready-made, in the form that they take most quickly; *from JSON lines*
adds what it costs to read and check the lines and to make what they are given. `python -m benchmarks rivals` prints the
same as cases a second.

| | seconds | from JSON lines | the same | what it does |
|---|--:|--:|--:|---|
"""


def kept(folder: Path) -> dict[str, Any] | None:
    """The figures in a folder; None when there are none."""
    path = folder / FIGURES
    if not path.is_file():
        return None
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def joined(new: dict[str, Any], old: Mapping[str, Any] | None) -> dict[str, Any]:
    """New figures, with what they lack and was measured earlier on a machine of the same description."""
    if old is not None and old["machine"] == new["machine"]:
        new |= {name: old[name] for name in ("books", "energy") if not new.get(name) and old.get(name)}
        for name, points in new["graphs"]["batch"].items():
            points += [point for point in old["graphs"]["batch"].get(name, ()) if point[0] > points[-1][0]]
    return new


def write(folder: Path, figures: Mapping[str, Any]) -> None:
    """The figures, and the page and its pictures from what is kept of them."""
    (folder / IMAGES).mkdir(parents=True, exist_ok=True)
    as_json = as_kept(figures)
    (folder / FIGURES).write_text(as_json, encoding="utf-8")
    for name, text in files(json.loads(as_json)).items():
        (folder / name).write_text(text, encoding="utf-8")


def as_kept(figures: Mapping[str, Any]) -> str:
    """The figures as JSON, with as many digits as mean something, a line for each curve and row."""

    def short(value: Any) -> Any:
        if isinstance(value, float):
            return float(f"{value:.4g}")
        if isinstance(value, list):
            return [short(one) for one in value]
        return {name: short(one) for name, one in value.items()} if isinstance(value, dict) else value

    def line(value: Any) -> str:
        return json.dumps(short(value), ensure_ascii=False)

    graphs = ",\n  ".join(
        f"{line(name)}: {{\n   " + ",\n   ".join(f"{line(one)}: {line(points)}" for one, points in curves.items()) + "}"
        for name, curves in figures["graphs"].items()
    )
    rest = [
        f"{line(name)}: [\n  " + ",\n  ".join(map(line, figures.get(name, []))) + "]"
        for name in ("notes", "books", "energy")
    ]
    head = ", ".join(f"{line(name)}: {line(figures[name])}" for name in ("machine", "limit"))
    return f'{{{head},\n "graphs": {{\n  {graphs}}},\n ' + ",\n ".join(rest) + "}\n"


def files(figures: Mapping[str, Any]) -> dict[str, str]:
    """The page and the pictures, by their paths in the folder."""
    found = {PAGE: page(figures)}
    for graph in present(figures):
        curves = curves_of(figures, graph.name)
        found[f"{IMAGES}/growth-{graph.name}.svg"] = picture(graph.title, seen(graph, curves), graph.size, curves)
    return found


def present(figures: Mapping[str, Any]) -> list[Graph]:
    """The graphs of which there are figures."""
    return [graph for graph in GRAPHS if curves_of(figures, graph.name)]


def curves_of(figures: Mapping[str, Any], graph: str) -> list[Curve]:
    """The curves of a graph, without what did not end."""
    curves = [
        Curve(name, tuple((size, seconds) for size, seconds in points if seconds is not None))
        for name, points in figures["graphs"].get(graph, {}).items()
    ]
    curves = [curve for curve in curves if curve.points]
    return [curve.to(FAR) for curve in curves] if graph == "batch" else curves


def seen(graph: Graph, curves: Sequence[Curve]) -> str:
    """The picture in words."""
    each = [
        f"{curve.name} from {time(curve.points[0][1])} for {count(curve.points[0][0])} to {time(curve.points[-1][1])}"
        f" for {count(curve.points[-1][0])}, exponent {number(curve.exponent)}"
        for curve in curves
    ]
    return f"Time by the number of {graph.size}, both axes logarithmic. {'; '.join(each)}."


def page(figures: Mapping[str, Any]) -> str:
    """The page as Markdown."""
    parts = [HEAD.format(machine=figures["machine"])]
    for graph in present(figures):
        about = graph.about.format(limit=figures["limit"], notes=" ".join(figures["notes"]))
        image = f"![{graph.title}: the table has the figures]({IMAGES}/growth-{graph.name}.svg)"
        table = "\n".join(rows(figures, graph))
        parts.append(f"## {graph.title}\n\n{about}\n\n{image}\n\n{table}\n")
    if figures.get("books"):
        parts.append(BOOKS + "\n".join(map(book, figures["books"])) + "\n")
    if figures.get("energy"):
        cases = [row["cases"] for row in figures["energy"]]
        text = ENERGY.format(batch=max(cases), few=min(cases))
        parts.append(text + "\n".join(map(spent, figures["energy"])) + "\n")
    return "\n".join(parts)


def rows(figures: Mapping[str, Any], graph: Graph) -> Iterator[str]:
    """The table of a graph: a row for each curve."""
    curves = {curve.name: curve for curve in curves_of(figures, graph.name)}
    measured = {name: dict(map(tuple, points)) for name, points in figures["graphs"][graph.name].items()}
    sizes = sorted({size for points in measured.values() for size in points})
    far = [FAR] if any(curve.beyond for curve in curves.values()) else []
    heads = [*(f"{size:,}" for size in sizes), *(f"{size:,} (continued)" for size in far), "exponent", "at the end"]
    yield f"| {graph.size} | {' | '.join(heads)} |"
    yield "|---|" + "--:|" * len(heads)
    for name, points in measured.items():
        curve = curves.get(name, Curve(name, ()))
        cells = [cell(points, size) for size in sizes]
        cells += [time(curve.beyond[1]) if curve.beyond else "" for _ in far]
        yield f"| {name} | {' | '.join([*cells, number(curve.exponent), number(curve.at_the_end)])} |"


def cell(points: Mapping[float, float | None], size: float) -> str:
    """A measured time, or why there is none."""
    if size not in points:
        return "not tried"
    seconds = points[size]
    return "not in time" if seconds is None else time(seconds)


def number(exponent: float | None) -> str:
    """An exponent in the table."""
    return "" if exponent is None else f"{round(exponent, 2) + 0.0:.2f}".replace("-", "−")


def book(row: Mapping[str, Any]) -> str:
    """A row of the books of other shapes."""
    costs = [time(row[name]) if name in row else "not in time" for name in COSTS]
    same = f"{row['same']} of {row['compared']}" if "same" in row else ""
    cells = [f"{row['rules']:,}", f"{row['flags']:,}", row["levels"], *costs, row.get("engine", ""), same]
    return f"| {' | '.join(map(str, cells))} |"


COSTS: Final = ("loading", "rules check", "compiling", "inference", "report")


def spent(row: Mapping[str, Any]) -> str:
    """A row of the processor time; without a time where the conclusions are others."""
    same = f"{row['same']:,} of {row['compared']:,}"
    if row["same"] != row["compared"]:
        return f"| {row['name']} | other conclusions | | {same} | {row['what']} |"
    return f"| {row['name']} | {row['seconds']:,.1f} | {row['from lines']:,.1f} | {same} | {row['what']} |"
