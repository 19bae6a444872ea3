"""Asking for medicines: one name a line, each with its months; what the list does not know is said, never guessed.

Some names only a person can settle: close names, lay names, names that mean two things. Each is offered with what it
may mean, none of them chosen beforehand. What the person says takes the place of the words that were typed; without a
word from the person, those stay, and no rule uses them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from typing import Any, Final

from screener.case.answers import MONTHS, Medicines
from screener.data import dataclass
from screener.errors import echo
from screener.interview.lines import BackAsked, Lines
from screener.report.medicines import medicine_report
from screener.rulebook.book import RuleBook
from screener.rulebook.medicine.lookup import Lexicon
from screener.rulebook.medicine.result import (
    NO_EFFECT,
    AskWhich,
    CloseName,
    CloseTo,
    NoMedicine,
    NotCounted,
    PartOnly,
    Recognised,
)
from screener.rulebook.wording import fill
from screener.saying import replies, reply_shown, say

HOW_LONG: Final = "for about how many months? (number, or Enter if you don't know)"


@dataclass
class MedicineList:
    """The medicines typed so far.

    Attributes:
        entries: as a case file writes them.
        answered: whether the question was answered before, so that an empty line keeps the answer.
        said: fields that are yes by what was typed, though the name is not known: `water tablet`.
    """

    lines: Lines
    book: RuleBook
    entries: list[Any] = field(default_factory=list)
    answered: bool = False
    said: list[str] = field(default_factory=list)

    def ask(self) -> list[Any] | None:
        """All names; None for "I don't know".

        Raises:
            BackAsked: `<` was typed while the list was empty; otherwise `<` takes the last name away.
            EOFError, WhyAsked, SaveAsked: see `Lines.reply`. The names so far stay in `entries`.
        """
        if self.entries:
            self.lines.hint(
                say("So far: {names}. < takes the last one away.", names=", ".join(map(named, self.entries)))
            )
        while True:
            try:
                text = self.lines.reply(self.prompt())
            except BackAsked:
                self.take_back()
                continue
            word = text.lower()
            if not self.entries and word in replies("unknown"):
                return None
            if word in no_more():
                return list(self.entries)  # no more of them
            if text:
                self.add(text)
            elif self.entries or self.answered:
                return list(self.entries)
            else:
                self.lines.hint(say("Type a name, {none} if you take no medicine, or {d} for I don't know.", **shown()))

    def prompt(self) -> str:
        """What can be typed now."""
        return say("next name, or Enter when done") if self.entries else say("name, {none} or {d}", **shown())

    def take_back(self) -> None:
        """Take the last name away; with none left, leave the question."""
        if not self.entries:
            raise BackAsked
        self.lines.hint(say("Taken away: {name}.", name=named(self.entries.pop())))

    def add(self, name: str) -> None:
        """Add one medicine, with its months."""
        try:
            Medicines().check([*self.entries, name])
        except ValueError as error:
            self.lines.hint(f"{error}.")
            return
        if [result for result in self.book.medicines.match(name).results if isinstance(result, NoMedicine)]:
            self.lines.hint(say("{name} is not a medicine; press Enter when there are no more.", name=echo(name)))
            return
        try:
            name = self.settle(name)
        except BackAsked:
            return
        self.say_what_it_is(name)
        self.entries.append(name)
        months = self.months(name)
        if months is not None:
            self.entries[-1] = {"name": name, "months": months}

    def settle(self, name: str) -> str:
        """The name with what the person says is meant; what is not settled stays as typed.

        Raises:
            BackAsked: `<` was typed; the name is forgotten.
        """
        for offer in offers(name, self.book):
            meant = self.meant(offer)
            if meant:
                name = settled(name, offer, meant)
            elif offer.sets:
                self.said.append(offer.sets)
        return name

    def meant(self, offer: Offer) -> str:
        """What the person says is meant; empty for none of it.

        Raises:
            BackAsked: `<` was typed.
        """
        self.lines.hint(offer.ask)
        for number, choice in enumerate(offer.choices, start=1):
            self.lines.say(f"{number}  {choice.label}", "    ")
        prompt = say("a number, another name, or Enter for none of these")
        if not offer.choices:
            prompt = say("another name, or Enter")
        while True:
            text = self.lines.reply(f"  {prompt}")
            if not text or text.lower() in replies("unknown") | no_more():
                return ""
            if not text.isdecimal():
                return text if text.lower() != offer.typed.lower() else ""
            if 1 <= int(text[:4]) <= len(offer.choices):
                return offer.choices[int(text[:4]) - 1].name
            self.lines.hint(say("{typed} is not one of these.", typed=echo(text)))

    def say_what_it_is(self, name: str) -> None:
        """Say what does not count as it was typed: it is kept, and no rule uses it."""
        match = self.book.medicines.match(name)
        for unknown in match.unrecognized:
            self.lines.hint(
                say("{name} is not in our list, so no rule can use it. It is kept as you wrote it.", name=echo(unknown))
            )
        for result in match.results:
            said = medicine_report(name, result, self.book).reason
            if said and isinstance(result, Recognised | NotCounted | PartOnly):
                self.lines.hint(said if said.endswith(".") else f"{said}.")

    def months(self, name: str) -> float | None:
        """For how long it has been taken, or None."""
        while True:
            try:
                text = self.lines.reply(f"  {name}: {say(HOW_LONG)}")
            except BackAsked:
                self.take_back()
                return None
            if not text or text.lower() in replies("unknown"):
                return None
            try:
                return MONTHS.given(float(text))
            except ValueError:
                self.lines.hint(
                    say("{typed} is not right here; {right}.", typed=echo(text), right=MONTHS.expectation())
                )


def named(entry: Any) -> str:
    """One entry in words."""
    if isinstance(entry, str):
        return entry
    return say("{name} ({months} months)", name=entry["name"], months=f"{entry['months']:g}")


def no_more() -> frozenset[str]:
    """What ends the list."""
    return replies("none") | replies("no")


def shown() -> dict[str, str]:
    """The words that prompts name."""
    return {"none": reply_shown("none"), "d": reply_shown("unknown")}


@dataclass(frozen=True, slots=True)
class Meant:
    """One thing that may be meant: what is shown, and the name that it means."""

    label: str
    name: str


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that was typed and is not settled.

    Attributes:
        typed: the words, as typed.
        ask: what is asked about them.
        choices: what can be meant; there may be none, then the name on the packet settles it.
        sets: the field that is yes even when the person does not know the name; may be empty.
    """

    typed: str
    ask: str
    choices: tuple[Meant, ...]
    sets: str = ""


