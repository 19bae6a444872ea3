"""Draw the rooms of the program and what each needs, from the imports themselves, as SVG on standard output.

An arrow leads to what a room imports; what it also needs through another room is not drawn again. `make reference`
draws docs/images/house.svg, and a test fails when the picture is not what the imports are.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

SRC = Path(__file__).parents[1] / "src" / "screener"
GROUND = "base"  # the modules directly in src/screener that every room may use
# each room: its place from the left and from the ground, in boxes, and what it is
ROOMS = {
    "cli": (2.4, 10, "one module a subject"),
    "site": (3.5, 9, "the pages without a server"),
    "web": (3.5, 8, "local pages, the JSON API"),
    "evaluate": (0.5, 8, "flags against known results"),
    "batch": (0.5, 7, "many cases"),
    "workbench": (1.85, 7, "for authors of rules"),
    "notebook": (2.85, 7, "how things show themselves"),
    "records": (1.3, 6, "health records in"),
    "explain": (3.75, 6, "how, why not, what if"),
    "standards": (0.6, 5, "spoken back: FHIR, CQL, CDS"),
    "screening": (2.4, 5, "a case in, a report out"),
    "interview": (4.8, 5, "which question next"),
    "report": (2.4, 4, "the report and its views"),
    "engine": (2.4, 3, "conclusions, in three ways"),
    "rulebook": (2.4, 2, "rules, flags, medicines"),
    "case": (1.7, 1, "what one person may answer"),
    "logic": (3.1, 1, "conditions: yes, no, unknown"),
    GROUND: (2.4, 0, "errors, private files, workers"),
}
ACROSS, UP, WIDTH, HEIGHT, MARGIN, TOP = 190, 66, 172, 42, 20, 10
STYLE = (
    "text{font:11px system-ui,sans-serif;fill:#57606a;text-anchor:middle}"
    ".room{font-weight:700;font-size:14px;fill:#1f2328}rect{fill:#f6f8fa;stroke:#8c959f}"
    "path{stroke:#8c959f;fill:none}.tip{fill:#8c959f;stroke:none}"
    "@media (prefers-color-scheme:dark){text{fill:#9198a1}.room{fill:#e6edf3}rect{fill:#161b22;stroke:#6e7681}"
    "path{stroke:#6e7681}.tip{fill:#6e7681}}"
)


def imports() -> dict[str, set[str]]:
    """The rooms that each room imports."""
    found: dict[str, set[str]] = {room: set() for room in ROOMS}
    for path in SRC.rglob("*.py"):
        if path.name.startswith("__") and path.parent == SRC:
            continue  # the package's front door hands on what the rooms have
        room = room_of(path.relative_to(SRC).parts[0])
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("screener."):
                found[room].add(room_of(str(node.module).split(".")[1]))
    return {room: others - {room} for room, others in found.items()}


def room_of(name: str) -> str:
    """The room that a folder or module directly in the package belongs to."""
    name = name.removesuffix(".py")
    return name if name in ROOMS or (SRC / name).is_dir() else GROUND


def arrows(needs: dict[str, set[str]]) -> Iterator[tuple[str, str]]:
    """Each room with what it needs and no other room that it needs brings along."""

    def everything(room: str) -> set[str]:
        return needs[room].union(*(everything(other) for other in needs[room]))

    for room, others in needs.items():
        through = set[str]().union(*(everything(other) for other in others))
        yield from ((room, other) for other in ROOMS if other in others - through)


def picture() -> str:
    """The map as SVG."""
    highest = max(floor for _, floor, _ in ROOMS.values())
    width = round(2 * MARGIN + max(x for x, _, _ in ROOMS.values()) * ACROSS + WIDTH / 2)
    height = 2 * TOP + highest * UP + HEIGHT

    def place(room: str) -> tuple[int, int]:
        x, floor, _ = ROOMS[room]
        return round(MARGIN + x * ACROSS), TOP + (highest - floor) * UP + HEIGHT // 2

    drawn = []
    for upper, lower in arrows(imports()):
        (x1, y1), (x2, y2) = place(upper), place(lower)
        y1, y2 = y1 + HEIGHT // 2, y2 - HEIGHT // 2
        drawn.append(f'<path d="M{x1},{y1} C{x1},{y1 + 14} {x2},{y2 - 22} {x2},{y2 - 7}"/>')
        drawn.append(f'<path class="tip" d="M{x2 - 4},{y2 - 8} L{x2 + 4},{y2 - 8} L{x2},{y2} Z"/>')
    for room, (_, _, what) in ROOMS.items():
        x, y = place(room)
        drawn.append(f'<rect x="{x - WIDTH // 2}" y="{y - HEIGHT // 2}" width="{WIDTH}" height="{HEIGHT}" rx="6"/>')
        drawn.append(
            f'<text class="room" x="{x}" y="{y - 3}">{room}</text><text x="{x}" y="{y + 13}">{escape(what)}</text>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' role="img" aria-label="The rooms of the program: each imports only from those below it">\n'
        f"<style>{STYLE}</style>\n" + "\n".join(drawn) + "\n</svg>\n"
    )


if __name__ == "__main__":
    sys.stdout.write(picture())
