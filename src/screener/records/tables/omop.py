"""The OMOP common data model (5.4): which of its columns say what, and what its concepts mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from screener.errors import FileError
from screener.records.codes import ICD_9_CM, ICD_10, ICD_10_CM, ICD_10_GM, LOINC, RXNORM, SNOMED, Codes
from screener.records.tables.cells import moment, number_of, signed
from screener.records.tables.files import batches_of, find_file, header_of
from screener.records.tables.plan import CONDITION, DRUG, MEASUREMENT, Cells, PeoplePlan, Plan, TablePlan

OMOP: Final = "OMOP"
SEXES: Final = {"8532": "female", "8507": "male"}
SIGNS: Final = {"4171756": "<", "4171754": "<=", "4172704": ">", "4171755": ">=", "4172703": "="}
UNITS: Final = {
    "8840": "mg/dL", "8753": "mmol/L", "8749": "umol/L", "8713": "g/dL", "720870": "mL/min/1.73 m2",
    "9117": "mL/min/1.73 m2", "8795": "mL/min", "9557": "mEq/L", "8636": "g/L",
}  # fmt: skip
VOCABULARIES: Final = {
    "LOINC": LOINC, "SNOMED": SNOMED, "ICD9CM": ICD_9_CM, "ICD10CM": ICD_10_CM, "ICD10": ICD_10, "ICD10GM": ICD_10_GM,
    "RxNorm": RXNORM,
}  # fmt: skip
OF_DISEASES: Final = (ICD_9_CM, ICD_10_CM, ICD_10, ICD_10_GM)
SELF_REPORTS: Final = frozenset({"44787730", "32865"})  # own knowledge: medicines as patients report them
NO_CONCEPT: Final = ("", "0")
TABLES: Final = {
    MEASUREMENT: ("measurement.csv", {
        "concept": "measurement_concept_id", "source_concept": "measurement_source_concept_id",
        "operator": "operator_concept_id", "number": "value_as_number", "text": "value_source_value",
        "unit_concept": "unit_concept_id", "unit": "unit_source_value", "moment": "measurement_datetime",
        "time": "measurement_date", "source_name": "measurement_source_value",
    }),
    DRUG: ("drug_exposure.csv", {
        "concept": "drug_concept_id", "start": "drug_exposure_start_date", "moment": "drug_exposure_start_datetime",
        "end": "drug_exposure_end_date", "days": "days_supply", "route": "route_source_value",
        "route_concept": "route_concept_id", "name": "drug_source_value", "type": "drug_type_concept_id",
    }),
    CONDITION: ("condition_occurrence.csv", {
        "concept": "condition_concept_id", "source_concept": "condition_source_concept_id",
        "start": "condition_start_date", "moment": "condition_start_datetime", "end": "condition_end_date",
        "source_code": "condition_source_value",
    }),
}  # fmt: skip
REQUIRED: Final = frozenset({"person", "sex", "year", "concept", "number", "time", "start", "type"})  # roles


@dataclass
class OmopVocabulary:
    """What the concepts that occur mean, from the vocabulary files of the user.

    Attributes:
        codes: each concept with its code system and code.
        names: each concept with its name.
        ingredients: each medicine with the concepts of its ingredients.
        own: concepts that our own table has rows for.
        condition_system: the code system of what the source called a diagnosis; empty: that is not read.
    """

    own: frozenset[str]
    condition_system: str = ""
    codes: dict[str, tuple[str, str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    ingredients: dict[str, list[str]] = field(default_factory=dict)

    def measurement(self, cells: Cells) -> Cells:
        """A result with its code, sign, units and time in our words."""
        concept = cells.get("concept") or ""
        found = self.codes.get(cells.get("source_concept") or "")
        if concept not in self.own and found is not None and found[0] == LOINC:
            system, code = found
        else:
            system, code = OMOP, concept
        sign = SIGNS.get(cells.get("operator") or "", "")
        text = cells.get("text")
        lost_sign = text is not None and signed(text)[0] and sign in ("", "=")
        unit = UNITS.get(cells.get("unit_concept") or "")
        return {
            "code": None if code in NO_CONCEPT else code,
            "code_system": system,
            "name": cells.get("source_name"),
            "comparator": sign,
            "number": cells.get("number"),
            "text": text if cells.get("number") is None or lost_sign else None,
            "unit": unit or cells.get("unit"),
            "unit2": cells.get("unit") if unit else None,
            "time": cells.get("moment") or cells.get("time"),
        }

    def drug(self, cells: Cells) -> Cells:
        """A medicine by its ingredients, or by what the source called it."""
        made_of = self.ingredients.get(cells.get("concept") or "", [])
        known = [self.codes[one] for one in made_of if one in self.codes]
        name = cells.get("name")
        if len(known) == 1:
            system, code = known[0]
            name = name or self.names.get(made_of[0])
        else:
            system = code = ""
            name = " / ".join(self.names[one] for one in made_of if one in self.names) or name
        route = self.names.get(cells.get("route_concept") or "") or cells.get("route")
        return {
            "code": code or None,
            "code_system": system,
            "name": name,
            "start": cells.get("moment") or cells.get("start"),
            "end": cells.get("end") or _after(cells.get("start"), cells.get("days")),
            "route": route,
            "type": cells.get("type"),
        }

    def condition(self, cells: Cells) -> Cells:
        """A diagnosis by the code of its source, else by its concept."""
        source = self.codes.get(cells.get("source_concept") or "")
        standard = self.codes.get(cells.get("concept") or "")
        if source is not None and source[0] in OF_DISEASES:
            system, code = source
        elif standard is not None and standard[0] == SNOMED:
            system, code = standard
        elif self.condition_system:
            system, code = self.condition_system, cells.get("source_code") or ""
        else:
            system, code = "", ""
        start = cells.get("moment") or cells.get("start")
        return {"code": code or None, "code_system": system, "start": start, "end": cells.get("end")}


def _after(start: str | None, days: str | None) -> str | None:
    if not start or not days:
        return None
    number = number_of(days)
    with suppress(ValueError, OverflowError):
        if number is not None:
            return (moment(start).first + timedelta(days=int(number))).isoformat()
    return f"{days} days"  # which is said as a date that cannot be read


def omop_plan(folder: Path, codes: Codes, names: Mapping[str, str] | None = None, condition_system: str = "") -> Plan:
    """What is read of an OMOP folder, and how the rows of each table become ours.

    Args:
        folder: with the tables, and the vocabulary files where the user has them.
        codes: the code table.
        names: of results without a concept that we know, what the names of the source mean; None: they are not read.
        condition_system: the code system of what the source called a diagnosis; empty: that is not read.

    Raises:
        FileError: there is no table of persons, or a file cannot be read.
    """
    people = find_file(folder, "person.csv", any_case=True)
    birth = {"birth": "birth_datetime", "year": "year_of_birth", "month": "month_of_birth", "day": "day_of_birth"}
    columns = _there(people, {"person": "person_id", "sex": "gender_concept_id", **birth})
    plan = PeoplePlan(people.name, columns.pop("person"), columns, SEXES)
    own = frozenset(code for system, code in (*codes.exact, *codes.below) if system == OMOP)
    words = OmopVocabulary(own, condition_system)
    how = {MEASUREMENT: words.measurement, DRUG: words.drug, CONDITION: words.condition}
    tables: list[TablePlan] = []
    for kind, (file, wanted) in TABLES.items():
        path = _find(folder, file)
        if path is None:
            continue
        columns = _there(path, {"person": "person_id", **wanted})
        if names is None:
            columns.pop("source_name", None)
        person, own_names = columns.pop("person"), names or {}
        tables.append(
            TablePlan(kind, path.name, person, columns, names=own_names, self_reports=SELF_REPORTS, translate=how[kind])
        )
    _learn(words, folder, tables)
    return Plan(plan, tuple(tables))


def _find(folder: Path, file: str) -> Path | None:
    try:
        return find_file(folder, file, any_case=True)
    except FileError:
        return None


def _there(path: Path, wanted: dict[str, str]) -> dict[str, str]:
    """The columns that are there, or need to be, as the file calls them."""
    header = _header(path)
    there = {role: column for role, column in wanted.items() if column in header or role in REQUIRED}
    return {role: header.get(column, column) for role, column in there.items()}


def _header(path: Path) -> dict[str, str]:
    """The columns of a file, by their names in small letters."""
    return {name.lower(): name for name in reversed(header_of(path))}


def _learn(words: OmopVocabulary, folder: Path, tables: Iterable[TablePlan]) -> None:
    """Read what the concepts that occur in the tables mean; no more than these are held in memory."""
    concepts, drugs = _occurring(folder, tables)
    ancestors, names = _find(folder, "concept_ancestor.csv"), _find(folder, "concept.csv")
    if names is None:
        return
    above: dict[str, set[str]] = {drug: {drug} for drug in drugs}
    if ancestors is not None:
        for lower, upper in _rows_of(drugs, ancestors, "descendant_concept_id", "ancestor_concept_id"):
            above[lower].add(upper)
    ingredients: set[str] = set()
    columns = ("concept_id", "concept_name", "vocabulary_id", "concept_class_id", "concept_code")
    for identity, name, vocabulary, group, code in _rows_of(concepts.union(*above.values()), names, *columns):
        if vocabulary in VOCABULARIES and code:
            words.codes[identity] = (VOCABULARIES[vocabulary], code)
        if name:
            words.names[identity] = name
        if vocabulary == "RxNorm" and group == "Ingredient":
            ingredients.add(identity)
    words.ingredients.update((drug, sorted(uppers & ingredients)) for drug, uppers in above.items())


def _occurring(folder: Path, tables: Iterable[TablePlan]) -> tuple[set[str], set[str]]:
    """The concepts of all tables, and those of medicines."""
    concepts: set[str] = set()
    drugs: set[str] = set()
    for table in tables:
        roles = [role for role in ("concept", "source_concept", "route_concept") if role in table.columns]
        for batch, _ in batches_of(find_file(folder, table.file), [table.columns[role] for role in roles]):
            for role, column in zip(roles, batch.columns, strict=True):
                occurring = set(pc.unique(column).to_pylist()).difference((None, *NO_CONCEPT))
                concepts |= occurring
                if table.kind == DRUG and role == "concept":
                    drugs |= occurring
    return concepts, drugs


def _rows_of(concepts: Iterable[str], path: Path, *columns: str) -> Iterator[tuple[Any, ...]]:
    """Some columns of the rows that are about some concepts, by the first of these columns."""
    header, wanted = _header(path), pa.array(concepts, pa.string())
    for batch, _ in batches_of(path, [header.get(column, column) for column in columns]):
        mine = batch.filter(pc.is_in(batch.column(0), value_set=wanted))
        yield from zip(*(column.to_pylist() for column in mine.columns), strict=True)
