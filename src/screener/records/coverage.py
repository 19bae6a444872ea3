"""What a run on records understood, and what it held and did not read: counted by code, never with text of a record."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from screener.errors import UsageError, echo
from screener.printable import on_one_line
from screener.spreadsheet import shown

READ: Final = "read"
UNDERSTOOD: Final = "understood"
NOT_READ: Final = "not read"
TEXT_ONLY: Final = "(text only)"
NO_ROW: Final = "no row in the code lists"
UNKNOWN_SYSTEM: Final = "unknown system"
ONLY_TEXT: Final = "text only"
STATUS: Final = "status"
NO_DATE: Final = "no date"
BAD_DATE: Final = "unreadable date"
NO_UNIT: Final = "unknown unit"
RANGE: Final = "out of range"
DIFFER: Final = "differing results of one time"
UNCLEAR: Final = "another result leaves it unclear"
LATER: Final = "later than the day"
OLD: Final = "older than the window"
MODIFIER: Final = "modifier"
UNREADABLE: Final = "unreadable value"
NO_VALUE: Final = "no value"
RACE: Final = "race factor"
IGNORED: Final = "never interpreted"
OTHER_SEX: Final = "for the other sex"
NO_SEX: Final = "not said to mean a sex"
NOT_SYSTEMIC: Final = "not systemic"
NO_NAME: Final = "name not recognised"
PLANNED: Final = "planned"
OTHER_FORM: Final = "another questionnaire"
CONTAINED: Final = "contained"
KIND: Final = "kind of resource not read"
COLUMNS: Final = ("resource", "system", "code", "display", "state", "reason", "count", "persons")
MOST_SHOWN: Final = 20
HIDDEN_BELOW: Final = 8  # counts, in what is shared with others
LONGEST: Final = 100  # characters of a code or display
# kinds of resources that a run warns about when none of them was understood
WATCHED: Final = {
    "observations": ("Observation", "measurement"),
    "conditions": ("Condition", "condition"),
    "medicines": (
        "MedicationRequest", "MedicationStatement", "MedicationAdministration", "MedicationDispense", "drug",
    ),
}  # fmt: skip


class Seen(NamedTuple):
    """What was held, as it is counted.

    Attributes:
        resource: the kind of resource or table.
        system: the code system by its short name, or its address.
        code: the code; `(text only)` where there is none.
        display: what the record calls the code; never its free text.
        state: `read`, `understood` (and about none of our fields) or `not read`.
        reason: why it was not read.
    """

    resource: str
    system: str
    code: str
    display: str
    state: str
    reason: str = ""


def left_out(resource: str, what: str, reason: str) -> Seen:
    """What is counted of something that is no coded entry, such as a date of birth, or an answer."""
    return Seen(resource, "", what[:LONGEST], "", NOT_READ, reason)


@dataclass
class InputCounts:
    """Counts over the records of one input."""

    counts: Counter[Seen] = field(default_factory=Counter)
    persons: Counter[Seen] = field(default_factory=Counter)

    def add(self, seen: Mapping[Seen, int]) -> None:
        """What one person's record held."""
        self.counts.update(seen)
        self.persons.update(seen.keys())

    def merge(self, other: InputCounts) -> None:
        """What other records held."""
        self.counts.update(other.counts)
        self.persons.update(other.persons)


@dataclass
class Coverage:
    """Counts over all records of a run, input by input: one that is read again is counted once."""

    parts: dict[str, InputCounts] = field(default_factory=dict)

    def begin(self, name: str) -> InputCounts:
        """The counts of an input, from nothing on."""
        self.parts[name] = InputCounts()
        return self.parts[name]

    def total(self) -> InputCounts:
        """The counts of all inputs together."""
        found = InputCounts()
        for part in self.parts.values():
            found.merge(part)
        return found

    def rows(self, share: bool = False) -> Iterator[dict[str, Any]]:
        """One row for each kind of entry, the most frequent first.

        Args:
            share: leave out what fewer than 8 persons have.
        """
        total = self.total()
        for seen, count in sorted(total.counts.items(), key=lambda item: (-item[1], item[0])):
            if not share or total.persons[seen] >= HIDDEN_BELOW:
                yield {**seen._asdict(), "count": count, "persons": total.persons[seen]}

    def totals(self) -> dict[str, int]:
        """How many entries were read, understood, and not read."""
        found = Counter({READ: 0, UNDERSTOOD: 0, NOT_READ: 0})
        for seen, count in self.total().counts.items():
            found[seen.state] += count
        return dict(found)

    def lines(self, share: bool = False) -> list[str]:
        """For people: the totals, and what was most often not read."""
        totals = self.totals()
        if not any(totals.values()):
            return []
        entries = "1 entry" if totals[READ] == 1 else f"{totals[READ]:,} entries"
        found = [
            f"What the records held: {entries} read, {totals[UNDERSTOOD]:,} understood (about none of "
            f"the questions), {totals[NOT_READ]:,} not read."
        ]
        missed = [row for row in self.rows(share) if row["state"] == NOT_READ]
        found += [f"- not read: {_in_words(row)}" for row in missed[:MOST_SHOWN]]
        if len(missed) > MOST_SHOWN:
            found.append(f"- and {len(missed) - MOST_SHOWN:,} other kinds of entries that were not read")
        return found

    def warnings(self) -> list[str]:
        """A sentence for each of observations, conditions and medicines of which none was recognised."""
        found, counts = [], self.total().counts
        for name, kinds in WATCHED.items():
            mine = Counter({seen: count for seen, count in counts.items() if seen.resource in kinds})
            recognised = any(seen.state != NOT_READ or seen.reason not in UNRECOGNISED for seen in mine)
            if mine and not recognised:
                many = mine.total()
                what = f"{many:,} {name}" if many > 1 else f"1 {name[:-1]}"
                how = "has a name or code" if name == "medicines" else "has a code"
                found.append(f"none of {what} {how} that is read here")
        return found

    def text(self, path: Path, share: bool = False) -> str:
        """The rows as a file: CSV or JSON, by its ending."""
        if coverage_form(path) == ".json":
            data = {"totals": self.totals(), "warnings": self.warnings(), "rows": list(self.rows(share))}
            return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
        out = io.StringIO()
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for row in self.rows(share):
            writer.writerow({key: shown(value) if isinstance(value, str) else value for key, value in row.items()})
        return out.getvalue()


# what an entry of a recognised code cannot have been left out for
UNRECOGNISED: Final = frozenset({NO_ROW, UNKNOWN_SYSTEM, ONLY_TEXT, NO_NAME})


def coverage_form(path: Path) -> str:
    """The ending of a coverage file.

    Raises:
        UsageError: it says nothing.
    """
    ending = path.suffix.lower()
    if ending not in (".csv", ".json"):
        raise UsageError(f"the coverage {echo(str(path))} must end in .csv or .json")
    return ending


def _in_words(row: Mapping[str, Any]) -> str:
    code = " ".join(part for part in (row["system"], row["code"]) if part)
    called = f" ({row['display']})" if row["display"] else ""
    return on_one_line(f"{row['count']:,} x {row['resource']} {code}{called}: {row['reason']}".replace("  ", " "))
