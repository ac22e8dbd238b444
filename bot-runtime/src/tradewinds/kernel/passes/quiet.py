"""Pass over the bars of one symbol on which nothing fills, up to one that wakes a decision.

What they do to position and equity is what the engine's `mark` and `follow` do, all at once: the
same values to the last bit.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN201  # Numba finds the types

from __future__ import annotations

import math

from tradewinds.engine.account.funding import next_due
from tradewinds.engine.account.margin import ruined_at
from tradewinds.engine.outcome.curves import (
    BELOW,
    DAYS,
    DEPTH,
    LAST,
    LAST_TIME,
    LONGEST,
    PEAK,
    PEAK_TIME,
    follow,
)
from tradewinds.engine.outcome.trips import reach
from tradewinds.engine.records import (
    BARS_IN_TRADE,
    CAN_SHORT,
    CASH,
    ENTRY_SIDE,
    EXIT_LOTS,
    FUNDING_RATE,
    LAST_CLOSE,
    LEAVING,
    LOT,
    LOTS,
    MOVES,
    RATES_END,
    STOP_TICKS,
    TARGET_TICKS,
    TICK,
)
from tradewinds.engine.units import from_units
from tradewinds.kernel.passes.facts import (
    ALL,
    DAY_AT,
    DECIDES,
    EXPOSED,
    FIRST,
    FLAT_WAKES,
    KEEPS,
    LENGTH,
    LONG_WAKES,
    ORIGIN,
    SHORT_WAKES,
)

SURE = 1.0 + 1e-12  # more than the roundings of a comparison of falls


def quiet(
    begin, end, times, opens, highs, lows, closes, ends, facts, terms, state, account, wakes,
    opened, rows, curve, days, worth, dates,
):  # fmt: skip
    """Return the next bar on which something can fill, the one behind a wake, or the end."""
    origin = facts[ORIGIN]
    i = begin
    while i < end and is_idle(state):
        while ends[facts[DAY_AT]] < i:
            facts[DAY_AT] += 1
        until = min(end, ends[facts[DAY_AT]] + 1)
        if state[LOTS] == 0.0:
            last = free(i, until, facts, wakes)
            if last > i:
                rest(i, last, times, closes, facts, state, account, curve, days, dates, worth)
        else:
            last = held(i, until, times, opens, highs, lows, facts, terms, state, account, wakes,
                        opened, rows)  # fmt: skip
            if last > i:
                ride(i, last, times, closes, facts, terms, state, account, curve, days, dates,
                     worth)  # fmt: skip
        i = last
        if i < until or wakes[i - 1 - origin] != 0:
            break
    return i


def is_idle(state):
    """Whether nothing waits for the next open, and no closed bar moves a stop."""
    if state[ENTRY_SIDE] != 0.0 or state[EXIT_LOTS] != 0.0:
        return False
    return state[MOVES] == 0.0 and state[LEAVING] == 0.0


def wake_of(state):
    """Return the bit of `wakes` that says that a decision is possible in this position."""
    if state[LOTS] == 0.0:
        return FLAT_WAKES
    return LONG_WAKES if state[LOTS] > 0.0 else SHORT_WAKES


def free(i, until, facts, wakes):
    """Return the bar behind the first one at whose close an entry can be decided."""
    origin = facts[ORIGIN]
    begin = max(i, min(until, facts[DECIDES]))
    woken = wakes[begin - origin : until - origin]
    for j in range(until - begin):
        if woken[j] & FLAT_WAKES != 0:
            return begin + j + 1
    return until


def held(
    i, until, times, opens, highs, lows, facts, terms, state, account, wakes, opened, rows,
):  # fmt: skip
    """Return the first bar on which a protection can fill or money be due, or a wake's next."""
    origin = facts[ORIGIN]
    bit = wake_of(state)
    lowest = from_units(state[STOP_TICKS], terms[TICK])
    highest = from_units(state[TARGET_TICKS], terms[TICK])
    if state[LOTS] < 0.0:
        lowest, highest = highest, lowest
    if highest == 0.0:
        highest = math.inf
    if terms[CAN_SHORT] == 1.0:
        ruin = ruined_at(state, account, terms)
        if state[LOTS] > 0.0:
            lowest = max(lowest, ruin * SURE)
        else:
            highest = min(highest, ruin / SURE)
        if terms[FUNDING_RATE] != 0.0 or terms[RATES_END] != 0.0:
            until = funded(i, until, times, facts[LENGTH], terms)
    top = -math.inf
    bottom = math.inf
    count = 0
    firsts, most, least = opens[i:until], highs[i:until], lows[i:until]
    woken = wakes[i - origin : until - origin]
    for j in range(until - i):
        high = most[j]
        low = least[j]
        if low <= lowest or high >= highest or firsts[j] <= lowest or firsts[j] >= highest:
            break
        top = max(top, high)
        bottom = min(bottom, low)
        count = j + 1
        if woken[j] & bit != 0:
            break
    if count > 0:
        reach(top, bottom, rows, int(opened[0]))
    return i + count


def funded(begin, end, times, length, terms):
    """Return the first bar of which the close is at or behind a funding time, or the end."""
    due = next_due(float(times[begin - 1] + length), terms, 0)
    while begin < end:
        middle = (begin + end) // 2
        if times[middle] + length < due:
            begin = middle + 1
        else:
            end = middle
    return begin


def rest(begin, end, times, closes, facts, state, account, curve, days, dates, worth):
    """Pass over bars of one day without a position: equity is the cash."""
    value = account[CASH]
    length = facts[LENGTH]
    state[LAST_CLOSE] = closes[end - 1]
    follow(float(times[begin] + length), value, curve, days, dates)
    more = float(end - begin - 1)
    last = float(times[end - 1] + length)
    curve[LAST_TIME] = last
    if value < curve[PEAK]:
        curve[BELOW] += more
        curve[LONGEST] = max(curve[LONGEST], curve[BELOW])
    else:
        curve[PEAK_TIME] = last
    if facts[KEEPS] == ALL:
        for i in range(begin, end):
            worth[i - facts[FIRST]] = value


def ride(begin, end, times, closes, facts, terms, state, account, curve, days, dates, worth):
    """Pass over bars of one day with a position: equity moves with the close."""
    cash = account[CASH]
    quantity = from_units(state[LOTS], terms[LOT])
    length = facts[LENGTH]
    state[LAST_CLOSE] = closes[end - 1]
    state[BARS_IN_TRADE] += float(end - begin)
    facts[EXPOSED] += end - begin
    follow(float(times[begin] + length), cash + quantity * closes[begin], curve, days, dates)
    peak = curve[PEAK]
    below = curve[BELOW]
    low = peak * (1.0 - curve[DEPTH]) * SURE
    last = closes[begin:end]
    for j in range(1, end - begin):
        value = cash + quantity * last[j]
        if low <= value < peak:
            below += 1.0
            continue
        curve[LONGEST] = max(curve[LONGEST], below)
        curve[BELOW] = below
        follow(float(times[begin + j] + length), value, curve, days, dates)
        peak = curve[PEAK]
        below = curve[BELOW]
        low = peak * (1.0 - curve[DEPTH]) * SURE
    curve[BELOW] = below
    curve[LONGEST] = max(curve[LONGEST], below)
    value = cash + quantity * closes[end - 1]
    days[int(curve[DAYS]) - 1] = value
    curve[LAST] = value
    curve[LAST_TIME] = float(times[end - 1] + length)
    if facts[KEEPS] == ALL:
        for i in range(begin, end):
            worth[i - facts[FIRST]] = cash + quantity * closes[i]
