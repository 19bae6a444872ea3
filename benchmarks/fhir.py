"""FHIR in: reading, mapping and screening against `json.loads` alone over the same bundles; memory over many patients.

Uses the simulated patients (Synthea) in the folder that SCREENER_SYNTHEA names, and otherwise bundles of our own that
look like them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from statistics import median
from time import process_time
from typing import Any

from screener.engine.facts import facts_of
from screener.records.codetable import book_codes
from screener.records.fhir import decode
from screener.records.fhir.read import _guarded
from screener.records.imported import ImportedCase
from screener.records.options import Options
from screener.rulebook.cache import cached_rulebook
from screener.screening import Screener

ROOT = Path(__file__).parent.parent
SYNTHEA = Path(os.environ.get("SCREENER_SYNTHEA", ROOT / "no such folder"))
ROUNDS = 7
MEASURE = """
import resource, sys
from screener.records.imported import ImportedCase
from screener.records.fhir.read import cases
count = sum(1 for case in cases(sys.argv[1]) if not case.refused)
print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def coded(system: str, code: str, text: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": text}], "text": text}


def person(number: int, observations: int = 120) -> list[dict[str, Any]]:
    """The resources of one made-up patient, mostly of a kind that nobody reads."""
    random = Random(number)
    subject = {"subject": {"reference": f"Patient/p{number}"}}
    found: list[dict[str, Any]] = [
        {"resourceType": "Patient", "id": f"p{number}", "birthDate": "1960-01-01", "gender": "female"},
        {
            "resourceType": "MedicationRequest", "id": f"m{number}", "status": "active", "intent": "order",
            "medicationCodeableConcept": {"text": "Hydrochlorothiazide 25 MG"}, "authoredOn": "2019-01-01", **subject,
        },
    ]  # fmt: skip
    for index in range(observations):
        code, unit = random.choice([("6298-4", "mmol/L"), *[(f"{n}-{n % 10}", "mg/dL") for n in range(2000, 2020)]])
        found.append(
            {
                "resourceType": "Observation", "id": f"o{number}-{index}", "status": "final",
                "category": [coded("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory", "Lab")],
                "code": coded("http://loinc.org", code, "A test"), **subject,
                "effectiveDateTime": f"20{10 + index % 14}-0{1 + index % 9}-11T21:13:11+00:00",
                "issued": "2020-01-11T21:13:11.303+00:00",
                "valueQuantity": {"value": 3.7 + random.random(), "unit": unit, "code": unit},
            }
        )  # fmt: skip
    return found


def bundles() -> tuple[str, list[bytes]]:
    paths = sorted(SYNTHEA.glob("*.json"))
    if paths:
        return f"{len(paths)} simulated patients (Synthea)", [path.read_bytes() for path in paths]
    made = [{"resourceType": "Bundle", "entry": [{"resource": r} for r in person(n)]} for n in range(40)]
    return "40 bundles of our own", [json.dumps(bundle).encode() for bundle in made]


class Reading:
    """The three amounts of work over the same texts."""

    def __init__(self, texts: list[bytes]) -> None:
        self.texts = texts
        self.options = Options(cached_rulebook(), book_codes(cached_rulebook()))
        self.screener = Screener(self.options.book)

    def plain(self) -> None:
        for text in self.texts:
            json.loads(text)

    def cases(self) -> Iterator[ImportedCase]:
        for text in self.texts:
            yield from _guarded(text, "", self.options)

    def map(self) -> None:
        for _ in self.cases():
            pass

    def screen(self) -> None:
        for case in self.cases():
            self.screener.engine.infer(facts_of(case.intake(), self.options.book))


def seconds(work: Callable[[], object]) -> float:
    """Processor time, so that other work on the machine counts less."""
    start = process_time()
    work()
    return process_time() - start


def throughput() -> None:
    name, texts = bundles()
    reading = Reading(texts)
    works = {
        "json.loads alone": reading.plain,
        "read and map": reading.map,
        "read, map, screen": reading.screen,
    }
    times: dict[str, list[float]] = {key: [] for key in works}
    for _ in range(ROUNDS):
        for key, work in works.items():
            times[key].append(seconds(work))
    base = median(times["json.loads alone"])
    how = "with" if decode._decoders() else "without"
    print(f"{name}, {sum(map(len, texts)) / 1e6:.1f} MB, one process, {how} msgspec")
    for key, found in times.items():
        each = median(found) / len(texts) * 1000
        print(f"  {key:20} {each:6.2f} ms a bundle, {median(found) / base:.2f} times json.loads")


def memory() -> None:
    """The peak of a fresh process over a Bulk Data folder and over ten times as many patients."""
    for count in (1_000, 10_000):
        with tempfile.TemporaryDirectory() as folder:
            with (Path(folder) / "all.ndjson").open("w", encoding="utf-8") as file:
                for number in range(count):
                    file.writelines(json.dumps(resource) + "\n" for resource in person(number, 30))
            environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
            done = subprocess.run(
                [sys.executable, "-c", MEASURE, folder], capture_output=True, text=True, check=True, env=environment
            )
            size = sum(path.stat().st_size for path in Path(folder).glob("*")) / 1e6
            read, peak = done.stdout.split()
            print(f"  {read} patients in NDJSON of {size:.0f} MB: at most {peak} MB of memory")


def main() -> None:
    throughput()
    decoders = decode._decoders
    decode._decoders = lambda: None  # type: ignore[assignment]
    try:
        throughput()
    finally:
        decode._decoders = decoders
    memory()


if __name__ == "__main__":
    main()
