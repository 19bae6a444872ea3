"""Bulk Data: lines in any order, small and large, broken ones accounted for; and what is not FHIR at all."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fhirs import POTASSIUM_TABLETS, Resource, bundle, condition, lab, patient, request, subject
from screener.errors import FileError
from screener.records.fhir import decode, ndjson
from screener.records.fhir.read import cases
from screener.records.imported import ImportedCase
from screener.rulebook.book import RuleBook


def person(number: int) -> list[Resource]:
    who = f"p{number}"
    return [
        patient(who, birthDate=f"{1930 + number % 60}-01-01"),
        lab(f"k1-{number}", 3.0 + number % 7 / 5, "2024-01-01", who=who),
        request(f"rx-{number}", POTASSIUM_TABLETS, "2024-01-02", who=who),
        lab(f"k2-{number}", 3.0 + number % 5 / 4, "2024-02-01", who=who),
        lab(f"height-{number}", 170, "2024-03-01", "8302-2", "cm", who=who),
        {**condition(f"c-{number}", "snomed", "44054006"), **subject(who)},
    ]


def write(folder: Path, resources: list[Resource]) -> Path:
    folder.mkdir(exist_ok=True)
    for resource in resources:
        with (folder / f"{resource['resourceType']}.ndjson").open("a", encoding="utf-8") as file:
            file.write(json.dumps(resource) + "\n")
    return folder


def read(path: Path, book: RuleBook) -> dict[str | None, ImportedCase]:
    found = list(cases(path, book=book))
    assert len({case.case_id for case in found}) == len(found)
    return {case.case_id: case for case in found}


def test_a_folder_gives_what_bundles_give(book: RuleBook, tmp_path: Path) -> None:
    everyone = [person(number) for number in range(30)]
    lines = [resource for one in everyone for resource in one]
    Random(1).shuffle(lines)
    found = read(write(tmp_path / "bulk", lines), book)
    assert len(found) == 30
    for number, one in enumerate(everyone):
        path = tmp_path / "one.json"
        path.write_text(json.dumps(bundle(*one)), encoding="utf-8")
        (alone,) = cases(path, book=book)
        together = found[f"p{number}"]
        assert (together.answers, together.as_of) == (alone.answers, alone.as_of)


def test_much_data_goes_over_the_disk_and_stays_the_same(
    book: RuleBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "bulk", [resource for number in range(40) for resource in person(number)])
    with (folder / "Patient.ndjson").open("a", encoding="utf-8") as file:
        file.write("no JSON\n")
    expected = read(folder, book)
    monkeypatch.setattr(ndjson, "WHOLE", 2_000)
    monkeypatch.setattr(ndjson, "PARTS", 3)
    assert read(folder, book) == expected
    assert len(expected) == 41


def test_broken_lines_are_accounted_for(book: RuleBook, tmp_path: Path) -> None:
    folder = write(tmp_path / "bulk", [*person(1), lab("lonely", 3.0, "2024-01-01", who="ghost")])
    with (folder / "Observation.ndjson").open("a", encoding="utf-8") as file:
        file.write('\n[1]\n{"id": 1}\n{"resourceType": "Observation", "id": "x", "code": 3}\n')
    found = list(cases(folder, book=book))
    assert [case.case_id for case in found if not case.refused] == ["p1"]
    texts = [f"{case.where} {case.refused[0]}" for case in found if case.refused]
    assert any("Observation.ndjson:6 a FHIR resource is an object" in text for text in texts)
    assert any("Observation.ndjson:7 resourceType: is missing" in text for text in texts)
    assert any("Observation.ndjson:8 Observation/x.subject: is missing" in text for text in texts)
    assert any("Patient/ghost: is not in these files" in text for text in texts)


def test_a_line_may_be_a_whole_bundle(book: RuleBook, tmp_path: Path) -> None:
    path = tmp_path / "bundles.ndjson"
    path.write_text("".join(json.dumps(bundle(*person(n))) + "\n" for n in range(3)), encoding="utf-8")
    assert sorted(read(path, book)) == ["p0", "p1", "p2"]  # type: ignore[type-var]


def test_several_patients_in_one_bundle_by_every_kind_of_reference(book: RuleBook, tmp_path: Path) -> None:
    def about(reference: str, number: int) -> Resource:
        return {**lab(f"k{number}", 3.0, "2024-01-01"), "subject": {"reference": reference}}

    data: dict[str, Any] = bundle(patient("a"), patient("b"), patient("c"))
    data["entry"][1]["fullUrl"] = "urn:uuid:0000"
    references = ["Patient/a", "urn:uuid:0000", "https://example.org/fhir/Patient/c/_history/2"]
    data["entry"] += [{"resource": about(reference, n)} for n, reference in enumerate(references)]
    path = tmp_path / "b.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    assert [case.answers.get("potassium") for case in cases(path, book=book)] == [3.0, 3.0, 3.0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"{", "b.json:1:2: this is not JSON"),
        (b"[]", "is an object"),
        (b"\xff\xfe", "not UTF-8"),
        (b'{"a": NaN}', "`NaN` is not a number"),
        (b'{"resourceType": "Patient", "id": "\\ud800"}', "half of a character"),
        (b"{}", "resourceType: is missing"),
        (b'{"resourceType": "Bundle"}', "there is no Patient resource"),
        (b'{"resourceType": "Bundle", "entry": 3}', "is not a list"),
        (b'{"resourceType": "Bundle", "entry": [3]}', "Bundle.entry[0].resource: `3` is not an object"),
        (b'{"resourceType": "Bundle", "entry": [{"resource": {}}]}', "Bundle.entry[0].resource.resourceType"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
@pytest.mark.parametrize("fast", [True, False])
def test_what_is_no_fhir(
    content: bytes, message: str, fast: bool, book: RuleBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not fast:
        monkeypatch.setattr(decode, "_decoders", lambda: None)
    path = tmp_path / "b.json"
    path.write_bytes(content)
    (case,) = cases(path, book=book)
    assert message in f"{case.where}: {case.refused[0]}"


def test_without_msgspec_the_same_is_read(book: RuleBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "b.json"
    path.write_text(json.dumps(bundle(*person(3))), encoding="utf-8")
    fast = list(cases(path, book=book))
    monkeypatch.setattr(decode, "_decoders", lambda: None)
    assert list(cases(path, book=book)) == fast


def test_so_are_lines(book: RuleBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [json.dumps(resource, ensure_ascii=False) for number in range(3) for resource in person(number)]
    (tmp_path / "all.ndjson").write_text("\n".join(lines), encoding="utf-8")
    fast = list(cases(tmp_path, book=book))
    monkeypatch.setattr(decode, "_decoders", lambda: None)
    assert list(cases(tmp_path, book=book)) == fast


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=5), VALUES, max_size=4))
@example({"value": 1e400, "text": "Infinity"})
@example({"value": 2**70, "text": "a\u2028\x85\r\n\t"})
def test_a_resource_is_the_same_on_a_line(data: dict[str, Any]) -> None:
    text = decode.as_text(data)
    assert not set(text) & set("\n\r\t")  # it goes on one line, behind tabs
    assert repr(decode.of_text(text)) == repr(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decode, "_decoders", lambda: None)
        assert repr(decode.of_text(text)) == repr(data)


def test_files_that_are_not_there(book: RuleBook, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no such file"):
        list(cases(tmp_path / "none.json", book=book))
    with pytest.raises(FileError, match="neither"):
        list(cases(tmp_path, book=book))
