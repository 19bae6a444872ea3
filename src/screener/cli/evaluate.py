"""`screener evaluate`: set the flags against something that the data know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from screener.cli.batch import FORMS
from screener.cli.fhir.recordoptions import omop_options, record_options
from screener.cli.options import chosen_book, rulebook_options
from screener.errors import UsageError

FILE = click.Path(path_type=Path)


@click.command("evaluate")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT ...")
@click.option("--truth", required=True, metavar="EXPRESSION", help="What flags are set against: a field and a limit.")
@click.option("--without", multiple=True, metavar="FIELD", help="Take this field away too, because it tells the truth.")
@click.option("--from", "form", type=FORMS, help="What the input is, when its ending does not say.")
@click.option(
    "--format", "view", type=click.Choice(["text", "json", "html"]), help="[default: text, or by -o's ending]"
)
@click.option("-o", "--output", type=FILE, metavar="FILE", help="Write here instead of to stdout.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.option(
    "--share", is_flag=True, help="Hide counts below 8, and those that give them away; round the others to 5."
)
@click.option("--strict", is_flag=True, help="Exit with 3 when a record was refused.")
@click.option("--ignore-extra", is_flag=True, help="Pass over fields that the intake does not have.")
@click.option("--drop", multiple=True, metavar="NAME", help="Pass over this field, whatever it is called.")
@click.option("--na", multiple=True, metavar="CODE", help="What is written for missing, such as NA,-999.")
@click.option("--yes", multiple=True, metavar="CODE", help="What is written for yes in yes/no fields, such as Y,1.")
@click.option("--no", multiple=True, metavar="CODE", help="What is written for no in yes/no fields, such as N,0.")
@click.option("--unit", multiple=True, metavar="FIELD=UNIT", help="The unit of numbers, such as ferritin=ng/mL.")
@click.option("--map", "mapping", type=FILE, metavar="FILE.yaml", help="Of --from long: which columns say what.")
@omop_options
@record_options
@rulebook_options
def command(inputs: tuple[str, ...], packs: tuple[str, ...], rules_folder: Path | None, **options: Any) -> int:
    """Set each flag and topic against something that the data know, such as a laboratory result.

    The field of the truth, and what gives it away, are taken out of every record before it is screened. What comes
    out are tables: of those with it, how many were raised, open and not raised, and the same of those without it. It
    describes these data; it validates nothing.

    Each INPUT is what `screener batch` reads. The truth is a field, one of < <= > >= = != and a value, perhaps with
    its unit.

    Example: screener evaluate examples/batch/cases.jsonl --unit magnesium=mmol/L --truth "magnesium < 0.70"
    """
    try:
        from screener.cli.evaluaterun import execute
    except ModuleNotFoundError as error:
        raise UsageError(f"`screener evaluate` needs {error.name}: pip install 'screener[batch]'") from None

    return execute(inputs, chosen_book(rules_folder, packs), {**options, "rules_folder": rules_folder})
