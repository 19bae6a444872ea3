"""`screener rules`: the rule book for its readers and authors. Each subcommand is imported only when it is used."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import click

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


class _Subcommands(click.Group):
    """A group whose subcommands are imported one at a time."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in SUBCOMMANDS:
            return None
        command: click.Command = import_module(SUBCOMMANDS[name]).command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        from screener.errors import did_you_mean

        if args and args[0] not in SUBCOMMANDS and not args[0].startswith("-"):
            raise click.UsageError(f"there is no command `rules {args[0]}`{did_you_mean(args[0], SUBCOMMANDS)}", ctx)
        return super().resolve_command(ctx, args)


@click.group("rules", cls=_Subcommands)
def command() -> None:
    """Read, check, test and compare the rule book.

    Example: screener rules check rules
    """
