"""The code table `rules/vocabulary/codes.csv`: what a code of a record says about the fields of a case.

A code is matched exactly, or together with everything below it where the table says so (ICD-10 and ATC, whose codes
carry their hierarchy). The longest code wins, so a row without a field takes a part out again: `F10.21` (in remission)
stands below `F10.2` and means nothing here. Text is never matched.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from screener.case.fields import Fields
from screener.errors import Hints, RuleBookError, RuleProblem, echo
from screener.rulebook.fresh import Fresh
from screener.rulebook.locate import rules_folder

COLUMNS: Final = (
    "concept", "kind", "field", "use", "system", "code", "below", "display", "status", "source", "note",
)  # fmt: skip
KINDS: Final = (
    "problem", "habit", "pregnancy", "symptom", "urgent", "lab-finding", "other", "lab", "medicine-class", "route",
)  # fmt: skip
NOT_FIELDS: Final = ("medicine-class", "route")  # kinds whose column `field` names something else
USES: Final = ("", "preferred", "serum", "blood", "ignore")
CACHE_LIMIT: Final = 20_000

SNOMED: Final = "SNOMED CT"
LOINC: Final = "LOINC"
RXNORM: Final = "RxNorm"
ATC: Final = "ATC"
HL7_ROUTE: Final = "HL7 route"
HL7_FORM: Final = "HL7 drug form"
EDQM: Final = "EDQM"
SYSTEMS: Final = {
    "snomed.info/sct": SNOMED, "2.16.840.1.113883.6.96": SNOMED,
    "hl7.org/fhir/sid/icd-10-cm": "ICD-10-CM", "2.16.840.1.113883.6.90": "ICD-10-CM",
    "hl7.org/fhir/sid/icd-10": "ICD-10", "2.16.840.1.113883.6.3": "ICD-10",
    "loinc.org": LOINC, "2.16.840.1.113883.6.1": LOINC,
    "www.nlm.nih.gov/research/umls/rxnorm": RXNORM, "2.16.840.1.113883.6.88": RXNORM,
    "www.whocc.no/atc": ATC, "2.16.840.1.113883.6.73": ATC,
    "terminology.hl7.org/codesystem/v3-routeofadministration": HL7_ROUTE, "2.16.840.1.113883.5.112": HL7_ROUTE,
    "terminology.hl7.org/codesystem/v2-0162": HL7_ROUTE, "2.16.840.1.113883.18.86": HL7_ROUTE,
    "terminology.hl7.org/codesystem/v3-orderabledrugform": HL7_FORM, "2.16.840.1.113883.5.85": HL7_FORM,
    "standardterms.edqm.eu": EDQM, "0.4.0.127.0.16.1.1.2.1": EDQM,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Concept:
    """One row of the table.

    Attributes:
        concept: its name in plain words.
        kind: `problem` (long-term), `habit`, `pregnancy`, `symptom`, `urgent` (counts only on the day itself),
            `lab-finding`, `lab`, `medicine-class`, `route` (how a medicine is taken, or the form it comes in), or
            `other` (known, and about none of our fields).
        fields: each field it answers, with the answer: True, or a number such as a stage; `class:LOOP` for a class
            of medicines, and `route:oral` for a route.
        use: of a lab: `preferred`, `serum`, `blood`, or `ignore` (never interpreted).
    """

    concept: str
    kind: str
    fields: tuple[tuple[str, Any], ...]
    use: str = ""


def system_name(uri: str) -> str:
    """The short name of a code system from its address or OID, or the address itself."""
    plain = uri.strip().removeprefix("urn:oid:").removeprefix("https://").removeprefix("http://").rstrip("/").lower()
    return SYSTEMS.get(plain, uri)


@dataclass
class Codes:
    """The table, ready for look-ups.

    Attributes:
        exact: rows that stand for one code.
        below: rows that stand for a code and all below it.
    """

    exact: dict[tuple[str, str], Concept] = field(default_factory=dict)
    below: dict[tuple[str, str], Concept] = field(default_factory=dict)
    _found: dict[tuple[str, str], Concept | None] = field(default_factory=dict, repr=False)

    def find(self, system: str, code: str) -> Concept | None:
        """What a code means.

        Args:
            system: the code system as a record names it (address or OID).
            code: the code; dots in ICD codes do not matter.
        """
        key = (system, code)
        if key not in self._found:
            if len(self._found) >= CACHE_LIMIT:
                self._found.clear()
            self._found[key] = self._find(system_name(system), plain(system_name(system), code))
        return self._found[key]

    def _find(self, system: str, code: str) -> Concept | None:
        exact = self.exact.get((system, code))
        if exact is not None:
            return exact
        for length in range(len(code), 1, -1):
            concept = self.below.get((system, code[:length]))
            if concept is not None:
                return concept
        return None

    def fields_of_kind(self, kind: str) -> frozenset[str]:
        """The yes/no fields that rows of a kind answer."""
        rows = (*self.exact.values(), *self.below.values())
        return frozenset(name for row in rows if row.kind == kind for name, value in row.fields if value is True)

    @classmethod
    def read(cls, path: Path, fields: Collection[str], others: bool = False) -> Codes:
        """The table in a CSV file.

        Args:
            path: the file.
            fields: what a case may say.
            others: whether the table may also speak of fields that a case does not have; they are passed over.

        Raises:
            RuleBookError: the file is not such a table; with line numbers.
        """
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
        except (OSError, UnicodeDecodeError):
            raise RuleBookError([RuleProblem(str(path), 0, 0, "the code table can not be read")]) from None
        reader = csv.DictReader(lines)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise RuleBookError([RuleProblem(str(path), 1, 1, f"column `{missing[0]}` is missing")])
        table, problems, hints = cls(), [], Hints()
        for row in reader:
            messages = list(_problems(row, None if others else fields, hints)) or list(table._add(row, fields))
            problems += [RuleProblem(str(path), reader.line_num, 1, message) for message in messages]
        if problems:
            raise RuleBookError(problems)
        return table

    def _add(self, row: dict[str, str], known: Collection[str]) -> Iterator[str]:
        target = self.below if row["below"] == "yes" else self.exact
        key = (row["system"], plain(row["system"], row["code"]))
        if key in self.exact or key in self.below:
            yield f"{echo(row['code'])} is given twice"
        fields = tuple(_fields(row["field"], known if row["kind"] not in NOT_FIELDS else None))
        target[key] = Concept(row["concept"], row["kind"], fields, row["use"])


def plain(system: str, code: str) -> str:
    """A code as it is compared: ICD codes in capitals and without the dot, others as they are."""
    return code.replace(".", "").upper() if system.startswith("ICD") or system == ATC else code.strip()


def _fields(text: str, known: Collection[str] | None) -> Iterable[tuple[str, Any]]:
    for part in filter(None, text.split(";")):
        name, _, value = part.partition("=")
        if known is None or name in known:
            yield name, int(value) if value else True


def _problems(row: dict[str, Any], known: Collection[str] | None, hints: Hints) -> Iterator[str]:
    if None in row or None in row.values():
        yield "the row has more or fewer cells than the header"
        return
    for column, allowed in (("kind", KINDS), ("use", USES), ("below", ("", "yes"))):
        if row[column] not in allowed:
            yield f"{column} {echo(row[column])} should be one of {', '.join(filter(None, allowed))}"
    if row["kind"] in NOT_FIELDS:
        return
    for part in filter(None, row["field"].split(";")):
        name, _, value = part.partition("=")
        if known is not None and name not in known:
            yield f"there is no field {echo(name)}{hints(name, known)}"
        elif value and not value.isdigit():
            yield f"{echo(part)} should be a field, or a field and a whole number"


def code_table(folder: Path | None = None, fields: Fields | None = None) -> Codes:
    """The code table of a rule book's folder; the program's own where the folder is None or has none.

    It is read again when its file changes.

    Args:
        folder: of the rule book.
        fields: of the rule book; the program's own when None. The program's table may speak of others.

    Raises:
        RuleBookError: it is wrong.
    """
    from screener.case.intake import Intake

    own, known = _file(rules_folder()), fields or Intake.fields
    path = _file(folder) if folder is not None and _file(folder).is_file() else own
    others = known != Intake.fields and path == own
    if (known, others) not in _tables:
        make = partial(Codes.read, fields=known, others=others)
        _tables[known, others] = Fresh(make, lambda path: [path] if path.is_file() else [], _content)
    return _tables[known, others].get(path)


def _file(folder: Path) -> Path:
    return folder / "vocabulary" / "codes.csv"


def _content(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


_tables: dict[tuple[Fields, bool], Fresh[Codes]] = {}
