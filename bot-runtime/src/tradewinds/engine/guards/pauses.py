"""The protections: pauses that fills and closes set off. Functions over flat buffers and scalars.

A trade goes from flat to flat; its profit is what its fills did to the cash, fees included. For
each bar set: `count` first, then `fill` for each of its fills in order, then `watch` the equity.
"""

import math

from tradewinds.engine.account.profits import COST, MADE, end, follow
from tradewinds.engine.guards.layout import (
    BARS,
    COOLDOWN_IN_BARS,
    COOLDOWN_PAUSE,
    COOLDOWN_UNTIL,
    COOLING,
    HEAD_SIZE_OF,
    LOCK_DRAWDOWN,
    LOCK_IN_BARS,
    LOCK_PAUSE,
    LOCK_ROOM,
    LOCK_STEP,
    LOCK_UNTIL,
    LOCK_WITHIN,
    LOCKED,
    LOSS_NEXT,
    LOSSES,
    PEAK_FIRST,
    PEAKS,
    PROFIT_BELOW,
    PROFIT_IN_BARS,
    PROFIT_PAUSE,
    PROFIT_TRADES,
    PROFIT_UNTIL,
    PROFIT_WITHIN,
    SETS,
    STREAK,
    STREAK_IN_BARS,
    STREAK_LOSSES,
    STREAK_PAUSE,
    STREAK_UNTIL,
    STREAK_WITHIN,
    SYMBOL_SIZE_OF,
    TRADE,
    TRADE_NEXT,
    TRADES,
    UNPROFITABLE,
)
from tradewinds.engine.records import BAR_SIZE, CLOSE, FILL_SYMBOL

Buffer = list[float]


def head_size(settings: Buffer) -> int:
    """Return how many floats the Strategy's own state takes."""
    return HEAD_SIZE_OF + int(settings[STREAK_LOSSES]) + 2 * int(settings[LOCK_ROOM])


def place_of(symbol: int, settings: Buffer) -> int:
    """Return where a symbol's state begins."""
    size = SYMBOL_SIZE_OF + 2 * int(settings[PROFIT_TRADES])
    return head_size(settings) + symbol * size


def held_by(symbol: int, time: float, settings: Buffer, guards: Buffer) -> int:
    """Return which protection holds the symbol's entries back at this close, 0 for none."""
    own = place_of(symbol, settings)
    sets, bars = guards[SETS], guards[own + BARS]
    if clock(sets, time, settings[LOCK_IN_BARS]) < guards[LOCK_UNTIL]:
        return LOCKED
    if clock(sets, time, settings[STREAK_IN_BARS]) < guards[STREAK_UNTIL]:
        return STREAK
    if clock(bars, time, settings[COOLDOWN_IN_BARS]) < guards[own + COOLDOWN_UNTIL]:
        return COOLING
    if clock(bars, time, settings[PROFIT_IN_BARS]) < guards[own + PROFIT_UNTIL]:
        return UNPROFITABLE
    return 0


def clock(bars: float, time: float, in_bars: float) -> float:
    """Return what a pause is measured by."""
    return bars if in_bars == 1.0 else float(time)


def count(bars: Buffer, settings: Buffer, guards: Buffer, symbols: int) -> None:
    """Count a bar set and the bars in it."""
    guards[SETS] += 1.0
    for symbol in range(symbols):
        if not math.isnan(bars[symbol * BAR_SIZE + CLOSE]):
            guards[place_of(symbol, settings) + BARS] += 1.0


def fill(
    rows: Buffer, row: int, time: float, settings: Buffer, guards: Buffer, terms: Buffer
) -> None:
    """Take the fill row that starts at `row`, in the bar set that closed at `time`."""
    own = place_of(int(rows[row + FILL_SYMBOL]), settings)
    if follow(rows, row, guards, own + TRADE, terms):
        end_trade(own, time, settings, guards)


