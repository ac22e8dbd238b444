"""A strategy as a Python class: the same engine, the same fills, the same sizing as rules have."""

from tradewinds import Bar, Parameter, Strategy
from tradewinds import indicators as ta


class RsiBreakout(Strategy):
    """Buys strength above the highest high of some bars, with a stop in ATR; leaves on weakness."""

    lookback = Parameter(48, low=10, high=120, step=2)
    strength = Parameter(55, low=40, high=80, step=5)
    stop = Parameter(2.5, low=1.0, high=5.0)

    def on_start(self) -> None:
        self.upper = self.indicator(ta.highest, "high", self.lookback)
        self.rsi = self.indicator(ta.rsi, "close", 14)
        self.atr = self.indicator(ta.atr, 14)

    def on_bar(self, bar: Bar) -> None:
        position = self.position(bar.symbol)
        strong = self.rsi[bar.symbol] > self.strength
        if position.flat and strong and bar.close > self.upper[bar.symbol, 1]:
            stop_at = bar.close - self.stop * self.atr[bar.symbol]
            self.buy(bar.symbol, risk=0.01, stop_loss=stop_at, tag="breakout")
        elif position.long and self.rsi[bar.symbol] < 45:
            self.close(bar.symbol, tag="weakness")
