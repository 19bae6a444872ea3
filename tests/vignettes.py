"""The vignettes of `examples/vignettes`: each a case file with another that says what is expected of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).parents[1] / "examples" / "vignettes"


@dataclass(frozen=True)
class Vignette:
    """A story, its case file, and what each pack makes of it."""

    id: str
    case: Path
    title: str
    expected: dict[str, Any]


def vignettes() -> list[Vignette]:
    """All of them, by id."""
    found = []
    for path in sorted(FOLDER.glob("*.expected.yaml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        case = path.with_name(path.name.replace(".expected.yaml", ".json"))
        found.append(Vignette(data["id"], case, data["title"], data["expected"]))
    return found


def some_now(all_of_them: list[Vignette], each: int = 3) -> list[Any]:
    """Vignettes as parameters of a test that takes long: one in so many on each change, all of them nightly."""
    return [
        pytest.param(one, id=one.id, marks=() if number % each == 1 else pytest.mark.nightly)
        for number, one in enumerate(all_of_them)
    ]


VIGNETTES = vignettes()
SCREENED = [vignette for vignette in VIGNETTES if "rejected" not in vignette.expected]
REFUSED = [vignette for vignette in VIGNETTES if "rejected" in vignette.expected]
