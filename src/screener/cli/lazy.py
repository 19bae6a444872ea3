"""A group of commands that are imported one at a time, when they are used: the command line starts faster."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """A group over modules that each have a `command`.

    Args:
        modules: each command's name with the module it lives in.
    """

    def __init__(self, *arguments: Any, modules: dict[str, str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order they are shown."""
        return list(self.modules)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command, imported now."""
        if name not in self.modules:
            return None
        command: click.Command = import_module(self.modules[name]).command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """As click does, with the nearest name for a misspelt one."""
        from screener.errors import did_you_mean

        if args and args[0] not in self.modules and not args[0].startswith("-"):
            path = " ".join([*ctx.command_path.split()[1:], args[0]])
            raise click.UsageError(f"there is no command `{path}`{did_you_mean(args[0], self.modules)}", ctx)
        return super().resolve_command(ctx, args)
