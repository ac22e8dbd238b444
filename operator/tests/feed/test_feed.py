"""A MarketFeed: its collector, who paces it, and a status that never says the moving end."""

from dataclasses import replace
from typing import Any

import pytest
import scenery
from scenery import JUST_NOW, LONG_AGO, NAMESPACE, SETTINGS, message, ready, said, status_of

from tradewinds_operator.actions import Again, Apply, Delete
from tradewinds_operator.feed.reconcile import reconcile
from tradewinds_operator.world import Ref, Resource, World, uid_of

FEED = scenery.feed(symbols=["BTC/USDT", "ETH/USDT", "SOL/USDT"], replay={"speed": "3600x"})
HOUR = 3_600_000
START = 1_709_251_200_000  # 2024-03-01
RANGES = [
    {
        "symbol": "BTC/USDT",
        "timeframe": "1h",
        "first": START,
        "gaps": [[START + HOUR, START + 3 * HOUR]],
        "gapCount": 2,
    },
    {"symbol": "ETH/USDT", "timeframe": "1h", "first": START, "gaps": [], "gapCount": 0},
]
ANSWER: dict[str, Any] = {"finished": False, "reason": "", "waitingFor": [], "ranges": RANGES}


def serving(*more: Resource, pod: Any = None, **answer: Any) -> World:
    """Return a world whose collector serves and answers."""
    world = scenery.world(FEED, *more)
    world, _ = scenery.applied(world, reconcile(world, FEED))
    world = scenery.with_all(world, [scenery.pod(world, FEED, **(pod or ready()))])
    return replace(world, feeds={uid_of(FEED): {**ANSWER, **answer}})


def command(*more: Resource, feed: Resource = FEED) -> list[str]:
    made = scenery.children(reconcile(scenery.world(feed, *more), feed))["StatefulSet"]
    arguments: list[str] = made["spec"]["template"]["spec"]["containers"][0]["args"]
    return arguments


def test_feed_becomes_a_collector_without_a_volume_or_rights() -> None:
    children = scenery.children(reconcile(scenery.world(FEED), FEED))
    assert set(children) == {"ConfigMap", "StatefulSet", "Service", "NetworkPolicy"}
    spec = children["StatefulSet"]["spec"]
    assert "volumeClaimTemplates" not in spec
    pod = spec["template"]["spec"]
    assert pod["serviceAccountName"] == "tradewinds-bot"
    assert pod["automountServiceAccountToken"] is False
    assert pod["containers"][0]["terminationMessagePolicy"] == "FallbackToLogsOnError"
    assert children["Service"]["spec"]["publishNotReadyAddresses"] is True


def test_replay_is_paced_by_the_gateways_of_its_exchange_that_there_are() -> None:
    accounts = [
        scenery.account("b"),
        scenery.account("a"),
        scenery.account("other", exchange="kraken"),
        scenery.account("live", environment="Live", credentialsSecretRef={"name": "keys"}),
        scenery.account("elsewhere", metadata={"namespace": "research"}),
    ]
    assert command(*accounts) == [
        "collect", "--spec", "/etc/tradewinds/spec/object.json",
        "--store", f"{SETTINGS.collector_store.dsn}?password_file=/etc/tradewinds/store/password",
        "--gateway", "http://gateway-a.desk.svc:8080",
        "--gateway", "http://gateway-b.desk.svc:8080",
        "--listen", "tcp:0.0.0.0:8080",
    ]  # fmt: skip
    assert "--gateway" not in command()


def test_source_that_nothing_executes_is_refused_by_name() -> None:
    live = scenery.feed("live", exchange={"name": "binance"})
    actions = reconcile(scenery.world(live), live)
    assert not scenery.only(actions, Apply)
    assert said(actions, "Stalled") == ("True", "Unsupported")
    assert "spec.exchange is not executed yet. Use replay" in message(actions)
    assert status_of(actions)["source"] == "binance"


def test_collector_that_runs_is_left_alone_when_an_edit_is_refused() -> None:
    edited = scenery.feed(exchange={"name": "binance"}, metadata={"generation": 2})
    actions = reconcile(scenery.with_all(serving(), [edited]), edited)
    assert not scenery.only(actions, Apply)
    assert not scenery.only(actions, Delete)


def test_status_says_source_markets_ranges_and_gaps_in_short() -> None:
    status = status_of(reconcile(serving(), FEED))
    assert (status["source"], status["markets"]) == ("replay binance 3600x", "BTC/USDT +2")
    assert status["gaps"] == 2
    assert status["ranges"][0] == {
        "symbol": "BTC/USDT",
        "timeframe": "1h",
        "from": "2024-03-01T00:00Z",
        "gaps": [{"from": "2024-03-01T01:00Z", "to": "2024-03-01T03:00Z"}],
        "gapCount": 2,
    }


