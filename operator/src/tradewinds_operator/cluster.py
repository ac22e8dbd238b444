"""The only module that talks to Kubernetes, apart from the watches.

Plain JSON in and out: five kinds of ours and the few children need no model. Each call has its
time-out, waits its turn, and every write is counted. What the API server refuses becomes an error
that says who must act.
"""

import asyncio
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

import aiohttp
from kubernetes.aio.client import ApiClient

from tradewinds_crds.names import Kind
from tradewinds_operator.children import MANAGER, was_created
from tradewinds_operator.connection import authorization
from tradewinds_operator.errors import (
    ClusterError,
    ConflictError,
    ForbiddenError,
    MissingError,
    RefusedError,
    UndeclaredError,
    UnreachableError,
)
from tradewinds_operator.metrics import Metrics
from tradewinds_operator.pace import Pace
from tradewinds_operator.watched import WATCHED, Watched, path_of
from tradewinds_operator.world import Ref, Resource, ref_of

STATUS_MANAGER: Final = f"{MANAGER}-status"
_PAGE: Final = 500  # objects that one answer of a list holds
_CALL: Final = aiohttp.ClientTimeout(total=15, sock_connect=5)
_LIST: Final = aiohttp.ClientTimeout(total=60, sock_connect=5)
_APPLY: Final = "application/apply-patch+yaml"
_JSON_PATCH: Final = "application/json-patch+json"
_MERGE: Final = "application/merge-patch+json"
_JSON: Final = "application/json"
_BUSY: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
_BUSY_PAUSE: Final = 1.0  # seconds; what the API server asks for
_BUSY_PAUSES: Final = 5  # after which it is an error like others
_ERRORS: Final[Mapping[int, type[ClusterError]]] = {
    HTTPStatus.FORBIDDEN: ForbiddenError,
    HTTPStatus.NOT_FOUND: MissingError,
    HTTPStatus.CONFLICT: ConflictError,
    HTTPStatus.UNPROCESSABLE_ENTITY: RefusedError,
    HTTPStatus.BAD_REQUEST: RefusedError,
}


_UNDECLARED: Final = re.compile(r"\.status\.(\w+(?:\.\w+)*)[^\s:]*: field not declared in schema")


@dataclass(frozen=True, slots=True)
class Listing:
    """All objects of a kind, and as of which version."""

    items: list[Resource]
    version: int


