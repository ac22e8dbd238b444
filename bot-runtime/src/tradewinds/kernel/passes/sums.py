"""Sums over trades that are not kept: each is added when it closes, as `tallies` adds them all."""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN201  # Numba finds the types

from __future__ import annotations

from tradewinds.engine.outcome.tallies import (
    CLOSED,
    FEES,
    FUNDING,
    NET,
    NOTIONAL,
    PROFIT,
    SQUARES,
    count,
)
from tradewinds.engine.outcome.trips import (
    TRADE_FEES,
    TRADE_FUNDING,
    TRADE_NOTIONAL,
    TRADE_PROFIT,
    TRADE_SIZE_OF,
    finish,
)


def close_trade(at, length, terms, zeros, rows, sums):
    """Add the trade at `at`, which has closed, to the sums; `zeros` has one a symbol."""
    finish(rows[at : at + TRADE_SIZE_OF], 1, zeros, zeros, length, terms)
    sums[PROFIT] += rows[at + TRADE_PROFIT]
    sums[FEES] += rows[at + TRADE_FEES]
    sums[NOTIONAL] += rows[at + TRADE_NOTIONAL]
    before = sums[NET] / sums[CLOSED] if sums[CLOSED] > 0.0 else 0.0
    sums[FUNDING] += rows[at + TRADE_FUNDING]
    count(rows, at, sums)
    profit = rows[at + TRADE_PROFIT]
    sums[SQUARES] += (profit - before) * (profit - sums[NET] / sums[CLOSED])  # Welford's method
