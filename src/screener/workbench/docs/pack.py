"""The reference page of one pack: its findings, flags, urgency levels and notes, with every rule in words."""

from __future__ import annotations

from collections.abc import Iterator

from screener.logic.condition import ALWAYS, fields
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import URGENCY, Finding, Flag, Rule
from screener.rulebook.shape import HISTORY
from screener.workbench.prove.exact import upstream
from screener.workbench.words import in_words, label


def pack_page(book: RuleBook, name: str) -> Iterator[str]:
    """The page of a pack, line by line."""
    pack = book.packs[name]
    yield f"# {pack.title}"
    yield ""
    yield f"Pack `{pack.id}`, version {pack.version}. {' '.join(pack.about.split())}"
    if pack.applies != ALWAYS:
        yield f"It applies when: {in_words(book, pack.applies)}."
    yield ""
    yield from _terms(book, name)
    yield from _findings(book, name)
    yield from _flags(book, name)
    yield from _urgencies(book, name)
    yield from _elsewhere(book, name)
    yield from _notes(book, name)


def _terms(book: RuleBook, name: str) -> Iterator[str]:
    found = [term for term in book.terms.values() if term.pack == name]
    if found:
        yield "## Terms"
        yield ""
        yield "Conditions that several rules refer to by a name."
        yield ""
    for term in found:
        yield f"- `{term.id}`, {term.meaning}: {in_words(book, term.when, whole=True)}."
        yield f"  Sources: {cited(book, term.sources)}."
    if found:
        yield ""


def _findings(book: RuleBook, name: str) -> Iterator[str]:
    found = [finding for finding in book.findings.values() if finding.pack == name]
    if found:
        yield "## Findings"
        yield ""
    for finding in found:
        yield f"### {finding.id}"
        yield ""
        yield f"{finding.title}. Sources: {cited(book, finding.sources)}."
        yield ""
        yield from _concluded(book, finding.id)


def _flags(book: RuleBook, name: str) -> Iterator[str]:
    found = [flag for flag in book.flags.values() if flag.pack == name]
    if found:
        yield "## Flags"
        yield ""
    for flag in found:
        yield from _flag(book, flag)


def _flag(book: RuleBook, flag: Flag) -> Iterator[str]:
    yield f"### {flag.id}"
    yield ""
    yield f"**{flag.title}** (urgency by itself: {flag.urgency})"
    yield ""
    yield f"> {' '.join(flag.explanation.split())}"
    yield ""
    for question in flag.ask:
        yield f"- Ask: {question}"
    for word, ids in (("Suppresses", flag.suppresses), ("Hides the text of", flag.hides)):
        if ids:
            yield f"- {word}: {', '.join(f'`{each}`' for each in ids)}"
    if flag.fail_safe:
        yield "- Fail-safe: shown also when it is merely possible."
    if flag.last_resort:
        yield "- Last resort: gives way to any other flag and any urgency, and is not shown while one is possible."
    yield f"- Sources: {cited(book, flag.sources)}"
    yield f"- Fed by: {fed_by(book, flag.id)}"
    yield ""
    yield from _concluded(book, flag.id)


def _urgencies(book: RuleBook, name: str) -> Iterator[str]:
    """The urgency levels that rules of this pack conclude, the highest first."""
    levels = [
        level for level in reversed(book.levels[1:]) if any(r.pack == name for r in book.rules_for[URGENCY + level])
    ]
    if levels:
        yield "## Urgency"
        yield ""
    for level in levels:
        yield f"### Urgency {level}"
        yield ""
        yield f"**{book.title(URGENCY + level)}.** {' '.join(book.texts.get(f'urgency-{level}', '').split())}"
        yield ""
        yield from _concluded(book, URGENCY + level)


def _elsewhere(book: RuleBook, name: str) -> Iterator[str]:
    """Rules of this pack that add to a flag or finding of another."""
    known: dict[str, Finding | Flag] = {**book.findings, **book.flags}
    rules = [r for r in book.rules if r.pack == name and r.concludes in known and known[r.concludes].pack != name]
    if rules:
        yield "## Rules that add to other packs"
        yield ""
    for rule in rules:
        yield from rule_lines(book, rule, f"adds to `{rule.concludes}`: ")
    if rules:
        yield ""


def _notes(book: RuleBook, name: str) -> Iterator[str]:
    notes = [note for note in book.notes if note.pack == name]
    if notes:
        yield "## Good to know"
        yield ""
    for note in notes:
        flags = ", ".join(f"`{each}`" for each in note.beside)
        yield f"- `{note.id}`: {' '.join(note.text.split())} Sources: {cited(book, note.sources)}."
        yield f"  {f'Shown with {flags}.' if flags else 'Never shown by itself.'}"
    if notes:
        yield ""


def _concluded(book: RuleBook, conclusion: str) -> Iterator[str]:
    home = next((kind[conclusion].pack for kind in (book.findings, book.flags) if conclusion in kind), "")
    for rule in book.rules_for[conclusion]:
        foreign = home and rule.pack != home
        yield from rule_lines(book, rule, f"(from the pack *{rule.pack}*) " if foreign else "")
    yield ""


def rule_lines(book: RuleBook, rule: Rule, lead: str = "") -> Iterator[str]:
    """A rule as an entry of a list."""
    yield f"- `{rule.id}`: {lead}{in_words(book, rule.when)}."
    yield f"  {' '.join(rule.said().split())} Sources: {cited(book, rule.sources)}."
    for word in ("strength", "disagreement", "redundant"):
        if text := getattr(rule, word):
            yield f"  *{word.capitalize()}:* {' '.join(text.split()).rstrip('.')}."
    history = [f"*{word.capitalize()}* {moment}" for word in HISTORY if (moment := getattr(rule, word))]
    if history:
        yield f"  {', '.join(history)}."


def fed_by(book: RuleBook, conclusion: str) -> str:
    """The answers that a conclusion rests on, by their labels, in the order of the interview."""
    read = {name for rule in upstream(book, conclusion).rules for name in fields(rule.condition)}
    return ", ".join(label(book, name) for name in book.questions if name in read)


def cited(book: RuleBook, sources: tuple[str, ...]) -> str:
    """Sources as links to their rows."""
    pages = {"article": "propositions.md", "reference": "references.md", "ours": "references.md"}
    return ", ".join(f"[{name}]({pages[book.sources[name].kind]}#{name.lower()})" for name in sources)


def cell(text: str) -> str:
    """A text for one cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")
