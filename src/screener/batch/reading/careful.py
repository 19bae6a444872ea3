"""One record at a time, through the intake model: what the fast decoders do not accept as it stands ends here.

It is either normalised (and then accepted) or refused with every error it has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from screener.batch.chunk import LONGEST_LINE, LONGEST_RAW
from screener.batch.reading.notation import Notation, hint
from screener.batch.reading.privacy import HINT, identifying, identifying_below, mentions_identifying
from screener.batch.reading.record import Reject
from screener.case.files import parse_json
from screener.case.intake import Intake
from screener.errors import CaseError, FieldProblem, did_you_mean, echo

ROW_NAMES: Final = {"": "(the column without a name)", "__index_level_0__": "__index_level_0__"}
"""Columns in which R and pandas number the rows: passed over, and named as this."""


@dataclass(frozen=True)
class Policy:
    """What is done with what the intake does not know.

    Attributes:
        ignore_extra: pass over fields that it does not have (but never over one that looks identifying).
        drop: names of fields to pass over whatever they look like.
        notation: what the data write for missing, yes and no, and in which units.
    """

    ignore_extra: bool = False
    drop: frozenset[str] = frozenset()
    notation: Notation = field(default_factory=Notation)

    def passes_over(self, name: str) -> bool:
        """Whether an unknown field of this name is ignored."""
        return name in self.drop or (self.ignore_extra and not identifying(name))

    def problem(self, name: str) -> FieldProblem:
        """Why an unknown field of this name is refused."""
        if identifying(name):
            return FieldProblem(name, HINT.format(name=name))
        suggestion = did_you_mean(name, Intake.model_fields)
        return FieldProblem(name, f"there is no such field{suggestion}; `--ignore-extra` passes over such fields")


def check_header(names: Iterable[str], policy: Policy, where: str) -> list[str]:
    """The extra columns of a table that are passed over.

    Raises:
        CaseError: a column is not a field and is not to be passed over, or stands twice.
    """
    given = list(names)
    twice = {name for name in given if given.count(name) > 1}
    problems = [FieldProblem(name, "the column stands more than once") for name in sorted(twice)]
    extra = [name for name in given if name not in Intake.model_fields and name not in ROW_NAMES]
    problems += [policy.problem(name) for name in extra if not policy.passes_over(name)]
    if problems:
        raise CaseError(problems, where=where)
    return extra


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

    def read_line(self, raw: bytes, line: int) -> Intake | Reject:
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
            if mentions_identifying(text, self.policy.drop):
                return self.refuse(line, f"{message}; its text is left out because it may identify a person", None)
            return self.refuse(line, message, text)
        return self.read_answers(answers, line, text)

    def read_answers(self, answers: Any, line: int, raw: str) -> Intake | Reject:
        """Read a record that is decoded already."""
        if not isinstance(answers, dict):
            return self.refuse(line, f"a case is an object of fields, not {echo(answers)}", raw)
        kept, problems, secret = self.known_fields(answers)
        understood = self.understood(kept, problems)
        case_id = understood.get("case_id")
        shown = case_id if isinstance(case_id, str) and _encodable(case_id) else None
        try:
            intake = Intake.read(understood)
        except CaseError as error:
            problems += [FieldProblem(p.field, p.message + hint(p.field, kept.get(p.field))) for p in error.problems]
            intake = None
        if problems or intake is None:
            return Reject(line, shown, tuple(problems), None if secret else raw)
        return intake

    def known_fields(self, answers: dict[str, Any]) -> tuple[dict[str, Any], list[FieldProblem], bool]:
        """The fields of the intake, what is wrong with the others, and whether the text must not be copied."""
        kept: dict[str, Any] = {}
        problems: list[FieldProblem] = []
        secret = False
        for name, value in answers.items():
            if name in Intake.model_fields:
                kept[name] = value
            elif name in self.policy.drop:
                secret = True
                self.extras.add(name)
            elif identifying_below(name, value):
                secret = True
                problems.append(FieldProblem(name, HINT.format(name=name)))
            elif self.policy.ignore_extra:
                self.extras.add(name)
                if not isinstance(value, dict | list):
                    self.harmless.add(name)
            else:
                problems.append(self.policy.problem(name))
        return kept, problems, secret

    def understood(self, kept: dict[str, Any], problems: list[FieldProblem]) -> dict[str, Any]:
        """The answers as the intake takes them: codes and units replaced by what they mean."""
        twice = [name for name, value in self.folder.items() if None not in (value, kept.get(name))]
        problems += [FieldProblem(name, "stands in the record and in the name of its folder") for name in twice]
        notation, found = self.policy.notation, {}
        for name, value in (kept | self.folder).items():
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
        """A line that is no case for its length alone; only its beginning is kept, if it names no one."""
        text = start[:LONGEST_RAW].decode("utf-8", "backslashreplace")
        raw = None if mentions_identifying(text, self.policy.drop) else text + "…"
        return self.refuse(line, f"the line is longer than {LONGEST_LINE} bytes; is it one case?", raw)

    def refuse(self, line: int, message: str, raw: str | None) -> Reject:
        """A record with one thing wrong with it as a whole."""
        return Reject(line, None, (FieldProblem("", message),), raw)


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
