"""The rule book as data: packs, questions, findings, flags, rules, limits, notes and sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field

from screener.report.model import RuleBookId
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Rule, Urgency
from screener.web.desk.written import condition_as_written


class PackEntry(BaseModel):
    """Rules of one origin."""

    id: str
    title: str
    version: str
    about: str


class QuestionEntry(BaseModel):
    """One question of the interview; `field` is its name in a case."""

    field: str
    section: str
    label: str
    ask: str
    why: str
    help: str
    follow_up: bool
    sources: list[str]


class FindingEntry(BaseModel):
    """An intermediate conclusion."""

    id: str
    pack: str
    title: str
    rules: list[str]
    sources: list[str]


class FlagEntry(BaseModel):
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


class RuleEntry(BaseModel):
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


class SourceEntry(BaseModel):
    """A statement of the article, or a reference."""

    id: str
    pack: str
    kind: Literal["article", "reference", "ours"]
    title: str
    detail: str
    link: str
    status: Literal["verified", "partly", "unverified"]


class SettingEntry(BaseModel):
    """A named limit."""

    id: str
    value: float
    unit: str
    meaning: str
    sources: list[str]


class NoteEntry(BaseModel):
    """Something good to know beside some flags."""

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


def catalogue(book: RuleBook, folder: Path) -> dict[str, Any]:
    """A rule book with its active packs, in the shape of `Catalogue`.

    Args:
        folder: where its files stand.
    """
    return {
        "rulebook": {"version": book.version, "sha256": book.sha256, "packs": list(book.packs)},
        "packs": [_some(pack, "id title version about") for pack in book.packs.values()],
        "questions": [
            {**_some(q, "field section label ask why help sources"), "follow_up": q.show_if is not None}
            for q in book.questions.values()
        ],
        "findings": [
            {**_some(finding, "id pack title sources"), "rules": _rules(book, finding.id)}
            for finding in book.findings.values()
        ],
        "flags": [
            {
                **_some(flag, "id pack title explanation urgency fail_safe last_resort suppresses hides sources"),
                "ask_your_clinician": list(flag.ask),
                "rules": _rules(book, flag.id),
            }
            for flag in book.flags.values()
        ],
        "rules": [_rule(rule, folder) for rule in book.rules],
        "settings": [_some(setting, "id value unit meaning sources") for setting in book.settings.values()],
        "notes": [_some(note, "id pack text beside sources") for note in book.notes],
        "sources": [_some(source, "id pack kind title detail link status") for source in book.sources.values()],
    }


def _rule(rule: Rule, folder: Path) -> dict[str, Any]:
    return {
        **_some(rule, "id pack concludes because strength disagreement sources"),
        "when": condition_as_written(rule, folder),
        "file": rule.place.file,
        "line": rule.place.line,
    }


def _rules(book: RuleBook, conclusion: str) -> list[str]:
    return [rule.id for rule in book.rules_for[conclusion]]


def _some(item: object, names: str) -> dict[str, Any]:
    values = {name: getattr(item, name) for name in names.split()}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
