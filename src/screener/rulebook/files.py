"""The shape of each rule file, as pydantic models: the same models give the JSON Schemas for editors."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, create_model

from screener.rulebook.levels import Like
from screener.rulebook.values import (
    AnswersData,
    ConditionData,
    Id,
    ImpliedWord,
    LevelName,
    Moment,
    SourceId,
    Sources,
    UsualData,
    Words,
    YesNoWord,
)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class CaseEntry(_File):
    """An example of a rule: answers with which it fires, is possible, or stays silent."""

    fires: AnswersData | None = None
    possible: AnswersData | None = None
    silent: AnswersData | None = None
    reasons: list[Id] = []


class RuleEntry(_File):
    """A rule: when a condition holds, conclude one thing, for a stated reason."""

    id: Id
    concludes: Id | None = None
    urgency: LevelName | None = None
    when: ConditionData
    because: Words
    sources: Sources
    strength: str = ""
    disagreement: str = ""
    redundant: str = ""
    instead_of: list[Id] = []
    since: Moment = ""
    changed: Moment = ""
    cases: list[CaseEntry] = []


class FindingEntry(_File):
    """An intermediate conclusion."""

    id: Id
    title: Words
    sources: list[SourceId] = []


class FlagEntry(_File):
    """A conclusion shown to people."""

    id: Id
    title: Words
    explanation: Words
    sources: Sources
    urgency: LevelName | None = None
    ask: list[Words] = []
    fail_safe: YesNoWord = False
    suppresses: list[Id] = []
    hides: list[Id] = []
    hides_because: str = ""
    last_resort: YesNoWord = False
    red_flag: YesNoWord = False
    at_once: YesNoWord = False


class NoteEntry(_File):
    """Something good to know, shown with flags, or a remark on the answers."""

    id: Id
    text: Words
    sources: Sources
    beside: list[Id] = []
    unless: list[Id] = []
    when: ConditionData | None = None


class SettingEntry(_File):
    """A named limit."""

    id: Id
    value: float | int
    unit: str
    meaning: Words
    sources: Sources


class TermEntry(_File):
    """A named condition."""

    id: Id
    meaning: Words
    when: ConditionData
    sources: Sources


class SourceEntry(_File):
    """A statement of the article, or a reference."""

    id: SourceId
    kind: Literal["article", "reference", "ours"]
    title: Words
    detail: str = ""
    link: Annotated[str, StringConstraints(pattern=r"^(https://\S+)?$")] = ""
    status: Literal["verified", "partly", "unverified"] = "verified"
    cited_for: str = ""
    not_encoded: str = ""


class LevelEntry(_File):
    """What values below a limit are called."""

    below: float | int
    called: Words


class QuestionEntry(_File):
    """One question of the interview, with the kind of its answer."""

    field: Words
    kind: Literal["yes-no", "choice", "whole", "decimal", "lab", "medicines", "text"] | None = None
    choices: list[Words] | None = None
    from_: float | int | None = Field(default=None, alias="from")
    to: float | int | None = None
    unit: Words | None = None
    analyte: Id | None = None
    bare_up_to: float | int | None = None
    unlikely_above: float | int | None = None
    levels: list[LevelEntry] | None = None
    step: float | int | None = None
    unknown_word: YesNoWord | None = None
    longest: int | None = None
    section: Words
    label: Words
    ask: Words
    why: Words
    help: str = ""
    show_if: ConditionData | None = None
    usual: UsualData | None = None
    guarded: YesNoWord = True
    checkable: YesNoWord = False
    red_flag: YesNoWord = False
    with_results: YesNoWord = False
    sources: list[SourceId] = []
    always: YesNoWord = False
    asked: YesNoWord = True
    screen: Id | None = None
    statement: str = ""
    units: list[Words] = []
    tells_of: list[Words] = []


class ScreenEntry(_File):
    """What is asked at once: a list of statements to tick, or a form."""

    id: Id
    ask: Words
    hint: str = ""
    form: YesNoWord = False
    joins: Id | None = None


class ImplicationEntry(_File):
    """Answers that follow from others with certainty."""

    id: Id
    when: ConditionData
    answers: Annotated[dict[str, ImpliedWord], Field(min_length=1)]


class AnalyteEntry(_File):
    """Something that is measured: the unit its values are kept in, and each unit with its exact factor."""

    id: Id
    name: Words | None = None
    unit: Words
    units: Annotated[dict[str, str | float | int], Field(min_length=1)]
    example: Words | None = None
    sources: list[SourceId] = []


ENTRY_KEYS = frozenset(
    key
    for model in (
        RuleEntry, FindingEntry, FlagEntry, NoteEntry, SettingEntry, TermEntry, SourceEntry, QuestionEntry, ScreenEntry,
    )
    for key in model.model_fields
)  # fmt: skip


# what people read of the entries of rule files, and what nothing is put in for
UNFILLED: Final = {
    "findings": ("title",),
    "flags": ("title", "explanation", "ask", "hides_because"),
    "questions": ("section", "label", "ask", "why", "help", "statement", "choices"),
    "screens": ("ask", "hint"),
    "rules": ("strength", "disagreement"),
    "levels": ("title", "text", "brief"),
}


class PackFile(_File):
    """pack.yaml"""

    title: Words
    version: Words
    about: Words
    applies: ConditionData | None = None
    sources: list[SourceEntry] = []
    settings: list[SettingEntry] = []
    terms: list[TermEntry] = []
    findings: list[FindingEntry] = []
    flags: list[FlagEntry] = []
    notes: list[NoteEntry] = []
    rules: list[RuleEntry] = []


class UrgencyEntry(_File):
    """A level of urgency of the book's own, with its words for people."""

    id: Id
    like: Like
    title: str = ""
    text: str = ""
    brief: str = ""


class BookFile(_File):
    """rulebook.yaml"""

    version: Words
    title: Words | None = None
    name: Id | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")] = "en"
    about: str = ""
    extends: Words | None = None
    levels: list[UrgencyEntry] = []
    packs: Annotated[list[Id], Field(min_length=1)]


class RulesFile(_File):
    """rules.yaml, or a file in the folder rules/"""

    rules: list[RuleEntry]


def _file_of(kind: str) -> type[BaseModel]:
    """A file that holds one of the lists of a pack, and nothing else."""
    held: Any = {kind: (PackFile.model_fields[kind].annotation, ...)}
    return create_model(f"{kind.capitalize()}File", __base__=_File, __doc__=f"{kind}.yaml", **held)


# what a pack holds: in files of their own, or all in its pack.yaml
IN_A_PACK: Final[dict[str, type[BaseModel]]] = {
    "rules": RulesFile,
    **{kind: _file_of(kind) for kind in ("findings", "flags", "notes", "settings", "terms", "sources")},
}


class UnitsFile(_File):
    """units.yaml"""

    analytes: list[AnalyteEntry]


class QuestionnaireFile(_File):
    """questionnaire.yaml"""

    screens: list[ScreenEntry] = []
    implies: list[ImplicationEntry] = []
    questions: Annotated[list[QuestionEntry], Field(min_length=1)]
