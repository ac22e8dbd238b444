"""What Kubernetes itself does beside its API server: controllers, scheduler, and nodes of kwok.

With them StatefulSets make pods and owners' children go; kwok's nodes say that pods run, and start
none. So thousands of pods cost nothing, and an operator is measured against the real controllers.
"""

import json
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tradewinds_e2e.cache import cache_folder, run_folder
from tradewinds_e2e.servers.child import child, leash
from tradewinds_e2e.servers.kubernetes import ApiServer
from tradewinds_e2e.servers.ports import reserve_port
from tradewinds_e2e.setup.cluster import KUBERNETES_NODE, KWOK

_START_SECONDS = 30
_PODS_A_NODE = 500
_HURRY = ("--kube-api-qps=1000", "--kube-api-burst=1000", "--concurrent-statefulset-syncs=20")
_STAGES = ("node/fast/node-initialize", "pod/fast/pod-ready", "pod/fast/pod-delete")


@contextmanager
def running(server: ApiServer, nodes: int = 0, *, as_shipped: bool = False) -> Iterator[Path]:
    """Run controllers, scheduler and so many kwok nodes; yield the folder of their logs.

    `as_shipped` leaves the controllers the rates of calls that they have by themselves.
    """
    with ExitStack() as stack:
        folder = stack.enter_context(run_folder(cache_folder() / "runs"))
        _start(
            stack,
            folder,
            "kube-controller-manager",
            [
                *_manager(server, reserve_port(stack)),
                *(() if as_shipped else _HURRY),
            ],
        )
        _start(stack, folder, "kube-scheduler", _scheduler(server, reserve_port(stack)))
        if nodes:
            _start(stack, folder, "kwok", _kwok(server))
            for number in range(nodes):
                server.kubectl("apply", "-f", "-", stdin=json.dumps(_node(number)))
        yield folder


def _start(stack: ExitStack, folder: Path, name: str, command: list[object]) -> None:
    log = folder / f"{name}.log"
    process = stack.enter_context(child(name, [*leash(signal.SIGKILL), *command], log))
    process.wait_until(lambda: log.stat().st_size > 0, _START_SECONDS)


def _manager(server: ApiServer, port: int) -> list[object]:
    return [
        KUBERNETES_NODE.program("kube-controller-manager"),
        *_common(server, port),
        "--node-monitor-grace-period=1h",
    ]


def _scheduler(server: ApiServer, port: int) -> list[object]:
    qps = ["--kube-api-qps=1000", "--kube-api-burst=1000"]
    return [KUBERNETES_NODE.program("kube-scheduler"), *_common(server, port), *qps]


def _common(server: ApiServer, port: int) -> list[object]:
    return [
        f"--kubeconfig={server.kubeconfig}",
        f"--authentication-kubeconfig={server.kubeconfig}",
        f"--authorization-kubeconfig={server.kubeconfig}",
        "--leader-elect=false",
        "--bind-address=127.0.0.1",
        f"--secure-port={port}",
    ]


def _kwok(server: ApiServer) -> list[object]:
    return [
        KWOK.program("kwok"),
        f"--kubeconfig={server.kubeconfig}",
        *(f"--config={KWOK.folder / 'stages' / stage}.yaml" for stage in _STAGES),
        "--manage-all-nodes",
        "--node-lease-duration-seconds=0",
    ]


def _node(number: int) -> dict[str, object]:
    capacity = {"cpu": "512", "memory": "2Ti", "pods": str(_PODS_A_NODE)}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": f"kwok-{number}",
            "annotations": {"kwok.x-k8s.io/node": "fake"},
            "labels": {"kubernetes.io/hostname": f"kwok-{number}", "type": "kwok"},
        },
        "status": {"capacity": capacity, "allocatable": capacity},
    }
