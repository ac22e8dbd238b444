"""`tradewinds data`: bars from files into the store, and what is there."""
