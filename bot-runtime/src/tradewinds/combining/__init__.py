"""`tradewinds combine`: several strategies, each on its share of one capital.

A Strategy is a sub-account of its own and never spends its neighbours' money, so each is run alone
on its part; what is joint is the sum of their equities, and how alike their days are.
"""
