"""The interview in a terminal: asks what the session says, one line at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from screener.errors import CaseError
from screener.interview import review
from screener.interview.entry import UnitMissingError, allowed, choices, read_entry, read_unit
from screener.interview.lines import BackAsked, Lines, SaveAsked, WhyAsked, keys
from screener.interview.medicines import MedicineList
from screener.interview.notice import StopAsked, tell
from screener.interview.session import Session, Step
from screener.interview.why import in_words, why
from screener.rulebook.rule import Question
from screener.saying import counted, replies, reply_shown, say


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
        self.book = session.interview.book
        self.one_by_one: set[str] = set()

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
        for text in (self.book.texts["disclaimer"], self.book.texts["privacy"], keys()):
            self.lines.say(text)
            self.lines.say()

    # one question

    def take(self, step: Step) -> None:
        """Ask the next question, or offer "none of these" for its group first."""
        self.lines.say()
        self.lines.say(f"[{step.question.section}] {questions_left(step.remaining)}")
        if step.group and step.group.id not in self.one_by_one:
            self.ask_group(step)
        else:
            self.ask(step.question.field)

    def ask(self, field: str | None) -> None:
        """Ask one question; when the person goes back, the one before it, and so on."""
        while field is not None:
            question = self.book.questions[field]
            self.show(question)
            field = self.answered(question)

    def show(self, question: Question) -> None:
        """The question, its help, and the answer it has."""
        self.lines.say(question.ask)
        if question.help:
            self.lines.say(question.help, "  ")
        if question.field in self.session.answers:
            answer = review.answer_of(self.session, question.field)
            self.lines.say(say("Your answer: {answer}. Enter keeps it.", answer=answer), "  ")

    def answered(self, question: Question) -> str | None:
        """Take replies until there is an answer; the field to go back to, if any."""
        typed = MedicineList(self.lines, self.book, list(self.session.answers.get("medicines") or ()))
        typed.answered = self.session.answers.get("medicines") is not None
        while True:
            try:
                self.read(question, typed)
            except WhyAsked:
                self.explain(question.field)
            except BackAsked:
                before = self.session.before(question.field)
                if before:
                    return before
                self.lines.say(say("This is the first question."), "  ")
            except SaveAsked:
                if question.field == "medicines" and typed.entries:
                    self.session = self.session.answer("medicines", typed.entries)
                raise
            except (ValueError, CaseError) as error:
                self.lines.say(f"{_message(error)}.", "  ")
            else:
                return None

    def read(self, question: Question, typed: MedicineList) -> None:
        """Take one reply.

        Raises:
            ValueError, CaseError: it is no answer to this question.
        """
        if question.field == "medicines":
            self.give([question.field], typed.ask())
            self.give_what_names_say(typed)
            return
        text = self.lines.reply(allowed(question))
        if not text and question.field in self.session.answers:
            return
        if question.group and text.lower() in replies("none"):
            self.give(self.rest_of_group(question), False)
        else:
            self.give([question.field], self.value(question, text))

    def value(self, question: Question, text: str) -> Any:
        """The answer typed, with its unit asked for when it is missing."""
        try:
            return read_entry(question, text)
        except UnitMissingError:
            while True:
                reply = self.lines.reply(f"  {self.which_unit(question, text)}")
                try:
                    unit = read_unit(question, reply)
                except ValueError as error:
                    self.lines.say(f"{error}.", "  ")
                    continue
                if unit is None:
                    self.lines.say(
                        say("Without its unit the number could mean different things, so it is left out."), "  "
                    )
                return None if unit is None else read_entry(question, f"{text} {unit}")

    @staticmethod
    def which_unit(question: Question, text: str) -> str:
        """Ask for the unit of a number."""
        units, d = choices(question.units), reply_shown("unknown")
        return say("{number} in which unit? {units}, or {d}", number=text, units=units, d=d)

    def rest_of_group(self, question: Question) -> list[str]:
        """This question and the open ones of its group."""
        others = [name for name in self.session.open if self.book.questions[name].group == question.group]
        return list(dict.fromkeys([question.field, *others]))

    def give(self, fields: list[str], value: Any) -> None:
        """Take over an answer, keep it, and say at once what must be said."""
        earlier = self.session
        self.session = earlier.answer_all(fields, value)
        self.keep(self.session)
        notice = self.session.notice_since(earlier)
        if notice:
            tell(notice, self.book, self.lines)

    def give_what_names_say(self, typed: MedicineList) -> None:
        """Take over what the words for a medicine say though its name is not known, where nothing was answered."""
        for name in dict.fromkeys(typed.said):
            if name in self.book.questions and self.session.answers.get(name) is None:
                self.lines.say(say("Noted: {answer}: yes.", answer=self.book.questions[name].label), "  ")
                self.give([name], True)

    def explain(self, field: str) -> None:
        """Why a question is asked."""
        for line in in_words(why(self.session, field), self.session):
            self.lines.say(line, "  ")

    # groups

    def ask_group(self, step: Step) -> None:
        """Show the questions of a group together; `none` answers no to all of them."""
        assert step.group is not None
        self.lines.say(step.group.ask)
        for number, name in enumerate(step.together, start=1):
            self.lines.say(f"{number}  {self.book.questions[name].ask}", "  ")
        while True:
            try:
                text = self.lines.reply(
                    say("{none}, the numbers of those that are true, or {y} to be asked one by one", **words_shown())
                )
            except WhyAsked:
                for name in step.together:
                    self.lines.say(f"{self.book.questions[name].label}: {self.book.questions[name].why}", "  ")
            except BackAsked:
                before = self.session.before(step.question.field)
                if before:
                    return self.ask(before)
                self.lines.say(say("This is the first question."), "  ")
            else:
                if self.group_reply(step, text):
                    return None

    def group_reply(self, step: Step, text: str) -> bool:
        """Take a reply to a group; whether it was one."""
        assert step.group is not None
        word = text.lower()
        numbers = word.replace(",", " ").split()
        if word in replies("none") | replies("no"):
            self.give(list(step.together), False)
        elif word in replies("yes") | replies("unknown"):
            self.one_by_one.add(step.group.id)
            self.lines.say(say("Then they come one by one."), "  ")
        elif numbers and all(number in map(str, range(1, len(step.together) + 1)) for number in numbers):
            self.give([step.together[int(number) - 1] for number in numbers], True)
        else:
            self.lines.say(
                say("Type {none}, numbers from the list such as 1 3, or {y} to be asked one by one.", **words_shown()),
                "  ",
            )
            return False
        return True

    # check your answers

    def checked(self) -> bool:
        """Show every answer and let the person change any; True when the report can be made."""
        listed = review.show(self.session, self.lines)
        while True:
            try:
                text = self.lines.reply(say("Enter for your page, or the number of an answer to change it"))
            except WhyAsked:
                self.lines.say(say("Here you can check what you told us. Type a number to change that answer."), "  ")
            except BackAsked:
                self.ask(self.session.before(None))
                return False
            except EOFError:
                self.lines.say(say("The input ended here. Your page is made from these answers."))
                return True
            else:
                if not text:
                    return True
                if text in listed:
                    self.ask(listed[text])
                    return False
                self.lines.say(say("Type the number of an answer, or just press Enter."), "  ")


def questions_left(count: int) -> str:
    """How many questions are left, about."""
    return counted("About 1 question left.", "About {count} questions left.", count)


def words_shown() -> dict[str, str]:
    """The words that prompts name."""
    return {"none": reply_shown("none"), "y": reply_shown("yes")}


def _message(error: ValueError | CaseError) -> str:
    return "; ".join(problem.message for problem in error.problems) if isinstance(error, CaseError) else str(error)
