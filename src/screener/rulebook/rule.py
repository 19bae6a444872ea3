"""What the rule book is made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal, TypeAlias

from screener.data import dataclass
from screener.logic.condition import AllOf, Condition
from screener.rulebook.levels import USUAL


class _OneOfLevels:
    """What Pydantic writes in a schema for the name of a level."""

    def __get_pydantic_json_schema__(self, core: object, handler: object) -> dict[str, Any]:
        return {"enum": list(USUAL), "type": "string"}


# the name of a level of the book; in schemas those of the program's own, until a book puts its own there
Urgency: TypeAlias = Annotated[str, _OneOfLevels()]
URGENCY: Final = "urgency:"  # conclusion ids of urgency rules: `urgency:soon`
ALWAYS_ON: Final = "safety"
MEDICINES: Final = "{medicines}"  # in a reason: the medicines by which its rule holds, as the person named them


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is in the rule files (1-based)."""

    file: str
    line: int
    column: int


NOWHERE: Final = Place("", 0, 0)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rule book is about.

    Attributes:
        title: for people, such as "Magnesium and potassium".
        name: for other programs, such as `magnesium-potassium`.
        about: one or two sentences, for people.
        language: of its texts, as a BCP 47 tag.
    """

    title: str = "Screener"
    name: str = "book"
    about: str = ""
    language: str = "en"

    @property
    def library(self) -> str:
        """The name in capitals and without dashes, for names of libraries and questionnaires."""
        return "".join(part.capitalize() for part in self.name.split("-"))


@dataclass(frozen=True, slots=True)
class Source:
    """A numbered proposition of the article, or a reference.

    Attributes:
        id: `A08` for a proposition, `S02` for a reference, `ours` for a choice of the authors.
        kind: whose statement it is.
        title: the proposition in our own words, or the reference's title.
        detail: the article's section, or author, journal, year.
        link: DOI or the publisher's own address, or empty.
        status: `verified`, `partly` or `unverified`: whether the statement was read at its source.
        not_encoded: why no rule, text or question uses this proposition, or empty.
    """

    id: str
    pack: str
    kind: Literal["article", "reference", "ours"]
    title: str
    detail: str = ""
    link: str = ""
    status: Literal["verified", "partly", "unverified"] = "verified"
    cited_for: str = ""
    not_encoded: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """A named limit that conditions refer to as `$name`, with the source of the figure."""

    id: str
    value: float
    unit: str
    meaning: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A named condition that other conditions refer to as `term: NAME`; it means exactly what it says.

    Attributes:
        meaning: what it is, in a few words, for those who read the rules.
        when: the condition; terms that it refers to are written out in it.
    """

    id: str
    pack: str
    meaning: str
    when: Condition
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """An intermediate conclusion that other rules may use."""

    id: str
    pack: str
    title: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flag:
    """A conclusion shown to people.

    Attributes:
        urgency: the urgency that this flag has by itself: while it is raised and not suppressed, that of the report is
            at least this.
        ask: what to ask a clinician.
        fail_safe: shown even when merely possible.
        suppresses: flags and findings that no longer count as raised while this one is.
        hides: flags, findings, rules and notes whose text is not shown while this one is raised (statuses stay).
        hides_because: what is said while this one is raised and keeps something else back; nothing when empty.
        last_resort: suppressed by any other raised flag and by any urgency above none; shown only when raised while
            nothing else is possible.
        at_once: the interview shows it as soon as it is raised, and offers to stop.
        red_flag: explanations never say which other answers would raise or rule out this flag.
    """

    id: str
    pack: str
    title: str
    explanation: str
    sources: tuple[str, ...]
    urgency: Urgency = "none"
    ask: tuple[str, ...] = ()
    fail_safe: bool = False
    suppresses: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()
    hides_because: str = ""
    last_resort: bool = False
    red_flag: bool = False
    at_once: bool = False

    @property
    def outdone(self) -> frozenset[str]:
        """What is not shown while this one is raised."""
        return frozenset((*self.hides, *self.suppresses))


@dataclass(frozen=True, slots=True)
class RuleCase:
    """A rule's own example: with these answers the rule fires, is possible or stays silent."""

    expect: Literal["fires", "possible", "silent"]
    answers: dict[str, object]
    place: Place
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """When `condition` holds, conclude one finding, flag or urgency level, because of `because`.

    Attributes:
        concludes: id of a finding or flag, or `urgency:LEVEL`.
        when: the condition as written.
        condition: `when`, and that the pack applies at all: what the engines evaluate.
        strength: how well the statement is supported, in words, for the evidence pack.
        disagreement: what other sources say against it, or empty.
        redundant: why the rule is kept although others always conclude the same, or empty.
        instead_of: rules with the same conclusion whose reasons are not shown while this one is: it is more exact.
        since: the version of the book, or the date, with which it came; empty when that is not said. For readers only.
        changed: the same of the last time that it became another one.
    """

    id: str
    pack: str
    concludes: str
    when: Condition
    condition: Condition
    because: str
    sources: tuple[str, ...]
    place: Place
    strength: str = ""
    disagreement: str = ""
    cases: tuple[RuleCase, ...] = ()
    redundant: str = ""
    instead_of: tuple[str, ...] = ()
    since: str = ""
    changed: str = ""

    def said(self, medicines: Sequence[str] = ()) -> str:
        """The reason with the names of the medicines by which it holds; without names, as it is for anybody."""
        return self.because.replace(MEDICINES, listed(medicines) or "a medicine like this")


@dataclass(frozen=True, slots=True)
class Note:
    """Something good to know, shown with the flags it belongs to, or a remark on the answers.

    Attributes:
        when: for a remark: the answers and conclusions that call for it.
        unless: flags or findings that hide the note while raised or possible.
    """

    id: str
    pack: str
    text: str
    sources: tuple[str, ...]
    beside: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Pack:
    """Rules of one origin. `applies` is a condition under which the pack is used at all."""

    id: str
    title: str
    version: str
    about: str
    applies: Condition


def effective(pack: Pack, when: Condition) -> Condition:
    """A rule's condition as the engines evaluate it: the pack applies, and `when` holds."""
    return when if pack.applies == AllOf(()) else AllOf((pack.applies, when))


def listed(names: Sequence[str]) -> str:
    """Names as written in a sentence: `a, b and c`."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
