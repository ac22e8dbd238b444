"""The `tradewinds` command: finds the verb, imports only that one, and reports its errors."""
