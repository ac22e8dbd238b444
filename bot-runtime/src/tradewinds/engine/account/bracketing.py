"""What of a bracket moves with a position: steps of take profit, trailing stop, break-even, age.

An entry carries its parts; its fill turns them into prices and lots, closed bars move the stop
loss, and the fill step reads where things stand. A bar moves a stop for the bars after it alone:
what came first inside it is not known, so that a high never lifts a stop above the same bar's low.
Functions over flat buffers and scalars; `apply.py` and `filling/fills.py` call them for positions
that have such parts, all others pay one comparison.
"""

import math

from tradewinds.engine.records import (
    AGE,
    AT_PRICE,
    BARS_IN_TRADE,
    BEST,
    BREAK_EVEN,
    BY_DISTANCE,
    BY_FRACTION,
    BY_R,
    CLOSE,
    ENTRY_KIND,
    ENTRY_PARTS,
    EVEN_FROM,
    EVEN_STOP,
    HIGH,
    LIMIT,
    LIMIT_BAR,
    LOT,
    LOTS,
    LOW,
    MIN_NOTIONAL,
    MOVES,
    NO_PROTECTION,
    OPEN,
    PART_AGE,
    PART_EVEN,
    PART_EVEN_MODE,
    PART_EVEN_OFFSET,
    PART_FROM,
    PART_FROM_MODE,
    PART_SET,
    PART_STEP,
    PART_STEP_MODE,
    PART_STEP_SHARE,
    PART_STEP_SIZE_OF,
    PART_STEP_VALUE,
    PART_STEPS,
    PART_TRAIL,
    PART_TRAIL_MODE,
    PARTS_SIZE_OF,
    RAISED,
    RAISED_KIND,
    STEP,
    STEP_LOTS,
    STEP_SIZE_OF,
    STEP_TICKS,
    STEPS,
    STOP_LIMIT,
    TARGET_LOTS,
    TARGET_TICKS,
    TICK,
    TRAIL,
    TRAIL_FROM,
    TRAIL_MODE,
    TRAILING_STOP,
)
from tradewinds.engine.units import from_units, to_lots, to_ticks

Buffer = list[float]

WHOLE = 1.0 - 1e-9  # shares from here on are all of a position


def level(mode: float, value: float, price: float, direction: float, risk: float) -> float:
    """Return the price of a protection, in `direction` from the entry's; NaN for none."""
    if mode == BY_FRACTION:
        return price * (1.0 + direction * value)
    if mode == BY_DISTANCE:
        return price + direction * value
    if mode == BY_R:
        return price + direction * value * risk
    if mode == AT_PRICE:
        return value
    return math.nan


def resting(price: float, tick: float, side: float) -> float:
    """Return the ticks at which a protection rests, 0 where no price is."""
    return to_ticks(price, tick, side) if price > 0.0 else 0.0


def copy_parts(source: Buffer, at: int, out: Buffer, to: int) -> None:
    """Copy the parts of a bracket; without any the places are cleared."""
    if source[at + PART_SET] == 0.0:
        clear(out, to, PARTS_SIZE_OF)
        return
    for field in range(PARTS_SIZE_OF):
        out[to + field] = source[at + field]


def clear(buffer: Buffer, at: int, count: int) -> None:
    """Write zeros."""
    for field in range(count):
        buffer[at + field] = 0.0


def begin(
    state: Buffer,
    block: int,
    side: float,
    filled: float,
    risk: float,
    terms: Buffer,
    term: int,
    price: float,
) -> None:
    """Turn the parts of the entry that has filled into prices and lots.

    `price` is the position's average, from which gains count; `filled` that of the fill, from
    which the best price counts. A stop loss that closed bars have moved stays where it is.
    """
    parts = block + ENTRY_PARTS
    state[block + MOVES] = 1.0
    state[block + BEST] = filled
    state[block + LIMIT_BAR] = 0.0
    if state[block + ENTRY_KIND] == LIMIT or state[block + ENTRY_KIND] == STOP_LIMIT:
        state[block + LIMIT_BAR] = state[block + ENTRY_KIND]
    state[block + TRAIL_MODE] = state[parts + PART_TRAIL_MODE]
    state[block + TRAIL] = state[parts + PART_TRAIL]
    state[block + TRAIL_FROM] = 0.0
    if state[parts + PART_FROM_MODE] != NO_PROTECTION:
        mode = state[parts + PART_FROM_MODE]
        state[block + TRAIL_FROM] = level(mode, state[parts + PART_FROM], price, side, risk)
    state[block + EVEN_FROM] = 0.0
    if state[parts + PART_EVEN_MODE] != NO_PROTECTION:
        mode = state[parts + PART_EVEN_MODE]
        state[block + EVEN_FROM] = level(mode, state[parts + PART_EVEN], price, side, risk)
        state[block + EVEN_STOP] = price * (1.0 + side * state[parts + PART_EVEN_OFFSET])
    state[block + AGE] = state[parts + PART_AGE]
    place_steps(state, block, side, risk, terms, term, price)
    trail(state, block, side)


