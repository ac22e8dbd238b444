"""`tradewinds collect`: one MarketFeed, fetched once and served to every bot and gateway.

A source says which close times are complete; the tape reads their bars from the store in chunks,
checked; the board holds the watermarks that followers wait on; the API serves both by cursor. The
first source is a replay of stored bars, in lockstep with the strategies that follow it.
"""
