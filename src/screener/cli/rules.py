"""`screener rules`: the rule book for its readers and authors. Each subcommand is imported only when it is used."""

from __future__ import annotations

from typing import Final

import click

from screener.cli.lazy import LazyGroup

# each subcommand with the module it lives in
SUBCOMMANDS: Final = {
    "list": "screener.cli.rules_list",
    "show": "screener.cli.rules_show",
    "check": "screener.cli.rules_check",
    "test": "screener.cli.rules_test",
    "prove": "screener.cli.rules_prove",
    "coverage": "screener.cli.rules_coverage",
    "mutate": "screener.cli.rules_mutate",
    "diff": "screener.cli.rules_diff",
    "docs": "screener.cli.rules_docs",
    "schema": "screener.cli.rules_schema",
    "export": "screener.cli.rules_export",
}


@click.group("rules", cls=LazyGroup, modules=SUBCOMMANDS)
def command() -> None:
    """Read, check, test and compare the rule book.

    Example: screener rules check rules
    """
