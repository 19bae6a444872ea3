"""One record at a time, through the intake model: what the fast decoders do not accept as written ends here.

It is either normalised (and then accepted) or refused with every error it has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from screener.batch.chunk import LONGEST_LINE, LONGEST_RAW
from screener.batch.reading import fieldnames
from screener.batch.reading.notation import Notation, hint
from screener.batch.reading.record import Reject
from screener.case.classes import intake_class
from screener.case.fields import Fields
from screener.case.files import parse_json
from screener.case.model import BaseIntake
from screener.errors import CaseError, FieldProblem, did_you_mean, echo

MOST_SUGGESTIONS: Final = 10  # unknown fields of one record for which it is looked up what was meant
MOST_UNKNOWN: Final = 200  # unknown fields of one record that are named
ROW_NAMES: Final = {"": "(the column without a name)", "__index_level_0__": "__index_level_0__"}
"""Columns in which R and pandas number the rows: passed over, and named as this."""


@dataclass(frozen=True)
class Policy:
    """What is done with what the intake does not know.

    Attributes:
        notation: what a case may say, what the data write for missing, yes and no, and in which units.
        ignore_extra: pass over fields that it does not have (but never over one that looks identifying).
        drop: names of fields to pass over whatever they look like.
    """

    notation: Notation
    ignore_extra: bool = False
    drop: frozenset[str] = frozenset()

    @property
    def fields(self) -> Fields:
        """What a case may say."""
        return self.notation.fields

    def passes_over(self, name: str) -> bool:
        """Whether an unknown field of this name is ignored."""
        return name in self.drop or (self.ignore_extra and not fieldnames.identifying(name, self.fields))

    def problem(self, name: str, suggest: bool = True) -> FieldProblem:
        """Why an unknown field of this name is refused, and, which takes a while, what was probably meant."""
        if fieldnames.identifying(name, self.fields):
            return FieldProblem(name, fieldnames.HINT.format(name=name))
        suggestion = did_you_mean(name, self.fields.case_keys) if suggest else ""
        return FieldProblem(name, f"there is no such field{suggestion}; `--ignore-extra` passes over such fields")


@dataclass
class CarefulReader:
    """Reads single records; notes the fields that it passed over, and the codes that it met.

    Attributes:
        policy: what is done with what the intake does not know.
        folder: answers that the names of the file's folders give.
    """

    policy: Policy
    folder: dict[str, Any] = field(default_factory=dict)
    extras: set[str] = field(default_factory=set)
    harmless: set[str] = field(default_factory=set)  # extra fields that held plain values so far
    used: Counter[str] = field(default_factory=Counter)

    def read_line(self, raw: bytes, line: int) -> BaseIntake | Reject:
        """Read a record of JSON text."""
        raw = raw.removesuffix(b"\n").removesuffix(b"\r")
        if len(raw) > LONGEST_LINE:
            return self.too_long(raw, line)
        if not raw.strip():
            return self.refuse(line, "the line is empty; every line is one case", raw.decode())
        text = raw.decode("utf-8", "backslashreplace")
        try:
            answers = parse_json(raw, "")
        except CaseError as error:
            message = _with_column(error)
            if self.names_someone(text):
                return self.refuse(line, f"{message}; its text is omitted because it may identify a person", None)
            return self.refuse(line, message, text)
        return self.read_answers(answers, line, text)

    def read_answers(
        self, answers: Any, line: int, raw: str | None, more: Sequence[FieldProblem] = ()
    ) -> BaseIntake | Reject:
        """Read a record that is decoded already; `more` is wrong with it besides, whatever is made of the answers."""
        if not isinstance(answers, dict):
            return self.refuse(line, f"a case is an object of fields, not {echo(answers)}", raw)
        kept, problems, secret = self.known_fields(answers)
        if not problems and not kept and not self.folder and not self.policy.drop.issuperset(answers):
            problems.append(
                FieldProblem("", f"no field of it is known{fieldnames.in_small_letters(answers, self.policy.fields)}")
            )
        understood = self.understood(kept, problems)
        case_id = understood.get("case_id")
        shown = case_id if isinstance(case_id, str) and _encodable(case_id) else None
        try:
            intake = intake_class(self.policy.fields).read(understood)
            if not problems and not more:
                return intake
        except CaseError as error:
            for p in error.problems:
                often = hint(self.policy.fields.get(p.field), kept.get(p.field))
                problems.append(FieldProblem(p.field, p.message + often))
        return Reject(line, shown, (*problems, *more), None if secret else raw)

    def known_fields(self, answers: dict[str, Any]) -> tuple[dict[str, Any], list[FieldProblem], bool]:
        """The fields of the intake, what is wrong with the others, and whether the text must not be copied."""
        kept: dict[str, Any] = {}
        problems: list[FieldProblem] = []
        secret = False
        unknown = 0
        for name, value in answers.items():
            if name in self.policy.fields.case_keys:
                kept[name] = value
            elif name in self.policy.drop:
                secret = True
                self.extras.add(name)
            elif fieldnames.identifying_below(name, value, self.policy.fields):
                secret = True
                problems.append(FieldProblem(name, fieldnames.HINT.format(name=name)))
            elif self.policy.ignore_extra:
                self.extras.add(name)
                if not isinstance(value, dict | list):
                    self.harmless.add(name)
            else:
                unknown += 1
                if unknown <= MOST_UNKNOWN:
                    problems.append(self.policy.problem(name, unknown <= MOST_SUGGESTIONS))
        if unknown > MOST_UNKNOWN:
            problems.append(FieldProblem("", f"{unknown - MOST_UNKNOWN:,} more fields do not exist"))
        return kept, problems, secret

    def understood(self, kept: dict[str, Any], problems: list[FieldProblem]) -> dict[str, Any]:
        """The answers as the intake takes them: codes and units replaced by what they mean."""
        twice = [name for name, value in self.folder.items() if None not in (value, kept.get(name))]
        problems += [FieldProblem(name, "is in the record and in the name of its folder") for name in twice]
        notation, found = self.policy.notation, {}
        for name, value in (with_bounds(kept | self.folder, notation) if self.folder else kept).items():
            label = notation.used(name, value)
            if label is None and notation.lacks_unit(name, value):
                label = f"{name} without --unit"
            if label is not None:
                self.used[label] += 1
            try:
                found[name] = notation.understood(name, id_text(value) if name == "case_id" else value)
            except ValueError as error:
                problems.append(FieldProblem(name, str(error)))
        return found

    def too_long(self, start: bytes, line: int) -> Reject:
        """A line that is not a case for its length alone; only its beginning is kept, if it names no one."""
        text = start[:LONGEST_RAW].decode("utf-8", "backslashreplace")
        raw = None if self.names_someone(text) else text + "…"
        return self.refuse(line, f"the line is longer than {LONGEST_LINE} bytes; is it one case?", raw)

    def broken(self, start: bytes | None, line: int, message: str) -> Reject:
        """The rest of an input that cannot be taken apart; its beginning is kept, if it names no one."""
        text = (start or b"").decode("utf-8", "backslashreplace")
        kept = text[:LONGEST_RAW] + "…" * (len(text) > LONGEST_RAW)
        return self.refuse(line, message, kept if kept and not self.names_someone(text) else None)

    def names_someone(self, text: str) -> bool:
        """Whether text that cannot be read seems to hold what identifies a person, or what is to be dropped."""
        return fieldnames.mentions_identifying(text, self.policy.drop, self.policy.fields)

    def refuse(self, line: int, message: str, raw: str | None) -> Reject:
        """A record with one thing wrong with it as a whole."""
        return Reject(line, None, (FieldProblem("", message),), raw)


def with_bounds(answers: dict[str, Any], notation: Notation) -> dict[str, Any]:
    """The answers of a row in a table, with the sign of a bound from its own column put before the number."""
    found = {name: value for name, value in answers.items() if name not in notation.fields.bound_columns}
    for column, name in notation.fields.bound_columns.items():
        sign = answers.get(column)
        number = found.get(name, "")
        if sign is None or notation.label(column, sign) or notation.lacks_unit(name, number):
            continue
        unit = notation.unit(name) if type(number) in (int, float) else ""
        found[name] = f"{sign} {number} {unit}".strip()
    return found


def id_text(value: Any) -> Any:
    """A case id as text, also when it is a whole number."""
    if type(value) is float and value.is_integer():
        value = int(value)
    try:
        return str(value) if type(value) is int else value
    except ValueError:  # an integer of thousands of digits
        raise ValueError("is a very long number; write the id as text") from None


def _with_column(error: CaseError) -> str:
    """The message of an error in JSON text, with the column when it is known (`:1:17` is the place in the text)."""
    message = "; ".join(str(problem) for problem in error.problems)
    column = error.where.rsplit(":", 1)[-1]
    return f"{message} (column {column})" if column.isdigit() else message


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
