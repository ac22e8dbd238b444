"""Backtests: a question in manifests becomes one JSON answer, on a laptop and in a worker alike.

`question.py` gathers what a file asks, `prepare.py` adds what the store knows, `answer.py` runs the
engine. The order hash of the answer is the one that a bot on paper over the same bars has.
"""
