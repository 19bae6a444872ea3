"""One row of a table by what its cells say."""

from __future__ import annotations

from collections.abc import Mapping

from screener.records.tables.plan import TablePlan

Coding = tuple[str, str, str]  # system, code, display


class Row:
    """One row, by roles.

    Attributes:
        plan: of its table.
        cells: what is in it; None where nothing does.
    """

    __slots__ = ("cells", "plan")

    def __init__(self, plan: TablePlan, cells: Mapping[str, str | None]) -> None:
        self.plan = plan
        self.cells = cells

    def get(self, role: str) -> str:
        """A cell, or nothing."""
        return self.cells.get(role) or ""

    @property
    def system(self) -> str:
        """The code system of its code."""
        return self.get("code_system") or self.plan.systems.get(self.get("system"), self.plan.system)

    @property
    def codings(self) -> tuple[Coding, ...]:
        """Its code, with the system and nothing else; nothing where there is none."""
        code = self.get("code")
        return ((self.system, code, ""),) if code else ()
