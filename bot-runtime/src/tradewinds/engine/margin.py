"""Which money an entry may use. Functions over flat buffers and scalars."""

from tradewinds.engine.records import AVERAGE_PRICE, CASH, LOT, LOTS, TERMS_SIZE_OF
from tradewinds.engine.units import from_units, to_lots

Buffer = list[float]


def affordable(lots: float, price: float, lot: float, rate: float, cash: float) -> float:
    """Return how many of the lots the cash pays for, with the fee."""
    notional = from_units(lots, lot) * price
    if notional + notional * rate <= cash:
        return lots
    lots = to_lots(cash / (price * (1.0 + rate)), lot)
    while lots >= 1.0:
        notional = from_units(lots, lot) * price
        if notional + notional * rate <= cash:
            return lots
        lots -= 1.0
    return 0.0


def free_cash(state: Buffer, account: Buffer, terms: Buffer, stride: int, symbols: int) -> float:
    """Return the cash that an entry may spend: what shorts brought in, and as much again, is bound.

    So a short is backed in full by the Strategy's own money, as a long is: there is no leverage.
    """
    cash = account[CASH]
    for symbol in range(symbols):
        lots = state[symbol * stride + LOTS]
        if lots < 0.0:
            short = from_units(-lots, terms[symbol * TERMS_SIZE_OF + LOT])
            cash -= 2.0 * short * state[symbol * stride + AVERAGE_PRICE]
    return cash
