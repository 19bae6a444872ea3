"""`screener rules test`: run the rules' own cases."""

from __future__ import annotations

from pathlib import Path

import click

from screener.cli.completion import rule_ids
from screener.cli.options import rulebook_options


@click.command("test")
@click.argument("wanted", nargs=-1, metavar="[RULE ...]", shell_complete=rule_ids)
@rulebook_options
def command(wanted: tuple[str, ...], packs: tuple[str, ...], rules_folder: Path | None) -> int:
    """Run the cases kept with the rules: all of them, or those of the RULEs named.

    A case that fails shows what the rule did, why, and the chain behind it. Exit code 4 when one fails.

    Example: screener rules test article-refractory-potassium-still-low
    """
    from screener.cli.options import book_with_cases
    from screener.errors import RuleBookError, UsageError, did_you_mean
    from screener.workbench.cases import run_cases
    from screener.workbench.problem import counted

    book = book_with_cases(rules_folder)  # a case means all packs; `--pack` chooses whose cases are run
    for name in wanted:
        if name not in book.rule:
            raise UsageError(f"there is no rule `{name}`{did_you_mean(name, book.rule)}")
    active = book.select(packs).packs
    chosen = [rule for rule in book.rules if (rule.id in wanted if wanted else not packs or rule.pack in active)]
    results = run_cases(book, [rule.id for rule in chosen])
    failed = [result for result in results if not result.passed]
    for result in failed:
        click.echo("\n".join(result.lines()))
    without = sum(not rule.cases for rule in chosen)
    click.echo(
        f"{counted(len(results), 'case')} of {counted(len(chosen), 'rule')}: "
        f"{len(results) - len(failed)} passed, {len(failed)} failed"
        + (f"; without a case: {counted(without, 'rule')}" if without else "")
    )
    return RuleBookError.exit_code if failed else 0
