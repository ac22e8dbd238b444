"""A folder with two bots over stored bars, run by real processes: the stage of the journeys."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tradewinds.process.client import Client, ClientError
from tradewinds.up.folder import StateFolder
from tradewinds_store.chain import verify_ledger
from tradewinds_store.open import open_store
from tradewinds_store.records import Event, TaskStatus

DATA = Path(__file__).parents[3] / "data"
INSTRUMENTS = {"BTC/USDT": ("0.01", "0.00001"), "ETH/USDT": ("0.01", "0.0001")}
PATIENCE = 90.0  # seconds that a journey may wait for anything

ACCOUNT = """
apiVersion: tradewinds.dev/v1alpha1
kind: ExchangeAccount
metadata: {name: paper}
spec: {exchange: binance, environment: Paper}
"""
FEED = """
apiVersion: tradewinds.dev/v1alpha1
kind: MarketFeed
metadata: {name: bars}
spec:
  symbols: [BTC/USDT, ETH/USDT]
  timeframes: [1h]
  replay: {exchange: binance, from: 2024-03-01, to: 2024-03-15, speed: SPEED}
"""
CROSS = """
apiVersion: tradewinds.dev/v1alpha1
kind: Strategy
metadata: {name: cross}
spec:
  accountRef: {name: paper}
  symbols: [BTC/USDT]
  timeframe: 1h
  capital: 10000 USDT
  sizing: {equity: 50%}
  bracket: {stopLoss: {by: 2%}, takeProfit: [{by: 4%, close: 100%}]}
  rules:
    indicators: {fast: "ema(close, 3)", slow: "ema(close, 8)"}
    long: {entry: "crosses_above(fast, slow)", exit: "crosses_below(fast, slow)"}
"""
PAIR = """
apiVersion: tradewinds.dev/v1alpha1
kind: Strategy
metadata: {name: pair}
spec:
  accountRef: {name: paper}
  symbols: [ETH/USDT, BTC/USDT]
  timeframe: 1h
  capital: 5000 USDT
  sizing: {equity: 40%}
  bracket: {stopLoss: {by: 3 * atr(10)}}
  rules:
    long:
      entry: rsi(close, 5) < 35
      entryOrder: {limit: close * 0.999, validFor: 3 bars}
      exit: rsi(close, 5) > 60
"""
RIDER = """
apiVersion: tradewinds.dev/v1alpha1
kind: Strategy
metadata: {name: rider}
spec:
  accountRef: {name: paper}
  symbols: [BTC/USDT, ETH/USDT]
  timeframe: 1h
  capital: 10000 USDT
  sizing: {equity: 20%}
  bracket:
    stopLoss: {by: 2 * atr(10)}
    takeProfit: [{by: 1R, close: 30%}, {by: 2R, close: 30%}]
    trailingStop: {by: 2 * atr(10), activateAt: 1R}
    breakEven: {activateAt: 1R, offset: 0.2%}
    timeStop: {after: 1d}
  rules:
    indicators: {fast: "ema(close, 3)", slow: "ema(close, 8)"}
    long:
      entry: crosses_above(fast, slow)
      scaleIn:
      - {when: "close > average_price * 1.004", size: 50%, max: 2}
      - {when: "close < last_fill_price * 0.995", size: 100%}
"""


def write_folder(folder: Path, *, speed: str = "max", **files: str) -> Path:
    """Write an account, a feed, and these files; a name without an ending is a manifest's."""
    folder.mkdir()
    (folder / "account.yaml").write_text(ACCOUNT)
    (folder / "feed.yaml").write_text(FEED.replace("SPEED", speed))
    for name, text in files.items():
        (folder / (name if "." in name else f"{name}.yaml")).write_text(text)
    return folder


