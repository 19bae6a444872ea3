"""`screener batch`: files of cases in, a table of flags and a file of refused records out.

`screener evaluate`: the same files, and the flags set against something that the data know.
"""

from __future__ import annotations

from typing import Any, Final

import click

from screener.cli.options import FILE, ChosenBook, rulebook_options, together
from screener.cli.recordoptions import omop_options, record_options
from screener.errors import UsageError

FORMS: Final = click.Choice(["jsonl", "json", "csv", "parquet", "fhir", "long", "omop"])
ENGINES: Final = click.Choice(["columnar", "durable", "spark"])

inputs_argument = click.argument("inputs", nargs=-1, required=True, metavar="INPUT ...")
from_option = click.option("--from", "form", type=FORMS, help="What the input is, when its ending does not say.")
# how records are read
cell_options = together(
    click.option("--strict", is_flag=True, help="Exit with 3 when a record was refused."),
    click.option("--ignore-extra", is_flag=True, help="Pass over fields that the intake does not have."),
    click.option("--drop", multiple=True, metavar="NAME", help="Pass over this field, whatever it is called."),
    click.option("--na", multiple=True, metavar="CODE", help="What is written for missing, such as NA,-999."),
    click.option("--yes", multiple=True, metavar="CODE", help="What is written for yes in yes/no fields, such as Y,1."),
    click.option("--no", multiple=True, metavar="CODE", help="What is written for no in yes/no fields, such as N,0."),
    click.option("--unit", multiple=True, metavar="FIELD=UNIT", help="The unit of numbers, such as ferritin=ng/mL."),
)
map_option = click.option(
    "--map", "mapping", type=FILE, metavar="FILE.yaml", help="Of --from long: which columns say what."
)


@click.command("batch")
@inputs_argument
@click.option("-o", "--output", required=True, metavar="FILE", help="Results: .jsonl, .csv or .parquet; - for stdout.")
@click.option("--rejects", metavar="FILE", help="Refused records, as JSON lines.  [default: next to the output]")
@from_option
@click.option("--engine", type=ENGINES, default="columnar", show_default=True, help="All of them mean the same.")
@click.option("--workers", type=click.IntRange(1, 1024), metavar="N", help="Processes.  [default: all processors]")
@click.option("--resume", is_flag=True, help="Go on with a run that was stopped.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
@cell_options
@click.option("--confirmed", type=FILE, metavar="FILE", help="Names of medicines that a person settled: typed,meant.")
@click.option("--keep", multiple=True, metavar="FIELD", help="Copy this field of the intake to the output.")
@click.option("--explain", is_flag=True, help="Add the whole report of each case (slow).")
@click.option("--summary", type=FILE, metavar="FILE", help="Counts over all cases: .txt, .json or .html.")
@click.option("--share", is_flag=True, help="In the summary, hide counts below 8 and round the others to 5.")
@map_option
@click.option("--cases", type=FILE, metavar="FILE.jsonl", help="Also write the cases read from health records.")
@omop_options
@record_options
@rulebook_options
def batch(inputs: tuple[str, ...], rules: ChosenBook, **options: Any) -> int:
    """Screen many cases. Each INPUT is a file of JSON lines, a JSON array, CSV or Parquet, a pattern, or - for stdin.

    With --from fhir it is a FHIR bundle, or a file or folder of bulk data; with --from long or omop a folder of tables
    with one row a result. The options from --map on are for these.

    The text ones may be packed (.gz, .zst). Every record ends in the output or, with the reason, in the rejects.

    Example: screener batch examples/batch/cases.jsonl -o results.parquet
    """
    from screener.batch.forking import start_early

    if options["engine"] != "spark":
        start_early(inputs, options["workers"])
    try:
        from screener.cli.batchrun import execute
    except ModuleNotFoundError as error:
        raise UsageError(f"`screener batch` needs {error.name}: pip install 'rulebook-screener[batch]'") from None

    return execute(inputs, rules, options)


@click.command("evaluate")
@inputs_argument
@click.option("--truth", required=True, metavar="EXPRESSION", help="What flags are set against: a field and a limit.")
@click.option("--without", multiple=True, metavar="FIELD", help="Take this field away too, because it tells the truth.")
@from_option
@click.option(
    "--format", "view", type=click.Choice(["text", "json", "html"]), help="[default: text, or by -o's ending]"
)
@click.option("-o", "--output", type=FILE, metavar="FILE", help="Write here instead of to stdout.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.option(
    "--share", is_flag=True, help="Hide counts below 8, and those that give them away; round the others to 5."
)
@cell_options
@map_option
@omop_options
@record_options
@rulebook_options
def evaluate(inputs: tuple[str, ...], rules: ChosenBook, **options: Any) -> int:
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
        raise UsageError(f"`screener evaluate` needs {error.name}: pip install 'rulebook-screener[batch]'") from None

    return execute(inputs, rules, options)
