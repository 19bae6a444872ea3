"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click
from click.core import ParameterSource

from screener.cli.completion import pack_ids
from screener.data import dataclass
from screener.errors import ScreenerError, UsageError, echo
from screener.report.blocks import FORMS

if TYPE_CHECKING:
    from screener.rulebook.book import RuleBook

Command = TypeVar("Command", bound=Callable[..., Any])

LONGEST_NUMBER: Final = 18  # digits
FILE: Final = click.Path(path_type=Path)
FOLDER: Final = click.Path(path_type=Path, file_okay=False)


def together(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Several options as one decorator, in the order in which the help lists them."""

    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


@dataclass(frozen=True)
class ChosenBook:
    """The rule book that the options name.

    Attributes:
        folder: where it is; the program's own when None.
        packs: those that are used; all of them when there is none.
    """

    folder: Path | None
    packs: tuple[str, ...] = ()

    def book(self) -> RuleBook:
        """The book with these packs.

        Raises:
            RuleBookError: it is wrong.
            UsageError: there is no such pack.
        """
        from screener.rulebook.cache import cached_rulebook

        return cached_rulebook(self.folder).select(self.packs)

    def with_cases(self) -> RuleBook:
        """The whole book with the cases of its rules, read from its files: the kept copy has no cases.

        Raises:
            RuleBookError: it is wrong.
            UsageError: there is no such pack.
        """
        from screener.rulebook.book import RuleBook

        book = RuleBook.load(self.folder)
        book.select(self.packs)
        return book

    def or_in(self, folder: Path | None, metavar: str) -> Path | None:
        """The folder of a book that an argument can name as well as the option.

        Raises:
            UsageError: both do.
        """
        if folder is not None and is_typed("rules_folder"):
            raise UsageError(f"name the rule book once: give {metavar} or `--rules`, not both")
        return folder or self.folder


def tell(what: object) -> None:
    """Say something about the run, apart from its results."""
    click.echo(what, err=True)


class Worst:
    """The exit code of several cases, each of which may be refused while the others go on: the highest of them."""

    code = 0

    @contextmanager
    def of_each(self) -> Iterator[None]:
        """What is done with one case; say why it was refused."""
        try:
            yield
        except ScreenerError as error:
            tell(error)
            self.code = max(self.code, error.exit_code)


def write(text: str, output: Path | None) -> None:
    """Write results to a file, or to standard output where none is named.

    Raises:
        FileError: it cannot be written.
    """
    from screener.private import PUBLIC, save

    if output is None:
        click.echo(text, nl=False)
    else:
        save(output, text, PUBLIC, device=True)


def is_typed(parameter: str) -> bool:
    """Whether an option of the command that is run was typed: its value is no default, nor from the environment."""
    return click.get_current_context().get_parameter_source(parameter) is ParameterSource.COMMANDLINE


def is_number(text: str) -> bool:
    """Whether a text is a whole number of a length that somebody would type."""
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER


def read_seed(text: str) -> int:
    """A seed of what is drawn by lot.

    Raises:
        UsageError: it is none.
    """
    if not is_number(text):
        raise UsageError(f"{echo(text)} is not a seed; use a whole number, such as 7")
    return int(text)


def check_book(folder: Path) -> None:
    """Refuse a folder that holds no rule book.

    Raises:
        UsageError: it holds none.
    """
    if not (folder / "rulebook.yaml").is_file():
        raise UsageError(f"there is no rule book in {echo(str(folder))}: `rulebook.yaml` is missing")


RULES: Final = click.option(
    "--rules",
    "rules_folder",
    type=FILE,
    envvar="SCREENER_RULES",
    help="Use the rule book in this folder instead of the one that came with the program.",
)
PACK: Final = click.option(
    "--pack",
    "packs",
    multiple=True,
    metavar="NAME",
    shell_complete=pack_ids,
    help="Use only this pack; may be repeated. The safety pack always runs.",
)


def rules_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--rules`, or the variable SCREENER_RULES; the command gets a `ChosenBook` as `rules`."""

    @RULES
    @wraps(command)
    def run(*, rules_folder: Path | None, packs: tuple[str, ...] = (), **given: Any) -> Any:
        return command(rules=ChosenBook(rules_folder, packs), **given)

    return run


def rulebook_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--pack` and `--rules`; the command gets a `ChosenBook` as `rules`."""
    return PACK(rules_option(command))


def format_option(
    help: str | None = None, forms: Sequence[str] = FORMS, name: str = "--format", default: str | None = "text"
) -> Callable[[Command], Command]:
    """The form in which something is written: those of a report, or others."""
    return click.option(name, "form", type=click.Choice(forms), default=default, show_default=True, help=help)


reading_options: Final = together(
    click.option(
        "--details", "reading", flag_value="details", help="Print everything: each flag, reason, answer and source."
    ),
    click.option(
        "--clinician",
        "reading",
        flag_value="clinician",
        help="Print the sheet for a doctor, nurse or pharmacist alone.",
    ),
    click.option("--all", "everything", is_flag=True, help="List ruled-out flags and findings too."),
)
