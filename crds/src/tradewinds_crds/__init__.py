"""The contract of Tradewinds: what every part agrees on. It runs nothing and asks nobody."""
