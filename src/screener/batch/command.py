"""What `screener batch` does, apart from its options: start the run, and say how it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from screener.batch.inputs.source import find_inputs
from screener.batch.job import Job, Result
from screener.batch.reading.careful import Policy
from screener.batch.reading.notation import Notation
from screener.batch.run import run
from screener.batch.summary.write import summary_form
from screener.batch.writing.writers import check_kept, form_of
from screener.errors import CaseError
from screener.rulebook.book import RuleBook


def execute(names: Sequence[str], book: RuleBook, options: Mapping[str, Any]) -> int:
    """Run a batch as the command line asks for it.

    Args:
        names: of the inputs.
        book: the rule book.
        options: of the command, by name.

    Returns:
        The exit code.

    Raises:
        ScreenerError: see `screener.batch.run.run`.
    """
    notation = Notation.of(options["na"], options["yes"], options["no"], options["unit"])
    form_of(options["output"])
    if options["summary"] is not None:
        summary_form(options["summary"])
    job = Job(
        tuple(find_inputs(names, options["form"])),
        options["output"],
        book,
        rejects=options["rejects"],
        engine=options["engine"],
        workers=options["workers"],
        policy=Policy(options["ignore_extra"], frozenset(options["drop"]), notation),
        keep=check_kept(options["keep"]),
        explain=options["explain"],
        summary=options["summary"],
        share=options["share"],
        resume=options["resume"],
        force=options["force"],
    )
    try:
        result = run(job)
    except KeyboardInterrupt:
        click.echo("what is done is kept; go on with --resume", err=True)
        raise
    click.echo(closing(result), err=True)
    return CaseError.exit_code if options["strict"] and result.tally.rejects else 0


def closing(result: Result) -> str:
    """How it ended, for people."""
    if result.already:
        return f"{result.output} is there and no stopped run of it: nothing was left to do"
    tally = result.tally
    text = f"{tally.results + tally.rejects:,} records in = {tally.results:,} results + {tally.rejects:,} rejects"
    if tally.rejects:
        text += f" (see {result.rejects})"
    if tally.codes:
        text += f"; {', '.join(f'{count:,} x `{label}`' for label, count in sorted(tally.codes.items()))}"
    if tally.extras:
        text += f"; fields passed over: {', '.join(sorted(tally.extras))}"
    return text
