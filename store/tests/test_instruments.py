"""Instruments keep their decimals exactly, on both adapters."""

from dataclasses import replace
from decimal import Decimal

from tradewinds_store.ports import Store
from tradewinds_store.records import Instrument

BTC = Instrument(
    "binance", "BTC/USDT", "BTC", "USDT", Decimal("0.01"), Decimal("0.00001"), Decimal(5)
)


async def test_unknown_instrument_is_none(store: Store) -> None:
    assert await store.instruments.get("binance", "ETH/USDT") is None


async def test_instrument_comes_back_digit_for_digit(store: Store) -> None:
    tiny = replace(BTC, symbol="SHIB/USDT", tick=Decimal("0.00000001"), lot=Decimal("1E+3"))
    for instrument in (BTC, tiny):
        await store.instruments.put(instrument)
        assert await store.instruments.get("binance", instrument.symbol) == instrument


async def test_putting_again_replaces(store: Store) -> None:
    await store.instruments.put(BTC)
    finer = replace(BTC, tick=Decimal("0.001"))
    await store.instruments.put(finer)
    assert await store.instruments.get("binance", "BTC/USDT") == finer
