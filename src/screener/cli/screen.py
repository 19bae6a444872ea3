"""`screener screen`: one or more case files in, a report for each out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from screener.cli.options import ChosenBook, Worst, format_option, reading_options, rulebook_options

if TYPE_CHECKING:
    from screener.report.views import Reading


@click.command("screen")
@click.argument("cases", nargs=-1, required=True, metavar="CASE.json ...")
@rulebook_options
@format_option("How the report is written. Several cases in JSON become one list.")
@reading_options
def screen(cases: tuple[str, ...], rules: ChosenBook, form: str, reading: Reading | None, everything: bool) -> int:
    """Screen case files and print a report for each: one screen, unless more is asked for. `-` is standard input.

    Example: screener screen examples/vignettes/V06-potassium-tablets-not-working.json
    """
    from screener.case.files import read_answered
    from screener.report.views import View
    from screener.screening import Screener

    screener = Screener(rules.book())
    reading = reading or ("details" if everything else "brief")
    view = View(screener.book, form, reading, cases[0])
    worst = Worst()
    for path in cases:
        with worst.of_each():
            intake = read_answered(path, screener.book.fields)
            view.add(screener.examine(intake).tell(everything), intake)
    click.echo(view.finish(several=len(cases) > 1), nl=False)
    return worst.code
