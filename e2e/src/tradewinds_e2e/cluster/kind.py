"""`KIND=1`: the same contract over a kind cluster, where Docker and a registry can be reached."""

import os
import subprocess
from pathlib import Path

from tradewinds_e2e.cluster.layout import Layout
from tradewinds_e2e.errors import ServerFailed
from tradewinds_e2e.setup.cluster import KEDA
from tradewinds_e2e.setup.packages import require_program

CLUSTER = "tradewinds"
KEDA_MANIFEST = (
    f"https://github.com/kedacore/keda/releases/download/v{KEDA.version}/keda-{KEDA.version}.yaml"
)


def is_wanted() -> bool:
    """Tell whether the user asked for kind."""
    return os.environ.get("KIND", "") not in {"", "0"}


def is_kind(layout: Layout) -> bool:
    """Tell whether the cluster in this layout is a kind cluster."""
    return _mark(layout).exists()


def load_image(archive: Path) -> None:
    """Make the images of an archive known to its node."""
    _kind("load", "image-archive", str(archive), "--name", CLUSTER)


def create(layout: Layout) -> None:
    """Create the cluster unless it is there; its kubeconfig lands where ours does."""
    layout.make()
    if CLUSTER not in _kind("get", "clusters").splitlines():
        _kind("create", "cluster", "--name", CLUSTER, "--wait", "120s")
    _kind("export", "kubeconfig", "--name", CLUSTER, "--kubeconfig", str(layout.kubeconfig))
    _mark(layout).touch()


def delete(layout: Layout) -> None:
    """Delete the cluster, if it is one."""
    if is_kind(layout):
        _kind("delete", "cluster", "--name", CLUSTER, "--kubeconfig", str(layout.kubeconfig))


def _mark(layout: Layout) -> Path:
    return layout.root / "kind"


def _kind(*words: str) -> str:
    done = subprocess.run(  # noqa: S603 - the words are ours
        [require_program("kind"), *words], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ServerFailed(f"`kind {' '.join(words)}` failed: {done.stderr.strip()}")
    return done.stdout
