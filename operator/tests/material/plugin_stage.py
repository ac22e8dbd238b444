"""The plugin as a person runs it, on a real API server with a real gateway.

Nothing runs pods there, so the API server cannot reach a Service: a small `kubectl` before the real
one on the PATH answers for the Service proxy, and hands everything else on.
"""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tradewinds_crds.names import API_VERSION, GATEWAY_ACCOUNT, KINDS
from tradewinds_e2e.servers.child import child
from tradewinds_e2e.servers.kubernetes import ApiServer
from tradewinds_e2e.servers.ports import reserve_port

CRDS = Path(__file__).parents[3] / "crds"
PROGRAM = Path(sys.executable).parent / "kubectl-tradewinds"
NAMESPACE = "plugin"

_PROXY = """\
#!{python}
import os, re, sys, urllib.request
path = next((word for word in sys.argv if "/services/" in word), "")
found = re.fullmatch(r"/api/v1/namespaces/([^/]+)/services/([^/:]+):desk/proxy(/.*)", path)
desk = found and os.path.join({desks!r}, found[1] + "_" + found[2])
if found and os.path.exists(desk):
    port = open(desk).read()
    with urllib.request.urlopen("http://127.0.0.1:" + port + found[3], timeout=5) as answer:
        sys.stdout.write(answer.read().decode())
else:  # the real API server refuses who may not, and then knows no way to the Service
    os.execv({kubectl!r}, [{kubectl!r}, *sys.argv[1:]])
"""


def account(name: str = "paper") -> dict[str, Any]:
    return _object("ExchangeAccount", name, {"exchange": "binance", "environment": "Paper"})


def strategy(name: str, labels: Mapping[str, str] | None = None, **fields: Any) -> dict[str, Any]:
    spec = {
        "accountRef": {"name": "paper"},
        "symbols": ["BTC/USDT"],
        "timeframe": "1h",
        "capital": "10000 USDT",
        "sizing": {"equity": "25%"},
        "rules": {"parameters": {"n": 20}, "long": {"entry": "close > sma(close, n)"}},
    }
    return _object("Strategy", name, spec | fields, labels)


def feed(name: str) -> dict[str, Any]:
    replay = {"exchange": "binance"}
    return _object(
        "MarketFeed", name, {"symbols": ["BTC/USDT"], "timeframes": ["1h"], "replay": replay}
    )


def pod(name: str) -> dict[str, Any]:
    """Return a pod that nothing schedules there."""
    metadata = {"name": name, "namespace": NAMESPACE}
    containers = [{"name": "main", "image": "none"}]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": {"containers": containers, "automountServiceAccountToken": False},
    }


