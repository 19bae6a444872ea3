"""What reading medicines costs: one name by its length, and the start of `screener screen` with fewer names."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from shutil import copytree
from statistics import median
from time import perf_counter

from screener.rulebook.cache import cached_rulebook
from screener.rulebook.medicine.table import MedicineTable

ROOT = Path(__file__).parent.parent
TYPED = ROOT / "tests" / "unit" / "typed-medicines.csv"
NOT_LISTED = ROOT / "tests" / "unit" / "medicines-not-listed.txt"
CASE = ROOT / "examples" / "vignettes" / "V06-potassium-tablets-not-working.json"
OTHER_NAMES = ("synonyms", "brands_us", "brands_uk", "names_eu", "brands_in")
ABOUT_NAMES = ("lay-names", "confusable", "homonyms")  # lists that refer to names of the table
LONG = ("x", "losartan/", "furosimide, ", "potassium ", "stopped ", "- ", "a,")
STARTS = 15


def seconds(table: MedicineTable, names: Iterable[str]) -> list[float]:
    """The time of each name, the best of three, none of them known from before."""
    fresh = MedicineTable(table.entries, table.lexicon)
    fresh.match("warm up")
    found = []
    for name in names:
        best = float("inf")
        for again in range(3):
            start = perf_counter()
            fresh.match(name + " " * again)
            best = min(best, perf_counter() - start)
        found.append(best)
    return found


def told(what: str, times: list[float]) -> None:
    times = sorted(times)
    at_99 = times[int(0.99 * (len(times) - 1))]
    print(
        f"{what:44}{len(times):6,} names, median {median(times) * 1e3:.3f} ms, 99th percentile {at_99 * 1e3:.3f} ms, "
        f"worst {times[-1] * 1e3:.3f} ms (wanted: under 1)"
    )


def reading() -> None:
    table = cached_rulebook().medicines
    with TYPED.open(encoding="utf-8", newline="") as lines:
        told("as people and hospitals type them", seconds(table, (row["typed"] for row in csv.DictReader(lines))))
    told("every name of the table", seconds(table, (name for entry in table.entries for name in entry.names)))
    others = NOT_LISTED.read_text(encoding="utf-8").splitlines()
    told("other medicines", seconds(table, (line for line in others if line and not line.startswith("#"))))
    for size in (100, 1_000, 10_000):
        told(f"{size:,} characters long", seconds(table, ((text * size)[:size] for text in LONG)))


def with_few_names(folder: Path) -> int:
    """Cut the table of a copied book to the generic names that mean a class or are in a rule; how many are left."""
    vocabulary = folder / "vocabulary"
    with (vocabulary / "medicines.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    rules = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*/rules/*.yaml"))
    met: set[str] = set()
    kept = []
    for row in rows:
        classes = set(row["class"].split(";"))
        if classes - met or row["generic"] in rules:
            met |= classes
            kept.append({**row, **dict.fromkeys(OTHER_NAMES, "")})
    with (vocabulary / "medicines.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)
    for name in ABOUT_NAMES:
        path = vocabulary / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    return len(kept)


def start_up() -> None:
    with tempfile.TemporaryDirectory() as place:
        whole, few = Path(place) / "whole", Path(place) / "few"
        copytree(ROOT / "rules", whole)
        copytree(ROOT / "rules", few)
        left = with_few_names(few)
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "XDG_CACHE_HOME": place}
        times: dict[Path, list[float]] = {whole: [], few: []}
        for turn in range(STARTS + 1):
            for book, found in times.items():
                start = perf_counter()
                command = [sys.executable, "-m", "screener", "screen", "--rules", str(book), str(CASE)]
                subprocess.run(command, env=environment, capture_output=True, check=True)
                if turn:  # the first start reads the files
                    found.append(perf_counter() - start)
    names = sum(len(entry.names) for entry in cached_rulebook().medicines.entries)
    more = median(one - other for one, other in zip(times[whole], times[few], strict=True))
    print(
        f"start of `screener screen` with {names:,} names {median(times[whole]) * 1e3:.0f} ms, with {left} names "
        f"{median(times[few]) * 1e3:.0f} ms: {more * 1e3:+.0f} ms in pairs (wanted: at most +50)"
    )


def main() -> None:
    reading()
    start_up()
