"""What is kept between runs is read only when nobody else can have had a say in it; it is never an error."""

from __future__ import annotations

import os
import pickle
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import prefork
from functional_run import ROOT, V06
from screener.rulebook import cache, kept
from screener.rulebook.book import RuleBook

NAME = "rulebook-test.kept"
THING = {"a": (1, "two")}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache folder of a person with a home of their own, with something kept in it."""
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    kept.write(NAME, THING)
    assert kept.read(NAME) == THING
    return tmp_path / ".cache" / "screener"


class Evil:
    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return os.mkdir, ("code-ran",)


def swapped(folder: Path) -> bytes:
    """What somebody who knows how the file is made would put there."""
    data = pickle.dumps(Evil())
    return kept._checksum(NAME, data) + data


def no_longer_ours(folder: Path) -> None:
    if os.geteuid():
        pytest.skip("only root can give a file away")
    os.chown(folder / NAME, 12345, 12345)


def not_our_folder(folder: Path) -> None:
    if os.geteuid():
        pytest.skip("only root can give a folder away")
    os.chown(folder, 12345, 12345)


def above_not_ours(folder: Path) -> None:
    if os.geteuid():
        pytest.skip("only root can give a folder away")
    os.chown(folder.parent.parent, 12345, 12345)


def linked(folder: Path) -> None:
    (folder / NAME).rename(folder.parent / "elsewhere")
    (folder / NAME).symlink_to(folder.parent / "elsewhere")


def folder_linked(folder: Path) -> None:
    folder.rename(folder.parent / "elsewhere")
    folder.symlink_to(folder.parent / "elsewhere")


def a_pipe(folder: Path) -> None:
    (folder / NAME).unlink()
    os.mkfifo(folder / NAME, 0o600)


def a_folder(folder: Path) -> None:
    (folder / NAME).unlink()
    (folder / NAME).mkdir(0o700)


def rewritten(folder: Path) -> None:
    (folder / NAME).write_bytes(swapped(folder))


SPOILT: dict[str, Callable[[Path], object]] = {
    "file of another": no_longer_ours,
    "folder of another": not_our_folder,
    "home of another": above_not_ours,
    "link": linked,
    "link to the folder": folder_linked,
    "second name": lambda folder: os.link(folder / NAME, folder.parent / "elsewhere"),
    "others may read it": lambda folder: (folder / NAME).chmod(0o644),
    "others may write it": lambda folder: (folder / NAME).chmod(0o620),
    "others may read the folder": lambda folder: folder.chmod(0o750),
    "others may write the folder": lambda folder: folder.chmod(0o777),
    "others may write the folder above": lambda folder: folder.parent.chmod(0o777),
    "the group may write the home": lambda folder: folder.parent.parent.chmod(0o770),
    "pipe": a_pipe,
    "folder in its place": a_folder,
    "names a function": rewritten,
    "empty": lambda folder: (folder / NAME).write_bytes(b""),
    "cut": lambda folder: (folder / NAME).write_bytes((folder / NAME).read_bytes()[:-1]),
    "another's content": lambda folder: (kept.write("other.kept", 1), (folder / "other.kept").rename(folder / NAME)),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_what_others_can_reach_is_as_good_as_absent(
    folder: Path, spoil: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    spoil(folder)
    assert kept.read(NAME) is None
    kept.write(NAME, THING)
    assert kept.read(NAME) in (None, THING)
    assert not Path("code-ran").exists()


def test_a_folder_above_that_is_sticky_does_no_harm(folder: Path) -> None:
    folder.parent.chmod(0o1777)
    assert kept.read(NAME) == THING


def test_one_changed_byte_anywhere_makes_it_absent(folder: Path) -> None:
    content = bytearray((folder / NAME).read_bytes())
    for place in range(len(content)):
        content[place] ^= 1
        (folder / NAME).write_bytes(content)
        assert kept.read(NAME) is None
        content[place] ^= 1


def test_a_link_in_its_place_is_replaced_and_not_followed(folder: Path) -> None:
    precious = folder.parent / "precious"
    precious.write_text("mine")
    (folder / NAME).unlink()
    (folder / NAME).symlink_to(precious)
    kept.write(NAME, THING)
    assert precious.read_text() == "mine"
    assert kept.read(NAME) == THING


@pytest.mark.parametrize("umask", [0, 0o022, 0o077, 0o277, 0o777])
def test_whatever_the_umask_it_is_ours_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, umask: int) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    before = os.umask(umask)
    try:
        kept.write(NAME, THING)
    finally:
        os.umask(before)
    for path, mode in ((tmp_path / "cache" / "screener", 0o700), (tmp_path / "cache" / "screener" / NAME, 0o600)):
        assert not path.exists() or stat.S_IMODE(path.stat().st_mode) == mode


def test_what_is_stale_is_removed_and_no_more_than_some_files_are_kept(folder: Path) -> None:
    for name in ("rulebook-0-1-2.pickle", "program-0-1-2.pickle.article", "tmpold", ".new-old", ".new-fresh"):
        (folder / name).write_bytes(b"x")
    for name in ("tmpold", ".new-old"):
        os.utime(folder / name, (0, time.time() - 2 * kept.STALE_SECONDS))
    kept.write("rulebook-other.kept", THING, outdated=lambda other: other == NAME)
    assert {path.name for path in folder.iterdir()} == {"rulebook-other.kept", ".new-fresh"}
    for number in range(2 * kept.MOST_FILES):
        kept.write(f"{number}.kept", THING)
    assert len(list(folder.glob("*.kept"))) == kept.MOST_FILES
    assert kept.read(f"{2 * kept.MOST_FILES - 1}.kept") == THING


def test_a_full_disk_leaves_nothing_behind(folder: Path) -> None:
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000));"
        "from screener.rulebook import kept; kept.write('large.kept', 'x' * 100_000)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert [path.name for path in folder.iterdir()] == [NAME]


def test_a_rule_book_and_its_program_are_read_back_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("SCREENER_NO_CACHE", raising=False)
    made: list[str] = []

    def make(book: RuleBook) -> tuple[str, ...]:
        made.append("once")
        return book.conclusion_ids

    def both() -> tuple[RuleBook, tuple[str, ...]]:
        cache._in_process._kept.clear()
        book = cache.cached_rulebook()
        return book, cache.kept_beside(book, "names", make)

    first = both()
    monkeypatch.setattr(RuleBook, "load", lambda folder: pytest.fail("it was read from its files again"))
    assert both() == first
    assert made == ["once"]
    cache._in_process._kept.clear()


HOMES: dict[str, dict[str, str]] = {
    "no home": {},
    "empty": {"HOME": ""},
    "relative home": {"HOME": "here"},
    "relative cache": {"HOME": "", "XDG_CACHE_HOME": "here"},
    "no such home": {"HOME": "{}/nowhere/at/all"},
    "a file": {"HOME": "{}/file"},
    "read only": {"HOME": "/proc"},
    "a device": {"XDG_CACHE_HOME": "/dev/null"},
    "open to all": {"XDG_CACHE_HOME": "{}/shared"},
    "too long": {"XDG_CACHE_HOME": "/" + "x" * 5000},
}


@pytest.mark.parametrize("home", HOMES.values(), ids=HOMES)
def test_without_a_place_of_ones_own_nothing_is_kept_and_nothing_is_wrong(tmp_path: Path, home: dict[str, str]) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o777)
    rest = {key: value for key, value in os.environ.items() if key not in ("HOME", "XDG_CACHE_HOME")}
    env = {**rest, **{key: value.format(tmp_path) for key, value in home.items()}}
    work = tmp_path / "work"
    work.mkdir()
    done = prefork.screener("screen", str(ROOT / V06), "--format", "json", cwd=work, env=env)
    assert (done.returncode, done.stderr) == (0, "")
    assert '"urgency"' in done.stdout
    assert not list(work.iterdir())
    assert not list(tmp_path.rglob("*.kept"))
