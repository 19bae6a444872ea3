"""`screener rules docs`: the reference pages."""

from __future__ import annotations

from pathlib import Path

import click

from screener.cli.options import rulebook_options


@click.command("docs")
@click.argument("page", required=False)
@rulebook_options
@click.option("--write", "folder", type=click.Path(path_type=Path, file_okay=False), help="Write all pages there.")
@click.option("--article", type=click.Path(path_type=Path), help="The article as text: warn when it has changed.")
def command(
    page: str | None, packs: tuple[str, ...], rules_folder: Path | None, folder: Path | None, article: Path | None
) -> int:
    """Print a reference PAGE, write all of them, or compare the article's text with the one the rules rest on.

    Without arguments the names of the pages are listed. With --article, each statement whose sentence is no longer in
    the text is named, with the rules that cite it, and the exit code is 4. Only hashes of the sentences are stored.

    Example: screener rules docs propositions.md
    """
    from screener.cli.options import chosen_book
    from screener.errors import RuleBookError, UsageError, did_you_mean
    from screener.workbench.docs import docs

    book = chosen_book(rules_folder, packs)
    if article is not None:
        from screener.workbench.check.sentences import report

        lines = list(report(book, rules_folder, article))
        click.echo("\n".join(lines) or "every sentence that the rules rest on is still there")
        return RuleBookError.exit_code if lines else 0
    if folder is not None:
        click.echo(f"{len(docs.write(book, folder))} pages written to {folder}", err=True)
        return 0
    pages = docs.pages(book)
    if page is None:
        click.echo("\n".join(pages))
    elif page in pages:
        click.echo(pages[page], nl=False)
    else:
        raise UsageError(f"there is no page `{page}`{did_you_mean(page, pages)} (pages: {', '.join(pages)})")
    return 0
