"""What `kubectl get strat` and `kubectl describe` say of a bot."""

from typing import Any

import pytest
from strategy_stage import BEGIN, FEED_SPEC, SPACE, Stage, pod_status, staged, stamp

from tradewinds_crds.names import Kind, pod_name
from tradewinds_operator.events import events


def test_columns_of_a_bot_that_runs() -> None:
    stage = staged(symbols=["BTC/USDT", "ETH/USDT"])
    shown = {name: value for name, value in stage.status.items() if name != "conditions"}
    assert shown == {
        "observedGeneration": 1,
        "mode": "Paper",
        "symbols": "BTC/USDT +1",
        "feed": "bars",
        "image": "tradewinds:1",
        "runningGeneration": 1,
    }
    assert stage.said("Flat") == ("True", "NoPosition")


def test_mode_is_the_weaker_of_stage_and_environment() -> None:
    assert staged(stage="Shadow").status["mode"] == "Shadow"


def test_position_shows_in_flat() -> None:
    stage = staged()
    stage.gateway.flat = False
    assert stage.settle().said("Flat") == ("False", "PositionOpen")


@pytest.mark.parametrize(
    ("names", "reason"),
    [(("desk-stop",), "HaltedByDeskStop"), (("a", "vol-24h"), "HaltedByA")],
)
def test_halt_shows_with_the_way_out(names: tuple[str, ...], reason: str) -> None:
    stage = staged()
    stage.gateway.halted = names
    assert stage.settle().said("Ready") == ("False", reason)
    for name in names:
        assert f"kubectl tradewinds resume {name}" in stage.condition("Ready")["message"]
    assert stage.said("Stalled")[0] == "False"
    stage.gateway.halted = ()
    assert stage.settle().said("Ready") == ("True", "Running")


def test_silent_gateway_changes_no_word() -> None:
    stage = staged()
    stage.gateway.halted, stage.gateway.flat = ("desk-stop",), False
    stage.settle().writes.clear()
    stage.gateway.speaks = False
    assert stage.settle().writes == []
    assert stage.said("Ready") == ("False", "HaltedByDeskStop")


@pytest.mark.parametrize(
    ("kind", "name", "reason"),
    [("ExchangeAccount", "paper", "GatewaySilent"), ("MarketFeed", "bars", "CollectorSilent")],
)
def test_bot_beside_a_silent_gateway_or_collector_is_not_ready(
    kind: str, name: str, reason: str
) -> None:
    stage = staged()
    silent = {"type": "Ready", "status": "False", "reason": reason, "message": "no answer"}
    stage.objects[kind][name]["status"] = {"conditions": [silent]}
    assert stage.settle().said("Ready") == ("False", reason)
    assert stage.condition("Ready")["message"] == (
        f"the bot runs, and whether it trades is not known: {kind.lower()}/{name}: no answer"
    )
    silent["reason"] = "Starting"  # again, which passes
    assert stage.settle().said("Ready") == ("True", "Running")


def test_several_feeds_are_said_with_the_one_that_serves() -> None:
    stage = staged()
    assert stage.condition("SingleFeed") == {}
    stage.put("MarketFeed", "more", FEED_SPEC)
    assert stage.settle().said("SingleFeed") == ("False", "SeveralFeeds")
    assert stage.condition("SingleFeed")["message"] == (
        "bars come from marketfeed/bars, the first by name that has BTC/USDT at 1h; so have more. "
        "Leave them to one feed, so that none takes this bot over"
    )
    assert (stage.status["feed"], stage.said("Ready")) == ("bars", ("True", "Running"))
    notes = [*events({**stage.strategy, "status": {}}, stage.status, BEGIN, "test")]
    told = [("Normal", "Running"), ("Warning", "SeveralFeeds")]
    assert [(one["type"], one["reason"]) for one in notes] == told
    del stage.objects["MarketFeed"]["more"]
    assert stage.settle().condition("SingleFeed") == {}


