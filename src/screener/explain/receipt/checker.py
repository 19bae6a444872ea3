"""The independent checker: verifies a receipt from its answers and the rule book, and shares no code with the engines.

It has its own way to evaluate a condition (`answers.holds`): every connective is "at least k parts hold", and a part
counts as sure, as possible or as neither. It reads the rule book's conditions, questions and medicine table, and
nothing that any engine made. A step is accepted when its rule follows from the answers and from steps before it, and
when it names exactly what it rests on; a receipt, when besides nothing that follows is missing and the statuses and
urgency are those that the steps give.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from screener.errors import echo
from screener.explain.receipt.answers import Answers, CheckError, holds, written
from screener.explain.receipt.seal import FORM, seal
from screener.logic.condition import AllOf, AnyOf, AtLeast, Atom, Concluded, Condition, Not
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Rule, Urgency

KEYS: Final = {
    "receipt", "rulebook", "answers", "urgency", "urgency_could_be", "statuses", "steps", "disclaimer", "safety_net",
    "seal",
}  # fmt: skip
STEP_KEYS: Final = {"step", "rule", "concludes", "status", "uses"}
STATUSES: Final = {"raised": True, "ruled-out": False}


def check_receipt(data: Any, book: RuleBook) -> int:
    """Verify a receipt against a rule book (with all its packs).

    Returns:
        The number of steps verified.

    Raises:
        CheckError: the first thing that is wrong, with its place.
    """
    if not isinstance(data, dict) or set(data) != KEYS or data["receipt"] != FORM:
        raise CheckError("", "this is not a receipt of this form")
    if data["seal"] != seal(data):
        raise CheckError("seal", "the receipt was changed after it was made")
    active = _book_of(data["rulebook"], book)
    follower = Follower(active, Answers.read(data["answers"], active))
    follower.follow(data["steps"])
    follower.complete(active.conclusion_ids)
    _compare(data, active, follower.known)
    return len(data["steps"])


def _book_of(named: Any, book: RuleBook) -> RuleBook:
    """The rule book that a receipt names, with its packs."""
    if not isinstance(named, dict) or set(named) != {"version", "sha256", "packs"}:
        raise CheckError("rulebook", "it should have `version`, `sha256` and `packs`")
    if named["sha256"] != book.sha256 or named["version"] != book.version:
        raise CheckError("rulebook", f"it is another rule book than this one ({book.version}, {book.sha256[:12]})")
    packs = named["packs"]
    if not isinstance(packs, list) or not packs or any(pack not in list(book.packs) for pack in packs):
        raise CheckError("rulebook.packs", f"{echo(packs)} is not a list of packs of this rule book")
    active = book.select(packs)
    if list(active.packs) != packs:
        raise CheckError("rulebook.packs", f"the packs should be {', '.join(active.packs)}")
    return active


@dataclass
class Follower:
    """Follows steps and keeps what they have shown."""

    book: RuleBook
    answers: Answers
    known: dict[str, bool] = field(default_factory=dict)
    done: set[tuple[str | None, str]] = field(default_factory=set)

    def follow(self, steps: Any) -> None:
        """Verify each step from the answers and the steps before it."""
        if not isinstance(steps, list | tuple):
            raise CheckError("steps", "this is not a list of steps")
        for number, step in enumerate(steps, start=1):
            place = f"step {number}"
            if not isinstance(step, dict) or set(step) != STEP_KEYS or step["step"] != number:
                raise CheckError(place, f"this is not a step, or not number {number}")
            self.one(step, place)

    def one(self, step: Mapping[str, Any], place: str) -> None:
        """Verify one step."""
        name, rule_id = step["concludes"], step["rule"]
        texts = (name, step["status"], rule_id or "")
        if not all(isinstance(text, str) for text in texts) or name not in self.book.rules_for:
            raise CheckError(place, "it concludes nothing that this rule book knows")
        if step["status"] not in STATUSES:
            raise CheckError(place, f"{echo(step['status'])} should be raised or ruled-out")
        if (rule_id, name) in self.done:
            raise CheckError(place, "it was shown before")
        raised = STATUSES[step["status"]]
        rules = self.rules_of(rule_id, name, raised, place)
        found: dict[tuple[str, bool], None] = {}
        for rule in rules:
            if self.value(rule.condition) is not raised:
                verb = "holds" if raised else "is refuted"
                raise CheckError(place, f"nothing before it shows that rule `{rule.id}` {verb}")
            found.update(dict.fromkeys(self.uses(rule.condition, raised)))
        if step["uses"] != [{"condition": text, "holds": holds} for text, holds in found]:
            raise CheckError(place, "it does not name exactly what it rests on")
        if self.known.setdefault(name, raised) is not raised:
            raise CheckError(place, f"`{name}` was shown to be the opposite before")
        self.done.add((rule_id, name))

    def rules_of(self, rule_id: Any, name: str, raised: bool, place: str) -> tuple[Rule, ...]:
        """The rules that a step is about: the one that it names, or all of the conclusion when it is ruled out."""
        if not raised:
            if rule_id is not None:
                raise CheckError(place, "a step that rules out names no rule")
            return self.book.rules_for[name]
        rule = self.book.rule.get(rule_id)
        if rule is None or rule.concludes != name:
            raise CheckError(place, f"there is no rule {echo(rule_id)} that concludes `{name}`")
        return (rule,)

    def complete(self, names: Sequence[str]) -> None:
        """Verify that no step is missing about these conclusions."""
        for name in names:
            values = {rule.id: self.value(rule.condition) for rule in self.book.rules_for[name]}
            for rule_id, value in values.items():
                if value is True and (rule_id, name) not in self.done:
                    raise CheckError("steps", f"the step by rule `{rule_id}` is missing")
            if all(value is False for value in values.values()) and (None, name) not in self.done:
                raise CheckError("steps", f"the step that rules out `{name}` is missing")

    # evaluating

    def value(self, condition: Condition) -> bool | None:
        """True, false, or None when the answers and the steps so far do not tell."""
        return holds(condition, self.leaf)

    def leaf(self, leaf: Atom | Concluded) -> bool | None:
        """Whether an answer or a conclusion holds."""
        return self.known.get(leaf.id) if isinstance(leaf, Concluded) else self.answers.value(leaf)

    def uses(self, condition: Condition, wanted: bool) -> Iterator[tuple[str, bool]]:
        """What a condition rests on, as a receipt writes it, in the order written."""
        if isinstance(condition, Not):
            yield from self.uses(condition.part, not wanted)
        elif isinstance(condition, AllOf | AnyOf | AtLeast):
            for part in condition.parts:
                if self.value(part) is wanted:
                    yield from self.uses(part, wanted)
        else:
            yield written(condition), wanted


def _compare(data: Mapping[str, Any], book: RuleBook, known: Mapping[str, bool]) -> None:
    """Verify the statuses and the urgency that a receipt claims."""
    concluded = {level for level in book.levels[1:] if known.get(f"urgency:{level}")}
    hidden = _suppressed(book, known, bool(concluded))
    sure, could = _levels(book, known, hidden, concluded)
    urgency, could_be = (max(found, key=book.levels.index, default=book.levels[0]) for found in (sure, could))
    if (data["urgency"], data["urgency_could_be"]) != (urgency, could_be):
        raise CheckError("urgency", f"the steps show `{urgency}`, at most `{could_be}`")
    expected = {}
    for name in (*book.findings, *book.flags):
        status = {True: "raised", False: "ruled-out"}.get(known[name], "") if name in known else "possible"
        expected[name] = "suppressed" if name in hidden and name in known else status
    for name in (*expected, *(data["statuses"] if isinstance(data["statuses"], dict) else ("statuses",))):
        if not isinstance(data["statuses"], dict) or data["statuses"].get(name) != expected.get(name):
            raise CheckError(f"statuses.{name}", f"the steps show `{expected.get(name, 'no such flag')}`")
    for key, text in (("disclaimer", "disclaimer"), ("safety_net", "safety-net")):
        if data[key] != book.texts.get(text, ""):
            raise CheckError(key, "it is not the text of this rule book")


def _suppressed(book: RuleBook, known: Mapping[str, bool], urgent: bool) -> set[str]:
    """What a raised flag hides, and each last resort when there is another raised flag or an urgency by a rule.

    A conclusion that is not settled is listed too when it would be hidden as soon as it holds.
    """
    raised = {name for name in book.flags if known.get(name)}
    hidden = {other for name in raised for other in book.flags[name].suppresses}
    last = {name for name, flag in book.flags.items() if flag.last_resort and (urgent or raised - {name})}
    return {name for name in hidden | last if known.get(name, True)}


def _levels(
    book: RuleBook, known: Mapping[str, bool], hidden: set[str], concluded: set[Urgency]
) -> tuple[set[Urgency], set[Urgency]]:
    """The levels that the case has for certain, and those that it could have: by a rule, or by a flag that is shown."""
    own = {name: flag.urgency for name, flag in book.flags.items() if name not in hidden}
    sure = concluded | {level for name, level in own.items() if known.get(name)}
    could = {level for level in book.levels[1:] if known.get(f"urgency:{level}", True)}
    return sure, sure | could | {level for name, level in own.items() if known.get(name, True)}
