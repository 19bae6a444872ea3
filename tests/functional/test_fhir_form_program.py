"""A form program that no one here wrote (LHC-Forms of the NLM) renders our Questionnaire, and its answers come back."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from nodes import FOLDER
from screener.case.answers import Choice, Lab, Medicines, OneUnitLab, YesNo
from screener.case.intake import Intake
from screener.records.fhir.response import read_response
from screener.rulebook.book import RuleBook
from screener.screening import Screener
from screener.standards.questionnaire import questionnaire
from vignettes import SCREENED, Vignette

FIELDS = Intake.fields

CHOSEN = ("V06", "V17", "V19", "V23", "V34")
READY = "!!(window.LForms && LForms.FHIR && LForms.FHIR.R4 && LForms.Util.addFormToPage)"
CODES = {True: "Y", False: "N", "female": "female", "male": "male", "not said": "asked-declined"}


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


def missing() -> str:
    if not (FOLDER / "lforms" / "dist").is_dir():
        return "needs the npm package lforms: run `make node-tools`"
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return "needs playwright: pip install 'rulebook-screener[e2e]'"
    return "" if shutil.which("chromium") else "needs chromium"


@pytest.fixture(scope="module")
def page() -> Iterator[Any]:
    if reason := missing():
        if os.environ.get("SCREENER_REQUIRE_ALL"):
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with (
        ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(FOLDER))) as server,
        sync_playwright() as playwright,
    ):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        opened = browser.new_page()
        outside: list[str] = []
        opened.on("request", lambda r: outside.append(r.url) if "//127.0.0.1" not in r.url else None)
        opened.goto(f"http://127.0.0.1:{server.server_port}/form.html")
        opened.wait_for_function(READY)
        yield opened
        assert outside == []
        browser.close()
        server.shutdown()


def render(page: Any, book: RuleBook) -> None:
    page.evaluate(
        "async form => { await LForms.Util.addFormToPage(form, 'form', {fhirVersion: 'R4'}); }", questionnaire(book)
    )
    page.wait_for_selector('[id^="item-epsom_salts/"]', state="attached")


def shown(page: Any, name: str) -> bool:
    return bool(page.locator(f'[id^="item-{name}/"]').count())


def choose(page: Any, name: str, code: str) -> None:
    page.locator(f'[id^="{name}/"][id$="|{code}"]').first.click()


def type_in(page: Any, name: str, text: str, last: bool = False) -> None:
    boxes = page.locator(f'input[id^="{name}/"]')
    box = boxes.last if last else boxes.first
    box.fill(text)
    box.press("Tab")


def answer(page: Any, name: str, value: Any) -> None:
    """Answer one question as a person would."""
    kind = FIELDS[name]
    if isinstance(kind, YesNo | Choice):
        choose(page, name, CODES[value])
    elif isinstance(kind, Medicines):
        for number, medicine in enumerate(value):
            if number:
                page.locator('[id^="add-medicines/"]').last.click()
            entry = medicine if isinstance(medicine, dict) else {"name": medicine}
            type_in(page, "medicines.name", entry["name"], last=True)
            if entry.get("months") is not None:
                type_in(page, "medicines.months", str(entry["months"]), last=True)
        if not value:
            choose(page, "medicines.none", "Y")
    elif isinstance(kind, Lab | OneUnitLab):
        number_text, _, unit = str(value).partition(" ")
        type_in(page, name, number_text)
        if isinstance(kind, Lab):
            page.locator(f'[id^="unit_{name}/"]').first.click()
            page.locator("#lhc-tools-searchResults li", has_text=unit or "mmol/L").first.click()
    else:
        type_in(page, name, str(value))


@pytest.mark.parametrize("vignette", [v for v in SCREENED if v.id in CHOSEN], ids=lambda vignette: vignette.id)
def test_answers_given_in_the_form_give_the_same_flags(
    vignette: Vignette, page: Any, book: RuleBook, screener: Screener
) -> None:
    given = json.loads(vignette.case.read_text(encoding="utf-8"))
    render(page, book)
    for name in book.questions:
        if given.get(name) is not None and shown(page, name):
            answer(page, name, given[name])
    response = page.evaluate("LForms.Util.getFormFHIRData('QuestionnaireResponse', 'R4', null)")
    case = read_response({**response, "id": vignette.id}, book)
    found = screener.examine(case.intake()).outcome
    expected = vignette.expected["all"]
    for status in ("raised", "possible", "suppressed"):
        assert sorted(found.having(status, book)) == sorted(expected[status]), status  # type: ignore[arg-type]
    direct = screener.examine(Intake.read(given)).outcome
    assert (found.urgency, dict(found.values)) == (direct.urgency, dict(direct.values))


def test_branches_open_and_close(page: Any, book: RuleBook) -> None:
    render(page, book)
    assert not shown(page, "cannot_keep_fluids_down")
    choose(page, "vomiting", "Y")
    page.wait_for_selector('[id^="item-cannot_keep_fluids_down/"]')
    choose(page, "vomiting", "N")
    page.wait_for_selector('[id^="item-cannot_keep_fluids_down/"]', state="detached")
    assert shown(page, "pregnant")
    choose(page, "sex", "male")
    page.wait_for_selector('[id^="item-pregnant/"]', state="detached")
    choose(page, "sex", "female")
    page.wait_for_selector('[id^="item-pregnant/"]')
    type_in(page, "age", "70")
    page.wait_for_selector('[id^="item-pregnant/"]', state="detached")


def test_no_unit_is_chosen_for_the_person(page: Any, book: RuleBook) -> None:
    render(page, book)
    type_in(page, "magnesium", "1.6")
    response = page.evaluate("LForms.Util.getFormFHIRData('QuestionnaireResponse', 'R4', null)")
    (problem,) = read_response({**response, "id": "r"}, book).refused
    assert "magnesium" in problem.field
    assert "use mmol/L, mEq/L or mg/dL" in problem.message


def test_why_is_offered_as_help(page: Any, book: RuleBook) -> None:
    render(page, book)
    page.locator('[id^="help-button-fatigue/"]').first.click()
    page.locator(f"text={book.questions['fatigue'].why}").last.wait_for()
