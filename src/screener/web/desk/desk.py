"""A worker's desk: the rule book, an engine for each choice of packs, and the list of everything that can be asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from screener.errors import ScreenerError
from screener.interview.relevance import Length
from screener.interview.session import Interview
from screener.rulebook.cache import cached_rulebook
from screener.saying import speaking
from screener.screening import Screener
from screener.web.problem import fault, from_error
from screener.web.render import numbered
from screener.web.settings import Settings
from screener.web.wire import Answer, Job

if TYPE_CHECKING:
    from screener.records.codes import Codes
    from screener.rulebook.book import RuleBook

Task: TypeAlias = Callable[..., Answer]  # of the desk, the body of the request and what was in the address

# the tasks that each module does, by functions of the same names; it is imported when one is first asked for
TASKS: Final = {
    "api": ("screen", "explain", "next-question", "rulebook"),
    "cds": ("cds-discovery", "cds-call", "cds-feedback"),
    "explore": ("explore",),
    "explore_edit": ("changed-file", "changed-book"),
    "lab": ("lab", "score"),
    "library": ("library",),
    "questions": ("home", "questions", "check"),
    "result": ("result", "result-json", "answers-json", "clinician", "explain-page"),
}


class Desk:
    """Everything a worker needs to do any job. Not for several threads at once."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.screeners: dict[tuple[str, ...], Screener] = {}
        self.interviews: dict[Length, Interview] = {}
        self.tasks: dict[str, Task] = {}

    @cached_property
    def book(self) -> RuleBook:
        """The whole rule book, with the packs the server was started with."""
        return cached_rulebook(self.settings.rules_folder).select(self.settings.packs or None)

    @cached_property
    def codes(self) -> Codes:
        """The code table, with the lists of whoever serves."""
        from screener.records.codetable import book_codes, own_codes

        codes, how = book_codes(self.book, self.settings.rules_folder), self.settings.records
        return own_codes(codes, [*map(Path, how.codes)], [*map(Path, how.descendants)], self.book.recorded)

    def interview(self, length: Length = "default") -> Interview:
        """The interview of a length."""
        if length not in self.interviews:
            self.interviews[length] = Interview(self.book, length)
        return self.interviews[length]

    @cached_property
    def examples(self) -> dict[str, tuple[str, dict[str, Any]]]:
        """Made-up cases of this book: see `examples.py`."""
        from screener.web.desk.examples import cases

        return cases(self.book, self.folder)

    @property
    def folder(self) -> Path:
        """Where the files of the rule book are."""
        return self.settings.book_folder

    def screener(self, packs: tuple[str, ...] = ()) -> Screener:
        """The engine for a choice of packs; those the server was started with when empty.

        Raises:
            UsageError: there is no such pack.
        """
        book = self.book.select(packs or None)
        chosen = tuple(book.packs)
        if chosen not in self.screeners:
            self.screeners[chosen] = Screener(book, chosen)
        return self.screeners[chosen]

    def warm(self) -> Desk:
        """Make the engine now, not when the first case comes."""
        _ = self.screener().engine
        return self

    def do(self, job: Job) -> Answer:
        """Do one job. Whatever happens, an answer comes back, and nothing a person typed is logged."""
        try:
            options = dict(job.options)
            with speaking(self.book.subject.language), numbered(options.pop("page", "")):
                return self.task(job.task)(self, job.body, **options)
        except ScreenerError as error:
            return from_error(error)
        except Exception as error:
            return fault(error)

    def task(self, name: str) -> Task:
        """The function that does a task."""
        if name not in self.tasks:
            module = next(module for module, names in TASKS.items() if name in names)
            self.tasks[name] = getattr(import_module(f"screener.web.desk.{module}"), name.replace("-", "_"))
        return self.tasks[name]
