"""Replay: the inference of one case in the order in which the engine took its steps.

Each moment says what the engine knew, which rule fired and why now: which of the things it needed came last.
"""

from __future__ import annotations

from dataclasses import dataclass

from screener.engine.outcome import Firing
from screener.explain.chain import because
from screener.explain.goal import kind_of, title_of
from screener.explain.ground import Use, uses_of
from screener.logic.condition import Concluded
from screener.logic.kleene import Kleene, support
from screener.report.build import ReportBuilder
from screener.report.words import kind_word, status_word
from screener.saying import say


@dataclass(frozen=True, slots=True)
class Moment:
    """One step of the engine.

    Attributes:
        number: from 1, in the engine's own order.
        knew: the findings and flags that were raised before this step, by id, in the order they were.
        rule: the rule that fired; None when a conclusion was ruled out.
        uses: the answers and conclusions by which it fired, as far as they were known then.
        last: the number of the step that brought what was still missing; None when answers alone were enough.
        news: whether the conclusion was not known before.
        ruled_out: whether it rests on something that was ruled out on the way.
    """

    number: int
    rule: str | None
    concludes: str
    kind: str
    title: str
    raised: bool
    because: str
    sources: tuple[str, ...]
    uses: tuple[Use, ...]
    knew: tuple[str, ...]
    last: int | None
    news: bool
    ruled_out: bool


def moments(case: ReportBuilder, everything: bool = False) -> tuple[Moment, ...]:
    """The steps of the engine, in its own order; with `everything`, also those that rule something out."""
    values: dict[str, Kleene] = dict.fromkeys(case.book.conclusion_ids)
    shown_at: dict[str, int] = {}
    found: list[Moment] = []
    for firing in case.outcome.firings:
        if firing.proved or everything:
            found.append(_moment(case, firing, len(found) + 1, values, shown_at))
            shown_at.setdefault(firing.concludes, len(found))
        values[firing.concludes] = firing.proved
    return tuple(found)


def _moment(
    case: ReportBuilder, firing: Firing, number: int, values: dict[str, Kleene], shown_at: dict[str, int]
) -> Moment:
    """A firing, with what is known before it and the moments that showed it."""
    book, name = case.book, firing.concludes
    rule = book.rule[firing.rule] if firing.rule else None
    # that the pack applies at all goes without saying where a rule fires
    conditions = [rule.when] if rule else [other.condition for other in book.rules_for[name]]
    found = [support(condition, case.facts.truth, values, firing.proved) for condition in conditions]
    leaves = list(dict.fromkeys(leaf for some in found for leaf in some))
    read = [(leaf.id, holds) for leaf, holds in leaves if isinstance(leaf, Concluded)]
    return Moment(
        number, firing.rule, name, kind_of(book, name), title_of(case, name), firing.proved,
        because(case, rule) if rule else "", rule.sources if rule else (), tuple(uses_of(case, leaves)),
        tuple(key for key in shown_at if values[key]),
        max((shown_at[key] for key, _ in read if key in shown_at), default=None),
        values[name] is None, any(not holds for _, holds in read),
    )  # fmt: skip


def lines(moment: Moment, total: int) -> list[str]:
    """A moment as plain text, one thought a line."""
    knew = ", ".join(moment.knew) if moment.knew else say("the answers only")
    uses = [use.words if use.kind == "answer" or use.holds else say("not {name}", name=use.name) for use in moment.uses]
    step = say("Step {number} of {total}", number=moment.number, total=total)
    status = status_word("raised" if moment.raised else "ruled-out")
    shown = [
        f"{step}: {kind_word(moment.kind)} {status}: {moment.title} ({moment.concludes})",
        f"  {say('Known before: {names}.', names=knew)}",
    ]
    if moment.rule:
        shown.append(f"  {say('Rule that fired: {rule}', rule=moment.rule)}")
        shown.append(f"  {say('Reason: {reason}', reason=moment.because)} [{', '.join(moment.sources)}]")
    else:
        shown.append(f"  {say('None of its rules can fire any more.')}")
    rests = "; ".join(uses) or say("no answer, it always holds")
    return [*shown, f"  {say('Rests on: {answers}.', answers=rests)}", f"  {_why_now(moment)}"]


def _why_now(moment: Moment) -> str:
    again = "" if moment.news else f" {say('It was known before; this is one more reason.')}"
    if moment.last is None and moment.ruled_out:
        why = say("Why now: the answers are enough, with what was ruled out on the way.")
    elif moment.last is None:
        why = say("Why now: the answers alone are enough, no other step is needed.")
    else:
        why = say("Why now: step {number} brought what was still missing.", number=moment.last)
    return f"{why}{again}"
