"""`screener rules show`: a part of the rule book as one printable page."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Final

import click

from screener.cli.options import chosen_book, rulebook_options
from screener.errors import UsageError, did_you_mean
from screener.report.page import Block
from screener.rulebook.rule import RuleBook


def _questionnaire(book: RuleBook) -> list[Block]:
    from screener.interview.paper import questionnaire_page

    return questionnaire_page(book)


# each page by its name, with what makes it
PAGES: Final[dict[str, Callable[[RuleBook], list[Block]]]] = {
    "questionnaire": _questionnaire,
}


@click.command("show")
@click.argument("name", metavar="NAME")
@rulebook_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "html"]),
    default="text",
    show_default=True,
    help="How the page is written.",
)
def command(name: str, packs: tuple[str, ...], rules_folder: Path | None, form: str) -> int:
    """Show a part of the rule book: `questionnaire` is every question with its path.

    Example: screener rules show questionnaire
    """
    if name not in PAGES:
        raise UsageError(f"there is no page `{name}`{did_you_mean(name, PAGES)} (pages: {', '.join(PAGES)})")
    blocks = PAGES[name](chosen_book(rules_folder, packs))
    click.echo(import_module(f"screener.report.{form}").render(blocks), nl=False)
    return 0
