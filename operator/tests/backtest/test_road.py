"""The whole road of a Backtest: API server, operator, PostgreSQL and a worker, all of them real."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from core_stage import SYSTEM, Operator, Stage, new_stage, prepare, until

from tradewinds_crds.names import API_VERSION
from tradewinds_crds.question import CHANGED_SINCE
from tradewinds_e2e.servers.kubernetes import ApiServer
from tradewinds_e2e.servers.ports import reserve_port
from tradewinds_store.timescale.migrate import migrate

ROOT = Path(__file__).parents[3]
DATA = ROOT / "data" / "binance_BTC-USDT_1h_2024.csv.gz"
MOST_WRITES = 12
RULES = {"long": {"entry": "close > sma(close, 20)", "exit": "close < sma(close, 20)"}}
STRATEGY = {
    "accountRef": {"name": "paper"},
    "symbols": ["BTC/USDT"],
    "timeframe": "1h",
    "capital": "10000 USDT",
    "sizing": {"equity": "25%"},
    "rules": RULES,
}
YEAR = {
    "strategyRef": {"name": "trend"},
    "period": {"from": "2024-02-01", "to": "2024-12-01"},
    "acceptance": ["trades >= 100000"],
    "sizeClass": "Small",
}

SLOW = {**STRATEGY, "rules": {"long": {"entry": "close > sma(close, 50)"}}}
BOTH = {
    "strategies": [
        {"strategyRef": {"name": "trend"}, "weight": "60%"},
        {"strategyRef": {"name": "slow"}, "weight": "30%"},
    ],
    "period": YEAR["period"],
    "capital": "1000 USDT",
    "acceptance": ["trades >= 1"],
    "sizeClass": "Small",
}


def manifest(kind: str, name: str, spec: dict[str, Any], namespace: str = "") -> dict[str, Any]:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": API_VERSION, "kind": kind, "metadata": metadata, "spec": spec}


def tradewinds(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tradewinds", *words], capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def dsn(postgres_dsn: str) -> str:
    asyncio.run(migrate(postgres_dsn))
    words = ["--exchange", "binance", "--symbol", "BTC/USDT", "--timeframe", "1h"]
    tradewinds("data", "import", str(DATA), *words, "--store", postgres_dsn)
    return postgres_dsn


@pytest.fixture
def stage(kubernetes: ApiServer, tmp_path: Path) -> Stage:
    prepare(kubernetes)
    kubernetes.kubectl("delete", "lease,job", "--all", "-n", SYSTEM)
    return new_stage(kubernetes, tmp_path)


@contextmanager
def operating(stage: Stage, dsn: str) -> Iterator[Operator]:
    """Run the operator that an image would run, with Jobs of its own."""
    with ExitStack() as stack:
        port = reserve_port(stack)
        settings = stage.folder / "settings.json"
        body = {"image": "none", "namespace": SYSTEM, "namespaces": [stage.namespace]}
        settings.write_text(json.dumps({**body, "workers": {"mode": "jobs", "most": 2}}))
        log = stage.folder / "operator.log"
        command = [sys.executable, "-m", "tradewinds_operator", "run", "--settings", str(settings)]
        command += ["--store", dsn, "--listen", f"127.0.0.1:{port}"]
        with log.open("ab") as file:
            process = subprocess.Popen(
                [*command, "--kubeconfig", str(stage.kubeconfig())], stderr=file
            )
        try:
            yield Operator(process, port, log)
        finally:
            process.terminate()
            process.wait(30)


def reason(stage: Stage, kind: str = "Complete") -> str:
    conditions = (stage.get("backtest", "year") or {}).get("status", {}).get("conditions", [])
    return next((str(one["reason"]) for one in conditions if one["type"] == kind), "")


def row(stage: Stage) -> list[str]:
    text = stage.server.kubectl("get", "bt", "year", "-n", stage.namespace, "--no-headers")
    return text.split()


def jobs(stage: Stage) -> list[dict[str, Any]]:
    text = stage.server.kubectl("get", "job", "-n", SYSTEM, "-o", "json")
    found: list[dict[str, Any]] = json.loads(text)["items"]
    return found


def work(job: dict[str, Any], dsn: str) -> None:
    """Run the worker of a Job, as its pod would."""
    (container,) = job["spec"]["template"]["spec"]["containers"]
    words = list(container["args"])
    words[words.index("--store") + 1] = dsn
    at = words.index("--listen")
    tradewinds(*words[:at], *words[at + 2 :])


def rows_in(dsn: str) -> list[Any]:
    async def fetch() -> list[Any]:
        connection = await asyncpg.connect(dsn)
        try:
            found: list[Any] = await connection.fetch("SELECT uid, state FROM tasks")
            return found
        finally:
            await connection.close()

    return asyncio.run(fetch())


def test_backtest_is_answered_as_on_a_laptop_and_forgotten_when_it_is_deleted(
    stage: Stage, dsn: str
) -> None:
    account = {"exchange": "binance", "environment": "Paper"}
    with operating(stage, dsn) as operator:
        stage.apply(manifest("Backtest", "year", YEAR, stage.namespace))
        until(lambda: reason(stage) == "StrategyMissing", "it says what it misses")
        stage.apply(
            manifest("ExchangeAccount", "paper", account, stage.namespace),
            manifest("Strategy", "trend", STRATEGY, stage.namespace),
        )
        until(lambda: reason(stage) == "Queued", "it is in the queue")
        until(lambda: jobs(stage), "a worker is started")
        (job,) = jobs(stage)
        assert job["metadata"]["name"] == "worker-small-1"
        work(job, dsn)
        until(lambda: reason(stage) == "TooFewTrades", "it has its answer")
        told = stage.get("backtest", "year")
        assert told is not None
        answer = laptop(stage, dsn)
        assert told["status"]["results"]["orderHash"] == answer["orderHash"]
        assert told["status"]["run"] == answer["provenance"]["key"]
        complete, progress, gain, _, _, trades, accepted, why, _ = row(stage)[1:]
        assert (complete, progress, accepted, why) == ("True", "100%", "False", "TooFewTrades")
        assert gain[0] in "+-"
        assert trades == str(answer["stats"]["trades"])
        writes = "tradewinds_operator_api_writes_total"
        assert operator.metric(writes, verb="status", kind="Backtest") <= MOST_WRITES
        assert len(jobs(stage)) == 1
        assert [one["state"] for one in rows_in(dsn)] == ["done"]
        stage.delete("backtest", "year")
        until(lambda: not rows_in(dsn), "the queue has forgotten it")


def laptop(stage: Stage, dsn: str, spec: dict[str, Any] = YEAR) -> dict[str, Any]:
    """Return what `tradewinds backtest` says of the same manifests."""
    account = {"exchange": "binance", "environment": "Paper"}
    documents = [
        manifest("ExchangeAccount", "paper", account),
        manifest("Strategy", "trend", STRATEGY),
        manifest("Strategy", "slow", SLOW),
        manifest("Backtest", "year", spec),
    ]
    path = stage.folder / "year.yaml"
    path.write_text("\n---\n".join(map(json.dumps, documents)))
    found: dict[str, Any] = json.loads(tradewinds("backtest", str(path), "--store", dsn, "--json"))
    return found


def test_operator_that_was_away_tells_of_several_strategies_and_writes_nothing_twice(
    stage: Stage, dsn: str
) -> None:
    account = {"exchange": "binance", "environment": "Paper"}
    stage.apply(
        manifest("ExchangeAccount", "paper", account, stage.namespace),
        manifest("Strategy", "trend", STRATEGY, stage.namespace),
        manifest("Strategy", "slow", SLOW, stage.namespace),
        manifest("Backtest", "year", BOTH, stage.namespace),
    )
    with operating(stage, dsn):
        until(lambda: jobs(stage), "a worker is started")
    (job,) = jobs(stage)
    work(job, dsn)
    with operating(stage, dsn):
        until(lambda: reason(stage) == "Finished", "the answer is told later")
    before = stage.get("backtest", "year")
    assert before is not None
    answer = laptop(stage, dsn, BOTH)
    assert before["status"]["results"]["orderHash"] == answer["orderHash"]
    assert before["status"]["run"] == answer["provenance"]["key"]
    assert reason(stage, "Accepted") == "AllMet"
    with operating(stage, dsn) as again:
        until(lambda: again.read("/readyz") == "ok\n", "it leads")
        turns = "tradewinds_operator_reconcile_seconds_count"
        until(lambda: again.metric(turns, kind="Backtest") >= 1, "it has looked")
        assert again.metric("tradewinds_operator_api_writes_total", kind="Backtest") == 0
        assert stage.get("backtest", "year") == before
        edited = {**SLOW, "sizing": {"equity": "50%"}}
        stage.apply(manifest("Strategy", "slow", edited, stage.namespace))
        until(lambda: CHANGED_SINCE in message(stage), "it says that one of them was edited")


def message(stage: Stage) -> str:
    conditions = (stage.get("backtest", "year") or {}).get("status", {}).get("conditions", [])
    return next(str(one["message"]) for one in conditions if one["type"] == "Complete")
