"""Screening Arrow record batches: a row of results, or of errors, for every row."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa

from screener.batch.reading.record import Reject
from screener.batch.reading.typed import TypedReader
from screener.batch.work import Worker
from screener.batch.writing.columns import Listing
from screener.batch.writing.writers import LISTS

ERRORS: Final = pa.list_(pa.struct([("field", pa.string()), ("message", pa.string())]))
SCHEMA: Final = pa.schema(
    [
        ("case_id", pa.string()),
        ("urgency", pa.string()),
        *((name, pa.list_(pa.string())) for name in LISTS),
        ("errors", ERRORS),
    ]
)


def screened(worker: Worker, batch: pa.RecordBatch) -> pa.RecordBatch:
    """The results of a batch of cases, in the same order.

    Args:
        worker: with the rule book.
        batch: columns named after the fields of the intake; others are passed over.
    """
    known = batch.select([name for name in batch.schema.names if name in worker.work.book.fields.columns])
    decoded, outcomes = worker.infer(TypedReader(worker.work.policy).read(known, 0))
    listing = Listing.of(outcomes)
    columns: dict[str, Any] = {"case_id": decoded.case_ids, "urgency": listing.urgency_arrow().cast(pa.string())}
    columns |= {name: listing.lists[name].arrow().cast(pa.list_(pa.string())) for name in LISTS}
    columns["errors"] = pa.nulls(len(decoded.lines), ERRORS)
    accepted = pa.RecordBatch.from_arrays([columns[name] for name in SCHEMA.names], schema=SCHEMA)
    if not decoded.rejects:
        return accepted
    both = pa.Table.from_batches([accepted, refused(decoded.rejects)])
    order = np.argsort([*decoded.lines.tolist(), *(reject.line for reject in decoded.rejects)], kind="stable")
    return both.take(pa.array(order)).combine_chunks().to_batches()[0]


def refused(rejects: list[Reject]) -> pa.RecordBatch:
    """Rows that say only why a case was refused."""
    errors = [[{"field": p.field, "message": p.message} for p in reject.problems] for reject in rejects]
    columns: dict[str, Any] = {name: pa.nulls(len(rejects), SCHEMA.field(name).type) for name in SCHEMA.names}
    columns |= {"case_id": pa.array([r.case_id for r in rejects], pa.string()), "errors": pa.array(errors, ERRORS)}
    return pa.RecordBatch.from_arrays([columns[name] for name in SCHEMA.names], schema=SCHEMA)
