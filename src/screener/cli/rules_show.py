"""`screener rules show`: one rule, flag, finding, source or pack, in words."""

from __future__ import annotations

from pathlib import Path

import click

from screener.cli.options import rulebook_options


@click.command("show")
@click.argument("name", metavar="ID")
@rulebook_options
def command(name: str, packs: tuple[str, ...], rules_folder: Path | None) -> None:
    """Show one rule, flag, finding, source or pack in words: what it needs, what it concludes, what cites it.

    Example: screener rules show suspect-magnesium
    """
    from screener.cli.options import chosen_book
    from screener.workbench.show import show

    click.echo(show(chosen_book(rules_folder, packs), name))
