"""`screener fhir`: health records in, questionnaire and assessments out."""

from __future__ import annotations

from typing import Final

import click

from screener.cli.lazy import LazyGroup

COMMANDS: Final = {
    "import": "screener.cli.fhir.importing",
    "questionnaire": "screener.cli.fhir.questionnaire",
    "export": "screener.cli.fhir.export",
}


@click.group("fhir", cls=LazyGroup, modules=COMMANDS)
def command() -> None:
    """Read FHIR R4 records, and write the questionnaire and assessments as FHIR.

    Example: screener fhir import examples/fhir/potassium-stays-low.json --explain
    """
