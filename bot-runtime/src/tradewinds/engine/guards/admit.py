"""Which intentions come to sizing, and in what order: the step between a decider and `size`.

Cash and places go to who is served first. Entries that have a priority are served by it, the
highest first, after everything that closes or takes back; those without one last, in the order in
which they were wanted. Functions over flat buffers and scalars, like the fill step.
"""

import math

from tradewinds.engine.guards.cron import waits
from tradewinds.engine.guards.hours import is_open
from tradewinds.engine.guards.layout import FLATTEN, OUTSIDE, WAITING
from tradewinds.engine.guards.pauses import held_by
from tradewinds.engine.records import (
    BUY,
    CANCEL,
    ENTER,
    ENTRY_SIDE,
    EXIT,
    INTENT_ACTION,
    INTENT_KIND,
    INTENT_PRICE,
    INTENT_PRIORITY,
    INTENT_SIDE,
    INTENT_SIZE_MODE,
    INTENT_SIZE_OF,
    INTENT_SYMBOL,
    INTENT_TAG,
    LOTS,
    MARKET,
    SELL,
    SIZE_PLAN,
)

Buffer = list[float]
SERVED = 0.0


def serve(intents: Buffer, n: int, m: int, wanted: Buffer) -> int:
    """Copy n intentions behind the m of `wanted`, in the order of serving; return how many are."""
    by_priority = False
    for i in range(n):
        row = i * INTENT_SIZE_OF
        entering = intents[row + INTENT_ACTION] == ENTER
        if entering and not math.isnan(intents[row + INTENT_PRIORITY]):
            by_priority = True
    for i in range(n):
        action = intents[i * INTENT_SIZE_OF + INTENT_ACTION]
        if action > 0.0 and not (by_priority and action == ENTER):
            m = take(intents, i, m, wanted)
    if by_priority:
        i = first_entry(intents, n)
        while i >= 0:
            m = take(intents, i, m, wanted)
            i = first_entry(intents, n)
    return m


def first_entry(intents: Buffer, n: int) -> int:
    """Return the entry of the highest priority that is not served yet, -1 when all are."""
    best = -1
    highest = math.nan
    for i in range(n):
        row = i * INTENT_SIZE_OF
        if intents[row + INTENT_ACTION] == ENTER:
            priority = intents[row + INTENT_PRIORITY]
            ahead = priority > highest or (math.isnan(highest) and not math.isnan(priority))
            if best < 0 or ahead:
                best = i
                highest = priority
    return best


def take(intents: Buffer, i: int, m: int, wanted: Buffer) -> int:
    """Copy intention i to place m, and mark it as served."""
    for field in range(INTENT_SIZE_OF):
        wanted[m * INTENT_SIZE_OF + field] = intents[i * INTENT_SIZE_OF + field]
    intents[i * INTENT_SIZE_OF + INTENT_ACTION] = SERVED
    return m + 1


def admit(
    intents: Buffer,
    n: int,
    state: Buffer,
    stride: int,
    symbols: int,
    time: float,
    settings: Buffer,
    guards: Buffer,
    wanted: Buffer,
) -> int:
    """Write the intentions that may be sized, in the order of serving; return how many.

    Entries that are held back stay in `intents`, the reason's negative in the place of their
    action; an entry order that waits is taken back, unless the next trigger is all that it is for.
    `wanted` has room for n rows and two a symbol.
    """
    m = 0
    outside = not is_open(time, settings)
    for symbol in range(symbols):
        why = OUTSIDE if outside else held_by(symbol, time, settings, guards)
        if why > 0:
            hold_back(intents, n, symbol, why)
            if state[symbol * stride + ENTRY_SIDE] != 0.0:
                m = want(symbol, CANCEL, BUY, why, m, wanted)
        elif waits(settings, guards):
            hold_back(intents, n, symbol, WAITING)
    flattens = outside and settings[FLATTEN] == 1.0
    if flattens:
        leave_whole(intents, n)
    m = serve(intents, n, m, wanted)
    if flattens:
        for symbol in range(symbols):
            lots = state[symbol * stride + LOTS]
            if lots != 0.0:
                m = want(symbol, EXIT, SELL if lots > 0.0 else BUY, OUTSIDE, m, wanted)
    return m


def leave_whole(intents: Buffer, n: int) -> None:
    """Let what would close a part of a position close all of it."""
    for i in range(n):
        if intents[i * INTENT_SIZE_OF + INTENT_ACTION] == EXIT:
            intents[i * INTENT_SIZE_OF + INTENT_SIZE_MODE] = float(SIZE_PLAN)


def hold_back(intents: Buffer, n: int, symbol: int, why: int) -> None:
    """Take the entries of a symbol out of those that are served."""
    for i in range(n):
        row = i * INTENT_SIZE_OF
        if intents[row + INTENT_SYMBOL] == symbol and intents[row + INTENT_ACTION] == ENTER:
            intents[row + INTENT_ACTION] = float(-why)


def want(symbol: int, action: int, side: int, why: int, m: int, wanted: Buffer) -> int:
    """Write what a guard wants itself, at place m."""
    row = m * INTENT_SIZE_OF
    for field in range(INTENT_SIZE_OF):
        wanted[row + field] = 0.0
    wanted[row + INTENT_SYMBOL] = float(symbol)
    wanted[row + INTENT_ACTION] = float(action)
    wanted[row + INTENT_SIDE] = float(side)
    wanted[row + INTENT_KIND] = float(MARKET)
    wanted[row + INTENT_PRICE] = math.nan
    wanted[row + INTENT_TAG] = float(-why)
    wanted[row + INTENT_PRIORITY] = math.nan
    return m + 1
