"""The page for authors: for who has the key, only from its own pages, and only the files of the book."""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from rulefolder import ROOT, screener_here
from screener.web.settings import Settings
from screener.workbench.edit.past import Past
from webclient import Client
from webforms import FORM, words

KEY = "a-key-for-tests"
PACK = "plants/pack.yaml"
COOKIE = {"cookie": f"author-8000={KEY}"}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "examples" / "books" / "minimal", tmp_path / "book")
    return tmp_path / "book"


@pytest.fixture
def client(book: Path) -> Client:
    return Client(Settings(book, edit=True, key=KEY))


class Page:
    """A file in the editor, as a browser without scripts has it."""

    def __init__(self, client: Client, name: str = PACK) -> None:
        self.client, self.name = client, name
        self.answer = client.get(f"/edit/{name}", headers=COOKIE)

    def held(self, name: str) -> str:
        found = re.search(f'name="{name}" value="([^"]*)"', self.answer.text)
        assert found
        return html.unescape(found[1])

    def area(self, name: str) -> str:
        found = re.search(f'<textarea id="{name}"[^>]*>\n(.*?)</textarea>', self.answer.text, re.DOTALL)
        assert found
        return html.unescape(found[1])

    def send(self, headers: dict[str, str] | None = None, **changed: str) -> Page:
        given = {"token": self.held("token"), "was": self.held("was"), "text": self.area("text"), "example": ""}
        given |= {"case": self.area("case"), "do": "try", **changed}
        pairs = {name: value.replace("\r\n", "\n").replace("\n", "\r\n") for name, value in given.items()}
        self.answer = self.client.post(
            f"/edit/{self.name}", content=urlencode(pairs), headers={**FORM, **COOKIE, **(headers or {})}
        )
        return self

    @property
    def words(self) -> str:
        return words(self.answer)


def test_without_the_key_nothing_is_shown_and_nothing_is_changed(client: Client, book: Path) -> None:
    page = Page(client)
    held = {"token": page.held("token"), "was": page.held("was"), "text": "title: x\n", "do": "save"}
    for cookie in ({}, {"cookie": "author-8000=another"}, {"cookie": f"author-9000={KEY}"}, {"cookie": "author-8000="}):
        for answer in (
            client.get("/edit", headers=cookie),
            client.get("/edit?key=another", headers=cookie),
            client.get(f"/edit/{PACK}", headers=cookie),
            client.post(f"/edit/{PACK}", content=urlencode(held), headers={**FORM, **cookie}),
        ):
            assert answer.status_code == 403
            assert "Open the address that the terminal printed" in words(answer)
            assert "plants" not in words(answer)
    assert "title: x" not in (book / PACK).read_text()


def test_with_the_key_the_browser_is_let_in(client: Client) -> None:
    first = client.get(f"/edit?key={KEY}")
    assert (first.status_code, first.headers["location"]) == (303, "/edit")
    cookie = first.headers["set-cookie"]
    assert cookie == f"author-8000={KEY}; HttpOnly; Path=/edit; SameSite=strict"
    listed = words(client.get("/edit", headers=COOKIE))
    assert "plants-water-it-dry-soil" in listed
    assert PACK in listed
    assert client.get("/").headers["location"] == "/edit"


def test_the_entries_of_a_file_are_listed_in_the_order_of_its_lines(client: Client) -> None:
    page = client.get("/edit", headers=COOKIE).text
    lines = [int(line) for line in re.findall(rf'href="/edit/{re.escape(PACK)}#line-(\d+)"', page)]
    assert len(lines) > 3
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    ("headers", "changed"),
    [
        ({"sec-fetch-site": "same-site"}, {}),
        ({"sec-fetch-site": "cross-site"}, {}),
        ({"sec-fetch-site": "none"}, {}),
        ({}, {"token": "wrong"}),
        ({}, {"token": ""}),
    ],
)
def test_a_form_from_elsewhere_changes_nothing(
    client: Client, book: Path, headers: dict[str, str], changed: dict[str, str]
) -> None:
    page = Page(client).send(headers, text="title: x\n", do="save", **changed)
    assert page.answer.status_code == 403
    assert "Nothing was changed" in page.words
    assert "title: x" not in (book / PACK).read_text()


