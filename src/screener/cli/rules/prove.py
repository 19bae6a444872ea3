"""`screener rules prove`: what holds of the rule book for all possible answers."""

from __future__ import annotations

from pathlib import Path

import click

from screener.cli.options import rulebook_options


@click.command("prove")
@rulebook_options
@click.option("--seconds", type=click.FloatRange(0), default=600, show_default=True, help="Stop after this time.")
@click.option("--only", multiple=True, metavar="QUESTION", help="Decide only this question; may be repeated.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(packs: tuple[str, ...], rules_folder: Path | None, seconds: float, only: tuple[str, ...], form: str) -> int:
    """Decide for all possible answers: can every rule fire, is it needed, do red flags only ever raise the urgency ...

    Nothing is sampled. A failure comes with the smallest case that shows it; what the time did not suffice for is
    listed as not decided. Exit code 4 when something fails or is not decided.

    Example: screener rules prove
    """
    from screener.cli.options import chosen_book
    from screener.errors import RuleBookError, UsageError, did_you_mean
    from screener.workbench.progress import progress
    from screener.workbench.prove.prove import EXACT, QUESTIONS, as_json, prove, report, steps

    for name in only:
        if name not in (*QUESTIONS, EXACT):
            known = ", ".join([*QUESTIONS, EXACT])
            raise UsageError(f"there is no question `{name}`{did_you_mean(name, QUESTIONS)} (questions: {known})")
    with progress(steps(only)) as line:
        proof = prove(chosen_book(rules_folder, packs), seconds, only, line)
    click.echo(as_json(proof, rules_folder) if form == "json" else "\n".join(report(proof, rules_folder)))
    return RuleBookError.exit_code if proof.failures or proof.undecided else 0