def test_pause_shows_though_the_bot_runs() -> None:
    stage = staged()
    assert stage.edit(state="Paused").settle().said("Ready") == ("False", "Paused")
    assert (stage.said("Reconciling")[0], stage.running) == ("False", 1)


def crashed(exit_code: int, line: str) -> dict[str, Any]:
    ended = {"exitCode": exit_code, "reason": "Error", "message": line}
    waiting = {"reason": "CrashLoopBackOff"}
    container = {
        "name": "bot",
        "restartCount": 7,
        "state": {"waiting": waiting},
        "lastState": {"terminated": ended},
    }
    return {**pod_status(ready=False), "containerStatuses": [container]}


def test_crash_shows_with_the_bots_own_words_and_its_generation() -> None:
    stage = staged()
    assert stage.pod is not None
    line = '{"message": "Strategy btc-trend: no such class", "exitCode": 2}'
    stage.pod["status"] = crashed(2, line)
    stage.turn()
    assert stage.said("Stalled")[0] == "True"
    assert stage.condition("Ready")["message"].startswith("Strategy btc-trend: no such class")
    assert stage.status["runningGeneration"] == 1


def test_halt_does_not_hide_a_crash() -> None:
    stage = staged()
    stage.gateway.halted = ("desk-stop",)
    assert stage.pod is not None
    stage.pod["status"] = crashed(1, "boom")
    stage.turn()
    assert stage.said("Ready")[1] == "HaltedByDeskStop"
    assert stage.said("Stalled") == ("True", "Crashing")


@pytest.mark.parametrize(
    ("kind", "name", "reason"),
    [("ExchangeAccount", "paper", "AccountStalled"), ("MarketFeed", "bars", "FeedStalled")],
)
def test_bot_that_waits_for_something_stuck_says_for_what(
    kind: str, name: str, reason: str
) -> None:
    stage = Stage().surround().edit()
    stage.broken = {1}
    stuck = {"type": "Stalled", "status": "True", "reason": "SecretMissing", "message": "no Secret"}
    stage.objects[kind][name]["status"] = {"conditions": [stuck]}
    stage.settle()
    assert stage.said("Ready") == ("False", reason)
    assert f"{kind.lower()}/{name}" in stage.condition("Ready")["message"]
    assert stage.condition("Ready")["message"].endswith("no Secret")


@pytest.mark.parametrize(
    ("kind", "name", "reason"),
    [("ExchangeAccount", "paper", "AccountStalled"), ("MarketFeed", "bars", "FeedStalled")],
)
def test_bot_that_runs_beside_a_pod_that_is_stuck_is_not_ready(
    kind: str, name: str, reason: str
) -> None:
    stage = staged()
    pod = pod_name(Kind(kind), name)
    metadata = {"name": pod, "namespace": SPACE, "uid": f"uid-{pod}"}
    ledger = '{"message": "the ledger is older than what was seen of it", "exitCode": 2}'
    stuck = {"kind": "Pod", "metadata": metadata, "spec": {}, "status": crashed(2, ledger)}
    stage.objects.setdefault("Pod", {})[pod] = stuck
    assert stage.settle().said("Ready") == ("False", reason)
    assert "the ledger is older than what was seen" in stage.condition("Ready")["message"]
    stuck["status"] = pod_status(ready=True)
    assert stage.settle().said("Ready") == ("True", "Running")


def test_start_after_a_lost_pod_is_said_once() -> None:
    stage = staged()
    stage.writes.clear()
    stage.lose_pod().settle()
    assert stage.writes == ["status", "status", "event"]


def test_pod_that_ends_is_no_trouble_yet() -> None:
    stage = staged()
    assert stage.pod is not None
    stage.pod["metadata"]["deletionTimestamp"] = stamp(BEGIN)
    stage.pod["status"] = pod_status(ready=False)
    stage.now = BEGIN
    stage.turn()
    assert stage.said("Ready") == ("False", "Starting")
