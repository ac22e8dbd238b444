"""What a bot costs: µs for a bar in its own process, ms for a bar in lockstep, memory at the end.

In-process: fold and decide over made-up bars, beside a bare loop over the same bars. Lockstep: a
gateway, a collector and a bot as real processes over an embedded store, full speed, from the first
close to the end of the replay. Exits 1 when the bot is larger than its limit.
"""

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from tradewinds.engine.barsets import bar_sets
from tradewinds.engine.fold import Fold
from tradewinds.engine.instruments import Costs
from tradewinds.engine.plan import plan_from
from tradewinds.engine.sources import decider_from
from tradewinds.process.client import Client
from tradewinds.trade.barshash import EMPTY, extended
from tradewinds_store.bars import Bars
from tradewinds_store.open import open_store
from tradewinds_store.records import Instrument, Series

RSS_LIMIT_MB = 45
BARS = 10_000
HOUR = 3_600_000
START = 1_577_836_800_000  # 2020-01-01
UID = "bench-strategy"
GRID = (Decimal("0.01"), Decimal("0.00001"), Decimal(5))  # tick, lot, minimum notional
INSTRUMENT = Instrument("binance", "BTC/USDT", "BTC", "USDT", *GRID)
SPEC: dict[str, Any] = {
    "accountRef": {"name": "paper"},
    "symbols": ["BTC/USDT"],
    "timeframe": "1h",
    "capital": "10000 USDT",
    "sizing": {"equity": "25%"},
    "bracket": {"stopLoss": {"by": "3%"}, "takeProfit": [{"by": "9%", "close": "100%"}]},
    "rules": {
        "parameters": {"fast": 12, "slow": 26},
        "indicators": {"fast_ema": "ema(close, fast)", "slow_ema": "ema(close, slow)"},
        "long": {
            "entry": "crosses_above(fast_ema, slow_ema) and rsi(close, 14) < 80",
            "exit": "crosses_below(fast_ema, slow_ema)",
        },
    },
}


def bars(count: int) -> Iterator[tuple[int, float, float, float, float, float]]:
    """Make a random walk of hourly bars."""
    draw = random.Random(7)  # noqa: S311  prices of a benchmark
    close = 10_000.0
    for number in range(count):
        opened = close
        close = round(max(1.0, opened * (1 + draw.gauss(0, 0.006))), 2)
        high = round(max(opened, close) * (1 + draw.random() * 0.002), 2)
        low = round(min(opened, close) * (1 - draw.random() * 0.002), 2)
        yield START + number * HOUR, opened, high, low, close, 10.0


def in_process(count: int) -> dict[str, float]:
    """Return µs for a bar of a bot's fold and decide, and of a bare loop over the same bars."""
    plan = plan_from(SPEC, [INSTRUMENT], Costs(0.001, 0.001, 0.0002), name="bench", uid=UID)
    sets = list(bar_sets(plan.symbols, HOUR, {"BTC/USDT": list(bars(count))}))
    fold, seen = Fold(plan, decider_from(SPEC, plan), start=START), EMPTY
    began = time.perf_counter()
    for close, values in sets:
        for row in fold.match(close, values):
            fold.decider.filled(row)
        for order in fold.decide(close, values):
            fold.book.accept(order)
        seen = extended(seen, close, values)
    taken = time.perf_counter() - began
    began, total = time.perf_counter(), 0.0
    for _, values in sets:
        total += values[3]
    bare = time.perf_counter() - began
    return {"foldMicroseconds": taken / count * 1e6, "bareLoopMicroseconds": bare / count * 1e6}


