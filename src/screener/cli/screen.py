"""`screener screen`: one or more case files in, a report for each out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from screener.cli.options import ChosenBook, format_option, reading_options, refused, rulebook_options
from screener.errors import ScreenerError

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
    worst = 0
    for path in cases:
        try:
            intake = read_answered(path, screener.book.fields)
            examined = screener.examine(intake)
        except ScreenerError as error:
            worst = max(worst, refused(error))
            continue
        view.add(examined.tell(everything), intake)
    click.echo(view.finish(several=len(cases) > 1), nl=False)
    return worst
