"""Inputs that are not what they seem: cut off, packed otherwise, pipes, folders, changed while they are read."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from click.testing import CliRunner

from screener.batch.inputs.source import find_inputs
from screener.batch.job import Job
from screener.batch.run import run
from screener.batch.writing.output import ResumableOutput
from screener.cli.main import main
from screener.errors import FileError, ScreenerError, UsageError
from screener.rulebook.book import RuleBook
from waiting import LONG

ROOT = Path(__file__).parents[2]
SMALL = 10_000  # bytes in a chunk


def lines(count: int) -> bytes:
    return b"".join(b'{"case_id": "n%d", "age": %d}\n' % (at, 20 + at % 70) for at in range(count))


def call(*words: object) -> tuple[int, str]:
    """The exit code, and what was said."""
    try:
        done = CliRunner().invoke(main, ["batch", *map(str, words)], catch_exceptions=False, standalone_mode=False)
    except ScreenerError as error:
        return error.exit_code, str(error)
    return done.return_value, done.stderr


def shell(command: str, cwd: Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """A command as people type it; `screener` is the program."""
    program = f'screener() {{ "{sys.executable}" -m screener "$@"; }}\n'
    return subprocess.run(
        ["bash", "-c", program + command],
        cwd=cwd, input=given, capture_output=True, timeout=LONG, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip


def job(folder: Path, source: str, book: RuleBook, **options: Any) -> Job:
    return Job(
        tuple(find_inputs([str(folder / source)])), str(folder / "out.jsonl"), book, chunk_bytes=SMALL, **options
    )


def kept_so_far(folder: Path) -> bytes:
    """The results of the parts that are finished."""
    kept = folder / "out.jsonl.parts"
    found = [kept / "results" / note.with_suffix(".jsonl").name for note in sorted(kept.glob("part-*.json"))]
    return b"".join(part.read_bytes() for part in found)


def ids(path: Path) -> list[str]:
    return [json.loads(line)["case_id"] for line in path.read_text(encoding="utf-8").splitlines()]


PACK: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "zst": zstandard.ZstdCompressor(write_checksum=True).compress,
}


# packed files


@pytest.mark.parametrize("ending", PACK)
@pytest.mark.parametrize("part", [0.0, 0.001, 0.3, 0.9, 0.999])
def test_a_packed_file_that_is_cut_off(ending: str, part: float, tmp_path: Path) -> None:
    whole = PACK[ending](lines(20_000))
    path = tmp_path / f"in.jsonl.{ending}"
    path.write_bytes(whole[: int(part * len(whole))])
    code, said = call(path, "-o", tmp_path / "out.jsonl")
    assert code == 5
    assert f"in.jsonl.{ending}` ends in the middle; was the file cut off?" in said or "it is empty" in said
    assert not (tmp_path / "out.jsonl").exists()
    path.write_bytes(whole)
    assert call(path, "-o", tmp_path / "out.jsonl", "--resume")[0] == 0
    assert ids(tmp_path / "out.jsonl") == [f"n{at}" for at in range(20_000)]


@pytest.mark.parametrize("ending", PACK)
def test_what_was_read_before_the_cut_is_kept(ending: str, tmp_path: Path, book: RuleBook) -> None:
    """The mended file is longer and newer: what was read of it is compared, not its size and time."""
    whole = PACK[ending](lines(5_000))
    path = tmp_path / f"in.jsonl.{ending}"
    path.write_bytes(whole[:-20])
    with pytest.raises(FileError, match="cut off\\?; what is done is kept for --resume"):
        run(job(tmp_path, path.name, book, workers=1))
    assert len(kept_so_far(tmp_path)) > SMALL
    path.write_bytes(PACK[ending](lines(5_000).replace(b'n12"', b'n13"')))
    with pytest.raises(FileError, match="is not what the stopped run read"):
        run(job(tmp_path, path.name, book, workers=1, resume=True))
    path.write_bytes(whole)
    run(job(tmp_path, path.name, book, workers=1, resume=True))
    assert ids(tmp_path / "out.jsonl") == [f"n{at}" for at in range(5_000)]


@pytest.mark.parametrize("ending", PACK)
@pytest.mark.parametrize("junk", [b"x", b"junk behind the end", lines(1)])
def test_a_packed_file_with_something_behind_its_end(ending: str, junk: bytes, tmp_path: Path) -> None:
    (tmp_path / f"in.jsonl.{ending}").write_bytes(PACK[ending](lines(100)) + junk)
    code, said = call(tmp_path / f"in.jsonl.{ending}", "-o", tmp_path / "out.jsonl")
    assert code == 5
    assert "follows its end" in said or "ends in the middle" in said


@pytest.mark.parametrize("ending", PACK)
def test_members_and_frames_one_after_the_other_are_one_text(ending: str, tmp_path: Path) -> None:
    text = lines(3000)
    packed = b"".join(PACK[ending](text[at : at + 1000]) for at in range(0, len(text), 1000))
    if ending == "zst":
        packed = b"\x50\x2a\x4d\x18\x04\0\0\0note" + packed  # a frame that is to be skipped
    (tmp_path / f"in.jsonl.{ending}").write_bytes(packed + PACK[ending](b""))
    assert call(tmp_path / f"in.jsonl.{ending}", "-o", tmp_path / "out.jsonl")[0] == 0
    assert ids(tmp_path / "out.jsonl") == [f"n{at}" for at in range(3000)]


@pytest.mark.parametrize("ending", PACK)
def test_a_damaged_packed_file(ending: str, tmp_path: Path) -> None:
    packed = bytearray(PACK[ending](os.urandom(1000).hex().encode() + lines(3000)))
    for at in range(200, 260):
        packed[at] ^= 0xFF
    (tmp_path / f"in.jsonl.{ending}").write_bytes(packed)
    assert call(tmp_path / f"in.jsonl.{ending}", "-o", tmp_path / "out.jsonl")[0] == 5


@pytest.mark.parametrize("form", ["csv", "json"])
@pytest.mark.parametrize("ending", PACK)
def test_other_packed_forms(form: str, ending: str, tmp_path: Path) -> None:
    text = b"case_id,age\na,71\nb,60" if form == "csv" else b'[{"case_id": "a"}, {"case_id": "b"}]'
    packed = PACK[ending](text)
    path = tmp_path / f"in.{form}.{ending}"
    path.write_bytes(packed)
    assert call(path, "-o", tmp_path / "out.jsonl")[0] == 0
    assert ids(tmp_path / "out.jsonl") == ["a", "b"]
    path.write_bytes(packed[:-3])
    code, said = call(path, "-o", tmp_path / "out.jsonl", "--force")
    assert (code, "ends in the middle" in said) == (5, True)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (gzip.compress(lines(3)), "packed with gzip; its name must end in .gz"),
        (zstandard.compress(lines(3)), "packed with Zstandard; its name must end in .zst"),
        (bz2.compress(lines(3)), "packed with bzip2"),
        (lzma.compress(lines(3)), "packed with xz"),
        (lines(3).decode().encode("utf-16"), "is text in UTF-16"),
        (b"PAR1" + bytes(20), "is Parquet"),
    ],
    ids=["gzip", "Zstandard", "bzip2", "xz", "UTF-16", "Parquet"],
)
@pytest.mark.parametrize("form", ["jsonl", "json", "csv"])
def test_what_is_no_text_says_what_it_is(content: bytes, message: str, form: str, tmp_path: Path) -> None:
    (tmp_path / f"in.{form}").write_bytes(content)
    code, said = call(tmp_path / f"in.{form}", "-o", tmp_path / "out.jsonl")
    assert (code, message in said) == (5, True)


# pipes


def pour(path: Path, text: bytes) -> None:
    """Write to a pipe as long as somebody reads."""
    with suppress(BrokenPipeError):
        path.write_bytes(text)


@pytest.mark.parametrize(
    "text", [lines(3), b'[{"case_id": "n0"}, {"case_id": "n1"}, {"case_id": "n2"}]'], ids=["lines", "array"]
)
@pytest.mark.parametrize(
    "command",
    [
        "screener batch <(cat in.txt) -o out.jsonl",
        "screener batch <(cat in.txt) --from json -o out.jsonl",
        "cat in.txt | screener batch /dev/stdin -o out.jsonl",
        "screener batch /dev/stdin -o out.jsonl < in.txt",
        "cat in.txt | screener batch /proc/self/fd/0 -o out.jsonl",
        "screener batch /dev/fd/7 -o out.jsonl 7< in.txt",
        "mkfifo pipe.json; (cat in.txt > pipe.json &); screener batch pipe.json -o out.jsonl",
        "mkfifo pipe.json.gz; (gzip -c in.txt > pipe.json.gz &); screener batch pipe.json.gz -o out.jsonl",
        "cat in.txt | screener batch - -o out.jsonl",
    ],
)
def test_pipes_given_as_paths(command: str, text: bytes, tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_bytes(text)
    done = shell(command, tmp_path)
    assert done.returncode == 0, done.stderr
    assert ids(tmp_path / "out.jsonl") == ["n0", "n1", "n2"]
    assert b"3 records in = 3 results" in done.stderr


def test_a_pipe_of_csv_and_of_records(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_bytes(b"case_id,age\na,71\n")
    assert shell("screener batch <(cat in.csv) --from csv -o out.jsonl", tmp_path).returncode == 0
    assert ids(tmp_path / "out.jsonl") == ["a"]
    (tmp_path / "bundle").write_text(json.dumps(bundle("p")), encoding="utf-8")
    assert shell("screener batch <(cat bundle) --from fhir -o out.jsonl --force", tmp_path).returncode == 0
    assert ids(tmp_path / "out.jsonl") == ["p"]


def test_a_pipe_of_parquet_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"age": [71]}), tmp_path / "in.parquet")
    done = shell("screener batch <(cat in.parquet) --from parquet -o out.jsonl", tmp_path)
    assert (done.returncode, b"can be read only from a plain file" in done.stderr) == (5, True)


def test_a_pipe_can_be_read_only_once(tmp_path: Path, book: RuleBook) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    writer = threading.Thread(target=(tmp_path / "pipe.jsonl").write_bytes, args=(lines(3),))
    writer.start()
    first = job(tmp_path, "pipe.jsonl", book, force=True)
    assert run(first).tally.results == 3
    writer.join()
    with pytest.raises(FileError, match="can be read only once, and has been read"):
        run(first)


def test_a_stopped_run_of_a_pipe_goes_on_with_the_same_text(
    tmp_path: Path, book: RuleBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")

    def piped(text: bytes, **options: Any) -> None:
        writer = threading.Thread(target=pour, args=(tmp_path / "pipe.jsonl", text))
        writer.start()
        try:
            run(job(tmp_path, "pipe.jsonl", book, workers=1, **options))
        finally:
            writer.join()

    interrupt(monkeypatch, 3, lambda: None)
    with pytest.raises(KeyboardInterrupt):
        piped(lines(3000))
    monkeypatch.undo()
    with pytest.raises(FileError, match="is not what the stopped run read"):
        piped(lines(3000).replace(b'n7"', b'n8"'), resume=True)
    piped(lines(3000), resume=True)
    assert ids(tmp_path / "out.jsonl") == [f"n{at}" for at in range(3000)]


# folders, empty files, the same file twice


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "cases.jsonl").mkdir()
    (tmp_path / "cases").mkdir()
    for name in ("cases.jsonl", "cases"):
        code, said = call(tmp_path / name, "-o", tmp_path / "out.jsonl")
        assert (code, "is a folder; name its files" in said) == (5, True)


def test_a_dead_link_among_many_files_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines(1))
    (tmp_path / "b.jsonl").symlink_to(tmp_path / "nowhere.jsonl")
    code, said = call(tmp_path / "*.jsonl", "-o", tmp_path / "out.csv")
    assert (code, "b.jsonl` cannot be read: no such file" in said) == (5, True)


def test_a_pattern_takes_pipes_and_passes_over_folders(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines(1))
    (tmp_path / "b.jsonl").mkdir()
    os.mkfifo(tmp_path / "c.jsonl")
    writer = threading.Thread(target=(tmp_path / "c.jsonl").write_bytes, args=(lines(2),))
    writer.start()
    assert call(tmp_path / "*.jsonl", "-o", tmp_path / "out.csv")[0] == 0
    writer.join()
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 4


@pytest.mark.parametrize("name", ["in.jsonl", "in.json", "in.ndjson"])
def test_an_empty_file_has_no_records(name: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()
    code, said = call(tmp_path / name, "-o", tmp_path / "out.jsonl")
    assert (code, "0 records in" in said) == (0, True)


@pytest.mark.parametrize("name", ["in.csv", "in.jsonl.gz", "in.jsonl.zst", "in.parquet", "in.csv.gz"])
def test_an_empty_file_where_there_must_be_something(name: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()
    assert call(tmp_path / name, "-o", tmp_path / "out.jsonl")[0] == 5


@pytest.mark.parametrize("how", ["again", "link", "hard link", "dots"])
def test_the_same_file_twice_would_be_counted_twice(how: str, tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(lines(1))
    other = {"again": path, "dots": tmp_path / "x" / ".." / "in.jsonl"}.get(how, tmp_path / "other.jsonl")
    (tmp_path / "x").mkdir()
    if how == "link":
        other.symlink_to(path)
    elif how == "hard link":
        other.hardlink_to(path)
    code, said = call(path, other, "-o", tmp_path / "out.jsonl")
    assert (code, "are the same file" in said) == (2, True)


def test_a_single_case_over_several_lines(tmp_path: Path) -> None:
    case = {"case_id": "a", "age": 71, "medicines": ["furosemide"]}
    (tmp_path / "in.json").write_text(json.dumps(case, indent=2), encoding="utf-8")
    assert call(tmp_path / "in.json", "-o", tmp_path / "out.jsonl")[0] == 0
    assert ids(tmp_path / "out.jsonl") == ["a"]
    (tmp_path / "in.json").write_text(json.dumps(case, indent=2)[:-1], encoding="utf-8")
    code, said = call(tmp_path / "in.json", "-o", tmp_path / "out.jsonl", "--force")
    assert (code, "1 records in = 0 results + 1 rejects" in said) == (0, True)


def test_a_header_longer_than_what_is_looked_at_first(tmp_path: Path) -> None:
    extra = ",".join(f"column_{at}" for at in range(20_000))
    (tmp_path / "in.csv").write_text(f"case_id,{extra},age\na{',' * 20_001}71\n", encoding="utf-8")
    assert call(tmp_path / "in.csv", "-o", tmp_path / "out.jsonl", "--ignore-extra", "--keep", "age")[0] == 0
    assert json.loads((tmp_path / "out.jsonl").read_text())["age"] == 71


# inputs that change while they are read


def interrupt(monkeypatch: pytest.MonkeyPatch, at: int, what: Callable[[], object] | None) -> None:
    """Do something after some chunks have been taken in; stop there unless it is a change of an input."""
    add = ResumableOutput.add
    calls: list[int] = []

    def changed(self: ResumableOutput, *words: Any) -> None:
        add(self, *words)
        calls.append(1)
        if len(calls) == at:
            self.commit()
            assert what is not None
            if what() is None:
                raise KeyboardInterrupt

    monkeypatch.setattr(ResumableOutput, "add", changed)


def bundle(case: str) -> dict[str, Any]:
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": {"resourceType": "Patient", "id": case}}],
    }


def write(folder: Path, form: str) -> Path:
    """3,000 cases of a form in several chunks."""
    path = folder / f"in.{form}"
    if form == "parquet":
        pq.write_table(pa.table({"case_id": [f"n{at}" for at in range(3000)]}), path, row_group_size=500)
    elif form == "csv":
        path.write_text("case_id,age\n" + "".join(f"n{at},{20 + at % 70}\n" for at in range(3000)), encoding="utf-8")
    elif form == "json":
        path.write_bytes(b"[" + lines(3000).replace(b"\n", b",\n")[:-2] + b"]")
    elif form == "fhir":
        path = folder / "records"
        path.mkdir()
        text = "".join(json.dumps({"resourceType": "Patient", "id": f"n{at}"}) + "\n" for at in range(4100))
        (path / "Patient.ndjson").write_text(text, encoding="utf-8")
    else:
        path.write_bytes(PACK.get(form.removeprefix("jsonl."), bytes)(lines(3000)))
    return path


def grow(path: Path, more: bytes = b"\n") -> int:
    file = path / "Patient.ndjson" if path.is_dir() else path
    with file.open("ab") as opened:
        return opened.write(more)


def shrink(path: Path) -> int:
    file = path / "Patient.ndjson" if path.is_dir() else path
    os.truncate(file, file.stat().st_size - 10)
    return 1


def change(path: Path) -> int:
    """The same length, and even the same time."""
    file = path / "Patient.ndjson" if path.is_dir() else path
    times = file.stat()
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 1
    file.write_bytes(raw)
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    return 1


def swap(path: Path) -> int:
    """Another file in its place."""
    file = path / "Patient.ndjson" if path.is_dir() else path
    file.rename(file.with_name("old"))
    file.write_bytes((file.parent / "old").read_bytes())
    return 1


def remove(path: Path) -> int:
    (path / "Patient.ndjson" if path.is_dir() else path).unlink()
    return 1


ALL_FORMS = ["jsonl", "csv", "json", "parquet", "fhir", "jsonl.gz", "jsonl.zst"]


@pytest.mark.parametrize("form", ALL_FORMS)
@pytest.mark.parametrize("how", [grow, shrink, change, swap, remove])
def test_an_input_that_changes_while_it_is_read(
    form: str, how: Callable[[Path], int], tmp_path: Path, book: RuleBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, form)
    held = {file.name: file.read_bytes() for file in (path.iterdir() if path.is_dir() else [path])}
    kind = "fhir" if form == "fhir" else None

    def again(**options: Any) -> None:
        inputs = tuple(find_inputs([str(path)], kind))
        run(Job(inputs, str(tmp_path / "out.jsonl"), book, chunk_bytes=SMALL, workers=1, **options))

    interrupt(monkeypatch, 1 if form == "fhir" else 2, lambda: how(path))
    with pytest.raises(FileError, match=r"(grew|shrank|was changed|cannot be read any more).*kept for --resume"):
        again()
    monkeypatch.undo()
    assert not (tmp_path / "out.jsonl").exists()
    kept = kept_so_far(tmp_path)
    assert kept
    for name, content in held.items():
        (path / name if path.is_dir() else path).write_bytes(content)
    again(resume=True)
    assert ids(tmp_path / "out.jsonl") == [f"n{at}" for at in range(4100 if form == "fhir" else 3000)]
    assert (tmp_path / "out.jsonl").read_bytes().startswith(kept)


@pytest.mark.parametrize("form", ["jsonl", "csv", "jsonl.gz"])
def test_a_run_that_stopped_because_its_input_grew_goes_on_with_the_longer_one(
    form: str, tmp_path: Path, book: RuleBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, form)
    more = {"csv": b"new,50\n", "jsonl": b'{"case_id": "new"}\n'}.get(form, gzip.compress(b'{"case_id": "new"}\n'))
    interrupt(monkeypatch, 2, lambda: grow(path, more))
    with pytest.raises(FileError, match="grew while it was read"):
        run(job(tmp_path, path.name, book, workers=1))
    monkeypatch.undo()
    run(job(tmp_path, path.name, book, workers=1, resume=True))
    assert ids(tmp_path / "out.jsonl") == [*(f"n{at}" for at in range(3000)), "new"]


@pytest.mark.parametrize("form", ALL_FORMS)
def test_a_stopped_run_does_not_go_on_with_another_input(
    form: str, tmp_path: Path, book: RuleBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, form)
    file = path / "Patient.ndjson" if path.is_dir() else path
    times = file.stat()
    kind = "fhir" if form == "fhir" else None

    def again(**options: Any) -> None:
        inputs = tuple(find_inputs([str(path)], kind))
        run(Job(inputs, str(tmp_path / "out.jsonl"), book, chunk_bytes=SMALL, workers=1, **options))

    interrupt(monkeypatch, 2, lambda: None)
    with pytest.raises(KeyboardInterrupt):
        again()
    monkeypatch.undo()
    whole = file.read_bytes()
    if form.endswith(("gz", "zst")):
        other = PACK[form[6:]](lines(3000).replace(b'"n3"', b'"n4"'))
    elif form == "parquet":
        pq.write_table(pa.table({"case_id": [f"m{at}" for at in range(3000)]}), file, row_group_size=500)
        other = file.read_bytes()
    else:
        other = whole.replace(b"n3", b"n4", 1)
    file.write_bytes(other)
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    with pytest.raises(FileError, match="begin again with --force"):
        again(resume=True)
    file.write_bytes(whole)
    again(resume=True)
    assert len(ids(tmp_path / "out.jsonl")) == (4100 if form == "fhir" else 3000)


def test_a_finished_input_among_several_is_compared_too(
    tmp_path: Path, book: RuleBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["a.jsonl", "b.jsonl.gz", "c.csv"]
    for name, text in zip(names, [lines(10), gzip.compress(lines(10)), b"case_id\nx\n" * 2], strict=True):
        (tmp_path / name).write_bytes(text)

    def again(**options: Any) -> None:
        inputs = tuple(find_inputs([str(tmp_path / name) for name in names]))
        run(Job(inputs, str(tmp_path / "out.jsonl"), book, chunk_bytes=SMALL, workers=1, **options))

    interrupt(monkeypatch, 2, lambda: None)
    with pytest.raises(KeyboardInterrupt):
        again()
    monkeypatch.undo()
    for name, other in (
        ("a.jsonl", lines(10).replace(b"n3", b"n4")),
        ("b.jsonl.gz", gzip.compress(lines(10).replace(b"n5", b"n6"))),
    ):
        before = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(other)
        with pytest.raises(FileError, match=f"{name}` is not what the stopped run read"):
            again(resume=True)
        (tmp_path / name).write_bytes(before)
    again(resume=True)
    assert len(ids(tmp_path / "out.jsonl")) == 23


def test_a_pattern_that_fits_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no file fits"):
        find_inputs([str(tmp_path / "*.jsonl")])
