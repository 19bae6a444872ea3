"""`screener batch`: what goes in, what comes out, what is refused and why, and how it ends."""

from __future__ import annotations

import csv
import gzip
import json
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from click.testing import CliRunner

from screener.case.intake import Intake
from screener.cli.main import main
from screener.engine import reference
from screener.engine.facts import facts_of
from screener.rulebook.book import RuleBook
from vignettes import SCREENED

# among many cases, a magnesium needs its unit
CASES = [Intake.fields.with_units(json.loads(vignette.case.read_text(encoding="utf-8"))) for vignette in SCREENED]
STATUSES = ("raised", "possible", "suppressed")


@dataclass
class Called:
    """How a command ended, and what it said on standard error."""

    exit_code: int
    stderr: str


def call(*words: object) -> Called:
    result = CliRunner().invoke(main, ["batch", *map(str, words)], catch_exceptions=False, standalone_mode=False)
    return Called(result.return_value, result.stderr)


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def lines(cases: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(case).encode() + b"\n" for case in cases)


@pytest.fixture(scope="module")
def expected(book: RuleBook) -> list[dict[str, Any]]:
    """What the reference engine says about the vignettes."""
    found = []
    order = [rule.id for rule in book.rules]
    for line, case in enumerate(CASES, start=1):
        outcome = reference.infer(book, facts_of(Intake.read(case), book))
        lists = {status: list(outcome.having(status, book)) for status in STATUSES}  # type: ignore[arg-type]
        rules = sorted(outcome.rules, key=order.index)
        found.append({"case_id": case["case_id"], "line": line, "urgency": outcome.urgency, **lists, "rules": rules})
    return found


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "cases.jsonl"
    path.write_bytes(lines(CASES))
    return path


# inputs


def as_array(path: Path) -> Path:
    path = path.with_suffix(".json")
    path.write_text(json.dumps(CASES, indent=2), encoding="utf-8")
    return path


def as_gzip(path: Path) -> Path:
    packed = path.with_name(path.name + ".gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    return packed


def as_zstandard(path: Path) -> Path:
    packed = path.with_name(path.name + ".zst")
    packed.write_bytes(zstandard.compress(path.read_bytes()))
    return packed


def as_csv(path: Path) -> Path:
    path = path.with_suffix(".csv")
    names = list(dict.fromkeys(name for case in CASES for name in case))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        for case in CASES:
            writer.writerow([cell(case.get(name)) for name in names])
    return path


def cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def as_parquet(path: Path) -> Path:
    path = path.with_suffix(".parquet")
    plain = [Intake.read(case) for case in CASES]
    columns: dict[str, list[Any]] = {name: [getattr(one, name) for one in plain] for name in Intake.model_fields}
    columns["magnesium"] = [value and f"{value} mmol/L" for value in columns["magnesium"]]
    medicines = [some and [{"name": m.name, "months": m.months} for m in some] for some in columns.pop("medicines")]
    kind = pa.list_(pa.struct([("name", pa.string()), ("months", pa.float64())]))
    table = pa.table(columns).append_column(
        "medicines", pa.array([m if m is None else list(m) for m in medicines], kind)
    )
    given = [name for name in table.column_names if table[name].null_count < len(table)]
    pq.write_table(table.select(given), path, row_group_size=10)
    return path


@pytest.mark.parametrize("change", [None, as_array, as_gzip, as_zstandard, as_csv, as_parquet])
def test_every_form_of_input_gives_the_same(
    change: Callable[[Path], Path] | None, source: Path, tmp_path: Path, expected: list[dict[str, Any]]
) -> None:
    path = change(source) if change else source
    result = call(path, "-o", tmp_path / "out.jsonl")
    assert result.exit_code == 0
    found = rows(tmp_path / "out.jsonl")
    shift = 1 if change is as_csv else 0  # the header is line 1
    assert found == [{**row, "line": row["line"] + shift} for row in expected]
    assert (tmp_path / "out.jsonl.rejects.jsonl").read_bytes() == b""
    assert f"{len(CASES)} records in = {len(CASES)} results + 0 rejects" in result.stderr


def test_standard_input_and_output(source: Path, tmp_path: Path, expected: list[dict[str, Any]]) -> None:
    rejects = tmp_path / "rejects.jsonl"
    done = subprocess.run(
        [sys.executable, "-m", "screener", "batch", "-", "-o", "-", "--rejects", str(rejects)],
        input=source.read_bytes(), capture_output=True, check=True, env=environment(),
    )  # fmt: skip
    assert [json.loads(line) for line in done.stdout.splitlines()] == expected
    assert rejects.read_bytes() == b""


def environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}


