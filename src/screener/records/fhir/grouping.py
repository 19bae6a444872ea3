"""Which bundles of a folder are about the same people, so that each person makes one case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from screener.errors import CaseError, FileError
from screener.records.fhir.bundle import is_about_a_patient, local, names_of, subject_of
from screener.records.fhir.decode import decode_bundle, people_of
from screener.records.fhir.files import content
from screener.records.fhir.opened import opened


def groups(paths: Iterable[Path]) -> list[list[Path]]:
    """Files that share a person together, each other file alone; in order of their names.

    What can not be read stands alone: what is wrong with it is said when it is read.
    """
    group_of: dict[str, int] = {}
    found: dict[int, list[Path]] = {}
    for number, path in enumerate(paths):
        mine = {number}
        names = set(_people(path))
        for name in names:
            if name in group_of:
                mine.add(group_of[name])
        first, *others = sorted(mine)
        files = found.setdefault(first, [])
        for other in others:
            files += found.pop(other, [])
            for name, group in group_of.items():
                if group == other:
                    group_of[name] = first
        files.append(path)
        group_of.update(dict.fromkeys(names, first))
    return [sorted(files) for _, files in sorted(found.items())]


def _people(path: Path) -> Iterator[str]:
    """Whom a file is about: the ids of its patients, and those that only others of the folder can hold."""
    try:
        raw = content(path)
        data: dict[str, Any] = people_of(raw) or decode_bundle(raw, str(path))
        resources = opened(data, str(path)).resources
    except (CaseError, FileError):
        return
    known: set[str] = set()
    for url, resource in resources:
        if resource["resourceType"] == "Patient" and isinstance(resource.get("id"), str):
            yield resource["id"]
            known.update(names_of(url, resource))
    for _, resource in resources:
        reference = subject_of(resource)
        if reference and reference not in known and local(reference) not in known and is_about_a_patient(reference):
            yield local(reference).rsplit("/", 1)[-1].removeprefix("urn:uuid:")
