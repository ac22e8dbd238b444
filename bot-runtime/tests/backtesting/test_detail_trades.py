"""`--detail trades`: hours whose doubts stored trades settle, on the sample's bars."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tradewinds_store.open import open_store
from tradewinds_store.records import Series
from tradewinds_store.trades import Trades

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tradewinds_store.bars import Bars

MINUTE = 60_000
BRACKET = "  bracket: {stopLoss: {by: 0.5%}, takeProfit: [{by: 0.5%, close: 100%}]}\n"
DETAIL = "  data: {detail: Trades}\n"


def walked(bars: Bars) -> Trades:
    """Return trades that make up each bar: up to its high first, then down to its low."""
    steps = np.arange(4)
    time = (bars.time[:, None] + (1 + steps * 15) * MINUTE).ravel()
    price = np.stack([bars.open, bars.high, bars.low, bars.close], axis=1).ravel()
    return Trades(time, np.zeros(len(time), np.int64), price, np.ones(len(time)))


@pytest.fixture(scope="module")
def traded(store: Path) -> Path:
    """Return the store with the trades of three weeks of March beside the bars."""

    async def make() -> None:
        async with open_store(str(store)) as opened:
            start = 1_709_251_200_000
            hours = await opened.bars.read(
                Series("binance", "BTC/USDT", "1h"), start, start + 21 * 24 * 60 * MINUTE
            )
            await opened.trades.write("binance", "BTC/USDT", walked(hours))

    asyncio.run(make())
    return store


@pytest.fixture
def ask(
    traded: Path,
    tradewinds: Callable[..., Any],
    write: Callable[..., Path],
    documents: tuple[str, str, str],
) -> Callable[..., Any]:
    del traded
    strategy, account, backtest = documents

    def asked(verb: str, *words: str, more: str = "", days: str = "31") -> Any:
        changes = {
            "entry: crosses_above(ema(close, fast), ema(close, slow))": "entry: close > open",
            "2024-04-01": "2024-04-01" if days == "31" else f"2024-03-{days}",
        }
        return tradewinds(
            verb, write(strategy + BRACKET, account, backtest + more, replace=changes), *words
        )

    return asked


def answer(told: Any) -> Any:
    assert told.code == 0, told.err
    return json.loads(told.out)


def test_trades_settle_every_doubt_where_they_are_stored(ask: Any) -> None:
    plain = answer(ask("backtest", "--json", days="20"))
    settled = answer(ask("backtest", "--json", days="20", more=DETAIL))
    assert settled["detail"]["timeframe"] == "trades"
    assert settled["detail"]["settled"] > 10
    assert settled["detail"]["remained"] == 0
    assert settled["orderHash"] != plain["orderHash"]
    assert settled["stats"]["winRate"] > plain["stats"]["winRate"]  # the worst was assumed before
    assert settled["provenance"]["key"] != plain["provenance"]["key"]


def test_hours_without_trades_keep_their_doubts_and_the_report_counts_them(ask: Any) -> None:
    whole = answer(ask("backtest", "--json", "--detail", "trades"))
    assert whole["detail"]["remained"] > 0
    (line,) = [
        line
        for line in ask("backtest", "--detail", "trades", "--no-report").out.splitlines()
        if line.startswith("detail trades: ")
    ]
    assert line.endswith("doubts inside bars settled; a bot on paper has no detail, and may differ")


def test_the_hash_of_the_trades_is_part_of_the_provenance(ask: Any, traded: Path) -> None:
    before = answer(ask("backtest", "--json", days="20", more=DETAIL))["provenance"]
    again = answer(ask("backtest", "--json", days="19", more=DETAIL))["provenance"]
    assert before["detail"] != again["detail"]

    async def add() -> None:
        one = (np.array([1_709_251_200_000]), np.array([1]), np.array([61_000.0]), np.array([0.1]))
        async with open_store(str(traded)) as opened:
            await opened.trades.write("binance", "BTC/USDT", Trades(*one))

    asyncio.run(add())
    after = answer(ask("backtest", "--json", days="20", more=DETAIL))["provenance"]
    assert before["detail"] != after["detail"]
    assert before["key"] != after["key"]


@pytest.mark.parametrize(
    ("verb", "words", "more", "found"),
    [
        ("backtest", ("--exchange", "okx"), DETAIL, "No okx BTC/USDT 1h"),
        ("check", (), DETAIL, "a check runs without detail"),
        ("backtest", (), "  data: {detail: Trades, detailTimeframe: 5m}\n",
         "detail and detailTimeframe both say what came first inside a bar"),
        ("backtest", (), "  data: {detail: Quotes}\n", "detail was Quotes, expected"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(
    ask: Any, verb: str, words: tuple[str, ...], more: str, found: str
) -> None:
    told = ask(verb, *words, more=more)
    assert (told.code, found in told.err) == (2, True), told.err


def test_no_trades_in_the_period_are_said_with_the_command_that_brings_them(ask: Any) -> None:
    told = ask("backtest", "--from", "2024-05-01", "--to", "2024-06-01", more=DETAIL)
    assert told.code == 2
    assert "detail: No binance BTC/USDT trades in the period." in told.err
    assert "tradewinds data import FILE --trades --exchange binance --symbol BTC/USDT" in told.err


def test_a_file_of_bars_has_no_trades(ask: Any, traded: Path, tmp_path: Path) -> None:
    del traded
    file = tmp_path / "bars.csv"
    lines = [f"{1_709_251_200_000 + i * 60 * MINUTE},100,101,99,100,1" for i in range(800)]
    file.write_text("\n".join(["timestamp,open,high,low,close,volume", *lines]))
    told = ask(
        "backtest", "--data", str(file), "--from", "2024-03-05", "--to", "2024-03-20", more=DETAIL
    )
    assert (told.code, "holds bars alone. Import both into a store" in told.err) == (2, True)
