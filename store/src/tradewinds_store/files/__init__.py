"""Data files of other people as bars, rates and trades, by the names they use.

What is broken is refused by file, line and value; nothing is mended, filled or sorted here.
Numbers without a zone are UTC.
"""

from tradewinds_store.files.rates import read_rates_file
from tradewinds_store.files.read import read_bars_file
from tradewinds_store.files.trades import read_trades_file

__all__ = ["read_bars_file", "read_rates_file", "read_trades_file"]
