"""`screener site`: the pages of `screener serve` as static files, which run in the browser."""

from __future__ import annotations

from pathlib import Path

import click

from screener.cli.options import rules_option


@click.command("site")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER",
    help="Where to write the files; a folder of an earlier version is updated.",
)  # fmt: skip
@click.option(
    "--runtime", "given", type=click.Path(path_type=Path, file_okay=False, exists=True), metavar="FOLDER",
    help="Take what runs Python in the browser from here instead of fetching it: see docs/site.md.",
)  # fmt: skip
@rules_option
def command(out: Path, given: Path | None, rules_folder: Path | None) -> int:
    """Write every page of `screener serve` as static files into FOLDER: no server, nothing to install.

    Put the folder on any static host, or start `python -m http.server` in it. The program runs in the browser, offline
    after the first visit; nothing that is typed leaves it.

    What runs Python in a browser is fetched once, with npm and pip, in pinned versions with checked hashes. This is the
    only command of screener that uses the network.

    Example: screener site --out public
    """
    from screener.errors import UsageError
    from screener.site.lock import runtime

    try:
        from screener.site.build import site, write
    except ImportError as error:
        raise UsageError(f"`screener site` needs the extra `web` (pip install 'screener[web]'): {error}") from None
    from screener.site.fetch import fetched

    def say(text: str) -> None:
        click.echo(text, err=True)

    made = site(runtime(given) if given else fetched(say), rules_folder)
    write(made, out)
    size = sum(len(content) for content in made.files.values())
    say(f"{out}: screener {made.version}, {len(made.files)} files, {size / 1e6:.1f} MB; in the browser the "
        f"{made.engine} engine answers, on Python {made.python}")  # fmt: skip
    say(f"try it: python -m http.server --directory {out}")
    return 0
