"""How reports, explanations, chains, pictures, the lab, its steps and rule books show themselves in a notebook.

In a notebook `import screener` is enough; elsewhere, `import screener.notebook` gives them the methods that notebooks
look for (`_repr_html_`, `_repr_svg_`).
"""

from __future__ import annotations

from html import escape
from typing import Final
from zlib import crc32

from screener.explain.chain import Chain
from screener.explain.goal import urgent
from screener.explain.html import listed
from screener.explain.lab.lab import OneStep, TeachingLab
from screener.explain.lab.transcript import blocks, ending, step_block
from screener.explain.picture.svg import picture
from screener.explain.questions import Explanation
from screener.explain.text import body, closing, head
from screener.explain.why_not import WhyNot
from screener.report.html import STYLE, safe
from screener.report.html import body as report_body
from screener.report.model import Report
from screener.report.result import ResultPage
from screener.rulebook.book import RuleBook
from screener.rulebook.cache import cached_rulebook
from screener.saying import speaking


def report_html(report: Report, book: RuleBook | None = None) -> str:
    """A report of a rule book (the program's own when None); several can be shown on one page."""
    prefix = f"r{crc32(report.to_json().encode()):08x}-"
    page = ResultPage(report, book or cached_rulebook(), prefix)
    with speaking(page.book.subject.language):
        return f'<style>{STYLE}</style><main class="screener">\n{page.content()}</main>\n'


def explanation_html(found: Explanation) -> str:
    """The picture and all text, without the slider."""
    drawn = picture(found.chains, found.possible) if found.chains or found.possible else ""
    text = report_body([*head(found), *body(found), *closing(found.case.book)])
    return f"<style>{STYLE}</style><div>{drawn}</div>{text}"


def chain_html(chain: Chain) -> str:
    """The picture and the steps."""
    return f"<div>{chain_svg(chain)}{listed(chain.steps)}</div>"


def chain_svg(chain: Chain) -> str:
    """The picture alone."""
    return picture([chain])


class Picture(str):
    """A picture as SVG, which shows itself; as text it can be written to a file."""

    __slots__ = ()

    def _repr_svg_(self) -> str:
        return str(self)


def picture_of(*found: Chain | WhyNot) -> Picture:
    """One picture of several chains, and of conclusions that are still open; empty for none."""
    chains = [one for one in found if isinstance(one, Chain)]
    still_open = [one for one in found if isinstance(one, WhyNot)]
    return Picture(picture(chains, still_open) if found else "")


def step_html(one: OneStep) -> str:
    """One step of the lab; what is urgent in the case comes first, as everywhere."""
    with speaking(one.shown.case.book.subject.language):
        first = urgent(one.shown.case)
        text, last = step_block(one.shown, one.step), ending(one.shown.case)
    lead = f"<p><strong>{safe(first)}</strong></p>" if first else ""
    return f"<div>{lead}<pre>{safe(text)}</pre>{''.join(f'<p>{safe(line)}</p>' for line in last.splitlines())}</div>"


def lab_html(shown: TeachingLab) -> str:
    """The steps of the lab, each folded behind its first line; the last of the run, and what it comes to, is open."""
    with speaking(shown.case.book.subject.language):
        first, last = urgent(shown.case), len(shown.run.steps) + 1
        parts = [f"<p><strong>{safe(first)}</strong></p>"] if first else []
        for number, block in enumerate(blocks(shown)):
            title, _, rest = block.partition("\n")
            opened = " open" if number == last else ""
            parts.append(f"<details{opened}><summary>{safe(title)}</summary><pre>{safe(rest)}</pre></details>")
        parts += [f"<p>{safe(text)}</p>" for text in ending(shown.case).split("\n")]
    return f"<div>{''.join(parts)}</div>"


def book_html(book: RuleBook) -> str:
    """What is in a rule book."""
    rows = "".join(
        f"<tr><td>{escape(pack.title)}</td><td>{escape(pack.version)}</td>"
        f"<td>{sum(rule.pack == pack.id for rule in book.rules)}</td>"
        f"<td>{sum(flag.pack == pack.id for flag in book.flags.values())}</td></tr>"
        for pack in book.packs.values()
    )
    head = "<tr><th>Pack</th><th>Version</th><th>Rules</th><th>Flags</th></tr>"
    return f"<table><caption>Rule book {escape(book.version)} ({book.sha256[:12]})</caption>{head}{rows}</table>"


SHOWN: Final = {
    Report: report_html, Explanation: explanation_html, Chain: chain_html, TeachingLab: lab_html, OneStep: step_html,
    RuleBook: book_html,
}  # fmt: skip
for shown, show in SHOWN.items():
    setattr(shown, "_repr_html_", show)  # noqa: B010
setattr(Chain, "_repr_svg_", chain_svg)  # noqa: B010