def test_another_host_or_media_type_is_refused(client: Client) -> None:
    assert client.get("/edit", headers={**COOKIE, "host": "evil.example"}).status_code == 421
    answer = client.post(f"/edit/{PACK}", content="{}", headers={**COOKIE, "content-type": "application/json"})
    assert answer.status_code == 415


@pytest.mark.parametrize("name", ["../outside.yaml", "%2e%2e/outside.yaml", "linked.yaml", "none.yaml", ".git/config"])
def test_only_the_books_own_files(client: Client, book: Path, name: str) -> None:
    (book.parent / "outside.yaml").write_text("secret: yes\n")
    (book / "linked.yaml").symlink_to(book.parent / "outside.yaml")
    answer = client.get(f"/edit/{name}", headers=COOKIE)
    assert answer.status_code in (404, 422)
    assert "secret" not in answer.text


def test_an_error_is_shown_at_its_place_and_the_saved_book_goes_on(client: Client) -> None:
    page = Page(client)
    text = page.area("text")
    page.send(text=text.replace("when: {dry_soil: yes}", "when: {dry_soill: yes}"), case="dry_soil: yes\n")
    assert 'data-line="14" data-column="12"' in page.answer.text
    assert "    when: {dry_soill: yes}\n           ^" in html.unescape(page.answer.text)
    assert "did you mean `dry_soil`?" in page.words
    assert "this is the book as it is saved" in page.words
    assert "Water the plant (water-it)" in page.words
    assert "dry_soill" in page.area("text"), "what was typed is still there"


def test_a_change_is_tried_and_says_what_it_moves(client: Client) -> None:
    page = Page(client)
    text = page.area("text").replace("when: {dry_soil: yes}", "when: {dry_soil: no}")
    page.send(text=text, case="dry_soil: no\n")
    assert "not saved" in page.words
    assert "Water the plant (water-it)" in page.words
    assert "Changed: rule plants-water-it-dry-soil: changed (when)." in page.words
    assert "Rule cases that change: 2" in page.words
    assert "`plants-water-it-dry-soil` should be `fires` and is `silent`" in page.words
    assert "This is for learning." in page.words or "medical advice" in page.words, "with the book's own disclaimer"


def test_what_is_reviewed_is_said_in_numbers(client: Client) -> None:
    assert "0 of 1 rules" in Page(client).words
    assert "{" not in Page(client).words.rpartition("All rule files")[2]


def test_a_file_without_cases_offers_those_of_the_others(client: Client) -> None:
    assert Page(client, "questionnaire.yaml").area("case") == Page(client).area("case") != ""


def test_a_case_that_is_wrong_says_where(client: Client) -> None:
    page = Page(client).send(case="dry_soil: perhaps\n")
    assert "The case cannot be read line 1 : dry_soil: `perhaps`" in page.words
    assert "a case has a line for each answer" in page.send(case="- 1\n").words
    assert "possible: 1 Water the plant" in page.send(case="").words
    assert "Nothing comes up." in page.send(case="dry_soil: no\n").words


def test_saved_and_undone_byte_for_byte(client: Client, book: Path) -> None:
    before = (book / PACK).read_bytes()
    page = Page(client)
    text = "# a remark\n" + page.area("text").replace("title: Water the plant", "title: Give water")
    page.send(text=text, do="save")
    assert "Saved." in page.words
    assert (book / PACK).read_bytes() == b"# a remark\n" + before.replace(
        b"title: Water the plant", b"title: Give water"
    )
    page.send(do="undo")
    assert "The last save is undone." in page.words
    assert (book / PACK).read_bytes() == before
    assert page.area("text").encode() == before
    name = re.search(r'name="past" value="([^"]*)"', page.answer.text)
    assert name
    page.send(do="", past=name[1])
    assert "This is an earlier text. It is not saved." in page.words
    assert page.area("text") == text
    assert (book / PACK).read_bytes() == before
    assert "there is no earlier text" in page.send(do="", past="../../plants/pack.yaml").words


