"""The page for authors in a real browser: a rule changed, an error at its place, a case changed, saved, undone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from browser import browser, click
from rulefolder import ROOT
from webserver import served

PACK = "plants/pack.yaml"


@pytest.fixture(scope="module")
def chrome() -> Iterator[Any]:
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("authors") / "book"
    shutil.copytree(ROOT / "examples" / "books" / "minimal", folder)
    return folder


@pytest.fixture(scope="module")
def start(chrome: Any, book: Path) -> Iterator[str]:
    with served("--edit", str(book)) as (url, _):
        assert "/edit?key=" in url
        yield url


def opened(chrome: Any, start: str, **options: Any) -> tuple[Any, list[str]]:
    """The file in the editor, and what the browser complains about."""
    page = chrome.new_context(**options).new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(start)
    assert urlsplit(page.url).query == "", "the key does not stay in the address"
    click(page.get_by_role("link", name=PACK, exact=True))
    return page, complaints


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_change_mend_try_save_undo(chrome: Any, start: str, book: Path, scripts: bool) -> None:
    before = (book / PACK).read_text()
    page, complaints = opened(chrome, start, java_script_enabled=scripts)
    now = page.locator("#now")

    def settle() -> None:
        """With scripts a change is tried at once; without, a button asks for it."""
        if not scripts:
            click(page.get_by_role("button", name="Try it", exact=True).first)

    # an error, at its place
    page.fill("#text", before.replace("when: {dry_soil: yes}", "when: {dry_soill: yes}"))
    settle()
    page.get_by_text("did you mean `dry_soil`?").wait_for()
    assert now.get_by_text("1 error, 0 warnings").is_visible()
    assert "    when: {dry_soill: yes}\n           ^" in now.inner_text()
    link = page.get_by_role("link", name="line 14, column 12")
    link.click()
    if scripts:
        assert page.evaluate("document.activeElement.id") == "text"
        start_of = page.evaluate("document.getElementById('text').selectionStart")
        assert page.input_value("#text")[start_of:].startswith("dry_soill")
        assert page.inner_text("#at") == "line 14, column 12"

    # mended, and a rule changed: what it moves
    page.fill("#text", "# a remark\n" + before.replace("when: {dry_soil: yes}", "when: {dry_soil: no}"))
    settle()
    page.get_by_text("Rule cases that change: 2").wait_for()
    assert now.get_by_text("not saved").is_visible()

    # another case
    page.fill("#case", "dry_soil: no\n")
    settle()
    now.get_by_text("Water the plant").first.wait_for()
    page.fill("#case", "dry_soil: yes\n")
    settle()
    now.get_by_text("Nothing comes up.").wait_for()

    # saved, and undone
    click(page.get_by_role("button", name="Save", exact=True))
    page.get_by_text("Saved.", exact=True).wait_for()
    assert (book / PACK).read_text() == "# a remark\n" + before.replace("when: {dry_soil: yes}", "when: {dry_soil: no}")
    click(page.get_by_role("button", name="Undo the last save"))
    page.get_by_text("The last save is undone.").wait_for()
    assert (book / PACK).read_text() == before == page.input_value("#text")
    assert complaints == []
    page.context.close()


def test_an_editor_outside_is_noticed_and_not_overwritten(chrome: Any, start: str, book: Path) -> None:
    before = (book / PACK).read_text()
    page, complaints = opened(chrome, start)
    (book / PACK).write_text(before + "# theirs\n")
    page.fill("#text", before + "# mine\n")
    page.get_by_text("A save will be refused.").wait_for()
    click(page.get_by_role("button", name="Save", exact=True))
    page.get_by_role("alert").get_by_text("changed meanwhile").wait_for()
    assert page.input_value("#text") == before + "# mine\n"
    assert (book / PACK).read_text() == before + "# theirs\n"
    click(page.get_by_role("button", name="Save mine in its place"))
    page.get_by_text("Saved.", exact=True).wait_for()
    assert (book / PACK).read_text() == before + "# mine\n"
    (book / PACK).write_text(before)
    assert complaints == []
    page.context.close()


def test_readable_for_everyone_and_fits_a_small_screen(chrome: Any, start: str, book: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page, complaints = opened(chrome, start, viewport={"width": 320, "height": 800}, reduced_motion="reduce")
    wrong = page.input_value("#text").replace("when: {dry_soil: yes}", "when: {dry_soill: yes}")
    moved = wrong.replace("dry_soill: yes", "dry_soil: no")
    address = page.url

    def look() -> None:
        page.wait_for_load_state("networkidle")
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        for scheme, width in (("light", 320), ("dark", 1280)):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            found = Axe().run(page)
            assert found.response["violations"] == [], found.generate_report()

    look()
    page.fill("#text", wrong)
    page.get_by_text("did you mean").wait_for()
    look()
    page.fill("#text", moved)
    page.get_by_text("Rule cases that change").wait_for()
    page.locator("#now summary").evaluate_all("all => all.forEach((one) => { one.parentElement.open = true; })")
    look()
    (book / PACK).write_text(wrong)
    click(page.get_by_role("button", name="Save", exact=True))
    page.get_by_role("alert").wait_for()
    look()
    (book / PACK).write_text((ROOT / "examples" / "books" / "minimal" / PACK).read_text())
    page.goto(address.rpartition("/edit/")[0] + "/edit")
    look()
    assert complaints == []
    page.context.close()