def test_several_inputs_and_patterns_say_which_file(source: Path, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "b.jsonl").write_bytes(lines(CASES[:2]))
    (tmp_path / "more" / "a.jsonl").write_bytes(b'{"age": 300}\n' + lines(CASES[:1]))
    result = call(source, tmp_path / "more" / "*.jsonl", "-o", tmp_path / "out.jsonl")
    assert result.exit_code == 0
    found = rows(tmp_path / "out.jsonl")
    assert [(Path(row["file"]).name, row["line"]) for row in found[len(CASES) :]] == [
        ("a.jsonl", 2), ("b.jsonl", 1), ("b.jsonl", 2),
    ]  # fmt: skip
    assert Path(rows(tmp_path / "out.jsonl.rejects.jsonl")[0]["file"]).name == "a.jsonl"


# outputs


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_every_form_of_output_says_the_same(
    ending: str, source: Path, tmp_path: Path, expected: list[dict[str, Any]]
) -> None:
    path = tmp_path / f"out.{ending}"
    assert call(source, "-o", path).exit_code == 0
    if ending == "parquet":
        table = pq.read_table(path)
        assert pa.types.is_dictionary(table.schema.field("rules").type.value_type)
        assert table.to_pylist() == expected
    else:
        with path.open(newline="", encoding="utf-8") as file:
            read = list(csv.DictReader(file))
        lists = [{name: json.loads(row[name]) for name in (*STATUSES, "rules")} for row in read]
        assert [{**row, "line": int(row["line"]), **some} for row, some in zip(read, lists, strict=True)] == expected


def test_kept_fields_and_reports(source: Path, tmp_path: Path) -> None:
    words = ["--keep", "age", "--keep", "fatigue", "--keep", "medicines", "--keep", "sex", "--keep", "potassium"]
    assert call(source, "-o", tmp_path / "out.jsonl", "--explain", "--workers", 1, *words).exit_code == 0
    for case, row in zip(CASES, rows(tmp_path / "out.jsonl"), strict=True):
        intake = Intake.read(case)
        assert [row["age"], row["fatigue"], row["sex"]] == [intake.age, intake.fatigue, intake.sex]
        assert row["potassium"] == intake.potassium
        assert [m["name"] for m in row["medicines"] or []] == [m.name for m in intake.medicines or ()]
        assert row["report"]["case_id"] == row["case_id"]
        assert row["report"]["urgency"] == row["urgency"]
        assert row["report"]["disclaimer"]
    for ending in ("csv", "parquet"):
        assert call(source, "-o", tmp_path / f"out.{ending}", *words).exit_code == 0
    table = pq.read_table(tmp_path / "out.parquet")
    assert table["age"].to_pylist() == [row["age"] for row in rows(tmp_path / "out.jsonl")]
    assert table["medicines"].to_pylist() == [row["medicines"] for row in rows(tmp_path / "out.jsonl")]


def test_only_some_packs(source: Path, tmp_path: Path, book: RuleBook) -> None:
    assert call(source, "-o", tmp_path / "out.jsonl", "--pack", "article").exit_code == 0
    rules = {rule for row in rows(tmp_path / "out.jsonl") for rule in row["rules"]}
    assert rules
    assert all(book.rule[rule].pack in ("article", "safety") for rule in rules)


