"""What `POST /v1/explain` takes and gives, for the documents."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from screener.case.fields import BaseIntake
from screener.report.model import RuleBookId
from screener.rulebook.rule import Urgency

Ids = list[str]
Status = Literal["raised", "possible", "suppressed", "ruled-out"]


class Questions(BaseModel):
    """What to explain about a case. Without a question: how every raised flag came up."""

    model_config = ConfigDict(extra="forbid")

    case: BaseIntake = Field(default_factory=BaseIntake)
    flags: Ids = Field(default=[], max_length=50, description="explain these, whatever their status; `urgency` too")
    why_not: Ids = Field(default=[], max_length=50, description="why these are not raised")
    what_if: BaseIntake = Field(default_factory=BaseIntake, description="other answers; the rest is then about them")
    smallest: Ids = Field(default=[], max_length=50, description="the smallest changes that matter for these")


class AnswerWords(BaseModel):
    """An answer in words."""

    field: str
    words: str


class ConclusionUsed(BaseModel):
    """A conclusion that a step rests on, and whether it counts as raised."""

    id: str
    raised: bool


class StepReason(BaseModel):
    """A rule with what it rests on."""

    rule: str
    text: str
    sources: list[str]
    answers: list[AnswerWords]
    conclusions: list[ConclusionUsed]


class StepData(BaseModel):
    """One firing; `rule` is null when every rule of the conclusion was refuted."""

    step: int
    rule: str | None
    concludes: str
    kind: Literal["flag", "finding", "urgency"]
    title: str
    status: Literal["raised", "ruled-out"]
    rests_on: list[int]
    reasons: list[StepReason]


class EnoughAlone(BaseModel):
    """A smallest group of answers that is enough by itself, and the rule it fires."""

    rule: str
    answers: list[AnswerWords]


class HowData(BaseModel):
    """The way from the answers to a raised conclusion."""

    conclusion: str
    title: str
    status: Literal["raised", "ruled-out"]
    steps: list[StepData]
    enough_alone: list[EnoughAlone]


class OpenRuleData(BaseModel):
    """A rule that could still fire."""

    rule: str
    text: str
    waits_for: list[str]
    reads: list[str]


class WhyNotData(BaseModel):
    """Why a conclusion is not raised. `raised_by` and `ruled_out_by` are one way each to answer what is open."""

    conclusion: str
    title: str
    status: Status
    refutation: list[StepData] | None = None
    open_rules: list[OpenRuleData] | None = None
    open_fields: list[str] | None = None
    raised_by: dict[str, Any] | None = None
    ruled_out_by: dict[str, Any] | None = None


class FieldChange(BaseModel):
    """An answer in words, before and after."""

    field: str
    before: str
    after: str


class StatusChangeData(BaseModel):
    """A status, before and after."""

    id: str
    before: Status
    after: Status


class UrgencyChange(BaseModel):
    """The urgency, before and after."""

    before: Urgency
    after: Urgency


class FiringData(BaseModel):
    """A rule that was proved, or a conclusion that was refuted."""

    rule: str | None
    concludes: str
    proved: bool


class WhatIfData(BaseModel):
    """The difference that other answers make."""

    changes: list[FieldChange]
    urgency: UrgencyChange
    statuses: list[StatusChangeData]
    no_longer: list[FiringData]
    new: list[FiringData]


class ChangeSet(BaseModel):
    """Answers that together make the difference; each option is one way to answer them."""

    fields: list[str]
    can_be_checked: bool
    answers: list[dict[str, Any]]
    words: list[list[str]]


class SmallestData(BaseModel):
    """The smallest changes to one conclusion; `refused` says why none are offered (urgent signs)."""

    conclusion: str
    would: Literal["raise", "rule out"]
    refused: str | None = None
    sets: list[ChangeSet] | None = None


class ExplanationData(BaseModel):
    """What was asked, answered."""

    case_id: str | None
    rulebook: RuleBookId
    urgency: Urgency
    urgency_from: list[str] | None = Field(
        default=None, description="the flags that have this urgency by themselves, when no rule concludes it"
    )
    how: list[HowData]
    why_not: list[WhyNotData]
    what_if: WhatIfData | None = None
    smallest_changes: list[SmallestData] | None = None
    disclaimer: str
    safety_net: str
