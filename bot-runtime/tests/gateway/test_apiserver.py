"""The cluster's view against a real API server, with no wider rights than the chart gives."""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from cluster import Cluster, faulty_api
from scenes import BTC
from worlds import until

from tradewinds.gateway.apiserver import ApiServer, ApiServerView, connected, in_cluster
from tradewinds.gateway.core.policy import Wish
from tradewinds.gateway.reflector import Rhythm
from tradewinds.gateway.view import OLDEST
from tradewinds.process.client import UnreachableError
from tradewinds.process.exits import InputError
from tradewinds.process.objects import parse_object
from tradewinds_crds.loader import load_documents, read_source
from tradewinds_crds.manifests import canonical_spec
from tradewinds_crds.names import Kind
from tradewinds_e2e.servers.certificates import make_authority

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from cluster import FaultyApi

    from tradewinds.gateway.view import View

CASES = Path(__file__).parents[3] / "crds/tests/contract/cases"
ACCOUNT = {"exchange": "binance", "environment": "Paper"}
STRATEGY = {
    "accountRef": {"name": "paper"},
    "symbols": [BTC],
    "timeframe": "1h",
    "capital": "10000 USDT",
    "sizing": {"equity": "25%"},
    "rules": {"long": {"entry": "close > open"}},
}
REPLAY = {"exchange": "binance", "from": "2024-01-01"}
FEED = {"replay": REPLAY, "symbols": [BTC], "timeframes": ["1h"]}
HALT: dict[str, Any] = {"selector": {}, "reason": "a test"}
RHYTHM = Rhythm(watch=2, silence=3.0)


@dataclass
class Watched:
    """A view that follows, and a clock that runs on when a test says so."""

    cluster: Cluster
    api: FaultyApi
    view: ApiServerView = field(init=False)
    time: float = 0.0  # seconds that its clock is ahead
    changes: int = 0

    async def changed(self) -> None:
        self.changes += 1

    async def until(self, condition: Callable[[View], object]) -> None:
        async def holds() -> bool:
            return bool(condition(self.view.snapshot()))

        await until(holds)

    async def until_age(self, condition: Callable[[float], bool]) -> None:
        async def holds() -> bool:
            return condition(self.view.age())

        await until(holds)


@asynccontextmanager
async def watching(cluster: Cluster, api: FaultyApi) -> AsyncIterator[Watched]:
    """Follow the cluster through the proxy as the account `paper`."""
    resource = cluster.server.call("GET", cluster.path(Kind.EXCHANGE_ACCOUNT, "paper")).body
    account = parse_object(resource, subject="test")
    async with connected(ApiServer(api.url, cluster.folder)) as client:
        loop = asyncio.get_running_loop()
        one = Watched(cluster, api)
        one.view = ApiServerView(client, account, lambda: loop.time() + one.time, RHYTHM)
        following = asyncio.create_task(one.view.follow(one.changed))
        try:
            yield one
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


@pytest_asyncio.fixture
async def watched(cluster: Cluster) -> AsyncIterator[Watched]:
    cluster.create(Kind.EXCHANGE_ACCOUNT, "paper", ACCOUNT)
    async with faulty_api(cluster.server) as api, watching(cluster, api) as one:
        await one.until(lambda view: view.complete)
        yield one


def names(view: View, kind: Kind) -> list[str]:
    return [one.name for one in view.objects if one.kind == kind]


def has_more_than(number: int, view: View) -> bool:
    return len(view.strategies) > number


def only(view: View) -> Any:
    (strategy,) = view.strategies.values()
    return strategy


async def test_view_follows_what_is_made_changed_and_deleted(watched: Watched) -> None:
    cluster = watched.cluster
    made = cluster.create(Kind.STRATEGY, "trend", STRATEGY, labels={"desk": "a"})
    uid = made["metadata"]["uid"]
    await watched.until(lambda view: view.policy(uid).known)
    policy = watched.view.snapshot().policy(uid)
    assert (policy.name, policy.namespace, policy.labels) == (
        "trend",
        cluster.namespace,
        {"desk": "a"},
    )
    cluster.patch(Kind.STRATEGY, "trend", spec={"state": "Paused"})
    await watched.until(lambda view: view.policy(uid).state is Wish.PAUSED)
    assert watched.view.snapshot().policy(uid).generation == 2
    cluster.delete(Kind.STRATEGY, "trend")
    await watched.until(lambda view: not view.policy(uid).known)


