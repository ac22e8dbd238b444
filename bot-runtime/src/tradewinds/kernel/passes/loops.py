"""The loops over bars, in Numba's subset: what the engine's event loop does, bar set by bar set.

`whole` steps the program at each bar set and serves any program for any number of symbols. `blocks`
is for one symbol without gaps: what reads no position runs a block of bars ahead, and of the rest
only those bars are looked at on which something can fill, or at whose close something can be
decided; `quiet` passes over the others.

Columns of bars hold all bars of the first symbol, then of the next; NaN is a gap. `facts` are whole
numbers of the run, `sizing` is the plan's mode and figure, and `ends` has the last bar of each UTC
day that counts.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN201, ARG001  # entries take all buffers alike; Numba finds the types: NDArrays of floats, whole numbers in facts

from __future__ import annotations

from tradewinds.engine.account.apply import accept, equity, mark
from tradewinds.engine.account.funding import fund
from tradewinds.engine.filling.fills import match
from tradewinds.engine.outcome.curves import follow
from tradewinds.engine.outcome.trips import TRADE_SIZE_OF, fill_trade, widen
from tradewinds.engine.records import (
    BAR_SIZE,
    CANCEL,
    CLOSE,
    EXIT,
    FILL_KIND,
    FILL_LOTS,
    FILL_SIZE_OF,
    FUNDING,
    HIGH,
    LOTS,
    LOW,
    OPEN,
    ORDER_EFFECT,
    ORDER_PARTS,
    ORDER_SIZE_OF,
    ORDER_SYMBOL,
    ORDER_TAG,
    VOLUME,
)
from tradewinds.engine.sizing.size import size
from tradewinds.kernel.passes.facts import (
    ALL,
    BARS,
    BLOCK,
    DECIDES,
    ENDS,
    EXPOSED,
    FILLS,
    FIRST,
    KEEPS,
    LENGTH,
    MOST_OPEN,
    NOTHING,
    ORDERS,
    ORIGIN,
    STRIDE,
    SYMBOLS,
    TRADES,
)
from tradewinds.kernel.passes.plain import (
    asks,
    closed,
    complete,
    passed,
    prepare,
    prepared,
    rates,
    reach,
    word_of,
)
from tradewinds.kernel.passes.quiet import quiet, wake_of
from tradewinds.kernel.passes.sums import close_trade


def step(time, bars, state, parameters, offsets, out):
    """Stand for the step of a program; the program's own takes its place."""
    return 0


def ahead(
    begin, end, times, opens, highs, lows, closes, volumes, length, state, parameters, offsets,
    wakes, tests, values,
):  # fmt: skip
    """Stand for what runs ahead of the bars from begin to end; made of the program's step."""


def decide(j, state, parameters, offsets, tests, values, out):
    """Stand for the decision at bar j of a block; made of the program's step."""
    return 0


def whole(
    begin, until, times, opens, highs, lows, closes, volumes, ends, facts, sizing, terms,
    parameters, offsets, state, account, bars, inside, filled, intents, sized, wakes, tests, values,
    tags, opened, rows, curve, days, dates, orders, fills, worth, sums, zeros, given,
    memory, wishes,
):  # fmt: skip
    """Run bar sets from `begin` until one; return where it stopped, since a log may be full."""
    for i in range(begin, until):
        if is_full(facts, orders, fills, rows, sized, filled):
            return i
        take(i, opens, highs, lows, closes, volumes, facts, bars)
        settle(i, times, bars, facts, terms, state, account, inside, filled, tags, opened, rows,
               fills, sums, zeros, given, memory)  # fmt: skip
        n = step(times[i] + facts[LENGTH], bars, state, parameters, offsets, intents)
        if i < facts[DECIDES]:
            n = 0
        if n > 0 or asks(i, times, facts, state, given, memory):
            order(i, n, times, facts, sizing, terms, state, account, intents, sized, tags, orders,
                  given, memory, wishes)  # fmt: skip
        if i >= facts[FIRST]:
            keep(i, times, facts, terms, state, account, curve, days, dates, worth)
    return until


