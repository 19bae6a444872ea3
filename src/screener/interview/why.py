"""Why a question is asked: the flags it can still affect, and how each answer would move them, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from screener.case.answers import Choice, Medicines, Number, OwnWords, YesNo
from screener.data import dataclass
from screener.interview.relevance import Residue, with_parents
from screener.interview.session import Session
from screener.logic.condition import Compare, Condition, Takes, atoms, conclusions, fields
from screener.rulebook.regions import Region, regions
from screener.rulebook.rule import URGENCY, Urgency
from screener.saying import say

LONG: Final = 720.0  # months: longer than any rule asks for
MOST_TITLES: Final = 8

SOME_MEDICINES: Final = "some medicines on our list"


@dataclass(frozen=True)
class AnswerEffect:
    """What one answer would do by itself.

    Attributes:
        answer: in words: `yes`, `below 3.5 mmol/L`, `none`.
        raises: flags that would come up.
        rules_out: flags that could no longer come up.
        urgency: the urgency it would raise the result to, or None.
    """

    answer: str
    raises: tuple[str, ...]
    rules_out: tuple[str, ...]
    urgency: Urgency | None = None

    @property
    def effect(self) -> tuple[Any, ...]:
        """What is moved, without the answer."""
        return self.raises, self.rules_out, self.urgency


@dataclass(frozen=True)
class Why:
    """Why one question is asked.

    Attributes:
        moves: for each answer what it would do by itself, without those that do nothing.
        together: other flags that it can affect together with answers that are still open, or be one more reason for.
    """

    field: str
    moves: tuple[AnswerEffect, ...]
    together: tuple[str, ...]


def why(session: Session, field: str) -> Why:
    """Why a question is asked at this point of an interview; it may have been answered already.

    Args:
        session: the answers so far.
        field: the question's field.
    """
    if field in session.given:
        session = session.without(field)
    if field not in with_parents(session.residue.needed("default"), session.residue):
        return Why(field, (), ())  # another answer has settled all that it decides; it could only set that one aside
    moves = tuple(move for move in _moves(session, field) if any(move.effect))
    moved = {name for move in moves for name in (*move.raises, *move.rules_out)}
    return Why(field, moves, tuple(name for name in _affected(session, field) if name not in moved))


def _moves(session: Session, field: str) -> Iterator[AnswerEffect]:
    kind = session.book.fields[field]
    if isinstance(kind, YesNo):
        answers: list[tuple[str, Any]] = [(say("yes"), True), (say("no"), False)]
    elif isinstance(kind, Choice):
        answers = [(option, option) for option in kind.options]
    elif isinstance(kind, Number):
        yield from _merged(session, field, kind)
        return
    elif isinstance(kind, OwnWords):
        return
    else:
        assert isinstance(kind, Medicines)
        yield _some_medicine(session)
        answers = [(say("none"), ())]
    for words, value in answers:
        yield _move(session, words, session.assume(field, value).residue)


def _merged(session: Session, field: str, kind: Number) -> Iterator[AnswerEffect]:
    """The moves of a number: neighbouring ranges that do the same are one."""
    limits = [atom for atom in _tested(session) if isinstance(atom, Compare) and atom.field == field]
    effects = [
        (_move(session, "", session.assume(field, one.inside).residue).effect, one) for one in regions(kind, limits)
    ]
    for effect, same in groupby(effects, key=itemgetter(0)):
        alike = [one for _, one in same]
        yield AnswerEffect(region_in_words(replace(alike[0], end=alike[-1].end)), *effect)
    yield _move(session, say("not reported"), session.assume(field, None).residue)


def _move(session: Session, words: str, after: Residue) -> AnswerEffect:
    book, before = session.book, session.residue
    raises = [name for name in book.flags if after.values[name] is True and before.values[name] is None]
    rules_out = [name for name in book.flags if after.values[name] is False and before.values[name] is None]
    higher = book.levels.index(after.outcome.urgency) > book.levels.index(before.outcome.urgency)
    return AnswerEffect(words, tuple(raises), tuple(rules_out), after.outcome.urgency if higher else None)


def _some_medicine(session: Session) -> AnswerEffect:
    """What single medicines could do: each mark that a rule still reads is tried by itself."""
    marks = {mark for atom in _tested(session) if isinstance(atom, Takes) for mark in atom.marks}
    raises: dict[str, None] = {}
    level: Urgency | None = None
    levels = session.book.levels
    for mark in sorted(marks):
        move = _move(session, "", session.with_marks({mark: [LONG]}).residue)
        raises.update(dict.fromkeys(move.raises))
        level = max((one for one in (level, move.urgency) if one), key=levels.index, default=None)
    ordered = (name for name in session.book.flags if name in raises)
    return AnswerEffect(say(SOME_MEDICINES), tuple(ordered), (), level)


def _tested(session: Session) -> Iterator[Condition]:
    """What the rules still test that are not decided."""
    for left in session.residue.left.values():
        if not isinstance(left, bool):
            yield from atoms(left)


def _affected(session: Session, field: str) -> Iterator[str]:
    """Flags and urgency levels that the answer can still move or be one more reason for; most urgent level first."""
    book, residue = session.book, session.residue
    asked_for = {field} | {name for name, show_if in book.followups if field in fields(show_if)}
    remarked = [note.when for note, left in residue.remarks if note.when and fields(left) & asked_for]
    found = {name for when in remarked for name in conclusions(when) if residue.values[name] is not False}
    rest = [book.rule[rule].concludes for rule, read in residue.reads.items() if asked_for & read]
    while rest:
        name = rest.pop()
        if name not in found:
            found.add(name)
            readers = book.readers_of_conclusion.get(name, ())
            rest += [rule.concludes for rule in readers if residue.left[rule.id] is not False]
    order = (*book.flags, *(URGENCY + level for level in reversed(book.levels[1:])))
    yield from (name for name in order if name in found)


def in_words(reason: Why, session: Session) -> list[str]:
    """The same as lines for people: why in general, then each answer, then what else."""
    book = session.book
    lines = [book.questions[reason.field].why]
    lines += [line for move in reason.moves for line in _move_in_words(move, session)]
    flags = [name for name in reason.together if name in book.flags]
    levels = [name for name in reason.together if name.startswith(URGENCY)]
    if flags:
        lines.append(say("With other answers it can also matter for: {titles}.", titles=_titles(flags, session)))
    if levels:
        lines.append(say("With other answers it can also matter for how soon to get help."))
    if not reason.moves and not reason.together:
        lines.append(say("It can no longer change what comes up. It is asked so that your answers are complete."))
    return lines


def _move_in_words(move: AnswerEffect, session: Session) -> Iterator[str]:
    book = session.book
    parts = []
    if move.urgency:
        parts.append(say('how soon to get help becomes "{title}"', title=book.texts["title-" + move.urgency]))
    if move.raises:
        titles = _titles(move.raises, session)
        certain = move.answer != say(SOME_MEDICINES)
        parts.append(
            say("this comes up: {titles}", titles=titles)
            if certain
            else say("this could come up: {titles}", titles=titles)
        )
    if move.rules_out:
        parts.append(say("this can no longer come up: {titles}", titles=_titles(move.rules_out, session)))
    yield say("If {answer}: {what}.", answer=move.answer, what="; ".join(parts))


def _titles(names: tuple[str, ...] | list[str], session: Session) -> str:
    titles = [f'"{session.book.title(name)}"' for name in names]
    more = len(titles) - MOST_TITLES
    return ", ".join(titles[:MOST_TITLES]) + (" " + say("and {count} more", count=more) if more > 0 else "")


def region_in_words(region: Region) -> str:
    """What lies in a region, such as `from 2.5 to below 3 mmol/L`."""
    start, end = region.start, region.end
    low = f"{say('above') if start[1] else say('from')} {start[0]:g}" if start else ""
    high = f"{say('up to') if end[1] else say('below')} {end[0]:g}" if end else ""
    if not low and not high:
        return say("any number")
    if low and end and not end[1]:
        high = f"{say('to below')} {end[0]:g}"
    words = " ".join(filter(None, [low, high]))
    return f"{words} {region.kind.unit}".strip()
