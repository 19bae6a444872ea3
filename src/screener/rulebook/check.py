"""What must hold of a rule book as a whole, beyond the shape of its files.

A rule book that passes can be run by every engine: all names resolve, nothing is circular, every flag can be reached
by a rule and every conclusion is shown or used somewhere, every field is asked once and can be asked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import field
from typing import Final

from screener.data import dataclass
from screener.errors import Hints, did_you_mean
from screener.logic.condition import AllOf, AnyOf, AtLeast, Concluded, Condition, Takes, conclusions, fields, walk
from screener.logic.order import circles
from screener.memo import memo
from screener.rulebook.askable import can_be_asked, wrong_implication, wrong_joins, wrong_screen, wrong_units
from screener.rulebook.entries import Entry
from screener.rulebook.knowledge import Knowledge
from screener.rulebook.rule import ALWAYS_ON, MEDICINES, Rule

CITING: Final = ("rules", "findings", "flags", "notes", "terms", "settings", "questions")  # what names its sources


@dataclass
class _Check:
    book: Knowledge
    lists: Mapping[str, Sequence[Entry]]
    header: Entry
    hints: Hints = field(default_factory=Hints)

    @memo
    def places(self) -> dict[tuple[str, str], Entry]:
        return {(kind, entry.name): entry for kind, found in self.lists.items() for entry in found}

    def wrong(self, kind: str, name: str, message: str, *keys: str | int) -> None:
        self.places.get((kind, name), self.header).problem(message, *keys)

    def known(self, kind: str, key: str, known: Collection[str], what: str) -> None:
        """Note the names in a list of each entry that are not known."""
        for entry in self.lists.get(kind, ()):
            for name in getattr(entry.data, key):
                if name not in known:
                    entry.problem(f"there is no {what} `{name}`{self.hints(name, known)}", key)


def check(book: Knowledge, lists: Mapping[str, Sequence[Entry]], header: Entry) -> None:
    """Note every problem of the book on the entry that has it, or else on the header of the book.

    Args:
        lists: the entries of each kind.
    """
    it = _Check(book, lists, header)
    for kind in CITING:
        it.known(kind, "sources", book.sources, "source")
    _references(it)
    _reasons(it)
    _circles(it)
    _reachable(it)
    _questions(it)


def _references(it: _Check) -> None:
    known = {**it.book.findings, **it.book.flags}
    for name in set(it.book.findings) & set(it.book.flags):
        it.wrong("flags", name, f"`{name}` is both a finding and a flag", "id")
    texts = {*known, *it.book.rule, *(note.id for note in it.book.notes)}
    it.known("flags", "suppresses", known, "finding or flag")
    it.known("flags", "hides", texts, "finding, flag, rule or note")
    it.known("notes", "beside", known, "finding or flag")
    it.known("notes", "unless", known, "finding or flag")
    suppressors = {flag.id for flag in it.book.flags.values() if flag.suppresses}
    for flag in it.book.flags.values():
        for name in suppressors & set(flag.suppresses):
            it.wrong("flags", flag.id, f"`{name}` suppresses others and cannot be suppressed itself", "suppresses")


def _circles(it: _Check) -> None:
    for circle in circles(it.book.conclusion_ids, it.book.reads):
        rule = next(r for r in it.book.rules_for[circle[-2]] if circle[-1] in conclusions(r.condition))
        it.wrong("rules", rule.id, f"the rules go in a circle: {' reads '.join(circle)}", "when")


def _reachable(it: _Check) -> None:
    used = {name for rule in it.book.rules for name in conclusions(rule.condition)}
    for kind, found in (("flags", it.book.flags), ("findings", it.book.findings)):
        for name in found:
            if not it.book.rules_for[name]:
                it.wrong(kind, name, f"no rule concludes `{name}`", "id")
    for name in it.book.findings:
        if name not in used:
            it.wrong("findings", name, f"nothing reads the finding `{name}` and nobody is shown it", "id")
    red = next((flag.id for flag in it.book.flags.values() if flag.red_flag), None)
    if red is not None and ALWAYS_ON not in it.book.packs:
        message = f"`{red}` is a red flag, so it belongs to the pack `{ALWAYS_ON}`, which is always on; there is none"
        it.wrong("flags", red, message, "red_flag")


def _questions(it: _Check) -> None:
    asked: list[str] = []
    screens: list[str] = []
    for question in it.book.questions.values():
        if question.show_if is not None:
            _show_if(it, question.field, asked)
        for key, message in (("units", wrong_units(question)), ("screen", wrong_screen(question, screens, it.book))):
            if message:
                it.wrong("questions", question.field, message, key)
        asked.append(question.field)
        screens.append(question.screen)
    for screen in it.book.screens.values():
        if message := wrong_joins(screen, it.book):
            it.wrong("screens", screen.id, message, "joins")
    for implication in it.book.implications:
        for keys, message in wrong_implication(implication, it.book):
            it.wrong("implies", implication.id, message, *keys)


def _show_if(it: _Check, name: str, asked: list[str]) -> None:
    show_if = it.book.questions[name].show_if
    assert show_if is not None
    later = sorted(fields(show_if) - set(asked))
    if any(isinstance(part, Concluded | Takes) for part in walk(show_if)):
        it.wrong("questions", name, "`show_if` may read only answers given before", "show_if")
    elif not later and not can_be_asked(name, it.book):
        it.wrong("questions", name, "no answers make `show_if` true, so this is never asked", "show_if")
    for needed in later:
        it.wrong("questions", name, f"`show_if` reads `{needed}`, which is not asked before it", "show_if")


def _reasons(it: _Check) -> None:
    """What rules' reasons are filled with, and which other reasons they replace."""
    for rule in it.book.rules:
        if MEDICINES in rule.because and not needs_medicine(rule.when, it.book):
            it.wrong(
                "rules", rule.id, f"it can hold without a medicine, so `{MEDICINES}` may have nothing to say", "because"
            )
        for other in rule.instead_of:
            if message := _wrong_other(rule, other, it.book):
                it.wrong("rules", rule.id, message, "instead_of")


def _wrong_other(rule: Rule, other: str, book: Knowledge) -> str:
    found = book.rule.get(other)
    if found is None:
        return f"there is no rule `{other}`{did_you_mean(other, book.rule)}"
    if found.concludes != rule.concludes:
        return f"`{other}` concludes `{found.concludes}`, not `{rule.concludes}`: it is not a reason for the same thing"
    if found.instead_of:
        return f"`{other}` itself is shown instead of others; only one of two reasons can"
    return ""


def needs_medicine(condition: Condition, book: Knowledge) -> bool:
    """Whether a condition can hold only by a medicine that is taken, itself or behind each conclusion it needs."""
    match condition:
        case Takes():
            return True
        case Concluded(name):
            rules = book.rules_for.get(name, ())
            return bool(rules) and all(needs_medicine(rule.when, book) for rule in rules)
        case AllOf(parts):
            return any(needs_medicine(part, book) for part in parts)
        case AnyOf(parts):
            return bool(parts) and all(needs_medicine(part, book) for part in parts)
        case AtLeast(count, parts):
            return sum(not needs_medicine(part, book) for part in parts) < count
    return False
