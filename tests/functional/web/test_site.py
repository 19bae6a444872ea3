"""The published pages in a real browser, most of it after their host is gone: the same pages, flags and texts."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from browser import browser, chromium, click
from screener.case.files import read_case
from screener.case.intake import Intake
from screener.screening import Screener
from sites import FOLDER, Window, hosted, made_once, need_browser
from vignettes import SCREENED, Vignette
from waiting import LONG
from walking import answer_page

ROOT = Path(__file__).parents[3]
WALKED = [v for v in SCREENED if v.id in ("V01", "V02", "V06", "V11", "V12", "V15", "V19", "V32", "V36", "V45")]
LATER = {v.id for v in WALKED} - {"V12"}
SLOW = pytest.mark.nightly
REFRACTORY = next(v for v in SCREENED if v.id == "V06")
URGENT = next(v for v in SCREENED if v.id == "V12")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    need_browser()
    own = tmp_path_factory.getbasetemp()
    shared = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "published"
    made_once(shared)
    return shared


@pytest.fixture(scope="module")
def chrome() -> Iterator[Any]:
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def offline(chrome: Any, folder: Path) -> Iterator[Window]:
    """A window of which the host is gone since it was loaded."""
    with hosted(folder) as host:
        window = Window(chrome, host, viewport={"width": 320, "height": 800}, reduced_motion="reduce")
        host.stop()
        yield window
        window.end()


def walk(window: Window, answers: dict[str, Any]) -> None:
    """From the first page to the result."""
    page = window.page
    window.go("")
    window.press("Start")
    while page.title() != "Check your answers – screener":
        if page.locator("button[name=go][value=on]").count():
            page.click("button[name=go][value=on]")
        else:
            answer_page(page, answers)
        window.settled()
    window.press("Show the result", exact=False)


@pytest.mark.parametrize("vignette", [pytest.param(v, id=v.id, marks=SLOW if v.id in LATER else ()) for v in WALKED])
@pytest.mark.parametrize("width", [320, 1280])
def test_ten_vignettes(vignette: Vignette, width: int, offline: Window, screener: Screener) -> None:
    page = offline.page
    page.set_viewport_size({"width": width, "height": 800})
    walk(offline, json.loads(vignette.case.read_text()))
    shown = page.locator("main").text_content()
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    with page.expect_download() as download:
        offline.press("Download as JSON")
    report = json.loads(Path(download.value.path()).read_text())
    expected = screener.screen(read_case(str(vignette.case), Intake.fields)).to_dict()
    assert report.pop("engine") == "reference"
    for either in (report, expected):
        for name in ("case_id", "engine"):
            either.pop(name, None)
    assert [(f["id"], f["status"]) for f in report["flags"]] == [(f["id"], f["status"]) for f in expected["flags"]]
    assert report["urgency"] == expected["urgency"]
    assert report["summary"]["headline"] == expected["summary"]["headline"]
    for flag in expected["flags"]:
        if flag["status"] == "raised" and "title" in flag:
            assert flag["title"] in shown


def test_back_forward_and_reload_keep_the_answers(offline: Window) -> None:
    page, answers = offline.page, json.loads(URGENT.case.read_text())
    offline.go("")

    def holds() -> None:
        shown = page.locator("main").text_content()
        page.reload()
        offline.loaded()
        assert page.locator("main").text_content() == shown
        page.go_back()
        page.wait_for_function("shown => document.querySelector('main').textContent !== shown", arg=shown)
        offline.settled()
        page.go_forward()
        page.wait_for_function("shown => document.querySelector('main').textContent === shown", arg=shown)
        offline.settled()

    offline.press("Start")
    holds()
    answer_page(page, answers)
    offline.settled()
    holds()
    offline.paste(URGENT.case)
    holds()
    offline.press("Show the result", exact=False)
    holds()
    offline.press("Delete my answers")
    page.wait_for_function("() => document.title.startsWith('Magnesium and potassium')")


def test_back_and_forward_at_once_lead_to_where_one_was(offline: Window) -> None:
    page = offline.page
    offline.go("")
    offline.press("Start")
    shown = page.locator("main").text_content()
    page.evaluate(
        """() => {
          const ask = screenerSite.ask;
          screenerSite.ask = async (...given) => {  // the page before is there only when Forward was pressed
            screenerSite.ask = ask;
            await new Promise(done => addEventListener('popstate', done, {once: true}));
            return ask(...given);
          };
          window.went = 0;
          addEventListener('popstate', () => { if (++went === 1) history.forward(); });
          history.back();
        }"""
    )
    page.wait_for_function("() => went === 2")
    offline.settled()
    assert page.locator("main").text_content() == shown


def test_where_python_stops_it_is_started_again_with_the_answers(offline: Window) -> None:
    page = offline.page
    offline.go("")
    offline.paste(URGENT.case)
    shown = page.locator("main").text_content()
    (worker,) = page.workers
    worker.evaluate("self.postMessage({kind: 'lost', message: 'Maximum call stack size exceeded'})")
    offline.press("Show the result", exact=False)
    assert page.locator("main").text_content() != shown
    page.go_back()
    page.wait_for_function("shown => document.querySelector('main').textContent === shown", arg=shown)
    offline.settled()
    assert page.workers != [worker]


def test_json_that_is_nested_too_deeply_does_not_stop_python(offline: Window) -> None:
    offline.go("")
    (worker,) = offline.page.workers
    deep = [f"[{'[' * levels}{']' * levels}]" for levels in (900, 1500, 60_000)]
    ask = """async bodies => { const found = [];
             for (const body of bodies) {
               const told = await screenerSite.ask('POST', '/v1/screen', body, 'application/json');
               found.push(told.status);
             }
             return found; }"""
    assert offline.page.evaluate(ask, deep) == [400, 400, 400]
    assert offline.page.workers == [worker]


def test_a_lesson_is_stepped_through(offline: Window) -> None:
    page = offline.page
    offline.go("explore")
    page.select_option("#potassium_still_low", "no")
    page.get_by_text("What changed:").wait_for()
    page.get_by_role("button", name="To the start").click()
    page.get_by_text("Step 0 of").wait_for()
    page.get_by_role("button", name="Step forward").click()
    page.get_by_text("Step 1 of").wait_for()
    page.get_by_role("button", name="Change this rule").first.click()
    text = page.locator("#yaml").input_value()
    page.fill("#yaml", text.replace("potassium_still_low: yes", "potassium_still_low: no", 1))
    page.get_by_role("button", name="Try it").click()
    page.get_by_text("made-up cases come out differently").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the whole changed book").click()
    assert download.value.suggested_filename.endswith("-changed.zip")


def test_the_json_api_answers_at_the_same_addresses(offline: Window, screener: Screener) -> None:
    case = json.loads(REFRACTORY.case.read_text())
    offline.go("")
    ask = """async case => (await fetch('v1/screen', {method: 'POST', body: JSON.stringify(case),
             headers: {'content-type': 'application/json'}})).json()"""
    told = offline.page.evaluate(ask.replace("case", "given"), case)
    expected = json.loads(screener.screen(Intake.read(case)).to_json())
    assert told.pop("engine") == "reference"
    expected.pop("engine")
    assert told == expected


ASK = """async cases => {
  const found = [];
  for (const one of cases) {
    const told = await screenerSite.ask('POST', '/v1/screen', JSON.stringify(one), 'application/json');
    found.push(new TextDecoder().decode(told.body));
  }
  return found;
}"""


def same_reports(window: Window, screener: Screener, cases: list[dict[str, Any]]) -> None:
    """The reference engine in the browser's Python and the durable engine here say the same, to the last word."""
    for place in range(0, len(cases), 50):
        chunk = cases[place : place + 50]
        for case, text in zip(chunk, window.page.evaluate(ASK, chunk), strict=True):
            told, expected = json.loads(text), json.loads(screener.screen(Intake.read(case)).to_json())
            assert (told.pop("engine"), expected.pop("engine")) == ("reference", "durable")
            assert told == expected, case


