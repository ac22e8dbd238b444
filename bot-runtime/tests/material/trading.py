"""What the tests of a bot share: a market, a Strategy, and the processes of one account."""

import json
import math
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from tradewinds.engine.backtest import run as backtest
from tradewinds.engine.barsets import bar_sets
from tradewinds.engine.instruments import Costs, Instrument, costs_from
from tradewinds.engine.outcome.results import Run
from tradewinds.engine.plan import plan_from
from tradewinds.engine.sources import decider_from
from tradewinds.process.modules import read_modules
from tradewinds_store.bars import Bars
from tradewinds_store.open import open_store
from tradewinds_store.records import FundingRate, Series
from tradewinds_store.records import Instrument as StoredInstrument

HOUR = 3_600_000
START = 1_704_067_200_000  # 2024-01-01
FIRST = START - 60 * HOUR  # of the stored bars
UID = "s-1"
COSTS = Costs(0.001, 0.001, 0.0002)
PAPER_COSTS = {"fee": {"maker": "0.10%", "taker": "0.10%"}, "slippage": "0.02%"}
DEADLINE = 30.0  # seconds
SPEC: dict[str, Any] = {
    "accountRef": {"name": "paper"},
    "symbols": ["BTC/USDT", "ETH/USDT"],
    "timeframe": "1h",
    "capital": "10000 USDT",
    "sizing": {"equity": "25%"},
    "bracket": {"stopLoss": {"by": "3%"}, "takeProfit": [{"by": "6%", "close": "100%"}]},
    "rules": {
        "parameters": {"fast": 5, "slow": 12},
        "indicators": {"fast_ema": "ema(close, fast)", "slow_ema": "ema(close, slow)"},
        "long": {
            "entry": "crosses_above(fast_ema, slow_ema)",
            "exit": "crosses_below(fast_ema, slow_ema)",
        },
    },
}


def walk(seed: int, hours: int, gaps: bool = False) -> list[tuple[float, ...]]:
    draw = random.Random(seed)  # noqa: S311  prices of a test
    close = 100.0
    rows: list[tuple[float, ...]] = []
    for number in range(hours):
        opened = close
        close = round(max(1.0, opened * (1 + draw.gauss(0, 0.012))), 2)
        high = round(max(opened, close) * (1 + draw.random() * 0.004), 2)
        low = round(min(opened, close) * (1 - draw.random() * 0.004), 2)
        if not (gaps and number % 37 in (5, 6, 7)):
            rows.append((FIRST + number * HOUR, opened, high, low, close, 10.0))
    return rows


@dataclass
class Market:
    """Stored bars of both symbols, and funding rates of their perpetuals."""

    series: dict[str, list[Any]]
    instruments: list[Instrument]
    rates: dict[str, list[FundingRate]]

    def backtest(
        self,
        spec: dict[str, Any],
        modules: Path | None = None,
        costs: Mapping[str, Any] | None = None,
    ) -> str:
        return self.run(spec, modules, costs).order_hash

    def run(
        self,
        spec: dict[str, Any],
        modules: Path | None = None,
        costs: Mapping[str, Any] | None = None,
    ) -> Run:
        paid = costs_from(PAPER_COSTS, costs)
        rates = {
            symbol: tuple((float(one.time), one.rate, one.mark or math.nan) for one in rows)
            for symbol, rows in self.rates.items()
        }
        plan = plan_from(spec, self.instruments, paid, name="btc-trend", uid=UID, rates=rates)
        sets = bar_sets(plan.symbols, plan.timeframe_ms, self.series)
        texts = read_modules(modules, spec["python"]) if modules else {}
        decider = decider_from(spec, plan, modules=texts)
        return backtest(plan, decider, sets, start=START)


def paid_rates(seed: int, hours: int) -> list[FundingRate]:
    """Return rates every eight hours, for two days every four, of which some have a mark price."""
    draw = random.Random(seed)  # noqa: S311  rates of a test
    found, time = [], FIRST
    while time <= FIRST + (hours + 24) * HOUR:
        mark = draw.choice((None, draw.uniform(80.0, 120.0)))
        found.append(FundingRate(time, draw.gauss(0.0, 0.0008), mark))
        often = START + 48 * HOUR <= time < START + 96 * HOUR
        time += (4 if often else 8) * HOUR
    return found


