"""How many intents a second a gateway commits, beside a bare SQLite commit loop; and its memory.

A real gateway process on a Unix socket serves eight bots, each of which takes its resting entry
back and makes another one, over and over: every intent is fenced, judged, hash-chained and on disk
(fsync) before it is answered. The peer is what the disk can do at most: a loop that inserts one
row of the same size a commit, `synchronous=FULL`. Exits 1 when a limit is missed.
"""

import argparse
import asyncio
import hashlib
import json
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

from tradewinds.process.client import Client, ClientError
from tradewinds_store.open import open_store
from tradewinds_store.records import Instrument

BOTS = 8
BATCHES = 60  # of each bot, two intents a batch
COMMITS = 300
RSS_LIMIT_MB = 60.0
RATIO_LIMIT = 0.5  # intents to bare commits, in the same time
START = 1_704_067_200_000
TOKEN = "bench"  # noqa: S105  of a gateway that lives for seconds
GRID = (Decimal("0.1"), Decimal("0.001"), Decimal(5))


def resource(kind: str, name: str, spec: dict[str, Any], **extra: Any) -> dict[str, Any]:
    """Return a canonical object."""
    metadata = {"name": name, "namespace": "default", "uid": name, "generation": 1, "labels": {}}
    top = {"apiVersion": "tradewinds.dev/v1alpha1", "kind": kind, "metadata": metadata}
    return {**top, "spec": spec, **extra}


def strategy(name: str) -> dict[str, Any]:
    """Return a running paper Strategy."""
    spec = {
        "accountRef": {"name": "paper"},
        "symbols": ["BTC/USDT"],
        "timeframe": "1h",
        "capital": "10000 USDT",
        "sizing": {"equity": "25%"},
        "rules": {"long": {"entry": "close > open"}},
    }
    token = hashlib.sha256(TOKEN.encode()).hexdigest()
    return resource("Strategy", name, spec, tokenSha256=token)


async def lay_out(folder: Path) -> None:
    """Write the account, its feed and Strategies, the token and the instrument."""
    account = {"exchange": "binance", "environment": "Paper"}
    replay = {"exchange": "binance", "from": "2024-01-01"}
    feed = {"replay": replay, "symbols": ["BTC/USDT"], "timeframes": ["1h"]}
    objects = [
        resource("MarketFeed", "bars", feed),
        *(strategy(f"bot-{number}") for number in range(BOTS)),
    ]
    (folder / "account.json").write_text(json.dumps(resource("ExchangeAccount", "paper", account)))
    (folder / "token").write_text(TOKEN)
    for one in objects:
        path = folder / "objects" / one["kind"].lower() / f"{one['metadata']['name']}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(one))
    (folder / "objects" / "complete").touch()
    async with open_store(str(folder / "store")) as store:
        await store.instruments.put(Instrument("binance", "BTC/USDT", "BTC", "USDT", *GRID))


def intent(ordinal: int, effect: str) -> dict[str, Any]:
    """Return a limit entry far below, or what takes it back."""
    enter = effect == "enter"
    none = {"mode": "none", "value": None}
    return {
        "symbol": "BTC/USDT",
        "ordinal": ordinal,
        "effect": effect,
        "side": "buy",
        "kind": "limit" if enter else "market",
        "lots": 100 if enter else 0,
        "ticks": 9_000 if enter else 0,
        "validBars": 0,
        "stop": none,
        "target": none,
        "reason": "bench",
    }


async def play(client: Client, name: str) -> list[float]:
    """Play one bot; return the seconds that each of its batches took."""
    question = {"strategy": name, "pod": name, "generation": 1, "code": "c", "layout": "l"}
    session = await client.post("/v1/sessions", {**question, "anchor": START, "start": START})
    batch = {"strategy": name, "epoch": session["epoch"], "decidedThrough": START, "barsHash": ""}
    await client.post("/v1/intents", {**batch, "intents": [intent(0, "enter")]})
    seconds = []
    for number in range(BATCHES):
        ordinal = 1 + 2 * number
        intents = [intent(ordinal, "cancel"), intent(ordinal + 1, "enter")]
        began = time.perf_counter()
        answer = await client.post("/v1/intents", {**batch, "intents": intents})
        seconds.append(time.perf_counter() - began)
        outcomes = {one["outcome"] for one in answer["outcomes"]}
        if outcomes != {"Accepted"}:
            raise RuntimeError(f"a batch was answered with {answer}, expected Accepted alone")
    return seconds


async def until_ready(client: Client) -> None:
    """Wait until the gateway has seen all objects."""
    async with asyncio.timeout(30):
        while True:
            try:
                await client.get("/readyz")
            except ClientError:
                await asyncio.sleep(0.02)
            else:
                return


async def measure(folder: Path) -> dict[str, Any]:
    """Run the gateway and its bots; return the figures."""
    await lay_out(folder)
    listen = f"unix:{folder}/gateway.sock"
    arguments = ("--spec", folder / "account.json", "--objects", folder / "objects")
    rest = ("--store", folder / "store", "--listen", listen)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tradewinds", "gateway", *map(str, (*arguments, *rest))),
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with Client(listen, token_file=folder / "token", attempts=1) as client:
            await until_ready(client)
            idle = rss_mb(process.pid)
            began = time.perf_counter()
            bots = await asyncio.gather(*(play(client, f"bot-{n}") for n in range(BOTS)))
            took = time.perf_counter() - began
            busy = rss_mb(process.pid)
    finally:
        process.terminate()
        await process.wait()
    latencies = sorted(second for bot in bots for second in bot)
    return {
        "intentsPerSecond": round(2 * BOTS * BATCHES / took, 1),
        "batchMedianMs": round(latencies[len(latencies) // 2] * 1000, 2),
        "rssIdleMb": round(idle, 1),
        "rssMb": round(busy, 1),
    }


def rss_mb(pid: int) -> float:
    """Return the resident memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def bare_commits(folder: Path) -> float:
    """Return how many one-row commits a second a bare loop makes on this disk."""
    with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("CREATE TABLE events (number INTEGER PRIMARY KEY, body TEXT)")
        body = json.dumps(intent(1, "enter"))
        began = time.perf_counter()
        for _ in range(COMMITS):
            database.execute("BEGIN IMMEDIATE")
            database.execute("INSERT INTO events (body) VALUES (?)", (body,))
            database.execute("COMMIT")
        return COMMITS / (time.perf_counter() - began)


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    as_json = parser.parse_args().json
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(measure(Path(folder)))
        bare = bare_commits(Path(folder))
    ratio = figures["intentsPerSecond"] / bare
    met = figures["rssMb"] <= RSS_LIMIT_MB and ratio >= RATIO_LIMIT
    figures |= {
        "bareCommitsPerSecond": round(bare, 1),
        "ratio": round(ratio, 2),
        "ratioLimit": RATIO_LIMIT,
        "rssLimitMb": RSS_LIMIT_MB,
        "met": met,
    }
    if as_json:
        print(json.dumps(figures))
    else:
        print(
            f"gateway {figures['intentsPerSecond']:.0f} intents/s committed, bare SQLite "
            f"{bare:.0f} commits/s, ratio {ratio:.2f} (limit {RATIO_LIMIT}); a batch "
            f"{figures['batchMedianMs']:.1f} ms; memory {figures['rssMb']:.1f} MB "
            f"(limit {RSS_LIMIT_MB:.0f}): {'met' if met else 'MISSED'}"
        )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
