"""`screener serve`: the local web page, the JSON API and CDS Hooks; `screener site`: the pages as static files."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from screener.cli.options import FOLDER, ChosenBook, check_book, is_typed, rulebook_options, rules_option, tell
from screener.cli.recordoptions import options_for, served_record_options
from screener.cli.stopping import stoppable
from screener.errors import UsageError

if TYPE_CHECKING:
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
    type=FOLDER,
    metavar="FOLDER",
    help="Instead: the page for authors, to change the rule files in FOLDER. For this machine alone.",
)
@served_record_options
@rulebook_options
def serve(
    host: str,
    port: int,
    workers: int,
    allowed_hosts: tuple[str, ...],
    cors_origins: tuple[str, ...],
    root_path: str,
    edit: Path | None,
    rules: ChosenBook,
    **records: Any,
) -> None:
    """Serve the question pages, the JSON API and CDS Hooks on this machine. Ctrl+C stops it.

    Nothing is stored, no answer is logged, and no request leaves this machine. How health records are read (--codes,
    --absent-means-no and the others) is for CDS Hooks.

    With --edit it is another page: a rule file in an editor next to a case. Each change is checked and tried; a save
    writes the file as text, is refused when somebody else changed the file meanwhile, and can be undone.

    Example: screener serve --port 8080
    """
    with stoppable() as end_if_asked:
        try:
            from screener.web.serve import serve as listen
            from screener.web.settings import Settings, host_of, origin_of
            from screener.web.under import folder_of
        except ImportError as error:
            raise UsageError(f"`screener serve` needs pip install 'rulebook-screener[web]': {error}") from None
        names = tuple(host_of(name) for name in (*allowed_hosts, host) if name not in EVERYWHERE)
        origins = tuple(map(origin_of, cors_origins))
        if edit is not None:
            settings = for_authors(edit, [*allowed_hosts, *cors_origins, *rules.packs], root_path)
        else:
            how = of_records(records, rules)  # so that what is wrong with the book is said here, not by a worker
            settings = Settings(rules.folder, rules.packs, names, origins, folder_of(root_path), how)
        listen(host, port, workers, settings, announce, end_if_asked)


def of_records(given: dict[str, Any], rules: ChosenBook) -> RecordSettings:
    """How health records are read.

    Raises:
        RuleBookError: the rule book is wrong.
        UsageError: an option, or a file that it names, is wrong.
        FileError: such a file cannot be read.
    """
    from screener.web.settings import RecordSettings

    checked = options_for(given, rules.book(), rules.folder)
    codes, below = (tuple(str(path.absolute()) for path in given[name]) for name in ("codes", "descendants"))
    return RecordSettings(codes, below, checked.absent_means_no, checked.look_back, checked.computed_egfr)


def for_authors(folder: Path, others: Sequence[str], root_path: str) -> Settings:
    """How the page for authors is served: to one person, on this machine.

    Raises:
        UsageError: an option would let others in, or there is no rule book in the folder.
    """
    from screener.web.settings import TRY_SECONDS, Settings

    if others or root_path or is_typed("rules_folder"):
        raise UsageError(
            "`--edit FOLDER` is for this machine alone and for the book in FOLDER: "
            "leave out --rules, --pack, --allowed-host, --cors-origin and --root-path"
        )
    check_book(folder)
    return Settings(folder, edit=True, key=secrets.token_urlsafe(24), job_seconds=TRY_SECONDS)


def announce(url: str, everywhere: bool) -> None:
    """Say where the server is."""
    if everywhere:
        tell(
            "anyone who can reach this machine can use the server; --host 127.0.0.1 keeps it to yourself. Under a name "
            "or an address of this machine it answers only with --allowed-host NAME"
        )
    tell(f"open {url} in a browser; Ctrl+C stops")


@click.command("site")
@click.option(
    "--out", required=True, type=FOLDER, metavar="FOLDER",
    help="Where to write the files; a folder of an earlier version is updated.",
)  # fmt: skip
@click.option(
    "--runtime", "given", type=click.Path(path_type=Path, file_okay=False, exists=True), metavar="FOLDER",
    help="Take what runs Python in the browser from here instead of fetching it: see docs/site.md.",
)  # fmt: skip
@rules_option
def site(out: Path, given: Path | None, rules: ChosenBook) -> None:
    """Write every page of `screener serve` as static files into FOLDER: no server, nothing to install.

    Put the folder on any static host, or start `python -m http.server` in it. The program runs in the browser, offline
    after the first visit; nothing that is typed leaves it.

    What runs Python in a browser is fetched once, with npm and pip, in pinned versions with checked hashes. This is the
    only command of screener that uses the network.

    Example: screener site --out public
    """
    from screener.site.fetch import fetched, runtime

    try:
        from screener.site.build import site as made_of
        from screener.site.build import write
    except ImportError as error:
        raise UsageError(f"`screener site` needs pip install 'rulebook-screener[web]': {error}") from None

    made = made_of(runtime(given) if given else fetched(tell), rules.folder)
    write(made, out)
    size = sum(len(content) for content in made.files.values())
    tell(f"{out}: screener {made.version}, {len(made.files)} files, {size / 1e6:.1f} MB; in the browser the "
         f"{made.engine} engine answers, on Python {made.python}")  # fmt: skip
    tell(f"try it: python -m http.server --directory {out}")
