"""Each rule's own cases, as the rule files give them."""

from __future__ import annotations

import pytest

from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Rule
from screener.workbench.cases import run_case
from shippedbook import BOOK

RULES = BOOK.rules


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_cases(rule: Rule, book: RuleBook) -> None:
    assert {"fires", "silent"} <= {case.expect for case in rule.cases}
    for case in rule.cases:
        result = run_case(book, rule, case)
        assert result.passed, "\n".join(result.lines())
