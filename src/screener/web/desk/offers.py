"""Names on the medicines page that only the person can settle: what they may mean, none of it chosen beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from screener.interview.medicines import Offer, offers, settled
from screener.interview.session import Session
from screener.rulebook.book import RuleBook
from screener.web.desk.form import Form


@dataclass(frozen=True)
class Asked:
    """One question about one name of the page.

    Attributes:
        field: of the form, in which the choice comes back.
        row: the row that the name is in.
        name: as it was filled in.
        offer: what it may mean.
    """

    field: str
    row: int
    name: str
    offer: Offer


def asked_about(form: Form, book: RuleBook) -> list[Asked]:
    """What has to be asked about the names that were filled in."""
    return [
        Asked(f"meant-{row}-{number}", row, name.strip(), offer)
        for row, (name, _) in enumerate(form.rows())
        for number, offer in enumerate(offers(name.strip(), book))
    ]


def unseen(form: Form, asked: list[Asked]) -> bool:
    """Whether the person has not seen one of these questions yet."""
    seen = set(form.several("offered"))
    return any(item.name not in seen for item in asked)


def with_meanings(entries: list[Any], form: Form, asked: list[Asked]) -> list[Any]:
    """The medicines, each unsettled name with what the person said is meant; the others as typed."""
    names = {name.strip(): name.strip() for name, _ in form.rows()}
    for item in asked:
        meant = form.text(item.field)
        if meant in {choice.name for choice in item.offer.choices}:
            names[item.name] = settled(names[item.name], item.offer, meant)
    return [_renamed(entry, names) for entry in entries]


def _renamed(entry: Any, names: dict[str, str]) -> Any:
    return {**entry, "name": names[entry["name"]]} if isinstance(entry, dict) else names[entry]


def yes_by_names(session: Session, form: Form, asked: list[Asked]) -> Iterator[str]:
    """Fields that are yes by what was typed though its name is not known, and that nothing was answered to."""
    for item in asked:
        if item.offer.sets and not form.text(item.field) and session.answers.get(item.offer.sets) is None:
            yield item.offer.sets
