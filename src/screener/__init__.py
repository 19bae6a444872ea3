"""An educational, rule-based screener for signs that magnesium and potassium may be out of balance.

It educates; it never diagnoses. `screen(Intake(...))` returns a `Report`.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from screener.case.intake import Intake
    from screener.report.model import Report
    from screener.rulebook.book import RuleBook
    from screener.screening import Screener, screen

__version__ = "0.1.0"
__all__ = ["Intake", "Report", "RuleBook", "Screener", "screen"]

_HOMES = {
    "Intake": "screener.case.intake",
    "Report": "screener.report.model",
    "RuleBook": "screener.rulebook.book",
    "Screener": "screener.screening",
    "screen": "screener.screening",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for, when it is asked for: the command line starts faster."""
    if name not in _HOMES:
        raise AttributeError(f"module 'screener' has no attribute {name!r}")
    from importlib import import_module

    if "IPython" in sys.modules or "marimo" in sys.modules:
        import_module("screener.notebook")
    return getattr(import_module(_HOMES[name]), name)
