"""Asking for medicines: one name a line, each with its months; what the list does not know is said, never guessed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from screener.case.answers import MONTHS, Medicines
from screener.errors import echo
from screener.interview.entry import DONT_KNOW, NO, NONE
from screener.interview.lines import BackAsked, Lines
from screener.rulebook.book import RuleBook


@dataclass
class MedicineList:
    """The medicines typed so far.

    Attributes:
        entries: as a case file writes them.
        answered: whether the question was answered before, so that an empty line keeps the answer.
    """

    lines: Lines
    book: RuleBook
    entries: list[Any] = field(default_factory=list)
    answered: bool = False

    def ask(self) -> list[Any] | None:
        """All names; None for "I don't know".

        Raises:
            BackAsked: `<` was typed while the list was empty; otherwise `<` takes the last name away.
            EOFError, WhyAsked, SaveAsked: see `Lines.reply`. The names so far stay in `entries`.
        """
        if self.entries:
            self.lines.say(f"So far: {', '.join(map(named, self.entries))}. < takes the last one away.", "  ")
        while True:
            try:
                text = self.lines.reply(self.prompt())
            except BackAsked:
                self.take_back()
                continue
            word = text.lower()
            if not self.entries and word in DONT_KNOW:
                return None
            if not self.entries and word in NONE | NO:
                return []
            if word in NONE | NO:
                return list(self.entries)  # no more of them
            if text:
                self.add(text)
            elif self.entries or self.answered:
                return list(self.entries)
            else:
                self.lines.say("Type a name, none if you take no medicine, or d for I don't know.", "  ")

    def prompt(self) -> str:
        """What can be typed now."""
        return "next name, or Enter when done" if self.entries else "name, none or d"

    def take_back(self) -> None:
        """Take the last name away; with none left, leave the question."""
        if not self.entries:
            raise BackAsked
        self.lines.say(f"Taken away: {named(self.entries.pop())}.", "  ")

    def add(self, name: str) -> None:
        """Add one medicine, with its months."""
        try:
            Medicines().check([*self.entries, name])
        except ValueError as error:
            self.lines.say(f"{error}.", "  ")
            return
        for unknown in self.book.medicines.match(name).unrecognized:
            self.lines.say(
                f"{echo(unknown)} is not in our list, so no rule can use it. It is kept as you wrote it.", "  "
            )
        self.entries.append(name)
        months = self.months(name)
        if months is not None:
            self.entries[-1] = {"name": name, "months": months}

    def months(self, name: str) -> float | None:
        """For how long it has been taken, or None."""
        while True:
            try:
                text = self.lines.reply(f"  {name}: for about how many months? (number, or Enter if you don't know)")
            except BackAsked:
                self.take_back()
                return None
            if not text or text.lower() in DONT_KNOW:
                return None
            try:
                return MONTHS.check(float(text))
            except ValueError:
                self.lines.say(f"{echo(text)} is not right here; {MONTHS.expectation()}.", "  ")


def named(entry: Any) -> str:
    """One entry in words."""
    return entry if isinstance(entry, str) else f"{entry['name']} ({entry['months']:g} months)"