def offers(name: str, book: RuleBook) -> list[Offer]:
    """What a person can settle in a name."""
    return [offer for result in book.medicines.match(name).results for offer in _offer(result, book)]


def settled(name: str, offer: Offer, meant: str) -> str:
    """A name with what was meant in the place of what was typed."""
    return meant if offer.typed == name.strip() else name.replace(offer.typed, meant, 1)


def _offer(result: object, book: RuleBook) -> Iterator[Offer]:
    lexicon = book.medicines.lexicon
    if isinstance(result, CloseTo):
        asked = fill(book.texts["medicine-not-known"], typed=result.typed)
        yield Offer(result.typed, asked, tuple(_choice(name, lexicon) for name in result.names))
    elif isinstance(result, AskWhich):
        choices = [_choice(name, lexicon) for name in result.names]
        choices = choices or [Meant(label, name) for label, name in result.choices]
        yield Offer(result.typed, f"{result.typed}: {result.question}", tuple(choices), result.sets)


def _choice(name: CloseName, lexicon: Lexicon) -> Meant:
    """A name with its generic name and what it is: `Lasix (furosemide): a strong water tablet`."""
    shown = name.name if name.generic in ("", name.name) else f"{name.name} ({name.generic})"
    known = [lexicon.classes[kind] for kind in name.classes if kind in lexicon.classes and kind not in NO_EFFECT]
    return Meant(f"{shown}: {', '.join(known)}" if known else shown, name.name)
