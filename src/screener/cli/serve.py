"""`screener serve`: the local web page, the JSON API and CDS Hooks."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from screener.cli.fhir.recordoptions import served_record_options
from screener.cli.options import rulebook_options
from screener.cli.stopping import stoppable

if TYPE_CHECKING:
    from screener.rulebook.book import RuleBook
    from screener.web.settings import RecordSettings, Settings

EVERYWHERE = ("0.0.0.0", "::", "[::]")  # addresses that mean all of them, and are none to go to
MOST_WORKERS = 64


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="The port; 0 chooses a free one."
)
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, MOST_WORKERS),
    help="How many processes do the reasoning. One that dies is replaced.",
)
@click.option(
    "--allowed-host",
    "allowed_hosts",
    multiple=True,
    metavar="NAME",
    help="Answer under this name too; may be repeated. This machine's own names are always allowed.",
)
@click.option(
    "--cors-origin",
    "cors_origins",
    multiple=True,
    metavar="ORIGIN",
    help="Let pages from this origin, such as https://ehr.example, call CDS Hooks; may be repeated.",
)
@click.option(
    "--root-path",
    default="",
    metavar="FOLDER",
    help="Where a proxy publishes the pages, such as /screener, when that is not the root of its addresses.",
)
@click.option(
    "--edit",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Instead: the page for authors, to change the rule files in FOLDER. For this machine alone.",
)
@served_record_options
@rulebook_options
def command(
    host: str,
    port: int,
    workers: int,
    allowed_hosts: tuple[str, ...],
    cors_origins: tuple[str, ...],
    root_path: str,
    edit: Path | None,
    packs: tuple[str, ...],
    rules_folder: Path | None,
    **records: Any,
) -> int:
    """Serve the question pages, the JSON API and CDS Hooks on this machine. Ctrl+C stops it.

    Nothing is stored, no answer is logged, and no request leaves this machine. How health records are read (--codes,
    --absent-means-no and the others) is for CDS Hooks.

    With --edit it is another page: a rule file in an editor next to a case. Each change is checked and tried; a save
    writes the file as text, is refused when somebody else changed the file meanwhile, and can be undone.

    Example: screener serve --port 8080
    """
    from screener.cli.options import chosen_book
    from screener.errors import UsageError

    with stoppable() as end_if_asked:
        try:
            from screener.web.hosts import host_of, origin_of
            from screener.web.serve import serve
            from screener.web.settings import Settings
            from screener.web.under import folder_of
        except ImportError as error:
            raise UsageError(f"`screener serve` needs the extra `web` (pip install 'screener[web]'): {error}") from None
        names = tuple(host_of(name) for name in (*allowed_hosts, host) if name not in EVERYWHERE)
        origins = tuple(map(origin_of, cors_origins))
        if edit is not None:
            settings = for_authors(edit, [*allowed_hosts, *cors_origins, *packs], root_path)
        else:
            book = chosen_book(rules_folder, packs)  # so that what is wrong with it is said here, not by a worker
            how = of_records(records, book, rules_folder)
            settings = Settings(rules_folder, packs, names, origins, folder_of(root_path), how)
        serve(host, port, workers, settings, announce, end_if_asked)
    return 0


def of_records(given: dict[str, Any], book: RuleBook, rules_folder: Path | None) -> RecordSettings:
    """How health records are read.

    Raises:
        UsageError: an option, or a file that it names, is wrong.
        FileError: such a file cannot be read.
    """
    from screener.cli.fhir.recordoptions import options_for
    from screener.web.settings import RecordSettings

    checked = options_for(given, book, rules_folder)
    codes, below = (tuple(str(path.absolute()) for path in given[name]) for name in ("codes", "descendants"))
    return RecordSettings(codes, below, checked.absent_means_no, checked.look_back, checked.computed_egfr)


def for_authors(folder: Path, others: Sequence[str], root_path: str) -> Settings:
    """How the page for authors is served: to one person, on this machine.

    Raises:
        UsageError: an option would let others in, or there is no rule book in the folder.
    """
    from screener.errors import UsageError, echo
    from screener.web.settings import TRY_SECONDS, Settings

    named = click.get_current_context().get_parameter_source("rules_folder") is ParameterSource.COMMANDLINE
    if others or root_path or named:
        raise UsageError(
            "`--edit FOLDER` is for this machine alone and for the book in FOLDER: "
            "leave out --rules, --pack, --allowed-host, --cors-origin and --root-path"
        )
    if not (folder / "rulebook.yaml").is_file():
        raise UsageError(f"there is no rule book in {echo(str(folder))}: `rulebook.yaml` is missing")
    return Settings(folder, edit=True, key=secrets.token_urlsafe(24), job_seconds=TRY_SECONDS)


def announce(url: str, everywhere: bool) -> None:
    """Say where the server is."""
    if everywhere:
        click.echo(
            "anyone who can reach this machine can use the server; --host 127.0.0.1 keeps it to yourself. Under a name "
            "or an address of this machine it answers only with --allowed-host NAME",
            err=True,
        )
    click.echo(f"open {url} in a browser; Ctrl+C stops", err=True)
