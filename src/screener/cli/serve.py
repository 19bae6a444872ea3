"""`screener serve`: the local web page, the JSON API and CDS Hooks."""

from __future__ import annotations

import re
from pathlib import Path

import click

from screener.cli.options import rulebook_options

EVERYWHERE = ("0.0.0.0", "::", "[::]")
MOST_WORKERS = 64
ORIGIN = re.compile(r"https?://[^/\s*]+")


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
@rulebook_options
def command(
    host: str,
    port: int,
    workers: int,
    allowed_hosts: tuple[str, ...],
    cors_origins: tuple[str, ...],
    packs: tuple[str, ...],
    rules_folder: Path | None,
) -> int:
    """Serve the question pages, the JSON API and CDS Hooks on this machine. Ctrl+C stops it.

    Nothing is stored, no answer is logged, and no request leaves this machine.

    Example: screener serve --port 8080
    """
    from screener.cli.options import chosen_book
    from screener.errors import UsageError, echo

    for origin in cors_origins:
        if not ORIGIN.fullmatch(origin):
            raise UsageError(f"{echo(origin)} is not an origin; write scheme and host, such as `https://ehr.example`")
    chosen_book(rules_folder, packs)  # so that what is wrong with it is said here, not by a worker
    try:
        from screener.web.serve import serve
        from screener.web.settings import Settings
    except ImportError as error:
        raise UsageError(f"`screener serve` needs the extra `web` (pip install 'screener[web]'): {error}") from None
    if host in EVERYWHERE:
        click.echo(
            "anyone who can reach this machine can use the server; --host 127.0.0.1 keeps it to yourself", err=True
        )
    else:
        allowed_hosts = (*allowed_hosts, host)
    settings = Settings(rules_folder, packs, allowed_hosts, cors_origins)
    serve(host, port, workers, settings, lambda url: click.echo(f"open {url} in a browser; Ctrl+C stops", err=True))
    return 0
