"""Trades as rows of PostgreSQL's binary COPY."""

from collections.abc import AsyncIterator, Sequence
from typing import Final

from tradewinds_store.timescale.binary import BinaryCopy
from tradewinds_store.trades import Trades

_ROWS: Final = BinaryCopy(number="i", price="f", amount="f")


def encoded(trades: Trades, key: Sequence[str]) -> AsyncIterator[bytes]:
    """Yield the bytes of a COPY FROM in blocks; the texts of `key` come first in each row."""
    return _ROWS.encoded(trades.columns(), key)


def decoded(data: bytearray) -> Trades:
    """Return the trades in the bytes of a COPY TO."""
    return Trades(*_ROWS.decoded(data))
