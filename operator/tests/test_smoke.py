"""What `helm test` finds: all well, and each thing that may be missing."""

from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tradewinds_e2e.servers.kubernetes import ApiServer
from tradewinds_operator.connection import connected
from tradewinds_operator.smoke import ask, migrated, missing_kinds, ready

CRDS = Path(__file__).parents[2] / "crds"


async def test_kinds_that_are_served_are_no_complaint(kubernetes: ApiServer) -> None:
    kubernetes.kubectl("apply", "-f", str(CRDS))
    kubernetes.kubectl("wait", "--for=condition=Established", "--timeout=30s", "crd", "--all")
    async with connected(kubernetes.kubeconfig) as client:
        assert await missing_kinds(client) == ""


async def test_missing_kind_is_named_with_its_remedy(
    kubernetes: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tradewinds_operator.smoke.GROUP", "elsewhere.dev")
    async with connected(kubernetes.kubeconfig) as client:
        complaint = await missing_kinds(client)
    assert complaint.startswith("not served: Backtest, ExchangeAccount")
    assert "kubectl apply -f crds/" in complaint


async def test_operator_is_asked_until_it_is_ready() -> None:
    answers = iter([503, 503, 200])

    async def readiness(_: web.Request) -> web.Response:
        return web.Response(status=next(answers), text="stands by\n")

    application = web.Application()
    application.router.add_get("/readyz", readiness)
    async with TestServer(application) as server:
        url = str(server.make_url("")).rstrip("/")
        assert await ready(url) == f"{url} is not ready: stands by"
        assert await ask({"operator": lambda: ready(url)}, 30)


async def test_operator_that_is_away_is_a_complaint(capsys: pytest.CaptureFixture[str]) -> None:
    assert not await ask({"operator": lambda: ready("http://127.0.0.1:1")}, 0)
    assert "kubectl logs deployment/tradewinds-operator" in capsys.readouterr().out


async def test_store_that_is_not_migrated_is_a_complaint(postgres_dsn: str) -> None:
    assert "Run: tradewinds migrate" in await migrated(postgres_dsn)
