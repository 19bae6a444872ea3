"""The interview in a terminal: asks what the session says, one line at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from screener.errors import CaseError
from screener.interview import entry, review
from screener.interview.lines import BackAsked, Lines, NotUnderstoodError, RulesAsked, SaveAsked, StopAsked, WhyAsked
from screener.interview.medicines import MedicineList
from screener.interview.next import Step
from screener.interview.session import Session
from screener.interview.why import in_words, why
from screener.rulebook.question import Question
from screener.saying import reply_shown, say

AGAIN: Final = "numbers, 0 for none"
KEYS: Final = "At any question: {d} for I don't know, ? for why, < to go back, ! to save and stop; then Enter."
WHICH_UNIT: Final = "{number} in which unit? {units}, or {d}"
LIST: Final = "all that are true (such as 1 3), 0 for none; 5? if not sure of 5, ? at the end for the rest"


class Conversation:
    """One interview.

    Args:
        session: where it starts.
        lines: what it says and hears.
        keep: called with the session after every answer.
    """

    def __init__(self, session: Session, lines: Lines, keep: Callable[[Session], None]) -> None:
        self.session = session
        self.lines = lines
        self.keep = keep
        self.book = session.book
        self.one_by_one: set[str] = set()  # the lists that were shown: what is still open on them is asked by itself
        self.heading = ""
        self.used_to_lists = False  # then the prompt is short

    def run(self) -> Session:
        """Ask until nothing is left to ask and the answers were checked, or the person stops.

        Raises:
            EOFError: the input ended before the questions did.
            SaveAsked: the person wants to save and stop.
        """
        try:
            self.welcome()
            while True:
                step = self.session.next()
                if step is not None:
                    self.take(step)
                elif self.checked():
                    return self.session
        except StopAsked:
            return self.session

    def welcome(self) -> None:
        """What this is, and the keys."""
        keys = say(KEYS, d=reply_shown("unknown"))
        for text in (self.book.texts["disclaimer"], self.book.texts["privacy"], keys):
            self.lines.say(text)
            self.lines.say()

    # one screen

    def take(self, step: Step) -> None:
        """Ask what comes next: a list of statements at once, anything else question by question."""
        part = say("Part {part} of {parts}.", part=step.part, parts=step.parts)
        heading = f"[{step.question.section}] {part}"
        if heading != self.heading:
            self.heading = heading
            self.lines.say()
            self.lines.say(heading)
        if step.group and step.group.id not in self.one_by_one:
            self.ask_list(step.together)
        else:
            self.ask(step.question.field)

    def ask(self, field: str) -> None:
        """Ask one question; when the person goes back, what was before it, and so on."""
        question = self.book.questions[field]
        self.show(question)
        before = self.answered(question)
        if before:
            self.go_back(before)

    def show(self, question: Question) -> None:
        """The question, its help, and the answer it has."""
        self.lines.say(question.ask)
        if question.help:
            self.lines.hint(question.help)
        if question.field in self.session.answers:
            answer = review.answer_of(self.session, question.field)
            self.lines.hint(say("Your answer: {answer}. Enter keeps it.", answer=answer))

    def answered(self, question: Question) -> str | None:
        """Take replies until there is an answer; the field to go back to, if any."""
        typed = MedicineList(self.lines, self.book, list(self.session.answers.get("medicines") or ()))
        typed.answered = self.session.answers.get("medicines") is not None
        while True:
            try:
                self.read(question, typed)
            except RulesAsked:
                self.explain(question.field)
            except WhyAsked:
                self.lines.hint(question.why)
            except BackAsked:
                before = self.session.before(question.field)
                if before:
                    return before
                self.lines.hint(say("This is the first question."))
            except SaveAsked:
                if question.field == "medicines" and typed.entries:
                    self.session = self.session.answer("medicines", typed.entries)
                raise
            except (ValueError, CaseError) as error:
                self.lines.refuse(f"{_message(error)}.")
            else:
                return None

    def read(self, question: Question, typed: MedicineList) -> None:
        """Take one reply.

        Raises:
            ValueError, CaseError: it is not an answer to this question.
        """
        if question.field == "medicines":
            self.give(question.field, typed.ask())
            self.give_what_names_say(typed)
            return
        text = self.lines.reply(entry.allowed(question))
        if not text and question.field in self.session.answers:
            return
        self.give(question.field, self.value(question, text))

    def value(self, question: Question, text: str) -> Any:
        """The answer typed, with its unit asked for when it is missing."""
        try:
            return entry.read_entry(question, text)
        except entry.UnitMissingError:
            certain = entry.only_unit(question, text)
            if certain:
                self.lines.hint(say("Read as {value}.", value=f"{text} {certain}"))
                return entry.read_entry(question, f"{text} {certain}")
            units = entry.choices(question.units)
            while True:
                reply = self.lines.reply(f"  {say(WHICH_UNIT, number=text, units=units, d=reply_shown('unknown'))}")
                try:
                    unit = entry.read_unit(question, reply)
                except ValueError as error:
                    self.lines.refuse(f"{error}.")
                    continue
                if unit is None:
                    self.lines.hint(say("Without its unit the number could mean different things, so it is not used."))
                return None if unit is None else entry.read_entry(question, f"{text} {unit}")

    def give(self, field: str, value: Any) -> None:
        """Take over an answer, keep it, and say at once what must be said."""
        self.update(self.session.answer(field, value))

    def update(self, later: Session) -> None:
        """Go on with a session, keep it, and say at once what must be said."""
        earlier, self.session, self.lines.misses = self.session, later, 0
        self.keep(later)
        notice = self.session.notice_since(earlier)
        if notice:
            self.lines.tell(*review.told(notice, self.book))

    def give_what_names_say(self, typed: MedicineList) -> None:
        """Take over what the words for a medicine say though its name is not known, where nothing was answered."""
        for name in dict.fromkeys(typed.said):
            if name in self.book.questions and self.session.answers.get(name) is None:
                self.lines.hint(say("Noted: {answer}: yes.", answer=self.book.questions[name].label))
                self.give(name, True)

    def explain(self, field: str) -> None:
        """Why a question is asked."""
        for line in in_words(why(self.session, field), self.session):
            self.lines.hint(line)

    # lists

    def ask_list(self, fields: tuple[str, ...]) -> None:
        """Show statements and take the numbers of those that are true."""
        questions = [self.book.questions[name] for name in fields]
        answered = self.show_list(questions)
        while True:
            try:
                text = self.lines.reply(say(AGAIN) if self.used_to_lists else say(LIST))
                if not text and answered:
                    return None
                ticks = entry.read_ticks(text, {one.field: f"{one.label} {one.as_statement}" for one in questions})
            except WhyAsked as asked:
                self.explain_list(questions, isinstance(asked, RulesAsked))
            except BackAsked:
                before = self.session.before(fields[0])
                if before:
                    return self.go_back(before)
                self.lines.hint(say("This is the first question."))
            except ValueError as error:
                self.used_to_lists = False
                self.lines.refuse(f"{error}.")
            else:
                return self.take_ticks(fields, ticks)

    def show_list(self, questions: list[Question]) -> bool:
        """Show the statements, and what was answered; whether anything was."""
        screen, answers = "", self.session.answers
        for number, question in enumerate(questions, start=1):
            if question.screen != screen:
                screen = question.screen
                self.lines.say(" ".join(filter(None, [self.book.screens[screen].ask, self.book.screens[screen].hint])))
            self.lines.say(f"{number:>2}  {question.as_statement}", "  ", hanging=4)
        if not any(question.field in answers for question in questions):
            return False
        true = [str(number) for number, one in enumerate(questions, 1) if answers.get(one.field) not in (None, False)]
        said = say("Your answer: {answer}. Enter keeps it.", answer=" ".join(true) or say("none of these"))
        self.lines.hint(said)
        return True

    def explain_list(self, questions: list[Question], by_the_rules: bool) -> None:
        """What each statement of a list means and why it is on it, or what the rules make of it."""
        self.used_to_lists = False
        for one in questions:
            if by_the_rules:
                self.explain(one.field)
            else:
                self.lines.hint(" ".join(filter(None, [f"{one.label}:", one.help, one.why])))

    def go_back(self, field: str) -> None:
        """Ask again what was asked before: a whole list, or one question."""
        listed = self.session.answered_with(field)
        return self.ask_list(listed) if len(listed) > 1 else self.ask(field)

    def take_ticks(self, fields: tuple[str, ...], ticks: entry.Ticks) -> None:
        """Take over a list: what is not ticked is not true, or asked one by one."""
        self.one_by_one.add(self.session.interview.layout.screen(fields[0]))
        self.used_to_lists = True
        rest = [name for name in fields if name not in (*ticks.ticked, *ticks.unknown)]
        if ticks.unsure and rest:
            self.lines.hint(say("Then the others come one by one."))
            for name in rest:
                self.session = self.session.without(name)
        answered = [name for name in fields if name in ticks.ticked or (name in rest and not ticks.unsure)]
        self.update(self.session.answer_all(ticks.unknown, None).tick(answered, ticks.ticked))

    # check your answers

    def checked(self) -> bool:
        """Show every answer and let the person change any; True when the report can be made."""
        listed = review.show(self.session, self.lines)
        while True:
            try:
                text = self.lines.reply(say("Enter for your page, or a number to change that answer"))
            except WhyAsked:
                self.lines.hint(say("Here you can check what you told us. Type a number to change that answer."))
            except BackAsked:
                last = self.session.before(None)
                if last:
                    self.go_back(last)
                return False
            except NotUnderstoodError:
                raise
            except EOFError:
                self.lines.say(say("The input ended here. Your page is made from these answers."))
                return True
            else:
                if not text:
                    return True
                if text in listed:
                    self.ask(listed[text])
                    return False
                self.all_or_refuse(text)

    def all_or_refuse(self, text: str) -> None:
        """Show each answer where that is what was typed; otherwise say what can be."""
        if text.lower() == "all":
            review.show(self.session, self.lines, everything=True)
        else:
            self.lines.refuse(say("Type the number of an answer, or just press Enter."))


def _message(error: ValueError | CaseError) -> str:
    return "; ".join(problem.message for problem in error.problems) if isinstance(error, CaseError) else str(error)
