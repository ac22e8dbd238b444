"""A real API server with the CRDs, and operators of `small_operator` beside it."""

import json
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from tradewinds_crds.names import API_VERSION, KINDS
from tradewinds_e2e.servers.child import leash
from tradewinds_e2e.servers.kubernetes import ApiServer
from tradewinds_e2e.servers.ports import reserve_port

CRDS = Path(__file__).parents[3] / "crds"
PROGRAM = Path(__file__).with_name("small_operator.py")
SYSTEM = "tradewinds-system"
PATIENCE = 30.0


@dataclass(frozen=True)
class Operator:
    """A running process and where it serves."""

    process: "subprocess.Popen[bytes]"
    port: int
    log: Path

    def read(self, path: str) -> str:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                text: str = answer.read().decode()
                return text
        except (URLError, OSError):
            return ""

    def metric(self, series: str, /, **labels: str) -> float:
        wanted = [f'{key}="{value}"' for key, value in labels.items()]
        lines = [line for line in self.read("/metrics").splitlines() if line.startswith(series)]
        found = [line for line in lines if all(label in line for label in wanted)]
        return sum(float(line.rpartition(" ")[2]) for line in found)

    def writes(self) -> float:
        return self.metric("tradewinds_operator_api_writes_total")


@dataclass(frozen=True)
class Stage:
    """The cluster as a test sees it; each test has a namespace of its own."""

    server: ApiServer
    folder: Path
    namespace: str

    @contextmanager
    def operator(self, user: str = "", **words: str) -> Iterator[Operator]:
        """Run an operator, as administrator or as somebody with fewer rights."""
        with ExitStack() as stack:
            port = reserve_port(stack)
            log = self.folder / f"operator-{port}.log"
            said = {
                "kubeconfig": str(self.kubeconfig(user)),
                "store": str(self.folder / "store"),
                "port": str(port),
                **words,
            }
            command = [*leash(signal.SIGKILL), sys.executable, str(PROGRAM)]
            command += [f"{key}={value}" for key, value in said.items()]
            with log.open("wb") as file:
                process = subprocess.Popen(command, stderr=file)
            try:
                yield Operator(process, port, log)
            finally:
                process.kill()
                process.wait()

    def kubeconfig(self, user: str = "") -> Path:
        config = json.loads(self.server.kubeconfig.read_text())
        path = self.folder / f"kubeconfig-{user or 'admin'}"
        if user:
            token = self.server.kubectl("create", "token", user, "-n", SYSTEM).strip()
            config["users"][0]["user"] = {"token": token}
        path.write_text(json.dumps(config))
        return path

    def apply(self, *objects: Mapping[str, Any]) -> None:
        self.server.kubectl(
            *("apply", "--server-side", "--force-conflicts", "-f", "-"),
            stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}),
        )

    def feed(self, name: str = "replay", symbol: str = "BTC/USDT") -> dict[str, Any]:
        spec = {
            "symbols": [symbol],
            "timeframes": ["1h"],
            "replay": {"exchange": "binance", "from": "2024-01-01", "to": "2024-02-01"},
        }
        metadata = {"name": name, "namespace": self.namespace}
        return {"apiVersion": API_VERSION, "kind": "MarketFeed", "metadata": metadata, "spec": spec}

    def get(self, resource: str, name: str) -> dict[str, Any] | None:
        text = self.server.kubectl(
            *("get", resource, name, "-n", self.namespace, "-o", "json", "--ignore-not-found")
        )
        found: dict[str, Any] | None = json.loads(text) if text else None
        return found

    def delete(self, resource: str, name: str) -> None:
        self.server.kubectl("delete", resource, name, "-n", self.namespace, "--wait=false")

    def conditions(self, name: str = "replay") -> dict[str, tuple[str, str]]:
        feed = self.get("marketfeed", name) or {}
        rows = feed.get("status", {}).get("conditions", [])
        return {row["type"]: (row["status"], row["reason"]) for row in rows}

    def is_made(self, name: str = "replay") -> bool:
        return self.conditions(name).get("Ready") == ("True", "Made")


def prepare(server: ApiServer) -> None:
    """Install the CRDs and make the operator's namespace, unless it was done."""
    server.kubectl("apply", "--server-side", "-f", str(CRDS))
    for names in KINDS.values():
        server.kubectl("wait", "--for=condition=Established", f"crd/{names.crd}")
    if not server.kubectl("get", "namespace", SYSTEM, "--ignore-not-found"):
        server.namespace(SYSTEM)


def new_stage(server: ApiServer, folder: Path) -> Stage:
    namespace = f"core-{uuid.uuid4().hex[:8]}"
    server.namespace(namespace)
    return Stage(server, folder, namespace)


def until(look: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Look again until it is true; AssertionError says what did not happen."""
    deadline = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        time.sleep(0.1)
