"""Where the files that come with the program are: inside the installed package, or next to the source tree."""

from __future__ import annotations

from pathlib import Path


def examples_folder() -> Path:
    """The folder of examples: vignettes, lessons, batch and FHIR samples, books, the recipe for deployment."""
    return _folder("_examples", "examples")


def schema_folder() -> Path:
    """The folder of JSON Schemas of rule files, cases and reports."""
    return _folder("_schema", "docs/schema")


def _folder(packed: str, unpacked: str) -> Path:
    package = Path(__file__).parent
    inside = package / packed
    return inside if inside.is_dir() else package.parent.parent / unpacked
