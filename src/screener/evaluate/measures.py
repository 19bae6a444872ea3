"""Shares with their intervals: sensitivity, specificity and predictive values of one two-by-two table."""

from __future__ import annotations

from math import sqrt
from typing import Final

from screener.engine.columnar.columns import NO, YES
from screener.evaluate.counts import POSSIBLE, RAISED, RULED_OUT, TRUTHS, Counted
from screener.evaluate.disclosure import Mask
from screener.evaluate.model import Measure

Z: Final = 1.959963984540054  # the 97.5 % point of the standard normal distribution
WITH: Final = TRUTHS.index(YES)
WITHOUT: Final = TRUTHS.index(NO)
# each share: the row or column it is of, and what of it is counted, as places (truth, said)
SHARES: Final = {
    "sensitivity": ((WITH, RAISED), (WITH, RULED_OUT)),
    "specificity": ((WITHOUT, RULED_OUT), (WITHOUT, RAISED)),
    "positive predictive value": ((WITH, RAISED), (WITHOUT, RAISED)),
    "negative predictive value": ((WITHOUT, RULED_OUT), (WITH, RULED_OUT)),
}


def wilson(count: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share by Wilson's method.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, J. Am. Stat. Assoc. 22 (1927)
    209-212; recommended also for few people by L. D. Brown, T. T. Cai and A. DasGupta, Interval estimation for a
    binomial proportion, Statist. Sci. 16 (2001) 101-133.

    Args:
        count: of how many it holds.
        of: of how many, more than 0.
    """
    share, square = count / of, Z * Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = Z / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return (0.0 if count == 0 else max(0.0, middle - half)), (1.0 if count == of else min(1.0, middle + half))


def share_of(name: str, table: Counted, hidden: Mask | None = None) -> Measure | None:
    """One of `SHARES` of a table (truth by what is said); None where nobody is settled, or a hidden count goes into it.

    An open flag is neither raised nor ruled out: it is in no share. Settling all open ones in the worst and in the best
    way gives the smallest and the largest that the share can be.
    """
    hit, miss = SHARES[name]
    places = (hit, miss, (hit[0], POSSIBLE), (miss[0], POSSIBLE))
    count, missed, for_it, against = (int(table[place]) for place in places)
    if count + missed == 0 or (hidden is not None and any(hidden[place] for place in places)):
        return None
    low, high = wilson(count, count + missed)
    return Measure(
        name=name,
        count=count,
        of=count + missed,
        share=count / (count + missed),
        low=low,
        high=high,
        least=count / (count + missed + against),
        most=(count + for_it) / (count + for_it + missed),
    )
