"""The result as HTML: one screen first, everything else folded behind it. No script, and no request to anywhere.

What a terminal prints by `--details` is all here: a topic opens to its flags, a source mark leads to its entry, and the
entry to the publisher.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from screener.printable import printable
from screener.report.blocks import worded
from screener.report.brief import BriefPage
from screener.report.html import inner, safe
from screener.report.page import PageBuilder, title_of, told_once
from screener.report.parts import Because, FlagReport, ReportData
from screener.report.urgency import how_soon
from screener.report.words import rules_line, source_line
from screener.rulebook.book import RuleBook
from screener.rulebook.levels import Like
from screener.rulebook.wording import fill
from screener.saying import say

CARDS: Final[dict[Like, str]] = {
    "emergency": "now",
    "same-day": "today",
    "soon": "visit",
    "routine": "ask",
    "none": "none",
}


class ResultPage:
    """The page of one report.

    Attributes:
        prefix: begins every id on the page, so that several reports fit in one document.
        actions: HTML of what a person can do, under what to ask.
        opened: whether everything is unfolded at once, as `--details` asks for.
    """

    def __init__(
        self, report: ReportData, book: RuleBook, prefix: str = "", actions: str = "", opened: bool = False
    ) -> None:
        self.report, self.book, self.texts, self.summary = report, book, book.texts, report.summary
        self.prefix, self.actions = prefix, f'<div class="actions">{actions}</div>\n' if actions else ""
        self.fold = "<details open>" if opened else "<details>"
        self.brief, self.full = BriefPage(report, book), PageBuilder(report, book)
        self.cited: dict[str, None] = {}

    def content(self) -> str:
        """The page, without the element around it. An emergency is the card and the signs; the rest is folded."""
        case = _p(say("Case: {id}", id=self.report.case_id), "small") if self.report.case_id else ""
        if self.book.levels.is_emergency(self.summary.urgency):
            rest = self.ask() + self.why() + self.remarks() + self.open()
            first = self.card() + _box(_p(self.texts["emergency-signs"]), "now")
            first += self.folded(say("What else your answers match, and what to ask"), rest) if rest else ""
        else:
            warnings = _p(self.texts["brief-signs"]) + _p(self.texts["brief-unchanged"])
            first = self.card() + self.ask() + self.why() + self.remarks() + self.open() + _box(warnings, "today")
        title = f'<h1 class="kicker">{safe(title_of(self.book))}</h1>\n'
        return title + first + self.everything() + self.sources() + self.about() + case

    # how soon, what to ask

    def card(self) -> str:
        """How soon, and the reasons that decide it."""
        summary = self.summary
        said = "".join(_p(text) for text, _ in how_soon(summary, self.book))
        undecided = summary.open.urgent and not self.book.levels.is_warning(summary.urgency)
        kind = "open" if undecided else CARDS[self.book.levels.likes[summary.urgency]]
        return f'<div class="card {kind}">\n<h2>{safe(summary.headline)}</h2>\n{said}</div>\n'

    def ask(self) -> str:
        """What to ask, and the button for the sheet."""
        if not self.summary.ask:
            return _box(self.actions)
        return _box(f"<h2>{safe(self.texts['heading-ask'])}</h2>\n{_list(map(safe, self.summary.ask))}{self.actions}")

    # why

    def why(self) -> str:
        """Each topic, with the full texts of its flags behind it; then those that have only a title."""
        if not self.summary.topics:
            return ""
        topics = [self.topic(one.title, one.flags, one.line, one.sources) for one in self.summary.topics]
        also = [self.topic(one.title, one.flags) for one in self.summary.also]
        more = _p(self.texts["also"].split("{", 1)[0].strip()) if also else ""
        return _box(f"<h2>{safe(self.texts['heading-why'])}</h2>\n{''.join(topics)}{more}{''.join(also)}", "long")

    def topic(self, title: str, flags: Iterable[str], line: str = "", sources: Iterable[str] = ()) -> str:
        """A topic that unfolds to its flags."""
        told = f" {safe(line)}" if line else ""
        stop = "" if title.endswith((".", "?", "!")) or not line else "."
        found = [flag for name in flags if (flag := self.report.flag(name))]
        marks = self.marks(sources)  # outside the fold: a link inside what unfolds is not reached by everyone
        marks = f'<p class="from">{safe(say("Sources"))}:{marks}</p>\n' if marks else ""
        texts = "".join(map(self.flag, told_once(found, self.book)))
        return f"{self.fold}<summary><b>{safe(title)}{stop}</b>{told}</summary>\n{texts}</details>\n{marks}"

    def flag(self, flag: FlagReport) -> str:
        """One flag: explanation, reasons with answers and sources, what to ask."""
        caution = _p(self.texts["fail-safe"], "caution") if flag.fail_safe else ""
        reasons = _list(map(self.reason, flag.because or ()))
        asks = _list(map(safe, flag.ask_your_clinician or ()))
        asks = _p(f"{self.texts['heading-ask']}:") + asks if asks else ""
        sources = f"<p>{safe(say('Sources'))}:{self.marks(flag.sources)}</p>\n" if flag.sources else ""
        text = _p(flag.explanation or "") + caution + reasons + sources + asks
        return f'<div class="flag"><h3>{safe(flag.title or flag.id)}</h3>\n{text}</div>\n'

    def reason(self, because: Because) -> str:
        """A reason with what was told, and where it comes from."""
        details = self.full.details(because)
        strength = f" ({safe(because.strength)})" if because.strength else ""
        return f"{safe(because.text)}{self.marks(because.sources)}{strength}{_list(map(safe, details))}"

    # besides the topics

    def remarks(self) -> str:
        """What was not understood, and answers that do not fit together."""
        return "".join(_p(remark, "caution") for remark in self.brief.remarks())

    def open(self) -> str:
        """How much is still open, and the few answers that would settle most."""
        found = self.summary.open
        if not found.count:
            return ""
        asked = _p(self.texts["brief-open-ask"]) + _list(map(safe, found.ask)) if found.ask else ""
        return _box(_p(fill(self.texts["brief-open"], count=found.count)) + asked)

    def everything(self) -> str:
        """The rest of the long page: what is not said by the topics."""
        full, report = self.full, self.report
        head, text, *rest = full.urgency()
        urgent = [block for block in rest if not report.urgency_because or block is not rest[0]]
        found = inner(worded([head, text])) + _list(map(self.reason, report.urgency_because)) + inner(urgent)
        found += "".join(_p(text, "caution") for text in full.kept_back())
        if not self.summary.topics:
            found += _p(self.texts[full.without_match()])
        found += inner(worded([*full.possible(), *full.remarks(), *full.limits(), *full.closing()[:2]]))
        notes = [f"{safe(note.text)}{self.marks(note.sources)}" for note in report.notes if not note.remark]
        if notes:
            found += f"<h2>{safe(say('More to know'))}</h2>\n{_list(notes)}"
        return self.folded(say("Everything else: how soon in full, your medicines, what is open, limits"), found)

    def about(self) -> str:
        """The disclaimer and the safety net, and which rules these were."""
        rules = rules_line(self.book)
        said = (self.report.disclaimer, self.report.safety_net, self.texts["footer"], rules)
        return f"<h2>{safe(say('About this page'))}</h2>\n" + "".join(_p(text, "small") for text in said)

    # sources

    def marks(self, sources: Iterable[str]) -> str:
        """Source marks, each a link to its entry."""
        names = list(sources)
        self.cited.update(dict.fromkeys(names))
        links = (
            f'<a href="#{self.anchor(name)}" aria-label="{safe(say("source"))} {safe(name)}">{safe(name)}</a>'
            for name in names
        )
        return f" [{', '.join(links)}]" if names else ""

    def anchor(self, name: str) -> str:
        """The id of a source's entry."""
        return safe(f"{self.prefix}source-{name}")

    def sources(self) -> str:
        """An entry for each mark on the page, with a link to the publisher."""
        if not self.cited:
            return ""
        entries = (f'<li id="{self.anchor(name)}">{self.entry(name)}</li>\n' for name in sorted(self.cited))
        return self.folded(say("Sources"), f'<ul class="sources">\n{"".join(entries)}</ul>\n')

    def entry(self, name: str) -> str:
        """One source: what it is, and where it is to be read."""
        source, line = self.book.sources.get(name), printable(source_line(self.book, name))
        if source is None or not source.link:
            return safe(line)
        link = f'<a href="{safe(source.link)}" rel="noreferrer">{safe(source.link)}</a>'
        shown = printable(source.link)
        before, found, after = line.partition(shown)
        return f"{safe(before)}{link}{safe(after)}" if found else f"{safe(line)} {link}"

    def folded(self, title: str, content: str) -> str:
        """More, for those who want to read on."""
        return f"{self.fold}<summary>{safe(title)}</summary>\n{content}</details>\n"


def _p(text: str, tone: str = "") -> str:
    """A paragraph; nothing for a text that the rule book left empty on purpose."""
    mark = f' class="{tone}"' if tone else ""
    return f"<p{mark}>{safe(text)}</p>\n" if text else ""


def _list(items: Iterable[str]) -> str:
    """A list of items that are HTML; nothing when there is none."""
    inside = "".join(f"<li>{item}</li>\n" for item in items)
    return f"<ul>\n{inside}</ul>\n" if inside else ""


def _box(content: str, kind: str = "") -> str:
    """A frame around HTML; nothing when there is none."""
    name = f"box {kind}".rstrip()
    return f'<section class="{name}">\n{content}</section>\n' if content else ""
