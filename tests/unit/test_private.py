"""Files that are written: nobody else reads or diverts them, and an old file is replaced as a whole or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from functional_run import V06, run
from screener import private
from screener.errors import FileError
from screener.private import PUBLIC, open_private, save

OTHER = 12345
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")


def stream(path: Path) -> None:
    with open_private(path, "w") as file:
        file.write("new")


WRITERS: dict[str, Callable[[Path], Any]] = {"stream": stream, "save": lambda path: save(path, "new")}


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
@pytest.mark.parametrize("umask", [0, 0o777])
def test_only_the_owner_can_read_it(tmp_path: Path, write: Callable[[Path], Any], umask: int) -> None:
    before = os.umask(umask)
    try:
        write(tmp_path / "new")
        (tmp_path / "old").write_text("older and longer")
        (tmp_path / "old").chmod(0o666)
        write(tmp_path / "old")
    finally:
        os.umask(before)
    for name in ("new", "old"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
        assert (tmp_path / name).read_text() == "new"


@needs_root
@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_a_file_of_another_is_neither_filled_nor_emptied(tmp_path: Path, write: Callable[[Path], Any]) -> None:
    path = tmp_path / "trap"
    path.write_text("theirs")
    os.chown(path, OTHER, OTHER)
    with pytest.raises((OSError, FileError), match="it belongs to another user"):
        write(path)
    assert path.read_text() == "theirs"
    assert [file.name for file in tmp_path.iterdir()] == ["trap"]


@needs_root
@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_a_link_of_another_is_not_followed_and_one_of_ours_is(tmp_path: Path, write: Callable[[Path], Any]) -> None:
    precious, link = tmp_path / "precious", tmp_path / "link"
    precious.write_text("mine")
    link.symlink_to(precious)
    os.chown(link, OTHER, OTHER, follow_symlinks=False)
    with pytest.raises((OSError, FileError), match="it belongs to another user"):
        write(link)
    assert precious.read_text() == "mine"
    os.chown(link, os.geteuid(), os.getegid(), follow_symlinks=False)
    write(link)
    assert link.is_symlink()
    assert precious.read_text() == "new"


def test_the_other_names_of_an_old_file_keep_what_they_had(tmp_path: Path) -> None:
    (tmp_path / "one").write_text("old")
    (tmp_path / "two").hardlink_to(tmp_path / "one")
    save(tmp_path / "one", "new")
    assert (tmp_path / "two").read_text() == "old"


def test_a_file_for_everybody_keeps_its_mode(tmp_path: Path) -> None:
    save(tmp_path / "file", "new", PUBLIC)
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o666 & ~umask
    (tmp_path / "file").chmod(0o640)
    save(tmp_path / "file", "newer", PUBLIC)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o640


def test_what_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("old")
    monkeypatch.setattr(private.os, "fsync", lambda descriptor: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(FileError, match="no space left"):
        save(tmp_path / "file", "new")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("file", "old")]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["explain", V06, "--receipt", "{}/out"], "out"),
        (["rules", "docs", "--write", "{}"], "README.md"),
        (["rules", "schema", "--write", "{}"], "case.schema.json"),
        (["rules", "export", "-o", "{}/out"], "out"),
        (["fhir", "import", "examples/fhir/potassium-stays-low.json", "-o", "{}/out"], "out"),
        (
            ["batch", "examples/batch/cases.jsonl", "-o", "{}/o.jsonl", "--summary", "{}/out.json", "--force"],
            "out.json",
        ),
    ],
)
@needs_root
def test_no_command_writes_through_a_link_of_another(tmp_path: Path, words: list[str], name: str) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine")
    (tmp_path / name).symlink_to(precious)
    os.chown(tmp_path / name, OTHER, OTHER, follow_symlinks=False)
    done = run(*[word.format(tmp_path) for word in words])
    assert (done.returncode, precious.read_text()) == (5, "mine"), done.stderr
    assert "belongs to another user" in done.stderr
