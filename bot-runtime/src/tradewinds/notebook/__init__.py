"""Backtests from a notebook: classes and DataFrames in, DataFrames and charts out.

`import tradewinds as tw`, then `tw.backtest(Breakout, bars=df, lookback=30)` and `tw.optimize(…)`.
The question is the one that a manifest asks, so engine, figures and order hash are those of the
command line. pandas is needed here alone: `pip install tradewinds[notebook]`.
"""