def test_every_vignette_has_the_same_report(offline: Window, screener: Screener) -> None:
    same_reports(offline, screener, [json.loads(vignette.case.read_text()) for vignette in SCREENED])


@SLOW
def test_random_cases_have_the_same_reports(offline: Window, screener: Screener) -> None:
    from benchmarks.cases import RandomCases
    from benchmarks.site import written

    made = RandomCases(screener.book, seed=21)
    same_reports(offline, screener, [written(made.one()) for _ in range(5000)])


@SLOW
def test_two_hundred_cases_need_less_memory_than_promised(chrome: Any, folder: Path, screener: Screener) -> None:
    from benchmarks.cases import RandomCases
    from benchmarks.site import footprint, written

    made = RandomCases(screener.book, seed=200)
    with hosted(folder) as host:
        window = Window(chrome, host)
        for again in (False, True):  # started for the first time, and from the picture of the memory
            if again:
                window.page.reload()
                window.loaded()
            for path in ("", "explore", "rulebook"):
                window.go(path)
            same_reports(window, screener, [written(made.one()) for _ in range(200)])
            assert 100e6 < footprint(os.getpid()) < 400e6
        window.end()


@pytest.mark.parametrize("form", ["files", "zip"])
def test_an_own_book_is_checked_and_used(form: str, offline: Window, tmp_path: Path) -> None:
    page = offline.page
    book = ROOT / "examples" / "books" / "animals"
    offline.go("")
    page.evaluate("document.querySelector('#tools details').open = true")
    if form == "zip":
        archive = shutil.make_archive(str(tmp_path / "animals"), "zip", book)
        page.set_input_files("#book", archive)
    else:
        page.set_input_files("#folder", str(book))
    page.wait_for_selector("#own-book:not([hidden])")
    offline.settled()
    assert page.locator("h1").inner_text() in page.locator("#own").inner_text()
    page.reload()
    offline.loaded()
    assert page.locator("#own-book").is_visible()
    page.click("#published")
    page.wait_for_function("() => document.title.startsWith('Magnesium and potassium')")
    assert not page.locator("#own-book").is_visible()


