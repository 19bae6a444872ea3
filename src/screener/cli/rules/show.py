"""`screener rules show`: one part of the rule book in words, or the questionnaire as one printable page."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Final

import click

from screener.cli.completion import entry_ids
from screener.cli.options import rulebook_options
from screener.errors import UsageError

QUESTIONNAIRE: Final = "questionnaire"


@click.command("show")
@click.argument("name", metavar="ID", shell_complete=entry_ids)
@rulebook_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "html", "paper"]),
    default="text",
    show_default=True,
    help="How the questionnaire is written; `paper` is HTML to print and to fill in by hand.",
)
def command(name: str, packs: tuple[str, ...], rules_folder: Path | None, form: str) -> None:
    """Show a rule, flag, finding, source or pack in words, or every question with its path (`questionnaire`).

    Example: screener rules show questionnaire
    """
    from screener.cli.options import chosen_book

    book = chosen_book(rules_folder, packs)
    if name == QUESTIONNAIRE and form == "paper":
        from screener.interview.by_hand import form as to_fill_in
        from screener.saying import speaking

        with speaking(book.subject.language):
            click.echo(to_fill_in(book), nl=False)
    elif name == QUESTIONNAIRE:
        from screener.interview.paper import questionnaire_page

        click.echo(import_module(f"screener.report.{form}").render(questionnaire_page(book)), nl=False)
    elif form != "text":
        raise UsageError("only `questionnaire` can be shown as a page; leave --format out")
    else:
        from screener.workbench.show import show

        click.echo(show(book, name))