@pytest.mark.parametrize("engine", ["durable"])
def test_other_engines_say_the_same(engine: str, source: Path, tmp_path: Path, expected: list[dict[str, Any]]) -> None:
    assert call(source, "-o", tmp_path / "out.jsonl", "--engine", engine, "--workers", 2).exit_code == 0
    assert rows(tmp_path / "out.jsonl") == expected


def test_no_input_gives_no_results(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_bytes(b"")
    for ending in ("jsonl", "csv", "parquet"):
        result = call(tmp_path / "empty.jsonl", "-o", tmp_path / f"out.{ending}")
        assert result.exit_code == 0
        assert "0 records in = 0 results + 0 rejects" in result.stderr
    assert pq.read_table(tmp_path / "out.parquet").column_names == ["case_id", "line", "urgency", *STATUSES, "rules"]


# what is refused


BAD = [
    (b'{"potassium": 41}', "potassium", "`41` is out of range"),
    (b'{"fatigue": true, "fatigue": false}', "", "`fatigue` is given twice (column 19)"),
    (b'{"potassium": NaN}', "", "`NaN` is not a number in JSON"),
    (b'{"potassium": 1e999}', "potassium", "is not a finite number"),
    (b'{"potassium": -Infinity}', "", "is not a number in JSON"),
    (b'{"age": 99999999999999999999999}', "age", "is out of range"),
    (b'{"age": 30.5}', "age", "`30.5` is not a whole number"),
    (b'{"magnesium": 1.9}', "magnesium", "`1.9` has no unit"),
    (b'{"case_id": "\xff"}', "", "not UTF-8"),
    (b'{"case_id": "\\ud800"}', "", "half of a character"),
    (b'{"fatige": true}', "fatige", "did you mean `fatigue`?"),
    (b'{"fatigue": true', "", "this is not JSON"),
    (b'{"fatigue": true} {}', "", "this is not JSON"),
    (b"[1]", "", "a case is an object of fields"),
    (b"", "", "the line is empty"),
    (b"   ", "", "the line is empty"),
    (b'{"medicines": [""]}', "medicines", "entry 1 has the name"),
    (b'{"medicines": [{"name": "senna", "name": "senna"}]}', "", "`name` is given twice"),
    (b'{"note": "' + b"x" * 1_000_001 + b'"}', "", "the line is longer than 1000000 bytes"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "field", "message"), BAD, ids=lambda value: str(value)[:40])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["unix", "windows"])
def test_every_refused_line_says_why(raw: bytes, field: str, message: str, end: bytes, tmp_path: Path) -> None:
    good = b'{"case_id": "good", "fatigue": true}'
    (tmp_path / "in.jsonl").write_bytes(end.join([good, raw, good]) + end)
    result = call(tmp_path / "in.jsonl", "-o", tmp_path / "out.jsonl")
    assert result.exit_code == 0
    assert [row["line"] for row in rows(tmp_path / "out.jsonl")] == [1, 3]
    (reject,) = rows(tmp_path / "out.jsonl.rejects.jsonl")
    assert reject["line"] == 2
    assert field in [error["field"] for error in reject["errors"]]
    assert message in " ".join(error["message"] for error in reject["errors"])
    text = raw.decode("utf-8", "backslashreplace")
    assert reject["raw"] == (text if len(raw) < 1000 else text[:1000] + "…")
    assert call(tmp_path / "in.jsonl", "-o", tmp_path / "out.jsonl", "--strict", "--force").exit_code == 3


