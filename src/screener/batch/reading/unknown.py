"""What may have been meant by fields that do not exist."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from typing import Final

from screener.case.fields import Fields
from screener.errors import did_you_mean

MOST_LOOKED_AT: Final = 1000  # names of one record or table
MOST_SHOWN: Final = 10

_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BETWEEN: Final = re.compile(r"[\s.-]+")


@lru_cache(4096)
def suggestion_for(name: str, fields: Fields) -> str:
    """The field that was probably meant by an unknown one, to append to a message."""
    return did_you_mean(name, fields.case_keys)


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
