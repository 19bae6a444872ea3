"""How deep JSON is nested, known before it is parsed.

Python counts levels itself while it parses, and stops. In a browser that is too late: there, the stack ends before the
count does, and Python with it.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import Final

MOST: Final = 1000  # levels: as many as every Python reads
_TEXT: Final = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_OTHER: Final = re.compile(r"[^\[\]{}]+")
_STEPS: Final = {"[": 1, "{": 1, "]": -1, "}": -1}


def check_nesting(text: str) -> None:
    """Refuse a text that could not be parsed safely.

    Raises:
        RecursionError: lists and objects are nested more than `MOST` levels deep.
    """
    if text.count("[") + text.count("{") <= MOST:
        return
    brackets = _OTHER.sub("", _TEXT.sub("", text))
    if max(accumulate(map(_STEPS.__getitem__, brackets)), default=0) > MOST:
        raise RecursionError(f"nested more than {MOST} levels deep")
