"""`screener rules check`, `test`, `prove`, `coverage` and `mutate`: is the rule book as it should be?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from screener.cli.completion import rule_ids
from screener.cli.options import FILE, FOLDER, ChosenBook, format_option, rulebook_options, rules_option, tell
from screener.errors import RuleBookError, UsageError, did_you_mean
from screener.progress import StepLine
from screener.workbench.problem import counted, written

if TYPE_CHECKING:
    from screener.rulebook.book import RuleBook
    from screener.rulebook.rule import Rule

PERCENT: Final = click.FloatRange(0, 100)

wanted_rules = click.argument("wanted", nargs=-1, metavar="[RULE ...]", shell_complete=rule_ids)
cases_option = click.option("--cases", "folder", type=FOLDER, help="A folder of vignettes to count too.")


@click.command("check")
@click.argument("folder", required=False, type=FILE)
@rules_option
@format_option("Lines of text, a JSON list, or annotations for GitHub Actions.", ["text", "json", "github"])
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
def check(folder: Path | None, rules: ChosenBook, form: str, strict: bool) -> int:
    """Check the rule book in FOLDER, or the one that --rules names, or the one that came with the program.

    Every problem is one line with file, line and column. Exit code 4 when there is an error.

    Example: screener rules check rules
    """
    from screener.workbench.check.check import STEPS, check, not_checked

    folder = rules.or_in(folder, "FOLDER")
    with StepLine(STEPS) as told:
        found = check(folder, told)
    errors = sum(problem.severity == "error" for problem in found)
    click.echo(written(found, form), nl=False)
    counts = f"{counted(errors, 'error')}, {counted(len(found) - errors, 'warning')}"
    tell(counts if found else "the rule book is well formed")
    for said in [] if errors else not_checked(folder):
        tell(said)
    return RuleBookError.exit_code if errors or (strict and found) else 0


@click.command("test")
@wanted_rules
@rulebook_options
def test(wanted: tuple[str, ...], rules: ChosenBook) -> int:
    """Run the cases kept with the rules: all of them, or those of the RULEs named.

    A case that fails shows what the rule did, why, and the chain behind it. Exit code 4 when one fails.

    Example: screener rules test article-refractory-potassium-still-low
    """
    from screener.workbench.cases import run_cases

    book = rules.with_cases()  # a case means all packs; `--pack` chooses whose cases are run
    chosen = _chosen(wanted, book, book.select(rules.packs).packs)
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


def _chosen(wanted: Sequence[str], book: RuleBook, packs: Collection[str]) -> list[Rule]:
    """The rules with the names that were given; those of packs where there are none.

    Raises:
        UsageError: there is no such rule.
    """
    for name in wanted:
        if name not in book.rule:
            raise UsageError(f"there is no rule `{name}`{did_you_mean(name, book.rule)}")
    return [rule for rule in book.rules if (rule.id in wanted if wanted else rule.pack in packs)]


@click.command("prove")
@rulebook_options
@click.option("--seconds", type=click.FloatRange(0), default=600, show_default=True, help="Stop after this time.")
@click.option("--only", multiple=True, metavar="QUESTION", help="Decide only this question; may be repeated.")
@format_option(forms=["text", "json"])
def prove(rules: ChosenBook, seconds: float, only: tuple[str, ...], form: str) -> int:
    """Decide for all possible answers: can every rule fire, is it needed, do red flags only ever raise the urgency ...

    Nothing is sampled. A failure comes with the smallest case that shows it; what the time did not suffice for is
    listed as not decided. Exit code 4 when something fails or is not decided.

    Example: screener rules prove
    """
    from screener.workbench.prove.prove import EXACT, QUESTIONS, as_json, prove, report, steps

    for name in only:
        if name not in (*QUESTIONS, EXACT):
            known = ", ".join([*QUESTIONS, EXACT])
            raise UsageError(f"there is no question `{name}`{did_you_mean(name, QUESTIONS)} (questions: {known})")
    with StepLine(steps(only)) as line:
        proof = prove(rules.book(), seconds, only, line)
    click.echo(as_json(proof, rules.folder) if form == "json" else "\n".join(report(proof, rules.folder)))
    return RuleBookError.exit_code if proof.failures or proof.undecided else 0


@click.command("coverage")
@rulebook_options
@click.option("--all", "everything", is_flag=True, help="List all rules, not only those with something missing.")
@cases_option
@click.option("--fail-under", type=PERCENT, default=0, help="Exit with 4 when a pack has less.")
def coverage(rules: ChosenBook, everything: bool, folder: Path | None, fail_under: float) -> int:
    """Show which clauses of the rules the project's cases saw true, false and decisive.

    The cases are the rules' own and, for the rule book that came with the program, the vignettes. A clause is
    decisive in a case when the rule would start or stop firing if that clause alone were the other way round.

    Example: screener rules coverage --pack article --all
    """
    from screener.workbench.coverage import coverage, listing, percent, summary
    from screener.workbench.places import Places
    from screener.workbench.projectcases import project_cases

    book, packs = rules.with_cases(), rules.packs  # cases mean all packs; `--pack` chooses which rules are listed
    packed = project_cases(book, rules.folder, folder)
    found = [rule for rule in coverage(book, packed, Places(rules.folder)) if not packs or rule.rule.pack in packs]
    chosen = book.select(packs)
    for line in (*listing(book, found, everything), f"{len(packed.cases)} cases", *summary(chosen, found)):
        click.echo(line)
    short = [pack for pack in chosen.packs if percent([rule for rule in found if rule.rule.pack == pack]) < fail_under]
    return RuleBookError.exit_code if short else 0


@click.command("mutate")
@wanted_rules
@rulebook_options
@cases_option
@click.option("--fail-under", type=PERCENT, default=0, help="Exit with 4 when fewer are killed.")
def mutate(wanted: tuple[str, ...], rules: ChosenBook, folder: Path | None, fail_under: float) -> int:
    """Change each rule (or those named) in small ways, and see whether a case notices.

    Each clause is dropped and negated, each threshold and count shifted, each mark dropped. A change that no case
    notices is either equivalent (decided for all answers), or it survives: then the case that would kill it is shown.

    Example: screener rules mutate article-risk-of-both-vomiting
    """
    from screener.workbench.mutate import mutate, score, summary, survivors
    from screener.workbench.places import Places
    from screener.workbench.projectcases import project_cases

    book = rules.with_cases()
    chosen = _chosen(wanted, book, rules.packs or book.packs)
    packed = project_cases(book, rules.folder, folder)
    fated = list(mutate(book, packed, Places(rules.folder), chosen))
    for line in (*survivors(fated), *summary(fated, list(book.packs))):
        click.echo(line)
    return RuleBookError.exit_code if score(fated) < fail_under else 0
