"""A deletion in the foreground, as Argo CD prunes: Kubernetes' own garbage collector is asked.

It takes an owner's children at once, whatever finalizers stand. A gateway that Strategies still use
is made again, and must be left alone then: somebody has to flatten them.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import scenery

from tradewinds_crds.names import FINALIZER_IN_USE, KINDS, Kind
from tradewinds_e2e.errors import Unavailable
from tradewinds_e2e.servers import controllers
from tradewinds_e2e.servers.kubernetes import ApiServer
from tradewinds_operator.specs import canonical_object, spec_map
from tradewinds_operator.watched import path_of
from tradewinds_operator.world import Resource, ref_of

CRDS = Path(__file__).parents[3] / "crds"
NAMESPACE = "foreground"
DEADLINE = 30.0  # seconds
GONE = 404
FOREGROUND = {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Foreground"}


@pytest.fixture
def server(kubernetes: ApiServer) -> Iterator[ApiServer]:
    kubernetes.kubectl("apply", "-f", str(CRDS))
    kubernetes.kubectl(
        "wait", "--for=condition=Established", f"crd/{KINDS[Kind.EXCHANGE_ACCOUNT].crd}"
    )
    kubernetes.namespace(NAMESPACE)
    try:
        with controllers.running(kubernetes):
            yield kubernetes
    except Unavailable as reason:
        pytest.skip(str(reason))


def created(server: ApiServer, resource: Resource) -> Resource:
    answer = server.call("POST", path_of(ref_of(resource)._replace(name="")), resource)
    assert answer.status == 201, answer.body
    return answer.body


def eventually(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < end, "the garbage collector has not come to it"
        time.sleep(0.1)


def test_gateway_that_a_foreground_deletion_took_can_be_made_again_and_stays(
    server: ApiServer,
) -> None:
    where = {"namespace": NAMESPACE, "finalizers": [FINALIZER_IN_USE]}
    account = created(server, scenery.account(metadata=where))
    wanted = spec_map(account, canonical_object(account))
    account_path, child_path = path_of(ref_of(account)), path_of(ref_of(wanted))
    created(server, wanted)

    def finalizers() -> list[str]:
        found: list[str] = server.call("GET", account_path).body["metadata"]["finalizers"]
        return found

    def is_gone(path: str) -> bool:
        return server.call("GET", path).status == GONE

    server.call("DELETE", account_path, FOREGROUND)
    eventually(lambda: is_gone(child_path) and finalizers() == [FINALIZER_IN_USE])
    created(server, wanted)
    later = created(server, spec_map(_with_uid(account, "nobody"), {"made": "after the other"}))
    eventually(lambda: is_gone(path_of(ref_of(later))))
    assert not is_gone(child_path)
    server.call("PATCH", account_path, {"metadata": {"finalizers": []}})
    eventually(lambda: is_gone(child_path))


def _with_uid(account: Resource, uid: str) -> Resource:
    return {**account, "metadata": {**account["metadata"], "uid": uid}}
