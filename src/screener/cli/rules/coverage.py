"""`screener rules coverage`: what the project's cases have seen of each rule and clause."""

from __future__ import annotations

from pathlib import Path

import click

from screener.cli.options import rulebook_options


@click.command("coverage")
@rulebook_options
@click.option("--all", "everything", is_flag=True, help="List all rules, not only those with something missing.")
@click.option(
    "--cases", "folder", type=click.Path(path_type=Path, file_okay=False), help="A folder of vignettes to count too."
)
@click.option("--fail-under", type=click.FloatRange(0, 100), default=0, help="Exit with 4 when a pack has less.")
def command(
    packs: tuple[str, ...], rules_folder: Path | None, everything: bool, folder: Path | None, fail_under: float
) -> int:
    """Show which clauses of the rules the project's cases saw true, false and decisive.

    The cases are the rules' own and, for the rule book that came with the program, the vignettes. A clause is
    decisive in a case when the rule would start or stop firing if that clause alone were the other way round.

    Example: screener rules coverage --pack article --all
    """
    from screener.cli.options import book_with_cases
    from screener.errors import RuleBookError
    from screener.workbench.coverage import coverage, listing, percent, summary
    from screener.workbench.places import Places
    from screener.workbench.projectcases import project_cases

    book = book_with_cases(rules_folder)  # cases mean all packs; `--pack` chooses which rules are listed
    packed = project_cases(book, rules_folder, folder)
    found = [rule for rule in coverage(book, packed, Places(rules_folder)) if not packs or rule.rule.pack in packs]
    for line in listing(book, found, everything):
        click.echo(line)
    click.echo(f"{len(packed.cases)} cases")
    chosen = book.select(packs) if packs else book
    for line in summary(chosen, found):
        click.echo(line)
    short = [pack for pack in chosen.packs if percent([rule for rule in found if rule.rule.pack == pack]) < fail_under]
    return RuleBookError.exit_code if short else 0
