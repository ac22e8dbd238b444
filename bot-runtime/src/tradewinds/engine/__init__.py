"""The engine: decides, sizes and fills, the same in a backtest, on paper and live.

Synchronous and deterministic: no clock, no chance, no disk, no network. It imports the standard
library and the rule language alone, so that a bot stays small. `records.py` says what its parts
exchange.
"""
