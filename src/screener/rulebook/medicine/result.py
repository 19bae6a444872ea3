"""What a written medicine name was understood as: a medicine of the table, or anything else that it may be.

Only `Recognised` gives classes; everything else is named too. What came of a part of a name is `came_of` in reports.
"""

from __future__ import annotations

from dataclasses import field
from typing import ClassVar, Final, Literal, TypeAlias

from screener.data import dataclass

ORAL: Final = "oral"
INGREDIENTS: Final = " / "  # joins the ingredients of a combination


@dataclass(frozen=True, slots=True)
class MedicineEntry:
    """One medicine of the table.

    Attributes:
        generic: the generic name as written in the table; ` / ` joins the ingredients of a combination.
        names: every name that it has: generic, synonyms, brands.
        classes: the classes that rules read, such as `THIAZIDE`.
        qt: whether it is known to prolong the QT interval (`known`, `possible`, `conditional`, `unsure`), or empty.
        atc: WHO ATC code, or empty.
        rxcui: RxNorm concept id of the ingredient, or empty.
        effects: the columns `effect_...`, each as `sleep: lowers`; for people, no rule reads them.
        route: how it gets into the body where the name is sold in one form only, such as `skin` or `ear/eye`; `oral`
            leaves it to the words next to the name.
        spelled: the names that are the generic name in some language, and no brand.
    """

    generic: str
    names: tuple[str, ...]
    classes: tuple[str, ...]
    qt: str = ""
    atc: str = ""
    rxcui: str = ""
    effects: tuple[str, ...] = ()
    route: str = ORAL
    spelled: tuple[str, ...] = ()

    @property
    def ingredients(self) -> tuple[str, ...]:
        """The parts of a combination; a single medicine is its own."""
        return tuple(self.generic.split(INGREDIENTS))

    @property
    def names_marks(self) -> frozenset[str]:
        """What conditions ask for besides classes: `name:omeprazole`, `qt:conditional`.

        A combination has the names of its ingredients too.
        """
        found = {f"name:{name.lower()}" for name in (self.generic, *self.ingredients)}
        return frozenset(found | {f"qt:{self.qt}"} if self.qt else found)

    @property
    def marks(self) -> frozenset[str]:
        """All that conditions ask for, `class:PPI` too."""
        return self.names_marks | {f"class:{name}" for name in self.classes}


NOT_SYSTEMIC: Final = "NOT_SYSTEMIC"  # the class of what is put where it hardly reaches the blood
NO_EFFECT: Final = frozenset({"NEUTRAL_CONTROL", NOT_SYSTEMIC})  # classes that say that nothing is known to matter here


@dataclass(frozen=True, slots=True)
class Recognised:
    """A medicine of the table.

    Attributes:
        typed: the part of the text that it was found in, as written.
        entry: its row.
        classes: the classes that count by this route.
        route: how it gets into the body: `oral`, `skin`, `inhaled` …
        use: `reliever` or `regular` for an inhaler, `as needed`, or empty.
        reason: why not all of its classes count, such as `on the skin: not counted`; empty when they do.
    """

    came_of: ClassVar[Literal["recognised"]] = "recognised"
    typed: str
    entry: MedicineEntry
    classes: tuple[str, ...]
    route: str = "oral"
    use: str = ""
    reason: str = ""

    @property
    def marks(self) -> frozenset[str]:
        """What conditions ask for; a medicine that is not counted has only its class."""
        found = frozenset(f"class:{name}" for name in self.classes)
        return found if self.reason and self.classes == (NOT_SYSTEMIC,) else found | self.entry.names_marks

    @property
    def known_without_effect(self) -> bool:
        """Whether it is known, and nothing about it is in this tool."""
        return not set(self.classes) - NO_EFFECT


