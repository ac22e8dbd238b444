"""Entries that do not say their size get the measured one, as a share of the equity."""

from tradewinds.engine.measure.kelly import share_by_kelly
from tradewinds.engine.measure.layout import VOLATILITY, WAY
from tradewinds.engine.measure.volatility import share_by_volatility
from tradewinds.engine.records import (
    ENTER,
    INTENT_ACTION,
    INTENT_SIZE,
    INTENT_SIZE_MODE,
    INTENT_SIZE_OF,
    INTENT_SYMBOL,
    SIZE_EQUITY,
    SIZE_PLAN,
)

Buffer = list[float]


def resize(intents: Buffer, n: int, settings: Buffer, state: Buffer) -> None:
    """Size each of the n intentions that enters by the Strategy's own `sizing`."""
    for i in range(n):
        row = i * INTENT_SIZE_OF
        if intents[row + INTENT_ACTION] != ENTER or intents[row + INTENT_SIZE_MODE] != SIZE_PLAN:
            continue
        intents[row + INTENT_SIZE_MODE] = float(SIZE_EQUITY)
        if settings[WAY] == VOLATILITY:
            symbol = int(intents[row + INTENT_SYMBOL])
            intents[row + INTENT_SIZE] = share_by_volatility(symbol, settings, state)
        else:
            intents[row + INTENT_SIZE] = share_by_kelly(settings, state)
