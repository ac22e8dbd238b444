"""How large an entry is where that is measured: by a market's volatility, or by own trades.

A step between a decider and `size`, the same for rules and Python classes: an entry that does not
say its size gets one here, as a share of the equity. Without such a `sizing`, nothing happens.
"""

from tradewinds.engine.measure.measure import Measure

__all__ = ["Measure"]
