"""Brings a cluster up: each step does what is not done yet, so that `up` is also the repair.

A part that ends while another is waited for fails the whole at once, with its last line. What has
come up stays, for its logs and for the next `up`; `down` removes it.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

from tradewinds_e2e.cluster import kind
from tradewinds_e2e.cluster.access import START_SECONDS, Cluster
from tradewinds_e2e.cluster.configuration import write_configuration
from tradewinds_e2e.cluster.daemon import Daemon
from tradewinds_e2e.cluster.identities import make_identities
from tradewinds_e2e.cluster.images import ALL_IMAGES, STORE_IMAGES, archives, build_images
from tradewinds_e2e.cluster.layout import Layout
from tradewinds_e2e.cluster.network import add_node_network
from tradewinds_e2e.cluster.objects import apply_objects, unready
from tradewinds_e2e.cluster.parts import daemons
from tradewinds_e2e.errors import KubectlError, ServerFailed
from tradewinds_e2e.setup.cluster import CLUSTER_PARTS, PARTS
from tradewinds_e2e.setup.packages import install_program

Say = Callable[[str], None]
_PROGRAMS = ("openssl", "ip", "iptables", "containerd", "runc", "ptp", "debootstrap", "buildah")
_READY_SECONDS = 90
_POLL_SECONDS = 0.3


def up(layout: Layout, say: Say) -> Cluster:
    """Return a cluster of which every part is ready."""
    cluster = Cluster(layout.kubeconfig, layout)
    if is_up(cluster):
        return cluster
    prepare(say)
    build_images(ALL_IMAGES, say)
    _write(layout)
    parts = daemons(layout)
    _tell_ended(parts, say)
    for part in parts.values():
        part.require_free_ports()
    say("starting the control plane and the node")
    _start(parts, ["containerd"])
    with _loading_images(cluster, layout):
        _start(parts, ["etcd", "kube-apiserver"])
        apply_objects(cluster, layout)
        _start(parts, parts)
    say("waiting for the node, names and KEDA")
    _wait_ready(cluster, parts)
    layout.ready.touch()
    return cluster


def up_kind(layout: Layout, say: Say) -> Cluster:
    """Return a kind cluster with the same images, storage, names and KEDA."""
    kind.create(layout)
    cluster = Cluster(layout.kubeconfig, layout)
    build_images(STORE_IMAGES, say)
    for archive in archives(STORE_IMAGES).values():
        cluster.load_image(archive)
    cluster.kubectl("apply", "--server-side", "--filename", kind.KEDA_MANIFEST)
    _wait_ready(cluster, {})
    layout.ready.touch()
    return cluster


def is_up(cluster: Cluster) -> bool:
    """Tell whether everything runs and is ready, within a second."""
    layout = cluster.layout
    if layout is None or not layout.ready.exists():
        return False
    if not all(part.is_running for part in daemons(layout).values()):
        return False
    if _loaded(layout) != {name: str(archive) for name, archive in archives(ALL_IMAGES).items()}:
        return False
    try:
        return not unready(cluster)
    except KubectlError:
        return False


def prepare(say: Say) -> None:
    """Install and build what a cluster consists of, unless it is there."""
    for program in _PROGRAMS:
        install_program(program)
    for part in (*PARTS, *CLUSTER_PARTS):
        if not part.folder.exists():
            say(f"building {part.name} {part.version} (once, takes minutes)")
        part.build()


def _write(layout: Layout) -> None:
    layout.make()
    add_node_network()
    make_identities(layout)
    write_configuration(layout)


def _tell_ended(parts: dict[str, Daemon], say: Say) -> None:
    for part in parts.values():
        if part.was_started and not part.is_running:
            say(f"{part.name} had ended and is started again; its last line: {part.last_line()}")


def _start(parts: dict[str, Daemon], names: Iterable[str]) -> None:
    for name in names:
        parts[name].start()
    for name in names:
        parts[name].wait_ready(START_SECONDS)


@contextmanager
def _loading_images(cluster: Cluster, layout: Layout) -> Iterator[None]:
    """Load what the node has not got yet while the block runs; end with both."""
    given_up = Event()
    with ThreadPoolExecutor(1) as aside:
        loading = aside.submit(_load_images, cluster, layout, given_up)
        try:
            yield
            loading.result()
        except BaseException:
            given_up.set()
            raise


def _load_images(cluster: Cluster, layout: Layout, given_up: Event) -> None:
    loaded = _loaded(layout)
    for name, archive in archives(ALL_IMAGES).items():
        if loaded.get(name) != str(archive) and not given_up.is_set():
            cluster.load_image(archive)
            loaded[name] = str(archive)
            layout.images.write_text(json.dumps(loaded))


def _loaded(layout: Layout) -> dict[str, str]:
    record: dict[str, str] = {}
    if layout.images.exists():
        record = json.loads(layout.images.read_text())
    return record


def _wait_ready(cluster: Cluster, parts: dict[str, Daemon]) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while missing := unready(cluster):
        for part in parts.values():
            part.require_running()
        if time.monotonic() > deadline:
            raise ServerFailed(f"{missing} was not ready after {_READY_SECONDS} s")
        time.sleep(_POLL_SECONDS)
