"""What is asked: questions, the screens that they are on, and answers that follow from others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from screener.case.answers import Kind, YesNo
from screener.data import dataclass
from screener.logic.condition import Condition
from screener.rulebook.rule import NOWHERE, Place


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the interview: the only place for its field and its wording.

    Attributes:
        kind: what can be answered.
        label: the answer's name in reports, such as "muscle cramps".
        show_if: asked only when this does not certainly fail.
        checkable: a test result, a packet or a record can confirm the answer.
        red_flag: a yes is enough for an urgent level, and never lowers the urgency (`rules prove` shows both).
        with_results: the sheet for a clinician shows the answer after the laboratory results, such as their age.
        always: asked in every length of the interview for as long as any rule can use the answer.
        usual: where a number is in its usual range; a number outside is never passed over in silence.
        guarded: whether a yes (or a number) that no rule reads must not be passed over in silence either: not where it
            changes only words or dates.
        asked: whether the interview and the forms ask it; one that is not is accepted in case files only.
        screen: the screen on which it is asked with others, or empty when it is asked by itself.
        statement: the question as a statement that can be ticked on a list.
        units: the units a laboratory value may be given in, as the person chooses them.
        tells_of: the fields whose value the answer gives away, or follows from.
    """

    field: str
    section: str
    label: str
    ask: str
    why: str
    help: str = ""
    show_if: Condition | None = None
    sources: tuple[str, ...] = ()
    place: Place = NOWHERE
    checkable: bool = False
    red_flag: bool = False
    with_results: bool = False
    always: bool = False
    screen: str = ""
    statement: str = ""
    units: tuple[str, ...] = ()
    tells_of: tuple[str, ...] = ()
    asked: bool = True
    usual: Condition | None = None
    guarded: bool = True
    kind: Kind = YesNo()

    @property
    def as_statement(self) -> str:
        """The question as worded in a list: its statement, or the question itself."""
        return self.statement or self.ask


@dataclass(frozen=True, slots=True)
class Screen:
    """What is asked at once.

    Attributes:
        ask: the heading of a form, or what is asked of a list of statements.
        form: its questions are shown in one column; otherwise they are statements of which those that are true are
            ticked, and "none of these" answers no to all of them (a number that is not ticked is not reported).
        joins: the list with which this one is asked at once in the short form; None when it is asked alone there, too.
    """

    id: str
    ask: str
    hint: str = ""
    form: bool = False
    joins: str | None = None


@dataclass(frozen=True, slots=True)
class Implication:
    """Answers that follow with certainty from earlier ones, so that nobody is asked for them.

    Attributes:
        when: a condition on earlier yes/no answers.
        answers: the fields with the answer that follows: False, an empty list of medicines, None for "not reported".
    """

    id: str
    when: Condition
    answers: Mapping[str, Any]
