"""Warm-up dependence: whether decisions change when more bars are read before the first one.

From several starts the strategy decides on the same bars twice: once with its own warm-up, once
with a much longer one. An average with a fading memory (EMA, RSI, ATR, MACD) never forgets where it
began, so its figures always differ a little; that alone is no finding. The finding is an order that
changes. Beside it stands how long each indicator takes to settle: until what is left of its start
is at most SETTLED of what it usually moves in one bar, less than the noise of the next bar. So many
bars more of warm-up make the start unseen.
"""

from __future__ import annotations

import math
from itertools import pairwise
from statistics import fmean
from typing import TYPE_CHECKING, Final

from tradewinds.checking.differences import alike, difference, differing, words
from tradewinds.checking.findings import Finding, Settling, Verdict
from tradewinds.checking.lookahead import spread
from tradewinds.checking.traces import Trace, trace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tradewinds.checking.subject import Subject

STARTS: Final = 6
LONGER: Final = 10  # times the warm-up, and at least LEAST bars, if there are so many
LEAST: Final = 500
SHORTEST: Final = 3  # times the warm-up: what an EMA still holds of its first bars is 0.25 % then
SETTLED: Final = 0.1


def check_warmup(subject: Subject) -> Verdict:
    """Compare a short warm-up with a long one from several starts."""
    opens = [close - subject.step for close in subject.closes()]
    long = longer(subject.warmup, len(opens))
    if long is None:
        return Verdict("warmup", "there are too few bars to read more of them", checked=False)
    starts = spread(opens[long : len(opens) - long], STARTS)
    done = f"{len(starts)} starts, {subject.warmup} bars of warm-up against {subject.warmup + long}"
    pairs = {start: _traces(subject, start, long) for start in starts}
    settling = _settling(pairs)
    changed = [one for one in (_compared(subject, start, long) for start in starts) if one]
    names = ", ".join(f"{one.name} {_bars(one, long)}" for one in settling if one.bars != 0)
    remarks = (f"settles after the first decision: {names}",) if names else ()
    findings: tuple[Finding, ...] = ()
    if changed:
        findings = (_finding(subject, changed, len(starts), settling, pairs),)
    return Verdict("warmup", done, findings, remarks, settling)


def longer(warmup: int, bars: int) -> int | None:
    """Return how many bars more a run can read ahead and still decide on as many, None if few."""
    long = min(max(LONGER * warmup, LEAST), bars // 3)
    return long if long >= SHORTEST * warmup else None


def _compared(subject: Subject, start: int, long: int) -> tuple[int, Finding] | None:
    end = start + long * subject.step
    short = subject.run(start=start, end=end)
    full = subject.run(start=start, end=end, warmup=subject.warmup + long)
    found = difference(short.orders, full.orders, alike)
    if found is None:
        return None
    order = found.first
    where = (short if found.one is order else full).where(order)
    sentence = f"it ordered {words(found.one)}, and with the longer warm-up {words(found.other)}"
    return start, Finding(sentence, order.time, order.symbol, where)


def _finding(
    subject: Subject,
    changed: list[tuple[int, Finding]],
    starts: int,
    settling: tuple[Settling, ...],
    pairs: Mapping[int, tuple[Trace, Trace]],
) -> Finding:
    start, first = changed[0]
    short, full = pairs[start]
    time = first.time or start
    names = differing(_at(short, time), _at(full, time))
    more = [one.bars for one in settling]
    remedy = "It never settles: it remembers its first bars for good"
    if all(bars is not None for bars in more):
        bars = subject.warmup + max((one for one in more if one is not None), default=0)
        remedy = f"Set spec.warmup: {bars} bars"
        if bars == subject.warmup:
            remedy = "No declared indicator explains it; look at that line"
    return Finding(
        f"from {len(changed)} of {starts} starts orders change with the bars read before:"
        f" {first.sentence}. {remedy}",
        first.time,
        first.symbol,
        first.where,
        names,
    )


def _traces(subject: Subject, start: int, long: int) -> tuple[Trace, Trace]:
    end = start + long * subject.step
    warmups = (subject.warmup, subject.warmup + long)
    short, full = (trace(subject, start=start, end=end, warmup=one) for one in warmups)
    return short, full


def _settling(pairs: Mapping[int, tuple[Trace, Trace]]) -> tuple[Settling, ...]:
    names = sorted({name for _, full in pairs.values() for name in full})
    found = []
    for name in names:
        each = [
            one
            for short, full in pairs.values()
            if (one := _settled(name, short.get(name, {}), full.get(name, {}))) is not None
        ]
        if each:
            bars = [one.bars for one in each]
            worst = None if None in bars else max(one for one in bars if one is not None)
            found.append(Settling(name, worst, max(one.moves for one in each)))
    return tuple(found)


def _settled(name: str, short: Mapping[int, object], full: Mapping[int, object]) -> Settling | None:
    """Return how one figure settles from one start; None if it is no number, or never moves."""
    line = [(time, float(v)) for time, v in full.items() if isinstance(v, int | float) and v == v]  # noqa: PLR0124  # no NaN
    move = _usual_move([value for _, value in line])
    if move == 0.0:
        return None
    gaps = [_gap(value, short.get(time)) / move for time, value in line]
    unsettled = [place for place, gap in enumerate(gaps) if gap > SETTLED]
    bars = unsettled[-1] + 1 if unsettled else 0
    return Settling(name, None if bars == len(gaps) else bars, gaps[0])


def _usual_move(values: list[float]) -> float:
    steps = [abs(after - before) for before, after in pairwise(values)]
    return fmean(steps) if steps else 0.0


def _gap(one: float, other: object) -> float:
    known = isinstance(other, int | float) and not math.isnan(other)
    return abs(one - float(other)) if known and isinstance(other, int | float) else math.inf


def _at(found: Trace, time: int) -> dict[str, object]:
    return {name: values[time] for name, values in found.items() if time in values}


def _bars(one: Settling, long: int) -> str:
    return f"{one.bars} bars" if one.bars is not None else f"not within {long} bars"
