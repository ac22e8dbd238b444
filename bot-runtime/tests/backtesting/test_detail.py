"""`--detail`: bars of four hours whose doubts the stored hours settle, on the sample's bars."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tradewinds_store.bars import Bars
from tradewinds_store.open import open_store
from tradewinds_store.records import Series

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOUR = 3_600_000
BRACKET = "  bracket: {stopLoss: {by: 1%}, takeProfit: [{by: 1%, close: 100%}]}\n"
DETAIL = "  data: {detailTimeframe: 1h}\n"
SEARCH = "  optimization: {method: Grid, objective: sharpe}\n"


@pytest.fixture(scope="module")
def both(store: Path) -> Path:
    """Return the store with bars of four hours beside those of one."""

    async def make() -> None:
        async with open_store(str(store)) as opened:
            hours = await opened.bars.read(Series("binance", "BTC/USDT", "1h"), 0, 2**60)
            await opened.bars.write(Series("binance", "BTC/USDT", "4h"), _of_four(hours))

    asyncio.run(make())
    return store


def _of_four(hours: Bars) -> Bars:
    starts = np.flatnonzero(np.diff(hours.time // (4 * HOUR), prepend=-1))
    ends = np.append(starts[1:], len(hours)) - 1
    return Bars(
        hours.time[starts] // (4 * HOUR) * (4 * HOUR),
        hours.open[starts],
        np.maximum.reduceat(hours.high, starts),
        np.minimum.reduceat(hours.low, starts),
        hours.close[ends],
        np.add.reduceat(hours.volume, starts),
    )


@pytest.fixture
def ask(
    both: Path,
    tradewinds: Callable[..., Any],
    write: Callable[..., Path],
    documents: tuple[str, str, str],
) -> Callable[..., Any]:
    """Ask about a Strategy on four hours; `more` is added to its Backtest."""
    del both
    strategy, account, backtest = documents

    def asked(verb: str, *words: str, more: str = "") -> Any:
        changes = {
            "timeframe: 1h": "timeframe: 4h",
            "slow: 20}": "slow: 20}\n    search: {fast: 4..6 step 1}",
            "entry: crosses_above(ema(close, fast), ema(close, slow))": "entry: close > open",
            "from: 2024-03-01, to: 2024-04-01": "from: 2024-02-01, to: 2024-08-01",
        }
        asks = write(strategy + BRACKET, account, backtest + more, replace=changes)
        return tradewinds(verb, asks, *words)

    return asked


def answer(told: Any) -> Any:
    assert told.code == 0, told.err
    return json.loads(told.out)


def test_detail_settles_doubts_and_is_part_of_the_answer_and_its_provenance(ask: Any) -> None:
    plain = answer(ask("backtest", "--json"))
    settled = answer(ask("backtest", "--json", more=DETAIL))
    assert settled["detail"]["timeframe"] == "1h"
    assert settled["detail"]["settled"] > 2 * settled["detail"]["remained"] > 0
    assert settled["orderHash"] != plain["orderHash"]
    assert settled["provenance"]["key"] != plain["provenance"]["key"]
    assert "detail" in settled["provenance"]
    assert "detail" not in {*plain, *plain["provenance"]}
    assert settled["stats"]["winRate"] > plain["stats"]["winRate"]  # the worst was assumed before


def test_the_report_counts_doubts_and_says_that_a_bot_has_no_detail(ask: Any) -> None:
    told = ask("backtest", "--detail", "1h", "--no-report")
    (line,) = [line for line in told.out.splitlines() if line.startswith("detail")]
    assert line.endswith("doubts inside bars settled; a bot on paper has no detail, and may differ")
    assert "detail" not in ask("backtest", "--no-report").out


@pytest.mark.parametrize(
    ("timeframe", "more", "found"),
    [
        ("4h", "", "was 4h, expected one that is shorter than the bars, 4h"),
        ("3m", "", "detail: No binance BTC/USDT 3m bars (stored of BTC/USDT"),
        ("7m", "", "'7m' is not one of"),
        ("1h", SEARCH, "detail goes with one run"),
    ],
)
def test_detail_that_cannot_be_is_refused(ask: Any, timeframe: str, more: str, found: str) -> None:
    told = ask("backtest", "--detail", timeframe, more=more)
    assert (told.code, found in told.err) == (2, True), told.err


@pytest.mark.parametrize(("verb", "more"), [("optimize", DETAIL + SEARCH), ("check", DETAIL)])
def test_verbs_that_run_without_detail_refuse_it(ask: Any, verb: str, more: str) -> None:
    told = ask(verb, more=more)
    assert (told.code, "detail" in told.err) == (2, True), told.err
