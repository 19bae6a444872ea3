"""`screener completion`: what a shell reads to complete commands, options, ids and fields."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import click

from screener.errors import ScreenerError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from screener.rulebook.book import RuleBook

SHELLS: Final = ("bash", "zsh", "fish")
Names: TypeAlias = Callable[["RuleBook"], Iterator[tuple[str, str]]]
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


def _conclusions(book: RuleBook) -> Iterator[tuple[str, str]]:
    for flag in book.flags.values():
        yield flag.id, flag.title
    for finding in book.findings.values():
        yield finding.id, finding.title


def _rules(book: RuleBook) -> Iterator[tuple[str, str]]:
    for rule in book.rules:
        yield rule.id, rule.concludes


def _packs(book: RuleBook) -> Iterator[tuple[str, str]]:
    for pack in book.packs.values():
        yield pack.id, pack.title


def _fields(book: RuleBook) -> Iterator[tuple[str, str]]:
    for name, question in book.questions.items():
        yield f"{name}=", question.label


def _entries(book: RuleBook) -> Iterator[tuple[str, str]]:
    """What `rules show` can show."""
    yield from (*_rules(book), *_conclusions(book), *_packs(book))
    for source in book.sources.values():
        yield source.id, source.title
    yield "questionnaire", "every question, as one printable page"


conclusion_ids: Final = completer(_conclusions)
rule_ids: Final = completer(_rules)
pack_ids: Final = completer(_packs)
fields: Final = completer(_fields)
entry_ids: Final = completer(_entries)
