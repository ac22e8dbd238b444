"""The parts that run as processes beside the containers, in the order in which they start."""

from tradewinds_e2e.cluster.configuration import STORAGE_CONFIG, STORAGE_NAMESPACE
from tradewinds_e2e.cluster.daemon import Daemon
from tradewinds_e2e.cluster.identities import pair_of, service_account_key
from tradewinds_e2e.cluster.layout import (
    API_PORT,
    ETCD_PEER_PORT,
    ETCD_PORT,
    NODE,
    NODE_ADDRESS,
    SERVICE_RANGE,
    Layout,
)
from tradewinds_e2e.cluster.probes import answers, succeeds
from tradewinds_e2e.setup.cluster import (
    ETCD,
    KUBERNETES,
    KUBERNETES_NODE,
    LOCAL_PATH_PROVISIONER,
)
from tradewinds_e2e.setup.packages import require_program

_LOOPBACK = "127.0.0.1"


def daemons(layout: Layout) -> dict[str, Daemon]:
    """Return all parts by name, those that others need first."""
    makers = (
        _containerd,
        _etcd,
        _api_server,
        _controller_manager,
        _scheduler,
        _kubelet,
        _kube_proxy,
        _provisioner,
    )
    made = [make(layout) for make in makers]
    return {daemon.name: daemon for daemon in made}


def _containerd(layout: Layout) -> Daemon:
    configuration = layout.configuration / "containerd.toml"
    command = (require_program("containerd"), "--config", str(configuration))
    ctr = (require_program("ctr"), "--address", str(layout.socket), "version")
    # runc and iptables live in system folders that a user's PATH may lack.
    path = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
    return Daemon("containerd", command, layout, is_ready=lambda: succeeds(ctr), environment=path)


def _etcd(layout: Layout) -> Daemon:
    client, peer = (f"http://{_LOOPBACK}:{port}" for port in (ETCD_PORT, ETCD_PEER_PORT))
    command = (
        str(ETCD.program("etcd")),
        f"--data-dir={layout.root / 'etcd'}",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
        "--unsafe-no-fsync=true",
        "--auto-compaction-retention=1h",
        "--quota-backend-bytes=4294967296",
    )
    ports = ((_LOOPBACK, ETCD_PORT), (_LOOPBACK, ETCD_PEER_PORT))
    return Daemon("etcd", command, layout, ports, lambda: answers(ETCD_PORT, "/readyz"))


def _api_server(layout: Layout) -> Daemon:
    server, client = pair_of(layout, "apiserver"), pair_of(layout, "kubelet-client")
    key = service_account_key(layout)
    command = (
        str(KUBERNETES.program("kube-apiserver")),
        f"--etcd-servers=http://{_LOOPBACK}:{ETCD_PORT}",
        f"--bind-address={NODE_ADDRESS}",
        f"--advertise-address={NODE_ADDRESS}",
        f"--secure-port={API_PORT}",
        f"--tls-cert-file={server.certificate}",
        f"--tls-private-key-file={server.key}",
        f"--client-ca-file={pair_of(layout, 'ca').certificate}",
        f"--service-cluster-ip-range={SERVICE_RANGE}",
        "--allow-privileged=true",
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={key}",
        f"--service-account-signing-key-file={key}",
        f"--kubelet-client-certificate={client.certificate}",
        f"--kubelet-client-key={client.key}",
        "--kubelet-preferred-address-types=InternalIP",
        f"--audit-policy-file={layout.configuration / 'audit.json'}",
        f"--audit-log-path={layout.audit_log}",
        "--audit-log-maxsize=1024",
        # A pod leaves a lost node after 10 s instead of 300, so that a test can see it.
        "--default-not-ready-toleration-seconds=10",
        "--default-unreachable-toleration-seconds=10",
    )
    kubectl = (str(KUBERNETES.program("kubectl")), "--kubeconfig", str(layout.kubeconfig))
    ready = (*kubectl, "--request-timeout=2s", "get", "--raw", "/readyz")
    return Daemon(
        "kube-apiserver", command, layout, ((NODE_ADDRESS, API_PORT),), lambda: succeeds(ready)
    )


def _controller_manager(layout: Layout) -> Daemon:
    authority = pair_of(layout, "ca")
    command = (
        str(KUBERNETES_NODE.program("kube-controller-manager")),
        *_identity(layout, "kube-controller-manager"),
        f"--service-account-private-key-file={service_account_key(layout)}",
        f"--root-ca-file={authority.certificate}",
        f"--cluster-signing-cert-file={authority.certificate}",
        f"--cluster-signing-key-file={authority.key}",
        "--use-service-account-credentials",
        "--leader-elect=false",
        f"--bind-address={_LOOPBACK}",
        "--node-monitor-grace-period=20s",
        "--node-monitor-period=2s",
    )
    return _healthy("kube-controller-manager", command, layout, 10_257)


def _scheduler(layout: Layout) -> Daemon:
    command = (
        str(KUBERNETES_NODE.program("kube-scheduler")),
        *_identity(layout, "kube-scheduler"),
        "--leader-elect=false",
        f"--bind-address={_LOOPBACK}",
    )
    return _healthy("kube-scheduler", command, layout, 10_259)


def _kubelet(layout: Layout) -> Daemon:
    command = (
        str(KUBERNETES_NODE.program("kubelet")),
        f"--config={layout.configuration / 'kubelet.json'}",
        f"--kubeconfig={layout.kubeconfig_of('kubelet')}",
        f"--hostname-override={NODE}",
        f"--node-ip={NODE_ADDRESS}",
        f"--root-dir={layout.root / 'kubelet'}",
        f"--cert-dir={layout.root / 'kubelet' / 'pki'}",
    )
    ports = ((_LOOPBACK, 10_248), (NODE_ADDRESS, 10_250))
    return Daemon("kubelet", command, layout, ports, lambda: answers(10_248, "/healthz"))


def _kube_proxy(layout: Layout) -> Daemon:
    configuration = layout.configuration / "kube-proxy.json"
    command = (str(KUBERNETES_NODE.program("kube-proxy")), f"--config={configuration}")
    ports = ((_LOOPBACK, 10_249), (_LOOPBACK, 10_256))
    return Daemon("kube-proxy", command, layout, ports, lambda: answers(10_249, "/healthz"))


def _provisioner(layout: Layout) -> Daemon:
    command = (
        str(LOCAL_PATH_PROVISIONER.program("local-path-provisioner")),
        "start",
        f"--kubeconfig={layout.kubeconfig_of('local-path-provisioner')}",
        f"--namespace={STORAGE_NAMESPACE}",
        f"--configmap-name={STORAGE_CONFIG}",
        f"--config={layout.configuration / 'storage.json'}",
        "--service-account-name=default",
    )
    return Daemon("local-path-provisioner", command, layout)


def _healthy(name: str, command: tuple[str, ...], layout: Layout, port: int) -> Daemon:
    return Daemon(
        name, command, layout, ((_LOOPBACK, port),), lambda: answers(port, "/healthz", tls=True)
    )


def _identity(layout: Layout, name: str) -> tuple[str, ...]:
    path = layout.kubeconfig_of(name)
    flags = ("kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig")
    return tuple(f"--{flag}={path}" for flag in flags)
