"""Argo CD's core beside a cluster: controller, repository server and Redis, each a process here.

    with argocd.running(cluster, {"resource.customizations.health....": lua}) as argo:
        cluster.kubectl("apply", "-n", argocd.NAMESPACE, "-f", "-", stdin=application)
        argo.refresh("tradewinds")

They die with the process that started them. What they are configured by is Argo CD's own, taken
from its module; it stays in the cluster for the next run, without any Application.
"""

import json
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tradewinds_e2e.cache import cache_folder, run_folder
from tradewinds_e2e.cluster.access import Cluster
from tradewinds_e2e.cluster.probes import answers
from tradewinds_e2e.servers import redis
from tradewinds_e2e.servers.child import child, leash
from tradewinds_e2e.servers.ports import reserve_port
from tradewinds_e2e.setup.cluster import ARGOCD, HELM_3, KUBERNETES
from tradewinds_e2e.setup.packages import require_program

NAMESPACE = "argocd"
_START_SECONDS = 60
_APPLY = ("apply", "--server-side", "--force-conflicts", "--field-manager=tradewinds-argocd")
_CONFIGURATION = ("argocd-cm", "argocd-cmd-params-cm", "argocd-rbac-cm", "argocd-secret")
_EMPTY_MAPS = ("argocd-gpg-keys-cm", "argocd-ssh-known-hosts-cm", "argocd-tls-certs-cm")
_SETTINGS = {"timeout.reconciliation": "5s", "timeout.reconciliation.jitter": "0s"}
_SECONDS_BETWEEN_RESYNCS = 5


@dataclass(frozen=True)
class ArgoCd:
    """The running core."""

    cluster: Cluster
    logs: Path

    def application(self, name: str) -> dict[str, Any]:
        """Return an Application as it is now."""
        words = ["--namespace", NAMESPACE, "applications.argoproj.io", name, "--output=json"]
        found: dict[str, Any] = json.loads(self.cluster.kubectl("get", *words))
        return found

    def refresh(self, name: str) -> None:
        """Have it look at Git at once: it would see a new commit late."""
        words = ["--namespace", NAMESPACE, "applications.argoproj.io", name, "--overwrite"]
        self.cluster.kubectl("annotate", *words, "argocd.argoproj.io/refresh=hard")


@contextmanager
def running(cluster: Cluster, settings: Mapping[str, str] | None = None) -> Iterator[ArgoCd]:
    """Run it until the block ends; `settings` go to its ConfigMap argocd-cm."""
    require_program("git")
    ARGOCD.build()
    HELM_3.build()
    with ExitStack() as stack:
        folder = stack.enter_context(run_folder(cache_folder() / "runs"))
        _configure(cluster, {**_SETTINGS, **(settings or {})})
        cache = stack.enter_context(redis.running())
        environment = _environment(folder, cluster)
        server = _start_repository_server(stack, folder, environment, cache.port)
        _start_controller(stack, folder, environment, [cache.port, server], cluster)
        yield ArgoCd(cluster, folder)


def _configure(cluster: Cluster, settings: Mapping[str, str]) -> None:
    """Apply what it reads at its start, and remove what an earlier run left to it."""
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
    _apply(cluster, namespace)
    for path in sorted((ARGOCD.folder / "crds").glob("*-crd.yaml")):
        cluster.kubectl(*_APPLY, "--filename", str(path))
    cluster.kubectl("wait", "--for=condition=Established", "crd", "applications.argoproj.io")
    for name in (*_CONFIGURATION, *_EMPTY_MAPS):
        path = ARGOCD.folder / "config" / f"{name}.yaml"
        cluster.kubectl(*_APPLY, "--namespace", NAMESPACE, "--filename", str(path))
    _merge(cluster, "configmap/argocd-cm", {"data": dict(settings)})
    _merge(cluster, "secret/argocd-secret", {"stringData": {"server.secretkey": "of no use"}})
    _remove_applications(cluster)
    _apply(cluster, _default_project())


def _remove_applications(cluster: Cluster) -> None:
    kind = "applications.argoproj.io"
    for name in cluster.kubectl("get", kind, "--namespace", NAMESPACE, "--output=name").split():
        # Its finalizer would wait for a controller that is gone.
        _merge(cluster, name, {"metadata": {"finalizers": None}})
        cluster.kubectl("delete", name, "--namespace", NAMESPACE, "--ignore-not-found")


def _default_project() -> dict[str, Any]:
    everything = [{"group": "*", "kind": "*"}]
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "AppProject",
        "metadata": {"name": "default", "namespace": NAMESPACE},
        "spec": {
            "sourceRepos": ["*"],
            "destinations": [{"namespace": "*", "server": "*"}],
            "clusterResourceWhitelist": everything,
        },
    }


def _apply(cluster: Cluster, manifest: dict[str, Any]) -> None:
    cluster.kubectl(*_APPLY, "--filename", "-", stdin=json.dumps(manifest))


def _merge(cluster: Cluster, name: str, patch: dict[str, Any]) -> None:
    words = ["--namespace", NAMESPACE, "--type=merge", f"--patch={json.dumps(patch)}"]
    cluster.kubectl("patch", name, *words)


def _environment(folder: Path, cluster: Cluster) -> dict[str, str]:
    folders = [str(part.folder) for part in (HELM_3, KUBERNETES)]
    for name in ("home", "tmp"):
        (folder / name).mkdir()
    return {
        "PATH": ":".join([*folders, os.environ.get("PATH", "/usr/bin:/bin")]),
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "KUBECONFIG": str(cluster.kubeconfig),
        "ARGOCD_FAKE_IN_CLUSTER": "true",
        "ARGOCD_GPG_ENABLED": "false",
        "ARGOCD_ASK_PASS_SOCK": str(folder / "ask-pass.sock"),
    }


def _start_repository_server(
    stack: ExitStack, folder: Path, environment: dict[str, str], redis_port: int
) -> int:
    port, metrics = reserve_port(stack), reserve_port(stack)
    words = [
        f"--redis=127.0.0.1:{redis_port}",
        "--address=127.0.0.1",
        f"--port={port}",
        "--metrics-address=127.0.0.1",
        f"--metrics-port={metrics}",
        "--disable-tls",
    ]
    _start(stack, folder, environment, ["argocd-repo-server", *words], metrics)
    return port


def _start_controller(
    stack: ExitStack,
    folder: Path,
    environment: dict[str, str],
    ports: list[int],
    cluster: Cluster,
) -> None:
    redis_port, server_port = ports
    metrics = reserve_port(stack)
    words = [
        f"--kubeconfig={cluster.kubeconfig}",
        f"--namespace={NAMESPACE}",
        f"--redis=127.0.0.1:{redis_port}",
        f"--repo-server=127.0.0.1:{server_port}",
        "--repo-server-plaintext",
        f"--metrics-port={metrics}",
        f"--app-resync={_SECONDS_BETWEEN_RESYNCS}",
        "--app-resync-jitter=0",
        "--self-heal-timeout-seconds=1",
    ]
    _start(stack, folder, environment, ["argocd-application-controller", *words], metrics)


def _start(
    stack: ExitStack, folder: Path, environment: dict[str, str], words: list[str], metrics: int
) -> None:
    name, *flags = words
    settings = [f"{key}={value}" for key, value in environment.items()]
    role = ["env", *settings, f"ARGOCD_BINARY_NAME={name}", str(ARGOCD.program("argocd"))]
    command = [*leash(signal.SIGKILL), *role, *flags]
    process = stack.enter_context(child(name, command, folder / f"{name}.log"))
    process.wait_until(lambda: answers(metrics, "/healthz"), _START_SECONDS)
