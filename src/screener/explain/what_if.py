"""What if: the same case with other answers, and what that changes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

from screener.case.answered import Answered
from screener.case.answers import Medicine, Medicines, Number, YesNo
from screener.case.files import check_nesting
from screener.engine.outcome import Firing, Status
from screener.errors import UsageError, did_you_mean, echo
from screener.explain.goal import title_of
from screener.explain.words import MOST, listed, wrapped
from screener.report.blocks import Block, Heading, Paragraph, Tone, bullets
from screener.report.build import ReportBuilder
from screener.report.words import answer_in_words, level_word, status_word
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Urgency
from screener.saying import say
from screener.screening import Screener

NOT_GIVEN = ("", "unknown", "null")


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A finding or flag whose status is another one now."""

    name: str
    title: str
    before: Status
    after: Status


@dataclass(frozen=True, slots=True)
class FieldChange:
    """An answer in words, before and after."""

    field: str
    before: str
    after: str


class ChangedUrgency(NamedTuple):
    """The urgency, before and after."""

    before: Urgency
    after: Urgency


@dataclass(frozen=True)
class WhatIf:
    """The difference that other answers make.

    Attributes:
        changes: each changed field.
        statuses: findings and flags whose status changes.
        gone: firings that no longer happen, and `new` those that happen now; rules by id.
        after: everything about the changed case, to be explained in turn.
    """

    changes: tuple[FieldChange, ...]
    statuses: tuple[StatusChange, ...]
    urgency: ChangedUrgency
    gone: tuple[Firing, ...]
    new: tuple[Firing, ...]
    after: ReportBuilder

    def blocks(self) -> list[Block]:
        """What other answers change."""
        blocks: list[Block] = [Heading(2, say("What if"))]
        if not self.changes:
            return [*blocks, Paragraph(say("These are the answers as they were given: nothing changes."))]
        blocks.append(bullets(f"{change.before} -> {change.after}" for change in self.changes))
        before, after = self.urgency
        if before != after:
            texts, was, now = self.after.book.texts, level_word(before), level_word(after)
            tone: Tone = "urgent" if self.after.book.levels.is_urgent(after) else "plain"
            blocks.append(Paragraph(f"{say('Urgency')}: {was} -> {now}. {texts[f'title-{after}']}.", tone))
        if self.statuses:
            blocks.append(Paragraph(say("Findings and flags that change:")))
            blocks.append(
                bullets(
                    f"{s.title} ({s.name}): {status_word(s.before)} -> {status_word(s.after)}" for s in self.statuses
                )
            )
        else:
            blocks.append(Paragraph(say("No finding and no flag changes its status.")))
        for what, firings in ((say("Rules that no longer fire:"), self.gone), (say("Rules that fire now:"), self.new)):
            rules = [firing.rule for firing in firings if firing.rule]
            if rules:
                blocks += [Paragraph(what), bullets(rules)]
        return blocks

    def lines(self) -> Iterator[str]:
        """What other answers change."""
        if not self.changes:
            yield f"{say('WHAT IF')}: {say('these are the answers as they were given; nothing changes')}"
            return
        for change in self.changes:
            yield from wrapped(f"{say('WHAT IF')} {change.before} -> {change.after}")
        before, after = self.urgency
        was, now = level_word(before), level_word(after)
        yield f"{say('urgency')}: {was}" + (f" -> {now}" if before != after else f", {say('unchanged')}")
        changed = [f"{s.name}: {status_word(s.before)} -> {status_word(s.after)}" for s in self.statuses]
        yield from listed(changed, 2 * MOST)
        if not changed:
            yield say("no finding and no flag changes its status")


def what_if(screener: Screener, before: ReportBuilder, changes: Iterable[str]) -> WhatIf:
    """Screen the case again with changes written as `FIELD=VALUE`.

    Raises:
        UsageError: a change is not one; the message says what would be right.
    """
    return compare(before, screener.examine(changed(before.intake, before.book, changes)))