@dataclass(frozen=True, slots=True)
class NotCounted:
    """A medicine that is not taken: stopped, on hold, an allergy, another person's.

    Attributes:
        typed: the part of the text, as written.
        kind: what the word means: `stopped`, `allergy` …
        word: the word that says so, as written.
        medicine: the generic name; empty when the name is not known.
    """

    came_of: ClassVar[Literal["not-counted"]] = "not-counted"
    typed: str
    kind: str
    word: str
    medicine: str = ""


@dataclass(frozen=True, slots=True)
class CloseName:
    """A name of the table that is close to what was written; `generic` is empty for a name of no table."""

    name: str
    generic: str
    distance: int
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CloseTo:
    """No name of the table, but close to some: the person says which, if any."""

    came_of: ClassVar[Literal["close-to"]] = "close-to"
    typed: str
    names: tuple[CloseName, ...]


@dataclass(frozen=True, slots=True)
class AskWhich:
    """Words that can mean several medicines; a question settles which.

    Attributes:
        typed: the part of the text, as written.
        id: of the question, such as `water`.
        question: its text.
        choices: what can be answered: a label, and the name that it means.
        sets: the field that is yes even when the name is not known; may be empty.
        names: the meanings of a name that means two things.
    """

    came_of: ClassVar[Literal["ask"]] = "ask"
    typed: str
    id: str
    question: str
    choices: tuple[tuple[str, str], ...] = ()
    sets: str = ""
    names: tuple[CloseName, ...] = ()


@dataclass(frozen=True, slots=True)
class PartOnly:
    """Part of it is known.

    Attributes:
        typed: the part of the text, as written. A name with an unknown word next to it (`Norvasc Plus`) gives no class:
            the word often means a second medicine. Where separators are between them, the known names count, and
            this is the unknown one alone.
        known: the name that is known, as written.
        unknown: the words that are not.
        generic: the generic name of what is known, where it does not count.
    """

    came_of: ClassVar[Literal["part-only"]] = "part-only"
    typed: str
    known: str
    unknown: str
    generic: str = ""


@dataclass(frozen=True, slots=True)
class NotRecognised:
    """No name of the table; `why` says more where there is more to say."""

    came_of: ClassVar[Literal["not-recognised"]] = "not-recognised"
    typed: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class NoMedicine:
    """A word that says that there is none, such as `none`."""

    came_of: ClassVar[Literal["none"]] = "none"
    typed: str


Open: TypeAlias = CloseTo | AskWhich | PartOnly | NotRecognised  # what a person can settle
Result: TypeAlias = Recognised | NotCounted | CloseTo | AskWhich | PartOnly | NotRecognised | NoMedicine


@dataclass(frozen=True)
class Match:
    """What a written medicine name was understood as.

    Attributes:
        results: everything in it, in the order written.
        confirmed: the parts that a person said the meaning of: as written, and the name that was meant.
        marks: what conditions ask for.
    """

    results: tuple[Result, ...]
    confirmed: tuple[tuple[str, str], ...] = ()
    marks: frozenset[str] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        marks = (result.marks for result in self.results if isinstance(result, Recognised))
        object.__setattr__(self, "marks", frozenset().union(*marks))

    @property
    def recognised(self) -> tuple[Recognised, ...]:
        """The medicines of the table in it."""
        return tuple(result for result in self.results if isinstance(result, Recognised))

    @property
    def entries(self) -> tuple[MedicineEntry, ...]:
        """The rows of the medicines recognised, each once."""
        return tuple(dict.fromkeys(result.entry for result in self.recognised))

    @property
    def classes(self) -> frozenset[str]:
        """The classes that count."""
        return frozenset(name for result in self.recognised for name in result.classes)

    @property
    def unrecognized(self) -> tuple[str, ...]:
        """What is not settled: the parts that no rule could use, as written."""
        return tuple(dict.fromkeys(result.typed for result in self.results if isinstance(result, Open)))

    @property
    def close_to(self) -> tuple[CloseTo, ...]:
        """The parts with close names, and those that mean two things."""
        named = (result for result in self.results if isinstance(result, CloseTo | AskWhich) and result.names)
        return tuple(CloseTo(result.typed, result.names) for result in named)
