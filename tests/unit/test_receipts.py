"""Receipts: every honest one is verified, every mutated one is refused, also when its seal was made anew."""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chains import check_chain
from screener.case.files import read_case
from screener.case.intake import Intake
from screener.explain.chain import chain_to
from screener.explain.receipt import answers as checked_answers
from screener.explain.receipt import checker
from screener.explain.receipt.answers import CheckError
from screener.explain.receipt.checker import check_receipt
from screener.explain.receipt.receipt import receipt, step_data, to_json
from screener.explain.receipt.seal import seal
from screener.rulebook.book import RuleBook
from screener.screening import Screener
from vignettes import SCREENED, Vignette, some_now

Data = dict[str, Any]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}


def receipt_of(vignette: Vignette, screener: Screener) -> Data:
    data: Data = json.loads(to_json(receipt(screener.examine(read_case(str(vignette.case), Intake.fields)))))
    return data


@pytest.mark.parametrize("vignette", SCREENED, ids=lambda vignette: vignette.id)
def test_every_chain_and_receipt_is_verified(vignette: Vignette, screener: Screener) -> None:
    case = screener.examine(read_case(str(vignette.case), Intake.fields))
    assert check_receipt(receipt_of(vignette, screener), case.book) == len(case.outcome.firings)
    for goal in case.book.conclusion_ids:
        value = case.outcome.values[goal]
        if value is not None:
            steps = [step_data(step) for step in chain_to(case, goal).steps]
            check_chain(steps, case.intake.stored(), case.book, goal, value)
            with pytest.raises(CheckError):
                check_chain(steps, case.intake.stored(), case.book, goal, not value)


def steps_mutated(steps: list[Data]) -> Iterator[tuple[str, list[Data]]]:
    """Each step dropped, doubled, changed in each part, and moved before something it uses."""
    for number in range(len(steps)):
        yield f"drop {number}", steps[:number] + steps[number + 1 :]
        yield f"double {number}", [*steps[: number + 1], *steps[number:]]
        for name, change in CHANGES.items():
            changed = copy.deepcopy(steps[number])
            if change(changed):
                yield f"{name} {number}", [*steps[:number], changed, *steps[number + 1 :]]
        used = {use["condition"].removeprefix("finding ") for use in steps[number]["uses"]}
        first = next((n for n in range(number) if steps[n]["concludes"] in used), None)
        if first is not None:
            yield f"move {number}", [*steps[:first], steps[number], *steps[first:number], *steps[number + 1 :]]


def _rename(step: Data) -> bool:
    step["rule"] = None if step["rule"] else "article-risk-of-both-diuretic"
    return True


def _other_rule(step: Data) -> bool:
    step["rule"] = "no-such-rule"
    return True


def _opposite(step: Data) -> bool:
    step["status"] = {"raised": "ruled-out", "ruled-out": "raised"}[step["status"]]
    return True


def _conclude(step: Data) -> bool:
    step["concludes"] = "epsom-note" if step["concludes"] != "epsom-note" else "diet-note"
    return True


def _forget_use(step: Data) -> bool:
    return bool(step["uses"]) and bool(step["uses"].pop())


def _add_use(step: Data) -> bool:
    step["uses"].append({"condition": "fatigue = yes", "holds": True})
    return True


def _turn_use(step: Data) -> bool:
    for use in step["uses"]:
        use["holds"] = not use["holds"]
    return bool(step["uses"])


CHANGES: dict[str, Callable[[Data], bool]] = {
    "rename": _rename, "other rule": _other_rule, "opposite": _opposite, "conclude": _conclude,
    "forget a use": _forget_use, "add a use": _add_use, "turn a use": _turn_use,
}  # fmt: skip


def renumbered(steps: list[Data]) -> list[Data]:
    return [{**step, "step": number} for number, step in enumerate(steps, start=1)]


