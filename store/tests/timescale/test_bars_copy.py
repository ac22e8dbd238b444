"""The binary COPY format: exactly PostgreSQL's bytes, and nothing else is taken for it."""

import asyncio
import struct
from collections.abc import Callable

import pytest

from tradewinds_store.bars import Bars
from tradewinds_store.timescale.bars_copy import decoded, encoded


async def collected(bars: Bars) -> bytearray:
    return bytearray(b"".join([block async for block in encoded(bars)]))


async def test_bytes_are_those_of_the_manual(make_bars: Callable[..., Bars]) -> None:
    bars = make_bars(2)
    expected = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
    for row in zip(*(column.tolist() for column in bars.columns()), strict=True):
        expected += struct.pack(">hiq", 6, 8, (row[0] - 946_684_800_000) * 1000)
        expected += b"".join(struct.pack(">id", 8, value) for value in row[1:])
    expected += struct.pack(">h", -1)
    assert await collected(bars) == expected


@pytest.mark.parametrize("count", [0, 1, 50_000, 50_001])
def test_blocks_decode_to_the_same_bars(make_bars: Callable[..., Bars], count: int) -> None:
    bars = make_bars(count)
    again = decoded(asyncio.run(collected(bars)))
    pairs = zip(bars.columns(), again.columns(), strict=True)
    assert all(one.tobytes() == two.tobytes() for one, two in pairs)


@pytest.mark.parametrize("cut", [1, 2, 74, 80])
async def test_cut_bytes_are_refused(make_bars: Callable[..., Bars], cut: int) -> None:
    data = await collected(make_bars(3))
    with pytest.raises(ValueError, match="binary COPY"):
        decoded(data[:-cut])
