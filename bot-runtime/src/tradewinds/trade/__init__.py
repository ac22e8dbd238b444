"""`tradewinds trade`: one Strategy's bot, which decides and holds nothing of its own.

Its state is a fold over bars (from its collector) and events (from its gateway), started from the
gateway's last snapshot or from the anchor bar. It has no key, no database and no disk: whatever
goes wrong, it ends, and starting again is the recovery.
"""