def test_a_mended_reject_can_be_fed_back(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(b'{"case_id": "a", "potassium": 41}\n')
    call(tmp_path / "in.jsonl", "-o", tmp_path / "out.jsonl")
    (reject,) = rows(tmp_path / "out.jsonl.rejects.jsonl")
    assert reject["case_id"] == "a"
    (tmp_path / "mended.jsonl").write_text(reject["raw"].replace("41", "4.1"), encoding="utf-8")
    call(tmp_path / "mended.jsonl", "-o", tmp_path / "again.jsonl")
    assert rows(tmp_path / "again.jsonl")[0]["case_id"] == "a"


def test_a_byte_order_mark_and_a_missing_last_line_feed_are_fine(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(b'\xef\xbb\xbf{"fatigue": true}\n{"fatigue": false}')
    assert "2 results + 0 rejects" in call(tmp_path / "in.jsonl", "-o", tmp_path / "out.jsonl").stderr


def test_a_hundred_megabytes_in_one_line(tmp_path: Path) -> None:
    with (tmp_path / "in.jsonl").open("wb") as file:
        file.write(b'{"fatigue": true}\n{"case_id": "')
        for _ in range(100):
            file.write(b"x" * 1_000_000)
        file.write(b'"}\n{"fatigue": false}\n')
    assert "3 records in = 2 results + 1 rejects" in call(tmp_path / "in.jsonl", "-o", tmp_path / "out.jsonl").stderr
    (reject,) = rows(tmp_path / "out.jsonl.rejects.jsonl")
    assert (reject["line"], len(reject["raw"])) == (2, 1001)
    assert [row["line"] for row in rows(tmp_path / "out.jsonl")] == [1, 3]


def test_bad_lines_of_csv(tmp_path: Path) -> None:
    text = b'case_id,fatigue,age\na,yes,30\nb,perhaps,30\nc,yes\nd,"yes\nd",30\n\xff,yes,30\n\ne,no,31\n'
    (tmp_path / "in.csv").write_bytes(text)
    assert call(tmp_path / "in.csv", "-o", tmp_path / "out.jsonl").exit_code == 0
    assert [row["line"] for row in rows(tmp_path / "out.jsonl")] == [2, 9]
    refused = {row["line"]: row["errors"][0]["message"] for row in rows(tmp_path / "out.jsonl.rejects.jsonl")}
    assert list(refused) == [3, 4, 5, 6, 7]  # line 8 is empty
    assert "`perhaps` is not an answer" in refused[3]
    assert "the line has 2 cells, the header 3" in refused[4]
    assert "a cell cannot hold a line break" in refused[5]
    assert "not UTF-8" in refused[7]


def test_a_broken_array_keeps_what_stands_before_the_break(tmp_path: Path) -> None:
    (tmp_path / "in.json").write_text(
        '[{"fatigue": true}, {"fatigue": "maybe"}, {"fatigue": tru}, {}]', encoding="utf-8"
    )
    assert call(tmp_path / "in.json", "-o", tmp_path / "out.jsonl").exit_code == 0
    assert [row["line"] for row in rows(tmp_path / "out.jsonl")] == [1]
    refused = {row["line"]: row["errors"][0]["message"] for row in rows(tmp_path / "out.jsonl.rejects.jsonl")}
    assert "the array cannot be read from its element 3 on" in refused[3]
    assert sorted(refused) == [2, 3]
    assert [row["raw"] for row in rows(tmp_path / "out.jsonl.rejects.jsonl")][1] == '{"fatigue": tru}, {}]'


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ('[{"age": 1} {"age": 2}, {"age": 3}]', '{"age": 1} {"age": 2}, {"age": 3}]'),
        ('[{"age": 1}, {"age": 2} {"age": 3}]', '{"age": 2} {"age": 3}]'),
        ('[{"age": 1}, {"age": 2', '{"age": 2'),
        ('[{"age": 1}, {"age": 2} {"name": "Ada", "age": 3}]', None),  # it names someone
        ('[{"case_id": "é"} {"case_id": "' + "é" * 2000 + '"}]', '{"case_id": "é"} {"case_id": "' + "é" * 970),
    ],
)  # fmt: skip
def test_what_is_lost_of_an_array_stands_in_the_reject(text: str, raw: str | None, tmp_path: Path) -> None:
    (tmp_path / "in.json").write_text(text, encoding="utf-8")
    assert call(tmp_path / "in.json", "-o", tmp_path / "out.jsonl").exit_code == 0
    lost = rows(tmp_path / "out.jsonl.rejects.jsonl")[-1]
    assert "the array cannot be read" in lost["errors"][0]["message"]
    if raw is None or len(raw) < 100:
        assert lost["raw"] == raw
    else:
        assert lost["raw"] == raw + "…"
        assert len(lost["raw"]) == 1001


