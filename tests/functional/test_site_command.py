"""`screener site`: what it says when something is missing, and what it leaves alone; see also `web/test_site.py`."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulefolder import screener
from screener.errors import FileError
from screener.rulebook.contents import rules_folder
from screener.site import fetch
from screener.site.build import Site, write
from screener.site.compiled import tree
from screener.site.fetch import Runtime, lock

ROOT = Path(__file__).parents[2]
NOTHING = Runtime(Path("none.tgz"), {})


def test_a_folder_without_the_pinned_files_is_refused(tmp_path: Path) -> None:
    done = screener("site", "--out", str(tmp_path / "out"), "--runtime", str(tmp_path))
    assert done.code == 5
    assert f"{lock().archive}` cannot be read: no such file" in done.err
    assert not (tmp_path / "out").exists()


def test_what_could_not_be_fetched_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(fetch.shutil, "which", lambda name: None)
    with pytest.raises(FileError, match="npm is missing"):
        fetch.fetched(said.append)
    assert len(said) == 1
    assert "nothing else of screener uses the network" in said[0]
    with pytest.raises(FileError, match="sh failed: of no use"):
        fetch.run(["/bin/sh", "-c", "echo first >&2; echo of no use >&2; exit 3"])


def test_other_files_are_not_overwritten(tmp_path: Path) -> None:
    made = Site({"sw.js": b"1", "run/a.js": b"2"}, "1", "reference", "3.14")
    write(made, tmp_path / "new")
    write(Site({"sw.js": b"3"}, "2", "reference", "3.14"), tmp_path / "new")
    assert (tmp_path / "new" / "sw.js").read_bytes() == b"3"
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").touch()
    with pytest.raises(FileError, match="has other files in it"):
        write(made, tmp_path / "mine")


def test_a_published_book_has_the_folders_of_the_books_it_stands_on(tmp_path: Path) -> None:
    base, own = tmp_path / "shelf" / "base", tmp_path / "own"
    for folder, head in ((base, "version: 1\n"), (own, "version: 1\nextends: ../shelf/base\n")):
        folder.mkdir(parents=True)
        (folder / "rulebook.yaml").write_text(head)
    files = tree(NOTHING, own)
    assert files["site/books/folder"] == b"own"
    assert {name for name in files if name.startswith("site/books/")} == {
        "site/books/folder", "site/books/own/rulebook.yaml", "site/books/shelf/base/rulebook.yaml",
    }  # fmt: skip
    assert tree(NOTHING, ROOT / "examples" / "books" / "animals")["site/books/folder"] == b"animals"
    assert not any(name.startswith("site/books/") for name in tree(NOTHING, None))
    assert tree(NOTHING, rules_folder()) == tree(NOTHING, None)  # the program's own, named


def test_what_is_published_holds_no_commands(tmp_path: Path) -> None:
    names = tree(NOTHING, None)
    assert "site/lib/screener/web/app.py" in names
    assert "site/lib/screener/_rules/rulebook.yaml" in names
    assert not any(name.startswith(("site/lib/screener/cli/", "site/lib/screener/batch/")) for name in names)
