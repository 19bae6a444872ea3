"""A small rule book of one's own, on another subject, written into a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

RULEBOOK: Final = "version: 0.1.0\npacks: [class, safety]\n"
PACK: Final = "title: Houseplants\nversion: 0.1.0\nabout: For a class.\n"
UNITS: Final = """\
analytes:
  - id: ferritin
    unit: µg/L
    units: {µg/L: 1, ng/mL: 1}
    example: "30"
  - id: haemoglobin
    unit: g/L
    units: {g/L: 1, g/dL: 10, mmol/L: 16.114}
    example: 13.5 g/dL
"""
QUESTIONS: Final = """\
questions:
  - {field: dry_soil, section: Soil, label: dry soil, ask: Is the soil dry?, why: Roots need water.}
  - {field: leaves, kind: whole, from: 0, to: 500, section: Plant, label: leaves, ask: How many leaves?, why: Size.}
  - {field: light, kind: choice, choices: [North, South], section: Place, label: light, ask: Where?, why: Light.}
  - {field: height, kind: decimal, from: 0, to: 9, unit: m, step: 0.01, section: Plant, label: height,
     ask: How tall?, why: Size.}
  - {field: ferritin, kind: lab, from: 1, to: 5000, section: Lab, label: ferritin, ask: Ferritin?, why: A store.}
  - {field: hb, kind: lab, analyte: haemoglobin, from: 20, to: 250, bare_up_to: 250, units: [g/L, g/dL], section: Lab,
     label: haemoglobin, ask: Haemoglobin?, why: Blood.}
"""
RULES: Final = """\
rules:
  - id: water-it-dry
    concludes: water-it
    when: {all: [{dry_soil: yes}, {any: [{leaves: {at_least: 3}}, {light: [South]}, {hb: {below: 120}}]}]}
    because: Dry soil and much light.
    sources: [P1]
"""
FLAGS: Final = """\
flags:
  - {id: water-it, title: Water it, explanation: The plant needs water., urgency: routine, sources: [P1]}
"""
SOURCES: Final = "sources:\n  - {id: P1, kind: ours, title: our class}\n"


def write(folder: Path, texts: dict[str, str], **changes: str) -> Path:
    """The book's files in a folder; `changes` replace whole files by their names without ending."""
    files = {
        "rulebook.yaml": RULEBOOK, "units.yaml": UNITS, "questionnaire.yaml": QUESTIONS, "class/pack.yaml": PACK,
        "class/rules.yaml": RULES, "class/flags.yaml": FLAGS, "class/sources.yaml": SOURCES, "safety/pack.yaml": PACK,
    }  # fmt: skip
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(changes.get(path.stem, text), encoding="utf-8")
    (folder / "texts.yaml").write_text(json.dumps(texts, indent=0), encoding="utf-8")
    return folder
