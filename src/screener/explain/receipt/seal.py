"""What a receipt and its checker agree on: the form's number, and the seal."""

from __future__ import annotations

from hashlib import sha256
from json import dumps
from typing import Any, Final

FORM: Final = 1


def seal(data: dict[str, Any]) -> str:
    """A fingerprint over everything else in a receipt: tells that it was changed by accident or carelessly."""
    rest = {key: value for key, value in data.items() if key != "seal"}
    return sha256(dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()
