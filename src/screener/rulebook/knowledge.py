"""What a rule book knows, type-checked, and what follows from it: the loader makes it, the engines read it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self, TypeVar

from screener.case.answers import Kind
from screener.case.classes import intake_class
from screener.case.fields import Fields
from screener.data import dataclass
from screener.errors import UsageError, did_you_mean, echo
from screener.logic.condition import Condition, conclusions
from screener.logic.condition import fields as fields_of
from screener.logic.kleene import Literal as KleeneLiteral
from screener.logic.kleene import conjunction, names_of
from screener.logic.order import after_what_it_needs
from screener.memo import memo
from screener.rulebook.levels import LEVELS, Levels
from screener.rulebook.medicine.table import MedicineTable
from screener.rulebook.question import Implication, Question, Screen
from screener.rulebook.recorded import Records
from screener.rulebook.review.status import Reviews
from screener.rulebook.rule import ALWAYS_ON, URGENCY, Finding, Flag, Note, Pack, Rule, Setting, Source, Subject, Term
from screener.rulebook.topic import Topic, Topics
from screener.rulebook.wording import fill

if TYPE_CHECKING:
    from screener.case.model import BaseIntake

Made = TypeVar("Made")
SHARED: Final = "_shared"  # what is made from a book and belongs to this process


@dataclass(frozen=True)
class Knowledge:
    """Everything declarative under `rules/`, type-checked; a `RuleBook` is this with the way to load it.

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
    screens: dict[str, Screen] = field(default_factory=dict)
    topics: Topics = field(default_factory=Topics)
    subject: Subject = Subject()
    terms: dict[str, Term] = field(default_factory=dict)
    implications: tuple[Implication, ...] = ()
    levels: Levels = LEVELS
    records: Records = field(default_factory=Records)
    reviews: Reviews = field(default_factory=Reviews)
    kept_as: ClassVar[str | None] = None  # the name in the cache that it was read from; a changed copy has none

    def select(self, packs: Iterable[str] | None = None) -> Self:
        """This book with only these packs active; the safety pack always is. All packs when None or empty.

        Raises:
            UsageError: there is no such pack, or this is not a list of names.
        """
        if packs is None:
            return self
        wanted = set(names_of_packs(packs) or self.packs) | ({ALWAYS_ON} & set(self.packs))
        for name in sorted(wanted - set(self.packs)):
            raise UsageError(
                f"there is no pack `{name}`{did_you_mean(name, self.packs)} (packs: {', '.join(self.packs)})"
            )
        if wanted == set(self.packs):
            return self
        return self.shared(f"only {' '.join(sorted(wanted))}", lambda book: book._only(wanted))

    def note_kept_as(self, name: str | None) -> None:
        """Remember the name in the cache; it is not part of the book's value."""
        self.__dict__["kept_as"] = name

    def shared(self, kind: str, make: Callable[[Self], Made]) -> Made:
        """Something made from this book that all its users share, as long as the book lives; it is never pickled."""
        found = self.__dict__.setdefault(SHARED, {})
        if kind not in found:
            found.setdefault(kind, make(self))
        made: Made = found[kind]
        return made

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__.copy()
        state.pop(SHARED, None)
        return state

    def _only(self, wanted: Collection[str]) -> Self:
        """This book with these packs alone."""
        book = replace(
            self,
            packs={name: pack for name, pack in self.packs.items() if name in wanted},
            rules=tuple(rule for rule in self.rules if rule.pack in wanted),
            notes=tuple(note for note in self.notes if note.pack in wanted),
        )
        book.note_kept_as(self.kept_as)
        book.__dict__["fields"] = self.fields
        return book

    @memo
    def fields(self) -> Fields:
        """Everything that can be answered, with its kind."""
        return Fields({question.field: question.kind for question in self.questions.values()})

    @memo
    def recorded(self) -> Mapping[str, Kind]:
        """Everything that a record can have a value of, with its kind: fields, and results that are read for others."""
        return {**{name: measure.kind for name, measure in self.records.measures.items()}, **self.fields}

    @property
    def intake(self) -> type[BaseIntake]:
        """The class of a case: `book.intake.read({...})`."""
        return intake_class(self.fields)

    @memo
    def conclusion_ids(self) -> tuple[str, ...]:
        """Findings, flags and urgency levels, as defined; those without an active rule are ruled out."""
        return (*self.findings, *self.flags, *(URGENCY + level for level in self.levels[1:]))

    @memo
    def complete_topics(self) -> dict[str, Topic]:
        """Every topic, in order of priority; a flag that no topic names is a topic of its own."""
        return self.topics.complete(self.flags)

    @memo
    def rules_for(self) -> dict[str, tuple[Rule, ...]]:
        """The active rules of every conclusion, in the order of the book."""
        found: dict[str, list[Rule]] = {name: [] for name in self.conclusion_ids}
        for rule in self.rules:
            found[rule.concludes].append(rule)
        return {name: tuple(rules) for name, rules in found.items()}

    @memo
    def order(self) -> tuple[str, ...]:
        """Every conclusion after those its rules read (loading has proved that there is no cycle)."""
        return tuple(after_what_it_needs(self.conclusion_ids, self.reads))

    def reads(self, conclusion: str) -> tuple[str, ...]:
        """The ids of the conclusions that the rules of this one read, in order, without repeats."""
        found = {name: None for rule in self.rules_for[conclusion] for name in conclusions(rule.condition)}
        return tuple(found)

    @memo
    def rank(self) -> dict[str, int]:
        """The place of every conclusion in `order`, and of every rule in the book."""
        places = {name: index for index, name in enumerate(self.order)}
        return places | {rule.id: index for index, rule in enumerate(self.rules)}

    @memo
    def readers_of_field(self) -> dict[str, list[Rule]]:
        """The active rules that read each field themselves, in the order of the book."""
        return _readers(self.rules, fields_of)

    @memo
    def readers_of_conclusion(self) -> dict[str, list[Rule]]:
        """The active rules that read each finding, flag or urgency level, in the order of the book."""
        return _readers(self.rules, conclusions)

    @memo
    def only_ways(self) -> dict[str, list[KleeneLiteral] | None]:
        """For each rule its literals, if it can hold in one way only (most rules), or None."""
        return {rule.id: conjunction(rule.when) for rule in self.rules}

    @memo
    def names_read(self) -> dict[str, tuple[str, ...] | None]:
        """For each rule the fields and conclusions by which it holds, if it can hold in one way only, or None."""
        return {rule: None if only is None else names_of(only) for rule, only in self.only_ways.items()}

    @memo
    def notes_beside(self) -> dict[str, tuple[Note, ...]]:
        """The notes that belong to each finding or flag."""
        names = {name for note in self.notes for name in note.beside}
        return {name: tuple(note for note in self.notes if name in note.beside) for name in names}

    @memo
    def named(self) -> dict[Condition, Term]:
        """The term that names a condition."""
        return {term.when: term for term in self.terms.values()}

    @memo
    def remarks(self) -> tuple[Note, ...]:
        """The notes that some answers call for."""
        return tuple(note for note in self.notes if note.when is not None)

    @memo
    def fields_remarked(self) -> frozenset[str]:
        """Every field that some remark reads."""
        return frozenset(name for note in self.remarks if note.when is not None for name in fields_of(note.when))

    @memo
    def at_once(self) -> tuple[Flag, ...]:
        """The flags that the interview shows as soon as they are raised."""
        return tuple(flag for flag in self.flags.values() if flag.at_once)

    @memo
    def fields_read(self) -> frozenset[str]:
        """Every intake field that some active rule reads."""
        return frozenset(name for rule in self.rules for name in fields_of(rule.condition))

    @memo
    def fields_read_by(self) -> dict[str, frozenset[str]]:
        """The fields that the rules of each active pack read themselves."""
        found: dict[str, frozenset[str]] = {}
        for rule in self.rules:
            found[rule.pack] = found.get(rule.pack, frozenset()) | fields_of(rule.when)
        return found

    @memo
    def rule(self) -> dict[str, Rule]:
        """The active rules by id."""
        return {rule.id: rule for rule in self.rules}

    @memo
    def rules_reviewed(self) -> int:
        """How many of the active rules are reviewed as they are now."""
        return sum(self.reviews.of(f"rule {rule.id}").status == "reviewed" for rule in self.rules)

    @memo
    def reviewed(self) -> str:
        """How many of the rules are reviewed, in a sentence: the one place that makes it."""
        return fill(self.texts.get("reviewed", ""), count=self.rules_reviewed, total=len(self.rules))

    @memo
    def said(self) -> Mapping[str, str]:
        """The texts, with that of the reviews filled in."""
        return {**self.texts, "reviewed": self.reviewed}

    def title(self, conclusion: str) -> str:
        """What a conclusion is called for people."""
        known = self.flags.get(conclusion) or self.findings.get(conclusion)
        return known.title if known else self.texts.get("title-" + conclusion.removeprefix(URGENCY), conclusion)

    @memo
    def urgent_flags(self) -> tuple[Flag, ...]:
        """The flags that have an urgency by themselves."""
        return tuple(flag for flag in self.flags.values() if flag.urgency != self.levels[0])

    @memo
    def suppressors(self) -> dict[str, tuple[str, ...]]:
        """For each flag those that suppress it: those that name it, and for a last resort every other flag."""
        return {
            flag.id: tuple(
                other.id
                for other in self.flags.values()
                if flag.id in other.suppresses or (flag.last_resort and other.id != flag.id)
            )
            for flag in self.flags.values()
        }

    @memo
    def followups(self) -> tuple[tuple[str, Condition], ...]:
        """Fields that are asked only under a condition, with that condition."""
        return tuple((q.field, q.show_if) for q in self.questions.values() if q.show_if is not None)


def _readers(rules: Iterable[Rule], read: Callable[[Condition], Iterable[str]]) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        for name in dict.fromkeys(read(rule.condition)):
            found.setdefault(name, []).append(rule)
    return found


def names_of_packs(packs: object) -> tuple[str, ...]:
    """The names in a list of packs, each once and in order.

    Raises:
        UsageError: it is a text, or another thing that is not a list of names.
    """
    given = list(packs) if isinstance(packs, Iterable) and not isinstance(packs, str | bytes) else [None]
    if not all(isinstance(name, str) for name in given):
        raise UsageError(f'packs are a list of names, such as ["article"], not {echo(packs)}')
    return tuple(sorted({str(name) for name in given}))
