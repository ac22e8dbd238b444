"""A run whose decisions are made elsewhere: everything between two of them, in Numba's subset.

A Python class is asked at each close, and what it orders cannot be known before. Its position can:
it changes when something fills, and until then no bar has to be settled. So `turn` settles the bars
up to a decision, lets its orders live, and says on which bar something may fill next. One symbol.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN201, ARG001  # Numba finds the types; a frame's arguments are one list

from __future__ import annotations

from typing import Final

from tradewinds.engine.records import (
    ENTRY_KIND,
    ENTRY_SIDE,
    EXIT_LOTS,
    LEAVING,
    LOTS,
    MARKET,
    MOVES,
)
from tradewinds.kernel.passes.facts import BARS, KEEPS, NOTHING
from tradewinds.kernel.passes.loops import is_full, keep, order, settle, take
from tradewinds.kernel.passes.quiet import held, quiet

SETTLED: Final = 0  # the bar before which all are settled
NEXT: Final = 1  # the next bar on which something may fill; until then no position changes
TOLD: Final = 2

WINDOW: Final = 256  # bars that are looked at for a fill: looking further is lost when it orders


def turn(
    n, eager, begin, until, told, facts2, state2, account2, opened2, rows2, sums2, times, opens,
    highs, lows, closes, volumes, ends, facts, sizing, terms, parameters, offsets, state, account,
    bars, inside, filled, intents, sized, wakes, tests, values, tags, opened, rows, curve, days,
    dates, orders, fills, worth, sums, zeros, given, memory, wishes,
):  # fmt: skip
    """Settle bars from begin to until, order n intentions at the last close, look for a fill.

    `eager` settles the bar after them as well if something fills there, which no decision can come
    before. What ends in 2 is to try a bar on. Returns 0 where a log has no room for it all: SETTLED
    says how far it came, and the rest has to be asked again.
    """
    i = begin
    while i < until:
        i = quiet(i, until, times, opens, highs, lows, closes, ends, facts, terms, state, account,
                  wakes, opened, rows, curve, days, worth, dates)  # fmt: skip
        told[SETTLED] = i
        if i == until:
            break
        if is_full(facts, orders, fills, rows, sized, filled):
            return 0
        take(i, opens, highs, lows, closes, volumes, facts, bars)
        settle(i, times, bars, facts, terms, state, account, inside, filled, tags, opened, rows,
               fills, sums, zeros, given, memory)  # fmt: skip
        keep(i, times, facts, terms, state, account, curve, days, dates, worth)
        i += 1
        told[SETTLED] = i
    if is_full(facts, orders, fills, rows, sized, filled):
        return 0
    if n > 0:
        order(until - 1, n, times, facts, sizing, terms, state, account, intents, sized, tags,
              orders, given, memory, wishes)  # fmt: skip
    for again in range(2):
        told[NEXT] = coming(i, times, opens, highs, lows, closes, volumes, facts, terms, state,
                            account, bars, inside, filled, wakes, tags, fills, zeros, given,
                            memory, facts2, state2, account2, opened2, rows2, sums2)  # fmt: skip
        if again or not eager or told[NEXT] != i or i >= facts[BARS]:
            break
        if is_full(facts, orders, fills, rows, sized, filled):
            break
        take(i, opens, highs, lows, closes, volumes, facts, bars)
        settle(i, times, bars, facts, terms, state, account, inside, filled, tags, opened, rows,
               fills, sums, zeros, given, memory)  # fmt: skip
        keep(i, times, facts, terms, state, account, curve, days, dates, worth)
        i += 1
        told[SETTLED] = i
    return 1


def coming(
    begin, times, opens, highs, lows, closes, volumes, facts, terms, state, account, bars, inside,
    filled, wakes, tags, fills, zeros, given, memory, facts2, state2, account2, opened2, rows2,
    sums2,
):  # fmt: skip
    """Return the next bar on which something may fill, or the end of the window."""
    if state[ENTRY_SIDE] == 0.0 and state[EXIT_LOTS] == 0.0 and state[LOTS] == 0.0:
        return facts[BARS]
    if state[EXIT_LOTS] != 0.0 or (state[ENTRY_SIDE] != 0.0 and state[ENTRY_KIND] == MARKET):
        return begin
    if state[LEAVING] != 0.0:
        return begin
    end = min(begin + WINDOW, facts[BARS])
    opened2[0] = 0.0
    if state[ENTRY_SIDE] == 0.0 and state[MOVES] == 0.0:
        return held(begin, end, times, opens, highs, lows, facts, terms, state, account, wakes,
                    opened2, rows2)  # fmt: skip
    for place in range(len(state)):
        state2[place] = state[place]
    for place in range(len(account)):
        account2[place] = account[place]
    for place in range(len(facts)):
        facts2[place] = facts[place]
    facts2[KEEPS] = NOTHING
    for i in range(begin, end):
        take(i, opens, highs, lows, closes, volumes, facts, bars)
        settle(i, times, bars, facts2, terms, state2, account2, inside, filled, tags, opened2,
               rows2, fills, sums2, zeros, given, memory)  # fmt: skip
        if state2[LOTS] != state[LOTS] or state2[ENTRY_SIDE] != state[ENTRY_SIDE]:
            return i
    return end
