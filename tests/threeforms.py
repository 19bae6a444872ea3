"""Made-up people with results, courses and diagnoses, and their records as FHIR, as long tables and as OMOP."""

from __future__ import annotations

import csv
from pathlib import Path
from random import Random
from typing import Any

from fhirs import MG_MASS, SERUM, Resource, bundle, condition, lab, patient, request, subject, until
from screener.records.codetable import book_codes
from screener.records.imported import ImportedCase
from screener.records.options import Options
from screener.rulebook.book import RuleBook

DRUGS = {
    "potassium chloride 20 mEq tablet": "8591",
    "furosemide 40 mg tablet": "4603",
    "hydrochlorothiazide 25 mg tablet": "5487",
}
DIAGNOSES = {"E11.9": "ICD10CM", "I10": "ICD10CM", "N18.5": "ICD10CM", "E87.6": "ICD10CM"}
UNITS = {"mmol/L": "8753", "mEq/L": "9557", "mg/dL": "8840", "umol/L": "8749"}
# each result: its name, code and concept, its units with the numbers (smallest, largest, decimals) that are made up
RESULTS: dict[str, tuple[str, str, dict[str, tuple[float, float, int]]]] = {
    "Potassium": (SERUM, "3023103", {"mmol/L": (2.0, 7.0, 1), "mEq/L": (2.0, 7.0, 1)}),
    "Magnesium": (MG_MASS, "3001420", {"mg/dL": (0.8, 3.0, 1), "mEq/L": (0.8, 2.4, 1)}),
    "Creatinine": ("2160-0", "3016723", {"mg/dL": (0.5, 4.0, 2), "umol/L": (45, 350, 0)}),
}
SIGNS = {"": "0", "<": "4171756", ">": "4172704"}


def day(random: Random) -> str:
    return f"2024-{random.randint(1, 12):02}-{random.randint(1, 28):02}"


def someone(identity: str, random: Random) -> dict[str, Any]:
    """A made-up person: results with units and bounds, courses with gaps, diagnoses."""
    results = []
    for _ in range(random.randint(0, 7)):
        clock = f" {random.randint(0, 23):02}:15:00" if random.random() < 0.5 else ""
        name = random.choice(["Potassium", "Potassium", "Magnesium", "Creatinine"])
        unit = random.choice(list(units := RESULTS[name][2]))
        low, high, decimals = units[unit]
        value, sign = f"{random.uniform(low, high):.{decimals}f}", random.choice(["", "", "", "<", ">"])
        when = day(random)
        if results and random.random() < 0.4:  # of the same day as another, in no order that the record gives
            when = random.choice(results)[0][:10]
        results.append((when + clock, sign, value, unit, name))
    courses = []
    for _ in range(random.randint(0, 4)):
        start, end = sorted((day(random), day(random)))
        courses.append((random.choice(list(DRUGS)), start, end))
    found = sorted({random.choice(list(DIAGNOSES)) for _ in range(random.randint(0, 3))})
    diagnoses = [(code, day(random)) for code in found]
    sex, born = random.choice(["female", "male"]), f"{random.randint(1930, 2000)}-0{random.randint(1, 9)}-15"
    return {"id": identity, "sex": sex, "born": born, "k": results, "drugs": courses, "codes": diagnoses}


def as_fhir(person: dict[str, Any]) -> Resource:
    """Their record as a bundle."""
    who = person["id"]
    found: list[Resource] = [patient(who, birthDate=person["born"], gender=person["sex"])]
    for place, (time, sign, value, unit, name) in enumerate(person["k"]):
        when = time.replace(" ", "T") + ("Z" if " " in time else "")
        result = lab(f"k{place}", float(value), when, RESULTS[name][0], unit, who)
        if sign:
            result["valueQuantity"]["comparator"] = sign
        found.append(result)
    for place, (name, start, end) in enumerate(person["drugs"]):
        found.append(request(f"m{place}", name, start, "completed", who, **until(end)))
    visit = {"category": [{"coding": [{"code": "encounter-diagnosis"}]}]}
    for place, (code, start) in enumerate(person["codes"]):
        found.append({**condition(f"c{place}", "icd10cm", code, onsetDateTime=start, **visit), **subject(who)})
    return bundle(*found)


def table(path: Path, header: str, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header.split(","), *rows])


