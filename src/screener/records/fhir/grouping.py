"""Which bundles of a folder are about the same people, so that each person makes one case."""

from __future__ import annotations

import re
from collections.abc import Iterable
from json import JSONDecoder
from pathlib import Path
from typing import Any, Final

from screener.errors import CaseError, FileError
from screener.records.fhir.bundle import is_about_a_patient, local, subject_of
from screener.records.fhir.decode import decode_bundle, people_of
from screener.records.fhir.files import content
from screener.records.fhir.opened import opened

PATIENT: Final = b'"Patient"'
KIND: Final = re.compile(rb'\{\s*"resourceType"\s*:\s*$')
REFERENCE: Final = re.compile(rb'Patient/([A-Za-z0-9.-]{1,64})(?:/_history/[^"]*)?"')
HELD: Final = 64_000_000  # bytes of files that are kept in memory
NEAR: Final = 60  # bytes before the kind of a resource, in which its object begins
LONGEST: Final = 200_000  # bytes of a Patient resource that are looked at


def groups(paths: Iterable[Path], kept: dict[Path, bytes]) -> list[list[Path]]:
    """Files that share a person together, each other file alone; in order of their names.

    What cannot be read is a group of its own: what is wrong with it is said when it is read.

    Args:
        paths: the files.
        kept: gets the content of the first ones, as much as may be held, so that they need not be read twice.
    """
    room = HELD
    group_of: dict[str, int] = {}
    found: dict[int, list[Path]] = {}
    for number, path in enumerate(paths):
        mine = {number}
        raw = _content(path)
        if raw and len(raw) <= room:
            kept[path] = raw
            room -= len(raw)
        names = set(_people(raw, path))
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


def _content(path: Path) -> bytes:
    try:
        return content(path)
    except FileError:
        return b""


def _people(raw: bytes, path: Path) -> Iterable[str]:
    """Whom a file is about: the ids of its patients, and those that only others of the folder can hold."""
    try:
        found = _patients_in(raw)
        return found | _named_in(raw) if found else _all_in(raw, str(path))
    except CaseError:
        return ()


def _patients_in(raw: bytes) -> set[str]:
    """The ids of the Patient resources in a file, as they are nearly always written; empty when they are not so."""
    found: set[str] = set()
    at = raw.find(PATIENT)
    while at >= 0:
        before = KIND.search(raw[max(0, at - NEAR) : at])
        if before is not None:
            identity = _id_at(raw, max(0, at - NEAR) + before.start())
            if not identity:
                return set()
            found.add(identity)
        at = raw.find(PATIENT, at + 1)
    return found


def _id_at(raw: bytes, start: int) -> str:
    """The id of the resource whose object begins at a place; empty when it cannot be told."""
    try:
        text = raw[start : start + LONGEST].decode("utf-8", "ignore")
        data, _ = JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return ""
    identity = data.get("id")
    return identity if isinstance(identity, str) else ""


def _named_in(raw: bytes) -> set[str]:
    """The patients that references of a file name."""
    return {found.decode() for found in set(REFERENCE.findall(raw))}


def _all_in(raw: bytes, where: str) -> set[str]:
    """The same by reading the whole file."""
    data: dict[str, Any] = people_of(raw) or decode_bundle(raw, where)
    found: set[str] = set()
    for _, resource in opened(data, where).resources:
        if resource["resourceType"] == "Patient" and isinstance(resource.get("id"), str):
            found.add(resource["id"])
        reference = subject_of(resource)
        if reference and is_about_a_patient(reference):
            found.add(local(reference).rsplit("/", 1)[-1].removeprefix("urn:uuid:"))
    return found
