"""`screener rules schema`: the published schemas are current, and fit every rule file and every case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from rulefolder import ROOT, screener_here
from screener.case.files import read_case
from screener.case.intake import Intake
from screener.rulebook.document import parse_document
from screener.screening import Screener
from screener.workbench.schema import schemas, written
from vignettes import SCREENED, VIGNETTES, Vignette

SCHEMAS = schemas(Intake.fields)
RULE_FILES = [*sorted((ROOT / "rules").rglob("*.yaml")), ROOT / "examples" / "editor" / "my-rules.yaml"]


def kind_of(path: Path) -> str:
    return "rules" if path.parent.name in ("rules", "editor") and path.stem not in SCHEMAS else path.stem


def errors(name: str, data: Any) -> list[str]:
    return [error.message for error in Draft202012Validator(SCHEMAS[name]).iter_errors(data)]


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_published_schema_is_current(name: str) -> None:
    published = ROOT / "docs" / "schema" / f"{name}.schema.json"
    hint = "run `screener rules schema --write docs/schema`"
    assert published.read_text(encoding="utf-8") == written(SCHEMAS[name]), hint
    Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_rule_file_fits(path: Path) -> None:
    raw = path.read_bytes()
    assert errors(kind_of(path), parse_document(raw, path.name).data) == []
    assert errors(kind_of(path), yaml.safe_load(raw)) == [], "also as an editor reads it, with yes for true"


@pytest.mark.parametrize("vignette", VIGNETTES, ids=lambda vignette: vignette.id)
def test_cases_fit_when_they_are_accepted(vignette: Vignette) -> None:
    found = errors("case", json.loads(vignette.case.read_bytes()))
    if "rejected" not in vignette.expected:
        assert found == []


@pytest.mark.parametrize("vignette", SCREENED[::6], ids=lambda vignette: vignette.id)
def test_reports_fit(vignette: Vignette, screener: Screener) -> None:
    report = screener.screen(read_case(str(vignette.case), Intake.fields))
    assert errors("report", json.loads(report.to_json())) == []


@pytest.mark.parametrize(
    "when",
    [
        {"fatige": "yes"},
        {"fatigue": "maybe"},
        {"fatigue": "yes", "nausea": "yes"},
        {"potassium": {"bellow": 3}},
        {"potassium": {"below": 300}},
        {"at_least": {"count": 0, "of": [{"fatigue": "yes"}]}},
        {"all": []},
        {"medicine": {"months": 3}},
        {"not": {"any": [{"fatige": "yes"}]}},
    ],
)
def test_a_wrong_condition_does_not_fit(when: Any) -> None:
    rule = {"id": "x", "concludes": "y", "when": when, "because": "z", "sources": ["ours"]}
    assert errors("rules", {"rules": [rule]})


def test_the_command_prints_one_or_lists_all(tmp_path: Path) -> None:
    assert json.loads(screener_here("rules", "schema", "case").out) == SCHEMAS["case"]
    assert screener_here("rules", "schema").out.split() == list(SCHEMAS)
    assert screener_here("rules", "schema", "--write", str(tmp_path / "new")).code == 0
    assert len(list((tmp_path / "new").iterdir())) == len(SCHEMAS)


def test_the_editor_s_settings_name_schemas_and_files_that_exist() -> None:
    settings = json.loads((ROOT / "examples" / "editor" / "settings.json").read_bytes())
    for schema, globs in settings["yaml.schemas"].items():
        assert (ROOT / schema).is_file()
        for glob in [globs] if isinstance(globs, str) else globs:
            assert glob == "rules/*/rules.yaml" or list(ROOT.glob(glob)), glob
