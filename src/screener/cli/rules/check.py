"""`screener rules check`: is the rule book well formed, and is anything in it odd?"""

from __future__ import annotations

from pathlib import Path

import click
from click.core import ParameterSource

from screener.cli.options import rules_option


@click.command("check")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@rules_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="Lines of text, a JSON list, or annotations for GitHub Actions.",
)
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
def command(folder: Path | None, rules_folder: Path | None, form: str, strict: bool) -> int:
    """Check the rule book in FOLDER, or the one that --rules names, or the one that came with the program.

    Every problem is one line with file, line and column. Exit code 4 when there is an error.

    Example: screener rules check rules
    """
    from screener.errors import RuleBookError, UsageError
    from screener.workbench.check.check import STEPS, check, not_checked
    from screener.workbench.problem import counted, written
    from screener.workbench.progress import progress

    named = click.get_current_context().get_parameter_source("rules_folder") is ParameterSource.COMMANDLINE
    if folder is not None and named:
        raise UsageError("name the rule book once: give FOLDER or `--rules`, not both")
    with progress(STEPS) as told:
        found = check(folder or rules_folder, told)
    errors = sum(problem.severity == "error" for problem in found)
    click.echo(written(found, form), nl=False)
    counts = f"{counted(errors, 'error')}, {counted(len(found) - errors, 'warning')}"
    click.echo(counts if found else "the rule book is well formed", err=True)
    for said in [] if errors else not_checked(folder or rules_folder):
        click.echo(said, err=True)
    return RuleBookError.exit_code if errors or (strict and found) else 0
