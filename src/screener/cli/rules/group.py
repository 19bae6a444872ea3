"""`screener rules`: the rule book for its readers and authors. Each subcommand is imported only when it is used."""

from __future__ import annotations

from typing import Final

import click

from screener.cli.lazy import LazyGroup

# each subcommand with the module it lives in
SUBCOMMANDS: Final = {
    "list": "screener.cli.rules.list",
    "show": "screener.cli.rules.show",
    "check": "screener.cli.rules.check",
    "test": "screener.cli.rules.test",
    "prove": "screener.cli.rules.prove",
    "coverage": "screener.cli.rules.coverage",
    "mutate": "screener.cli.rules.mutate",
    "diff": "screener.cli.rules.diff",
    "log": "screener.cli.rules.log",
    "watch": "screener.cli.rules.watch",
    "docs": "screener.cli.rules.docs",
    "schema": "screener.cli.rules.schema",
    "export": "screener.cli.rules.export",
    "review": "screener.cli.rules.review",
}


@click.group("rules", cls=LazyGroup, modules=SUBCOMMANDS)
def command() -> None:
    """Read, check, test and compare the rule book.

    Example: screener rules check rules
    """
