"""Check your answers: every answer, what was not given, and what was not asked, before the report is made."""

from __future__ import annotations

from screener.case.answers import Number
from screener.case.bound import Bound
from screener.interview.lines import Lines
from screener.interview.medicines import named
from screener.interview.session import Notice, Session
from screener.logic.condition import fields
from screener.report.words import answer_in_words, joined, label
from screener.rulebook.book import RuleBook
from screener.saying import say


def told(notice: Notice, book: RuleBook) -> tuple[str, str]:
    """The title and the text of what must be said at once."""
    if notice in book.flags:
        return book.flags[notice].title, book.flags[notice].explanation
    return book.texts[f"title-{notice}"], book.texts[f"urgency-{notice}"]


def nothing_left(length: str) -> str:
    """Why no other question is asked."""
    if length == "quick":
        return say("That is all: nothing left can change this.")
    if length == "fixed-order":
        return say("That was the last question.")
    return say("That is all: no other question can change what comes up or why.")


def show(session: Session, lines: Lines, everything: bool = False) -> dict[str, str]:
    """Say it all; each number on the page with the field that it means.

    Args:
        everything: also each answer that is no or was not ticked; otherwise it is said that all others are.
    """
    lines.say()
    lines.say(nothing_left(session.interview.length))
    lines.say()
    part = session.progress.done + 1
    lines.say(f"[{say('Check your answers')}] {say('Part {part} of {parts}.', part=part, parts=part)}")
    listed: dict[str, str] = {}
    told = list[str]()  # what follows from the same answers is told in one line
    no, not_given = list[str](), list[str]()  # the many answers that say little are listed together
    answers = answers_in_words(session)
    for number, (field, words) in enumerate(answers, start=1):
        listed[str(number)] = field
        if not says_little(session, field):
            same = number < len(answers) and follows_with(session, field, answers[number][0])
            told.append(f"{number:>2}  {words}" if not told else f"{number} {words}")
            if not same:
                lines.say(f"{'; '.join(told)}{taken_from(session, field)}", "  ", hanging=4)
                told.clear()
        else:
            of_these = no if is_not_ticked(session, field) else not_given
            of_these.append(f"{number} {label(session.book, field)}")
    if no and not everything:
        lines.hint(say("No, or not ticked: all others. Type all to see each answer."))
    aside = [label(session.book, name) for name in session.set_aside]
    for lead, labels in (
        (say("No, or not ticked"), no if everything else []),
        (say("Not given"), not_given),
        (say("Not asked"), not_asked(session)),
        (say("Kept but not used, because they no longer apply"), aside),
    ):
        if labels:
            lines.hint(f"{lead}: {'; '.join(labels)}.")
    return listed


def answers_in_words(session: Session) -> list[tuple[str, str]]:
    """Each question that was asked and still applies, as (field, answer in words), in the order of the interview."""
    book = session.book
    fields = [name for name in book.questions if name in session.answers and name not in session.left_out]
    return [(name, answer_of(session, name)) for name in fields]


def says_little(session: Session, field: str) -> bool:
    """Whether an answer is no, or was not given, and was asked for."""
    value = session.given[field]
    return (value is None or value is False) and field not in session.implied


def is_not_ticked(session: Session, field: str) -> bool:
    """Whether an answer is no, or a number on a list that was not ticked: unknown is never no."""
    number = isinstance(session.book.fields[field], Number)
    return session.given[field] is False or (number and session.is_listed(field))


def follows_with(session: Session, field: str, other: str) -> bool:
    """Whether two answers follow by the same implication."""
    return field in session.implied and session.implied[field] is session.implied.get(other)


def taken_from(session: Session, field: str) -> str:
    """For an answer that was not asked for, by which answers it follows."""
    implied = session.implied.get(field)
    if implied is None:
        return ""
    names = [label(session.book, name) for name in session.book.questions if name in fields(implied.when)]
    return " " + say("(taken from your answers on {names})", names=joined(names, len(names)))


def answer_of(session: Session, field: str) -> str:
    """One answer in words; a laboratory value as it was typed, with what it is in mmol/L."""
    book, value, stored = session.book, session.answers[field], session.given[field]
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
    book = session.book
    passed = {*session.answers, *session.left_out}
    return [label(book, name) for name, question in book.questions.items() if question.asked and name not in passed]
