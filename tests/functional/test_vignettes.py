"""Each vignette gives exactly the expected findings and flags, on every engine, for the expected reasons."""

from __future__ import annotations

import pytest

from engines import ENGINES
from screener.case.files import read_case
from screener.case.intake import Intake
from screener.errors import CaseError
from screener.rulebook.book import RuleBook
from screener.screening import Screener
from vignettes import REFUSED, SCREENED, VIGNETTES, Vignette

PACKS = {"article": ["article"], "all": None}


def test_every_case_has_its_expectation() -> None:
    assert len(VIGNETTES) >= 38
    assert all(vignette.case.is_file() for vignette in VIGNETTES)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("packs", PACKS)
@pytest.mark.parametrize("vignette", SCREENED, ids=lambda vignette: vignette.id)
def test_statuses(vignette: Vignette, packs: str, engine: str, book: RuleBook) -> None:
    chosen = book.select(PACKS[packs])
    (outcome,) = ENGINES[engine](chosen, [read_case(str(vignette.case), Intake.fields)])
    expected = vignette.expected[packs]
    for status in ("raised", "possible", "suppressed"):
        assert sorted(outcome.having(status, chosen)) == sorted(expected[status]), status  # type: ignore[arg-type]
    assert outcome.urgency == expected.get("urgency", outcome.urgency)


@pytest.mark.parametrize("vignette", SCREENED, ids=lambda vignette: vignette.id)
def test_reasons_and_unrecognized_medicines(vignette: Vignette, screener: Screener) -> None:
    report = screener.screen(read_case(str(vignette.case), Intake.fields))
    found = {flag.id: sorted(because.rule for because in flag.because or []) for flag in report.flags if flag.because}
    assert found == {name: sorted(rules) for name, rules in vignette.expected["reasons"].items()}
    assert report.unrecognized_medicines == vignette.expected["all"].get("unrecognized_medicines", [])


@pytest.mark.parametrize("vignette", REFUSED, ids=lambda vignette: vignette.id)
def test_refusals_name_the_field(vignette: Vignette) -> None:
    with pytest.raises(CaseError) as caught:
        read_case(str(vignette.case), Intake.fields)
    assert [problem.field for problem in caught.value.problems] == [vignette.expected["rejected"]]
