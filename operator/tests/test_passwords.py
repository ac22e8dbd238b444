"""The Job of passwords, on a real API server: made once, kept, copied where pods need them."""

import asyncio
import base64
from collections.abc import Callable

import click
import pytest
from kubernetes.aio.client import CoreV1Api

from tradewinds_e2e.servers.kubernetes import ApiServer
from tradewinds_operator.connection import connected
from tradewinds_operator.passwords import make

HOME, TRADING = "passwords-home", "passwords-trading"
Read = Callable[[str, str], str]


@pytest.fixture
def server(kubernetes: ApiServer) -> ApiServer:
    for name in (HOME, TRADING):
        kubernetes.call("POST", "/api/v1/namespaces", {"metadata": {"name": name}})
        kubernetes.call("DELETE", f"/api/v1/namespaces/{name}/secrets")
    return kubernetes


@pytest.fixture
def read(server: ApiServer) -> Read:
    def password(namespace: str, name: str) -> str:
        answer = server.call("GET", f"/api/v1/namespaces/{namespace}/secrets/{name}")
        return base64.b64decode(answer.body["data"]["password"]).decode()

    return password


def run(server: ApiServer, *others: str) -> None:
    async def once() -> None:
        async with connected(server.kubeconfig) as client:
            await make(CoreV1Api(client), HOME, ["worker"], ["gateway"], others)

    asyncio.run(once())


def test_passwords_are_made_long_and_each_its_own(server: ApiServer, read: Read) -> None:
    run(server, TRADING)
    assert read(HOME, "gateway") == read(TRADING, "gateway")
    assert read(HOME, "worker") != read(HOME, "gateway")
    assert len(read(HOME, "worker")) == 32
    gone = server.call("GET", f"/api/v1/namespaces/{TRADING}/secrets/worker")
    assert gone.status == 404


def test_second_run_keeps_every_password(server: ApiServer, read: Read) -> None:
    run(server, TRADING)
    before = read(HOME, "worker"), read(HOME, "gateway")
    run(server, TRADING, HOME)
    assert (read(HOME, "worker"), read(HOME, "gateway")) == before
    assert read(TRADING, "gateway") == before[1]


def test_copy_follows_a_password_that_was_changed_at_home(server: ApiServer, read: Read) -> None:
    run(server, TRADING)
    server.call("DELETE", f"/api/v1/namespaces/{HOME}/secrets/gateway")
    run(server, TRADING)
    assert read(TRADING, "gateway") == read(HOME, "gateway")


def test_namespace_that_is_not_there_is_named(server: ApiServer) -> None:
    with pytest.raises(click.ClickException, match="Namespace passwords-nowhere: was not found"):
        run(server, "passwords-nowhere")


def test_secret_without_a_password_is_named(server: ApiServer) -> None:
    body = {"metadata": {"name": "worker"}, "data": {}}
    server.call("POST", f"/api/v1/namespaces/{HOME}/secrets", body)
    with pytest.raises(click.ClickException, match=f"Secret {HOME}/worker: has no key 'password'"):
        run(server)
