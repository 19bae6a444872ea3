"""The desk of a worker for authors: the list of files, and one in the editor: what was asked for, and what is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import unified_diff
from functools import cached_property
from operator import itemgetter
from typing import Any, Final

from screener.errors import FileError, ScreenerError, UsageError, echo
from screener.rulebook.book import RuleBook
from screener.web.desk.reading import Form
from screener.web.problem import ProblemError, fault, from_error
from screener.web.render import page
from screener.web.settings import Settings
from screener.web.wire import Answer, Job
from screener.workbench.diff.diff import CaseShift
from screener.workbench.edit.past import Past, PastText
from screener.workbench.edit.store import ChangedMeanwhileError, FileText, Saved, Store
from screener.workbench.edit.told import Hits, TypedCase, as_lines, fired, moves, typed_case
from screener.workbench.places import Places
from screener.workbench.problem import Problem, counted, problem
from screener.workbench.trial import FileTrials

MOST_LISTED: Final = 20
MOST_PAST: Final = 15
AROUND: Final = 100  # characters of a line that are shown with an error


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """A problem on the page.

    Attributes:
        here: whether it is in the text in the editor.
        name: the file that it is in, when that can be opened; else empty.
        line: the line as it is written, with a mark under the column; for one in the editor.
    """

    problem: Problem
    here: bool
    name: str = ""
    line: str = ""


class Editing:
    """A file in the editor, after what a form asks for: save, undo, show an earlier text, load a case, or only to try.

    Attributes:
        lines: the text in the editor.
        was: the hash of the text that was read.
        case: the case as it was typed.
        done: what was done, in words.
        refused: why it was not.
        theirs: what is in the file now, when it changed meanwhile.

    Raises:
        UsageError: the book has no such file.
        FileError: it cannot be read, or not be shown as text.
    """

    def __init__(self, store: Store, trials: FileTrials, name: str, form: Form) -> None:
        self.store, self.trials = store, trials
        self.saved = store.read(name)
        self.name, self.text = self.saved.name, self.saved.text
        self.lines = _as_typed(form, "text", self.text.lines)
        self.was = form.text("was", self.saved.hash)
        self.case = _as_typed(form, "case", "")
        self.example = form.text("example")
        self.done = self.refused = self.theirs = ""
        self.do(form)
        self.tried = trials.tried({name: self.raw})
        if not form.several("case") or form.text("do") == "load":  # the case that was chosen; the first when none was
            self.case = self.examples.get(self.example) or next(iter(self.examples.values()), "")

    @property
    def raw(self) -> bytes:
        """The file with the text in the editor."""
        return self.text.raw(self.lines)

    def do(self, form: Form) -> None:
        """Do what a button asks for."""
        word = form.text("do")
        try:
            if word in ("save", "over"):
                self.take(self.store.save(self.name, form.text("over") if word == "over" else self.was, self.raw))
                self.done = "Saved."
            elif word == "undo":
                self.take(self.store.undo(self.name, self.was))
                self.done = "The last save is undone. What it had written is kept under Earlier texts."
            elif form.text("past"):
                self.lines = self.past_text(form.text("past"))
                self.done = "This is an earlier text. It is not saved."
        except ChangedMeanwhileError as error:
            self.refused, self.theirs = str(error), error.raw.decode("utf-8", "replace")
            self.saved = self.store.read(self.name)
        except (FileError, UsageError) as error:
            self.refused = str(error)

    def take(self, saved: Saved) -> None:
        """Go on from what was saved."""
        self.saved, self.text = saved, saved.text
        self.lines, self.was = self.text.lines, saved.hash

    def past_text(self, name: str) -> str:
        """An earlier text.

        Raises:
            UsageError: there is none of this name any more.
            FileError: it cannot be shown as text.
        """
        found = next((entry for entry in self.past if entry.path.name == name), None)
        if found is None:
            raise UsageError(f"there is no earlier text {echo(name)} any more")
        return FileText.of(found.raw()).lines

    @property
    def past(self) -> list[PastText]:
        """The earlier texts, the newest first, each once."""
        found: dict[bytes, PastText] = {}
        for entry in reversed(Past(self.store.folder, self.name).entries()):
            if len(found) < MOST_PAST and (raw := entry.raw()) != self.raw:
                found.setdefault(raw, entry)
        return list(found.values())

    @property
    def stale(self) -> bool:
        """Whether somebody else has saved the file since it was read."""
        return self.saved.hash != self.was

    @property
    def unsaved(self) -> bool:
        """Whether the text in the editor is not what the file says."""
        return self.raw != self.saved.raw

    @property
    def difference(self) -> str:
        """What is in the file now and what is in the editor, line by line."""
        found = unified_diff(self.theirs.splitlines(), self.lines.splitlines(), "in the file", "here", lineterm="", n=1)
        return "\n".join(found)

    # the case

    @property
    def book(self) -> RuleBook | None:
        """The book with the text in the editor; while that is wrong, as it is saved."""
        return self.tried.book or self.trials.saved()

    @cached_property
    def examples(self) -> dict[str, str]:
        """Cases to choose from, as they would be typed: vignettes, and those of the rules in this file; of every
        file where this one has none.
        """
        found: dict[str, str] = {}
        elsewhere: dict[str, str] = {}
        book = self.book
        if book is None:
            return found
        for vignette in self.trials.vignettes_of(book):
            found[vignette.name.removesuffix(".json")] = as_lines(vignette.answers)
        for rule in book.rules:
            cases = found if rule.place.file.endswith(f"/{self.name}") else elsewhere
            for case in rule.cases:
                cases[f"{rule.id}, {case.place.line}:{case.place.column}"] = as_lines(case.answers)
        return found or elsewhere

    @cached_property
    def read(self) -> TypedCase | None:
        """The case as it was read; None when there is no book to read it with."""
        return typed_case(self.case, self.book) if self.book else None

    @cached_property
    def hits(self) -> Hits | None:
        """What the rules make of the case; None when it cannot be read."""
        book = self.book
        return Hits.of(book, self.read.intake) if book and self.read and self.read.intake else None

    @property
    def texts(self) -> Mapping[str, str]:
        """What is under every result."""
        return self.book.said if self.book else {}

    # what is shown

    @cached_property
    def problems(self) -> list[ShownProblem]:
        """What is wrong, errors first."""
        return [self._shown(each) for each in sorted(self.tried.problems, key=lambda each: each.severity)]

    @cached_property
    def broken(self) -> list[ShownProblem]:
        """The rules' own cases that do not come true."""
        return [
            self._shown(problem(each.place, f"`{each.rule}` should be `{each.expected}` and is `{each.got}`", "case"))
            for each in self.tried.broken
        ]

    def _shown(self, found: Problem) -> ShownProblem:
        lead = f"{self.store.folder.name}/" if self.store.folder.name else ""
        name = found.file.removeprefix(lead)
        if name != self.name:
            return ShownProblem(found, False, name if name in self.store.names() else "")
        return ShownProblem(found, True, name, marked(self.lines, found.line, found.column))

    @property
    def summary(self) -> str:
        """The state of the text, in a line."""
        errors = len(self.tried.errors)
        counts = f"{counted(errors, 'error')}, {counted(len(self.tried.problems) - errors, 'warning')}"
        return counts if self.tried.problems else "The rule book is well formed."

    def listed(self, shifts: tuple[CaseShift, ...]) -> list[tuple[str, list[str], list[str]]]:
        """Cases that changed: each with what changed, and the rules behind it."""
        assert self.tried.book is not None
        old = self.trials.saved()
        new = self.tried.book
        return [(shift.case, moves(shift, new, old), fired(shift)) for shift in shifts[:MOST_LISTED]]


