"""Results as text: rows put together from columns say what the values say one by one."""

from __future__ import annotations

import csv
import io
import json
import random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from screener.batch.reading.record import Decoded
from screener.batch.writing.columns import IdList, Listing, list_ids
from screener.batch.writing.writers import LISTS, ROWS, CsvWriter, JsonWriter, OutputColumns, rows_of
from screener.engine.columnar.columns import Columns
from screener.rulebook.book import RuleBook
from screener.spreadsheet import text_of

IDS = [
    "a",
    "",
    None,
    'with "quotes"',
    "back\\slash",
    "line\nfeed",
    "tab\t",
    "\x00\x1f\x7f",
    "=1+1",
    "-x",
    "'=1",
    " ä€𝄞 ",
    ",",
]
NUMBERS = (0, 1, 2, 63, 200)


def listing_of(book: RuleBook, count: int, pick: random.Random) -> tuple[Listing, dict[str, list[list[str]]]]:
    """Lists of random ids, and the same as plain lists."""
    names, rules = list_ids(book)
    lists: dict[str, IdList] = {}
    plain: dict[str, list[list[str]]] = {}
    for name in LISTS:
        ids = rules if name == "rules" else names
        width = max(8, 1 << (-(-len(ids) // 8) - 1).bit_length())
        bits = np.zeros((count, width * 8), np.uint8)
        density = pick.choice([0.0, 0.05, 0.5, 1.0])
        for row in range(count):
            bits[row, : len(ids)] = [pick.random() < density for _ in ids]
        lists[name] = IdList(ids, np.packbits(bits, axis=1, bitorder="little"))
        plain[name] = [[word for word, bit in zip(ids, row, strict=False) if bit] for row in bits.tolist()]
    levels = np.array([pick.randrange(len(book.levels)) for _ in range(count)], np.uint8)
    return Listing(levels, book.levels, lists), plain


def cases(count: int, pick: random.Random, ids: list[Any]) -> Decoded:
    chosen = [pick.choice(ids) for _ in range(count)]
    lines = np.array(sorted(pick.sample(range(1, 10**9), count)), np.int64)
    return Decoded(lines, pa.array(chosen, pa.string()), Columns(count))


@pytest.mark.parametrize("ids", [IDS, ["case-1", "x.y_2"], ["x", None], ["ü", "x"]])
@pytest.mark.parametrize("count", NUMBERS)
def test_rows_say_what_the_values_say(book: RuleBook, count: int, ids: list[Any]) -> None:
    pick = random.Random(count)
    decoded = cases(count, pick, ids)
    listing, plain = listing_of(book, count, pick)
    expected = [
        {"case_id": i, "line": n, "urgency": book.levels[u], **{name: plain[name][row] for name in LISTS}}
        for row, (i, n, u) in enumerate(
            zip(decoded.case_ids.to_pylist(), decoded.lines.tolist(), listing.urgency.tolist(), strict=True)
        )
    ]
    text = JsonWriter(book, OutputColumns()).part(decoded, listing, "", [])
    assert text.decode() == "".join(
        json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in expected
    )
    table = CsvWriter(book, OutputColumns())
    rows = list(
        csv.DictReader(io.StringIO((table.header() + table.part(decoded, listing, "", [])).decode(), newline=""))
    )
    found = [{**row, **{name: json.loads(row[name]) for name in LISTS}} for row in rows]
    assert [{**row, "case_id": text_of(row["case_id"])} for row in found] == [
        {**row, "case_id": row["case_id"] or "", "line": str(row["line"])} for row in expected
    ]


@pytest.mark.parametrize("count", [0, 1, ROWS - 1, ROWS, ROWS + 1, 2 * ROWS + 3])
def test_rows_of_every_number(count: int) -> None:
    texts = [f"{'é' * (place % 3)}{place}" for place in range(count)]
    half = pa.array([*texts, "more"]).slice(0, count)
    found = rows_of(["<", texts, "|", half, "|", lambda part: half[part], ">\n"], count)
    assert found.decode() == "".join(f"<{text}|{text}|{text}>\n" for text in texts)
