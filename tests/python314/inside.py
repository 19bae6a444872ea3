"""What is run there: tests, or what the reference engine concludes, for a comparison with another Python."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest

OPTIONS = ["-v", "-p", "no:cacheprovider", "-o", "addopts=", "--import-mode=importlib", "--tb=short"]
IGNORED = ["-W", "ignore::pytest.PytestConfigWarning"]  # `timeout` belongs to a plugin that needs signals


def run(given: list[str]) -> int:
    """The tests in these files; for `conclusions`, what `conclusions` gives, as a line of JSON."""
    if given == ["conclusions"]:
        print(json.dumps(conclusions()))
        return 0
    return int(pytest.main([*OPTIONS, *IGNORED, *given]))


def conclusions() -> dict[str, str]:
    """For each rule a hash over what the reference engine says to every combination of answers."""
    from engines import by_reference, meaning
    from spec.test_enumeration import BOOKS, COUNTS, MOST, combinations

    found = {}
    for rule, count in COUNTS.items():
        digest = sha256()
        for cases in combinations(BOOKS[rule]) if count <= MOST else ():
            for outcome in by_reference(BOOKS[rule], cases):
                digest.update(json.dumps(meaning(outcome), sort_keys=True, default=str).encode())
        found[rule] = digest.hexdigest()
    return found
