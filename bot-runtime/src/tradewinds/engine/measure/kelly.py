"""Kelly's share, from the Strategy's own last trades: functions over flat buffers and scalars.

J. L. Kelly, "A New Interpretation of Information Rate" (1956): with a share W of winners that gain
R times what losers lose, capital grows fastest with the share W - (1 - W) / R of it in each bet.
"""

from tradewinds.engine.account.profits import COST, MADE, PROFIT_SIZE_OF, end, follow
from tradewinds.engine.measure.layout import (
    CAP,
    DONE,
    FLOOR,
    NEXT_DONE,
    PART,
    RETURNS,
    START,
    TRADES,
)
from tradewinds.engine.records import FILL_SYMBOL

Buffer = list[float]


def trade_of(symbol: int, settings: Buffer) -> int:
    """Return where the open trade of a symbol is followed."""
    return RETURNS + int(settings[TRADES]) + symbol * PROFIT_SIZE_OF


def learn(rows: Buffer, row: int, settings: Buffer, state: Buffer, terms: Buffer) -> None:
    """Take the fill row that starts at `row`; a trade that it ends is kept with its return."""
    at = trade_of(int(rows[row + FILL_SYMBOL]), settings)
    if not follow(rows, row, state, at, terms):
        return
    most = int(settings[TRADES])
    place = int(state[NEXT_DONE])
    state[RETURNS + place] = state[at + MADE] / state[at + COST]
    state[NEXT_DONE] = float((place + 1) % most)
    state[DONE] = min(state[DONE] + 1.0, float(most))
    end(state, at)


def share_by_kelly(settings: Buffer, state: Buffer) -> float:
    """Return the share of the equity for an entry."""
    count = int(settings[TRADES])
    if state[DONE] < count:
        return settings[START]
    winners = losers = gained = lost = 0.0
    for place in range(count):
        made = state[RETURNS + place]
        if made > 0.0:
            winners += 1.0
            gained += made
        elif made < 0.0:
            losers += 1.0
            lost -= made
    if winners == 0.0:
        return settings[FLOOR]
    share = winners / count
    if losers > 0.0:
        share -= (1.0 - share) * (lost / losers) / (gained / winners)
    return min(max(share * settings[PART], settings[FLOOR]), settings[CAP])