def test_refused_rows_of_parquet_are_explained(tmp_path: Path) -> None:
    table = pa.table({"case_id": [1, 2, 3], "potassium": [4.1, float("nan"), 41.0], "fatigue": [1, None, None]})
    pq.write_table(table, tmp_path / "in.parquet")
    assert "3 records in = 0 results + 3 rejects" in call(tmp_path / "in.parquet", "-o", tmp_path / "o.csv").stderr
    refused = rows(tmp_path / "o.csv.rejects.jsonl")
    assert "`1` is not an answer" in refused[0]["errors"][0]["message"]
    assert "is not a finite number" in refused[1]["errors"][0]["message"]
    assert refused[2]["case_id"] == "3"
    assert json.loads(refused[2]["raw"]) == {"case_id": 3, "potassium": 41.0}


# extra and identifying fields


def test_extra_fields_are_passed_over_only_when_asked(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(b'{"fatigue": true, "ward": "b3", "visits": [1]}\n' * 3)
    assert "0 results + 3 rejects" in call(tmp_path / "in.jsonl", "-o", tmp_path / "out.jsonl").stderr
    result = call(tmp_path / "in.jsonl", "-o", tmp_path / "out.jsonl", "--force", "--ignore-extra")
    assert "3 results + 0 rejects; fields passed over: visits, ward" in result.stderr


@pytest.mark.parametrize("name", ["name", "patientName", "birth_date", "dob", "e-mail", "address", "MRN", "nhs_number"])
def test_identifying_fields_are_refused_and_never_copied(name: str, tmp_path: Path) -> None:
    secret = "Zaphod-1973"
    good = json.dumps({"fatigue": True, name: secret})
    cut = good[:-1]
    nested = json.dumps({"fatigue": True, "details": {name: secret}})
    (tmp_path / "in.jsonl").write_text(f"{good}\n{cut}\n{nested}\n", encoding="utf-8")
    result = call(tmp_path / "in.jsonl", "-o", tmp_path / "out.jsonl", "--ignore-extra")
    assert "0 results + 3 rejects" in result.stderr
    refused = (tmp_path / "out.jsonl.rejects.jsonl").read_text(encoding="utf-8")
    assert secret not in refused + result.stderr
    assert "looks as if it identifies a person" in refused
    assert [row["raw"] for row in rows(tmp_path / "out.jsonl.rejects.jsonl")] == [None, None, None]
    result = call(tmp_path / "in.jsonl", "-o", tmp_path / "out.jsonl", "--drop", name, "--force", "--ignore-extra")
    assert "1 results + 2 rejects" in result.stderr
    everything = "".join(path.read_text(encoding="utf-8") for path in tmp_path.glob("out*"))
    assert secret not in everything


def test_columns_are_checked_before_anything_is_read(tmp_path: Path) -> None:
    from screener.errors import CaseError

    (tmp_path / "in.csv").write_text("fatige,birth_date,fatigue\n", encoding="utf-8")
    pq.write_table(pa.table({"fatige": [True]}), tmp_path / "in.parquet")
    with pytest.raises(CaseError, match="did you mean `fatigue`") as caught:
        call(tmp_path / "in.csv", "-o", tmp_path / "out.jsonl")
    assert "birth_date: looks as if it identifies a person" in str(caught.value)
    with pytest.raises(CaseError, match="did you mean `fatigue`"):
        call(tmp_path / "in.parquet", "-o", tmp_path / "out.jsonl")
    assert not (tmp_path / "out.jsonl.rejects.jsonl").exists()
    (tmp_path / "in.csv").write_text("birth_date,fatigue\n1973-01-01,perhaps\n1973-01-02,yes\n", encoding="utf-8")
    result = call(tmp_path / "in.csv", "-o", tmp_path / "out.jsonl", "--drop", "birth_date")
    assert "1 results + 1 rejects" in result.stderr
    assert "1973" not in (tmp_path / "out.jsonl.rejects.jsonl").read_text(encoding="utf-8")


# wrong calls


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-o", "out.txt"], "must end in .jsonl, .csv or .parquet"),
        (["-o", "-"], "name a file for refused records"),
        (["-o", "out.jsonl", "--keep", "fatige"], "did you mean `fatigue`?"),
        (["-o", "out.jsonl", "--summary", "s.pdf"], "must end in .txt, .json or .html"),
        (["-o", "out.jsonl", "--rejects", "out.jsonl"], "must be two files"),
        (["-o", "out.jsonl", "--rejects", "s.txt", "--summary", "s.txt"], "must be two files"),
        (["-o", "cases.jsonl", "--force"], "the results would replace what is read, `cases.jsonl`"),
        (["-o", "out.jsonl", "--rejects", "./cases.jsonl", "--force"], "the rejects would replace what is read"),
        (["-o", "out.jsonl", "--pack", "artcle"], "did you mean `article`?"),
    ],
)
def test_wrong_calls(words: list[str], message: str, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from screener.errors import UsageError

    monkeypatch.chdir(source.parent)
    with pytest.raises(UsageError, match=message.replace("?", r"\?")):
        call(source, *words)
    assert [path.name for path in source.parent.iterdir()] == ["cases.jsonl"]


def test_unreadable_inputs(tmp_path: Path) -> None:
    from screener.errors import FileError, UsageError

    with pytest.raises(FileError, match="no such file"):
        call(tmp_path / "none.jsonl", "-o", tmp_path / "out.jsonl")
    with pytest.raises(UsageError, match="no file fits"):
        call(tmp_path / "*.jsonl", "-o", tmp_path / "out.jsonl")
    (tmp_path / "cases.data").write_bytes(b"{}")
    with pytest.raises(UsageError, match="does not say what it is"):
        call(tmp_path / "cases.data", "-o", tmp_path / "out.jsonl")
    (tmp_path / "in.parquet").write_bytes(b"nothing")
    with pytest.raises(FileError, match="cannot be read as Parquet"):
        call(tmp_path / "in.parquet", "-o", tmp_path / "out.jsonl")


def test_outputs_that_can_not_be_written(source: Path, tmp_path: Path) -> None:
    from screener.errors import FileError

    with pytest.raises(FileError, match="there is no folder"):
        call(source, "-o", tmp_path / "nowhere" / "out.jsonl")
    (tmp_path / "folder.jsonl").mkdir()
    with pytest.raises(FileError, match="is not a file that can be replaced"):
        call(source, "-o", tmp_path / "folder.jsonl", "--force")
    with pytest.raises(FileError, match="`/dev/null` is not a file that can be replaced"):
        call(source, "-o", tmp_path / "out.jsonl", "--rejects", "/dev/null", "--force")
    assert not Path("/dev/null").is_file()


def test_only_their_owner_can_read_the_files(source: Path, tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").touch(0o644)
    assert call(source, "-o", tmp_path / "out.jsonl", "--force").exit_code == 0
    for name in ("out.jsonl", "out.jsonl.rejects.jsonl"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_a_reader_that_goes_away(tmp_path: Path) -> None:
    """`screener batch ... -o - | head -1`: said in one line, with the exit code for files."""
    (tmp_path / "many.jsonl").write_bytes(lines(CASES * 100))
    words = [sys.executable, "-m", "screener", "batch", str(tmp_path / "many.jsonl"), "-o", "-"]
    command = [*words, "--rejects", str(tmp_path / "refused.jsonl")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=environment()) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        said = running.stderr.read()
    assert said.startswith("standard output cannot be written: broken pipe; the results are not complete")
    assert said.count("\n") == 1
    assert running.returncode == 5
