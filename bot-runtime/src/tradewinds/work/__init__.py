"""`tradewinds work`: claims one queued backtest, answers it, stores the result, and ends."""
