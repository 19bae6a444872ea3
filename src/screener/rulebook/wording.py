"""The texts of `texts.yaml`: which there are, and what each has to be filled with.

A text is filled by `fill` alone, never by `str.format`, and loading has proved that it has exactly the placeholders
that are declared here: so no wording can stop a report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from screener.errors import did_you_mean, echo
from screener.rulebook.rule import LEVELS

if TYPE_CHECKING:  # a report fills texts and reads no YAML
    from screener.rulebook.document import Document

REQUIRED_TEXTS: Final = (
    "disclaimer", "safety-net", "urgent-signs", "unknowns", "urgent-unanswered", "supplements", "fail-safe",
    "unrecognized-medicines", "medicine-by-route", "medicine-without-effect", "medicine-not-counted",
    "medicine-part-only", "medicine-close", "medicine-question", "medicine-not-known",
    "hidden-low-talk", "no-flag", "no-match", "footer", "other-causes",
    "medicines-unchanged", "follow-up-contradiction", "missed-doses", "early-weeks", "eating-disorder-support",
    "alcohol-support", "privacy",
    "diuretic-mismatch", "title-open", "so-far", "brief-none", "brief-same-day", "brief-emergency", "brief-urgent-open",
    "brief-unrecognized", "brief-contradictions", "brief-open", "brief-open-ask", "brief-signs", "brief-unchanged",
    "brief-disclaimer", "emergency-signs", "heading-ask", "heading-why", "also",
    *(f"urgency-{level}" for level in LEVELS), *(f"title-{level}" for level in LEVELS),
)  # fmt: skip
# what each text is filled with, each of them once or more; docs/rule-format.md says what they stand for
PLACEHOLDERS: Final[Mapping[str, tuple[str, ...]]] = {
    "urgent-unanswered": ("urgency",),
    "unknowns": ("count",),
    "so-far": ("title",),
    "brief-urgent-open": ("count",),
    "brief-unrecognized": ("names",),
    "brief-contradictions": ("names",),
    "brief-open": ("count",),
    "also": ("titles",),
    "follow-up-contradiction": ("field", "parent"),
    "medicine-by-route": ("medicine", "reason"),
    "medicine-without-effect": ("medicine",),
    "medicine-not-counted": ("medicine", "word"),
    "medicine-part-only": ("typed", "known", "generic"),
    "medicine-close": ("typed", "names"),
    "medicine-question": ("typed", "question"),
    "medicine-not-known": ("typed",),
}
MOST_BRACES: Final = 10  # of one text that are reported one by one
_BRACES: Final = re.compile(r"\{(?P<name>[^{}]*)\}|[{}]")


def fill(text: str, **values: object) -> str:
    """A text with its placeholders filled in; whatever else is in it stays as it is."""
    return _BRACES.sub(lambda found: str(values.get(found["name"] or "", found[0])), text)


def check_texts(document: Document) -> dict[str, str]:
    """The texts of a document. What is wrong with them, or missing, is noted in it."""
    if not isinstance(document.data, dict):
        if not document.problems:
            document.problem((), "expected one text per key")
        return {}
    texts: dict[str, str] = {}
    for key, value in document.data.items():
        if key not in REQUIRED_TEXTS:
            document.problem((key,), f"nothing shows a text `{key}`{document.hint(key, REQUIRED_TEXTS)}")
        elif not isinstance(value, str) or not value.strip():
            document.problem((key,), f"`{key}` should be a text")
        else:
            texts[key] = value.strip()
            _check_placeholders(document, key, value)
    for problem in missing_texts(document.data):
        document.problem((), problem)
    return texts


def missing_texts(given: Mapping[str, object]) -> Iterator[str]:
    """What is missing, in words."""
    missing = [key for key in REQUIRED_TEXTS if key not in given]
    if missing:
        names = ", ".join(f"`{key}`" for key in missing)
        yield f"there is no text {names}" if len(missing) == 1 else f"these texts are missing: {names}"


def _check_placeholders(document: Document, key: str, text: str) -> None:
    declared = PLACEHOLDERS.get(key, ())
    found = list(_BRACES.finditer(text))
    wrong = [number for number, braces in enumerate(found) if braces["name"] not in declared]
    for number in wrong[:MOST_BRACES]:
        message = _wrong_braces(key, found[number][0], found[number]["name"], declared)
        document.problem_within((key,), _BRACES, number, len(found), message)
    if len(wrong) > MOST_BRACES:
        document.problem((key,), f"`{key}` has {len(wrong) - MOST_BRACES} other braces that are no placeholders")
    for name in declared:
        if all(braces["name"] != name for braces in found):
            document.problem((key,), f"`{key}` has no `{{{name}}}`; it {_filled(declared)}")


def _wrong_braces(key: str, braces: str, name: str | None, declared: tuple[str, ...]) -> str:
    if name is None:
        return f"a single {echo(braces)} cannot be used in a text; `{key}` {_filled(declared)}"
    return f"{echo(braces)} is no placeholder of `{key}`, which {_filled(declared)}{did_you_mean(name, declared)}"


def _filled(declared: tuple[str, ...]) -> str:
    return f"is filled with {' and '.join(f'`{{{name}}}`' for name in declared) or 'nothing'}"
