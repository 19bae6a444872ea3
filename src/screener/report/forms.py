"""The forms in which reports are written. One more is a name here, and a module of that name with `render(blocks)`."""

from __future__ import annotations

from typing import Final

FORMS: Final = ("text", "json", "markdown", "html")
