"""A site: Tradewinds installed by its chart on a cluster, as its users see it.

Everything goes through `kubectl`, `helm` and the command line, with real market data; nothing looks
behind the doors that users have. Each journey trades in a namespace of its own.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from tradewinds_e2e.cluster import Cluster
from tradewinds_e2e.cluster.audit import writes_of

T = TypeVar("T")

ROOT: Final = Path(__file__).resolve().parents[3]
CHART: Final = ROOT / "charts" / "tradewinds"
RELEASE: Final = "tradewinds"
SYSTEM: Final = "tradewinds-system"
OPERATOR: Final = "deployment/tradewinds-operator"
BARS: Final = {
    "BTC/USDT": ("binance_BTC-USDT_1h_2024.csv.gz", "0.01", "0.00001"),
    "ETH/USDT": ("binance_ETH-USDT_1h_2024.csv.gz", "0.01", "0.0001"),
}
_POLL: Final = 0.25  # seconds

Resource = dict[str, Any]


class CommandError(Exception):
    """A command ended with another code than 0; the message is what it said."""


def run(command: list[str], *, stdin: str = "", env: Mapping[str, str] | None = None) -> str:
    """Run a command and return what it printed; CommandError with its words if it failed."""
    done = subprocess.run(
        command,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **(env or {})},
    )
    if done.returncode:
        said = (done.stderr.strip() or done.stdout)[-2000:]
        raise CommandError(f"{' '.join(command[:9])} …: {said}")
    return done.stdout


def until(look: Callable[[], T], seconds: float, what: str) -> T:
    """Look until there is something true, and return it; AssertionError names what never came."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"{what}: not within {seconds:g} s; last: {found!r}"
        time.sleep(_POLL)
    return found


@dataclass(frozen=True)
class Site:
    """A cluster with Tradewinds on it."""

    cluster: Cluster
    kubectl_path: Path
    helm_path: Path
    values: tuple[Path, ...]
    store: Path  # an embedded store with the same bars, for backtests on this machine

    @property
    def kubeconfig(self) -> Path:
        return self.cluster.kubeconfig

    @property
    def is_ours(self) -> bool:
        """Whether the cluster's parts can be stopped and its audit log be read."""
        return self.cluster.layout is not None

    def upgrade(self, *options: str) -> None:
        """Install the chart, or upgrade it; an upgrade that was cut off is taken back first."""
        listed = json.loads(self.helm("list", "--namespace", SYSTEM, "--pending", "-o", "json"))
        if listed:
            self.helm("rollback", RELEASE, "--namespace", SYSTEM)
        values = [word for path in self.values for word in ("--values", str(path))]
        self.helm(
            *("upgrade", "--install", RELEASE, str(CHART), "--namespace", SYSTEM),
            *(*values, *options, "--wait", "--timeout", "5m"),
        )

    def restart_operator(self) -> None:
        """Start the operator's pods anew and wait for them."""
        for words in (("restart",), ("status", "--timeout=120s")):
            self.kubectl("-n", SYSTEM, "rollout", words[0], OPERATOR, *words[1:])

    def operator_writes(self, since: int, namespace: str, name: str = "") -> list[str]:
        """Return what the operator has written since a position of the audit log."""
        user = f"system:serviceaccount:{SYSTEM}:tradewinds-operator"
        found = writes_of(self.cluster.audit_log, user, since)
        return [str(one) for one in found if one.namespace == namespace and name in str(one)]

    def kubectl(self, *arguments: str, stdin: str = "") -> str:
        return run(
            [str(self.kubectl_path), "--kubeconfig", str(self.kubeconfig), *arguments], stdin=stdin
        )

    def helm(self, *arguments: str) -> str:
        return run([str(self.helm_path), "--kubeconfig", str(self.kubeconfig), *arguments])

    def plugin(self, *arguments: str) -> str:
        """Run `kubectl tradewinds …` as a person does, with the plugin on the PATH."""
        path = f"{Path(sys.executable).parent}:{self.kubectl_path.parent}:{os.environ['PATH']}"
        env = {"KUBECONFIG": str(self.kubeconfig), "PATH": path}
        return run([str(self.kubectl_path), "tradewinds", *arguments], env=env)

    def tradewinds(self, *arguments: str) -> str:
        return run([sys.executable, "-m", "tradewinds", *arguments])

    def backtest(self, file: Path) -> dict[str, Any]:
        """Backtest a file on this machine, over the same bars that the cluster has."""
        answer: dict[str, Any] = json.loads(
            self.tradewinds("backtest", str(file), "--json", "--store", str(self.store))
        )
        return answer

    def namespace(self, name: str) -> "Trading":
        return Trading(self, name)

    @contextmanager
    def forwarded(self, target: str, port: int) -> Iterator[int]:
        """Lend a port of this machine that leads to a Service or pod in the system's namespace."""
        command = [str(self.kubectl_path), "--kubeconfig", str(self.kubeconfig), "-n", SYSTEM]
        process = subprocess.Popen(
            [*command, "port-forward", target, f":{port}"], stdout=subprocess.PIPE, text=True
        )
        try:
            assert process.stdout is not None
            line = process.stdout.readline()  # Forwarding from 127.0.0.1:43211 -> 5432
            yield int(line.split(" -> ")[0].rpartition(":")[2])
        finally:
            process.terminate()
            process.communicate()