def parts_mutated(data: Data) -> Iterator[tuple[str, Data]]:
    """Everything else in a receipt, changed."""
    yield "hash", {**data, "rulebook": {**data["rulebook"], "sha256": "0" * 64}}
    yield "version", {**data, "rulebook": {**data["rulebook"], "version": "9.9.9"}}
    yield "packs", {**data, "rulebook": {**data["rulebook"], "packs": data["rulebook"]["packs"][1:]}}
    yield "urgency", {**data, "urgency": "emergency" if data["urgency"] != "emergency" else "none"}
    yield "could be", {**data, "urgency_could_be": "routine" if data["urgency_could_be"] != "routine" else "soon"}
    yield "disclaimer", {**data, "disclaimer": ""}
    yield "safety net", {**data, "safety_net": "all is well"}
    yield "no steps", {**data, "steps": []}
    for name, status in data["statuses"].items():
        other = "raised" if status != "raised" else "ruled-out"
        yield f"status {name}", {**data, "statuses": {**data["statuses"], name: other}}
        left = {key: value for key, value in data["statuses"].items() if key != name}
        yield f"no {name}", {**data, "statuses": left}
    yield "more", {**data, "statuses": {**data["statuses"], "no-such-flag": "raised"}}
    for wrong in (None, [], "text", 3, {"a": 1}):
        for key in data:
            yield f"{key} is {wrong!r}", {**data, key: wrong}
        yield f"a step is {wrong!r}", {**data, "steps": [*data["steps"][:2], wrong]}


def assert_refused(name: str, data: Data, book: RuleBook) -> None:
    try:
        check_receipt(data, book)
    except CheckError:
        return
    pytest.fail(f"accepted: {name}")


@pytest.mark.parametrize("vignette", some_now(SCREENED, 15))
def test_every_mutated_receipt_is_refused(vignette: Vignette, screener: Screener) -> None:
    data, book = receipt_of(vignette, screener), screener.book
    mutated = [(name, {**data, "steps": renumbered(steps)}) for name, steps in steps_mutated(data["steps"])]
    mutated += list(parts_mutated(data))
    assert len(mutated) > 400
    for name, changed in mutated:
        if changed != data:
            assert_refused(name, changed, book)
            if not name.startswith("seal "):
                assert_refused(name, {**changed, "seal": seal(changed)}, book)


@pytest.mark.parametrize("vignette", SCREENED[::6], ids=lambda vignette: vignette.id)
def test_every_changed_answer_is_refused(vignette: Vignette, screener: Screener) -> None:
    """Without a new seal always; with one, whenever the engine's own receipt of the changed answers is another."""
    data, book = receipt_of(vignette, screener), screener.book
    caught = 0
    for field, value in data["answers"].items():
        other = not value if isinstance(value, bool) else [] if isinstance(value, list) else "changed"
        if isinstance(value, int | float) and not isinstance(value, bool):
            other = value + 1
        changed = {**data, "answers": {**data["answers"], field: other}}
        if changed == data:
            continue
        assert_refused(field, changed, book)
        sealed = {**changed, "seal": seal(changed)}
        try:
            check_receipt(sealed, book)
        except CheckError:
            caught += 1
        else:  # no rule reads it, or not at this value: then nothing in the receipt but the answer would differ
            honest = json.loads(to_json(receipt(screener.examine(_with(vignette, screener, field, other)))))
            assert honest["steps"] == sealed["steps"]
            assert honest["statuses"] == sealed["statuses"]
    assert caught > 20 or vignette.id == "V15"  # who answers nothing


def _with(vignette: Vignette, screener: Screener, field: str, value: Any) -> Any:
    return read_case(str(vignette.case), Intake.fields).model_copy(update={field: value})


def test_a_receipt_of_some_packs(screener: Screener, article_screener: Screener) -> None:
    data: Data = json.loads(to_json(receipt(article_screener.examine(read_case(str(SCREENED[0].case), Intake.fields)))))
    assert data["rulebook"]["packs"] == ["article", "safety"]
    assert check_receipt(data, screener.book) == len(data["steps"])


def test_another_rule_book_is_refused(screener: Screener) -> None:
    data = receipt_of(SCREENED[0], screener)
    with pytest.raises(CheckError, match="another rule book"):
        check_receipt(data, replace(screener.book, sha256="1" * 64))


def test_the_checker_shares_no_code_with_the_engines() -> None:
    """Importing it brings no engine, no facts and no report; and it does not import Kleene's tables itself."""
    code = (
        "import sys, screener.explain.receipt.checker; shared = ('engine', 'facts', 'report'); "
        "print([name for name in sys.modules if name.startswith(tuple('screener.' + part for part in shared))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=ENVIRONMENT)
    assert done.stdout == "[]\n"
    for module in (checker, checked_answers):
        source = Path(module.__file__ or "").read_text(encoding="utf-8")
        assert not re.search(r"import.*(kleene|effective|evaluate|support)", source)
