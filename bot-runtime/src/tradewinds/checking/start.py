"""Whether decisions depend on when the strategy began to trade.

A second run begins later, with enough warm-up for its indicators to be settled. Its first orders
may differ, since it begins flat. From the first entry that both make while flat they hold the same,
and every later order must be of the same kind at the same close, sizes aside (they follow the
equity). Where it is not, something counts from the first bar: a grid around the first price, a
highest price so far, a rule about the equity. A bot begins on another day than the backtest.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from tradewinds.checking.differences import difference, same_kind, words
from tradewinds.checking.findings import Finding, Verdict
from tradewinds.checking.warmup import longer
from tradewinds_crds.desk import when

if TYPE_CHECKING:
    from collections.abc import Callable

    from tradewinds.checking.subject import Seen, Subject
    from tradewinds.engine.outcome.results import OrderLine

LATER: Final = (3, 2)  # begin after a third of the bars, and after a half


def check_start(subject: Subject, whole: Seen) -> Verdict:
    """Compare the whole run with runs that begin later."""
    closes = subject.closes()
    long = longer(subject.warmup, len(closes))
    starts = [closes[len(closes) // part] for part in LATER]
    if long is None:
        return Verdict("start", "there are too few bars for a later start", checked=False)
    met = 0
    for start in starts:
        later = subject.run(start=start, warmup=long)
        meeting = first_common_entry(whole, later)
        if meeting is None:
            continue
        met += 1
        found = difference(_since(whole, meeting), _since(later, meeting), same_kind)
        if found is not None:
            order = found.first
            finding = Finding(
                f"begun on {when(subject.start)} it ordered {words(found.one)}, begun on"
                f" {when(start)} {words(found.other)}, though both entered alike on"
                f" {when(meeting)}. Something counts from the first bar on",
                order.time,
                order.symbol,
                (whole if found.one is order else later).where(order),
            )
            return Verdict("start", _done(len(starts), met), (finding,))
    return Verdict("start", _done(len(starts), met), checked=met > 0)


def first_common_entry(one: Seen, other: Seen) -> int | None:
    """Return the first close at which both runs, flat and all alike, enter the same."""
    mine = {(order.time, order.symbol): order for order in other.orders if order.effect == "enter"}
    flat_here, flat_there = _flat_times(one), _flat_times(other)
    for order in one.orders:
        twin = mine.get((order.time, order.symbol))
        alike = twin is not None and order.effect == "enter" and same_kind(order, twin)
        if alike and flat_here(order.time) and flat_there(order.time):
            return order.time
    return None


def _flat_times(seen: Seen) -> Callable[[int], bool]:
    """Return whether a run held nothing at a close; its fills are known by their bar's open."""
    times, flat = [0], [True]
    held: dict[str, int] = {}
    for fill in seen.fills:
        signed = fill.lots if fill.side == "buy" else -fill.lots
        held[fill.symbol] = held.get(fill.symbol, 0) + signed
        times.append(fill.time)
        flat.append(not any(held.values()))
    return lambda close: flat[bisect_left(times, close) - 1]


def _since(seen: Seen, time: int) -> list[OrderLine]:
    return [order for order in seen.orders if order.time >= time]


def _done(starts: int, met: int) -> str:
    return f"{starts} later starts, {met} of them met the whole run again"
