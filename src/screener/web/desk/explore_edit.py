"""Rules that a teacher changes on the page to explore: tried on a copy in memory, and offered as a file to keep.

The texts travel with the page, as its answers do. What they are tried on is the server's own book, which is read only.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from json import dumps
from pathlib import Path
from typing import Any, Final

from screener.errors import CaseError, FieldProblem, echo
from screener.report.build import ReportBuilder
from screener.rulebook.book import RuleBook
from screener.rulebook.cache import cached_rulebook
from screener.rulebook.contents import walk
from screener.rulebook.document import parse_document
from screener.web.desk.desk import Desk
from screener.web.desk.reading import Form
from screener.web.desk.result import saved
from screener.web.desk.written import as_written, file_with, path_of
from screener.web.wire import Answer
from screener.workbench.cases import CaseResult, examined
from screener.workbench.diff.cases import shift
from screener.workbench.diff.diff import CaseShift
from screener.workbench.ruletrial import RuleTrial, tried

MOST_RULES: Final = 10  # changed at once
LONGEST: Final = 10_000  # characters of one rule
KEPT: Final = 4  # changed books that a worker keeps
ZIPPED: Final = (1980, 1, 1, 0, 0, 0)  # the time of every file in an archive


@dataclass(frozen=True)
class Tried:
    """A changed book.

    Attributes:
        book: it, with the packs of the server; None when it cannot be used.
        shifts: the cases of the page that come out differently, by their names.
        compared: how many cases were compared.
        other_reasons: how many come out the same, but by other rules.
    """

    trial: RuleTrial
    book: RuleBook | None = None
    shifts: tuple[CaseShift, ...] = ()
    compared: int = 0
    other_reasons: int = 0

    @property
    def failed(self) -> list[CaseResult]:
        """The rules' own cases that do not come true."""
        return [result for result in self.trial.results if not result.passed]


class Edits:
    """The rules that a form says are changed, and the one that is open to be changed.

    Attributes:
        texts: what replaces each changed rule, by its id.
        open: the rule whose text is in the box; empty without one.
        longest: characters that a text may have.

    Raises:
        ProblemError, CaseError: they are none that the page sends, or too many, or too long.
    """

    longest = LONGEST

    def __init__(self, form: Form, desk: Desk) -> None:
        self.desk, self.book = desk, desk.book
        self.texts = dict(_texts(form))
        self.open = "" if form.text("close") else form.text("pick" if form.text("open") else "edit")
        if "yaml" in form.fields and form.text("boxed"):
            self.texts[form.text("boxed")] = form.fields["yaml"][-1].replace("\r\n", "\n").rstrip() + "\n"
        if form.text("undo"):
            self.texts.pop(form.text("undo"), None)
        for name in (*self.texts, *filter(None, [self.open])):
            self.check(name)
        self.texts = {name: text for name, text in self.texts.items() if text != self.original(name)}
        if len(self.texts) > MOST_RULES:
            raise CaseError([FieldProblem("edits", f"at most {MOST_RULES} rules can be changed at once")])

    def check(self, name: str) -> None:
        """Refuse what cannot be changed here.

        Raises:
            CaseError: there is no such rule, or its text is too long.
        """
        if name not in self.book.rule or not self.original(name):
            raise CaseError([FieldProblem("edit", f"{echo(name)} is not a rule that can be changed here")])
        if len(self.texts.get(name, "")) > LONGEST:
            raise CaseError([FieldProblem(name, f"the text of a rule may have at most {LONGEST} characters here")])

    def original(self, name: str) -> str:
        """A rule as written in the book; empty when it is in a file that cannot be changed line by line."""
        rule, folder = self.book.rule[name], self.desk.folder
        text = as_written(rule, folder)
        if not text.startswith("- ") or not path_of(rule, folder).is_relative_to(folder):
            return ""
        return text if _is_rule(text, name) else ""

    def text(self, name: str) -> str:
        """A rule as it is now: as it was changed, or as its author wrote it."""
        return self.texts.get(name) or as_written(self.book.rule[name], self.desk.folder)

    @property
    def hidden(self) -> str:
        """The texts for a hidden field."""
        return dumps(self.texts)  # in ASCII: it comes back as it was

    @cached_property
    def tried(self) -> Tried | None:
        """What came of the changes; None when nothing is changed."""
        return _try(self.desk, tuple(sorted(self.texts.items()))) if self.texts else None

    def examine(self, answers: Mapping[str, Any]) -> ReportBuilder:
        """A case under the changed book where it can be used, else under the server's own.

        Raises:
            CaseError: a field is wrong.
        """
        intake = self.book.intake.read(dict(answers))
        changed = self.tried.book if self.tried else None
        return examined(changed, intake) if changed else self.desk.screener().examine(intake)

    def files(self) -> dict[Path, str]:
        """Every changed file with its text.

        Raises:
            CaseError: nothing is changed, or what is changed cannot be used.
        """
        if self.tried is None:
            raise CaseError([FieldProblem("edits", "no rule is changed")])
        if self.tried.book is None:
            raise CaseError([FieldProblem(one.file, one.message) for one in self.tried.trial.problems])
        found: dict[Path, list[tuple[Any, str]]] = {}
        for name, text in self.texts.items():
            rule = self.book.rule[name]
            found.setdefault(path_of(rule, self.desk.folder), []).append((rule, text))
        return {path: file_with(rules, path) for path, rules in found.items()}