async def make_market(folder: Path, hours: int) -> Market:
    """Store bars and instruments, and return them."""
    series = {"BTC/USDT": walk(1, hours), "ETH/USDT": walk(2, hours, gaps=True)}
    series |= {f"{symbol}:USDT": rows for symbol, rows in series.items()}
    grid = {"tick": Decimal("0.01"), "lot": Decimal("0.001"), "min_notional": Decimal(5)}
    instruments = [Instrument(symbol, **grid) for symbol in series]
    async with open_store(str(folder)) as store:
        for symbol, rows in series.items():
            columns = [np.array(column) for column in zip(*rows, strict=True)]
            bars = Bars(columns[0].astype(np.int64), *columns[1:])
            await store.bars.write(Series("binance", symbol, "1h"), bars)
            base = symbol.partition("/")[0]
            await store.instruments.put(StoredInstrument("binance", symbol, base, "USDT", **grid))
        rates = {f"{one}:USDT": paid_rates(seed, hours) for seed, one in enumerate(SPEC["symbols"])}
        for symbol, paid in rates.items():
            await store.funding.write("binance", symbol, paid)
    return Market(series, instruments, rates)


@dataclass
class Stage:
    """Where everything of one test lies."""

    folder: Path
    spec: dict[str, Any]
    generation: int = 1
    costs: dict[str, Any] = field(default_factory=dict)  # beside those that all tests have

    @property
    def bars_url(self) -> str:
        return f"unix:{self.folder}/collect.sock"

    @property
    def gateway_url(self) -> str:
        return f"unix:{self.folder}/gateway.sock"

    def write(self, kind: str, name: str, uid: str, spec: dict[str, Any], **extra: Any) -> str:
        path = self.folder / "objects" / kind.lower() / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        metadata = {"name": name, "uid": uid, "generation": self.generation}
        body = {"kind": kind, "metadata": metadata, "spec": spec, **extra}
        path.write_text(json.dumps(body))
        return str(path)

    def gateway(self) -> list[str]:
        paper = {"costs": {**PAPER_COSTS, **self.costs}}
        spec = {"exchange": "binance", "environment": "Paper", "paper": paper}
        words = ["gateway", "--spec", self.write("ExchangeAccount", "paper", "a-1", spec)]
        (self.folder / "objects" / "complete").touch()
        words += ["--objects", f"{self.folder}/objects", "--store", f"{self.folder}/store"]
        return [*words, "--listen", self.gateway_url]

    def collect(self, speed: str = "max") -> list[str]:
        replay = {"exchange": "binance", "from": "2024-01-01", "speed": speed}
        spec = {"symbols": self.spec["symbols"], "timeframes": ["1h"], "replay": replay}
        words = ["collect", "--spec", self.write("MarketFeed", "hist", "f-1", spec)]
        words += ["--store", f"{self.folder}/store", "--gateway", self.gateway_url]
        return [*words, "--listen", self.bars_url]

    def trade(self, name: str = "bot") -> list[str]:
        token = self.folder / "token"
        token.write_text("sesame")
        extra = {"bars": self.bars_url, "tokenSha256": sha256(token.read_bytes()).hexdigest()}
        spec = self.write("Strategy", "btc-trend", UID, self.spec, **extra)
        words = ["trade", "--spec", spec]
        words += ["--gateway", self.gateway_url, "--bars", self.bars_url]
        return [*words, "--token-file", str(token), "--listen", f"unix:{self.folder}/{name}.sock"]

    @contextmanager
    def running(self, words: list[str]) -> Iterator["subprocess.Popen[str]"]:
        command = [sys.executable, "-m", "tradewinds", *words]
        command += ["--die-with-parent", str(os.getpid())]
        log = (self.folder / f"{words[0]}.log").open("a")
        with log, subprocess.Popen(command, stderr=log, text=True) as process:
            try:
                yield process
            finally:
                process.terminate()
                process.wait(timeout=15)

    def log(self, verb: str) -> list[dict[str, Any]]:
        text = (self.folder / f"{verb}.log").read_text()
        return [json.loads(line) for line in text.splitlines()]