MAPPING = """\
screener-map: 1
person:
  file: people.csv
  id: who
  sex: {column: sex, female: [female], male: [male]}
  birth: {column: born}
tables:
  - {kind: measurement, file: labs.csv, person: who, name: test, text: result, unit: unit, time: time,
     names: {Potassium: potassium/serum, Magnesium: magnesium/serum, Creatinine: creatinine/serum}}
  - {kind: drug, file: drugs.csv, person: who, name: drug, start: start, end: end, prescribed: yes}
  - {kind: condition, file: codes.csv, person: who, code: {column: code, system: ICD-10-CM}, start: start}
"""


def as_long(people: list[dict[str, Any]], folder: Path, seed: int = 1) -> Path:
    """Their tables, in no order."""
    folder.mkdir()
    random = Random(seed)
    table(folder / "people.csv", "who,sex,born", [[p["id"], p["sex"], p["born"]] for p in people])
    labs = [[p["id"], name, sign + value, unit, time] for p in people for time, sign, value, unit, name in p["k"]]
    drugs = [[p["id"], *drug] for p in people for drug in p["drugs"]]
    codes = [[p["id"], *code] for p in people for code in p["codes"]]
    for rows in (labs, drugs, codes):
        random.shuffle(rows)
    table(folder / "labs.csv", "who,test,result,unit,time", labs)
    table(folder / "drugs.csv", "who,drug,start,end", drugs)
    table(folder / "codes.csv", "who,code,start", codes)
    (folder / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    return folder


def as_omop(people: list[dict[str, Any]], folder: Path, seed: int = 1) -> Path:
    """The same in the OMOP model, in no order, with a made-up vocabulary."""
    folder.mkdir()
    random = Random(seed)
    persons = [
        [p["id"], "8532" if p["sex"] == "female" else "8507", *p["born"].split("-"), f"{p['born']} 00:00:00"]
        for p in people
    ]
    header = "person_id,gender_concept_id,year_of_birth,month_of_birth,day_of_birth,birth_datetime"
    table(folder / "person.csv", header, persons)
    labs = [
        [
            p["id"],
            RESULTS[name][1],
            time[:10],
            time if " " in time else f"{time} 00:00:00",
            SIGNS[sign],
            value,
            UNITS[unit],
            unit,
        ]
        for p in people
        for time, sign, value, unit, name in p["k"]
    ]
    header = (
        "person_id,measurement_concept_id,measurement_date,measurement_datetime,operator_concept_id,value_as_number"
    )
    random.shuffle(labs)
    table(folder / "measurement.csv", f"{header},unit_concept_id,unit_source_value", labs)
    products = {name: str(2_000_000_000 + place) for place, name in enumerate(DRUGS)}
    drugs = [[p["id"], products[name], start, end, "32838", name] for p in people for name, start, end in p["drugs"]]
    header = "person_id,drug_concept_id,drug_exposure_start_date,drug_exposure_end_date,drug_type_concept_id"
    random.shuffle(drugs)
    table(folder / "drug_exposure.csv", f"{header},drug_source_value", drugs)
    sources = {code: str(2_000_000_100 + place) for place, code in enumerate(DIAGNOSES)}
    codes = [[p["id"], "0", sources[code], start] for p in people for code, start in p["codes"]]
    header = "person_id,condition_concept_id,condition_source_concept_id,condition_start_date"
    random.shuffle(codes)
    table(folder / "condition_occurrence.csv", header, codes)
    concepts = [[str(2_000_000_050 + n), name, "RxNorm", "Ingredient", DRUGS[name]] for n, name in enumerate(DRUGS)]
    concepts += [[one, code, DIAGNOSES[code], "", code] for code, one in sources.items()]
    header = "concept_id,concept_name,vocabulary_id,concept_class_id,concept_code"
    text = "\n".join("\t".join(row) for row in [header.split(","), *concepts]) + "\n"
    (folder / "concept.csv").write_text(text, encoding="utf-8")  # separated by tabs, as the vocabulary comes
    above = [[str(2_000_000_050 + n), products[name]] for n, name in enumerate(DRUGS)]
    table(folder / "concept_ancestor.csv", "ancestor_concept_id,descendant_concept_id", above)
    return folder


def options_for(book: RuleBook, folder: Path, **more: Any) -> Options:
    return Options(book, book_codes(book), absent_means_no=True, mapping=folder / "mapping.yaml", **more)


def plain(case: ImportedCase) -> tuple[Any, ...]:
    answers = {name: value for name, value in case.answers.items() if name != "medicines"}
    listed = case.answers.get("medicines") or []
    names = sorted(str(one if isinstance(one, str) else one["name"]).split()[0].lower() for one in listed)
    return case.as_of, answers, names