def test_a_file_with_windows_ends_of_lines_keeps_them(client: Client, book: Path) -> None:
    before = (book / PACK).read_bytes().replace(b"\n", b"\r\n")
    (book / PACK).write_bytes(b"\xef\xbb\xbf" + before)
    page = Page(client)
    page.send(text=page.area("text").replace("Water the plant", "Give water"), do="save")
    assert (book / PACK).read_bytes() == b"\xef\xbb\xbf" + before.replace(b"Water the plant", b"Give water")


def test_a_save_is_refused_when_somebody_else_saved_and_both_texts_are_kept(client: Client, book: Path) -> None:
    page = Page(client)
    mine = page.area("text").replace("Water the plant", "My title")
    theirs = (book / PACK).read_text().replace("Water the plant", "Their title")
    (book / PACK).write_text(theirs)
    page.send(text=mine)
    assert "A save will be refused" in page.words
    page.send(do="save")
    assert "changed meanwhile: somebody else saved it" in page.words
    assert "- title: Their title + title: My title" in page.words
    assert (book / PACK).read_text() == theirs
    page.send(do="over", over=page.held("over"))
    assert "Saved." in page.words
    assert (book / PACK).read_text() == mine
    assert theirs.encode() in [entry.raw() for entry in Past(book, PACK).entries()]


def test_a_form_that_is_sent_again_saves_once(client: Client, book: Path) -> None:
    page = Page(client)
    given = {"text": page.area("text") + "# x\n", "was": page.held("was"), "do": "save"}
    assert "Saved." in page.send(**given).words
    assert "changed meanwhile" not in page.send(**given).words
    assert {entry.number for entry in Past(book, PACK).entries()} == {1}


def test_a_book_that_is_wrong_can_be_opened_and_mended(client: Client, book: Path) -> None:
    right = (book / PACK).read_text()
    (book / PACK).write_text(right.replace("concludes:", "concluded:"))
    page = Page(client)
    assert "`concluded` does not belong here" in page.words
    assert "There is no book yet to try it with." in page.words
    page.send(text=right)
    assert "The rule book is well formed." in page.words
    assert "there is nothing to compare with" in page.words
    page.send(do="save")
    assert (book / PACK).read_text() == right


def test_a_file_that_is_no_text_says_so(client: Client, book: Path) -> None:
    (book / PACK).write_bytes(b"title: \xff\n")
    answer = client.get(f"/edit/{PACK}", headers=COOKIE)
    assert answer.status_code == 422
    assert "line 1 is not UTF-8 text" in words(answer)


def test_what_is_typed_never_becomes_part_of_the_page(client: Client) -> None:
    page = Page(client).send(text='</textarea><script>alert(1)</script>\n# "', case="</textarea><b>\n")
    assert "<script>alert" not in page.answer.text
    assert page.area("text").startswith("</textarea><script>")


def test_a_case_to_load(client: Client) -> None:
    page = Page(client).send(do="load", example="plants-water-it-dry-soil, 17:13")
    assert page.area("case") == "dry_soil: yes\n"


@pytest.mark.parametrize(
    "options",
    [
        ["--host", "0.0.0.0"], ["--host", "::"], ["--allowed-host", "x.example"], ["--root-path", "/x"],
        ["--pack", "plants"], ["--rules", "rules"], ["--cors-origin", "https://x.example"],
    ],
)  # fmt: skip
def test_for_this_machine_alone(book: Path, options: list[str]) -> None:
    done = screener_here("serve", "--port", "0", "--edit", str(book), *options)
    assert done.code == 2
    assert "for this machine alone" in done.err


def test_a_folder_without_a_book_is_told(tmp_path: Path) -> None:
    done = screener_here("serve", "--port", "0", "--edit", str(tmp_path))
    assert (done.code, "`rulebook.yaml` is missing" in done.err) == (2, True)


def test_other_pages_are_not_there(client: Client) -> None:
    statuses: dict[str, Any] = {
        path: client.get(path).status_code for path in ("/explore", "/v1/openapi.json", "/docs")
    }
    assert set(statuses.values()) == {404}
    assert client.request("PUT", f"/edit/{PACK}", headers=COOKIE).status_code == 405


def test_the_page_for_people_has_no_editor(tmp_path: Path) -> None:
    answer: httpx.Response = Client().get(f"/edit/{PACK}")
    assert answer.status_code == 404
