"""`screener explain`: how a flag came up, why not, what if, and the smallest changes."""

from __future__ import annotations

from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING

import click

from screener.cli.options import chosen_book, rulebook_options
from screener.errors import UsageError

if TYPE_CHECKING:
    from screener.explain.ask import Explanation
    from screener.screening import Screener

FORMS = ["text", "json", "mermaid", "svg", "html"]


@click.command("explain")
@click.argument("case", required=False, metavar="CASE.json")
@rulebook_options
@click.option("--flag", "flags", multiple=True, metavar="ID", help="Explain this flag or finding; may be repeated.")
@click.option("--why-not", "why_nots", multiple=True, metavar="ID", help="Explain why this flag is not raised.")
@click.option(
    "--what-if", "what_ifs", multiple=True, metavar="FIELD=VALUE",
    help="Show what another answer changes; may be repeated. Medicines: medicines=+NAME, medicines=-NAME.",
)  # fmt: skip
@click.option(
    "--smallest", multiple=True, metavar="ID", help="The smallest changes that would raise this flag or rule it out."
)
@click.option(
    "--format", "form", type=click.Choice(FORMS), default="text", show_default=True, help="How it is written."
)
@click.option("--rows", is_flag=True, help="Draw answers, findings and flags as rows, not as columns.")
def command(
    case: str | None, packs: tuple[str, ...], rules_folder: Path | None, flags: tuple[str, ...],
    why_nots: tuple[str, ...], what_ifs: tuple[str, ...], smallest: tuple[str, ...], form: str, rows: bool,
) -> None:  # fmt: skip
    """Explain the reasoning about one case. `-` is standard input. Without a question: every raised flag.

    Example: screener explain examples/vignettes/V06-potassium-tablets-not-working.json --flag suspect-magnesium
    """
    from screener.casefile import read_case
    from screener.explain.ask import ask
    from screener.screening import Screener

    if case is None:
        raise UsageError("name a case file, such as `screener explain CASE.json`")
    screener = Screener(chosen_book(rules_folder, packs))
    examined = screener.examine(read_case(case))
    found = ask(screener, examined, flags, why_nots, what_ifs, smallest)
    click.echo(_written(found, screener, form, rows), nl=False)


def _written(found: Explanation, screener: Screener, form: str, rows: bool) -> str:
    """The explanation in the chosen form; what a form needs is imported for it alone."""
    if form == "json":
        from screener.explain.data import to_dict

        return dumps(to_dict(found), indent=2, ensure_ascii=False) + "\n"
    if form == "mermaid":
        from screener.explain.mermaid import render

        return render(found.chains, found.possible, "TD" if rows else "LR")
    if form == "svg":
        from screener.explain.svg import picture

        return picture(found.chains, found.possible, "rows" if rows else "columns")
    if form == "html":
        from screener.explain.html import document

        return document(found)
    from screener.explain.page import page
    from screener.report.text import render as render_text

    return render_text(page(found))
