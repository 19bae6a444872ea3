"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from screener.cli.completion import pack_ids
from screener.report.forms import FORMS
from screener.rulebook.book import RuleBook

Command = TypeVar("Command", bound=Callable[..., Any])


def rules_option(command: Command) -> Command:
    """`--rules`, or the variable SCREENER_RULES."""
    return click.option(
        "--rules",
        "rules_folder",
        type=click.Path(path_type=Path),
        envvar="SCREENER_RULES",
        help="Use the rule book in this folder instead of the one that came with the program.",
    )(command)


def rulebook_options(command: Command) -> Command:
    """`--pack` and `--rules`."""
    command = rules_option(command)
    return click.option(
        "--pack",
        "packs",
        multiple=True,
        metavar="NAME",
        shell_complete=pack_ids,
        help="Use only this pack; may be repeated. The safety pack always runs.",
    )(command)


def format_option(help: str, name: str = "--format", default: str | None = "text") -> Callable[[Command], Command]:
    """The form in which reports are written."""
    return click.option(name, "form", type=click.Choice(FORMS), default=default, show_default=True, help=help)


def reading_options(command: Command) -> Command:
    """`--details` and `--clinician`, on commands that print a report."""
    command = click.option(
        "--clinician",
        "reading",
        flag_value="clinician",
        help="Print the sheet for a doctor, nurse or pharmacist alone.",
    )(command)
    return click.option(
        "--details", "reading", flag_value="details", help="Print everything: each flag, reason, answer and source."
    )(command)


def chosen_book(rules_folder: Path | None, packs: tuple[str, ...] = ()) -> RuleBook:
    """The rule book that the options name.

    Raises:
        RuleBookError: it is wrong.
        UsageError: there is no such pack.
    """
    from screener.rulebook.cache import cached_rulebook

    return cached_rulebook(rules_folder).select(packs or None)


def book_with_cases(rules_folder: Path | None) -> RuleBook:
    """The whole rule book that the option names, read from its files: the kept copy has no cases.

    Raises:
        RuleBookError: it is wrong.
    """
    from screener.rulebook.book import RuleBook

    return RuleBook.load(rules_folder)
