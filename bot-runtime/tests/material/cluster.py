"""A namespace of a real API server as the chart would lay it out, and a proxy that makes faults.

There are no nodes: a pod is an object here, and its token is what a kubelet would ask for.
"""

from __future__ import annotations

import base64
import json
import ssl
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web

from tradewinds.process.wakeup import Wakeup
from tradewinds_crds.names import API_VERSION, AUDIENCE, BOT_ACCOUNT, GATEWAY_ACCOUNT, KINDS, Kind

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from tradewinds_e2e.servers.kubernetes import ApiServer

CRDS = Path(__file__).parents[3] / "crds"
CREATED = 201
NAMESPACED, GLOBAL = "tradewinds-gateway-namespaced", "tradewinds-gateway"
_READ = ["get", "list", "watch"]
ROLES = {
    NAMESPACED: [(["tradewinds.dev"], ["strategies", "exchangeaccounts", "marketfeeds"], _READ)],
    GLOBAL: [
        (["tradewinds.dev"], ["tradinghalts"], _READ),
        (["authentication.k8s.io"], ["tokenreviews"], ["create"]),
    ],
}


def prepare(server: ApiServer) -> None:
    """Install the CRDs and the gateway's two ClusterRoles."""
    server.kubectl("apply", "-f", str(CRDS))
    for names in KINDS.values():
        server.kubectl("wait", "--for=condition=Established", "--timeout=30s", f"crd/{names.crd}")
    for name, rules in ROLES.items():
        rows = [
            {"apiGroups": groups, "resources": resources, "verbs": verbs}
            for groups, resources, verbs in rules
        ]
        _create(server, _rbac("clusterroles"), {"metadata": {"name": name}, "rules": rows})


def _create(server: ApiServer, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = server.call("POST", path, body)
    assert answer.status == CREATED, answer.body
    return answer.body


def _rbac(resource: str, namespace: str = "") -> str:
    place = f"/namespaces/{namespace}" if namespace else ""
    return f"/apis/rbac.authorization.k8s.io/v1{place}/{resource}"


def authority(server: ApiServer) -> str:
    """Return the certificate that the API server's own is signed by."""
    config = json.loads(server.kubeconfig.read_text())
    return base64.b64decode(config["clusters"][0]["cluster"]["certificate-authority-data"]).decode()


@dataclass
class Cluster:
    """A namespace with its ServiceAccounts, and files with the gateway's credentials."""

    server: ApiServer
    namespace: str
    folder: Path
    halts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.server.namespace(self.namespace)
        for account in (GATEWAY_ACCOUNT, BOT_ACCOUNT):
            _create(self.server, self._core("serviceaccounts"), {"metadata": {"name": account}})
        self._bind("rolebindings", NAMESPACED, self.namespace)
        self._bind("clusterrolebindings", GLOBAL)
        self.folder.mkdir()
        (self.folder / "ca.crt").write_text(authority(self.server))
        self.renew()

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.server.port}"

    def renew(self) -> None:
        """Write a new token of the gateway's ServiceAccount, as a kubelet does."""
        (self.folder / "token").write_text(self.token(GATEWAY_ACCOUNT, audiences=[]))

    def token(
        self,
        account: str = BOT_ACCOUNT,
        pod: dict[str, Any] | None = None,
        audiences: list[str] | None = None,
    ) -> str:
        """Ask for a token as a kubelet does for a pod's projected volume."""
        spec: dict[str, Any] = {"audiences": [AUDIENCE] if audiences is None else audiences}
        if pod is not None:
            name, uid = pod["metadata"]["name"], pod["metadata"]["uid"]
            spec["boundObjectRef"] = {"kind": "Pod", "apiVersion": "v1", "name": name, "uid": uid}
        path = f"{self._core('serviceaccounts')}/{account}/token"
        token: str = _create(self.server, path, {"spec": spec})["status"]["token"]
        return token

    def pod(self, name: str, account: str = BOT_ACCOUNT) -> dict[str, Any]:
        """Create a pod that nobody runs."""
        container = {"name": "bot", "image": "none"}
        spec = {"serviceAccountName": account, "containers": [container]}
        return _create(self.server, self._core("pods"), {"metadata": {"name": name}, "spec": spec})

    def delete_pod(self, name: str) -> None:
        self.server.call("DELETE", f"{self._core('pods')}/{name}?gracePeriodSeconds=0")

    def create(
        self, kind: Kind, name: str, spec: dict[str, Any], **metadata: Any
    ) -> dict[str, Any]:
        """Create a resource and return it as it is stored."""
        if kind is Kind.TRADING_HALT:
            self.halts.append(name)
        top = {"apiVersion": API_VERSION, "kind": kind.value}
        return _create(
            self.server,
            self.path(kind),
            {**top, "metadata": {"name": name, **metadata}, "spec": spec},
        )

    def patch(self, kind: Kind, name: str, **body: Any) -> None:
        assert self.server.call("PATCH", self.path(kind, name), body).status < CREATED

    def delete(self, kind: Kind, name: str) -> None:
        assert self.server.call("DELETE", self.path(kind, name)).status < CREATED

    def apply_halt(self, name: str, **spec: Any) -> None:
        """Apply a halt with kubectl."""
        self.halts.append(name)
        body = {"selector": {}, "reason": "a test", **spec}
        top = {"apiVersion": API_VERSION, "kind": "TradingHalt", "metadata": {"name": name}}
        self.server.kubectl("apply", "-f", "-", stdin=json.dumps({**top, "spec": body}))

    def path(self, kind: Kind, name: str = "") -> str:
        names = KINDS[kind]
        place = f"/namespaces/{self.namespace}" if names.namespaced else ""
        return f"/apis/{API_VERSION}{place}/{names.plural}" + (f"/{name}" if name else "")

    def clear(self) -> None:
        """Remove what other namespaces would see."""
        for name in self.halts:
            self.server.call("DELETE", self.path(Kind.TRADING_HALT, name))
        self.server.call("DELETE", f"{_rbac('clusterrolebindings')}/{GLOBAL}-{self.namespace}")

    def _core(self, resource: str) -> str:
        return f"/api/v1/namespaces/{self.namespace}/{resource}"

    def _bind(self, resource: str, role: str, namespace: str = "") -> None:
        subject = {
            "kind": "ServiceAccount",
            "name": GATEWAY_ACCOUNT,
            "namespace": self.namespace,
        }
        body = {
            "metadata": {"name": f"{role}-{self.namespace}"},
            "subjects": [subject],
            "roleRef": {
                "apiGroup": "rbac.authorization.k8s.io",
                "kind": "ClusterRole",
                "name": role,
            },
        }
        _create(self.server, _rbac(resource, namespace), body)


