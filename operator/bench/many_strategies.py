"""Thousands of Strategies: how soon their pods run, what they cost, how long a start takes.

A real API server, the real controllers and scheduler, and kwok's nodes, on which pods only say that
they run. The peer is the built-in StatefulSet controller, which makes the same number of pods from
StatefulSets that stand there already: the same template, in the same run, alone. Both keep to the
rates of calls that they are shipped with; with `--limits none` to no rate, and then it is the
processors of this machine that they share. Exits 1 when all pods take more than 1.5 times as long.
"""

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import product
from pathlib import Path
from typing import Any, Final
from urllib.request import urlopen

import yaml

from tradewinds_crds.names import BOT_ACCOUNT, GATEWAY_ACCOUNT
from tradewinds_e2e.servers import controllers
from tradewinds_e2e.servers import kubernetes as api
from tradewinds_e2e.servers.kubernetes import ApiServer
from tradewinds_e2e.servers.ports import reserve_port
from tradewinds_e2e.setup.cluster import KUBERNETES_NODE, KWOK
from tradewinds_store.open import open_store

RATIO_LIMIT: Final = 1.5
WRITERS: Final = 16  # connections that make the objects
PODS_A_NODE: Final = 400
ROOT: Final = Path(__file__).resolve().parents[2]
VALUES: Final = ROOT / "charts" / "tradewinds" / "values.yaml"
NO_LIMITS: Final = {"apiRate": 1000, "concurrency": 32}
NAMES_ONLY: Final = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
GROUP: Final = "/apis/tradewinds.dev/v1alpha1"
ACCOUNT: Final = {"exchange": "binance", "environment": "Paper"}
FEED: Final = {
    "symbols": ["BTC/USDT"],
    "timeframes": ["1h"],
    "replay": {"exchange": "binance", "from": "2024-01-01", "to": "2024-02-01"},
}
STRATEGY: Final = {
    "accountRef": {"name": "paper"},
    "symbols": ["BTC/USDT"],
    "timeframe": "1h",
    "capital": "10000 USDT",
    "sizing": {"equity": "25%"},
    "rules": {"long": {"entry": "close > sma(close, 20)", "exit": "close < sma(close, 20)"}},
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--strategies", type=int, default=2000)
    parser.add_argument("--limits", choices=("shipped", "none"), default="shipped")
    parser.add_argument("--json", action="store_true", help="print JSON lines")
    options = parser.parse_args()
    figures = measured(options.strategies, as_shipped=options.limits == "shipped")
    if options.json:
        print(json.dumps({"bench": "operator", "limits": options.limits, **figures}))
    else:
        print(
            f"{figures['strategies']} Strategies: all pods run after {figures['seconds']:.1f} s, "
            f"{figures['ratio']:.2f} x the StatefulSet controller alone "
            f"({figures['alone']:.1f} s; at most {RATIO_LIMIT} x)\n"
            f"operator: {figures['empty_mb']:.0f} MB at rest, {figures['full_mb']:.0f} MB then, "
            f"{figures['kb_each']:.1f} kB a Strategy; {figures['writes_each']:.1f} writes each\n"
            f"start with all of them there: {figures['start']:.1f} s until each was looked at"
        )
    return 1 if figures["ratio"] > RATIO_LIMIT else 0


def measured(count: int, *, as_shipped: bool) -> dict[str, Any]:
    """Run both roads and return the figures."""
    limits = yaml.safe_load(VALUES.read_text())["operator"] if as_shipped else NO_LIMITS
    KUBERNETES_NODE.build()
    KWOK.build()
    with ExitStack() as stack:
        server = stack.enter_context(api.running())
        nodes = 2 * count // PODS_A_NODE + 2
        stack.enter_context(controllers.running(server, nodes, as_shipped=as_shipped))
        server.kubectl("apply", "--server-side", "-f", str(ROOT / "crds"))
        for namespace in ("ours", "alone", "tradewinds-system"):
            server.namespace(namespace)
        for namespace, account in product(("ours", "alone"), (BOT_ACCOUNT, GATEWAY_ACCOUNT)):
            server.kubectl("--namespace", namespace, "create", "serviceaccount", account)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        with running_operator(server, folder, limits) as first:
            figures = road_of_operator(server, first, count)
        figures["alone"] = road_of_statefulsets(server, count)
        figures["ratio"] = figures["seconds"] / figures["alone"]
        began = time.monotonic()
        with running_operator(server, folder, limits) as second:
            until(lambda: second.reconciled() >= count, 600, "every Strategy was looked at again")
            figures["start"] = time.monotonic() - began
    return figures


def road_of_operator(server: ApiServer, operator: "Operator", count: int) -> dict[str, Any]:
    """Make the Strategies and wait for their pods."""
    create(
        server, f"{GROUP}/namespaces/ours/exchangeaccounts", [("paper", "ExchangeAccount", ACCOUNT)]
    )
    create(server, f"{GROUP}/namespaces/ours/marketfeeds", [("replay", "MarketFeed", FEED)])
    until(
        lambda: pods(server, "ours", "bot") == 0 and operator.reconciled_all() > 0, 60, "it works"
    )
    until(lambda: watchers(server, "strategies") > 1, 90, "the garbage collector knows our kinds")
    empty, before = operator.memory_mb(), operator.writes()
    began = time.monotonic()
    made = [(f"strategy-{number}", "Strategy", STRATEGY) for number in range(count)]
    create(server, f"{GROUP}/namespaces/ours/strategies", made)
    until(lambda: pods(server, "ours", "bot") >= count, 1800, "all pods of Strategies run")
    seconds = time.monotonic() - began
    full = operator.memory_mb()
    return {
        "strategies": count,
        "seconds": seconds,
        "empty_mb": empty,
        "full_mb": full,
        "kb_each": (full - empty) * 1024 / count,
        "writes_each": (operator.writes() - before) / count,
    }


def road_of_statefulsets(server: ApiServer, count: int) -> float:
    """Make StatefulSets of the same template and return the seconds until their pods run."""
    shown = server.kubectl("-n", "ours", "get", "statefulset", "bot-strategy-0", "-o", "json")
    spec = json.loads(shown)["spec"]
    began = time.monotonic()
    made = [(f"plain-{number}", "StatefulSet", plain(spec, number)) for number in range(count)]
    create(server, "/apis/apps/v1/namespaces/alone/statefulsets", made, "apps/v1")
    until(lambda: pods(server, "alone", "bot") >= count, 1800, "all pods of StatefulSets run")
    return time.monotonic() - began


def plain(spec: dict[str, Any], number: int) -> dict[str, Any]:
    labels = {"app.kubernetes.io/component": "bot", "bench": f"plain-{number}"}
    metadata = {**spec["template"]["metadata"], "labels": labels}
    template = {**spec["template"], "metadata": metadata}
    return {**spec, "selector": {"matchLabels": labels}, "template": template}


def create(
    server: ApiServer,
    path: str,
    made: list[tuple[str, str, dict[str, Any]]],
    version: str = "tradewinds.dev/v1alpha1",
) -> None:
    """Create objects over several connections, as a fleet of pipelines would."""

    def one(item: tuple[str, str, dict[str, Any]]) -> None:
        name, kind, spec = item
        body = {"apiVersion": version, "kind": kind, "metadata": {"name": name}, "spec": spec}
        answer = server.call("POST", path, body)
        if answer.status >= 400:
            raise SystemExit(f"{kind} {name}: {answer.body.get('message')}")

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(one, made))


