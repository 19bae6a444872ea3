"""The content security policy: nothing from elsewhere, no script or style inside a page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

FIXED: Final = (
    "default-src 'none'",
    "script-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)


def policy(styles: Iterable[str] = ()) -> str:
    """The policy; `styles` are the hashes of our own pictures' styles."""
    return "; ".join((*FIXED, " ".join(["style-src 'self'", *styles])))
