"""Takes a cluster down without a trace: processes, mounts, network, folder.

It asks nothing of the cluster, since that may be half up or half dead: it finds what belongs to it
by the folder's name, in command lines and in mounts.
"""

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from tradewinds_e2e.cluster.daemon import wait_until
from tradewinds_e2e.cluster.layout import Layout
from tradewinds_e2e.cluster.network import remove_node_network
from tradewinds_e2e.cluster.processes import command_of, has_ended, parents
from tradewinds_e2e.errors import ServerFailed
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
    ours = _processes(layout)
    if not ours and not layout.root.exists():
        return False
    _end(ours)
    _unmount(layout)
    _remove_strays(layout)
    if not _another_node_runs():
        _remove_what_nodes_share()
    shutil.rmtree(layout.root, ignore_errors=True)
    if layout.root.exists():
        raise ServerFailed(f"{layout.root} could not be removed: it is in use")
    return True


def _processes(layout: Layout) -> set[int]:
    tree = parents()
    ours = {pid for pid in tree if _belongs(pid, layout)}
    # Containers are descendants of the shims; nothing else shows whose they are.
    grown = True
    while grown:
        children = {pid for pid, parent in tree.items() if parent in ours}
        grown = not children <= ours
        ours |= children
    return ours


def _belongs(pid: int, layout: Layout) -> bool:
    words, folder = command_of(pid), f"{layout.root}/"
    return bool(words) and Path(words[0]).name in _PROGRAMS and any(folder in w for w in words)


def _end(processes: set[int]) -> None:
    for pid in processes:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    wait_until(lambda: all(map(has_ended, processes)), _END_SECONDS, "processes did not end")


def _unmount(layout: Layout) -> None:
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    points = [line.split()[4].replace("\\040", " ") for line in lines]
    for point in reversed(points):
        if Path(point).is_relative_to(layout.root):
            words = [require_program("umount"), "--lazy", point]
            subprocess.run(words, capture_output=True, check=False)  # noqa: S603


def _remove_strays(layout: Layout) -> None:
    """Remove what containers leave in fixed places of the system."""
    for shim in (layout.root / "containerd-state").glob("*.task/k8s.io/*"):
        if (shim / "address").exists():
            socket = Path((shim / "address").read_text().removeprefix("unix://"))
            socket.unlink(missing_ok=True)
        for result in _NETWORK_RESULTS.glob(f"*-{shim.name}-*"):
            result.unlink()
    for link in _CONTAINER_LOGS.glob("*.log"):
        if link.is_symlink() and link.readlink().is_relative_to(layout.root):
            link.unlink()


def _another_node_runs() -> bool:
    return any(Path(words[0]).name == "kubelet" for pid in parents() if (words := command_of(pid)))


def _remove_what_nodes_share() -> None:
    if find_program("iptables"):
        remove_node_network()
    # On cgroup v1 there is a tree for each controller. Only empty groups can be removed.
    for tree in (_CGROUPS, *(path for path in _CGROUPS.iterdir() if path.is_dir())):
        for folder, _, _ in os.walk(tree / "kubepods", topdown=False):
            with suppress(OSError):
                Path(folder).rmdir()
    plugins = _KUBELET / "device-plugins"
    (plugins / "kubelet.sock").unlink(missing_ok=True)
    for emptied in (plugins, _KUBELET):
        with suppress(OSError):
            emptied.rmdir()
