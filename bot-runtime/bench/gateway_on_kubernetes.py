"""A gateway's memory, and how fast it sees a halt, on a real API server.

The view of a cluster is four watches over TLS; beside it the limit that every gateway has, 60 MB.
Many Strategies of its account and of another one lie in its namespace, and bots with pods' tokens
open sessions. A halt is timed from the end of `kubectl apply` until `/v1/status` names it. Exits 1
when a limit is missed; without the server's programs it says so and counts as skipped.
"""

import argparse
import asyncio
import base64
import json
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

from tradewinds.process.client import Client, ClientError
from tradewinds_crds.names import API_VERSION, AUDIENCE, BOT_ACCOUNT, GATEWAY_ACCOUNT, KINDS, Kind
from tradewinds_e2e.errors import Unavailable
from tradewinds_e2e.servers.kubernetes import ApiServer, running
from tradewinds_store.open import open_store
from tradewinds_store.records import Instrument

BOTS = 20
NEIGHBOURS = 200  # Strategies of another account in the same namespace
HALTS = 5
RSS_LIMIT_MB = 60.0
HALT_LIMIT_SECONDS = 1.0
START = 1_704_067_200_000
CRDS = Path(__file__).parents[2] / "crds"
NAMESPACE = "bench"
CORE = f"/api/v1/namespaces/{NAMESPACE}"
REPLAY = {"exchange": "binance", "from": "2024-01-01"}
GRID = (Decimal("0.1"), Decimal("0.001"), Decimal(5))