def blocks(
    begin, until, times, opens, highs, lows, closes, volumes, ends, facts, sizing, terms,
    parameters, offsets, state, account, bars, inside, filled, intents, sized, wakes, tests, values,
    tags, opened, rows, curve, days, dates, orders, fills, worth, sums, zeros, given,
    memory, wishes,
):  # fmt: skip
    """Run as `whole` does, a block of bars at a time."""
    i = begin
    while i < until:
        if i >= facts[ENDS]:
            facts[ORIGIN] = i
            facts[ENDS] = min(i + BLOCK, facts[BARS])
            ahead(i, facts[ENDS], times, opens, highs, lows, closes, volumes, facts[LENGTH], state,
                  parameters, offsets, wakes, tests, values)  # fmt: skip
        end = min(until, facts[ENDS])
        i = traded(i, end, times, opens, highs, lows, closes, volumes, ends, facts, sizing, terms,
                   parameters, offsets, state, account, bars, inside, filled, intents, sized, wakes,
                   tests, values, tags, opened, rows, curve, days, dates, orders, fills, worth,
                   sums, zeros, given, memory, wishes)  # fmt: skip
        if i < end:
            break
    return i


def traded(
    begin, end, times, opens, highs, lows, closes, volumes, ends, facts, sizing, terms,
    parameters, offsets, state, account, bars, inside, filled, intents, sized, wakes, tests, values,
    tags, opened, rows, curve, days, dates, orders, fills, worth, sums, zeros, given,
    memory, wishes,
):  # fmt: skip
    """Trade the bars from begin to end, behind what ran ahead of them; return as `whole`."""
    origin = facts[ORIGIN]
    i = max(begin, min(end, facts[FIRST]))
    if i > begin:
        passed(begin, i, times, closes, facts, terms, state, account, bars, given, memory)
    while i < end and not is_full(facts, orders, fills, rows, sized, filled):
        until = reach(i, end, times, facts, state, given, memory)
        last = quiet(i, until, times, opens, highs, lows, closes, ends, facts, terms, state,
                     account, wakes, opened, rows, curve, days, worth, dates)  # fmt: skip
        if last == i:
            take(i, opens, highs, lows, closes, volumes, facts, bars)
            settle(i, times, bars, facts, terms, state, account, inside, filled, tags, opened,
                   rows, fills, sums, zeros, given, memory)  # fmt: skip
            keep(i, times, facts, terms, state, account, curve, days, dates, worth)
            last += 1
        else:
            passed(i, last, times, closes, facts, terms, state, account, bars, given, memory)
        i = last
        if i > facts[DECIDES]:
            n = 0
            if wakes[i - 1 - origin] & wake_of(state) != 0:
                n = decide(i - 1 - origin, state, parameters, offsets, tests, values, intents)
            if n > 0 or asks(i - 1, times, facts, state, given, memory):
                order(i - 1, n, times, facts, sizing, terms, state, account, intents, sized, tags,
                      orders, given, memory, wishes)  # fmt: skip
    return i


def take(i, opens, highs, lows, closes, volumes, facts, bars):
    """Put bar set i into `bars`."""
    for symbol in range(facts[SYMBOLS]):
        row = symbol * BAR_SIZE
        at = symbol * facts[BARS] + i
        bars[row + OPEN] = opens[at]
        bars[row + HIGH] = highs[at]
        bars[row + LOW] = lows[at]
        bars[row + CLOSE] = closes[at]
        bars[row + VOLUME] = volumes[at]


