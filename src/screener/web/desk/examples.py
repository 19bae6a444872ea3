"""The made-up cases that come with the program, to explore."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from screener.case.files import parse_json
from screener.shipped import examples_folder


@cache
def examples() -> dict[str, tuple[str, Path]]:
    """Each case by the id it leads with (`V06`), with its title and file; what the intake would refuse is left out."""
    found = {}
    for path in sorted((examples_folder() / "vignettes").glob("*.json")):
        name, _, title = path.stem.partition("-")
        if name != "V33":  # the typing slip: it is refused, which is its point
            found[name] = (title.replace("-", " ").capitalize(), path)
    return found


def example(name: str) -> dict[str, Any]:
    """The answers of a case."""
    data = parse_json(examples()[name][1].read_bytes(), name)
    data.pop("case_id", None)
    return dict(data)
