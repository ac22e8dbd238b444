"""The joint curve of strategies that were run apart, the curve of holding instead, and the hash.

The joint equity at a time is the cash that nobody got plus the last known equity of each strategy,
its capital before its first close; so strategies of different timeframes go together. All curves
are laid on the times at which any of them has a close, and so have the same days.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np

from tradewinds.combining.shares import Shares, text_of
from tradewinds.engine.outcome.curves import Summary, summarize

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
    starts = [one.answer["capital"] for one in ran]
    own = [[time for time, _ in one.answer["equity"]] for one in ran]
    values = [[value for _, value in one.answer["equity"]] for one in ran]
    times = all_times(own)
    each = aligned(times, own, values, starts)
    holding = aligned(times, own, [one.held for one in ran], starts)
    equity, held = (_summed(float(shares.cash), curves) for curves in (each, holding))
    return Joint(
        times=times,
        equity=equity,
        held=held,
        summary=summarize(capital, start, times, equity),
        held_summary=summarize(capital, start, times, held),
        each=[
            summarize(first, start, times, curve) for first, curve in zip(starts, each, strict=True)
        ],
    )


def all_times(times: Sequence[Sequence[int]]) -> list[int]:
    """Return every time at which some curve has a value."""
    every = np.sort(np.concatenate([np.asarray(own, np.int64) for own in times]), kind="stable")
    found: list[int] = every[np.diff(every, prepend=-1) > 0].tolist()
    return found


def aligned(
    times: Sequence[int],
    own: Sequence[Sequence[int]],
    curves: Sequence[Sequence[float]],
    capitals: Sequence[float],
) -> list[list[float]]:
    """Return each curve, given at times of its own, at all times.

    It has the value of its last time, and its capital before the first.
    """
    found = []
    for at, curve, capital in zip(own, curves, capitals, strict=True):
        known = np.concatenate(([capital], np.asarray(curve, np.float64)))
        found.append(known[np.searchsorted(at, times, side="right")].tolist())
    return found


def _summed(cash: float, curves: Sequence[Sequence[float]]) -> list[float]:
    return [math.fsum((cash, *values)) for values in zip(*curves, strict=True)]


def order_hash(answers: Sequence[Answer], shares: Shares) -> str:
    """Return the SHA-256 of a line `J|name|capital|order hash` for each strategy, by name."""
    lines = sorted(
        f"J|{answer['name']}|{text_of(part)}|{answer['orderHash']}\n"
        for answer, part in zip(answers, shares.parts, strict=True)
    )
    return sha256("".join(lines).encode("ascii")).hexdigest()
