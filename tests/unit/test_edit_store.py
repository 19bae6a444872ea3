"""Rule files saved by a program: as the text they are, only over what was read, and so that it can be undone."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulefolder import ROOT
from screener.errors import FileError, UsageError
from screener.rulebook.book import RuleBook
from screener.workbench.edit import store as store_module
from screener.workbench.edit import swap
from screener.workbench.edit.past import MOST, Past
from screener.workbench.edit.store import ChangedMeanwhileError, FileText, Store, hash_of

PACK = "plants/pack.yaml"


@pytest.fixture
def plants(tmp_path: Path) -> Store:
    shutil.copytree(ROOT / "examples" / "books" / "minimal", tmp_path / "book")
    return Store(tmp_path / "book")


def texts(store: Store) -> list[bytes]:
    """Everything that is kept of the file."""
    return [entry.raw() for entry in Past(store.folder, PACK).entries()]


def test_a_text_is_saved_as_it_is_and_the_book_is_still_read(plants: Store) -> None:
    before = plants.read(PACK)
    new = b"# a remark\n" + before.raw + b"# the end, without a new line"
    saved = plants.save(PACK, before.hash, new)
    assert (plants.folder / PACK).read_bytes() == saved.raw == new
    assert RuleBook.load(plants.folder).rules, "what is kept in its folder is passed over"
    assert (plants.folder / ".screener" / ".gitignore").read_text() == "*\n"


def test_a_save_over_another_text_is_refused_and_says_what_stands_there(plants: Store) -> None:
    before = plants.read(PACK)
    (plants.folder / PACK).write_bytes(b"title: theirs\n")
    with pytest.raises(ChangedMeanwhileError, match=r"`plants/pack\.yaml` changed meanwhile") as refused:
        plants.save(PACK, before.hash, b"title: mine\n")
    assert refused.value.raw == b"title: theirs\n"
    assert (plants.folder / PACK).read_bytes() == b"title: theirs\n"
    assert texts(plants) == []


def test_undo_goes_back_save_by_save_and_what_was_undone_is_kept(plants: Store) -> None:
    start = plants.read(PACK)
    now = start
    for number in range(3):
        now = plants.save(PACK, now.hash, b"title: %d\n" % number)
    for expected in (b"title: 1\n", b"title: 0\n", start.raw):
        assert now.undo is not None
        now = plants.undo(PACK, now.hash)
        assert now.raw == expected == (plants.folder / PACK).read_bytes()
    assert now.undo is None
    with pytest.raises(UsageError, match=r"no save of `plants/pack\.yaml` to undo"):
        plants.undo(PACK, now.hash)
    assert {b"title: 2\n", b"title: 1\n", b"title: 0\n"} <= set(texts(plants))


def test_a_save_after_an_undo_can_be_undone(plants: Store) -> None:
    now = plants.save(PACK, plants.read(PACK).hash, b"title: 1\n")
    now = plants.undo(PACK, now.hash)
    now = plants.save(PACK, now.hash, b"title: 2\n")
    start = plants.undo(PACK, now.hash)
    assert b"House plants" in start.raw


def test_nothing_to_undo_after_somebody_else_wrote(plants: Store) -> None:
    plants.save(PACK, plants.read(PACK).hash, b"title: 1\n")
    (plants.folder / PACK).write_bytes(b"title: theirs\n")
    assert plants.read(PACK).undo is None


def test_the_same_text_is_no_save(plants: Store) -> None:
    before = plants.read(PACK)
    assert plants.save(PACK, before.hash, before.raw).undo is None
    assert texts(plants) == []


@pytest.mark.parametrize(
    "name",
    [
        "../outside.yaml", "/etc/passwd", "plants/../plants/pack.yaml", "plants/none.yaml", "", ".", "plants",
        "linked.yaml", "linked/pack.yaml", ".screener/undo/x.yaml", "README.md", "plants/pack.yaml\0", ".git/x.yaml",
    ],
)  # fmt: skip
def test_only_the_books_own_yaml_files(plants: Store, name: str, tmp_path: Path) -> None:
    (tmp_path / "outside.yaml").write_text("title: x\n")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "pack.yaml").write_text("title: x\n")
    (plants.folder / "linked.yaml").symlink_to(tmp_path / "outside.yaml")
    (plants.folder / "linked").symlink_to(tmp_path / "elsewhere")
    (plants.folder / ".git").mkdir()
    (plants.folder / ".git" / "x.yaml").write_text("a: b\n")
    for call in (lambda: plants.read(name), lambda: plants.save(name, hash_of(b"title: x\n"), b"")):
        with pytest.raises(UsageError, match="the rule book has no file"):
            call()
    assert (tmp_path / "outside.yaml").read_text() == "title: x\n"


def test_what_is_kept_is_never_written_out_of_the_folder(plants: Store, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (plants.folder / ".screener").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileError, match="leads out of the rule book's folder"):
        plants.save(PACK, plants.read(PACK).hash, b"title: 1\n")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_the_mode_of_a_file_stays(plants: Store) -> None:
    (plants.folder / PACK).chmod(0o640)
    plants.save(PACK, plants.read(PACK).hash, b"title: 1\n")
    assert (plants.folder / PACK).stat().st_mode & 0o777 == 0o640


def test_a_folder_that_cannot_be_written_is_an_error_and_changes_nothing(
    plants: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(new: Path, place: Path) -> None:
        raise OSError(28, "No space left on device")

    before = plants.read(PACK)
    monkeypatch.setattr(store_module, "exchange", full)
    with pytest.raises(FileError, match=r"`plants/pack\.yaml` cannot be saved: no space left on device"):
        plants.save(PACK, before.hash, b"title: 1\n")
    assert (plants.folder / PACK).read_bytes() == before.raw
    assert list(Past(plants.folder, PACK).folder.iterdir()) == []


@pytest.mark.parametrize("how", [swap.exchange, swap.by_moving])
def test_somebody_who_saves_in_the_last_moment_loses_nothing(
    plants: Store, monkeypatch: pytest.MonkeyPatch, how: object
) -> None:
    turns: list[int] = []

    def late(new: Path, place: Path) -> None:
        turns.append(1)
        if len(turns) <= 3:  # before the exchange, and each time that theirs is given back
            theirs = place.with_name("#theirs#")
            theirs.write_bytes(b"theirs: %d\n" % len(turns))
            theirs.replace(place)
        how(new, place)  # type: ignore[operator]

    monkeypatch.setattr(store_module, "exchange", late)
    with pytest.raises(ChangedMeanwhileError):
        plants.save(PACK, plants.read(PACK).hash, b"title: mine\n")
    assert (plants.folder / PACK).read_bytes() == b"theirs: 3\n", "the newest is kept"


def test_somebody_who_saves_between_the_two_steps_of_moving(plants: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    before = plants.read(PACK)
    link = os.link

    def late(source: Path, place: Path) -> None:
        Path(place).write_bytes(b"theirs\n")
        link(source, place)

    monkeypatch.setattr(store_module, "exchange", swap.by_moving)
    monkeypatch.setattr(os, "link", late)
    with pytest.raises(ChangedMeanwhileError):
        plants.save(PACK, before.hash, b"title: mine\n")
    assert (plants.folder / PACK).read_bytes() == b"theirs\n"
    assert before.raw in texts(plants)


def test_what_a_program_left_that_was_ended_is_kept(plants: Store) -> None:
    past = Past(plants.folder, PACK)
    past.held().write_bytes(b"in hand\n")
    plants.save(PACK, plants.read(PACK).hash, b"title: 1\n")
    assert b"in hand\n" in texts(plants)


def test_the_oldest_texts_go_first(plants: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screener.workbench.edit.past.MOST", 3)
    assert MOST >= 1000
    now = plants.read(PACK)
    for number in range(6):
        now = plants.save(PACK, now.hash, b"title: %d\n" % number)
    kept = texts(plants)
    assert b"title: 5\n" in kept
    assert b"title: 0\n" not in kept
    assert {entry.number for entry in Past(plants.folder, PACK).entries()} == {4, 5, 6}


@given(
    st.lists(st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=20), max_size=8),
    st.sampled_from(["\n", "\r\n"]), st.booleans(),
)  # fmt: skip
def test_a_text_comes_back_from_a_page_byte_for_byte(lines: list[str], ending: str, mark: bool) -> None:
    raw = (("\ufeff" if mark else "") + ending.join(lines)).encode()
    text = FileText.of(raw)
    assert text.raw(text.lines.replace("\n", "\r\n")) == raw, "as a page sends it"
    assert text.raw(text.lines) == raw


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"a: 1\r\nb: 2\n", "some of its lines end in another way"),
        (b"a: 1\rb: 2\n", "there are characters in it that a page cannot give back"),
        (b"a: \0\n", "there are characters in it that a page cannot give back"),
        (b"a: 1\nb: \xff\n", "line 2 is not UTF-8 text"),
        (b"#" * 1_000_001, "it has 1000001 bytes"),
    ],
)
def test_what_a_page_could_not_give_back_is_not_edited(plants: Store, raw: bytes, message: str) -> None:
    (plants.folder / PACK).write_bytes(raw)
    with pytest.raises(FileError, match=f"`plants/pack.yaml`: {message}"):
        _ = plants.read(PACK).text
