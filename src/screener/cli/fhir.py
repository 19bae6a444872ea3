"""`screener fhir`: health records in, questionnaire and assessments out."""

from __future__ import annotations

from importlib import import_module
from typing import Final

import click

COMMANDS: Final = {
    "import": "screener.cli.fhir_import",
    "questionnaire": "screener.cli.fhir_questionnaire",
    "export": "screener.cli.fhir_export",
}


class _Commands(click.Group):
    """A group whose commands are imported one at a time."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[name]).command
        return command


@click.group("fhir", cls=_Commands)
def command() -> None:
    """Read FHIR R4 records, and write the questionnaire and assessments as FHIR.

    Example: screener fhir import examples/fhir/potassium-stays-low.json --explain
    """
