"""The only place where a float becomes lots or ticks, and back.

A quantity or price that lies on the grid in decimal rarely does in binary: floor(0.07 / 0.01) is 6
in floats. Every quotient within four units in the last place of a whole number is taken as that
number, which is more than the three roundings of a division of two decimals can be off. All
functions take and give floats, so that Numba compiles them as they are; the tests hold them
against Decimal.
"""

import math
from typing import Final

from tradewinds.engine.records import BUY

SNAP: Final = 8.881784197001252e-16  # 2**-50, relative


def to_lots(quantity: float, lot: float) -> float:
    """Return the whole lots in a quantity, 0 if there is none or it is not a number."""
    if not quantity > 0.0:
        return 0.0
    quotient = quantity / lot
    nearest = float(math.floor(quotient + 0.5))
    if abs(quotient - nearest) <= nearest * SNAP:
        return nearest
    return float(math.floor(quotient))


def to_ticks(price: float, tick: float, side: float) -> float:
    """Return a price in ticks, rounded against who trades: a buy up, a sell down; at least 1."""
    if not price > 0.0:
        return 1.0
    quotient = price / tick
    nearest = float(math.floor(quotient + 0.5))
    if abs(quotient - nearest) > nearest * SNAP:
        nearest = float(math.ceil(quotient)) if side == BUY else float(math.floor(quotient))
    return max(nearest, 1.0)


def from_units(units: float, unit: float) -> float:
    """Return lots or ticks as a quantity or price, the float nearest to the decimal product.

    A unit such as 0.01 is divided by its inverse, which is whole and therefore exact; the product
    itself would be off by a rounding, and a bar's low of 24301.50 would miss a limit of 2430150.
    """
    if unit < 1.0:
        inverse = float(math.floor(1.0 / unit + 0.5))
        if abs(inverse * unit - 1.0) <= SNAP:
            return units / inverse
    return units * unit
