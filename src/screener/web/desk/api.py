"""The JSON API: screen a case, and the rule book as data."""

from __future__ import annotations

import json
from typing import Any

from screener.printable import printable
from screener.web.desk.catalogue import catalogue
from screener.web.desk.compact import compact
from screener.web.desk.desk import Desk
from screener.web.desk.reading import read_json
from screener.web.wire import JSON, Answer


def answer_json(data: Any, status: int = 200) -> Answer:
    """Plain data as an answer."""
    return Answer(status, JSON, printable(json.dumps(data, ensure_ascii=False)).encode())


def screen(desk: Desk, options: dict[str, Any], body: bytes) -> Answer:
    """`POST /v1/screen`: a case in, its report out."""
    intake = desk.book.intake.read(read_json(body))
    report = desk.screener(tuple(options.get("packs", ()))).screen(intake, options.get("everything", False))
    return Answer(200, JSON, compact(report))


def rulebook(desk: Desk, options: dict[str, Any], body: bytes) -> Answer:
    """`GET /v1/rulebook`: everything declarative, as data."""
    book = desk.book.select(tuple(options.get("packs", ())) or None)
    return answer_json(catalogue(book, desk.folder).model_dump(mode="json"))
