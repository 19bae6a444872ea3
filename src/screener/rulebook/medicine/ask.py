"""Words that are no name of one medicine: lay names (`water tablet`) and names that mean two things (`Urex`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from screener.rulebook.medicine.entry import MedicineEntry
from screener.rulebook.medicine.index import Index
from screener.rulebook.medicine.lexicon import Lexicon
from screener.rulebook.medicine.piece import AROUND, FORM, HISTORY, SEPARATOR, Piece, Role
from screener.rulebook.medicine.result import Ask, CloseName, Recognised
from screener.rulebook.medicine.text import Token, normalize

WHICH_FORM: Final = "which-form"
TWO_MEANINGS: Final = "two-meanings"


class Questions:
    """Finds what has to be asked about."""

    def __init__(self, entries: Sequence[MedicineEntry], index: Index, lexicon: Lexicon) -> None:
        self.entries = entries
        self.index = index
        self.lexicon = lexicon

    def lay_name(self, piece: Piece, tokens: Sequence[Token], roles: Sequence[Role]) -> str:
        """The id of the question that a piece leads to as a whole; empty when it is no lay name."""
        kept = [
            at
            for at in range(piece.start, piece.end)
            if roles[at].kind not in (HISTORY, SEPARATOR) and roles[at].meaning != "number"
        ]
        left_out: list[tuple[str, ...]] = [(), ("filler",), ("filler", "direction")]
        if not piece.names:  # with a strength, a name of the table is meant as written
            left_out.append(("filler", "direction", "unit", "package", "times", "beside-number"))
        ways = (" ".join(tokens[at].text for at in kept if roles[at].meaning not in kinds) for kinds in left_out)
        found = next((self.lexicon.lay[words] for words in ways if words in self.lexicon.lay), "")
        return "" if found and piece.names and not self.lexicon.questions[found]["question"] else found

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

    def homonym(self, piece: Piece, tokens: Sequence[Token], roles: Sequence[Role], typed: str) -> Ask | None:
        """The question which of two meanings a name has, if it has two."""
        key = "".join(
            tokens[at].text
            for at in range(piece.start, piece.end)
            if roles[at].kind not in (AROUND, FORM, HISTORY, SEPARATOR)
        )
        found = self.lexicon.homonyms.get(key)
        if found is None:
            return None
        name, first, here, second, there = found
        question = f"{name} is {first} in {here}, but {second} in {there}. Which one is it?"
        names = (self.meaning(first), self.meaning(second))
        choices = tuple((item.name, item.name) for item in names)
        return Ask(typed, TWO_MEANINGS, question, choices, "", names)

    def forms(self, key: str, typed: str) -> Ask:
        """The question which form of a medicine is meant, where the form decides what counts."""
        rows = dict.fromkeys(row for _, row in self.index.stems.get(key, ()))
        found = [self.entries[row] for row in rows]
        names = [CloseName(entry.generic, entry.generic, 0, entry.classes) for entry in found]
        asked = self.ask(WHICH_FORM, typed, names)
        return Ask(typed, asked.id, asked.question, tuple((item.name, item.name) for item in names), "", asked.names)

    def meaning(self, name: str) -> CloseName:
        """One meaning of a homonym: a name of the table, or only what it is."""
        row = self.index.names.get(normalize(name))
        if row is None:
            return CloseName(name, "", 0)
        return CloseName(name, self.entries[row].generic, 0, self.entries[row].classes)