@dataclass(frozen=True)
class Trading:
    """One namespace that trades."""

    site: Site
    name: str

    def kubectl(self, *arguments: str, stdin: str = "") -> str:
        return self.site.kubectl("-n", self.name, *arguments, stdin=stdin)

    def apply(self, text: str) -> str:
        return self.kubectl("apply", "-f", "-", stdin=text)

    def get(self, kind: str, name: str) -> Resource | None:
        text = self.kubectl("get", kind, name, "-o", "json", "--ignore-not-found")
        return json.loads(text) if text else None

    def all(self, kind: str, *arguments: str) -> list[Resource]:
        items: list[Resource] = json.loads(self.kubectl("get", kind, "-o", "json", *arguments))[
            "items"
        ]
        return items

    def wait(self, what: str, condition: str, seconds: int = 120) -> None:
        """`kubectl wait`, as a pipeline of a user would."""
        self.kubectl("wait", what, f"--for=condition={condition}", f"--timeout={seconds}s")

    def condition(self, kind: str, name: str, condition: str) -> dict[str, Any]:
        """Return a condition; an empty one before there is any."""
        resource = self.get(kind, name) or {}
        found = resource.get("status", {}).get("conditions", [])
        return next((one for one in found if one["type"] == condition), {})

    def until_reason(self, kind: str, name: str, condition: str, reason: str, seconds: int) -> str:
        """Wait for a condition's reason and return its message."""

        def message() -> str:
            now = self.condition(kind, name, condition)
            return str(now.get("message") or "-") if now.get("reason") == reason else ""

        return until(message, seconds, f"{kind}/{name} {condition} {reason}")

    def ask(self, account: str, path: str) -> dict[str, Any]:
        """Ask a gateway's desk through the API server, as the plugin does."""
        route = f"/api/v1/namespaces/{self.name}/services/gateway-{account}:desk/proxy{path}"
        answer: dict[str, Any] = json.loads(self.site.kubectl("get", "--raw", route))
        return answer

    def row(self, account: str, strategy: str) -> dict[str, Any]:
        """Return what the gateway says of a Strategy, a deleted one last; empty for nothing."""
        try:
            rows = self.ask(account, "/v1/status")["strategies"]
        except CommandError:
            return {}
        named = [row for row in rows if row["name"] == strategy]
        return min(named, key=lambda row: bool(row["deleted"]), default={})

    def until_decided(
        self, account: str, strategy: str, close: int, seconds: int
    ) -> dict[str, Any]:
        """Wait until a bot has decided the close at this time (ms), and return its row."""

        def there() -> dict[str, Any]:
            row = self.row(account, strategy)
            return row if (row.get("decidedThrough") or 0) >= close else {}

        return until(there, seconds, f"{strategy} decided through {close}")

    def kill(self, pod: str) -> None:
        """Kill a pod without grace."""
        self.kubectl("delete", "pod", pod, "--grace-period=0", "--force", "--wait=false")
