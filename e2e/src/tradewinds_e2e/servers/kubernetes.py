"""A Kubernetes API server on its etcd: schemas, CEL and server-side apply as they really are.

Nothing runs beside it: no controllers and no nodes, so a pod is never started, an owner's children
stay, and a deleted namespace remains Terminating.
"""

import base64
import http.client
import json
import signal
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tradewinds_e2e.cache import cache_folder, run_folder
from tradewinds_e2e.errors import KubectlError
from tradewinds_e2e.servers.certificates import Certificates, make_certificates
from tradewinds_e2e.servers.child import child, leash
from tradewinds_e2e.servers.ports import reserve_port
from tradewinds_e2e.setup.cluster import ETCD, KUBERNETES

_START_SECONDS = 60
_CALL_SECONDS = 30
_CONTENT_TYPES = {"PATCH": "application/merge-patch+json"}


@dataclass(frozen=True)
class Answer:
    """What the API server said: an object, or a Status with a `message`."""

    status: int
    body: dict[str, Any]


@dataclass(frozen=True)
class ApiServer:
    """A running API server and its administrator's ways in."""

    port: int
    kubeconfig: Path
    kubectl_path: Path
    tls: ssl.SSLContext

    def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        accept: str = "application/json",
    ) -> Answer:
        """Send one request; answers of 4xx and 5xx are answers too. A PATCH is a merge patch."""
        client = http.client.HTTPSConnection(
            "127.0.0.1", self.port, context=self.tls, timeout=_CALL_SECONDS
        )
        content = _CONTENT_TYPES.get(method, "application/json")
        with closing(client):
            sent = None if body is None else json.dumps(body)
            client.request(method, path, sent, {"Content-Type": content, "Accept": accept})
            reply = client.getresponse()
            text = reply.read().decode()
        is_object = text.startswith("{")
        return Answer(reply.status, json.loads(text) if is_object else {"message": text})

    def kubectl(self, *arguments: str, stdin: str = "") -> str:
        """Run kubectl as administrator; return its output or raise KubectlError."""
        done = subprocess.run(  # noqa: S603 - the words are a test's own
            [self.kubectl_path, "--kubeconfig", self.kubeconfig, *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise KubectlError(done.stderr.strip())
        return done.stdout

    def namespace(self, name: str) -> None:
        """Create a namespace."""
        self.kubectl("create", "namespace", name)

    def is_ready(self) -> bool:
        """Tell whether it serves all that it should."""
        try:
            return self.call("GET", "/readyz").status == http.client.OK
        except OSError:
            return False


@contextmanager
def running() -> Iterator[ApiServer]:
    """Run both until the block ends; raise Unavailable when they are not built."""
    kubectl = KUBERNETES.program("kubectl")
    with ExitStack() as stack:
        folder = stack.enter_context(run_folder(cache_folder() / "runs"))
        certificates = make_certificates(folder)
        etcd_url = _start_etcd(folder, stack)
        port = reserve_port(stack)
        kubeconfig = folder / "kubeconfig"
        kubeconfig.write_text(json.dumps(_kubeconfig(port, certificates)))
        server = ApiServer(port, kubeconfig, kubectl, _tls(certificates))
        command = _api_server_command(port, etcd_url, certificates)
        process = stack.enter_context(child("kube-apiserver", command, folder / "apiserver.log"))
        process.wait_until(server.is_ready, _START_SECONDS)
        yield server


def _start_etcd(folder: Path, stack: ExitStack) -> str:
    client, peer = (f"http://127.0.0.1:{reserve_port(stack)}" for _ in range(2))
    command = [
        *leash(signal.SIGKILL),
        ETCD.program("etcd"),
        f"--data-dir={folder / 'etcd'}",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
        "--unsafe-no-fsync=true",
    ]
    etcd = stack.enter_context(child("etcd", command, folder / "etcd.log"))
    etcd.wait_until(lambda: etcd.says("ready to serve client requests"), _START_SECONDS)
    return client


def _api_server_command(port: int, etcd_url: str, made: Certificates) -> list[object]:
    return [
        *leash(signal.SIGKILL),
        KUBERNETES.program("kube-apiserver"),
        f"--etcd-servers={etcd_url}",
        f"--secure-port={port}",
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        "--endpoint-reconciler-type=none",
        f"--tls-cert-file={made.server.certificate}",
        f"--tls-private-key-file={made.server.key}",
        f"--client-ca-file={made.authority.certificate}",
        "--service-cluster-ip-range=10.96.0.0/16",
        "--authorization-mode=Node,RBAC",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={made.service_account_key}",
        f"--service-account-signing-key-file={made.service_account_key}",
    ]


def _tls(made: Certificates) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(made.authority.certificate))
    context.load_cert_chain(made.admin.certificate, made.admin.key)
    return context


def _kubeconfig(port: int, made: Certificates) -> dict[str, Any]:
    cluster = {
        "server": f"https://127.0.0.1:{port}",
        "certificate-authority-data": _base64(made.authority.certificate),
    }
    user = {
        "client-certificate-data": _base64(made.admin.certificate),
        "client-key-data": _base64(made.admin.key),
    }
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "test",
        "clusters": [{"name": "test", "cluster": cluster}],
        "users": [{"name": "admin", "user": user}],
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "admin"}}],
    }


def _base64(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()
