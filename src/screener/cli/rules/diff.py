"""`screener rules diff`: two versions of the rule book, compared by meaning."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("diff")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--cases", type=click.Path(path_type=Path), help="A case file, a .jsonl of cases, or a folder of them.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(old: Path, new: Path, cases: Path | None, form: str) -> int:
    """Compare the rule books in the folders OLD and NEW: what they say, and for whom they mean something else.

    For every finding and flag, and for the urgency, each change of status is counted over all possible answers, with
    the smallest case that shows it. With --cases, the cases that change are listed, with the rules behind it. A case
    that is refused is reported and makes the exit code 3; one that is meant to be refused (the `.expected.yaml` beside
    it says so) is passed over.

    Example: screener rules diff rules rules
    """
    from screener.case.fields import Fields
    from screener.errors import CaseError
    from screener.rulebook.cache import cached_rulebook
    from screener.workbench.diff.cases import cases_of, meant_to_be_refused, shift
    from screener.workbench.diff.diff import compare, report
    from screener.workbench.problem import counted

    found = compare(cached_rulebook(old), cached_rulebook(new))
    refused = passed_over = 0
    if cases is not None:
        for name, intake in cases_of(cases, Fields({**found.old.fields, **found.new.fields})):
            if isinstance(intake, CaseError):
                if meant_to_be_refused(name):
                    passed_over += 1
                    continue
                click.echo(str(intake), err=True)
                refused = CaseError.exit_code
                continue
            found.tried += 1
            if changed := shift(name, intake, found.old, found.new):
                found.cases.append(changed)
    if passed_over:
        click.echo(f"{counted(passed_over, 'case')} passed over: meant to be refused", err=True)
    if form == "json":
        from screener.workbench.diff.as_json import as_json

        click.echo(as_json(found))
    else:
        click.echo("\n".join(report(found)))
    return refused