class Cluster:
    """Calls to one API server; `fence` raises when this process may write no more."""

    def __init__(
        self, client: ApiClient, pace: Pace, metrics: Metrics, fence: Callable[[], None]
    ) -> None:
        self._client = client
        self._pace = pace
        self._metrics = metrics
        self._fence = fence

    async def list(self, watched: Watched, namespace: str = "") -> Listing:
        """Return every object of a kind that we watch, read in pages."""
        query: dict[str, Any] = {"limit": _PAGE}
        if watched.selector:
            query["labelSelector"] = watched.selector
        if watched.fields:
            query["fieldSelector"] = watched.fields
        path = watched.path(namespace)
        items: list[Resource] = []
        while True:
            body = await self._call("GET", path, query=query, limits=_LIST)
            words = {"apiVersion": watched.api_version, "kind": watched.kind}
            items += [words | item for item in body["items"]]
            if not (token := body["metadata"].get("continue")):
                return Listing(items, int(body["metadata"]["resourceVersion"]))
            query["continue"] = token

    async def peek(self, namespace: str) -> None:
        """Try whether we may look into a namespace; ForbiddenError, MissingError: no."""
        await self._call("GET", WATCHED[Kind.STRATEGY].path(namespace), query={"limit": 1})

    async def get(self, ref: Ref) -> Resource | None:
        """Return an object as it is now; None if there is none."""
        try:
            return await self._call("GET", path_of(ref))
        except MissingError:
            return None

    async def create(self, resource: Resource) -> Resource:
        """Make an object that is not there, and return it; ConflictError: it is.

        It costs the API server half of what an apply does.
        """
        ref = ref_of(resource)
        path = WATCHED[ref.kind].path(ref.namespace)
        query = {"fieldManager": MANAGER}
        return await self._call("POST", path, resource, ("create", ref.kind), query)

    async def apply(self, resource: Resource) -> Resource:
        """Make an object be as declared by server-side apply, and return it."""
        query = {"fieldManager": MANAGER, "force": "true"}
        ref = ref_of(resource)
        write = ("apply", ref.kind)
        return await self._call("PATCH", path_of(ref), resource, write, query, _APPLY)

    async def count_as_applied(self, ref: Ref) -> None:
        """Have what we created count as applied: what the next apply leaves out goes then.

        What one manager created and applied belongs to it twice, and the API server lets go of
        a field only when nobody declares it.
        """
        found = await self.get(ref)
        fields = [] if found is None else found["metadata"].get("managedFields", [])
        place = next((place for place, one in enumerate(fields) if was_created(one)), None)
        if found is None or place is None:
            return
        patch = [
            {
                "op": "replace",
                "path": "/metadata/resourceVersion",
                "value": found["metadata"]["resourceVersion"],
            },
            {
                "op": "replace",
                "path": f"/metadata/managedFields/{place}/operation",
                "value": "Apply",
            },
        ]
        await self._call("PATCH", path_of(ref), patch, ("fields", ref.kind), content=_JSON_PATCH)

    async def apply_status(self, resource: Resource, status: Mapping[str, Any]) -> Resource:
        """Make the status of exactly this version of a resource be this one, and return it all."""
        ref, metadata = ref_of(resource), resource["metadata"]
        named = ("name", "namespace", "resourceVersion")
        body = {
            "apiVersion": resource["apiVersion"],
            "kind": ref.kind,
            "metadata": {key: metadata[key] for key in named if key in metadata},
            "status": status,
        }
        query = {"fieldManager": STATUS_MANAGER, "force": "true"}
        write = ("status", ref.kind)
        return await self._call("PATCH", path_of(ref, "status"), body, write, query, _APPLY)

    async def delete(self, ref: Ref, uid: str) -> Resource | None:
        """Delete an object if it is the one with this uid; return what is left of it for now."""
        body = {
            "apiVersion": "v1",
            "kind": "DeleteOptions",
            "preconditions": {"uid": uid},
            "propagationPolicy": "Background",
        }
        try:
            answer = await self._call("DELETE", path_of(ref), body, ("delete", ref.kind))
        except (MissingError, ConflictError):
            return None
        return answer if answer.get("kind") == ref.kind else None

    async def set_finalizers(self, resource: Resource, finalizers: Iterable[str]) -> Resource:
        """Replace the finalizers of exactly this version of an object, and return it."""
        metadata = {
            "uid": resource["metadata"]["uid"],
            "resourceVersion": resource["metadata"]["resourceVersion"],
            "finalizers": list(finalizers),
        }
        ref, body = ref_of(resource), {"metadata": metadata}
        query = {"fieldManager": MANAGER}
        write = ("finalizer", ref.kind)
        return await self._call("PATCH", path_of(ref), body, write, query, _MERGE)

    async def write_event(self, event: Mapping[str, Any]) -> None:
        """Add an Event beside what it is about."""
        path = f"/apis/events.k8s.io/v1/namespaces/{event['metadata']['namespace']}/events"
        await self._call("POST", path, event, ("create", "Event"))

    async def namespace_uid(self, name: str) -> str:
        """Return the uid of a namespace."""
        body = await self._call("GET", f"/api/v1/namespaces/{name}")
        uid: str = body["metadata"]["uid"]
        return uid

    async def read_lease(self, namespace: str, name: str) -> Resource | None:
        """Return a Lease; None if there is none."""
        try:
            return await self._call("GET", _lease_path(namespace, name))
        except MissingError:
            return None

    async def write_lease(self, lease: Resource) -> Resource:
        """Create a Lease, or replace the version that it names; ConflictError: it is newer."""
        metadata = lease["metadata"]
        known = "resourceVersion" in metadata
        path = _lease_path(metadata["namespace"], metadata["name"] if known else "")
        return await self._call("PUT" if known else "POST", path, lease)

    async def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | Sequence[Any] | None = None,
        write: tuple[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        content: str = _JSON,
        limits: aiohttp.ClientTimeout = _CALL,
    ) -> dict[str, Any]:
        target = f"{path}?{urlencode(query)}" if query else path
        for pauses in range(_BUSY_PAUSES + 1):
            await self._pace.turn()
            if write is not None:
                self._fence()
                self._metrics.writes.labels(*write).inc()
            answer = await self._send(method, target, body, content, limits)
            if pauses == _BUSY_PAUSES or not answer.is_busy:
                break
            await asyncio.sleep(_BUSY_PAUSE)
        return _checked(f"{method} {path}", answer.status, answer.text)

    async def _send(
        self,
        method: str,
        target: str,
        body: Mapping[str, Any] | Sequence[Any] | None,
        content: str,
        limits: aiohttp.ClientTimeout,
    ) -> "_Answer":
        headers = {"Accept": _JSON, "Content-Type": content, "User-Agent": MANAGER}
        if token := await authorization(self._client):
            headers["Authorization"] = token
        try:
            answer = await self._client.rest_client.request(
                method,
                f"{self._client.configuration.host}{target}",
                headers=headers,
                body=body,
                _request_timeout=limits,
            )
            return _Answer(answer.status, await answer.read(), "Retry-After" in answer.headers)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise UnreachableError(
                f"{method} {target.partition('?')[0]}: the API server gave no answer: "
                f"{error or type(error).__name__}. Is it up, and may this pod reach it?"
            ) from error


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    text: bytes
    asks_again: bool

    @property
    def is_busy(self) -> bool:
        """Whether nothing was done, as at the first call for a kind that was just installed."""
        return self.asks_again and self.status in _BUSY


def _checked(call: str, status: int, text: bytes) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except ValueError:
        body = {"message": text[:200].decode(errors="replace")}
    if status < HTTPStatus.BAD_REQUEST:
        parsed: dict[str, Any] = body
        return parsed
    words = f"{call}: {body.get('message') or f'the answer was {status}'}"
    if "field not declared in schema" in words:  # an answer without a code of its own: 500
        raise UndeclaredError(words, frozenset(_UNDECLARED.findall(words)))
    if status == HTTPStatus.FORBIDDEN and " cannot " in words:
        words += ". Grant it to the operator's ServiceAccount: the chart of this version does"
    raise _ERRORS.get(status, ClusterError)(words)


def _lease_path(namespace: str, name: str = "") -> str:
    path = f"/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases"
    return f"{path}/{name}" if name else path
