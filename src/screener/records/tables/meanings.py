"""What the cells of a result mean: which field it answers, and its value in that field's unit.

What the source of an OMOP database calls results can be said in a file: `name,means`, such as `K+,potassium/serum`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from screener.case.answers import Kind
from screener.case.bound import Bound
from screener.errors import FileError, Hints, RuleProblem, UsageError, did_you_mean, echo
from screener.records import coverage
from screener.records.codes import IGNORE, Codes, seen_as, system_name
from screener.records.codetable import USES
from screener.records.labs import RANKS, SEXES, from_number, is_unit
from screener.records.tables.cells import Row, number_of, signed, with_unit
from screener.records.tables.plan import Cells, TablePlan, meaning_of
from screener.rulebook.medicine.rows import read_list

COLUMNS: Final = ("name", "means")  # of a file of names
Amount = float | Bound | str | None  # a text says why it cannot be read; None: nothing is there


@dataclass(frozen=True, slots=True)
class ResultMeaning:
    """What a name or code of a result means.

    Attributes:
        field: the field or measure it answers; empty when it is not read.
        use: as in the code table.
        seen: what is counted of it.
    """

    field: str
    use: str
    seen: coverage.Seen

    @property
    def sex(self) -> str:
        """The sex that it is read for; empty for both."""
        return SEXES.get(self.use, "") if self.field else ""

    @property
    def rank(self) -> int:
        """Which of several results of a day counts: see `labs.LabValue`."""
        return RANKS.get(self.use, 1)


@dataclass(frozen=True)
class Meanings:
    """Understands the results of one table.

    Attributes:
        plan: of the table.
        codes: the code table.
        fields: what a record can have a value of.
    """

    plan: TablePlan
    codes: Codes
    fields: Mapping[str, Kind]

    def meaning(self, cells: Cells) -> ResultMeaning:
        """What the name or code in a row means; no field when it is not read."""
        row = Row(self.plan, cells)
        codings, kind = row.codings, self.plan.kind
        concept = self.codes.find(codings[0][0], codings[0][1]) if codings else None
        if self.plan.names and concept is None and (row.get("name") or not codings):
            return self.by_name(row.get("name"))
        if concept is None or not concept.is_lab:
            return ResultMeaning("", "", self.codes.seen(kind, codings))
        if concept.use == IGNORE:
            return ResultMeaning("", "", seen_as(kind, codings, concept.why_ignored))
        return ResultMeaning(concept.fields[0][0], concept.use, seen_as(kind, codings))

    def by_name(self, words: str) -> ResultMeaning:
        """The same by the name of a result, as the mapping has it."""
        shown = coverage.Seen(self.plan.kind, "", words[: coverage.LONGEST], "", coverage.READ)
        if words not in self.plan.names:
            return ResultMeaning("", "", shown._replace(state=coverage.NOT_READ, reason=coverage.NO_ROW))
        name, use = meaning_of(self.plan.names[words])
        if use == IGNORE or name not in self.fields:
            return ResultMeaning("", "", shown._replace(state=coverage.NOT_READ, reason=coverage.IGNORED))
        return ResultMeaning(name, use, shown)

    def amount_of(self, cells: Cells, meaning: ResultMeaning) -> Amount:
        """The value of a row, why it cannot be read, or None where there is nothing in it."""
        row = Row(self.plan, cells)
        if not row.get("text") and not row.get("number"):
            return None
        try:
            return self.amount(row, meaning.field)
        except ValueError as error:
            return str(error)

    def amount(self, row: Row, name: str) -> float | Bound:
        """The value of a row in the field's unit.

        Raises:
            ValueError: it cannot be read.
        """
        kind = self.fields[name]  # the code table has no others, and of names no others are read
        sign, number, written = self.number(row, kind)
        units = [unit for unit in (written, row.get("unit"), row.get("unit2")) if unit]
        units = units or [row.plan.units.get(name, "")]
        return from_number(name, kind, number, sign, units, f"{row.get('text') or row.get('number')}")

    def number(self, row: Row, kind: Kind) -> tuple[str, Decimal, str]:
        """The sign and number of a row, as written, else as a number next to it; and the unit written with it.

        Raises:
            ValueError: there is none, or the two disagree.
        """
        text, given = row.get("text"), number_of(row.get("number"))
        sign, rest = signed(text)
        rest, unit = with_unit(rest)
        written = number_of(rest)
        if text and (written is None or (unit and not is_unit(kind, unit))):
            raise ValueError(f"{echo(text)} is not a number")
        if written is not None and given is not None and written != given:
            raise ValueError(f"{echo(text)} and {echo(row.get('number'))} disagree")
        found = written if written is not None else given
        if found is None:
            raise ValueError(f"{echo(row.get('number'))} is not a number")
        sign_of_number = row.get("comparator")
        sign_of_number = row.plan.signs.get(sign_of_number, sign_of_number)
        return sign or ("" if sign_of_number in ("=", "") else sign_of_number), found, unit


def read_source_names(path: Path, fields: Collection[str]) -> dict[str, str]:
    """What each name means: a field or measure, perhaps with its use, or `ignore`.

    Args:
        path: the file.
        fields: what a record can have a value of.

    Raises:
        FileError: the file cannot be read, or a row means nothing; with line numbers.
    """
    found: dict[str, str] = {}
    problems: list[RuleProblem] = []
    hints = Hints()
    for line, row in read_list(path, COLUMNS):
        name, means = row["name"], row["means"].strip()
        field, use = meaning_of(means)
        if found.get(name, means) != means:
            problems.append(RuleProblem(str(path), line, 1, f"{echo(name)} is given twice, with two meanings"))
        elif means != IGNORE and (field not in fields or use not in USES):
            hint = hints(field, fields)
            problems.append(RuleProblem(str(path), line, 1, f"{echo(means)} is not a field that is read{hint}"))
        found[name] = means
    if problems:
        raise FileError("\n".join(map(str, problems)))
    return found


def known_system(given: str, codes: Codes) -> str:
    """The short name of a code system that the code lists have codes of.

    Raises:
        UsageError: they have none.
    """
    known = sorted({system for system, _ in (*codes.exact, *codes.below)})
    name = system_name(given)
    if name not in known:
        raise UsageError(
            f"--condition-system {echo(given)}: the code lists have no code of it{did_you_mean(given, known)} "
            f"(they have {', '.join(known)}; --codes adds your own)"
        )
    return name
