"""The report as data: the JSON contract of every channel."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from screener.engine.outcome import Status
from screener.rulebook.rule import Urgency


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class RuleBookId(_Part):
    """Which rule book was used: its version, the hash of its files and the active packs."""

    version: str
    sha256: str
    packs: list[str]


class Evidence(_Part):
    """An answer that counted: labs in mmol/L, `medicines` as the names that matched, null for "not given".

    `resources` are the parts of a health record that it was read from; left out for answers that a person gave.
    """

    field: str
    value: bool | float | str | list[str] | None
    resources: list[str] | None = None


class Because(_Part):
    """One reason: the rule that fired, the sources behind it, and what it used.

    `findings` are the conclusions that the rule read; `evidence` are the answers it read and those behind the findings.
    """

    rule: str
    text: str
    evidence: list[Evidence]
    findings: list[str]
    sources: list[str]
    pack: str
    strength: str | None = None
    disagreement: str | None = None


class FlagReport(_Part):
    """A flag. One that is suppressed, or whose text is hidden by a stronger flag, has only `id` and `status`."""

    id: str
    status: Status
    title: str | None = None
    urgency: Urgency | None = None
    explanation: str | None = None
    because: list[Because] | None = None
    settled_by: list[str] | None = None
    ask_your_clinician: list[str] | None = None
    sources: list[str] | None = None
    fail_safe: bool | None = None


class FindingReport(_Part):
    """An intermediate conclusion; its title is left out where a stronger flag hides it."""

    id: str
    status: Status
    title: str | None = None


class ChainStep(_Part):
    """One step of the reasoning: which rule concluded what, from which answers and findings.

    `resources` are the parts of a health record behind those answers; left out for answers that a person gave.
    """

    step: int
    rule: str | None
    concludes: str
    status: Literal["raised", "ruled-out"]
    from_: list[str] = Field(alias="from")
    resources: list[str] | None = None


class UrgentQuestion(_Part):
    """An urgent question that was not answered, and the urgency a yes would mean."""

    field: str
    could_be: Urgency


class NoteReport(_Part):
    """Something good to know, or something to notice about the answers."""

    id: str
    text: str
    sources: list[str]


class Report(_Part):
    """What comes back for a case."""

    case_id: str | None
    rulebook: RuleBookId
    urgency: Urgency
    flags: list[FlagReport]
    urgency_because: list[Because]
    urgency_could_be: Urgency
    findings: list[FindingReport]
    chain: list[ChainStep]
    unanswered: list[str]
    urgent_unanswered: list[UrgentQuestion]
    unrecognized_medicines: list[str]
    notes: list[NoteReport]
    disclaimer: str
    safety_net: str

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data, as `to_json` writes it."""
        data = self.model_dump(mode="json", by_alias=True)
        for kind in ("flags", "findings"):
            data[kind] = [_without_none(item) for item in data[kind]]
        for flag in data["flags"]:
            if "because" in flag:
                flag["because"] = [_reason(item) for item in flag["because"]]
        data["urgency_because"] = [_reason(item) for item in data["urgency_because"]]
        data["chain"] = [_without_none(step, ("resources",)) for step in data["chain"]]
        return data

    def to_json(self, indent: int | None = 2) -> str:
        """The report as JSON text."""
        from json import dumps

        return dumps(self.to_dict(), indent=indent, ensure_ascii=False)

    def flag(self, name: str) -> FlagReport | None:
        """The entry of a flag, if it is listed."""
        return next((flag for flag in self.flags if flag.id == name), None)

    def _repr_html_(self) -> str:
        from screener.report.html import fragment

        return fragment(self)


def _without_none(data: dict[str, Any], keys: Collection[str] | None = None) -> dict[str, Any]:
    """The data without empty values; with `keys`, only those are left out when they are empty."""
    return {key: value for key, value in data.items() if value is not None or (keys is not None and key not in keys)}


def _reason(data: dict[str, Any]) -> dict[str, Any]:
    evidence = [_without_none(item, ("resources",)) for item in data["evidence"]]
    return _without_none({**data, "evidence": evidence})
