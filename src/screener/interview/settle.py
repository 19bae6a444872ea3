"""Names of medicines that only a person can settle: close names, lay names, names that mean two things.

Each is offered with what it may mean, none of them chosen beforehand. What the person says takes the place of the
words that were typed; without a word from the person, those stay, and no rule uses them.
"""

from __future__ import annotations

from collections.abc import Iterator

from screener.data import dataclass
from screener.rulebook.book import RuleBook
from screener.rulebook.medicine import Ask, CloseName, CloseTo
from screener.rulebook.medicine.lookup import Lexicon
from screener.rulebook.medicine.result import NO_EFFECT
from screener.rulebook.wording import fill


@dataclass(frozen=True, slots=True)
class Choice:
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
    choices: tuple[Choice, ...]
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
    elif isinstance(result, Ask):
        choices = [_choice(name, lexicon) for name in result.names]
        choices = choices or [Choice(label, name) for label, name in result.choices]
        yield Offer(result.typed, f"{result.typed}: {result.question}", tuple(choices), result.sets)


def _choice(name: CloseName, lexicon: Lexicon) -> Choice:
    """A name with its generic name and what it is: `Lasix (furosemide): a strong water tablet`."""
    shown = name.name if name.generic in ("", name.name) else f"{name.name} ({name.generic})"
    known = [lexicon.classes[kind] for kind in name.classes if kind in lexicon.classes and kind not in NO_EFFECT]
    return Choice(f"{shown}: {', '.join(known)}" if known else shown, name.name)
