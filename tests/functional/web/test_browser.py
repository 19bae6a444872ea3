"""In a real browser: the same flags with and without JavaScript, no request elsewhere, readable for everyone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from browser import browser, click
from screener.case.answers import YesNo
from screener.case.files import read_case
from screener.case.intake import Intake
from screener.screening import Screener
from vignettes import SCREENED, Vignette
from walking import answer_page
from webserver import served

FIELDS = Intake.fields

WALKED = [v for v in SCREENED if v.id in ("V01", "V02", "V06", "V11", "V12", "V15", "V19", "V32", "V36", "V45")]
LATER = {v.id for v in WALKED} - {"V12"}  # each takes some seconds: one on every change, all of them nightly
SLOW = pytest.mark.nightly
REFRACTORY = next(v for v in SCREENED if v.id == "V06")
URGENT = next(v for v in SCREENED if v.id == "V12")


@pytest.fixture(scope="module")
def chrome() -> Iterator[Any]:
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def home(chrome: Any) -> Iterator[str]:
    with served() as (url, _):
        yield url


class Visit:
    """One browser window, and every request that it made."""

    def __init__(self, chrome: Any, home: str, **options: Any) -> None:
        self.home = home
        self.context = chrome.new_context(**options)
        self.page = self.context.new_page()
        self.requested: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requested.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(f"{home}/")

    def press(self, name: str, exact: bool = True) -> None:
        click(self.page.get_by_role("button", name=name, exact=exact).first)

    def paste(self, vignette: Vignette) -> None:
        """Start from a saved case; leads to the check page."""
        self.page.goto(f"{self.home}/")
        self.page.get_by_text("Go on from a saved case").click()
        self.page.fill("#answers", vignette.case.read_text())
        self.press("Go on")

    def end(self) -> None:
        """Close the window; nothing was asked of anybody else, and the browser had nothing to complain about."""
        self.context.close()
        assert {urlsplit(url).netloc for url in self.requested} == {urlsplit(self.home).netloc}
        assert "?" not in "".join(self.requested), "answers are never in an address"
        assert self.complaints == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("vignette", [pytest.param(v, id=v.id, marks=SLOW if v.id in LATER else ()) for v in WALKED])
def test_ten_vignettes(vignette: Vignette, scripts: bool, chrome: Any, home: str, screener: Screener) -> None:
    visit = Visit(chrome, home, java_script_enabled=scripts)
    page = visit.page
    answers = json.loads(vignette.case.read_text())
    visit.press("Start")
    while page.title() != "Check your answers – screener":
        if page.locator("button[name=go][value=on]").count():
            click(page.locator("button[name=go][value=on]"))
        else:
            answer_page(page, answers)
    visit.press("Show the result")
    shown = page.locator("main").text_content()
    with page.expect_download() as download:
        visit.press("Download as JSON")
    report = json.loads(Path(download.value.path()).read_text())
    expected = screener.screen(read_case(str(vignette.case), Intake.fields)).to_dict()
    assert [(f["id"], f["status"]) for f in report["flags"]] == [(f["id"], f["status"]) for f in expected["flags"]]
    assert report["urgency"] == expected["urgency"]
    for flag in expected["flags"]:
        if flag["status"] == "raised" and "title" in flag:
            assert flag["title"] in shown
    visit.end()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_back_forward_and_reload_work_on_every_page(scripts: bool, chrome: Any, home: str) -> None:
    visit = Visit(chrome, home, java_script_enabled=scripts)
    page, answers = visit.page, json.loads(URGENT.case.read_text())

    def holds() -> None:
        shown = page.locator("main").text_content()
        page.reload()
        assert page.locator("main").text_content() == shown
        page.go_back()
        assert page.locator("main").text_content() != shown
        page.go_forward()
        assert page.locator("main").text_content() == shown

    visit.press("Start")
    pages = 0
    while page.title() != "Check your answers – screener":
        pages += 1
        holds()
        if page.locator("button[name=go][value=on]").count():
            click(page.locator("button[name=go][value=on]"))
        else:
            answer_page(page, answers)
    holds()
    visit.press("Show the result", exact=False)
    holds()
    assert pages >= 9
    visit.press("Delete my answers")
    page.wait_for_url(f"{home}/")
    page.go_back()
    page.goto(f"{home}/questions/2")
    assert urlsplit(page.url).path == "/"
    visit.end()


# every kind of page: how to get there

KINDS: dict[str, Callable[[Visit], None]] = {}


def kind(way: Callable[[Visit], None]) -> Callable[[Visit], None]:
    KINDS[way.__name__.replace("_", " ").strip()] = way
    return way


@kind
def first_page(visit: Visit) -> None:
    visit.page.get_by_text("Go on from a saved case").click()


@kind
def list_of_statements(visit: Visit) -> None:
    visit.press("Start")
    visit.page.get_by_text("What these mean").click()


@kind
def several_lists_at_once(visit: Visit) -> None:
    visit.press("Start the short version")
    visit.page.check("input[name=none]")
    visit.press("Continue")
    visit.page.fill("#value", "40")
    visit.press("Continue")


@kind
def list_with_error(visit: Visit) -> None:
    visit.press("Start")
    visit.press("Continue")


@kind
def form_with_errors(visit: Visit) -> None:
    visit.press("Start")
    visit.page.check("input[name=none]")
    visit.press("Continue")
    visit.page.fill("#value-age", "old")
    visit.press("Continue")


def change(visit: Visit, label: str) -> None:
    visit.paste(REFRACTORY)
    visit.press(f"Change {label}")


@kind
def yes_no_question(visit: Visit) -> None:
    change(visit, "muscle cramps")
    visit.page.get_by_text("Why we ask").click()


@kind
def number_question_with_error(visit: Visit) -> None:
    change(visit, "age")
    visit.page.fill("#value", "old")
    visit.press("Continue")


@kind
def blood_test_question(visit: Visit) -> None:
    change(visit, "potassium result")


@kind
def medicines_question(visit: Visit) -> None:
    change(visit, "medicines")
    visit.press("Add another")


@kind
def urgent_notice(visit: Visit) -> None:
    visit.press("Start")
    visit.page.check("input[name=is][value=chest_pain]")
    visit.press("Continue")


@kind
def urgent_reminder(visit: Visit) -> None:
    urgent_notice(visit)
    visit.press("Go on with the questions")


@kind
def check_page(visit: Visit) -> None:
    visit.paste(REFRACTORY)


@kind
def result(visit: Visit) -> None:
    visit.paste(REFRACTORY)
    visit.press("Show the result", exact=False)
    visit.page.get_by_text("The reasoning as a picture").click()


@kind
def urgent_result(visit: Visit) -> None:
    visit.paste(URGENT)
    visit.press("Show the result", exact=False)


def test_what_to_ask_begins_on_the_first_screen_of_a_phone(chrome: Any, home: str, screener: Screener) -> None:
    said = {}
    for vignette in SCREENED:
        summary = screener.screen(read_case(str(vignette.case), Intake.fields)).summary
        if summary.ask and summary.urgency != "emergency":
            said[vignette.id] = len(f"{summary.headline} {' '.join(summary.because)}") + 100 * len(summary.open.urgent)
    longest = max(SCREENED, key=lambda vignette: said.get(vignette.id, 0))  # has the most to say about how soon
    visit = Visit(chrome, home, viewport={"width": 320, "height": 640})
    for vignette in (REFRACTORY, longest):
        visit.paste(vignette)
        visit.press("Show the result", exact=False)
        heading = visit.page.get_by_role("heading", name="Ask", exact=True)
        assert heading.evaluate("heading => heading.getBoundingClientRect().top") < 640
    visit.end()


def test_in_an_emergency_the_first_screen_of_a_phone_says_only_what_to_do(chrome: Any, home: str) -> None:
    visit = Visit(chrome, home, viewport={"width": 320, "height": 640})
    visit.paste(URGENT)
    visit.press("Show the result", exact=False)
    top = "found => found.getBoundingClientRect().top"
    assert visit.page.locator(".card.now").evaluate(top) < visit.page.locator(".box.now").evaluate(top) < 640
    assert not visit.page.get_by_role("heading", name="Ask", exact=True).is_visible()
    visit.end()


def test_a_source_mark_leads_to_its_entry_without_scripts(chrome: Any, home: str) -> None:
    visit = Visit(chrome, home, java_script_enabled=False)
    visit.paste(REFRACTORY)
    visit.press("Show the result", exact=False)
    entry = visit.page.locator("#source-A08")
    assert not entry.is_visible()
    visit.page.locator(".from a[href='#source-A08']").first.click()
    assert entry.is_visible()
    visit.end()


@kind
def clinician_sheet(visit: Visit) -> None:
    result(visit)
    visit.press("One page to take with you")


@kind
def explanation(visit: Visit) -> None:
    result(visit)
    visit.page.select_option("#flag", "refractory-potassium")
    visit.press("How, or why not?")


@kind
def smallest_changes(visit: Visit) -> None:
    result(visit)
    visit.page.select_option("#flag", "refractory-potassium")
    visit.press("What could change it?")


@kind
def explore(visit: Visit) -> None:
    visit.page.goto(f"{visit.home}/explore")
    visit.page.evaluate("document.querySelectorAll('form details').forEach(it => { it.open = true })")
    visit.page.select_option("#potassium_still_low", "no")
    visit.page.get_by_text("What changed:").wait_for()
    visit.page.evaluate("document.querySelectorAll('details').forEach(it => { it.open = true })")


def edit(visit: Visit, old: str, new: str) -> None:
    visit.page.goto(f"{visit.home}/explore")
    visit.press("Change this rule", exact=False)
    text = visit.page.input_value("#yaml")
    assert old in text
    visit.page.fill("#yaml", text.replace(old, new, 1))
    visit.press("Try it")


@kind
def explore_with_a_changed_rule(visit: Visit) -> None:
    edit(visit, "{potassium_still_low: yes}", "{potassium_still_low: no}")
    visit.page.get_by_text("made-up cases come out differently").wait_for()
    visit.page.evaluate("document.querySelectorAll('details').forEach(it => { it.open = true })")


@kind
def explore_with_a_rule_that_is_wrong(visit: Visit) -> None:
    edit(visit, "potassium_still_low", "potassium_still_lo")
    visit.page.get_by_text("cannot be used like this").wait_for()


@kind
def explore_with_errors(visit: Visit) -> None:
    visit.page.goto(f"{visit.home}/explore")
    visit.page.fill("#age", "old")
    visit.press("Update")
    visit.page.get_by_text("Not understood, and not used").wait_for()


@kind
def step_by_step(visit: Visit) -> None:
    visit.page.goto(f"{visit.home}/lab")
    visit.page.select_option("#goal", "suspect-magnesium")
    visit.press("Show it so")
    visit.press("Next step", exact=False)
    visit.press("Next look", exact=False)
    visit.page.get_by_text("Which one fires next?", exact=True).click()


@kind
def predicting_with_a_score(visit: Visit) -> None:
    visit.page.goto(f"{visit.home}/lab")
    visit.page.select_option("#goal", "suspect-magnesium")
    visit.press("Show it so")
    visit.page.locator("input[name=guess]").last.check()
    visit.press("Next step", exact=False)
    visit.press("All steps", exact=False)
    visit.page.locator("input[name=q0]").first.check()
    visit.press("Check the answers")
    visit.press("To the end", exact=False)


@kind
def rule_book(visit: Visit) -> None:
    visit.page.goto(f"{visit.home}/rulebook")


@kind
def list_of_flags(visit: Visit) -> None:
    visit.page.goto(f"{visit.home}/rulebook/flags")


@kind
def flag(visit: Visit) -> None:
    visit.page.goto(f"{visit.home}/rulebook/flags/suspect-magnesium")


@kind
def rule(visit: Visit) -> None:
    visit.page.goto(f"{visit.home}/rulebook/rules/article-refractory-potassium-still-low")


@kind
def source(visit: Visit) -> None:
    visit.page.goto(f"{visit.home}/rulebook/sources/S10")


@kind
def documents(visit: Visit) -> None:
    visit.page.goto(f"{visit.home}/docs")


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 320), pytest.param("dark", 1280, marks=SLOW)], ids=["small", "dark and wide"]
)
@pytest.mark.parametrize("name", KINDS)
def test_readable_for_everyone_and_fits_a_screen(name: str, scheme: Any, width: int, chrome: Any, home: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    screen = {"width": width, "height": 800}
    visit = Visit(chrome, home, viewport=screen, color_scheme=scheme, reduced_motion="reduce")
    KINDS[name](visit)
    visit.page.wait_for_load_state("networkidle")  # the style sheet decides how wide the page is
    too_wide = visit.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not too_wide
    found = Axe().run(visit.page)
    assert found.response["violations"] == [], found.generate_report()
    assert found.response["passes"]
    visit.end()


def test_a_missing_page_is_a_page(chrome: Any, home: str) -> None:
    visit = Visit(chrome, home)
    visit.page.goto(f"{home}/nowhere")
    assert visit.page.locator("h1").inner_text() == "There is nothing here"
    visit.complaints = [text for text in visit.complaints if "404" not in text]
    visit.end()


def test_keyboard_alone_is_enough(chrome: Any, home: str) -> None:
    visit = Visit(chrome, home)
    page, keys = visit.page, visit.page.keyboard

    def tab_to(selector: str) -> None:
        for _ in range(60):
            keys.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"the keyboard does not reach {selector}")

    keys.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"

    def enter() -> None:
        with page.expect_navigation():
            keys.press("Enter")

    tab_to("button[value=default]")
    enter()
    tab_to("input[name=is][value=muscle_spasm]")
    keys.press("Space")
    enter()
    page.get_by_role("heading", name="Speak to someone today").wait_for()
    tab_to("button[name=go]")
    enter()
    tab_to("#value-age")
    keys.type("44")
    tab_to("#value-sex")
    keys.press("ArrowDown")
    enter()
    assert page.locator("h1").inner_text() == "How have you felt in the last month?"
    visit.end()


def test_back_and_change_keep_the_other_answers(chrome: Any, home: str) -> None:
    visit = Visit(chrome, home)
    change(visit, "age")
    assert visit.page.input_value("#value") == "70"
    visit.page.fill("#value", "71")
    visit.press("Continue")
    assert "71 years" in visit.page.locator("main").inner_text()
    visit.press("‹ Back")
    assert visit.page.locator("h1").count() == 1
    visit.end()


def test_explore_without_scripts(chrome: Any, home: str) -> None:
    visit = Visit(chrome, home, java_script_enabled=False)
    visit.page.goto(f"{home}/explore")
    now = visit.page.locator("#now")
    assert "Step 0 of" in now.inner_text()
    assert visit.page.locator("svg .later").count() > 0
    visit.page.select_option("#potassium_still_low", "no")
    visit.press("Update")
    assert "What changed:" in now.inner_text()
    edit(visit, "{potassium_still_low: yes}", "{potassium_still_low: no}")
    assert "With your rules, on a copy" in now.inner_text()
    visit.page.reload()
    assert "With your rules, on a copy" in now.inner_text()
    with visit.page.expect_download() as download:
        visit.press("Download the changed file")
    assert "{potassium_still_low: no}" in Path(download.value.path()).read_text(encoding="utf-8")
    visit.press("As it was")
    assert "With your rules" not in now.inner_text()
    visit.page.go_back()
    assert "With your rules, on a copy" in now.inner_text()
    visit.end()


def test_explore_fits_two_screens_of_a_projector_before_any_click(chrome: Any, home: str) -> None:
    visit = Visit(chrome, home, viewport={"width": 1280, "height": 720})
    visit.page.goto(f"{home}/explore")
    assert visit.page.evaluate("document.documentElement.scrollHeight") <= 2 * 720
    place = "found => found.getBoundingClientRect()"
    picture, rule = (visit.page.locator(each).first.evaluate(place) for each in (".stage svg", ".stage pre"))
    assert rule["right"] <= picture["left"]  # side by side
    assert picture["top"] < 720
    assert rule["top"] < 720
    visit.page.select_option("#potassium_still_low", "no")
    visit.page.get_by_text("What changed:").wait_for()
    changed = visit.page.get_by_text("What changed:").evaluate(place)
    assert changed["top"] < visit.page.locator("#now h2").first.evaluate(place)["top"]
    visit.end()


def test_step_by_step_without_scripts_and_back(chrome: Any, home: str) -> None:
    visit = Visit(chrome, home, java_script_enabled=False)
    visit.page.goto(f"{home}/lab")
    assert "Step 0 of" in visit.page.locator("main").inner_text()
    visit.press("Next step", exact=False)
    visit.press("Next step", exact=False)
    assert "Step 2 of" in visit.page.locator("main").inner_text()
    assert visit.page.url.rsplit("/", 2)[1] == "lab"
    visit.page.reload()
    assert "Step 2 of" in visit.page.locator("main").inner_text()
    visit.page.go_back()
    assert "Step 1 of" in visit.page.locator("main").inner_text()
    visit.press("Step back", exact=False)
    assert "Step 0 of" in visit.page.locator("main").inner_text()
    visit.end()


def test_explore_keeps_the_place_with_scripts(chrome: Any, home: str) -> None:
    visit = Visit(chrome, home)
    visit.page.goto(f"{home}/explore")
    visit.page.get_by_text("All other answers").click()
    visit.page.focus("#muscle_cramps")
    visit.page.select_option("#muscle_cramps", "no")
    visit.page.get_by_text("What changed:").wait_for()
    assert visit.page.evaluate("document.activeElement.id") == "muscle_cramps"
    assert isinstance(FIELDS["muscle_cramps"], YesNo)
    visit.end()


def test_printed_without_buttons(chrome: Any, home: str) -> None:
    visit = Visit(chrome, home)
    result(visit)
    visit.page.emulate_media(media="print")
    assert visit.page.locator("button:visible, nav:visible").count() == 0
    assert visit.page.get_by_role("heading", level=1).is_visible()
    visit.end()
