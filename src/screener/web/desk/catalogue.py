"""The rule book as data: packs, questions, findings, flags, rules, limits, notes and sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, Field

from screener.report.parts import RuleBookId
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Urgency
from screener.web.desk.written import condition_as_written


class CatalogueEntry(BaseModel):
    """An entry of the rule book, or what of it is shown."""

    @classmethod
    def of(cls, item: object, **more: Any) -> Self:
        """What an entry says, by the names of the fields here.

        Args:
            more: the fields that it has under another name, or that follow from other entries.
        """
        named = {name: getattr(item, name) for name in cls.model_fields if name not in more}
        return cls.model_validate(named | more)


class PackEntry(CatalogueEntry):
    """Rules of one origin."""

    id: str
    title: str
    version: str
    about: str


class QuestionEntry(CatalogueEntry):
    """One question of the interview; `field` is its name in a case."""

    field: str
    section: str
    label: str
    ask: str
    why: str
    help: str
    follow_up: bool
    sources: list[str]


class FindingEntry(CatalogueEntry):
    """An intermediate conclusion."""

    id: str
    pack: str
    title: str
    rules: list[str]
    sources: list[str]


class FlagEntry(CatalogueEntry):
    """A conclusion shown to people."""

    id: str
    pack: str
    title: str
    explanation: str
    urgency: Urgency
    ask_your_clinician: list[str]
    fail_safe: bool
    last_resort: bool
    suppresses: list[str]
    hides: list[str]
    rules: list[str]
    sources: list[str]


class RuleEntry(CatalogueEntry):
    """One rule. `when` is the condition as written in the rule file (docs/rule-format.md)."""

    id: str
    pack: str
    concludes: str
    when: Any = Field(description="the condition, as in the rule file")
    because: str
    strength: str
    disagreement: str
    sources: list[str]
    file: str
    line: int


class SourceEntry(CatalogueEntry):
    """A statement of the article, or a reference."""

    id: str
    pack: str
    kind: Literal["article", "reference", "ours"]
    title: str
    detail: str
    link: str
    status: Literal["verified", "partly", "unverified"]


class SettingEntry(CatalogueEntry):
    """A named limit."""

    id: str
    value: float
    unit: str
    meaning: str
    sources: list[str]


class NoteEntry(CatalogueEntry):
    """Something good to know about some flags."""

    id: str
    pack: str
    text: str
    beside: list[str]
    sources: list[str]


class Catalogue(BaseModel):
    """The rule book."""

    rulebook: RuleBookId
    packs: list[PackEntry]
    questions: list[QuestionEntry]
    findings: list[FindingEntry]
    flags: list[FlagEntry]
    rules: list[RuleEntry]
    settings: list[SettingEntry]
    notes: list[NoteEntry]
    sources: list[SourceEntry]


def catalogue(book: RuleBook, folder: Path) -> Catalogue:
    """A rule book with its active packs as data.

    Args:
        folder: where its files are.
    """
    return Catalogue(
        rulebook=RuleBookId.of(book),
        packs=[PackEntry.of(pack) for pack in book.packs.values()],
        questions=[QuestionEntry.of(one, follow_up=one.show_if is not None) for one in book.questions.values()],
        findings=[FindingEntry.of(one, rules=_rules(book, one.id)) for one in book.findings.values()],
        flags=[
            FlagEntry.of(flag, ask_your_clinician=flag.ask, rules=_rules(book, flag.id)) for flag in book.flags.values()
        ],
        rules=[
            RuleEntry.of(rule, when=condition_as_written(rule, folder), file=rule.place.file, line=rule.place.line)
            for rule in book.rules
        ],
        settings=[SettingEntry.of(setting) for setting in book.settings.values()],
        notes=[NoteEntry.of(note) for note in book.notes],
        sources=[SourceEntry.of(source) for source in book.sources.values()],
    )


def _rules(book: RuleBook, conclusion: str) -> list[str]:
    return [rule.id for rule in book.rules_for[conclusion]]
