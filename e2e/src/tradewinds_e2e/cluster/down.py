"""Takes a cluster down without a trace: processes, mounts, network, folder.

It asks nothing of the cluster, since that may be half up or half dead: it finds what belongs to it
by the folder's name, in command lines and in mounts.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

from tradewinds_e2e.cluster.daemon import is_free, wait_until
from tradewinds_e2e.cluster.layout import API_PORT, NODE_ADDRESS, Layout
from tradewinds_e2e.cluster.network import remove_node_network
from tradewinds_e2e.cluster.processes import command_of, has_ended, parents
from tradewinds_e2e.setup.packages import find_program, require_program

# A reader of a log names the folder too, and is none of ours.
_PROGRAMS = {
    "containerd", "containerd-shim-runc-v2", "etcd", "kube-apiserver", "kube-controller-manager",
    "kube-proxy", "kube-scheduler", "kubelet", "local-path-provisioner",
}  # fmt: skip
_END_SECONDS = 20
_CONTAINER_LOGS = Path("/var/log/containers")
_NETWORK_RESULTS = Path("/var/lib/cni/results")
_KUBELET = Path("/var/lib/kubelet")
_CGROUPS = Path("/sys/fs/cgroup")


def down(layout: Layout) -> bool:
    """Remove everything but the caches; say whether there was anything."""
    if not layout.root.exists():
        return False
    _end_processes(layout)
    _unmount(layout)
    _remove_cgroups()
    _remove_strays(layout)
    # Another folder's cluster would use the same network.
    if find_program("iptables") and is_free(NODE_ADDRESS, API_PORT):
        remove_node_network()
    shutil.rmtree(layout.root)
    return True


def _end_processes(layout: Layout) -> None:
    tree = parents()
    ours = {pid for pid in tree if _belongs(pid, layout)}
    # Containers are descendants of the shims; nothing else shows whose they are.
    grown = True
    while grown:
        children = {pid for pid, parent in tree.items() if parent in ours}
        grown = not children <= ours
        ours |= children
    for pid in ours:
        _kill(pid)
    wait_until(lambda: all(map(has_ended, ours)), _END_SECONDS, "processes did not end")


def _belongs(pid: int, layout: Layout) -> bool:
    words, folder = command_of(pid), f"{layout.root}/"
    return bool(words) and Path(words[0]).name in _PROGRAMS and any(folder in w for w in words)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _unmount(layout: Layout) -> None:
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    points = [line.split()[4].replace("\\040", " ") for line in lines]
    for point in reversed(points):
        if Path(point).is_relative_to(layout.root):
            words = [require_program("umount"), "--lazy", point]
            subprocess.run(words, capture_output=True, check=False)  # noqa: S603


def _remove_cgroups() -> None:
    # On cgroup v1 there is a tree for each controller. Only empty groups can be removed.
    for tree in (_CGROUPS, *(path for path in _CGROUPS.iterdir() if path.is_dir())):
        for folder, _, _ in os.walk(tree / "kubepods", topdown=False):
            _quietly(Path(folder).rmdir)


def _remove_strays(layout: Layout) -> None:
    """Remove what the parts keep in fixed places of the system, whatever they are told."""
    for shim in (layout.root / "containerd-state").glob("*.task/k8s.io/*"):
        socket = Path((shim / "address").read_text().removeprefix("unix://"))
        socket.unlink(missing_ok=True)
        for result in _NETWORK_RESULTS.glob(f"*-{shim.name}-*"):
            result.unlink()
    for link in _CONTAINER_LOGS.glob("*.log"):
        if link.is_symlink() and link.readlink().is_relative_to(layout.root):
            link.unlink()
    plugins = _KUBELET / "device-plugins"
    (plugins / "kubelet.sock").unlink(missing_ok=True)
    for folder in (plugins, _KUBELET):
        _quietly(folder.rmdir)


def _quietly(act: Callable[[], None]) -> None:
    try:
        act()
    except OSError:
        return
