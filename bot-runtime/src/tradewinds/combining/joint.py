"""The joint curve of strategies that were run apart, the curve of holding instead, and the hash.

The joint equity at a time is the cash that nobody got plus the last known equity of each strategy,
its capital before its first close; so strategies of different timeframes go together. All curves
are laid on the times at which any of them has a close, and so have the same days.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from tradewinds.combining.shares import Shares, text_of
from tradewinds.engine.curves import Summary, summarize

Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ran:
    """The answer of one strategy, and the equity of holding instead at the times of its curve."""

    answer: Answer
    held: Sequence[float]


@dataclass(frozen=True, slots=True)
class Joint:
    """The curve of the whole, that of holding instead, and what is kept of them and of each."""

    times: Sequence[int]
    equity: Sequence[float]
    held: Sequence[float]
    summary: Summary
    held_summary: Summary
    each: Sequence[Summary]


def joint_of(ran: Sequence[Ran], shares: Shares) -> Joint:
    """Lay the curves of all strategies on one another."""
    start, capital = ran[0].answer["period"]["from"], float(shares.capital.amount)
    curves = [[(time, value) for time, value in one.answer["equity"]] for one in ran]
    starts = [one.answer["capital"] for one in ran]
    times, each = aligned(curves, starts)
    pairs = zip(curves, ran, strict=True)
    _, held = aligned(
        [
            [(time, value) for (time, _), value in zip(curve, one.held, strict=True)]
            for curve, one in pairs
        ],
        starts,
    )
    cash = float(shares.cash)
    equity, holding = _summed(cash, each), _summed(cash, held)
    return Joint(
        times=times,
        equity=equity,
        held=holding,
        summary=summarize(capital, start, times, equity),
        held_summary=summarize(capital, start, times, holding),
        each=[
            summarize(own, start, times, values) for own, values in zip(starts, each, strict=True)
        ],
    )


def aligned(
    curves: Sequence[Sequence[tuple[int, float]]], capitals: Sequence[float]
) -> tuple[list[int], list[list[float]]]:
    """Return every time at which some curve has a value, and each curve at all of them."""
    known = [dict(curve) for curve in curves]
    times = sorted(set().union(*known))
    return times, [
        list(_filled(curve, times, capital)) for curve, capital in zip(known, capitals, strict=True)
    ]


def _filled(curve: Mapping[int, float], times: Sequence[int], last: float) -> Iterator[float]:
    for time in times:
        last = curve.get(time, last)
        yield last


def _summed(cash: float, curves: Sequence[Sequence[float]]) -> list[float]:
    return [math.fsum((cash, *values)) for values in zip(*curves, strict=True)]


def order_hash(answers: Sequence[Answer], shares: Shares) -> str:
    """Return the SHA-256 of a line `J|name|capital|order hash` for each strategy, by name."""
    lines = sorted(
        f"J|{answer['name']}|{text_of(part)}|{answer['orderHash']}\n"
        for answer, part in zip(answers, shares.parts, strict=True)
    )
    return sha256("".join(lines).encode("ascii")).hexdigest()