def pods(server: ApiServer, namespace: str, component: str) -> int:
    """Count the pods that say that they run."""
    query = f"labelSelector=app.kubernetes.io/component%3D{component}"
    path = f"/api/v1/namespaces/{namespace}/pods?{query}&fieldSelector=status.phase%3DRunning"
    return len(server.call("GET", path, accept=NAMES_ONLY).body["items"] or [])


def watchers(server: ApiServer, plural: str) -> int:
    """Count who watches a kind.

    The garbage collector looks for new kinds every thirty seconds, and asks for each owner of a
    kind that it does not watch yet: a cluster whose CRDs are a moment old is none that anybody has.
    """
    text = server.call("GET", "/metrics").body["message"]
    series = re.compile(rf'apiserver_longrunning_requests{{.*resource="{plural}".*verb="WATCH".*}}')
    lines = (line for line in text.splitlines() if series.match(line))
    return sum(int(float(line.rpartition(" ")[2])) for line in lines)


class Operator:
    """A running operator, read through its metrics."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        self._process = process
        self._port = port

    def reconciled(self) -> float:
        """Return how often a Strategy was reconciled."""
        return self._sum(r'tradewinds_operator_reconcile_seconds_count\{[^}]*kind="Strategy"')

    def reconciled_all(self) -> float:
        return self._sum(r"tradewinds_operator_reconcile_seconds_count\{")

    def writes(self) -> float:
        return self._sum(r"tradewinds_operator_api_writes_total\{")

    def memory_mb(self) -> float:
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        return int(found[1]) / 1024 if found else 0.0

    def _sum(self, pattern: str) -> float:
        if self._process.poll() is not None:
            raise SystemExit(f"the operator ended with {self._process.returncode}")
        try:
            with urlopen(f"http://127.0.0.1:{self._port}/metrics", timeout=10) as answer:
                text = answer.read().decode()
        except OSError:
            return 0.0
        lines = (line for line in text.splitlines() if re.match(pattern, line))
        return sum(float(line.rpartition(" ")[2]) for line in lines)


@contextmanager
def running_operator(
    server: ApiServer, folder: Path, limits: Mapping[str, Any]
) -> Iterator[Operator]:
    """Run the operator as its pod would, with the administrator's kubeconfig."""
    asyncio.run(_make_store(folder / "store"))
    settings = folder / "settings.json"
    rates = {name: limits[name] for name in NO_LIMITS}
    settings.write_text(json.dumps({"image": "localhost/tradewinds:dev", **rates}))
    with ExitStack() as stack:
        port = reserve_port(stack)
        log = stack.enter_context((folder / "operator.log").open("ab"))
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "tradewinds_operator", "run"),
                *("--settings", str(settings), "--store", str(folder / "store")),
                *("--listen", f"127.0.0.1:{port}", "--kubeconfig", str(server.kubeconfig)),
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "KUBECONFIG": str(server.kubeconfig)},
        )
        try:
            yield Operator(process, port)
        finally:
            process.terminate()
            process.wait(30)


async def _make_store(folder: Path) -> None:
    async with open_store(str(folder)):
        pass


def until(look: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not look():
        if time.monotonic() > deadline:
            raise SystemExit(f"bench: {what}: not within {seconds:g} s")
        time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main())
