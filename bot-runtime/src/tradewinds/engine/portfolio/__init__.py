"""Target weights over many symbols: the step that makes orders of what `rules.portfolio` ranks.

Rules give each symbol's rank at every close; when the calendar says so, the best are chosen, each
gets a weight of the equity, and the difference to what is held is sold, then bought.
"""

from tradewinds.engine.portfolio.portfolio import Portfolio
from tradewinds.engine.portfolio.rotate import rotate
from tradewinds.engine.portfolio.settings import portfolio_from

__all__ = ["Portfolio", "portfolio_from", "rotate"]