@pytest.mark.parametrize("form", ["files", "folder", "zip"])
def test_an_own_book_is_dropped_onto_the_page(form: str, offline: Window, tmp_path: Path) -> None:
    page = offline.page
    book = ROOT / "examples" / "books" / "animals"
    offline.go("")
    paths = {"folder": [book], "files": sorted(book.iterdir()), "zip": [tmp_path / "animals.zip"]}[form]
    shutil.make_archive(str(tmp_path / "animals"), "zip", book)
    drop(page, paths)
    page.wait_for_selector("#own-book:not([hidden])")
    offline.settled()
    assert page.locator("h1").inner_text() in page.locator("#own").inner_text()
    page.evaluate("document.querySelector('#tools details').open = true")
    page.click("#published")
    page.wait_for_function("() => document.title.startsWith('Magnesium and potassium')")


def drop(page: Any, paths: list[Path]) -> None:
    """As somebody does who drags files from the desktop."""
    mouse = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        mouse.send("Input.dispatchDragEvent", {"type": kind, "x": 100, "y": 300, "data": data})
    mouse.detach()


def test_something_else_that_is_dropped_is_refused_and_what_is_shown_stays(offline: Window, tmp_path: Path) -> None:
    page = offline.page
    (tmp_path / "holiday.jpg").write_bytes(b"\xff\xd8 no book")
    offline.go("")
    before = page.locator("main").text_content()
    drop(page, [tmp_path / "holiday.jpg"])
    page.get_by_text("This rule book cannot be used. Nothing has changed.").wait_for()
    assert "there is no rulebook.yaml among these files" in page.locator("#problems").inner_text()
    assert page.locator("main").text_content() == before
    assert not page.locator("#own-book").is_visible()


def test_a_wrong_book_changes_nothing(offline: Window, tmp_path: Path) -> None:
    page = offline.page
    (tmp_path / "rulebook.yaml").write_text("version: 1\npacks: [none]\n")
    offline.go("")
    before = page.title()
    page.evaluate("document.querySelector('#problems').replaceChildren()")  # of a book before
    page.evaluate("document.querySelector('#told').textContent = ''")
    page.evaluate("document.querySelector('#tools details').open = true")
    page.set_input_files("#book", str(tmp_path / "rulebook.yaml"))
    page.get_by_text("This rule book cannot be used.").wait_for()
    assert page.locator("#problems li").count() >= 1
    assert "rulebook.yaml" in page.locator("#problems").inner_text()
    assert page.title() == before


