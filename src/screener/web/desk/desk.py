"""A worker's desk: the rule book, an engine for each choice of packs, and the list of everything that can be asked."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from screener.errors import ScreenerError
from screener.interview.session import Interview, Length
from screener.rulebook.cache import cached_rulebook
from screener.rulebook.contents import rules_folder
from screener.saying import speaking
from screener.screening import Screener
from screener.web.guard import place
from screener.web.problem import KINDS, from_error, problem
from screener.web.render import numbered
from screener.web.settings import Settings
from screener.web.wire import Answer, Job

if TYPE_CHECKING:
    from screener.records.codes import Codes
    from screener.rulebook.book import RuleBook

LOG: Final = logging.getLogger("screener.web")

Task: TypeAlias = "Callable[[Desk, dict[str, Any], bytes], Answer]"

# each task with the module and the function that do it, imported when it is first asked for
TASKS: Final = {
    "screen": ("screener.web.desk.api", "screen"),
    "rulebook": ("screener.web.desk.api", "rulebook"),
    "explain": ("screener.web.desk.explain", "explain"),
    "explain-page": ("screener.web.desk.explain", "explain_page"),
    "explore": ("screener.web.desk.explore", "explore"),
    "changed-file": ("screener.web.desk.explore_edit", "changed_file"),
    "changed-book": ("screener.web.desk.explore_edit", "changed_book"),
    "score": ("screener.web.desk.lab", "score"),
    "lab": ("screener.web.desk.lab", "lab"),
    "next-question": ("screener.web.desk.next_question", "next_question"),
    "cds-discovery": ("screener.web.desk.cds", "discovery"),
    "cds-call": ("screener.web.desk.cds", "call"),
    "cds-feedback": ("screener.web.desk.cds", "feedback"),
    "home": ("screener.web.desk.questions", "home"),
    "questions": ("screener.web.desk.questions", "questions"),
    "check": ("screener.web.desk.questions", "check"),
    "result": ("screener.web.desk.result", "result"),
    "result-json": ("screener.web.desk.result", "result_json"),
    "answers-json": ("screener.web.desk.result", "answers_json"),
    "clinician": ("screener.web.desk.result", "clinician"),
    "library": ("screener.web.desk.library", "library"),
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
        return self.settings.rules_folder or rules_folder()

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
            with speaking(self.book.subject.language), numbered(job.options.get("page", "")):
                return self.task(job.task)(self, job.options, job.body)
        except ScreenerError as error:
            return from_error(error)
        except Exception as error:
            LOG.error("a fault in screener itself (%s) at %s", type(error).__name__, place(error))
            return problem(KINDS["fault"], "something went wrong in screener itself")

    def task(self, name: str) -> Task:
        """The function that does a task."""
        if name not in self.tasks:
            module, function = TASKS[name]
            self.tasks[name] = getattr(import_module(module), function)
        return self.tasks[name]
