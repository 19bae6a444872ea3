"""What the published pages are made of: pins, packing, and what is between a browser and the application."""

from __future__ import annotations

import asyncio
import io
import json
import re
import subprocess
import sys
import zipfile
from importlib import import_module
from pathlib import Path
from urllib.parse import urlencode

import pytest

from screener import site
from screener.errors import EngineFault, FileError
from screener.site.build import digest, entry, version_of
from screener.site.compiled import compressed
from screener.site.fetch import Lock, integrity_of, lock, runtime
from screener.site.inside.books import checked
from screener.site.inside.prepare import LENGTH, packed
from screener.site.inside.session import Address, Bridge, PageResponse, PageSession
from screener.web.settings import Settings

ROOT = Path(__file__).parents[2]
FORM = [("content-type", "application/x-www-form-urlencoded")]


def test_every_pin_has_a_version_and_a_hash() -> None:
    pins = lock()
    assert pins.package.startswith("pyodide@")
    assert pins.integrity.startswith("sha512-")
    assert len({pin.partition("==")[0] for pin in pins.wheels.values()}) == len(pins.wheels) > 10
    assert all(len(digest) == 64 and "==" in pin for digest, pin in pins.wheels.items())


def test_a_folder_of_pinned_files_is_checked(tmp_path: Path) -> None:
    archive, wheel = tmp_path / "some-1.tgz", tmp_path / "one-1-py3-none-any.whl"
    archive.write_bytes(b"archive")
    wheel.write_bytes(b"wheel")
    (tmp_path / "other.whl").write_bytes(b"other")
    from hashlib import sha256

    right = Lock("some@1", integrity_of(archive), {sha256(b"wheel").hexdigest(): "one==1"})
    assert runtime(tmp_path, right).wheels == {"one==1": wheel}
    with pytest.raises(FileError, match="has no wheel of two==2 with the hash that was pinned"):
        runtime(tmp_path, Lock("some@1", right.integrity, {"0" * 64: "two==2"}))
    with pytest.raises(FileError, match="is not the archive of some@1 that was pinned"):
        runtime(tmp_path, Lock("some@1", "sha512-other", right.wheels))
    with pytest.raises(FileError, match="cannot be read"):
        runtime(tmp_path / "nowhere", right)


def unpacked(content: bytes) -> dict[str, bytes]:
    """The files again, as `worker.js` takes them apart."""
    (length,) = LENGTH.unpack_from(content)
    place = LENGTH.size + length
    found = {}
    for name, size in json.loads(content[LENGTH.size : place]):
        found[name] = content[place : place + size]
        place += size
    return found


def test_packing_gives_everything_back() -> None:
    files = {"a/b.txt": b"one", "empty": b"", "ü": bytes(range(256))}
    assert unpacked(packed(files)) == files
    assert compressed(b"same") == compressed(b"same")


def test_a_version_is_that_of_its_files() -> None:
    one = version_of({"a": b"1", "b": b"2"})
    assert one == version_of({"b": b"2", "a": b"1"})
    assert one != version_of({"a": b"1", "b": b"3"})
    assert entry(b"x") == {"hash": digest(b"x"), "size": 1}


def test_what_the_worker_of_the_browser_imports_is_there() -> None:
    script = (Path(site.__file__).parent / "static" / "worker.js").read_text(encoding="utf-8")
    (text,) = re.findall(r"const BEGIN = `(.*?)`;", script, re.DOTALL)
    lines = re.findall(r"^from (\S+) import (.+)$", text, re.MULTILINE)
    wanted = [(module, name) for module, names in lines for name in names.split(", ")]
    assert wanted
    assert [one for one in wanted if not hasattr(import_module(one[0]), one[1])] == []


class Visitor:
    """Asks the bridge as the page does."""

    def __init__(self, root: str = "/some/where/") -> None:
        self.root = root
        self.bridge = Bridge(Settings(), Address("https", "teacher.example", root))

    def ask(self, method: str, target: str, body: str = "") -> PageResponse:
        return asyncio.run(self.bridge.answer(method, target, FORM if body else [], body.encode()))

    def follow(self, method: str, target: str, body: str = "") -> tuple[str, str]:
        """The page that a request leads to, and its address."""
        found = self.ask(method, target, body)
        if found.status == 303:
            target = "/" + dict(found.headers)["location"].removeprefix(self.root)
            found = self.ask("GET", target)
        assert found.status == 200
        return target, found.body.decode()


def test_addresses_are_those_of_the_place_where_the_pages_are_published() -> None:
    page = Visitor().ask("GET", "/").body.decode()
    assert 'href="/some/where/static/style.css"' in page
    assert 'action="/some/where/questions"' in page
    assert 'href="/some/where/"' in page
    assert '="/static' not in page
    at_the_top = Visitor("/").ask("GET", "/").body.decode()
    assert page.replace("/some/where/", "/") == at_the_top


def test_what_a_person_typed_is_left_as_it_is() -> None:
    page = Visitor().ask("POST", "/questions", "field=age&value=%22+href%3D%22%2Fx&length=default")
    assert b'href="/some/where/x' not in page.body
    assert b"href=&#34;/x" in page.body