def place_steps(
    state: Buffer,
    block: int,
    side: float,
    risk: float,
    terms: Buffer,
    term: int,
    price: float,
) -> None:
    """Line the steps of take profit up, the nearest first, and let it rest.

    Each closes its share of what is held, rounded down to lots; the farthest takes what is left
    if the shares are all of it. A step below the venue's minimum is left out.
    """
    parts = block + ENTRY_PARTS
    steps = int(state[parts + PART_STEPS])
    state[block + STEPS] = 0.0
    state[block + TARGET_LOTS] = 0.0
    if steps == 0:
        return
    shares = 0.0
    for step in range(steps):
        at = parts + PART_STEP + step * PART_STEP_SIZE_OF
        wanted = level(state[at + PART_STEP_MODE], state[at + PART_STEP_VALUE], price, side, risk)
        ticks = resting(wanted, terms[term + TICK], -side)
        if ticks > 0.0:
            shares += state[at + PART_STEP_SHARE]
            line_up(state, block, side, ticks, state[at + PART_STEP_SHARE])
    share_out(state, block, terms, term, shares)
    next_step(state, block)


def line_up(state: Buffer, block: int, side: float, ticks: float, share: float) -> None:
    """Put a step among those that wait, by its distance; its share stands in for its lots."""
    at = block + STEP + int(state[block + STEPS]) * STEP_SIZE_OF
    while at > block + STEP and side * (state[at - STEP_SIZE_OF + STEP_TICKS] - ticks) > 0.0:
        state[at + STEP_TICKS] = state[at - STEP_SIZE_OF + STEP_TICKS]
        state[at + STEP_LOTS] = state[at - STEP_SIZE_OF + STEP_LOTS]
        at -= STEP_SIZE_OF
    state[at + STEP_TICKS] = ticks
    state[at + STEP_LOTS] = share
    state[block + STEPS] += 1.0


def share_out(state: Buffer, block: int, terms: Buffer, term: int, shares: float) -> None:
    """Turn the shares of the steps into lots."""
    held = abs(state[block + LOTS])
    left = held
    steps = int(state[block + STEPS])
    kept = block + STEP
    for step in range(steps):
        at = block + STEP + step * STEP_SIZE_OF
        ticks = state[at + STEP_TICKS]
        lots = min(to_lots(state[at + STEP_LOTS] * held, 1.0), left)
        if step == steps - 1 and shares >= WHOLE:
            lots = left
        notional = from_units(lots, terms[term + LOT]) * from_units(ticks, terms[term + TICK])
        if lots > 0.0 and (notional >= terms[term + MIN_NOTIONAL] or lots == left):
            state[kept + STEP_TICKS] = ticks
            state[kept + STEP_LOTS] = lots
            kept += STEP_SIZE_OF
            left -= lots
    state[block + STEPS] = float((kept - block - STEP) // STEP_SIZE_OF)


def next_step(state: Buffer, block: int) -> None:
    """Let the nearest step that waits rest; without one no take profit does."""
    steps = int(state[block + STEPS])
    state[block + TARGET_TICKS] = 0.0
    state[block + TARGET_LOTS] = 0.0
    if steps == 0:
        return
    at = block + STEP
    state[block + TARGET_TICKS] = state[at + STEP_TICKS]
    state[block + TARGET_LOTS] = state[at + STEP_LOTS]
    for field in range((steps - 1) * STEP_SIZE_OF):
        state[at + field] = state[at + field + STEP_SIZE_OF]
    state[block + STEPS] = steps - 1.0


def trail(state: Buffer, block: int, side: float) -> None:
    """Move the stop loss behind the best price, if the trailing stop follows by now."""
    start = state[block + TRAIL_FROM]
    best = state[block + BEST]
    mode = state[block + TRAIL_MODE]
    if mode != NO_PROTECTION and (start == 0.0 or side * (best - start) >= 0.0):
        stop = level(mode, state[block + TRAIL], best, -side, math.nan)
        lift(state, block, side, stop, TRAILING_STOP)


def lift(state: Buffer, block: int, side: float, stop: float, kind: float) -> None:
    """Move the stop loss to a better price; it never goes back."""
    there = state[block + RAISED]
    if stop > 0.0 and (there == 0.0 or side * (stop - there) > 0.0):
        state[block + RAISED] = stop
        state[block + RAISED_KIND] = float(kind)


def follow(bars: Buffer, bar: int, state: Buffer, block: int) -> None:
    """Let a closed bar move the stop loss of a position.

    In the bar of a limit entry that filled after the open, its close alone counts, since its best
    price may have come before. Until then BEST is the price of that fill.
    """
    side = 1.0 if state[block + LOTS] > 0.0 else -1.0
    reached = bars[bar + HIGH] if side > 0.0 else bars[bar + LOW]
    kind = state[block + LIMIT_BAR]
    if kind == STOP_LIMIT or (
        kind == LIMIT and side * (bars[bar + OPEN] - state[block + BEST]) > 0
    ):
        reached = bars[bar + CLOSE]
    state[block + LIMIT_BAR] = 0.0
    if side * (reached - state[block + BEST]) > 0.0:
        state[block + BEST] = reached
    start = state[block + EVEN_FROM]
    if start > 0.0 and side * (state[block + BEST] - start) >= 0.0:
        lift(state, block, side, state[block + EVEN_STOP], BREAK_EVEN)
        state[block + EVEN_FROM] = 0.0
    trail(state, block, side)


def of_age(state: Buffer, block: int) -> bool:
    """Whether the time stop closes the position at this bar's open."""
    age = state[block + AGE]
    return age > 0.0 and state[block + BARS_IN_TRADE] + 1.0 >= age


def moved_stop(state: Buffer, block: int, stop: float, tick: float, side: float) -> float:
    """Return the price of the stop that closed bars have moved, 0 where the stop loss is tighter.

    `stop` is the stop loss as the entry had it, 0 for none.
    """
    raised = state[block + RAISED]
    if raised == 0.0:
        return 0.0
    raised = from_units(to_ticks(raised, tick, -side), tick)
    return raised if stop == 0.0 or side * (raised - stop) > 0.0 else 0.0
