"""The summary as a file."""

from __future__ import annotations

from pathlib import Path

from screener.batch.summary.summary import summarize
from screener.batch.summary.tally import Tally
from screener.batch.summary.views import VIEWS
from screener.errors import UsageError, echo
from screener.printable import printable
from screener.private import PUBLIC, save
from screener.records.options import Options
from screener.rulebook.book import RuleBook
from screener.saying import speaking


def write_summary(path: Path, tally: Tally, book: RuleBook, share: bool, records: Options | None = None) -> None:
    """Write the summary in the form that the file's ending says, all of it or nothing.

    Raises:
        FileError: it cannot be written.
    """
    with speaking(book.subject.language):
        text = VIEWS[summary_form(path)](summarize(tally, book, share, records))
    save(path, printable(text), PUBLIC, device=True)


def summary_form(path: Path) -> str:
    """The form of a summary by its file's ending.

    Raises:
        UsageError: it is none of them.
    """
    form = {".txt": "text", ".json": "json", ".html": "html", ".htm": "html"}.get(path.suffix.lower())
    if form is None:
        raise UsageError(f"the summary {echo(str(path))} must end in .txt, .json or .html")
    return form
