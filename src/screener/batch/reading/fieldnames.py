"""Field names that the intake does not have: those that look as if they identify a person, and what others may mean.

Those that look identifying are refused, and nothing of them is ever copied.

The cases of a batch are meant to be anonymised. A name is taken apart into words (`patientName`, `birth-date`); it is
the words that count. A name that is harmless after all can be dropped explicitly, which never copies it either.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Iterator
from itertools import islice
from typing import Any, Final

from screener.case.fields import Fields


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MOST_LOOKED_AT: Final = 1000  # names of one record or table
MOST_SHOWN: Final = 10

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_KEY: Final = re.compile(r'("(?:[^"\\]|\\.)*")\s*:')
_MEDICINES: Final = re.compile(r'"medicines"\s*:\s*\[[^\]]*\]?')
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BETWEEN: Final = re.compile(r"[\s.-]+")

_IDENTIFYING: Final = _words(
    """
    surname forename firstname lastname fullname username middlename maidenname initials nickname
    birth birthday birthdate dob born birthplace
    address street postcode postal zip zipcode city town village
    phone telephone tel mobile fax email mail
    mrn ssn nhs passport insurance licence license nino nin iban
    photo portrait fingerprint ip url facebook twitter
    """
)
_RUN_TOGETHER: Final = (
    "dateofbirth", "birthdate", "patientid", "patientname", "recordnumber", "recordno", "nhsnumber", "socialsecurity",
    "phonenumber", "emailaddress", "homeaddress", "nationalid", "personid",
)  # fmt: skip
_NAMED_THINGS: Final = _words("drug medicine medication generic brand test lab file column unit product")
_PEOPLE: Final = _words(
    "patient person subject member client record hospital medical national health social tax account"
)
_NUMBERS: Final = _words("id ids no nr num number numbers identifier key code")

HINT: Final = (
    "looks as if it identifies a person; leave it out, or pass `--drop {name}`, which ignores it without copying it"
)


def identifying(name: str, fields: Container[str]) -> bool:
    """Whether a name looks as if it identifies a person; the rule book's own fields never do."""
    if name in fields:
        return False
    words = frozenset(word.lower() for word in _WORD.findall(name))
    letters = "".join(char for char in name.lower() if char.isalpha())
    if words & _IDENTIFYING or any(part in letters for part in _RUN_TOGETHER):
        return True
    if words & {"name", "names"}:
        return not words & _NAMED_THINGS
    return bool(words & _PEOPLE and words & _NUMBERS)


def identifying_below(name: str, value: Any, fields: Container[str]) -> bool:
    """Whether a field's name, or a name anywhere inside its value, looks identifying."""
    return identifying(name, fields) or any(identifying(key, fields) for key in _keys(value))


def _keys(value: Any) -> Iterator[str]:
    open_values = [value]
    while open_values:
        part = open_values.pop()
        if isinstance(part, dict):
            yield from part
            open_values.extend(part.values())
        elif isinstance(part, list):
            open_values.extend(part)


def mentions_identifying(text: str, dropped: frozenset[str], fields: Container[str]) -> bool:
    """Whether text that cannot be read as JSON seems to hold identifying fields, or fields that are to be dropped."""
    return any(name in dropped or identifying(name, fields) for name in _quoted_keys(_MEDICINES.sub("", text)))


def _quoted_keys(text: str) -> Iterator[str]:
    for match in _KEY.finditer(text):
        try:
            yield str(json.loads(match.group(1)))
        except ValueError:
            yield match.group(1)


def small(name: str, fields: Fields) -> str | None:
    """The field that a name would be if it were written as fields are: `Age`, `muscleCramps`, `Muscle Cramps`."""
    plain = _BETWEEN.sub("_", name.strip().strip('"'))
    found = (plain.lower(), _HUMP.sub("_", plain).lower())
    return next((word for word in found if word != name and word in fields.case_keys), None)


def in_small_letters(names: Iterable[str], fields: Fields) -> str:
    """The fields that names would be in small letters, to append to a message; nothing when they are none."""
    meant = dict.fromkeys(filter(None, (small(name, fields) for name in islice(names, MOST_LOOKED_AT))))
    if not meant:
        return ""
    listed = ", ".join(f"`{name}`" for name in islice(meant, MOST_SHOWN))
    return f"; fields are written in small letters: {listed}"
