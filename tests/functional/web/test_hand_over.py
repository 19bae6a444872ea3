"""What is begun in the terminal goes on on the page, and the other way round: the file between them is a case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from interviews import Reader
from screener.case.files import read_case
from screener.case.intake import Intake
from screener.rulebook.book import RuleBook
from screener.screening import Screener
from terminals import PROMPT, Terminal
from vignettes import SCREENED, Vignette
from webclient import Client
from webforms import FORM, answer_page, form_with, send, words

VIGNETTES = [one for one in SCREENED if one.id in ("V01", "V06", "V12", "V19")]


def in_the_terminal(file: Path, book: RuleBook, answers: dict[str, Any], *options: str, most: int = 200) -> str:
    """Answer the prompts of an interview in a real terminal, and stop after so many; what it printed."""
    terminal = Terminal("--format", "json", *options, folder=file.parent)
    reader = Reader(book, answers)
    try:
        while (shown := terminal.screen()).endswith(PROMPT):
            most -= 1
            terminal.type(f"{reader.reply(shown) if most >= 0 else '!'}\n")
        return terminal.finish()
    finally:
        terminal.close()


def on_the_page(client: Client, case: str, answers: dict[str, Any], pages: int) -> str:
    """Go on from a saved case, answer so many pages, and save: the text of the file."""
    page = client.post("/check", content=urlencode({"answers": case}), headers=FORM)
    assert "Check your answers" in words(page)
    for _ in range(pages + 1):  # the first leads on from the answers that are shown
        page = answer_page(client, page, answers) or page
    form = form_with(page, "answers")
    assert form
    saved = send(client, form, to="/answers.json")
    assert "my-answers.json" in saved.headers["content-disposition"]
    return saved.text


@pytest.mark.parametrize("vignette", VIGNETTES, ids=lambda vignette: vignette.id)
def test_what_is_begun_in_the_terminal_goes_on_on_the_page_and_ends_in_the_terminal(
    vignette: Vignette, client: Client, book: RuleBook, screener: Screener, tmp_path: Path
) -> None:
    answers, file = json.loads(vignette.case.read_text()), tmp_path / "mine.json"
    in_the_terminal(file, book, answers, "--save", str(file), most=4)
    begun = json.loads(file.read_text())
    further = json.loads(on_the_page(client, file.read_text(), answers, pages=3))
    assert begun.items() <= further.items()
    assert len(begun) < len(further)
    file.write_text(json.dumps(further))
    report = json.loads(in_the_terminal(file, book, answers, "--resume", str(file)))
    assert statuses(report) == statuses(screener.screen(read_case(str(vignette.case), Intake.fields)).to_dict())


@pytest.mark.parametrize("vignette", VIGNETTES, ids=lambda vignette: vignette.id)
def test_what_is_begun_on_the_page_ends_in_the_terminal(
    vignette: Vignette, client: Client, book: RuleBook, screener: Screener, tmp_path: Path
) -> None:
    answers, file = json.loads(vignette.case.read_text()), tmp_path / "mine.json"
    file.write_text(on_the_page(client, "{}", answers, pages=4))
    assert len(json.loads(file.read_text())) > 1
    report = json.loads(in_the_terminal(file, book, answers, "--resume", str(file)))
    assert statuses(report) == statuses(screener.screen(read_case(str(vignette.case), Intake.fields)).to_dict())


def statuses(report: dict[str, Any]) -> dict[str, str]:
    """The urgency, and each flag that is listed with its status."""
    return {"urgency": report["urgency"], **{flag["id"]: flag["status"] for flag in report["flags"]}}
