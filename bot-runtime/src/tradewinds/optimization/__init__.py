"""Better parameters, and how far they can be believed: search, walk-forward, and tests of luck.

`tradewinds optimize`, `tradewinds walkforward` and a worker give one answer: that of a backtest,
with `optimization`, `walkForward` and `luck` beside it. Everything is a function of the question,
the bars and the seed, so that a search that was killed goes on to the answer it would have had.
"""
