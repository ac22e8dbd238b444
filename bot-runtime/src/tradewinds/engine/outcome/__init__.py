"""What a run leaves: orders, fills, trades, the equity curve, figures, and the order hash."""
