"""From the body of a request to data: strict JSON, not too deep, or a form with the answers so far."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar
from urllib.parse import parse_qs

from screener.case.answers import LONGEST_NAME, Kind, Lab, Medicines, Number, OneUnitLab, OwnWords, YesNo
from screener.case.bound import sign_of
from screener.case.files import parse_json
from screener.errors import CaseError, FieldProblem, echo
from screener.interview.relevance import Length
from screener.printable import printable
from screener.saying import say
from screener.web.problem import ProblemError
from screener.web.settings import DEEPEST, MOST_FIELDS

Word = TypeVar("Word", bound=str)

LONGEST_NUMBER: Final = 6  # digits of a number that a page carries on
A_CASE: Final = "a case is an object of fields"
WORDS: Final = {"yes": True, "no": False, "unknown": None}


def read_json(body: bytes) -> Any:
    """The JSON value in a body.

    Raises:
        ProblemError: it is not JSON, or nested too deeply.
    """
    try:
        data = parse_json(body, "body")
    except CaseError as error:
        raise ProblemError("not-json", str(error)) from None
    if body.count(b"[") + body.count(b"{") > DEEPEST and deeper_than(data, DEEPEST):
        raise ProblemError("not-json", f"the JSON is nested more than {DEEPEST} levels deep")
    return data


def deeper_than(data: Any, levels: int) -> bool:
    """Whether lists and objects are nested more deeply than so many levels."""
    layer = [data]
    for _ in range(levels):
        layer = [
            inner
            for item in layer
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
            if isinstance(inner, dict | list)
        ]
        if not layer:
            return False
    return True


def as_object(data: Any, wanted: str) -> dict[str, Any]:
    """Data that have to be an object.

    Raises:
        CaseError: they are none; it says what is wanted.
    """
    if not isinstance(data, dict):
        raise CaseError([FieldProblem("", f"{wanted}, not {echo(data)}")])
    return data


def read_object(body: bytes, allowed: tuple[str, ...]) -> dict[str, Any]:
    """A JSON object that has only these keys.

    Raises:
        ProblemError: it is not JSON.
        CaseError: it is not an object, or has other keys.
    """
    data = as_object(read_json(body), f"send an object with {listed(allowed)}")
    strangers = [
        FieldProblem(key, f"there is no such key; use {listed(allowed)}") for key in data if key not in allowed
    ]
    if strangers:
        raise CaseError(strangers)
    return data


def listed(names: tuple[str, ...]) -> str:
    """Names for a message."""
    return ", ".join(f"`{name}`" for name in names)


class NotAnsweredError(CaseError):
    """Something was not filled in, or not as it should be; the message says what would be right."""

    def __init__(self, message: str) -> None:
        super().__init__([FieldProblem("", message)])


@dataclass(frozen=True)
class Form:
    """The fields of a form, each with its values in order."""

    fields: dict[str, list[str]]

    @classmethod
    def read(cls, body: bytes) -> Form:
        """The form in a body.

        Raises:
            ProblemError: it is not one.
        """
        try:
            text = body.decode("utf-8")
            return cls(parse_qs(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"))
        except ValueError:
            raise ProblemError("not-json", "this is not a form as the pages of this server send it") from None

    def text(self, name: str, default: str = "") -> str:
        """The last value of a field, without spaces around it."""
        return self.fields[name][-1].strip() if name in self.fields else default

    def one_of(self, name: str, *choices: Word) -> Word | Literal[""]:
        """The value of a field that says what to do: one of the choices, or nothing.

        Raises:
            CaseError: it is another.
        """
        value = self.text(name)
        if value and value not in choices:
            raise CaseError([FieldProblem(name, f"{echo(value)} is none of {', '.join(choices)}")])
        return next((choice for choice in choices if choice == value), "")

    def whole(self, name: str, wrong: str = "is not a number; use a whole number, such as 7") -> int | None:
        """A whole number that a page carries on; None when there is none.

        Raises:
            CaseError: it is not a number; it says what is wrong.
        """
        text = self.text(name)
        if text and not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER):
            raise CaseError([FieldProblem(name, f"{echo(text)} {wrong}")])
        return int(text) if text else None

    def several(self, name: str) -> list[str]:
        """All values of a field."""
        return self.fields.get(name, [])

    def object(self, name: str) -> Any:
        """The JSON value that a page carries on in a field; an empty object when there is none.

        Raises:
            ProblemError: it is not JSON.
        """
        return read_json((self.text(name) or "{}").encode())

    def answers(self) -> dict[str, Any]:
        """The answers so far, as a case.

        Raises:
            ProblemError: they are not JSON.
            CaseError: they are not a case.
        """
        return as_object(self.object("answers"), A_CASE)

    @property
    def length(self) -> Length:
        """How long the interview is to be."""
        return "quick" if self.one_of("length", "default", "quick") == "quick" else "default"

    @property
    def action(self) -> str:
        """Which button was pressed on the page of a question."""
        return self.one_of("action", "unknown", "none", "more")

    def part(self, field: str) -> Form:
        """What was filled in for one of several questions on a page."""
        end = f"-{field}"
        return Form({name.removesuffix(end): values for name, values in self.fields.items() if name.endswith(end)})

    def answer(self, kind: Kind, may_be_empty: bool = False) -> Any:
        """What was filled in for a question, as a case file writes it.

        Args:
            kind: what can be answered.
            may_be_empty: whether a number that is left empty is not known.

        Raises:
            NotAnsweredError: nothing was, or it cannot be read.
        """
        if self.action == "unknown":
            return None
        if isinstance(kind, Medicines):
            return self.medicines()
        value = self.text("value")
        if isinstance(kind, Number):
            return None if may_be_empty and not value else self.number(value, kind)
        if isinstance(kind, OwnWords):
            return value.replace("\r\n", "\n") or None
        if not value or (isinstance(kind, YesNo) and value not in WORDS):
            raise NotAnsweredError(say("choose one of the answers"))
        if isinstance(kind, YesNo):
            return WORDS[value]
        return None if value == "unknown" else value

    def number(self, value: str, kind: Number) -> Any:
        """A number; a blood test value keeps its unit."""
        if not value:
            raise NotAnsweredError(say('write a number, or choose "I don\'t know"'))
        unit = self.text("unit")
        if isinstance(kind, Lab):
            if not unit:
                raise NotAnsweredError(say("choose the unit given with the number in your report"))
            return f"{with_point(value)} {unit}"
        return read_number(value, kind)

    def medicines(self) -> list[Any]:
        """The rows of names and months that were filled in; an empty list when none is taken."""
        if self.action == "none":
            return []
        rows = [(name.strip(), months.strip()) for name, months in self.rows()]
        found = [_medicine(name, months) for name, months in rows if name or months]
        if not found:
            raise NotAnsweredError(say('write a name, or choose "I take none" or "I don\'t know"'))
        return found

    def rows(self) -> list[tuple[str, str]]:
        """The rows of the medicines page as they were filled in."""
        names, months = self.several("name"), self.several("months")
        return list(zip(names, [*months, *[""] * len(names)], strict=False))


def _medicine(name: str, months: str) -> Any:
    if not name:
        raise NotAnsweredError(
            say("write the name of the medicine that you take for {months} months", months=echo(months))
        )
    if len(name) > LONGEST_NAME:
        raise NotAnsweredError(say("the name {name} is too long; write the name on the packet", name=echo(name)))
    if not months:
        return name
    return {"name": name, "months": read_number(months, None)}


def read_number(text: str, kind: Number | None) -> Any:
    """A number as a person types it; anything else stays text, and the intake says what would be right."""
    plain = with_point(text)
    if plain.count(".") <= 1 and plain.replace(".", "").isascii() and plain.replace(".", "").isdigit():
        return int(plain) if "." not in plain and len(plain) < 16 else float(plain)
    if isinstance(kind, OneUnitLab) and sign_of(text)[0]:
        return text
    raise NotAnsweredError(say("{typed} is not a number; write digits, such as 3 or 3.5", typed=echo(text)))


def with_point(text: str) -> str:
    """A number with a decimal point where a comma was written: `1,6` is `1.6`."""
    return text.replace(",", ".") if text.count(",") == 1 and "." not in text else text


def encode(answers: dict[str, Any]) -> str:
    """Answers for the hidden field of a form."""
    return printable(json.dumps(answers, ensure_ascii=False, separators=(",", ":")))


def plain_message(error: CaseError) -> str:
    """What is wrong with one answer, for the page of its question."""
    return error.problems[0].message