@pytest.mark.parametrize("answer", [{"ranges": None}, None])
def test_ranges_that_are_not_told_again_stay(answer: dict[str, Any] | None) -> None:
    known = {**FEED, "status": {"gaps": 2, "ranges": [{"symbol": "BTC/USDT"}]}}
    world = serving(**(answer or {}))
    world = replace(world, feeds={}) if answer is None else world
    status = status_of(reconcile(world, known))
    assert (status["gaps"], status["ranges"]) == (2, [{"symbol": "BTC/USDT"}])


@pytest.mark.parametrize(
    ("pod", "answer", "expected", "again"),
    [
        (ready(), {}, ("True", "Serving"), None),
        (ready(), {"finished": True}, ("True", "Finished"), None),
        (ready(yes=False), {"reason": "NoFollowers"}, ("True", "NoFollowers"), None),
        (ready(yes=False, since=JUST_NOW), {"waitingFor": ["trend"]}, ("True", "Serving"), 25.0),
        (
            ready(yes=False, since=LONG_AGO),
            {"waitingFor": ["trend"]},
            ("True", "WaitingForFollowers"),
            None,
        ),
    ],
)
def test_collector_that_serves_is_ready_and_only_a_wait_that_lasts_is_said(
    pod: dict[str, Any], answer: dict[str, Any], expected: tuple[str, str], again: float | None
) -> None:
    actions = reconcile(serving(pod=pod, **answer), FEED)
    assert said(actions) == expected
    assert [one.seconds for one in scenery.only(actions, Again)] == ([again] if again else [])


def test_missing_bars_stall_the_feed_with_the_command_that_gets_them() -> None:
    text = (
        '{"message": "No binance SOL/USDT 1h (stored: nothing).\\n  Get it: tradewinds data import '
        'FILE --exchange binance", "exitCode": 2, "reason": "DataMissing"}'
    )
    ended = {"terminated": {"exitCode": 2, "message": text}}
    crash = scenery.waiting("CrashLoopBackOff", "back-off", lastState=ended)
    world = replace(serving(pod=crash), feeds={})
    actions = reconcile(world, FEED)
    assert said(actions, "Stalled") == ("True", "DataMissing")
    assert "No binance SOL/USDT 1h (stored: nothing)" in message(actions)
    assert "tradewinds data import FILE --exchange binance" in message(actions)
    remedy = message(actions).partition("Into this cluster's store: ")[2].splitlines()
    assert [line.strip() for line in remedy] == [
        (
            "add --store 'postgresql://tradewinds_collector@127.0.0.1:5432/tradewinds"
            "?password_file=password'"
        ),
        "Before: kubectl port-forward -n tradewinds-system service/timescaledb 5432:5432 &",
        (
            "Before: kubectl get secret tradewinds-store-collector -n tradewinds-system "
            "-o jsonpath='{.data.password}' | base64 -d > password"
        ),
    ]


def test_collector_that_does_not_answer_is_not_ready() -> None:
    actions = reconcile(replace(serving(), feeds={}), FEED)
    assert said(actions) == ("False", "CollectorSilent")


def test_deleted_feed_is_left_to_the_garbage_collector() -> None:
    leaving = scenery.feed(metadata={"deletionTimestamp": LONG_AGO})
    assert reconcile(scenery.world(leaving), leaving) == []


def test_network_of_a_replay_reaches_gateways_and_no_exchange() -> None:
    policy = scenery.children(reconcile(scenery.world(FEED), FEED))["NetworkPolicy"]["spec"]
    (http,) = policy["ingress"]
    assert len(http["from"]) == 3
    ports = [[port["port"] for port in rule["ports"]] for rule in policy["egress"]]
    assert ports == [[53, 53], [5432], [8080]]
    store = policy["egress"][1]["to"]
    assert store[0]["namespaceSelector"]["matchLabels"] == {
        "kubernetes.io/metadata.name": "tradewinds-system"
    }


def test_database_outside_the_cluster_is_reached_by_its_port() -> None:
    outside = replace(SETTINGS.collector_store, dsn="postgresql://u@db.example.com:6432/t")
    world = scenery.world(FEED, settings=replace(SETTINGS, collector_store=outside))
    policy = scenery.children(reconcile(world, FEED))["NetworkPolicy"]["spec"]
    assert policy["egress"][1]["ports"] == [{"protocol": "TCP", "port": 6432}]
    assert {"ipBlock": {"cidr": "0.0.0.0/0"}} in policy["egress"][1]["to"]


@pytest.mark.parametrize("seen", [scenery.world(FEED), serving(scenery.account())])
def test_second_reconcile_changes_nothing(seen: World) -> None:
    seen, effective = scenery.applied(seen, reconcile(seen, _feed_in(seen)))
    assert effective
    again, nothing = scenery.applied(seen, reconcile(seen, _feed_in(seen)))
    assert (nothing, again) == ([], seen)


def _feed_in(world: World) -> Resource:
    found = world.get(*Ref("MarketFeed", NAMESPACE, "replay"))
    assert found is not None
    return found
