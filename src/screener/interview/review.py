"""Check your answers: every answer, what was not given, and what was not asked, before the report is made."""

from __future__ import annotations

from screener.case.answers import Number
from screener.case.bound import Bound
from screener.interview.lines import Lines
from screener.interview.medicines import named
from screener.interview.progress import done
from screener.interview.session import Session
from screener.logic.condition import fields
from screener.report.page import answer_in_words, label
from screener.report.words import joined
from screener.saying import say


def nothing_left(length: str) -> str:
    """Why no other question is asked."""
    if length == "quick":
        return say("That is all: nothing left can change this.")
    if length == "fixed-order":
        return say("That was the last question.")
    return say("That is all: no other question can change what comes up or why.")


def show(session: Session, lines: Lines, everything: bool = False) -> dict[str, str]:
    """Say it all; each number on the page with the field that it stands for.

    Args:
        everything: also each answer of a part in which all were no or not given; otherwise such parts are named.
    """
    lines.say()
    lines.say(nothing_left(session.interview.length))
    lines.say()
    part = done(session) + 1
    lines.say(f"[{say('Check your answers')}] {say('Part {part} of {parts}.', part=part, parts=part)}")
    listed: dict[str, str] = {}
    no, not_given = list[str](), list[str]()  # the many answers that say little stand together
    parts = [] if everything else parts_without(session)
    for number, (field, words) in enumerate(answers_in_words(session), start=1):
        listed[str(number)] = field
        if not says_little(session, field):
            lines.say(f"{number:>2}  {words}{taken_from(session, field)}", "  ", hanging=4)
        elif session.interview.book.questions[field].section not in parts:
            (no if session.given[field] is False else not_given).append(
                f"{number} {label(session.interview.book, field)}"
            )
    if parts:
        told = say("Nothing under: {parts}. Type all to see each answer.", parts="; ".join(parts))
        lines.say(told, "  ")
    for lead, labels in (
        (say("No"), no),
        (say("Not given"), not_given),
        (say("Not asked"), not_asked(session)),
        (say("Kept but not used, because they no longer apply"), kept_aside(session)),
    ):
        if labels:
            lines.say(f"{lead}: {'; '.join(labels)}.", "  ")
    return listed


def answers_in_words(session: Session) -> list[tuple[str, str]]:
    """Each question that was asked and still applies, as (field, answer in words), in the order of the interview."""
    book = session.interview.book
    fields = [name for name in book.questions if name in session.answers and name not in session.residue.known.left_out]
    return [(name, answer_of(session, name)) for name in fields]


def says_little(session: Session, field: str) -> bool:
    """Whether an answer is no, or was not given, and was asked for."""
    value = session.given[field]
    return (value is None or value is False) and field not in session.implied


def parts_without(session: Session) -> list[str]:
    """The parts of the interview in which every answer was no, or a number that was not given; unknown is never no."""
    sections: dict[str, bool] = {}
    for field, _ in answers_in_words(session):
        section = session.interview.book.questions[field].section
        no = session.given[field] is False or isinstance(session.interview.book.fields[field], Number)
        sections[section] = sections.get(section, True) and no and says_little(session, field)
    return [section for section, nothing in sections.items() if nothing]


def taken_from(session: Session, field: str) -> str:
    """For an answer that was not asked for, by which answers it follows."""
    implied = session.implied.get(field)
    if implied is None:
        return ""
    names = [
        label(session.interview.book, name) for name in session.interview.book.questions if name in fields(implied.when)
    ]
    return " " + say("(taken from your answers on {names})", names=joined(names, len(names)))


def answer_of(session: Session, field: str) -> str:
    """One answer in words; a laboratory value as it was typed, with what it is in mmol/L."""
    book, value, stored = session.interview.book, session.answers[field], session.given[field]
    if value is None:
        return f"{label(book, field)}: {say('not given')}"
    if isinstance(value, list | tuple):
        return f"{label(book, field)}: {', '.join(map(named, value)) or say('none')}"
    if isinstance(value, str) and isinstance(stored, float | Bound):
        shown = f"{stored:.4g}" if isinstance(stored, float) else str(stored)
        return f"{answer_in_words(book, field, value)} ({say('read as {value}', value=shown)})"
    return answer_in_words(book, field, value)


def not_asked(session: Session) -> list[str]:
    """The labels of the questions that were not asked, in the order of the interview."""
    book = session.interview.book
    passed = {*session.answers, *session.residue.known.left_out}
    return [label(book, name) for name, question in book.questions.items() if question.asked and name not in passed]


def kept_aside(session: Session) -> list[str]:
    """The labels of answers that are not used because an earlier answer was changed."""
    return [label(session.interview.book, name) for name in session.set_aside]