def settle(
    i, times, bars, facts, terms, state, account, inside, filled, tags, opened, rows, fills, sums,
    zeros, given, memory,
):  # fmt: skip
    """Fill what bar set i fills, follow the trades, and close it."""
    stride, symbols = facts[STRIDE], facts[SYMBOLS]
    time = float(times[i])
    today = rates(i, times, facts, terms, given, memory)
    m = n = match(bars, state, account, today, stride, symbols, inside, filled)
    if i > 0:
        length = facts[LENGTH]
        after, until = float(times[i - 1] + length), float(times[i] + length)
        n = fund(after, until, bars, state, account, terms, stride, symbols, n, filled)
    for row in range(n):
        at = row * FILL_SIZE_OF
        if facts[KEEPS] == ALL:
            log(i, filled, at, FILL_SIZE_OF, fills, facts[FILLS])
            facts[FILLS] += 1
        if filled[at + FILL_LOTS] != 0.0 or filled[at + FILL_KIND] == FUNDING:
            trade(at, time, filled, facts, terms, tags, opened, rows, sums, zeros)
    widen(bars, time, symbols, opened, rows)
    mark(bars, state, stride, symbols)
    closed(i, m, n, times, bars, filled, facts, terms, state, account, given, memory)


def trade(at, time, filled, facts, terms, tags, opened, rows, sums, zeros):
    """Add a fill to its trade; one that it closes is summed up, and kept if trades are."""
    symbol = int(filled[at])
    number = facts[TRADES] if facts[KEEPS] != NOTHING else symbol
    row = int(opened[symbol]) if opened[symbol] >= 0.0 else number * TRADE_SIZE_OF
    n = fill_trade(filled, at, time, tags, terms, opened, rows, number)
    if facts[KEEPS] != NOTHING:
        facts[TRADES] = n
    if opened[symbol] < 0.0:
        close_trade(row, float(facts[LENGTH]), terms, zeros, rows, sums)


def order(
    i, n, times, facts, sizing, terms, state, account, intents, sized, tags, orders, given, memory,
    wishes,
):  # fmt: skip
    """Size n intentions at the close of bar set i, and let the orders live."""
    stride, symbols = facts[STRIDE], facts[SYMBOLS]
    value = equity(state, account, terms, stride, symbols)
    n = prepare(i, n, times, facts, sizing, terms, state, account, intents, value, given, memory,
                wishes)  # fmt: skip
    m = size(prepared(intents, wishes), n, state, account, terms, stride, symbols, value, sizing[0],
             sizing[1], facts[MOST_OPEN], sized)  # fmt: skip
    m = complete(m, sized, given)
    for row in range(m):
        at = row * ORDER_SIZE_OF
        accept(sized, at, state, stride)
        if sized[at + ORDER_EFFECT] != CANCEL:
            leaves = 1 if sized[at + ORDER_EFFECT] == EXIT else 0
            tag = word_of(sized[at + ORDER_TAG], given)
            tags[2 * int(sized[at + ORDER_SYMBOL]) + leaves] = tag
        if facts[KEEPS] == ALL:
            log(i, sized, at, ORDER_PARTS, orders, facts[ORDERS])
            facts[ORDERS] += 1


def keep(i, times, facts, terms, state, account, curve, days, dates, worth):
    """Follow the equity at the close of bar set i, and whether a position is held."""
    stride, symbols = facts[STRIDE], facts[SYMBOLS]
    value = equity(state, account, terms, stride, symbols)
    follow(float(times[i] + facts[LENGTH]), value, curve, days, dates)
    for symbol in range(symbols):
        if state[symbol * stride + LOTS] != 0.0:
            facts[EXPOSED] += 1
            break
    if facts[KEEPS] == ALL:
        worth[i - facts[FIRST]] = value


def log(i, rows, row, width, kept, number):
    """Keep a row behind the number of its bar set."""
    place = number * (width + 1)
    kept[place] = float(i)
    for field in range(width):
        kept[place + 1 + field] = rows[row + field]


def is_full(facts, orders, fills, rows, sized, filled):
    """Whether what is kept might not have room for one more bar set."""
    if facts[KEEPS] == 0:
        return False
    more = len(filled) // FILL_SIZE_OF
    if (facts[TRADES] + facts[SYMBOLS] * 2) * TRADE_SIZE_OF > len(rows):
        return True
    if facts[KEEPS] != ALL:
        return False
    ordered = facts[ORDERS] + len(sized) // ORDER_SIZE_OF
    if ordered * (ORDER_PARTS + 1) > len(orders):
        return True
    return (facts[FILLS] + more) * (FILL_SIZE_OF + 1) > len(fills)
