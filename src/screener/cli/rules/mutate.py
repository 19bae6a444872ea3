"""`screener rules mutate`: would the project's cases notice a slip in a rule?"""

from __future__ import annotations

from pathlib import Path

import click

from screener.cli.completion import rule_ids
from screener.cli.options import rulebook_options


@click.command("mutate")
@click.argument("wanted", nargs=-1, metavar="[RULE ...]", shell_complete=rule_ids)
@rulebook_options
@click.option(
    "--cases", "folder", type=click.Path(path_type=Path, file_okay=False), help="A folder of vignettes to count too."
)
@click.option("--fail-under", type=click.FloatRange(0, 100), default=0, help="Exit with 4 when fewer are killed.")
def command(
    wanted: tuple[str, ...], packs: tuple[str, ...], rules_folder: Path | None, folder: Path | None, fail_under: float
) -> int:
    """Change each rule (or those named) in small ways, and see whether a case notices.

    Each clause is dropped and negated, each threshold and count shifted, each mark dropped. A change that no case
    notices is either equivalent (decided for all answers), or it survives: then the case that would kill it is shown.

    Example: screener rules mutate article-risk-of-both-vomiting
    """
    from screener.cli.options import book_with_cases
    from screener.errors import RuleBookError, UsageError, did_you_mean
    from screener.workbench.mutate import mutate, score, summary, survivors
    from screener.workbench.places import Places
    from screener.workbench.projectcases import project_cases

    book = book_with_cases(rules_folder)
    for name in wanted:
        if name not in book.rule:
            raise UsageError(f"there is no rule `{name}`{did_you_mean(name, book.rule)}")
    active = book.select(packs).packs if not packs else dict.fromkeys(packs)
    rules = [rule for rule in book.rules if (rule.id in wanted if wanted else rule.pack in active)]
    packed = project_cases(book, rules_folder, folder)
    fated = list(mutate(book, packed, Places(rules_folder), rules))
    for line in (*survivors(fated), *summary(fated, list(book.packs))):
        click.echo(line)
    return RuleBookError.exit_code if score(fated) < fail_under else 0
