"""Indicators for Python strategies: `from tradewinds import indicators as ta`.

Each is given to `Strategy.indicator` with its series and its numbers, such as
`self.indicator(ta.ema, "close", 12)`; what reads the bars by itself takes its numbers alone:
`self.indicator(ta.atr, 14)`.
"""

from tradewinds.engine.classes.series import Study

sma = Study("sma")
ema = Study("ema")
wma = Study("wma")
dema = Study("dema")
tema = Study("tema")
hma = Study("hma")
kama = Study("kama")
vwma = Study("vwma")
rsi = Study("rsi")
macd = Study("macd")
ppo = Study("ppo")
trix = Study("trix")
roc = Study("roc")
momentum = Study("momentum")
stochastic = Study("stochastic")
stochastic_rsi = Study("stochastic_rsi")
williams_r = Study("williams_r")
cci = Study("cci")
bollinger = Study("bollinger")
keltner = Study("keltner")
donchian = Study("donchian")
ichimoku = Study("ichimoku")
atr = Study("atr")
natr = Study("natr")
choppiness = Study("choppiness")
volatility = Study("volatility")
parkinson = Study("parkinson")
garman_klass = Study("garman_klass")
adx = Study("adx")
aroon = Study("aroon")
supertrend = Study("supertrend")
parabolic_sar = Study("parabolic_sar")
obv = Study("obv")
mfi = Study("mfi")
cmf = Study("cmf")
chaikin = Study("chaikin")
vwap = Study("vwap")
session_vwap = Study("session_vwap")
highest = Study("highest")
lowest = Study("lowest")
fractals = Study("fractals")
stdev = Study("stdev")
zscore = Study("zscore")
slope = Study("slope")
percent_rank = Study("percent_rank")

__all__ = [
    "adx",
    "aroon",
    "atr",
    "bollinger",
    "cci",
    "chaikin",
    "choppiness",
    "cmf",
    "dema",
    "donchian",
    "ema",
    "fractals",
    "garman_klass",
    "highest",
    "hma",
    "ichimoku",
    "kama",
    "keltner",
    "lowest",
    "macd",
    "mfi",
    "momentum",
    "natr",
    "obv",
    "parabolic_sar",
    "parkinson",
    "percent_rank",
    "ppo",
    "roc",
    "rsi",
    "session_vwap",
    "slope",
    "sma",
    "stdev",
    "stochastic",
    "stochastic_rsi",
    "supertrend",
    "tema",
    "trix",
    "volatility",
    "vwap",
    "vwma",
    "williams_r",
    "wma",
    "zscore",
]