def marked(text: str, line: int, column: int) -> str:
    """A line of a text with a mark under one of its columns."""
    lines = text.split("\n")
    if not 0 < line <= len(lines):
        return ""
    start = max(0, column - AROUND // 2)
    return f"{lines[line - 1][start : start + AROUND]}\n{' ' * (column - 1 - start)}^"


def _as_typed(form: Form, name: str, default: str) -> str:
    """The text of a field as it was typed; a page sends each end of a line as `\\r\\n`."""
    return form.fields[name][-1].replace("\r\n", "\n") if name in form.fields else default


HERE: Final = "/edit"


class AuthorDesk:
    """Does what the page for authors asks for. Not for several threads at once."""

    def __init__(self, settings: Settings) -> None:
        self.folder = settings.book_folder
        self.store = Store(self.folder)
        self.trials = FileTrials(self.folder)

    def do(self, job: Job) -> Answer:
        """Do one job; whatever happens, an answer comes back."""
        try:
            if job.task == "edit-files":
                return self.files(job.options)
            return self.file(job.options, job.body)
        except FileError as error:
            return from_error(ProblemError("refused", str(error)))
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
    """The entries of each file of a book with their lines, in that order, for those that can be read at all."""
    found: dict[str, list[tuple[str, int]]] = {}
    lead = f"{folder.name}/" if folder.name else ""
    for (kind, name), (document, path) in Places(folder).entries.items():
        if kind != "texts":
            found.setdefault(document.file.removeprefix(lead), []).append((name, document.place(path).line))
    return {file: sorted(entries, key=itemgetter(1)) for file, entries in found.items()}