async def test_bars_are_those_of_the_followed_feeds_service(watched: Watched) -> None:
    cluster = watched.cluster
    cluster.create(Kind.STRATEGY, "trend", STRATEGY)
    await watched.until(lambda view: view.strategies)
    view = watched.view.snapshot()
    assert view.bars(only(view)) is None
    cluster.create(Kind.MARKET_FEED, "bars", FEED)
    await watched.until(lambda view: names(view, Kind.MARKET_FEED))
    view = watched.view.snapshot()
    assert view.bars(only(view)) == f"http://feed-bars.{cluster.namespace}.svc:8080"


async def test_other_accounts_strategies_and_a_status_change_nothing(watched: Watched) -> None:
    cluster = watched.cluster
    cluster.create(Kind.STRATEGY, "trend", STRATEGY)
    await watched.until(lambda view: view.strategies)
    before = watched.changes
    cluster.create(Kind.STRATEGY, "other", {**STRATEGY, "accountRef": {"name": "other"}})
    cluster.patch(Kind.STRATEGY, "trend/status", status={"mode": "Paper"})
    cluster.create(Kind.MARKET_FEED, "bars", FEED)
    await watched.until(lambda view: names(view, Kind.MARKET_FEED))
    assert watched.changes == before + 1
    assert only(watched.view.snapshot()).extra == {}


async def test_halt_is_seen_within_a_second_of_kubectl_apply(watched: Watched) -> None:
    loop = asyncio.get_running_loop()
    await asyncio.to_thread(watched.cluster.apply_halt, "desk-stop")
    applied = loop.time()
    await watched.until(lambda view: view.halts)
    assert loop.time() - applied < 1.0
    assert watched.view.snapshot().halts[0].name == "desk-stop"


async def test_view_is_complete_only_after_all_four_lists(cluster: Cluster) -> None:
    cluster.create(Kind.EXCHANGE_ACCOUNT, "paper", ACCOUNT)
    cluster.create(Kind.STRATEGY, "trend", STRATEGY)
    role = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"
    role = f"{role}/tradewinds-gateway-{cluster.namespace}"
    binding = cluster.server.call("GET", role).body
    cluster.server.call("DELETE", role)
    async with faulty_api(cluster.server) as api, watching(cluster, api) as one:
        await one.until(lambda view: view.strategies)
        assert not one.view.snapshot().complete
        assert one.view.age() == float("inf")
        binding["metadata"] = {"name": binding["metadata"]["name"]}
        cluster.server.call("POST", role.rpartition("/")[0], binding)
        await one.until(lambda view: view.complete)
        assert one.view.age() < OLDEST


async def test_watches_that_break_are_taken_up_where_they_ended(watched: Watched) -> None:
    cluster, api = watched.cluster, watched.api
    lists = api.lists
    for number in range(3):
        api.cut()
        cluster.create(Kind.STRATEGY, f"trend-{number}", STRATEGY)
        await watched.until(partial(has_more_than, number))
    assert api.lists - lists <= 3  # of the halts, which are listed again and again