@dataclass
class FaultyApi:
    """Stands between a gateway and the API server, over plain HTTP."""

    server: ApiServer
    session: aiohttp.ClientSession
    url: str = ""
    away: bool = False  # nobody answers
    silent: bool = False  # connections stay, and nothing comes through them any more
    outdated: bool = False  # watches ask for a version that is long gone
    spoil: Callable[[dict[str, Any]], None] | None = None  # changes an object on its way
    lists: int = 0
    posts: int = 0
    _open: dict[int, web.Request] = field(default_factory=dict)
    _news: Wakeup = field(default_factory=Wakeup)
    _tls: ssl.SSLContext = field(init=False)

    def __post_init__(self) -> None:
        self._tls = ssl.create_default_context(cadata=authority(self.server))

    def cut(self) -> None:
        """Break every connection that is open."""
        for request in [*self._open.values()]:
            if request.transport is not None:
                request.transport.abort()

    def go(self) -> None:
        """Go away: nobody is answered before `come`."""
        self.away = True
        self.cut()

    def come(self) -> None:
        self.away = self.silent = False
        self._news.notify()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self._open[id(request)] = request
        try:
            if self.away:
                self.cut()
            return await self._forward(request)
        finally:
            del self._open[id(request)]

    async def _forward(self, request: web.Request) -> web.StreamResponse:
        query = dict(request.query)
        self.posts += request.method == "POST"
        self.lists += request.method == "GET" and "watch" not in query
        if self.outdated and "watch" in query:
            query["resourceVersion"] = "1"
        headers = {
            name: value
            for name, value in request.headers.items()
            if name in ("Authorization", "Content-Type")
        }
        async with self.session.request(
            request.method,
            f"https://127.0.0.1:{self.server.port}{request.path}",
            params=query,
            data=await request.read(),
            headers=headers,
            ssl=self._tls,
        ) as upstream:
            try:
                return await self._pass_on(request, upstream)
            finally:
                if upstream.connection is not None and upstream.connection.transport is not None:
                    upstream.connection.transport.abort()

    async def _pass_on(
        self, request: web.Request, upstream: aiohttp.ClientResponse
    ) -> web.StreamResponse:
        answer = web.StreamResponse(status=upstream.status)
        answer.content_type = "application/json"
        await self._speak()
        with suppress(ConnectionResetError):
            await answer.prepare(request)
            async for line in upstream.content:
                await self._speak()
                await answer.write(self._spoiled(line))
        return answer

    async def _speak(self) -> None:
        await self._news.until(lambda: not self.silent, 60)

    def _spoiled(self, line: bytes) -> bytes:
        if self.spoil is None:
            return line
        body = json.loads(line)
        for one in body.get("items") or [body.get("object", body)]:
            self.spoil(one)
        return json.dumps(body).encode() + b"\n"


@asynccontextmanager
async def faulty_api(server: ApiServer) -> AsyncIterator[FaultyApi]:
    session = aiohttp.ClientSession(read_bufsize=2**20)
    one = FaultyApi(server, session)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", one.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    one.url = site.name.replace(":0", f":{runner.addresses[0][1]}")
    try:
        yield one
    finally:
        one.come()
        one.cut()
        await runner.cleanup()
        await session.close()
