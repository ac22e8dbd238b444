"""`tw.backtest(strategy, bars=df, …)`: one run, from a class or a manifest."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from tradewinds.backtesting.answer import charts_of, made
from tradewinds.backtesting.prepare import Prepared, prepare
from tradewinds.notebook.judged import judged
from tradewinds.notebook.question import Terms, ask
from tradewinds.notebook.result import Result

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Mapping
    from pathlib import Path

    from tradewinds.backtesting.series import Source
    from tradewinds.engine.classes.strategy import Strategy
    from tradewinds.notebook.source import FrameSource, Rules

T = TypeVar("T")


def backtest(
    strategy: type[Strategy] | str | Path,
    bars: Any = None,
    *,
    symbol: str | None = None,
    timeframe: str | None = None,
    exchange: str | None = None,
    capital: str | None = None,
    sizing: str | Mapping[str, str] | None = None,
    bracket: Mapping[str, Any] | None = None,
    warmup: int | str | None = None,
    fee: str | None = None,
    slippage: str | None = None,
    rules: Mapping[str, Rules] | None = None,
    start: Any = None,
    end: Any = None,
    name: str | None = None,
    benchmark: str | None = None,
    store: str | None = None,
    **parameters: float,
) -> Result:
    """Run a Strategy class or the Strategy or Backtest of a manifest, and return its results.

    `bars` is a DataFrame (open, high, low, close, volume; a DatetimeIndex or a column of times that
    know their zone) or a dict of them by symbol; a manifest without `bars` reads the store. Scalars
    are those of manifests: capital="10000 USDT", sizing="25%", fee="0.10%", slippage="0.02%".
    `rules` are (tick, lot, minimum notional) by symbol, else guessed from the decimals of the bars.
    `benchmark` is a symbol of `bars` that a class does not trade but is compared with.
    What is not an argument here is a parameter of the strategy.
    """
    terms = Terms(
        symbol, timeframe, exchange, capital, sizing, bracket, warmup, fee, slippage, rules,
        start, end, name, benchmark,
    )  # fmt: skip
    question, source = ask(strategy, bars, terms, parameters)
    prepared: Prepared = answered(prepare, judged(question), source, store)
    done, answer = made(prepared)
    return Result({**answer, "charts": charts_of(prepared, done)}, done.curve.held)


def answered(
    prepare: Callable[[Mapping[str, Any], Source], Awaitable[T]],
    question: Mapping[str, Any],
    source: FrameSource | None,
    store: str | None,
) -> T:
    """Prepare a question from its DataFrames or from a store, whatever loop already runs here."""
    if source is not None:
        return _aside(_with(prepare, question, source))
    return _aside(_from_store(prepare, question, store))


async def _with(
    prepare: Callable[[Mapping[str, Any], Source], Awaitable[T]],
    question: Mapping[str, Any],
    source: FrameSource,
) -> T:
    return await prepare(question, source)


async def _from_store(
    prepare: Callable[[Mapping[str, Any], Source], Awaitable[T]],
    question: Mapping[str, Any],
    store: str | None,
) -> T:
    from tradewinds.terminal.options import default_store  # noqa: PLC0415 - loads click
    from tradewinds_store.open import open_store  # noqa: PLC0415

    async with open_store(store or default_store()) as opened:
        return await prepare(question, opened)


def _aside(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on a thread of its own: a notebook's thread has a loop that runs."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, work).result()