async def test_version_that_is_too_old_is_listed_anew(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    cluster, api = watched.cluster, watched.api
    cluster.create(Kind.STRATEGY, "gone", STRATEGY)
    await watched.until(lambda view: view.strategies)
    api.outdated = True
    api.cut()
    with caplog.at_level(logging.WARNING):
        cluster.delete(Kind.STRATEGY, "gone")
        cluster.create(Kind.STRATEGY, "trend", STRATEGY)
        await watched.until(lambda view: names(view, Kind.STRATEGY) == ["trend"])
    assert "too old resource version" in caplog.text


async def test_age_grows_while_the_api_server_is_away_and_is_young_again_after(
    watched: Watched,
) -> None:
    cluster, api = watched.cluster, watched.api
    api.go()
    watched.time += OLDEST + 1
    assert watched.view.age() > OLDEST
    cluster.create(Kind.TRADING_HALT, "desk-stop", HALT)
    api.come()
    await watched.until_age(lambda age: age < OLDEST)
    await watched.until(lambda view: view.halts)


async def test_connection_without_another_end_is_noticed(watched: Watched) -> None:
    watched.api.silent = True
    await watched.until_age(lambda age: age > RHYTHM.silence + 1)  # no end, no error, no byte
    watched.cluster.create(Kind.TRADING_HALT, "desk-stop", HALT)
    watched.api.come()
    await watched.until(lambda view: view.halts)


async def test_quiet_view_stays_young(watched: Watched) -> None:
    began = asyncio.get_running_loop().time()
    ages = []
    while asyncio.get_running_loop().time() - began < 2 * RHYTHM.watch:
        ages.append(watched.view.age())
        await asyncio.sleep(0.05)
    assert max(ages) < RHYTHM.silence


async def test_last_good_object_stays_when_one_cannot_be_read(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    cluster, api = watched.cluster, watched.api
    cluster.create(Kind.STRATEGY, "trend", STRATEGY)
    await watched.until(lambda view: view.strategies)

    def spoil(one: dict[str, Any]) -> None:
        if one["metadata"].get("name") == "trend":
            one["spec"]["state"] = "Sleeping"

    api.spoil = spoil
    with caplog.at_level(logging.ERROR):
        cluster.patch(Kind.STRATEGY, "trend", spec={"state": "Paused"})
        await watched.until(lambda _: "the last good one stays" in caplog.text)
    assert watched.view.snapshot().policy(only(watched.view.snapshot()).uid).state is Wish.RUNNING


async def test_halt_that_was_never_readable_makes_the_view_old(watched: Watched) -> None:
    cluster, api = watched.cluster, watched.api

    def spoil(one: dict[str, Any]) -> None:
        if one["metadata"].get("name") == "desk-stop":
            one["spec"]["selector"] = ["cross"]

    api.spoil = spoil
    cluster.create(Kind.TRADING_HALT, "desk-stop", HALT)
    await watched.until_age(lambda age: age == float("inf"))
    api.spoil = None
    await watched.until(lambda view: view.halts)  # with the next list
    assert watched.view.age() < OLDEST


async def test_token_is_read_again_when_it_rotates(watched: Watched) -> None:
    (watched.cluster.folder / "token").write_text("expired")
    watched.api.cut()
    watched.cluster.create(Kind.TRADING_HALT, "desk-stop", HALT)
    assert not watched.view.snapshot().halts
    watched.cluster.renew()
    await watched.until(lambda view: view.halts)


async def test_new_authority_is_trusted_when_the_file_has_it(
    cluster: Cluster, tmp_path: Path
) -> None:
    file = cluster.folder / "ca.crt"
    right = file.read_bytes()
    file.write_bytes(make_authority(tmp_path).certificate.read_bytes())
    async with connected(ApiServer(cluster.url, cluster.folder), every=0.05) as client:
        with pytest.raises(UnreachableError, match="certificate"):
            await client.get("/version")
        with file.open("ab") as both:
            both.write(right)

        async def trusted() -> bool:
            try:
                return bool(await client.get("/version"))
            except UnreachableError:
                return False

        await until(trusted)


CONTENT = {
    kind: load_documents(read_source(CASES / f"{kind.value.lower()}.yaml"))[0].value
    for kind in (Kind.STRATEGY, Kind.MARKET_FEED, Kind.TRADING_HALT)
}
EMPTY: dict[str, Any] = {"bracket": {}, "parameters": {}, "schedule": {"days": []}}


@pytest.mark.parametrize("kind", CONTENT, ids=str)
async def test_spec_is_the_canonical_one(watched: Watched, kind: Kind) -> None:
    base = CONTENT[kind]["base"]
    given = {**base, **(EMPTY if kind is Kind.STRATEGY else {})}
    watched.cluster.create(kind, "case", given)
    await watched.until(lambda view: names(view, kind) == ["case"])
    (found,) = (one for one in watched.view.snapshot().objects if one.kind == kind)
    canonical = canonical_spec(kind, given)
    if canonical.get("selector") == {}:  # must be there, and says what its absence does: everybody
        del canonical["selector"]
    assert found.spec == canonical


def test_process_outside_of_a_pod_is_told_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    with pytest.raises(InputError, match="use --objects DIR"):
        in_cluster(tmp_path)
    (tmp_path / "token").write_text(json.dumps(""))
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "fd00::1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "443")
    assert in_cluster(tmp_path).url == "https://[fd00::1]:443"
