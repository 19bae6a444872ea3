"""`screener completion`: what a shell reads to complete commands, options, ids and fields."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import click

from screener.errors import ScreenerError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from screener.rulebook.book import RuleBook

SHELLS: Final = ("bash", "zsh", "fish")
Names: TypeAlias = Callable[["RuleBook"], Iterable[tuple[str, str]]]
Completer: TypeAlias = Callable[[click.Context, click.Parameter, str], list["CompletionItem"]]


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> None:
    """Print the script by which a shell completes commands, options, flag and rule ids, and fields.

    \b
    bash: add to ~/.bashrc  eval "$(screener completion bash)"
    zsh:  add to ~/.zshrc   eval "$(screener completion zsh)"
    fish: screener completion fish > ~/.config/fish/completions/screener.fish

    Example: screener completion zsh
    """
    from click.shell_completion import get_completion_class

    from screener.cli.main import main

    script = get_completion_class(shell)
    assert script is not None
    click.echo(script(main, {}, "screener", "_SCREENER_COMPLETE").source())


def completer(names: Names) -> Completer:
    """Complete an id from the rule book that the command line so far names; nothing when it cannot be read."""

    def complete(ctx: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        from screener.rulebook.cache import cached_rulebook

        folder: Any = ctx.params.get("rules_folder") or os.environ.get("SCREENER_RULES")
        try:
            book = cached_rulebook(Path(folder) if folder else None)
        except ScreenerError:
            return []
        return [CompletionItem(name, help=text) for name, text in names(book) if name.startswith(begun)]

    return complete


conclusion_ids: Final = completer(
    lambda book: ((each.id, each.title) for each in (*book.flags.values(), *book.findings.values()))
)
rule_ids: Final = completer(lambda book: ((rule.id, rule.concludes) for rule in book.rules))
pack_ids: Final = completer(lambda book: ((pack.id, pack.title) for pack in book.packs.values()))
fields: Final = completer(lambda book: ((f"{name}=", asked.label) for name, asked in book.questions.items()))
entry_ids: Final = completer(
    lambda book: (
        *((rule.id, rule.concludes) for rule in book.rules),
        *((each.id, each.title) for each in (*book.flags.values(), *book.findings.values())),
        *((each.id, each.title) for each in (*book.sources.values(), *book.packs.values())),
        ("questionnaire", "every question, as one printable page"),
    )
)
