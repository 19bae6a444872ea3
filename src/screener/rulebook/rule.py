"""What the rule book is made of, and the rule book itself as the engines see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Final, Literal, TypeAlias

from screener.errors import UsageError, did_you_mean
from screener.rulebook.condition import AllOf, Condition, conclusions, fields
from screener.rulebook.kleene import Literal as KleeneLiteral
from screener.rulebook.kleene import conjunction, names_of
from screener.rulebook.medicine import MedicineTable

Urgency: TypeAlias = Literal["none", "routine", "soon", "same-day", "emergency"]
LEVELS: Final[tuple[Urgency, ...]] = ("none", "routine", "soon", "same-day", "emergency")
URGENCY: Final = "urgency:"  # conclusion ids of urgency rules: `urgency:soon`
ALWAYS_ON: Final = "safety"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the rule files (1-based)."""

    file: str
    line: int
    column: int


NOWHERE: Final = Place("", 0, 0)


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
        urgency: the urgency that this flag has by itself, whatever else is known.
        ask: what to ask a clinician.
        fail_safe: shown even when merely possible.
        suppresses: flags and findings that no longer count as raised while this one is.
        hides: flags, findings, rules and notes whose text is not shown while this one is raised (statuses stand).
        last_resort: suppressed by any other raised flag and by any urgency above none; shown only when raised while
            nothing else is possible.
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
    last_resort: bool = False
    red_flag: bool = False


@dataclass(frozen=True, slots=True)
class Case:
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
        redundant: why the rule stands although others always conclude the same, or empty.
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
    cases: tuple[Case, ...] = ()
    redundant: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Something good to know, shown beside the flags it belongs to (beside every report when it names none).

    Attributes:
        unless: flags or findings that hide the note while raised or possible.
    """

    id: str
    pack: str
    text: str
    sources: tuple[str, ...]
    beside: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the interview: the only place for its wording.

    Attributes:
        label: the answer's name in reports, such as "muscle cramps".
        show_if: asked only when this does not certainly fail.
        checkable: a test result, a packet or a record can confirm the answer.
        always: asked in every length of the interview for as long as any rule can use the answer.
        group: the group of questions that can be answered together with "none of these", or empty.
        units: the units a laboratory value may be given in, as the person chooses them.
    """

    field: str
    section: str
    label: str
    ask: str
    why: str
    help: str = ""
    show_if: Condition | None = None
    sources: tuple[str, ...] = ()
    place: Place = NOWHERE
    checkable: bool = False
    always: bool = False
    group: str = ""
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    """Yes/no questions that are shown together first: `ask` can be answered with "none of these"."""

    id: str
    ask: str


@dataclass(frozen=True, slots=True)
class Pack:
    """Rules of one origin. `applies` is a condition under which the pack is used at all."""

    id: str
    title: str
    version: str
    about: str
    applies: Condition


