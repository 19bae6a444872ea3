"""`screener rules`: commands about the rule book itself, each in a module of its own."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import click

# each subcommand with the module it lives in; imported only when it is used
SUBCOMMANDS: Final = {
    "show": "screener.cli.rules_show",
    "export": "screener.cli.rules_export",
}


class _Subcommands(click.Group):
    """A group whose subcommands are imported one at a time."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in SUBCOMMANDS:
            return None
        found: click.Command = import_module(SUBCOMMANDS[name]).command
        return found

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        from screener.errors import did_you_mean

        if args and args[0] not in SUBCOMMANDS and not args[0].startswith("-"):
            raise click.UsageError(f"there is no command `rules {args[0]}`{did_you_mean(args[0], SUBCOMMANDS)}", ctx)
        return super().resolve_command(ctx, args)


@click.group("rules", cls=_Subcommands)
def command() -> None:
    """Read, check, test and compare the rule book.

    Example: screener rules export --format cql
    """
