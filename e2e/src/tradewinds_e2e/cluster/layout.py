"""Where a cluster keeps what: one folder for all that runs, and the addresses that its parts use.

The folder is `$TRADEWINDS_CLUSTER`, by default `cluster-run` in the cache folder. `down` removes it
whole, so nothing that should outlive a cluster is kept here.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from tradewinds_e2e.cache import cache_folder

NODE = "tradewinds"
# The node's address is ours alone, on the loopback device: it is the same on every machine, stays
# when a laptop changes its network, and pods reach it as they reach any address of their host.
NODE_ADDRESS = "10.243.0.1"
POD_RANGE = "10.244.0.0/24"
SERVICE_RANGE = "10.96.0.0/16"
FIRST_SERVICE, DNS_SERVICE = "10.96.0.1", "10.96.0.10"
API_PORT = 6443
API_URL = f"https://{NODE_ADDRESS}:{API_PORT}"
ETCD_PORT, ETCD_PEER_PORT = 2379, 2380


@dataclass(frozen=True)
class Layout:
    """The folder of one cluster and what is where in it."""

    root: Path

    @property
    def logs(self) -> Path:
        """One log for each part; `pods` below it holds those of containers."""
        return self.root / "logs"

    @property
    def audit_log(self) -> Path:
        """Every write to the API, a JSON line each."""
        return self.logs / "audit.log"

    @property
    def certificates(self) -> Path:
        """The authority, and a pair for each identity."""
        return self.root / "certificates"

    @property
    def configuration(self) -> Path:
        """The files that the parts are started with."""
        return self.root / "configuration"

    @property
    def pids(self) -> Path:
        """A file for each part, with its process id."""
        return self.root / "pids"

    @property
    def kubeconfig(self) -> Path:
        """The administrator's way in."""
        return self.root / "kubeconfig"

    @property
    def volumes(self) -> Path:
        """The contents of PersistentVolumes."""
        return self.root / "volumes"

    @property
    def images(self) -> Path:
        """Says which archives the node has been given."""
        return self.root / "images.json"

    @property
    def socket(self) -> Path:
        """Where containerd listens."""
        return self.root / "containerd.sock"

    @property
    def ready(self) -> Path:
        """Stands when everything has come up once."""
        return self.root / "ready"

    def kubeconfig_of(self, identity: str) -> Path:
        """Return the way in of a part of the cluster."""
        return self.configuration / f"{identity}.kubeconfig"

    def make(self) -> None:
        """Make the folders."""
        folders = (self.logs, self.certificates, self.configuration, self.pids, self.volumes)
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)


def default_layout() -> Layout:
    """Return the layout of the cluster that this user's commands mean."""
    chosen = os.environ.get("TRADEWINDS_CLUSTER")
    return Layout(Path(chosen).absolute() if chosen else cache_folder() / "cluster-run")
