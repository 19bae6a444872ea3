"""What a report is made of, as data: the JSON contract of every channel."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Annotated, Literal, TypeAlias, TypeVar

from screener.data import dataclass
from screener.engine.outcome import EngineName, Status
from screener.report.heard import none_is_outside, title_key
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Urgency

Said = TypeVar("Said")
# omitted from the JSON when there is nothing to say; `model.py` tells Pydantic so, and nothing here needs Pydantic
IfAny: TypeAlias = Annotated[Said | None, "if any"]
From: TypeAlias = Annotated[list[str], "from"]  # called `from` in the JSON


@dataclass(frozen=True, slots=True)
class RuleBookId:
    """Which rule book was used: its version, the hash of its files and the active packs."""

    version: str
    sha256: str
    packs: list[str]

    @classmethod
    def of(cls, book: RuleBook) -> RuleBookId:
        """That of a book."""
        return cls(book.version, book.sha256, list(book.packs))


@dataclass(frozen=True, slots=True)
class Reviewed:
    """How many of the rules somebody has reviewed and accepted as they are now.

    Attributes:
        rules: how many.
        of: how many rules the active packs have.
        text: the same in a sentence.
    """

    rules: int
    of: int
    text: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """An answer that counted: labs in mmol/L, `medicines` as the names that matched, null for "not given".

    `resources` are the parts of a health record that it was read from; omitted for answers that a person gave.
    """

    field: str
    value: bool | int | float | str | list[str] | None
    resources: IfAny[list[str]] = None


@dataclass(frozen=True, slots=True)
class Because:
    """One reason: the rule that fired, the sources behind it, and what it used.

    `findings` are the conclusions that the rule read; `evidence` are the answers it read and those behind the findings.
    """

    rule: str
    text: str
    evidence: list[Evidence]
    findings: list[str]
    sources: list[str]
    pack: str
    strength: IfAny[str] = None
    disagreement: IfAny[str] = None


@dataclass(frozen=True, slots=True)
class FlagReport:
    """A flag. One that is suppressed, or whose text is hidden by a stronger flag, has only `id` and `status`."""

    id: str
    status: Status
    title: IfAny[str] = None
    urgency: IfAny[Urgency] = None
    explanation: IfAny[str] = None
    because: IfAny[list[Because]] = None
    settled_by: IfAny[list[str]] = None
    ask_your_clinician: IfAny[list[str]] = None
    sources: IfAny[list[str]] = None
    fail_safe: IfAny[bool] = None


@dataclass(frozen=True, slots=True)
class FindingReport:
    """An intermediate conclusion; its title is omitted where a stronger flag hides it."""

    id: str
    status: Status
    title: IfAny[str] = None


@dataclass(frozen=True, slots=True)
class ChainStep:
    """One step of the reasoning: which rule concluded what, from which answers and findings.

    `resources` are the parts of a health record behind those answers; omitted for answers that a person gave.
    """

    step: int
    rule: str | None
    concludes: str
    status: Literal["raised", "ruled-out"]
    from_: From
    resources: IfAny[list[str]] = None


@dataclass(frozen=True, slots=True)
class UrgentQuestion:
    """An urgent question that was not answered, and the urgency a yes would mean."""

    field: str
    could_be: Urgency


@dataclass(frozen=True, slots=True)
class NoteReport:
    """Something good to know, or a remark on the answers."""

    id: str
    text: str
    sources: list[str]
    remark: bool = False


@dataclass(frozen=True, slots=True)
class TopicReport:
    """One subject, speaking for several flags: a line or two, and the answers (more than a no) behind the flags."""

    id: str
    title: str
    line: str
    answers: list[str]
    flags: list[str]
    sources: list[str]


@dataclass(frozen=True, slots=True)
class AlsoReport:
    """A topic that is named by its title only."""

    id: str
    title: str
    flags: list[str]


@dataclass(frozen=True, slots=True)
class OpenReport:
    """What is still open: how many questions could change something, the urgent ones, and the few to answer first."""

    count: int
    urgent: list[str]
    ask: list[str]


@dataclass(frozen=True, slots=True)
class Summary:
    """What one person reads first: how soon, why so soon, what to ask, the topics, what is still open.

    `contradictions` are fields that were answered although another answer says that they do not apply.
    """

    headline: str
    urgency: Urgency
    because: list[str]
    ask: list[str]
    topics: list[TopicReport]
    also: list[AlsoReport]
    open: OpenReport
    contradictions: list[str]


@dataclass(frozen=True, slots=True)
class MedicineReport:
    """What one part of a medicine's name was understood as.

    Attributes:
        typed: the name as it was given.
        result: what it is; only a recognised medicine counts, and only with its `classes`.
        part: the part of the name that this is about, where it is not all of it.
        medicine: the generic name.
        classes: those that count by this route; `NEUTRAL_CONTROL`: it is known, and nothing about it is in this tool;
            `NOT_SYSTEMIC`: it is not counted by this route.
        route: how it gets into the body, such as `oral`, `skin`, `inhaled`.
        use: `reliever` or `regular` for an inhaler, `as needed`.
        reason: why it counts so, or does not, in words.
        question: the id of the question that would settle it.
    """

    typed: str
    result: Literal["recognised", "not-counted", "part-only", "close-to", "ask", "not-recognised", "none"]
    part: IfAny[str] = None
    medicine: IfAny[str] = None
    classes: IfAny[list[str]] = None
    route: IfAny[str] = None
    use: IfAny[str] = None
    reason: IfAny[str] = None
    question: IfAny[str] = None


@dataclass(frozen=True, slots=True)
class CloseNameReport:
    """A name that may have been meant; `generic` is empty where no table holds it, `distance` counts differences."""

    name: str
    generic: str
    distance: int


@dataclass(frozen=True, slots=True)
class CloseToReport:
    """A name as it was typed, and the names that are close to it or that it can mean. None of them was used."""

    typed: str
    names: list[CloseNameReport]


class ReportData:
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
    medicines: list[MedicineReport]
    unrecognized_medicines: list[str]
    not_covered: list[str]
    close_to: list[CloseToReport]
    notes: list[NoteReport]
    disclaimer: str
    safety_net: str
    reviewed: Reviewed
    engine: EngineName
    summary: Summary

    def title(self, book: RuleBook) -> str:
        """How soon, in words; that nothing is urgent is said only where something speaks of all that was told."""
        return book.texts[title_key(self.urgency, not self.is_complete(book), book)]

    def is_complete(self, book: RuleBook) -> bool:
        """Whether something here speaks of all that was told: only then may a page say that nothing matched."""
        raised = {flag.id for flag in self.flags if flag.status == "raised"}
        return not none_is_outside(self.not_covered, self.unrecognized_medicines, raised, book)

    def shown(self) -> list[FlagReport]:
        """The flags that a page shows: those that are raised, and cautions that are merely possible."""
        return [flag for flag in self.flags if flag.title and (flag.status == "raised" or flag.fail_safe)]

    def flag(self, name: str) -> FlagReport | None:
        """The entry of a flag, if it is listed."""
        return next((flag for flag in self.flags if flag.id == name), None)


class Told(ReportData, SimpleNamespace):
    """A report that was made for a page in words: no model, and no schema."""
