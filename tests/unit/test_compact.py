from __future__ import annotations

import json

from hypothesis import given

from screener.case.intake import Intake
from screener.screening import Screener
from screener.web.desk.api import compact
from strategies import cases


@given(answers=cases())
def test_compact_is_the_report(answers: dict[str, object], screener: Screener) -> None:
    report = screener.screen(Intake.read(answers))
    assert json.loads(compact(report)) == report.to_dict()


def test_a_text_that_looks_like_nothing_to_say_is_kept(screener: Screener) -> None:
    text = 'a,"title":null,\\"title\\":null,'
    report = screener.screen(Intake.read({"case_id": text, "medicines": [text]}), everything=True)
    assert json.loads(compact(report)) == report.to_dict()