class Stage:
    """The files and processes of one account on this machine."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self._stack = stack
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def url(self, verb: str) -> str:
        return f"unix:{self.folder}/{verb}.sock"

    def write(self, kind: str, name: str, uid: str, spec: dict[str, Any], **extra: Any) -> Path:
        path = self.folder / "objects" / kind.lower() / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        body = {
            "apiVersion": "tradewinds.dev/v1alpha1",
            "kind": kind,
            "metadata": {"name": name, "uid": uid, "generation": 1},
            "spec": spec,
            **extra,
        }
        path.write_text(json.dumps(body))
        return path

    def start(self, verb: str, *words: str) -> None:
        command = [sys.executable, "-m", "tradewinds", verb, *words, "--listen", self.url(verb)]
        command += ["--die-with-parent", str(os.getpid())]
        log = self._stack.enter_context((self.folder / f"{verb}.log").open("wb"))
        process = subprocess.Popen(command, stderr=log)
        self.processes[verb] = process
        self._stack.callback(process.wait)
        self._stack.callback(process.terminate)

    def rss_mb(self, verb: str) -> float:
        text = Path(f"/proc/{self.processes[verb].pid}/status").read_text()
        line = next(line for line in text.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024


async def fill_store(folder: Path, count: int) -> None:
    """Store the bars and the instrument."""
    columns = [np.array(column) for column in zip(*bars(count), strict=True)]
    async with open_store(str(folder)) as store:
        series = Bars(columns[0].astype(np.int64), *columns[1:])
        await store.bars.write(Series("binance", "BTC/USDT", "1h"), series)
        await store.instruments.put(INSTRUMENT)


async def lockstep(stage: Stage, count: int) -> dict[str, float]:
    """Replay all bars through real processes; return ms for a bar and the memory of each."""
    store = str(stage.folder / "store")
    await fill_store(stage.folder / "store", count)
    token = stage.folder / "token"
    token.write_text("bench")
    account_spec = {"exchange": "binance", "environment": "Paper"}
    account = stage.write("ExchangeAccount", "paper", "bench-account", account_spec)
    replay = {"exchange": "binance", "from": "2020-01-01", "speed": "max"}
    feed_spec = {"symbols": SPEC["symbols"], "timeframes": ["1h"], "replay": replay}
    feed = stage.write("MarketFeed", "hist", "bench-feed", feed_spec)
    hashed = sha256(token.read_bytes()).hexdigest()
    extra = {"bars": stage.url("collect"), "tokenSha256": hashed}
    strategy = stage.write("Strategy", "bench", UID, SPEC, **extra)
    (stage.folder / "objects" / "complete").touch()
    objects, gateway = str(stage.folder / "objects"), stage.url("gateway")
    stage.start("gateway", "--spec", str(account), "--objects", objects, "--store", store)
    stage.start("collect", "--spec", str(feed), "--store", store, "--gateway", gateway)
    bot = ("--spec", str(strategy), "--gateway", gateway, "--bars", stage.url("collect"))
    stage.start("trade", *bot, "--token-file", str(token))
    taken = await _replayed(stage, START + count * HOUR)
    memory = {f"{verb}RssMb": stage.rss_mb(verb) for verb in stage.processes}
    return {"lockstepMilliseconds": taken / count * 1e3, **memory}


async def _replayed(stage: Stage, end: int) -> float:
    async with Client(stage.url("collect"), attempts=200, longest_pause=0.1) as client:
        began: float | None = None
        while True:
            feed = await client.get("/v1/feed")
            if began is None and feed["closedThrough"]["1h"] > START:
                began = time.perf_counter()
            if feed["closedThrough"]["1h"] == end and began is not None:
                return time.perf_counter() - began
            for verb, process in stage.processes.items():
                if process.poll() is not None:
                    log = (stage.folder / f"{verb}.log").read_text()
                    raise SystemExit(f"{verb} ended with {process.returncode}:\n{log[-2000:]}")
            await asyncio.sleep(0.02)


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--bars", type=int, default=BARS, help="bars of the replay")
    options = parser.parse_args()
    figures = in_process(options.bars)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        figures |= asyncio.run(lockstep(Stage(folder, stack), options.bars))
    met = figures["tradeRssMb"] <= RSS_LIMIT_MB
    figures = {name: round(value, 2) for name, value in figures.items()}
    if options.json:
        print(json.dumps({**figures, "bars": options.bars, "rssLimitMb": RSS_LIMIT_MB, "met": met}))
    else:
        for name, value in figures.items():
            print(f"{name:24} {value:>10}")
        print(f"bot ≤ {RSS_LIMIT_MB} MB: {'met' if met else 'MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
