"""Where the time of `screener screen CASE.json` goes: the steps of the command, each with its processor time.

python benchmarks/phases.py CASE.json      writes a JSON object of steps to milliseconds; `single` prints the medians
"""

# ruff: noqa: E402 - what is measured is the importing
from time import process_time

STARTED = process_time()

import json
import sys


class Steps:
    """What each step took, in milliseconds."""

    def __init__(self) -> None:
        self.found = {"Python": STARTED * 1000}
        self.last = process_time()

    def done(self, name: str) -> None:
        now = process_time()
        self.found[name] = (now - self.last) * 1000
        self.last = process_time()


def measure(case: str) -> dict[str, float]:
    steps = Steps()
    import click  # noqa: F401

    steps.done("importing click")
    import screener.cli.main
    import screener.cli.screen
    import screener.rulebook.medicine.read  # noqa: F401 - loaded when a medicine is named
    from screener.case.files import read_answered
    from screener.engine.choice import engine_for
    from screener.engine.facts import facts_of
    from screener.report.build import ReportBuilder
    from screener.report.views import View
    from screener.rulebook.cache import cached_rulebook

    steps.done("importing our modules")
    book = cached_rulebook()
    steps.done("the rule book, from the cache")
    intake = read_answered(case, book.fields)
    steps.done("reading and checking the case")
    facts = facts_of(intake, book)
    steps.done("facts, with the table of medicines")
    engine = engine_for(book)
    engine.infer(facts)
    started = process_time()
    outcome = engine.infer(facts)
    second = (process_time() - started) * 1000
    steps.done("inference")
    steps.found["durable-rules: taking the rule sets"] = steps.found["inference"] - 2 * second
    steps.found["inference"] = second
    report = ReportBuilder(intake, facts, outcome, book).tell()
    steps.done("the report")
    view = View(book, "text", case=case)
    view.add(report, intake)
    view.finish()
    steps.done("the page")
    return steps.found


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1])))
