"""A position that changes hands: what of a symbol's block belongs to it, by name.

A Strategy that is made anew may take over what a deleted one of its name still holds. A ledger
outlives versions, so the position is written there by names and never as a raw piece of state.
Entry orders do not change hands, so their fields are not here.
"""

import math
from collections.abc import Mapping
from typing import Any, Final

from tradewinds.engine.account.apply import close_position
from tradewinds.engine.records import (
    ADDED,
    AGE,
    AVERAGE_PRICE,
    BARS_IN_TRADE,
    BEST,
    BUY,
    ENTER,
    EVEN_FROM,
    EVEN_STOP,
    EXIT_LOTS,
    FILL_EFFECT,
    FILL_KIND,
    FILL_LOTS,
    FILL_SIDE,
    FILL_SIZE_OF,
    FILL_SYMBOL,
    FILL_TICKS,
    LAST_CLOSE,
    LAST_FILL_PRICE,
    LAST_LOTS,
    LEAVING,
    LIMIT_BAR,
    LOTS,
    MARKET,
    MOST_ADDS,
    MOST_STEPS,
    MOVES,
    RAISED,
    RAISED_KIND,
    SELL,
    STEP,
    STEP_SIZE_OF,
    STEPS,
    STOP_TICKS,
    TARGET_LOTS,
    TARGET_TICKS,
    TRAIL,
    TRAIL_FROM,
    TRAIL_MODE,
)

Buffer = list[float]

FIELDS: Final[Mapping[str, int]] = {
    "lots": LOTS,
    "averagePrice": AVERAGE_PRICE,
    "lastFillPrice": LAST_FILL_PRICE,
    "barsInTrade": BARS_IN_TRADE,
    "exitLots": EXIT_LOTS,
    "stopTicks": STOP_TICKS,
    "targetTicks": TARGET_TICKS,
    "lastClose": LAST_CLOSE,
    "moves": MOVES,
    "targetLots": TARGET_LOTS,
    "best": BEST,
    "limitBar": LIMIT_BAR,
    "trailMode": TRAIL_MODE,
    "trail": TRAIL,
    "trailFrom": TRAIL_FROM,
    "raised": RAISED,
    "raisedKind": RAISED_KIND,
    "evenFrom": EVEN_FROM,
    "evenStop": EVEN_STOP,
    "age": AGE,
    "steps": STEPS,
    "lastLots": LAST_LOTS,
    "leaving": LEAVING,
}
RUNS: Final[Mapping[str, tuple[int, int]]] = {
    "step": (STEP, MOST_STEPS * STEP_SIZE_OF),
    "added": (ADDED, MOST_ADDS),
}
"""Fields that follow one another: the first, and how many."""


def position_json(state: Buffer, block: int) -> dict[str, Any]:
    """Return the position of the symbol whose block begins at `block`; zeros are left out."""
    single = {name: state[block + field] for name, field in FIELDS.items()}
    body: dict[str, Any] = {
        name: None if math.isnan(value) else value for name, value in single.items() if value != 0.0
    }
    for name, (first, count) in RUNS.items():
        values = state[block + first : block + first + count]
        if any(values):
            body[name] = values
    return body


def take(body: Mapping[str, Any], state: Buffer, block: int) -> None:
    """Write a position as `position_json` has it; entry orders of the symbol stay."""
    for name, field in FIELDS.items():
        value = body.get(name, 0.0)
        state[block + field] = math.nan if value is None else float(value)
    for name, (first, count) in RUNS.items():
        values = [float(value) for value in body.get(name, ())][:count]
        state[block + first : block + first + count] = values + [0.0] * (count - len(values))


def let_go(state: Buffer, block: int) -> None:
    """Take the position away, as if it had been closed."""
    state[block + LOTS] = 0.0
    close_position(state, block)


def bought_row(body: Mapping[str, Any], symbol: int, tick: float) -> Buffer:
    """Return the fill by which the whole position would be entered at its average, without a fee.

    An average price need not lie on the grid, so neither do the ticks.
    """
    row = [0.0] * FILL_SIZE_OF
    row[FILL_SYMBOL] = float(symbol)
    row[FILL_EFFECT] = float(ENTER)
    row[FILL_SIDE] = float(BUY if body["lots"] > 0 else SELL)
    row[FILL_KIND] = float(MARKET)
    row[FILL_LOTS] = abs(float(body["lots"]))
    row[FILL_TICKS] = body["averagePrice"] / tick
    return row