def test_the_answers_of_one_window_go_on_after_it_was_loaded_anew() -> None:
    visitor = Visitor()
    visitor.ask("GET", "/")
    target, page = visitor.follow("POST", "/questions", "length=default")
    assert target == "/questions/1"
    anew = Visitor()
    assert anew.ask("GET", target).status == 303
    anew.bridge.restore(visitor.bridge.state())
    assert anew.ask("GET", target).body.decode() == page
    assert not visitor.bridge.answers()
    visitor.ask("POST", "/check", urlencode({"length": "default", "answers": '{"age": 50}'}))
    assert visitor.bridge.answers()
    headers = [name for name, _ in visitor.ask("GET", "/").headers]
    assert "set-cookie" not in headers


def test_a_host_that_can_not_be_one_is_no_reason_to_fail() -> None:
    bridge = Bridge(Settings(), Address("file", "", "/"))
    assert asyncio.run(bridge.answer("GET", "/healthz", [], b"")).status == 200


def given(folder: Path) -> list[tuple[str, bytes]]:
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [(f"book/{path.relative_to(folder).as_posix()}", path.read_bytes()) for path in paths]


def in_a_zip(files: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, part in files:
            archive.writestr(name, part)
    return [("book.zip", content.getvalue())]


@pytest.mark.parametrize("name", ["animals", "health", "iron", "minimal"])
@pytest.mark.parametrize("as_zip", [False, True], ids=["files", "zip"])
def test_a_book_of_ones_own_is_used(name: str, as_zip: bool, tmp_path: Path) -> None:
    files = given(ROOT / "examples" / "books" / name)
    session = PageSession(Address(), home=tmp_path / "own")
    found = session.use(in_a_zip([*files, ("__MACOSX/book/._x", b"")]) if as_zip else files)
    assert found.errors == ()
    page = asyncio.run(session.answer("GET", "/", [], b""))
    assert page.status == 200
    assert found.title in page.body.decode()
    session.use_published()
    assert b"Magnesium and potassium" in asyncio.run(session.answer("GET", "/", [], b"")).body


def test_one_book_after_another_takes_no_more_room(tmp_path: Path) -> None:
    session = PageSession(Address(), home=tmp_path / "own")
    for name in ("animals", "iron", "minimal", "animals"):
        found = session.use(given(ROOT / "examples" / "books" / name))
        assert found.title in asyncio.run(session.answer("GET", "/", [], b"")).body.decode()
        assert session.use([("rulebook.yaml", b"version: 1\n")]).title == ""
        assert asyncio.run(session.answer("GET", "/rulebook", [], b"")).status == 200  # its files are still there
    assert len(list((tmp_path / "own").iterdir())) <= 2


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([("a.txt", b"")], "there is no rulebook.yaml among these files"),
        ([("rulebook.yaml", b"version: 1\npacks: [none]\n")], "book/rulebook.yaml:1:1: "),
        ([("rulebook.yaml", b""), ("../out.yaml", b"")], "leads out of the rule book: `../out.yaml`"),
        ([("/rulebook.yaml", b"")], "leads out of the rule book"),
        ([("rulebook.yaml", b""), ("rulebook.yaml/x", b"")], "cannot be written"),
    ],
)
def test_what_is_wrong_with_a_book_is_said_and_the_other_stays(
    files: list[tuple[str, bytes]], said: str, tmp_path: Path
) -> None:
    session = PageSession(Address(), home=tmp_path / "own")
    before = session.bridge
    found = session.use(files)
    assert (found.title, found.folder) == ("", None)
    assert said in "\n".join(found.errors)
    assert session.bridge is before
    assert not (tmp_path / "out.yaml").exists()


def test_a_zip_that_grows_too_large_is_refused(tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("rulebook.yaml", b"\0" * 40_000_000)
    assert "at most" in checked([("book.zip", content.getvalue())], tmp_path / "own").errors[0]


def test_the_session_says_which_engine_answers_and_knows_its_memory() -> None:
    session = PageSession(Address())
    assert asyncio.run(session.warm()) in ("durable", "reference")
    secret = session.bridge.visits.secret
    asyncio.run(session.go_on())
    assert session.bridge.visits.secret != secret
    session.known += b"!"
    with pytest.raises(EngineFault, match="the memory was not restored"):
        asyncio.run(session.go_on())


def test_a_request_to_the_api_is_answered_as_by_the_server() -> None:
    bridge = Bridge(Settings(), Address("https", "teacher.example", "/some/where/"))
    wrong = asyncio.run(
        bridge.answer("POST", "/v1/screen", [("content-type", "application/json")], b'{"potassium": 41}')
    )
    assert wrong.status == 422
    assert json.loads(wrong.body)["errors"][0]["pointer"] == "#/potassium"


def test_what_runs_in_a_browser_imports_no_processes() -> None:
    without = "import sys; sys.modules['_multiprocessing'] = None; import screener.site.inside.session"
    done = subprocess.run([sys.executable, "-c", without], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