def _object(
    kind: str, name: str, spec: dict[str, Any], labels: Mapping[str, str] | None = None
) -> dict[str, Any]:
    metadata = {"name": name, "namespace": NAMESPACE, "labels": dict(labels or {})}
    return {"apiVersion": API_VERSION, "kind": kind, "metadata": metadata, "spec": spec}


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Stage:
    """A cluster with the CRDs, and a folder for programs and kubeconfigs."""

    server: ApiServer
    folder: Path

    def prepare(self) -> None:
        self.server.kubectl("apply", "-f", str(CRDS))
        for names in KINDS.values():
            self.server.kubectl("wait", "--for=condition=Established", f"crd/{names.crd}")
        self.server.namespace(NAMESPACE)
        self.desks.mkdir()
        (self.folder / "bin").mkdir()
        program = self.folder / "bin" / "kubectl"
        kubectl = str(self.server.kubectl_path)
        text = _PROXY.format(python=sys.executable, kubectl=kubectl, desks=str(self.desks))
        program.write_text(text)
        program.chmod(0o755)

    @property
    def desks(self) -> Path:
        return self.folder / "desks"

    def run(self, *words: str, user: str = "") -> Said:
        """Run the plugin, as administrator or as somebody without rights."""
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            [PROGRAM, *words],
            env={**os.environ, "PATH": path, "KUBECONFIG": str(self._kubeconfig(user))},
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Said(done.returncode, done.stdout, done.stderr)

    def _kubeconfig(self, user: str) -> Path:
        config = json.loads(self.server.kubeconfig.read_text())
        config["contexts"][0]["context"]["namespace"] = NAMESPACE
        if user:
            config["users"][0]["user"]["as"] = user
        path = self.folder / f"kubeconfig-{user}"
        path.write_text(json.dumps(config))
        return path

    def apply(self, *objects: Mapping[str, Any]) -> None:
        self.server.kubectl(
            *("apply", "--server-side", "--force-conflicts", "-f", "-"),
            stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}),
        )

    def get(self, resource: str, name: str) -> dict[str, Any]:
        text = self.server.kubectl("get", resource, name, "-n", NAMESPACE, "-o", "json")
        found: dict[str, Any] = json.loads(text)
        return found

    def set_status(self, resource: str, name: str, status: Mapping[str, Any]) -> None:
        self.server.kubectl(
            *("patch", resource, name, "-n", NAMESPACE, "--subresource=status", "--type=merge"),
            *("-p", json.dumps({"status": status})),
        )

    def serve_desk(self, account: str, port: int) -> None:
        """Let the Service of an account's gateway lead to a port of this machine."""
        (self.desks / f"{NAMESPACE}_gateway-{account}").write_text(str(port))

    def start_gateway(self, stack: ExitStack) -> None:
        """Start the gateway of the account `paper`, which follows this API server."""
        self.apply(account())
        spec = self.folder / "account.json"
        spec.write_text(json.dumps(self.get("exchangeaccounts.tradewinds.dev", "paper")))
        port = reserve_port(stack)
        command = [
            *(sys.executable, "-m", "tradewinds", "gateway", "--spec", spec, "--kubernetes"),
            *("--api-server", f"https://127.0.0.1:{self.server.port}"),
            *("--api-credentials", self._credentials()),
            *("--store", self.folder / "store", "--head", self.folder / "head.json"),
            *("--listen", f"tcp:127.0.0.1:{reserve_port(stack)}"),
            *("--desk", f"tcp:127.0.0.1:{port}"),
        ]
        running = stack.enter_context(child("gateway", command, self.folder / "gateway.log"))
        self.serve_desk("paper", port)
        running.wait_until(self._is_complete, 60)

    def _is_complete(self) -> bool:
        said = self.run("top", "--account", "paper", "--json")
        return said.code == 0 and said.json["gateways"][f"{NAMESPACE}/paper"]["viewComplete"]

    def _credentials(self) -> Path:
        """Return a folder as a kubelet makes it, for a ServiceAccount that may read our kinds."""
        kubectl = self.server.kubectl
        kubectl("create", "serviceaccount", GATEWAY_ACCOUNT, "-n", NAMESPACE)
        who = f"--serviceaccount={NAMESPACE}:{GATEWAY_ACCOUNT}"
        kubectl("create", "clusterrolebinding", f"{NAMESPACE}-gateway", "--clusterrole=view", who)
        kubectl(
            *("create", "clusterrole", f"{NAMESPACE}-kinds", "--verb=get,list,watch"),
            *(f"--resource={names.crd}" for names in KINDS.values()),
        )
        role = f"--clusterrole={NAMESPACE}-kinds"
        kubectl("create", "clusterrolebinding", f"{NAMESPACE}-kinds", role, who)
        folder = self.folder / "credentials"
        folder.mkdir()
        token = kubectl("create", "token", GATEWAY_ACCOUNT, "-n", NAMESPACE)
        (folder / "token").write_text(token.strip())
        config = json.loads(self.server.kubeconfig.read_text())
        authority = config["clusters"][0]["cluster"]["certificate-authority-data"]
        (folder / "ca.crt").write_bytes(base64.b64decode(authority))
        return folder
