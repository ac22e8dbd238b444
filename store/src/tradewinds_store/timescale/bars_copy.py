"""Bars as rows of PostgreSQL's binary COPY."""

from collections.abc import AsyncIterator, Sequence
from typing import Final

from tradewinds_store.bars import VALUES, Bars
from tradewinds_store.timescale.binary import BinaryCopy

_ROWS: Final = BinaryCopy(**dict.fromkeys(VALUES, "f"))


def encoded(bars: Bars, key: Sequence[str] = ()) -> AsyncIterator[bytes]:
    """Yield the bytes of a COPY FROM in blocks; the texts of `key` come first in each row."""
    return _ROWS.encoded(bars.columns(), key)


def decoded(data: bytearray) -> Bars:
    """Return the bars in the bytes of a COPY TO."""
    return Bars(*_ROWS.decoded(data))