def create(server: ApiServer, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Create an object and return it as it is stored."""
    answer = server.call("POST", path, body)
    if answer.status >= 300:
        raise RuntimeError(f"POST {path}: {answer.body}")
    return answer.body


def resource(server: ApiServer, kind: Kind, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    """Create one of our resources."""
    path = f"/apis/{API_VERSION}/namespaces/{NAMESPACE}/{KINDS[kind].plural}"
    top = {"apiVersion": API_VERSION, "kind": kind.value, "metadata": {"name": name}}
    return create(server, path, {**top, "spec": spec})


def strategy(account: str) -> dict[str, Any]:
    """Return the spec of a running paper Strategy."""
    return {
        "accountRef": {"name": account},
        "symbols": ["BTC/USDT"],
        "timeframe": "1h",
        "capital": "10000 USDT",
        "sizing": {"equity": "25%"},
        "rules": {"long": {"entry": "close > open"}},
    }


def lay_out(server: ApiServer, folder: Path) -> list[tuple[str, str, str]]:
    """Fill the namespace and the folder; return (uid, pod uid, token) of each bot."""
    server.kubectl("apply", "-f", str(CRDS))
    for names in KINDS.values():
        server.kubectl("wait", "--for=condition=Established", "--timeout=30s", f"crd/{names.crd}")
    server.namespace(NAMESPACE)
    for account in (GATEWAY_ACCOUNT, BOT_ACCOUNT):
        create(server, f"{CORE}/serviceaccounts", {"metadata": {"name": account}})
    user = f"--serviceaccount={NAMESPACE}:{GATEWAY_ACCOUNT}"
    server.kubectl("create", "clusterrolebinding", "bench", "--clusterrole=cluster-admin", user)
    paper = {"exchange": "binance", "environment": "Paper"}
    made = resource(server, Kind.EXCHANGE_ACCOUNT, "paper", paper)
    (folder / "account.json").write_text(json.dumps(made))
    feed = {"replay": REPLAY, "symbols": ["BTC/USDT"], "timeframes": ["1h"]}
    resource(server, Kind.MARKET_FEED, "bars", feed)
    for number in range(NEIGHBOURS):
        resource(server, Kind.STRATEGY, f"neighbour-{number}", strategy("other"))
    config = json.loads(server.kubeconfig.read_text())["clusters"][0]["cluster"]
    (folder / "ca.crt").write_bytes(base64.b64decode(config["certificate-authority-data"]))
    (folder / "token").write_text(token(server, GATEWAY_ACCOUNT, {}))
    return [bot(server, f"bot-{number}") for number in range(BOTS)]


def bot(server: ApiServer, name: str) -> tuple[str, str, str]:
    """Create a Strategy and its pod, which nobody runs."""
    uid = resource(server, Kind.STRATEGY, name, strategy("paper"))["metadata"]["uid"]
    spec = {"serviceAccountName": BOT_ACCOUNT, "containers": [{"name": "bot", "image": "none"}]}
    pod = create(server, f"{CORE}/pods", {"metadata": {"name": f"bot-{name}-0"}, "spec": spec})
    bound = {"kind": "Pod", "apiVersion": "v1", "name": f"bot-{name}-0"}
    bound |= {"uid": pod["metadata"]["uid"]}
    asked = {"audiences": [AUDIENCE], "boundObjectRef": bound}
    return uid, pod["metadata"]["uid"], token(server, BOT_ACCOUNT, asked)


def token(server: ApiServer, account: str, spec: dict[str, Any]) -> str:
    """Ask for a ServiceAccount's token."""
    path = f"{CORE}/serviceaccounts/{account}/token"
    found: str = create(server, path, {"spec": spec})["status"]["token"]
    return found


async def open_session(listen: str, folder: Path, uid: str, pod: str, own_token: str) -> None:
    """Open a session as a bot does."""
    path = folder / f"{pod}.token"
    path.write_text(own_token)
    question = {"strategy": uid, "pod": pod, "generation": 1, "code": "c", "layout": "l"}
    async with Client(listen, token_file=path, attempts=1) as client:
        await client.post("/v1/sessions", {**question, "anchor": START, "start": START})


async def seconds_to_halt(server: ApiServer, client: Client, name: str) -> float:
    """Apply a halt and return how long the gateway took to see it."""
    spec = {"selector": {}, "reason": "a benchmark"}
    top = {"apiVersion": API_VERSION, "kind": "TradingHalt", "metadata": {"name": name}}
    text = json.dumps({**top, "spec": spec})
    await asyncio.to_thread(server.kubectl, "apply", "-f", "-", stdin=text)
    began = time.perf_counter()
    async with asyncio.timeout(30):
        while not await names(client, name):  # noqa: ASYNC110  another process sees it
            await asyncio.sleep(0.01)
    return time.perf_counter() - began


async def names(client: Client, name: str) -> bool:
    """Tell whether the gateway names a halt."""
    return any(one["name"] == name for one in (await client.get("/v1/status"))["halts"])


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


async def measure(server: ApiServer, folder: Path) -> dict[str, Any]:
    """Run the gateway, its bots and the halts; return the figures."""
    bots = lay_out(server, folder)
    async with open_store(str(folder / "store")) as store:
        await store.instruments.put(Instrument("binance", "BTC/USDT", "BTC", "USDT", *GRID))
    listen = f"unix:{folder}/gateway.sock"
    arguments = ["--spec", f"{folder}/account.json", "--store", f"{folder}/store", "--kubernetes"]
    arguments += ["--api-server", f"https://127.0.0.1:{server.port}", "--api-credentials"]
    arguments += [str(folder), "--bars", f"unix:{folder}/nobody.sock", "--listen", listen]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tradewinds", "gateway", *arguments),
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with Client(listen, attempts=100, longest_pause=0.1) as client:
            await until_ready(client)
            idle = rss_mb(process.pid)
            await asyncio.gather(*(open_session(listen, folder, *one) for one in bots))
            halts = [await seconds_to_halt(server, client, f"halt-{n}") for n in range(HALTS)]
            busy = rss_mb(process.pid)
    finally:
        process.terminate()
        await process.wait()
    return {
        "rssIdleMb": round(idle, 1),
        "rssMb": round(busy, 1),
        "haltSeconds": round(max(halts), 3),
    }


def rss_mb(pid: int) -> float:
    """Return the resident memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    as_json = parser.parse_args().json
    try:
        with tempfile.TemporaryDirectory() as folder, running() as server:
            figures = asyncio.run(measure(server, Path(folder)))
    except Unavailable as reason:
        print(f"gateway on Kubernetes skipped: {reason}")
        return 0
    met = figures["rssMb"] <= RSS_LIMIT_MB and figures["haltSeconds"] <= HALT_LIMIT_SECONDS
    figures |= {"rssLimitMb": RSS_LIMIT_MB, "haltLimitSeconds": HALT_LIMIT_SECONDS, "met": met}
    if as_json:
        print(json.dumps(figures))
    else:
        print(
            f"gateway on Kubernetes, {BOTS} bots: memory {figures['rssIdleMb']:.1f} MB idle, "
            f"{figures['rssMb']:.1f} MB busy (limit {RSS_LIMIT_MB:.0f}); a halt is seen after "
            f"{figures['haltSeconds'] * 1000:.0f} ms at most (limit "
            f"{HALT_LIMIT_SECONDS * 1000:.0f}): {'met' if met else 'MISSED'}"
        )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
