"""The report in each form that a command or a page asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from json import dumps
from typing import Any

from screener.case.fields import BaseIntake
from screener.report.model import Report
from screener.report.page import Block, NewSheet, PageBuilder
from screener.rulebook.book import RuleBook


@dataclass
class View:
    """Collects the reports of one command and writes them as text, json, markdown or html."""

    book: RuleBook
    form: str
    data: list[dict[str, Any]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    def add(self, report: Report, intake: BaseIntake, first: bool = True) -> None:
        """Add one report. Markdown and HTML carry the page for the clinician as well."""
        if self.form == "json":
            self.data.append(report.to_dict())
            return
        if self.blocks and not first:
            self.blocks.append(NewSheet())
        self.blocks += PageBuilder(report, self.book).page()
        if self.form in ("markdown", "html"):
            from screener.report.clinician import clinician_page

            self.blocks += clinician_page(report, intake, self.book)

    def finish(self, several: bool = False) -> str:
        """Everything that was added; a list of reports in JSON when several cases were asked for."""
        if self.form == "json":
            if not self.data and not several:
                return ""
            return dumps(self.data if several else self.data[0], indent=2, ensure_ascii=False) + "\n"
        if not self.blocks:
            return ""
        return self.render()

    def render(self) -> str:
        """The collected blocks in the chosen form."""
        from importlib import import_module

        text: str = import_module(f"screener.report.{self.form}").render(self.blocks)
        return text