def end_trade(own: int, time: float, settings: Buffer, guards: Buffer) -> None:
    """Let the protections know of a trade that has ended; `own` is its symbol's state."""
    profit = guards[own + TRADE + MADE]
    gain = profit / guards[own + TRADE + COST]
    end(guards, own + TRADE)
    if settings[COOLDOWN_PAUSE] > 0.0:
        now = clock(guards[own + BARS], time, settings[COOLDOWN_IN_BARS])
        guards[own + COOLDOWN_UNTIL] = now + settings[COOLDOWN_PAUSE]
    if settings[STREAK_LOSSES] > 0.0:
        lose(profit, time, settings, guards)
    if settings[PROFIT_TRADES] > 0.0:
        pay(own, gain, time, settings, guards)


def lose(profit: float, time: float, settings: Buffer, guards: Buffer) -> None:
    """Count a loss, or end the streak; enough losses pause the Strategy and count anew."""
    if profit >= 0.0:
        guards[LOSSES] = 0.0
        return
    most = int(settings[STREAK_LOSSES])
    place = int(guards[LOSS_NEXT])
    guards[HEAD_SIZE_OF + place] = float(time)
    place = (place + 1) % most
    guards[LOSS_NEXT] = float(place)
    guards[LOSSES] = min(guards[LOSSES] + 1.0, float(most))
    oldest = guards[HEAD_SIZE_OF + place]
    if guards[LOSSES] == most and time - oldest <= settings[STREAK_WITHIN]:
        now = clock(guards[SETS], time, settings[STREAK_IN_BARS])
        guards[STREAK_UNTIL] = now + settings[STREAK_PAUSE]
        guards[LOSSES] = 0.0


def pay(own: int, gain: float, time: float, settings: Buffer, guards: Buffer) -> None:
    """Note a trade's return; if the last ones together are too low, the symbol pauses."""
    most = int(settings[PROFIT_TRADES])
    ring = own + SYMBOL_SIZE_OF
    place = int(guards[own + TRADE_NEXT])
    guards[ring + 2 * place] = float(time)
    guards[ring + 2 * place + 1] = gain
    place = (place + 1) % most
    guards[own + TRADE_NEXT] = float(place)
    guards[own + TRADES] = min(guards[own + TRADES] + 1.0, float(most))
    if guards[own + TRADES] < most or time - guards[ring + 2 * place] > settings[PROFIT_WITHIN]:
        return
    total = 0.0
    for trade in range(most):
        total += guards[ring + 2 * trade + 1]
    if total < settings[PROFIT_BELOW]:
        now = clock(guards[own + BARS], time, settings[PROFIT_IN_BARS])
        guards[own + PROFIT_UNTIL] = now + settings[PROFIT_PAUSE]
        guards[own + TRADES] = 0.0


def watch(time: float, equity: float, settings: Buffer, guards: Buffer) -> None:
    """Compare the equity of a close with its peak; a fall too deep locks the Strategy."""
    if settings[LOCK_DRAWDOWN] == 0.0:
        return
    now = clock(guards[SETS], time, settings[LOCK_IN_BARS])
    if now < guards[LOCK_UNTIL]:
        return
    peak = highest(time, equity, settings, guards)
    if peak - equity >= settings[LOCK_DRAWDOWN] * peak:
        guards[LOCK_UNTIL] = now + settings[LOCK_PAUSE]
        guards[PEAKS] = 0.0


def highest(time: float, equity: float, settings: Buffer, guards: Buffer) -> float:
    """Take an equity in and return the highest of the window.

    The peaks are a ring of falling equities, so that the oldest is the highest; one that is no
    higher than a later one is dropped, and so is all but the highest of one step.
    """
    ring = HEAD_SIZE_OF + int(settings[STREAK_LOSSES])
    room = int(settings[LOCK_ROOM])
    first, n = int(guards[PEAK_FIRST]), int(guards[PEAKS])
    while n > 0 and time - guards[ring + 2 * first] > settings[LOCK_WITHIN]:
        first = (first + 1) % room
        n -= 1
    last = ring + 2 * ((first + n - 1) % room)
    while n > 0 and guards[last + 1] <= equity:
        n -= 1
        last = ring + 2 * ((first + n - 1) % room)
    step = settings[LOCK_STEP]
    if n == 0 or math.floor(guards[last] / step) < math.floor(time / step):
        last = ring + 2 * ((first + n) % room)
        guards[last] = float(time)
        guards[last + 1] = equity
        n += 1
    guards[PEAK_FIRST], guards[PEAKS] = float(first), float(n)
    return guards[ring + 2 * first + 1]