def test_saved_answers_are_a_case_file(offline: Window, screener: Screener) -> None:
    page = offline.page
    offline.go("")
    offline.paste(REFRACTORY.case)
    page.evaluate("document.querySelector('#tools details').open = true")
    with page.expect_download() as download:
        page.click("#save")
    saved = read_case(download.value.path(), Intake.fields)
    expected = screener.screen(read_case(str(REFRACTORY.case), Intake.fields))
    assert [(f.id, f.status) for f in screener.screen(saved).flags] == [(f.id, f.status) for f in expected.flags]


PAGES = ["", "explore", "rulebook", "rulebook/flags/suspect-magnesium", "docs"]


@pytest.mark.parametrize("path", PAGES)
def test_readable_for_everyone(path: str, offline: Window) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = offline.page
    offline.go(path)
    page.evaluate("document.querySelector('#tools details').open = true")
    for scheme, width in (("light", 320), ("dark", 1280)):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        found = Axe().run(page)
        assert found.response["violations"] == [], found.generate_report()


def test_the_first_page_without_scripts_says_what_to_do(chrome: Any, folder: Path) -> None:
    with hosted(folder) as host:
        context = chrome.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(host.url)
        page.get_by_text("This page needs JavaScript").wait_for()
        assert not page.get_by_text("The program is being loaded").is_visible()
        assert not page.get_by_text("Browsers do not run programs from a file").is_visible()
        assert page.get_by_text("Call 911 (US), 999 (UK), 112").is_visible()
        click(page.get_by_role("link", name="The questions as a form to print"))
        assert page.get_by_text("Tick one box in each row").is_visible()
        context.close()


def test_a_first_page_that_was_opened_as_a_file_says_what_to_do(chrome: Any, folder: Path) -> None:
    page = chrome.new_page()
    page.goto((folder / FOLDER / "index.html").as_uri())
    page.get_by_text("Browsers do not run programs from a file that was opened. In this folder, type:").wait_for()
    assert page.get_by_text("Call 911 (US), 999 (UK), 112").is_visible()
    for words in ("This page needs JavaScript", "The program is being loaded"):
        assert not page.get_by_text(words).is_visible()
    click(page.get_by_role("link", name="The questions as a form to print"))
    assert page.get_by_text("Tick one box in each row").is_visible()
    page.close()


def test_it_can_be_installed_as_an_app(chrome: Any, folder: Path, tmp_path: Path) -> None:
    """In a window that is not a private one: there, Chromium installs nothing."""
    with hosted(folder) as host:
        context = chrome.browser_type.launch_persistent_context(
            str(tmp_path), executable_path=chromium(), args=["--no-sandbox"], timeout=1000 * LONG
        )
        context.set_default_timeout(1000 * LONG)
        page = context.new_page()
        page.goto(host.url)
        page.wait_for_selector("html[data-ready=offline]", state="attached")
        asked = context.new_cdp_session(page)
        told = asked.send("Page.getAppManifest")
        assert told["errors"] == []
        assert json.loads(told["data"])["name"] == "Magnesium and potassium"
        assert told["manifest"]["startUrl"] == told["manifest"]["scope"] == host.url
        assert len(asked.send("Page.getManifestIcons")["primaryIcon"]) > 100
        assert asked.send("Page.getInstallabilityErrors") == {"installabilityErrors": []}
        context.close()


def test_without_service_workers_everything_but_offline_works(chrome: Any, folder: Path) -> None:
    with hosted(folder) as host:
        context = chrome.new_context(service_workers="block")
        page = context.new_page()
        page.add_init_script("delete Navigator.prototype.serviceWorker")
        page.goto(host.url)
        page.wait_for_selector("html[data-ready=here]:not([data-busy])", state="attached")
        assert page.get_by_text("It is not kept in this browser").is_visible()
        page.get_by_role("link", name="Rule book", exact=True).first.click()
        page.wait_for_function("() => location.hash === '#/rulebook'")
        page.goto(f"{host.url}#/explore")
        page.wait_for_selector("#potassium_still_low", state="attached")
        page.evaluate("document.querySelectorAll('form details').forEach(it => { it.open = true })")
        page.select_option("#potassium_still_low", "no")
        page.get_by_text("What changed:").wait_for()
        context.close()