@dataclass(frozen=True)
class RuleBook:
    """Everything declarative under `rules/`, type-checked. Load it with `screener.rulebook.load.load_rulebook`.

    A rule book with fewer active packs is made by `select`; texts, sources and questions stay complete.
    """

    version: str
    sha256: str
    packs: dict[str, Pack]
    rules: tuple[Rule, ...]
    flags: dict[str, Flag]
    findings: dict[str, Finding]
    sources: dict[str, Source]
    settings: dict[str, Setting]
    notes: tuple[Note, ...]
    questions: dict[str, Question]
    texts: dict[str, str]
    medicines: MedicineTable
    groups: dict[str, QuestionGroup] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path | None = None) -> RuleBook:
        """Read and check the rule book in a folder; the program's own when None.

        Raises:
            RuleBookError: listing everything that is wrong, with file, line and column.
        """
        from screener.rulebook.load import load_rulebook

        return load_rulebook(folder)

    def select(self, packs: Iterable[str] | None = None) -> RuleBook:
        """This book with only these packs active; the safety pack always is. All packs when None or empty.

        Raises:
            UsageError: there is no such pack.
        """
        wanted = set(packs or self.packs) | ({ALWAYS_ON} & set(self.packs))
        for name in sorted(wanted - set(self.packs)):
            raise UsageError(
                f"there is no pack `{name}`{did_you_mean(name, self.packs)} (packs: {', '.join(self.packs)})"
            )
        if wanted == set(self.packs):
            return self
        return self._selected(frozenset(wanted))

    @property
    def kept_in(self) -> Path | None:
        """The file in the cache that this book was read from; a changed copy of the book has none."""
        found: Path | None = self.__dict__.get("_kept_in")
        return found

    def note_kept_in(self, path: Path | None) -> None:
        """Remember the file in the cache; it is no part of the book's value."""
        self.__dict__["_kept_in"] = path

    def _selected(self, wanted: frozenset[str]) -> RuleBook:
        cache = self.__dict__.setdefault("_selections", {})
        if wanted not in cache:
            active = {name: pack for name, pack in self.packs.items() if name in wanted}
            rules = tuple(rule for rule in self.rules if rule.pack in wanted)
            cache[wanted] = RuleBook(
                self.version, self.sha256, active, rules, self.flags, self.findings, self.sources, self.settings,
                tuple(note for note in self.notes if note.pack in wanted), self.questions, self.texts,
                self.medicines, self.groups,
            )  # fmt: skip
            cache[wanted].note_kept_in(self.kept_in)
        selected: RuleBook = cache[wanted]
        return selected

    @cached_property
    def conclusion_ids(self) -> tuple[str, ...]:
        """Findings, flags and urgency levels, as defined; those without an active rule are ruled out."""
        return (*self.findings, *self.flags, *(URGENCY + level for level in LEVELS[1:]))

    @cached_property
    def rules_for(self) -> dict[str, tuple[Rule, ...]]:
        """The active rules of every conclusion, in the order of the book."""
        found: dict[str, list[Rule]] = {name: [] for name in self.conclusion_ids}
        for rule in self.rules:
            found[rule.concludes].append(rule)
        return {name: tuple(rules) for name, rules in found.items()}

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Every conclusion after those its rules read (loading has proved that there is no cycle)."""
        done: dict[str, None] = {}

        def visit(name: str) -> None:
            if name not in done:
                for needed in self.reads(name):
                    visit(needed)
                done[name] = None

        for name in self.conclusion_ids:
            visit(name)
        return tuple(done)

    def reads(self, conclusion: str) -> tuple[str, ...]:
        """The ids of the conclusions that the rules of this one read, in order, without repeats."""
        found = {name: None for rule in self.rules_for[conclusion] for name in conclusions(rule.condition)}
        return tuple(found)

    @cached_property
    def rank(self) -> dict[str, int]:
        """The place of every conclusion in `order`, and of every rule in the book."""
        places = {name: index for index, name in enumerate(self.order)}
        return places | {rule.id: index for index, rule in enumerate(self.rules)}

    @cached_property
    def only_ways(self) -> dict[str, list[KleeneLiteral] | None]:
        """For each rule its literals, if it can hold in one way only (most rules), or None."""
        return {rule.id: conjunction(rule.when) for rule in self.rules}

    @cached_property
    def names_read(self) -> dict[str, tuple[str, ...] | None]:
        """For each rule the fields and conclusions by which it holds, if it can hold in one way only, or None."""
        return {rule: None if only is None else names_of(only) for rule, only in self.only_ways.items()}

    @cached_property
    def notes_beside(self) -> dict[str, tuple[Note, ...]]:
        """The notes that belong to each finding or flag."""
        names = {name for note in self.notes for name in note.beside}
        return {name: tuple(note for note in self.notes if name in note.beside) for name in names}

    @cached_property
    def fields_read(self) -> frozenset[str]:
        """Every intake field that some active rule reads."""
        return frozenset(name for rule in self.rules for name in fields(rule.condition))

    @cached_property
    def rule(self) -> dict[str, Rule]:
        """The active rules by id."""
        return {rule.id: rule for rule in self.rules}

    def title(self, conclusion: str) -> str:
        """What a conclusion is called for people."""
        if conclusion in self.flags:
            return self.flags[conclusion].title
        if conclusion in self.findings:
            return self.findings[conclusion].title
        return self.texts.get("title-" + conclusion.removeprefix(URGENCY), conclusion)

    def _repr_html_(self) -> str:
        """The rule book in a notebook: what is in it."""
        rows = "".join(
            f"<tr><td>{escape(pack.title)}</td><td>{escape(pack.version)}</td>"
            f"<td>{sum(rule.pack == pack.id for rule in self.rules)}</td>"
            f"<td>{sum(flag.pack == pack.id for flag in self.flags.values())}</td></tr>"
            for pack in self.packs.values()
        )
        head = "<tr><th>Pack</th><th>Version</th><th>Rules</th><th>Flags</th></tr>"
        return f"<table><caption>Rule book {escape(self.version)} ({self.sha256[:12]})</caption>{head}{rows}</table>"

    @cached_property
    def followups(self) -> tuple[tuple[str, Condition], ...]:
        """Fields that are asked only under a condition, with that condition."""
        return tuple((q.field, q.show_if) for q in self.questions.values() if q.show_if is not None)


def effective(pack: Pack, when: Condition) -> Condition:
    """A rule's condition as the engines evaluate it: the pack applies, and `when` holds."""
    return when if pack.applies == AllOf(()) else AllOf((pack.applies, when))


__all__ = [
    "ALWAYS_ON", "LEVELS", "URGENCY", "Case", "Finding", "Flag", "Note", "Pack", "Place", "Question",
    "QuestionGroup", "Rule", "RuleBook", "Setting", "Source", "Urgency", "effective",
]  # fmt: skip
