"""The desk of a worker for authors: the list of files, and a file in the editor."""

from __future__ import annotations

from typing import Any, Final

from screener.errors import FileError, ScreenerError
from screener.web.author.editing import Editing
from screener.web.desk.reading import Form
from screener.web.problem import KINDS, fault, from_error, problem
from screener.web.render import page
from screener.web.settings import Settings
from screener.web.wire import Answer, Job
from screener.workbench.edit.store import Store
from screener.workbench.places import Places
from screener.workbench.trial import Trials

HERE: Final = "/edit"


class AuthorDesk:
    """Does what the page for authors asks for. Not for several threads at once."""

    def __init__(self, settings: Settings) -> None:
        self.folder = settings.book_folder
        self.store = Store(self.folder)
        self.trials = Trials(self.folder)

    def do(self, job: Job) -> Answer:
        """Do one job; whatever happens, an answer comes back."""
        try:
            if job.task == "edit-files":
                return self.files(job.options)
            return self.file(job.options, job.body)
        except FileError as error:
            return problem(KINDS["refused"], str(error))
        except ScreenerError as error:
            return from_error(error)
        except Exception as error:
            return fault(error)

    def files(self, options: dict[str, Any]) -> Answer:
        """`GET /edit`: the files of the book, each with its entries."""
        names = self.store.names()
        entries = entries_by_file(self.folder)
        return page(
            "edit_files.html", here=HERE, texts={}, folder=self.folder.resolve().name, names=names, entries=entries
        )

    def file(self, options: dict[str, Any], body: bytes) -> Answer:
        """`GET /edit/NAME` and `POST /edit/NAME`: a file in the editor.

        Raises:
            UsageError: the book has no such file.
            FileError: it cannot be read, or not be shown as text.
        """
        editing = Editing(self.store, self.trials, options["name"], Form.read(body))
        texts = editing.texts
        return page("edit.html", here=HERE, texts=texts, it=editing, token=options["token"], others=self.store.names())


def entries_by_file(folder: Any) -> dict[str, list[tuple[str, int]]]:
    """The entries of each file of a book with their lines, for those that can be read at all."""
    found: dict[str, list[tuple[str, int]]] = {}
    lead = f"{folder.name}/" if folder.name else ""
    for (kind, name), (document, path) in Places(folder).entries.items():
        if kind != "texts":
            found.setdefault(document.file.removeprefix(lead), []).append((name, document.place(path).line))
    return found
