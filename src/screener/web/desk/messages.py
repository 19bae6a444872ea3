"""What programs send and get: the messages of the JSON API, and those of CDS Hooks 2.0 (HL7) under its own names."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from screener.rulebook.rule import Subject, Urgency
from screener.web.desk.catalogue import CatalogueEntry

HOOK = "patient-view"


# the JSON API


class AskedQuestion(CatalogueEntry):
    """One question. `accepts` is the JSON Schema of its answers."""

    field: str
    section: str
    ask: str
    help: str
    why: str
    units: list[str] = Field(description="for a blood test value: the units it can be given in")
    accepts: dict[str, Any]
    sources: list[str]


class AskedGroup(BaseModel):
    """Questions that can be shown together and answered with "none of these"."""

    id: str
    ask: str
    fields: list[str]


class Notice(BaseModel):
    """What must be said before anything else is asked."""

    kind: str
    title: str
    text: str


class NextQuestion(BaseModel):
    """What to ask next. What does not apply is omitted."""

    question: AskedQuestion | None = Field(default=None, description="omitted when there is nothing left to ask")
    group: AskedGroup | None = Field(default=None, description="omitted when the question is asked by itself")
    remaining: int = Field(description="about how many screens are left: what can be asked at once counts once")
    urgency: Urgency = Field(description="by the answers so far")
    notices: list[Notice] = Field(description="to be shown at once")
    disclaimer: str
    safety_net: str


# CDS Hooks


def service_id(subject: Subject) -> str:
    """Under which name the service of a rule book is called."""
    return f"screener-{subject.name}"


class Service(BaseModel):
    """One service, as discovery lists it."""

    hook: str
    title: str
    description: str
    id: str
    prefetch: dict[str, str]


class Services(BaseModel):
    """Everything that discovery lists."""

    services: list[Service]


class _Given(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)


class Context(_Given):
    """What `patient-view` says about the moment. `encounterId` and others may be given with these."""

    userId: str = Field(min_length=1, max_length=500)
    patientId: str = Field(min_length=1, max_length=500)


class Call(_Given):
    """A call of a service. `prefetch` holds FHIR R4 resources by the keys of the discovery document."""

    hook: Literal["patient-view"]
    hookInstance: str = Field(
        pattern=r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
        description="a UUID",
    )
    context: Context
    prefetch: dict[str, Any] = Field(default={}, description="a key that is missing is answered with 412")


class Source(BaseModel):
    """Where a card comes from."""

    label: str
    url: str


class CardLink(BaseModel):
    """Where to read on."""

    label: str
    url: str
    type: Literal["absolute"]


class Card(BaseModel):
    """One card. There are no suggestions: nothing is proposed to be started, stopped or ordered."""

    uuid: str
    summary: str = Field(max_length=139)
    indicator: Literal["info", "warning"]
    source: Source
    detail: str = Field(description="GitHub Flavored Markdown, with the chain of reasoning")
    links: list[CardLink] = Field(min_length=1)


class Cards(BaseModel):
    """What a service answers; no card when there is nothing to say."""

    cards: list[Card]


class Coding(_Given):
    """A reason for putting a card aside."""

    code: str
    system: str = ""
    display: str = ""


class OverrideReason(_Given):
    """Why a card was put aside."""

    reason: Coding | None = None
    userComment: str | None = None


class Accepted(_Given):
    """A suggestion that was taken up."""

    id: str


class FeedbackEntry(_Given):
    """What became of one card."""

    card: str = Field(min_length=1)
    outcome: Literal["accepted", "overridden"]
    outcomeTimestamp: str = Field(min_length=1)
    acceptedSuggestions: list[Accepted] | None = None
    overrideReason: OverrideReason | None = None


class Feedback(_Given):
    """What became of cards. It is checked, and neither stored nor logged."""

    feedback: list[FeedbackEntry]
