"""The lab in words: what a step says, for the terminal, the transcript and the page alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from screener.explain.goal import kind_of, title_of
from screener.explain.ground import uses_of
from screener.explain.lab.backward import Backward, Look, Read
from screener.explain.lab.forward import Activation, LabStep, Strategy, rank
from screener.explain.lab.lab import TeachingLab
from screener.logic.condition import Concluded, field_of
from screener.logic.kleene import Kleene
from screener.report.build import ReportBuilder
from screener.report.words import kind_word, label, status_word
from screener.saying import counted, say

NAMED: Final = 6  # conclusions that are named in a list before the rest is counted


def strategy_word(strategy: Strategy) -> str:
    """What a strategy is called."""
    words = {"order": say("rule order"), "specificity": say("specificity"), "recency": say("recency")}
    return words.get(strategy, say("random"))


def outcome_word(value: Kleene) -> str:
    """What became of a goal."""
    return {True: say("proved"), False: say("ruled out"), None: say("open")}[value]


def named(case: ReportBuilder, name: str) -> str:
    """A conclusion with its title and id."""
    title = title_of(case, name)
    return name if title == name else f"{title} ({name})"


def listed(names: Iterable[str]) -> str:
    """Ids in a list; of a long one the beginning, and how many more there are."""
    found = list(names)
    shown, rest = ", ".join(found[:NAMED]), len(found) - NAMED
    return say("{names} and {count} more", names=shown, count=rest) if rest > 0 else shown


def matches(case: ReportBuilder, one: Activation) -> str:
    """The facts by which a rule can fire."""
    return "; ".join(use.named for use in uses_of(case, one.leaves)) or say("nothing: it always holds")


def strategy_line(shown: TeachingLab) -> str:
    """The strategy, and what the answers alone rule out."""
    out = listed(shown.run.at_start) or say("nothing")
    strategy = say("Strategy: {strategy}.", strategy=strategy_word(shown.run.strategy))
    return f"{strategy} {say('Ruled out by the answers alone: {names}.', names=out)}"


def memory(shown: TeachingLab, done: int) -> str:
    """Working memory after so many steps."""
    raised, ruled_out = shown.run.memory(done)
    given = sum(getattr(shown.case.intake, name, None) is not None for name in shown.case.book.questions)
    return say(
        "Working memory: {answers} answers; concluded: {names}; ruled out: {count}",
        answers=given, names=", ".join(raised) or say("nothing"), count=ruled_out,
    )  # fmt: skip


def conflict_line(step: LabStep) -> str:
    """How many rules can fire."""
    number = len(step.conflict)
    return counted("Conflict set: {count} rule can fire", "Conflict set: {count} rules can fire", number)


def fires(shown: TeachingLab, step: LabStep) -> str:
    """Which rule fires, and why."""
    return say("Fires: {rule}, because {why}.", rule=step.chosen.rule, why=why(shown, step))


def why(shown: TeachingLab, step: LabStep) -> str:
    """Why this rule and no other fired."""
    chosen, strategy = step.chosen, shown.run.strategy
    if len(step.conflict) == 1:
        return say("it is the only rule that can fire")
    if strategy == "order":
        return say("of those that can fire it comes first in the rule book")
    if strategy == "random":
        return say("it was drawn by lot (seed {seed})", seed=shown.run.seed)
    if strategy == "specificity":
        best = say("no other names more conditions ({count})", count=chosen.conditions)
    elif chosen.steps and chosen.steps[0]:
        best = say("no other matches newer facts (the newest is from step {number})", number=chosen.steps[0])
    else:
        best = say("no other matches newer facts (all were known at the start)")
    tied = sum(rank(one, strategy) == rank(chosen, strategy) for one in step.conflict) > 1
    return say("{why}, and of those that tie it comes first in the rule book", why=best) if tied else best


def concluded(case: ReportBuilder, step: LabStep) -> str:
    """What the rule that fired concludes, and whether that is news."""
    kind, status = kind_word(kind_of(case.book, step.chosen.concludes)), status_word("raised")
    again = "" if step.news else f" {say('It was known before; this is one more reason.')}"
    what = f"{kind} {status}: {named(case, step.chosen.concludes)}"
    return f"{say('Concludes: {what}.', what=what)}{again}"


def rules_out(step: LabStep) -> str:
    """What is ruled out because of a step; empty when nothing is."""
    return say("Rules out: {names}.", names=listed(step.closes)) if step.closes else ""


def orders(shown: TeachingLab) -> list[tuple[str, str]]:
    """For each strategy the order in which it fired the rules, by their numbers in the run that is shown."""
    numbers = {rule: number for number, rule in enumerate(shown.run.order, start=1)}
    return [
        (
            strategy_word(one.strategy) + (f" ({one.seed})" if one.strategy == "random" else ""),
            " ".join(str(numbers.get(rule, "?")) for rule in one.order) or say("No rule fired."),
        )
        for one in shown.runs
    ]


def verdict(shown: TeachingLab) -> str:
    """Whether the order changed anything."""
    if not shown.same:
        names = sorted({name for one in shown.runs for name in shown.differing(one)})
        which = listed(names) or say("those found backward")
        return say("The conclusions differ: {names}. This is a fault of the program; please report it.", names=which)
    values = list(shown.case.outcome.values.values())
    return say(
        "Different orders: {orders}; different conclusions: none. Of {all} conclusions {true} hold, {false} are ruled "
        "out and {open} are open, with every strategy and in the engine itself ({engine}).",
        orders=len({one.order for one in shown.runs}), all=len(values), true=values.count(True),
        false=values.count(False), open=values.count(None), engine=shown.case.outcome.engine,
    )  # fmt: skip


def look_words(case: ReportBuilder, look: Look) -> str:
    """One step backward, on one line."""
    match look.act:
        case "goal":
            rules = len(case.book.rules_for[look.goal])
            what, could = named(case, look.goal), counted("{count} rule for it.", "{count} rules for it.", rules)
            first = len(look.stack) == 1
            return f"{say('Goal: {what}?', what=what) if first else say('Sub-goal: {what}?', what=what)} {could}"
        case "rule":
            return say("Try rule {rule}.", rule=look.rule)
        case "tried":
            return _tried(look, read_words(case, look.read))
        case "settled":
            settled = say("{name} is {outcome}.", name=look.goal, outcome=outcome_word(look.value))
            rest = say("Rules that were not needed: {count}.", count=look.untried) if look.untried else ""
            return f"{settled} {rest}".strip()


def _tried(look: Look, read: str) -> str:
    """What became of a rule, with what was looked at."""
    if look.value is None:
        return say("Rule {rule} waits for an answer: {read}.", rule=look.rule, read=read)
    if look.value:
        return say("Rule {rule} holds: {read}.", rule=look.rule, read=read)
    return say("Rule {rule} fails: {read}.", rule=look.rule, read=read)


def read_words(case: ReportBuilder, read: Iterable[Read]) -> str:
    """What was looked at, each with what was found."""
    seen = list(read)
    words = [
        use.words if use.kind == "answer" else f"{use.name}: {outcome_word(use.holds)}"
        for use in uses_of(case, [(leaf, value) for leaf, value in seen if value is not None])
    ]
    left = [leaf for leaf, value in seen if value is None]
    words += [
        f"{leaf.id}: {say('open')}" if isinstance(leaf, Concluded) else f"{label(case.book, field_of(leaf))}: ?"
        for leaf in left
    ]
    return "; ".join(dict.fromkeys(words)) or say("it asks for nothing")


def asks_words(case: ReportBuilder, found: Backward) -> str:
    """The question that the search would ask next, or that it needs none."""
    if found.asks is None:
        return say("The goal is settled: no question is left to ask.")
    question = case.book.questions.get(found.asks)
    said = f"{question.ask} ({found.asks})" if question is not None else found.asks
    return say("It stops because an answer is unknown. Next it would ask: {question}", question=said)


def forward_words(shown: TeachingLab, found: Backward) -> str:
    """What forward did for the same goal."""
    return say(
        "Forward fired {fired} rules and settled all it could: {name} is {forward}. Backward tried {tried} rules for "
        "this goal alone: it is {backward}.",
        fired=len(shown.run.steps), name=found.goal, forward=outcome_word(shown.run.values[found.goal]),
        tried=len(found.rules), backward=outcome_word(found.value),
    )  # fmt: skip
