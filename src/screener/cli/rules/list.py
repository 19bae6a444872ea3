"""`screener rules list`: what is in the rule book."""

from __future__ import annotations

from pathlib import Path

import click

from screener.cli.options import rulebook_options

KINDS = ("rules", "flags", "findings", "packs", "sources", "settings", "questions")


@click.command("list")
@click.argument("kind", type=click.Choice(KINDS), default="rules", metavar=f"[{'|'.join(KINDS)}]")
@rulebook_options
def command(kind: str, packs: tuple[str, ...], rules_folder: Path | None) -> None:
    """List the rules, or the flags, findings, packs, sources, settings or questions: one line each.

    Example: screener rules list flags --pack article
    """
    from screener.cli.options import chosen_book

    book = chosen_book(rules_folder, packs)
    entries: dict[str, list[tuple[str, str]]] = {
        "rules": [(rule.id, rule.concludes) for rule in book.rules],
        "flags": [(flag.id, flag.title) for flag in book.flags.values() if flag.pack in book.packs],
        "findings": [(found.id, found.title) for found in book.findings.values() if found.pack in book.packs],
        "packs": [(pack.id, f"{pack.title}, version {pack.version}") for pack in book.packs.values()],
        "sources": [(source.id, source.title) for source in book.sources.values() if source.pack in book.packs],
        "settings": [(each.id, f"{each.value:g} {each.unit}") for each in book.settings.values()],
        "questions": [(question.field, question.ask) for question in book.questions.values()],
    }
    for name, text in entries[kind]:
        click.echo(f"{name}  {' '.join(text.split())}")
