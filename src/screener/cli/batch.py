"""`screener batch`: files of cases in, a table of flags and a file of refused records out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from screener.cli.fhir.recordoptions import omop_options, record_options
from screener.cli.options import chosen_book, rulebook_options
from screener.errors import UsageError

FORMS = click.Choice(["jsonl", "json", "csv", "parquet", "fhir", "long", "omop"])
ENGINES = click.Choice(["columnar", "durable", "spark"])
SUMMARY = click.Path(path_type=Path)


@click.command("batch")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT ...")
@click.option("-o", "--output", required=True, metavar="FILE", help="Results: .jsonl, .csv or .parquet; - for stdout.")
@click.option("--rejects", metavar="FILE", help="Refused records, as JSON lines.  [default: next to the output]")
@click.option("--from", "form", type=FORMS, help="What the input is, when its ending does not say.")
@click.option("--engine", type=ENGINES, default="columnar", show_default=True, help="All of them mean the same.")
@click.option("--workers", type=click.IntRange(1, 1024), metavar="N", help="Processes.  [default: all processors]")
@click.option("--resume", is_flag=True, help="Go on with a run that was stopped.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
@click.option("--strict", is_flag=True, help="Exit with 3 when a record was refused.")
@click.option("--ignore-extra", is_flag=True, help="Pass over fields that the intake does not have.")
@click.option("--drop", multiple=True, metavar="NAME", help="Pass over this field, whatever it is called.")
@click.option("--na", multiple=True, metavar="CODE", help="What is written for missing, such as NA,-999.")
@click.option("--yes", multiple=True, metavar="CODE", help="What is written for yes in yes/no fields, such as Y,1.")
@click.option("--no", multiple=True, metavar="CODE", help="What is written for no in yes/no fields, such as N,0.")
@click.option("--unit", multiple=True, metavar="FIELD=UNIT", help="The unit of numbers, such as ferritin=ng/mL.")
@click.option(
    "--confirmed", type=SUMMARY, metavar="FILE", help="Names of medicines that a person settled: typed,meant."
)
@click.option("--keep", multiple=True, metavar="FIELD", help="Copy this field of the intake to the output.")
@click.option("--explain", is_flag=True, help="Add the whole report of each case (slow).")
@click.option("--summary", type=SUMMARY, metavar="FILE", help="Counts over all cases: .txt, .json or .html.")
@click.option("--share", is_flag=True, help="In the summary, hide counts below 8 and round the others to 5.")
@click.option("--map", "mapping", type=SUMMARY, metavar="FILE.yaml", help="Of --from long: which columns say what.")
@click.option("--cases", type=SUMMARY, metavar="FILE.jsonl", help="Also write the cases read from health records.")
@omop_options
@record_options
@rulebook_options
def command(inputs: tuple[str, ...], packs: tuple[str, ...], rules_folder: Path | None, **options: Any) -> int:
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
        raise UsageError(f"`screener batch` needs {error.name}: pip install 'screener[batch]'") from None

    return execute(inputs, chosen_book(rules_folder, packs), {**options, "rules_folder": rules_folder})
