"""`screener rules review`: what of the rule book is reviewed, what is open, and what was reopened."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click

from screener.cli.completion import pack_ids
from screener.cli.options import FILE, FOLDER, ChosenBook, format_option, rules_option, tell
from screener.errors import FileError, RuleBookError, UsageError
from screener.private import PUBLIC, save
from screener.workbench.problem import counted

REQUIREMENTS: Final = ("reviewed", "none-reopened")
NARROWING: Final = ("pack", "topic", "urgency", "status", "kind")  # options that choose items


@click.command("review")
@click.argument("folder", metavar="[BOOK]", required=False, type=FILE)
@rules_option
@click.option("--pack", multiple=True, metavar="NAME", shell_complete=pack_ids, help="Only what is in it.")
@click.option("--topic", multiple=True, metavar="ID", help="Only what people may read of in this topic.")
@click.option("--urgency", multiple=True, metavar="LEVEL", help="Only what can lead to this urgency.")
@click.option("--status", multiple=True, metavar="STATUS", help="Only what has this status, such as reopened.")
@click.option("--kind", multiple=True, metavar="KIND", help="Only items of this kind, such as rule.")
@format_option(forms=["text", "json"])
@click.option(
    "--require", type=click.Choice(REQUIREMENTS), help="Exit with 4 unless it holds of all that the options choose."
)
@click.option("--export", type=FILE, help="Write a sheet to fill in: FILE.csv, or FILE.html to print.")
@click.option("--cases", type=FOLDER, help="Vignettes to tell effects by.")
@click.option("--import", type=FILE, help="Add the reviews of a filled-in FILE.csv.")
@click.option("--by", default="", metavar="NAME", help="With --import: the reviewer, where a row does not say it.")
@click.option("--role", default="", metavar="TEXT", help="With --import: what the reviewer is, such as pharmacist.")
@click.option("--date", default="", metavar="DAY", help="With --import: when; today where nothing says it.")
def review(folder: Path | None, rules: ChosenBook, **options: Any) -> int:
    """Show what is reviewed in the rule book in BOOK (or that of --rules): rule by rule, text by text.

    An item is reviewed when somebody has accepted it as it is now; any change of what it means or says reopens it, and
    the difference is shown. Several options of one kind mean any of them. Exit code 4 when --require does not hold.

    Example: screener rules review --require none-reopened
    """
    from screener.rulebook.book import RuleBook
    from screener.workbench.review.rows import chosen

    folder, sheet = rules.or_in(folder, "BOOK"), options.pop("import")
    if sheet is not None:
        _only_import(options)
        return _import(folder, sheet, options)
    if given := [name for name in ("by", "role", "date") if options[name]]:
        raise UsageError(f"`--{given[0]}` belongs to `--import`")
    wanted = {name: options[name] for name in NARROWING}
    book = RuleBook.load(folder)
    rows = chosen(book, folder, wanted)
    if options["export"] is not None:
        return _export(rows, book, folder, options)
    return _show(rows, book, folder, options)


def _only_import(options: dict[str, Any]) -> None:
    """Refuse what `--import` would pass over.

    Raises:
        UsageError: such an option was given.
    """
    for name in (*NARROWING, "require", "export", "cases"):
        if options[name]:
            raise UsageError(f"`--import` reads the whole sheet; leave `--{name}` out")


def _show(rows: Sequence[Any], book: Any, folder: Path | None, options: dict[str, Any]) -> int:
    from screener.workbench.review.rows import failing, given, gone
    from screener.workbench.review.told import as_json, text

    lost = {} if any(options[name] for name in NARROWING) else gone(book, given(folder))
    if options["form"] == "json":
        click.echo(as_json(rows, book, lost))
    else:
        click.echo("\n".join(text(rows, book, lost, options["status"])))
    if options["require"] is None:
        return 0
    if not rows:
        tell("nothing in the rule book is what the options choose")
    elif wrong := failing(rows, options["require"]):
        tell(f"not {options['require']}: {counted(len(wrong), 'item')} of {len(rows)}")
    else:
        return 0
    return RuleBookError.exit_code


def _export(rows: Sequence[Any], book: Any, folder: Path | None, options: dict[str, Any]) -> int:
    from screener.progress import StepLine
    from screener.workbench.review.sheet import Effects, Sheet, as_csv, page

    out: Path = options["export"]
    if out.suffix not in (".csv", ".html"):
        raise UsageError(f"`--export` writes FILE.csv or FILE.html, not `{out.name}`")
    with StepLine(1) as line:
        line.begin("what each rule does for people")
        sheet = Sheet(book, Effects(book, folder, options["cases"]).of)
        cells = []
        for number, row in enumerate(rows, 1):
            cells.append(sheet.cells(row))
            line.done(number)
    save(out, as_csv(cells) if out.suffix == ".csv" else page(cells, book), PUBLIC, device=True)
    tell(f"{counted(len(rows), 'item')} written to {out}")
    return 0


def _import(folder: Path | None, path: Path, options: dict[str, Any]) -> int:
    from screener.workbench.review.importing import import_sheet

    taken = import_sheet(folder, path, options["by"], options["role"], options["date"])
    for problem in taken.problems:
        tell(problem)
    if taken.problems:
        tell("nothing was written")
        return FileError.exit_code
    for item in taken.older:
        tell(f"changed since the sheet was made, so it is reopened: {item}")
    there = f", {counted(taken.there, 'review')} there already" if taken.there else ""
    added = f"{counted(len(taken.added), 'review')} added to {taken.file}{there}"
    tell(f"{added}; {counted(taken.empty, 'row')} of the sheet empty")
    return 0