def test_where_nothing_can_be_kept_the_browser_asks_before_answers_are_lost(chrome: Any, folder: Path) -> None:
    """A plain `http` address of another computer, as a class in one room has it."""
    options = ["--no-sandbox", "--host-resolver-rules=MAP teacher.example 127.0.0.1"]
    with hosted(folder) as host:
        opened = chrome.browser_type.launch(executable_path=chromium(), args=options, timeout=1000 * LONG)
        page = opened.new_page()
        page.set_default_timeout(1000 * LONG)
        asked: list[str] = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
        page.goto(host.url.replace("127.0.0.1", "teacher.example"))
        ready = "html[data-ready=here]:not([data-busy])"
        page.wait_for_selector(ready, state="attached")
        page.get_by_text("Loading this page anew deletes your answers").wait_for()
        page.get_by_role("button", name="Start").first.click()
        page.wait_for_selector(ready, state="attached")
        page.reload()  # nothing was answered yet: nobody is asked
        page.wait_for_selector(ready, state="attached")
        assert asked == []
        page.get_by_role("button", name="Start").first.click()
        page.wait_for_selector(ready, state="attached")
        answer_page(page, json.loads(URGENT.case.read_text()))
        page.wait_for_selector(ready, state="attached")
        shown = page.locator("main").text_content()
        with page.expect_event("dialog"):
            page.evaluate("setTimeout(() => location.reload())")
        assert asked == ["beforeunload"]
        assert page.locator("main").text_content() == shown
        opened.close()


def test_a_new_version_is_used_when_asked_to(chrome: Any, folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "host")
    with hosted(tmp_path / "host") as host:
        window = Window(chrome, host)
        window.press("Start")
        asked = window.page.title()
        newer(tmp_path / "host")
        window.page.evaluate("navigator.serviceWorker.getRegistration().then(found => found.update())")
        window.page.wait_for_selector("#newer:not([hidden])")
        window.page.click("#use-newer")
        window.page.wait_for_selector("html[data-newer]", state="attached")
        window.loaded()
        assert window.page.title() == asked
        host.stop()
        window.page.reload()
        window.loaded()
        assert window.page.locator("html[data-newer]").count() == 1
        window.end()


def test_what_a_window_holds_is_not_forgotten_when_the_time_of_what_it_held_before_is_over(chrome: Any) -> None:
    script = (ROOT / "src" / "screener" / "site" / "static" / "sw.js").read_text(encoding="utf-8")
    page = chrome.new_page()
    told = page.evaluate(
        """script => {
          const [heard, later, told] = [{}, [], []];
          const self = {location: {href: 'http://localhost/'}, addEventListener: (kind, does) => (heard[kind] = does)};
          new Function('self', 'setTimeout', script)(self, does => later.push(does));
          const say = data => heard.message({
            data: {window: 'one', ...data}, ports: [{postMessage: what => told.push(what)}], waitUntil: () => null,
          });
          say({kind: 'hold', what: {answers: 1}});
          say({kind: 'take'});
          say({kind: 'hold', what: {answers: 2}});
          later.shift()();
          say({kind: 'take'});
          say({kind: 'hold', what: {answers: 3}});
          later.forEach(does => does());
          say({kind: 'take'});
          return told;
        }""",
        script.replace("{{ files }}", "{}"),
    )
    page.close()
    assert told == [{"answers": 1}, {"answers": 2}, None]


def newer(host: Path) -> None:
    """Publish a version of which the first page is another."""
    from screener.site.build import service_worker

    files = {
        path.relative_to(host / "some" / "where").as_posix(): path.read_bytes()
        for path in (host / "some" / "where").rglob("*")
        if path.is_file() and path.name not in ("sw.js", ".nojekyll")
    }
    files["index.html"] = files["index.html"].replace(b"<html ", b"<html data-newer ", 1)
    for name, content in (files | service_worker(files)).items():
        (host / "some" / "where" / name).write_bytes(content)