def tradewinds(*words: str, code: int = 0) -> str:
    command = [sys.executable, "-m", "tradewinds", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == code, f"{words} ended {done.returncode}: {done.stdout}{done.stderr}"
    return done.stdout


def import_bars(store: Path | str) -> None:
    for symbol, (tick, lot) in INSTRUMENTS.items():
        file = DATA / f"binance_{symbol.replace('/', '-')}_1h_2024.csv.gz"
        series = ("--exchange", "binance", "--symbol", symbol, "--timeframe", "1h")
        rules = ("--tick", tick, "--lot", lot, "--min-notional", "5", "--store", str(store))
        tradewinds("data", "import", str(file), *series, *rules)


@dataclass
class Stage:
    """`tradewinds up` on a folder, and what can be seen and killed of it."""

    folder: Path
    store: Path | str
    process: asyncio.subprocess.Process | None = None
    state: StateFolder = field(init=False)
    said: list[dict[str, Any]] = field(default_factory=list)  # what the last `finish` heard

    def __post_init__(self) -> None:
        self.state = StateFolder(self.folder.resolve())

    async def start(self, *options: str) -> None:
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tradewinds", "up", str(self.folder)),
            *("--store", str(self.store), "--json", *options),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )

    async def finish(self, *, code: int = 0) -> dict[str, dict[str, Any]]:
        """Wait for the end and return the last row of each Strategy by name."""
        assert self.process is not None
        async with asyncio.timeout(PATIENCE):
            output, _ = await self.process.communicate()
        lines = output.decode().strip().splitlines()
        assert self.process.returncode == code, "\n".join(lines[-20:])
        self.said = [json.loads(line) for line in lines]
        return {row["name"]: row for row in self.said[-1]["end"]["strategies"]}

    async def stop(self) -> None:
        """Ctrl-C."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        async with asyncio.timeout(PATIENCE):
            await self.process.communicate()

    async def kill(self) -> None:
        """Kill -9 `up` itself; its children die with it."""
        assert self.process is not None
        children = self._children()
        self.process.kill()
        await self.process.communicate()
        await until(lambda: not any(_alive(pid) for pid in children))

    def kill_child(self, verb: str) -> None:
        """Kill -9 the first process that runs a verb."""
        pid = next(pid for pid in self._children() if verb in _command_line(pid))
        os.kill(pid, signal.SIGKILL)

    def command_lines(self) -> list[str]:
        """Return what everybody on this machine can read of the children."""
        return [" ".join(_command_line(pid)) for pid in self._children()]

    def _children(self) -> list[int]:
        assert self.process is not None
        pid = self.process.pid
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(word) for word in text.split()]

    async def status(self, name: str) -> dict[str, Any] | None:
        """Ask the gateway how a Strategy stands, a deleted one last; None if it knows none."""
        try:
            async with Client(self._url("gateway/paper"), attempts=1) as client:
                answer = await client.get("/v1/status")
        except ClientError:
            return None
        rows = [row for row in answer["strategies"] if row["name"] == name]
        return min(rows, key=lambda row: bool(row["deleted"]), default=None)

    async def until_status(
        self, name: str, condition: Callable[[dict[str, Any]], object]
    ) -> dict[str, Any]:
        """Wait until a Strategy's status fulfils a condition and return it."""
        async with asyncio.timeout(PATIENCE):
            while True:
                status = await self.status(name)
                if status is not None and condition(status):
                    return status
                await asyncio.sleep(0.02)

    def _url(self, process: str) -> str:
        return f"unix:{self.state.socket(process)}"

    async def ledger(self) -> list[Event]:
        """Return the verified ledger of the account."""
        path = self.state.spec("ExchangeAccount", "paper")
        uid = json.loads(path.read_text())["metadata"]["uid"]
        async with open_store(str(self.store)) as store:
            ledger = store.ledger(uid)
            await verify_ledger(ledger, subject="ledger")
            return list(await ledger.read(after=0, limit=1_000_000))

    async def backtests(self) -> list[TaskStatus]:
        """Return how the queued Backtests of the folder stand."""
        async with open_store(str(self.store)) as store:
            return list(await store.queue.status(self.state.cluster()))


SetUp = Callable[..., Awaitable[Stage]]


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - another process decides when
            await asyncio.sleep(0.02)


def _alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists() and "State:\tZ" not in _status_of(pid)


def _status_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return "State:\tZ"


def _command_line(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    except FileNotFoundError:
        return []