@lru_cache(maxsize=4096)
def _is_rule(text: str, name: str) -> bool:
    """Whether these lines are one rule, and no other entry."""
    data = parse_document(text.encode(), "").data
    return isinstance(data, list) and len(data) == 1 and isinstance(data[0], dict) and data[0].get("id") == name


def _texts(form: Form) -> Mapping[str, str]:
    """The changed rules that a page brings along."""
    data: Any = form.object("edits")
    if not isinstance(data, dict) or not all(isinstance(text, str) for text in data.values()):
        raise CaseError([FieldProblem("edits", "the changed rules are an object of texts, by the ids of the rules")])
    return data


@lru_cache(maxsize=KEPT)
def _try(desk: Desk, texts: tuple[tuple[str, str], ...]) -> Tried:
    trial = tried(cached_rulebook(desk.settings.rules_folder), dict(texts))  # with all its packs
    if trial.book is None:
        return Tried(trial)
    book = trial.book.select(desk.book.packs)
    found: Sequence[CaseShift | None] = [
        shift(name, desk.book.intake.read(answers), desk.book, book) for name, (_, answers) in desk.examples.items()
    ]
    changed = tuple(one for one in found if one is not None and one.changes)
    other = sum(one is not None and not one.changes for one in found)
    return Tried(trial, book, changed, len(found), other)


# what is offered to keep


def changed_file(desk: Desk, body: bytes) -> Answer:
    """`POST /changed-rules.yaml`: the file of the rule that was changed last, with the change."""
    path, text = list(Edits(Form.read(body), desk).files().items())[-1]
    return saved(path.name, text.encode(), "application/yaml; charset=utf-8")


def changed_book(desk: Desk, body: bytes) -> Answer:
    """`POST /changed-book.zip`: the whole book with the changed rules, as its folder."""
    changed, folder = Edits(Form.read(body), desk).files(), desk.folder.resolve()
    texts, packed = {path.resolve(): text for path, text in changed.items()}, io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(Path(entry.path) for entry in walk(folder) if entry.is_file(follow_symlinks=False)):
            content = texts[path].encode() if path in texts else path.read_bytes()
            name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
            archive.writestr(zipfile.ZipInfo(name, ZIPPED), content, zipfile.ZIP_DEFLATED)
    return saved(f"{folder.name}-changed.zip", packed.getvalue(), "application/zip")
