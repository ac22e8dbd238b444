"""Indicators for Python strategies: `from tradewinds import indicators as ta`.

Each is given to `Strategy.indicator` with its series and its numbers, such as
`self.indicator(ta.ema, "close", 12)`; ATR reads the bars by itself: `self.indicator(ta.atr, 14)`.
"""

from tradewinds.engine.series import Study

sma = Study("sma")
ema = Study("ema")
rsi = Study("rsi")
atr = Study("atr")
macd = Study("macd")
bollinger = Study("bollinger")
highest = Study("highest")
lowest = Study("lowest")

__all__ = ["atr", "bollinger", "ema", "highest", "lowest", "macd", "rsi", "sma"]
