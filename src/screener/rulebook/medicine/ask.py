"""Words that are no name of one medicine: lay names (`water tablet`) and names that mean two things (`Urex`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from screener.rulebook.medicine.index import Known
from screener.rulebook.medicine.result import Ask, CloseName, MedicineEntry, Recognised

WHICH_FORM: Final = "which-form"
TWO_MEANINGS: Final = "two-meanings"


class Questions(Known):
    """Finds what has to be asked about."""

    def lay_answer(self, question: str, typed: str) -> Ask | Recognised:
        """What a lay name leads to: a question, or a class where none is needed."""
        known = self.lexicon.questions[question]
        if known["question"]:
            return self.ask(question, typed)
        entry = MedicineEntry(known["name"], (known["name"],), (known["class"],))
        return Recognised(typed, entry, entry.classes)

    def ask(self, question: str, typed: str, names: Iterable[CloseName] = (), name: str = "") -> Ask:
        """A question of the list; `name` is what its choices are about, where they are about a name."""
        known = self.lexicon.questions.get(question, {})
        choices = tuple((label, meant.replace("{name}", name)) for label, meant in known.get("choices", ()))
        return Ask(typed, question, known.get("question", ""), choices, known.get("sets", ""), tuple(names))

    def homonym(self, key: str, typed: str) -> Ask | None:
        """The question which of two meanings a name has, if it has two."""
        found = self.lexicon.homonyms.get(key)
        if found is None:
            return None
        name, first, here, second, there = found
        question = f"{name} is {first} in {here}, but {second} in {there}. Which one is it?"
        names = (self.close_name(first), self.close_name(second))
        choices = tuple((item.name, item.name) for item in names)
        return Ask(typed, TWO_MEANINGS, question, choices, "", names)

    def forms(self, key: str, typed: str) -> Ask:
        """The question which form of a medicine is meant, where the form decides what counts."""
        rows = dict.fromkeys(row for _, row in self.index.stems.get(key, ()))
        found = [self.entries[row] for row in rows]
        names = [CloseName(entry.generic, entry.generic, 0, entry.classes) for entry in found]
        asked = self.ask(WHICH_FORM, typed, names)
        return Ask(typed, asked.id, asked.question, tuple((item.name, item.name) for item in names), "", asked.names)
