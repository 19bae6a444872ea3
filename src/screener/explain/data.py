"""Explanations as plain data: the JSON of `explain --format json` and of `POST /v1/explain`."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import AliasPath, BaseModel, ConfigDict, Field

from screener.engine.outcome import Status, flags_behind_urgency
from screener.explain.chain import Status as Proved
from screener.explain.goal import Kind
from screener.explain.questions import Explanation
from screener.explain.smallest.sets import SmallestChanges
from screener.explain.what_if import FieldChange
from screener.explain.why_not import WhyNot
from screener.report.parts import RuleBookId
from screener.rulebook.rule import Urgency


class Data(BaseModel):
    """A part of an explanation. What is not set is not written: it was not asked, or does not apply."""

    model_config = ConfigDict(defer_build=True, from_attributes=True, validate_by_name=True)


class AnswerWords(Data):
    """An answer in words."""

    field: str = Field(validation_alias="name")
    words: str


class ConclusionUsed(Data):
    """A conclusion that a step rests on, and whether it counts as raised."""

    id: str = Field(validation_alias="name")
    raised: bool = Field(validation_alias="holds")


class StepReason(Data):
    """A rule with what it rests on."""

    rule: str
    text: str
    sources: list[str]
    answers: list[AnswerWords]
    conclusions: list[ConclusionUsed]


class StepData(Data):
    """One firing; `rule` is null when every rule of the conclusion was refuted."""

    step: int = Field(validation_alias="number")
    rule: str | None
    concludes: str
    kind: Kind
    title: str
    status: Proved
    rests_on: list[int]
    reasons: list[StepReason]


class EnoughAlone(Data):
    """A smallest group of answers that is enough by itself, and the rule it fires."""

    rule: str
    answers: list[AnswerWords]


class HowData(Data):
    """The way from the answers to a raised conclusion."""

    conclusion: str = Field(validation_alias=AliasPath("chain", "goal"))
    title: str = Field(validation_alias=AliasPath("chain", "title"))
    status: Proved = Field(validation_alias=AliasPath("chain", "status"))
    steps: list[StepData] = Field(validation_alias=AliasPath("chain", "steps"))
    enough_alone: list[EnoughAlone] = Field(validation_alias="supports")


class OpenRuleData(Data):
    """A rule that could still fire."""

    rule: str
    text: str
    waits_for: list[str]
    reads: list[str]


class WhyNotData(Data):
    """Why a conclusion is not raised. `raised_by` and `ruled_out_by` are one way each to answer what is open."""

    conclusion: str
    title: str
    status: Status
    refutation: list[StepData] | None = None
    open_rules: list[OpenRuleData] | None = None
    open_fields: list[str] | None = None
    raised_by: dict[str, Any] | None = None
    ruled_out_by: dict[str, Any] | None = None

    @classmethod
    def of(cls, found: WhyNot) -> WhyNotData:
        """Why a conclusion is not raised."""
        data = cls(conclusion=found.goal, title=found.title, status=found.status)
        if found.refutation is not None:
            data.refutation = [StepData.model_validate(step) for step in found.refutation.steps]
        if found.status == "possible":
            data.open_rules = [OpenRuleData.model_validate(rule) for rule in found.open_rules]
            data.open_fields = [name for name, _ in found.open_fields]
            data.raised_by = dict(found.raised_by.answers) if found.raised_by else None
            data.ruled_out_by = dict(found.ruled_out_by.answers) if found.ruled_out_by else None
        return data


class StatusChangeData(Data):
    """A status, before and after."""

    id: str = Field(validation_alias="name")
    before: Status
    after: Status


class UrgencyChange(Data):
    """The urgency, before and after."""

    before: Urgency
    after: Urgency


class FiringData(Data):
    """A rule that was proved, or a conclusion that was refuted."""

    rule: str | None
    concludes: str
    proved: bool


class WhatIfData(Data):
    """The difference that other answers make."""

    changes: list[FieldChange]
    urgency: UrgencyChange
    statuses: list[StatusChangeData]
    no_longer: list[FiringData] = Field(validation_alias="gone")
    new: list[FiringData]


class ChangeSetData(Data):
    """Answers that together make the difference; each option is one way to answer them."""

    fields: list[str]
    can_be_checked: bool = Field(validation_alias="checkable")
    answers: list[dict[str, Any]]
    words: list[list[str]]


class SmallestData(Data):
    """The smallest changes to one conclusion; `refused` says why none are offered (urgent signs)."""

    conclusion: str
    would: Literal["raise", "rule out"]
    refused: str | None = None
    sets: list[ChangeSetData] | None = None

    @classmethod
    def of(cls, found: SmallestChanges) -> SmallestData:
        """The smallest changes."""
        data = cls(conclusion=found.goal, would="raise" if found.wanted else "rule out")
        if found.refused:
            data.refused = found.refused
        else:
            data.sets = [ChangeSetData.model_validate(item) for item in found.sets]
        return data


class ExplanationData(Data):
    """What was asked, answered."""

    case_id: str | None
    rulebook: RuleBookId
    urgency: Urgency
    how: list[HowData]
    why_not: list[WhyNotData]
    urgency_from: list[str] | None = Field(
        default=None, description="the flags that have this urgency by themselves, when no rule concludes it"
    )
    caution: str | None = Field(default=None, description="what raised flags say of the others that they keep back")
    what_if: WhatIfData | None = None
    smallest_changes: list[SmallestData] | None = None
    disclaimer: str
    safety_net: str

    @classmethod
    def of(cls, found: Explanation) -> ExplanationData:
        """Everything that was answered."""
        case, book = found.case, found.case.book
        data = cls(
            case_id=case.intake.case_id,
            rulebook=RuleBookId.of(book),
            urgency=case.outcome.urgency,
            how=[HowData.model_validate(item) for item in found.hows],
            why_not=[WhyNotData.of(item) for item in found.why_nots],
            disclaimer=book.texts.get("disclaimer", ""),
            safety_net=book.texts.get("safety-net", ""),
        )
        if flags := flags_behind_urgency(book, case.outcome):
            data.urgency_from = [flag.id for flag in flags]
        if found.kept_back:
            data.caution = " ".join(found.kept_back)
        if found.difference is not None:
            data.what_if = WhatIfData.model_validate(found.difference)
        if found.changes:
            data.smallest_changes = [SmallestData.of(item) for item in found.changes]
        return data


def to_dict(found: Explanation) -> dict[str, Any]:
    """Everything that was answered, as JSON has it."""
    return ExplanationData.of(found).model_dump(mode="json", exclude_unset=True)
