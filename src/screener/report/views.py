"""The report in each form that a command or a page asks for."""

from __future__ import annotations

from dataclasses import field
from json import dumps
from typing import Any, Literal, TypeAlias

from screener.case.answered import Answered
from screener.data import dataclass
from screener.report.blocks import Block, NewSheet, rendered
from screener.report.brief import BriefPage, hints
from screener.report.page import PageBuilder
from screener.report.parts import ReportData
from screener.rulebook.book import RuleBook
from screener.saying import say, speaking

Reading: TypeAlias = Literal["brief", "details", "clinician"]


@dataclass
class View:
    """Collects the reports of one command and writes them as text, json, markdown or html.

    Attributes:
        reading: the page that fits one screen, everything, or the sheet for the clinician alone; JSON has everything.
        case: the name of the case file in the hints, which end a page in a terminal; None: there are no hints.
    """

    book: RuleBook
    form: str
    reading: Reading = "brief"
    case: str | None = None
    data: list[dict[str, Any]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def add(self, report: ReportData, intake: Answered) -> None:
        """Add one report. Markdown and HTML carry the page for the clinician as well."""
        with speaking(self.book.subject.language):
            if self.form == "json":
                from screener.report.model import Report

                self.data.append(Report.model_construct(**vars(report)).to_dict())
            elif self.form == "html":
                self.texts.append(self.html(report, intake))
            elif self.form == "text" and self.reading == "brief":
                shown = [] if self.case is None else hints(report, self.case)
                self.texts.append(BriefPage(report, self.book).text(shown))
            else:
                if self.blocks:
                    self.blocks.append(NewSheet())
                self.blocks += self.page(report, intake)

    def page(self, report: ReportData, intake: Answered) -> list[Block]:
        """One report as blocks."""
        from screener.report.clinician import clinician_page

        if self.reading == "clinician":
            return clinician_page(report, intake, self.book)
        brief = self.reading == "brief"
        page = BriefPage(report, self.book).blocks() if brief else PageBuilder(report, self.book).page()
        return page if self.form == "text" else [*page, *clinician_page(report, intake, self.book)]

    def html(self, report: ReportData, intake: Answered) -> str:
        """One report as HTML: the result with everything folded, and the sheet; or the sheet alone."""
        from screener.report.clinician import clinician_page
        from screener.report.html import safe, sheet
        from screener.report.result import ResultPage

        prefix = f"r{len(self.texts) + 1}-" if self.texts else ""
        paper = sheet(clinician_page(report, intake, self.book), f"{prefix}sheet")
        if self.reading == "clinician":
            return paper
        button = f'<a class="take" href="#{prefix}sheet">{safe(say("One page to take with you"))}</a>'
        return ResultPage(report, self.book, prefix, button, self.reading == "details").content() + paper

    def finish(self, several: bool = False) -> str:
        """Everything that was added; a list of reports in JSON when several cases were asked for."""
        with speaking(self.book.subject.language):
            if self.form == "json" and (self.data or several):
                return dumps(self.data if several else self.data[0], indent=2, ensure_ascii=False) + "\n"
            if self.form == "html" and self.texts:
                from screener.report.html import document

                return document("".join(self.texts))
            if self.texts:
                return f"\n{'=' * 80}\n\n".join(self.texts)
            return rendered(self.form, self.blocks) if self.blocks else ""
