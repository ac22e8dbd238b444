"""`tradewinds check`: whether a backtest can be believed, or its strategy cheats unknowingly.

`subject.py` runs one Strategy again and again over stretches of its bars; each check beside it
compares such runs and returns findings: `repeat.py`, `outside.py`, `lookahead.py`, `warmup.py`,
`start.py`. They know a strategy by what it orders, so rules and Python classes are checked alike.
"""
