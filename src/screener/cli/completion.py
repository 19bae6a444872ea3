"""`screener completion`: what a shell reads to complete commands, options, ids and fields."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import click

from screener.errors import ScreenerError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from screener.rulebook.book import RuleBook

SHELLS: Final = ("bash", "zsh", "fish")
Completer: TypeAlias = Callable[[click.Context, click.Parameter, str], list["CompletionItem"]]


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
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


def completer(*kinds: str) -> Completer:
    """Complete an id from the rule book that the command line so far names; nothing when it cannot be read.

    Args:
        kinds: of what, by the names in `named`.
    """

    def complete(ctx: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        from screener.rulebook.cache import cached_rulebook

        folder: Any = ctx.params.get("rules_folder") or os.environ.get("SCREENER_RULES")
        try:
            found = named(cached_rulebook(Path(folder) if folder else None))
        except ScreenerError:
            return []
        return [CompletionItem(id, help=text) for kind in kinds for id, text in found[kind] if id.startswith(begun)]

    return complete


def named(book: RuleBook) -> dict[str, list[tuple[str, str]]]:
    """What can be typed of a rule book with its active packs, each with what a shell shows next to it."""
    return {
        "rules": [(rule.id, rule.concludes) for rule in book.rules],
        "flags": [(flag.id, flag.title) for flag in book.flags.values() if flag.pack in book.packs],
        "findings": [(finding.id, finding.title) for finding in book.findings.values() if finding.pack in book.packs],
        "packs": [(pack.id, pack.title) for pack in book.packs.values()],
        "sources": [(source.id, source.title) for source in book.sources.values() if source.pack in book.packs],
        "fields": [(f"{name}=", question.label) for name, question in book.questions.items()],
        "pages": [("questionnaire", "every question, as one printable page")],
    }


conclusion_ids: Final = completer("flags", "findings")
rule_ids: Final = completer("rules")
pack_ids: Final = completer("packs")
fields: Final = completer("fields")
entry_ids: Final = completer("rules", "flags", "findings", "packs", "sources", "pages")  # what `rules show` can show
