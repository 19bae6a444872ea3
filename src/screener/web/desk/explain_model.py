"""What `POST /v1/explain` takes, for the documents."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from screener.case.model import BaseIntake

Ids = list[str]


class Questions(BaseModel):
    """What to explain about a case. Without a question: how every raised flag came up."""

    model_config = ConfigDict(extra="forbid")

    case: BaseIntake = Field(default_factory=BaseIntake)
    flags: Ids = Field(default=[], max_length=50, description="explain these, whatever their status; `urgency` too")
    why_not: Ids = Field(default=[], max_length=50, description="why these are not raised")
    what_if: BaseIntake = Field(default_factory=BaseIntake, description="other answers; the rest is then about them")
    smallest: Ids = Field(default=[], max_length=50, description="the smallest changes that matter for these")