def changed(intake: Answered, book: RuleBook, changes: Iterable[str]) -> Answered:
    """The answers with changes written as `FIELD=VALUE`; values are written as in a case file, without quotes.

    A medicine is added with `medicines=+omeprazole` (`+omeprazole:12` for 12 months) and taken off the list with
    `medicines=-omeprazole`.

    Raises:
        UsageError: a change is not one.
    """
    answers: dict[str, Any] = {}
    for change in changes:
        name, sign, text = change.partition("=")
        name = name.strip()
        if not sign:
            raise UsageError(
                f"{echo(change)} is not a change; write a field and a value, such as `{next(iter(book.fields))}=no`"
            )
        if name not in book.fields:
            raise UsageError(f"there is no field {echo(name)}{did_you_mean(name, book.fields)}")
        listed = answers.get(name, intake.named_medicines) if name == "medicines" else None
        try:
            answers[name] = book.fields[name].check(_value(name, text.strip(), listed, book))
        except ValueError as error:
            raise UsageError(f"{name}: {error}") from None
    return intake.changed(answers)


def _value(name: str, text: str, listed: tuple[Medicine, ...] | None, book: RuleBook) -> Any:
    """A value as a case file would hold it."""
    kind = book.fields[name]
    if text.lower() in NOT_GIVEN:
        return None
    if isinstance(kind, Medicines):
        return _medicines(text, listed, book)
    if isinstance(kind, YesNo):
        return {"true": True, "false": False}.get(text.lower(), text)
    for read in (int, float) if isinstance(kind, Number) else ():
        with suppress(ValueError):
            return read(text)
    return text


def _medicines(text: str, listed: tuple[Medicine, ...] | None, book: RuleBook) -> Any:
    """The list with one name more or less, or another list."""
    if text.lower() == "none":
        return []
    if text.startswith("["):
        try:
            check_nesting(text)
            return json.loads(text)
        except (ValueError, RecursionError):
            raise UsageError(f'{echo(text)} is not a list; write for example ["omeprazole"]') from None
    if text[:1] == "+":
        return [*(listed or ()), _entry(text[1:].strip())]
    if text[:1] == "-":
        return _without(text[1:].strip(), listed or (), book)
    raise UsageError(
        f"{echo(text)} is not a change of `medicines`; write `+name`, `-name`, `none`, or a list in brackets"
    )


def _entry(text: str) -> Any:
    name, sign, months = text.rpartition(":")
    if sign and months.strip().replace(".", "", 1).isdigit():
        return {"name": name.strip(), "months": float(months)}
    return text


def _without(name: str, listed: tuple[Medicine, ...], book: RuleBook) -> list[Medicine]:
    """The list without a medicine, which may be named by another of its names."""
    entries = set(book.medicines.match(name).entries)
    kept = [
        item
        for item in listed
        if item.name.lower() != name.lower() and not entries & set(book.medicines.match(item.name).entries)
    ]
    if len(kept) == len(listed):
        raise UsageError(
            f"{echo(name)} is not on the list of medicines{did_you_mean(name, [item.name for item in listed])}"
        )
    return kept


def compare(before: ReportBuilder, after: ReportBuilder) -> WhatIf:
    """What differs between two cases under the same rule book."""
    book, old, new = before.book, before.outcome, after.outcome
    answers = [(name, getattr(before.intake, name), getattr(after.intake, name)) for name in book.fields]
    statuses = [
        # a title is told unless a stronger flag keeps it back before or after
        StatusChange(
            name, title_of(after if name in after.hidden else before, name), old.status(name), new.status(name)
        )
        for name in (*book.findings, *book.flags)
        if old.status(name) != new.status(name)
    ]
    had, has = set(old.firings), set(new.firings)
    return WhatIf(
        tuple(
            FieldChange(name, in_words(book, name, was), in_words(book, name, now))
            for name, was, now in answers
            if was != now
        ),
        tuple(statuses),
        ChangedUrgency(old.urgency, new.urgency),
        tuple(firing for firing in old.firings if firing not in has),
        tuple(firing for firing in new.firings if firing not in had),
        after,
    )


def in_words(book: RuleBook, name: str, value: Any) -> str:
    """A field and an answer to it, as the intake or a case file holds it, in words."""
    if name == "medicines" and value is not None:
        value = [_medicine_in_words(item) for item in value]
    return answer_in_words(book, name, value)


def _medicine_in_words(item: Any) -> str:
    if isinstance(item, str):
        return item
    name, months = (item["name"], item.get("months")) if isinstance(item, dict) else (item.name, item.months)
    return name if months is None else say("{name} (for {months} months)", name=name, months=f"{months:g}")
