"""The files that the parts are started with; JSON where a part reads YAML, since it is both."""

import json
from pathlib import Path
from typing import Any

from tradewinds_e2e.cluster.identities import pair_of
from tradewinds_e2e.cluster.layout import (
    DNS_SERVICE,
    NODE,
    NODE_ADDRESS,
    POD_RANGE,
    Layout,
)
from tradewinds_e2e.setup.packages import require_program

CNI_NETWORK = "tradewinds"
PAUSE_IMAGE = "localhost/tradewinds-pause:dev"
STORAGE_NAMESPACE, STORAGE_CONFIG = "local-path-storage", "local-path-config"
_WRITES = ["create", "update", "patch", "delete", "deletecollection"]


def write_configuration(layout: Layout) -> None:
    """Write every file that differs: kube-proxy ends when its file is touched."""
    folder, plugins = layout.configuration, Path(require_program("ptp")).parent
    (folder / "cni").mkdir(exist_ok=True)
    _write(folder / "containerd.toml", containerd(layout, str(plugins)))
    files = {
        "audit.json": audit_policy(),
        "cni/10-tradewinds.conflist": cni(layout),
        "kubelet.json": kubelet(layout),
        "kube-proxy.json": kube_proxy(layout),
        "storage.json": storage(layout),
    }
    for name, content in files.items():
        _write(folder / name, json.dumps(content, indent=2))


def audit_policy() -> dict[str, Any]:
    """Return the policy that records every write once, with its user, verb and object."""
    return {
        "apiVersion": "audit.k8s.io/v1",
        "kind": "Policy",
        "omitStages": ["RequestReceived"],
        "omitManagedFields": True,
        "rules": [{"level": "Metadata", "verbs": _WRITES}, {"level": "None"}],
    }


def cni(layout: Layout) -> dict[str, Any]:
    """Return the pod network: each pod behind a link of its own, all routed by the machine."""
    # `ptp` and no bridge: what goes from pod to pod by way of a Service then passes iptables
    # without the br_netfilter module, and nothing shared is left behind.
    addresses = {
        "type": "host-local",
        "ranges": [[{"subnet": POD_RANGE}]],
        "routes": [{"dst": "0.0.0.0/0"}],
        "dataDir": str(layout.root / "addresses"),
    }
    link = {"type": "ptp", "ipMasq": True, "ipam": addresses}
    ports = {"type": "portmap", "capabilities": {"portMappings": True}}
    return {"cniVersion": "0.4.0", "name": CNI_NETWORK, "plugins": [link, ports]}


def containerd(layout: Layout, plugins: str) -> str:
    """Return containerd's own configuration."""
    cri = 'plugins."io.containerd.grpc.v1.cri"'
    return f"""version = 2
root = "{layout.root / "containerd"}"
state = "{layout.root / "containerd-state"}"

[grpc]
  address = "{layout.socket}"

[plugins."io.containerd.internal.v1.opt"]
  path = "{layout.root / "containerd-opt"}"

[{cri}]
  sandbox_image = "{PAUSE_IMAGE}"
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true

[{cri}.cni]
  bin_dir = "{plugins}"
  conf_dir = "{layout.configuration / "cni"}"

[{cri}.containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[{cri}.containerd.runtimes.runc.options]
  SystemdCgroup = false
  Root = "{layout.root / "runc"}"
"""


def kubelet(layout: Layout) -> dict[str, Any]:
    """Return the node's configuration: eager to report, and never cleaning up on its own."""
    pair = pair_of(layout, "kubelet")
    authority = str(pair_of(layout, "ca").certificate)
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "address": NODE_ADDRESS,
        "healthzBindAddress": "127.0.0.1",
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": authority},
        },
        "authorization": {"mode": "Webhook"},
        "tlsCertFile": str(pair.certificate),
        "tlsPrivateKeyFile": str(pair.key),
        "rotateCertificates": False,
        "readOnlyPort": 0,
        "containerRuntimeEndpoint": f"unix://{layout.socket}",
        "cgroupDriver": "cgroupfs",
        "failCgroupV1": False,
        "failSwapOn": False,
        "clusterDNS": [DNS_SERVICE],
        "clusterDomain": "cluster.local",
        "maxPods": 200,
        "podLogsDir": str(layout.logs / "pods"),
        "volumePluginDir": str(layout.root / "volume-plugins"),
        # A full disk of the machine must not evict the tests, nor remove images nobody can pull.
        "localStorageCapacityIsolation": False,
        "evictionHard": {
            "memory.available": "100Mi",
            "nodefs.available": "0%",
            "nodefs.inodesFree": "0%",
            "imagefs.available": "0%",
        },
        "imageGCHighThresholdPercent": 100,
        # A stopped kubelet is noticed after 20 s (see the controller manager) instead of 50.
        "nodeStatusUpdateFrequency": "4s",
        "nodeLeaseDurationSeconds": 12,
    }


def kube_proxy(layout: Layout) -> dict[str, Any]:
    """Return the configuration of what makes Services reachable."""
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "mode": "iptables",
        "clientConnection": {"kubeconfig": str(layout.kubeconfig_of("kube-proxy"))},
        "clusterCIDR": POD_RANGE,
        "hostnameOverride": NODE,
        "healthzBindAddress": "127.0.0.1:10256",
        "metricsBindAddress": "127.0.0.1:10249",
        "conntrack": {"maxPerCore": 0, "tcpEstablishedTimeout": "0s", "tcpCloseWaitTimeout": "0s"},
    }


def storage(layout: Layout) -> dict[str, Any]:
    """Return where volumes of the default StorageClass are made."""
    default = {"node": "DEFAULT_PATH_FOR_NON_LISTED_NODES", "paths": [str(layout.volumes)]}
    return {"nodePathMap": [default]}


def _write(path: Path, text: str) -> None:
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
