"""`screener fhir questionnaire`: the questions as an R4 Questionnaire."""

from __future__ import annotations

from json import dumps
from pathlib import Path

import click

from screener.cli.options import chosen_book, rules_option


@click.command("questionnaire")
@rules_option
def command(rules_folder: Path | None) -> None:
    """Write the questions as a FHIR R4 Questionnaire, for any form program.

    The answers come back as a QuestionnaireResponse, which `screener fhir import` reads.

    Example: screener fhir questionnaire > questionnaire.json
    """
    from screener.standards.questionnaire import questionnaire

    click.echo(dumps(questionnaire(chosen_book(rules_folder, ())), indent=2, ensure_ascii=False))
