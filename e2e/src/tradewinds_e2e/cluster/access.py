"""The cluster as journeys use it: kubectl, images, the audit log, and faults of its parts.

    cluster = connect()                      # the one that `make cluster` has started
    cluster.kubectl("apply", "-f", "-", stdin=manifest)
    with cluster.without("kubelet"): ...

With KUBECONFIG set it is that cluster, whose parts are nobody's here to stop.
"""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tradewinds_e2e.cluster import kind
from tradewinds_e2e.cluster.layout import Layout, default_layout
from tradewinds_e2e.cluster.parts import daemons
from tradewinds_e2e.errors import KubectlError, ServerFailed, Unavailable
from tradewinds_e2e.setup.cluster import KUBERNETES
from tradewinds_e2e.setup.packages import require_program

START_SECONDS = 60
# Parts that run as containers: namespace and Deployment.
DEPLOYMENTS = {"coredns": ("kube-system", "coredns"), "keda": ("keda", "keda-operator")}


@dataclass(frozen=True)
class Cluster:
    """A running cluster; `layout` is None for one that this tool did not start."""

    kubeconfig: Path
    layout: Layout | None = None

    @property
    def audit_log(self) -> Path:
        """Every write to the API, a JSON line each; see `audit`."""
        return self._own().audit_log

    @property
    def logs(self) -> Path:
        """The folder with a log for each part."""
        return self._own().logs

    def kubectl(self, *arguments: str, stdin: str = "") -> str:
        """Run kubectl as administrator; return its output or raise KubectlError."""
        done = subprocess.run(  # noqa: S603 - the words are a test's own
            [_kubectl(), "--kubeconfig", self.kubeconfig, *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise KubectlError(done.stderr.strip())
        return done.stdout

    def load_image(self, archive: Path) -> None:
        """Make the images of a docker or OCI archive known to the node."""
        if self.layout is None:
            raise Unavailable("images are loaded into this tool's own cluster only: push them")
        if kind.is_kind(self.layout):
            kind.load_image(archive)
            return
        self._images("import", str(archive))

    def tag_image(self, known: str, other: str) -> None:
        """Give an image of the node another name, too."""
        self._images("tag", "--force", known, other)

    def _images(self, *words: str) -> None:
        address = ["--address", str(self._own().socket), "--namespace", "k8s.io"]
        command = [require_program("ctr"), *address, "images", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise ServerFailed(f"ctr images {' '.join(words)} failed: {done.stderr.strip()}")

    def stop_part(self, name: str) -> None:
        """Kill a process of the control plane or node, or end the pods of a Deployment."""

        def kill(layout: Layout) -> None:
            daemons(layout)[name].stop(signal.SIGKILL)

        self._part(name, kill, replicas=0)

    def start_part(self, name: str) -> None:
        """Start it again and wait until it is ready."""

        def start(layout: Layout) -> None:
            daemon = daemons(layout)[name]
            daemon.start()
            daemon.wait_ready(START_SECONDS)

        self._part(name, start, replicas=1)

    @contextmanager
    def without(self, name: str) -> Iterator[None]:
        """Keep a part stopped until the block ends."""
        self.stop_part(name)
        try:
            yield
        finally:
            self.start_part(name)

    def wait_deployment(self, namespace: str, name: str, replicas: int = 1) -> None:
        """Wait until a Deployment has as many ready pods, and no others."""
        words = ["--namespace", namespace, f"--timeout={START_SECONDS}s", f"deployment/{name}"]
        self.kubectl("rollout", "status", *words)
        if replicas == 0:
            pods = ["--namespace", namespace, "--for=delete", f"--timeout={START_SECONDS}s", "pod"]
            self.kubectl("wait", *pods, f"--selector=tradewinds.test/part={name}")

    def _part(self, name: str, act: Callable[[Layout], None], *, replicas: int) -> None:
        layout = self._own()
        if name in DEPLOYMENTS:
            namespace, deployment = DEPLOYMENTS[name]
            words = ["--namespace", namespace, f"--replicas={replicas}"]
            self.kubectl("scale", f"deployment/{deployment}", *words)
            self.wait_deployment(namespace, deployment, replicas)
        elif name in daemons(layout):
            act(layout)
        else:
            known = ", ".join([*daemons(layout), *DEPLOYMENTS])
            raise ServerFailed(f"a cluster has no part {name}; it has {known}")

    def _own(self) -> Layout:
        if self.layout is None or kind.is_kind(self.layout):
            raise Unavailable("the parts of this cluster cannot be reached: run `make cluster`")
        return self.layout


def _kubectl() -> Path:
    # A cluster of others comes without our building one.
    built = KUBERNETES.folder / "kubectl"
    return built if built.exists() else Path(require_program("kubectl"))


def connect() -> Cluster:
    """Return the running cluster, or raise Unavailable with the remedy."""
    layout = default_layout()
    if (named := foreign_kubeconfig(layout)) is not None:
        return Cluster(named)
    if not layout.ready.exists():
        raise Unavailable("no cluster runs: run `make cluster` (or set KUBECONFIG)")
    return Cluster(layout.kubeconfig, layout)


def foreign_kubeconfig(layout: Layout) -> Path | None:
    """Return what KUBECONFIG names, unless that is our own cluster."""
    named = os.environ.get("KUBECONFIG")
    if not named or Path(named).absolute() == layout.kubeconfig:
        return None
    return Path(named)
