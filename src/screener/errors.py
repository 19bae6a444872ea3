"""Every error that a person can meet, one class for each exit code.

Messages follow one style: lower case, no full stop, what was given in backticks, and what would be right.
"""

from __future__ import annotations

import copyreg
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, ClassVar

from screener.data import dataclass
from screener.printable import on_one_line, printable

LONGEST_ECHO = 60
MOST_HINTS = 20  # names of one input for which it is looked up what was meant
MOST_PROBLEMS = 200  # of one case that are listed
LONGEST_PATH = 200


class ScreenerError(Exception):
    """Base of all errors shown to people; `exit_code` is what the command returns."""

    exit_code: ClassVar[int] = 70

    def __str__(self) -> str:
        return printable(super().__str__())

    def __reduce__(self) -> tuple[Any, ...]:
        """How it travels between processes: as it is, not made anew from its message."""
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing wrong with one field of a case.

    Attributes:
        field: the field's name, as in the intake (`medicines.2.months` for a part of it), or `""` for the whole case.
        message: what is wrong and what would be right, on one line.
    """

    field: str
    message: str

    def __str__(self) -> str:
        return f"{one_line(self.field)}: {on_one_line(self.message)}" if self.field else on_one_line(self.message)


class CaseError(ScreenerError):
    """A case was refused. `problems` lists everything wrong with it, field by field."""

    exit_code = 3

    def __init__(self, problems: Sequence[FieldProblem], case_id: str | None = None, where: str = "") -> None:
        self.problems = tuple(problems)
        self.case_id = case_id
        self.where = where
        super().__init__("\n".join(self.lines()))

    def lines(self) -> list[str]:
        """The errors, one line each, each led by the place it was found in."""
        lead = f"{on_one_line(self.where)}: " if self.where else ""
        return [f"{lead}{problem}" for problem in self.problems]

    def at(self, where: str) -> CaseError:
        """The same error, with the file (and line) it was found in."""
        return CaseError(self.problems, self.case_id, where)


@dataclass(frozen=True, slots=True, order=True)
class RuleProblem:
    """One thing wrong with the rule book, with its place (1-based line and column; 0 when unknown)."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return on_one_line(f"{place}: {self.message}")


class RuleBookError(ScreenerError):
    """The rule book is wrong. `problems` lists everything found, in file order."""

    exit_code = 4

    def __init__(self, problems: Iterable[RuleProblem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UsageError(ScreenerError):
    """The call was wrong: an option, a name of a pack or a flag that does not exist."""

    exit_code = 2


class FileError(ScreenerError):
    """Reading or writing failed."""

    exit_code = 5


def reason(error: Exception) -> str:
    """Why the system refused something, or what a library said of it first, to go on a message with."""
    said: str = getattr(error, "strerror", None) or str(error) or "unknown reason"
    return said.splitlines()[0].lower()


@contextmanager
def as_file_error(what: str, errors: tuple[type[Exception], ...] = (OSError,), then: str = "") -> Iterator[None]:
    """An error of the system inside becomes a `FileError`.

    Args:
        what: what failed, such as ``"`notes.csv` cannot be read"``; the reason is added.
        errors: the kinds of errors that become one.
        then: what is said after the reason.
    """
    try:
        yield
    except errors as error:
        raise FileError(f"{what}: {reason(error)}{then}") from None


class EngineFault(ScreenerError):
    """The rule engine failed on a case: the case counts as failed, never as unflagged."""

    exit_code = 70


def echo(value: object) -> str:
    """A given value for a message: in backticks, on one line, shortened."""
    text = value if isinstance(value, str) else _plain(value)
    return f"`{one_line(text)}`"


def echo_path(name: str) -> str:
    """A path for a message; of a long one the end is kept, where the file's name is."""
    shown = on_one_line(name[-LONGEST_PATH:])
    return f"`{shown}`" if len(name) <= LONGEST_PATH else f"`…{shown}`"


def kind_of(value: object) -> str:
    """What a value of the wrong type is, for messages to programmers: never the value, which may be an answer."""
    name = type(value).__name__
    words = {"NoneType": "None", "str": "text (str)"}
    return words.get(name, f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}")


def one_line(text: str) -> str:
    """A given text on one line, shortened, with escapes for characters that cannot be printed."""
    return on_one_line(text) if len(text) <= LONGEST_ECHO else f"{on_one_line(text[:LONGEST_ECHO])}…"


def _plain(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, dict | list):
        return "{…}" if isinstance(value, dict) else "[…]"
    try:
        return str(value)
    except ValueError:  # an integer of thousands of digits
        return "a very long number"


@lru_cache(4096)  # the same slip comes back in every record of a file
def _nearest(name: str, names: tuple[str, ...]) -> str | None:
    """The name that `name`, in small letters, was probably meant to be, or None."""
    from difflib import get_close_matches

    lower = {each.lower(): each for each in names}
    found = get_close_matches(name, lower, n=1, cutoff=0.6)
    return lower[found[0]] if found else None


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """A suggestion to append to a message: ``, did you mean `diuretic`?`` or nothing.

    It costs about half a millisecond for a hundred names; where thousands of names may be wrong, use `Hints`.
    """
    found = _nearest(name[:LONGEST_ECHO].lower(), tuple(names))
    return f", did you mean `{found}`?" if found else ""


class Hints:
    """Suggestions for the names that one input has wrong: for the first few only, so that thousands cost nothing."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, name: str, names: Iterable[str]) -> str:
        """See `did_you_mean`; after the last suggestion it is said once that there are no more."""
        self.asked += 1
        if self.asked <= MOST_HINTS:
            return did_you_mean(name, names)
        return f" (what was meant is looked up for the first {MOST_HINTS} only)" if self.asked == MOST_HINTS + 1 else ""


def at_most(problems: Sequence[FieldProblem]) -> list[FieldProblem]:
    """Not more problems of one case than somebody would read, and how many others there are."""
    others = len(problems) - MOST_PROBLEMS
    if others <= 0:
        return list(problems)
    return [*problems[:MOST_PROBLEMS], FieldProblem("", f"there are {others} other problems, which are not listed")]


def came_from(error: BaseException | None, kind: type[BaseException]) -> bool:
    """Whether an error is of a kind, or was made of one by what it went through."""
    seen: list[BaseException] = []  # an error can be raised from itself
    while error is not None and error not in seen and not isinstance(error, kind):
        seen.append(error)
        error = error.__cause__ or error.__context__
    return isinstance(error, kind)
