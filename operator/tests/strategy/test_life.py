"""A Strategy's life, as a table: what was edited, under which policy, and what runs then."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from strategy_stage import NAME, POD, Stage, staged

MORE = {"capital": "20000 USDT"}  # an edit that makes another bot
LESS = {"capital": "10000 USDT"}  # the edit back


def test_new_strategy_is_six_writes_until_it_is_ready() -> None:
    stage = staged()
    assert sorted(one.split("-", 2)[0] for one in stage.writes) == [
        "apply configmap/bot",
        "apply controllerrevision/btc",
        "apply statefulset/bot",
        "event",
        "status",
        "status",
    ]
    assert stage.said("Ready") == ("True", "Running")
    assert stage.status["runningGeneration"] == 1


def test_nothing_is_written_once_it_runs() -> None:
    stage = staged()
    stage.writes.clear()
    stage.settle()
    assert stage.writes == []


@dataclass(frozen=True)
class Case:
    """An edit of a bot that runs as generation 1, and what the edit comes to."""

    name: str
    policy: str
    edit: dict[str, Any]
    flat: bool
    runs: int
    waits: bool = False
    before: dict[str, Any] = field(default_factory=dict)
    asked: bool = False
    speaks: bool = True

    def __str__(self) -> str:
        return self.name


CASES = [
    Case("flat: an edit takes over", "WhenFlat", MORE, flat=True, runs=2),
    Case("holding: an edit waits", "WhenFlat", MORE, flat=False, runs=1, waits=True),
    Case("silent gateway: waits", "WhenFlat", MORE, flat=True, runs=1, waits=True, speaks=False),
    Case("Immediate does not wait", "Immediate", MORE, flat=False, runs=2),
    Case("Immediate asks no gateway", "Immediate", MORE, flat=False, runs=2, speaks=False),
    Case("Manual waits even when flat", "Manual", MORE, flat=True, runs=1, waits=True),
    Case("Manual goes when asked", "Manual", MORE, flat=False, runs=2, asked=True),
    Case("asking is for Manual", "WhenFlat", MORE, flat=False, runs=1, waits=True, asked=True),
    *(
        Case(f"{field}: {value} restarts nothing", "Immediate", {field: value}, flat=flat, runs=1)
        for flat in (True, False)
        for field, value in (
            ("state", "Paused"),
            ("stage", "Shadow"),
            ("onDelete", "Flatten"),
            ("updatePolicy", "Manual"),
        )
    ),
    Case("back again: nothing to do", "WhenFlat", LESS, flat=False, runs=1, before=MORE),
]


@pytest.mark.parametrize("lost", [False, True], ids=["", "pod lost"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_edit(case: Case, *, lost: bool) -> None:
    stage = staged(updatePolicy=case.policy)
    stage.gateway.flat, stage.gateway.speaks = case.flat, case.speaks
    if case.before:
        stage.edit(**case.before).settle()
    stage.edit(**case.edit)
    if case.asked:
        stage.ask()
    if lost:
        stage.lose_pod()
    stage.settle()
    assert stage.running == case.runs
    assert stage.partition == (0 if case.runs == 2 and not case.speaks else 1)
    reconciling = stage.condition("Reconciling")
    assert (reconciling["reason"] == "UpdateWaits") == case.waits
    if case.speaks:
        assert stage.said("Ready")[0] == ("False" if "Paused" in case.edit.values() else "True")
        assert stage.status["runningGeneration"] == case.runs


def test_wait_says_what_for() -> None:
    stage = staged()
    stage.gateway.flat = False
    stage.edit(**MORE).settle()
    assert stage.condition("Reconciling")["message"] == "generation 2 waits until it is flat"
    stage.edit(updatePolicy="Manual").settle()
    assert stage.condition("Reconciling")["message"] == (
        "generation 3 waits for a person: kubectl tradewinds roll-out btc-trend -n desk"
    )
    stage.ask().settle()
    assert (stage.running, stage.said("Reconciling")[0]) == (3, "False")


def test_asking_for_an_older_generation_rolls_nothing_out() -> None:
    stage = staged(updatePolicy="Manual")
    stage.edit(**MORE).ask().edit(timeframe="4h").settle()
    assert stage.running == 1


def test_lost_pod_returns_as_it_was_however_far_the_spec_is() -> None:
    stage = staged()
    stage.gateway.flat = False
    for capital in ("1 USDT", "2 USDT", "3 USDT"):
        stage.edit(capital=capital).lose_pod().settle()
        assert (stage.running, stage.said("Ready")[0]) == (1, "True")
    stage.gateway.flat = True
    assert stage.settle().running == 4


def test_bot_that_never_gets_ready_gives_way_to_the_next_edit() -> None:
    stage = staged()
    stage.broken = {2}
    stage.edit(**MORE).settle()
    assert (stage.running, stage.said("Ready")) == (2, ("False", "Starting"))
    stage.lose_pod().settle()
    assert stage.running == 2
    assert stage.edit(timeframe="4h").settle().running == 3
    assert (stage.partition, stage.said("Ready")[0]) == (1, "True")


@pytest.mark.parametrize("policy", ["WhenFlat", "Manual"])
def test_bot_that_no_gateway_lets_in_gives_way_whatever_the_policy(policy: str) -> None:
    stage = staged(updatePolicy="Immediate")
    stage.broken = {2}
    stage.gateway.flat = False
    stage.edit(**MORE).settle()
    assert (stage.running, stage.gateway.traded) == (2, 1)
    stage.edit(timeframe="4h", updatePolicy=policy).settle()
    assert (stage.running, stage.gateway.traded) == (3, 3)


def test_edit_of_state_before_the_first_session_is_followed() -> None:
    stage = Stage().surround().edit()
    stage.broken = {1}
    stage.settle()
    assert stage.edit(state="Paused").settle().running == 2


def test_stopped_strategy_has_no_pod_and_comes_back_as_it_was() -> None:
    stage = staged()
    stage.gateway.flat = False
    stage.edit(state="Stopped").settle()
    assert (stage.pod, stage.said("Ready")) == (None, ("False", "Stopped"))
    assert stage.said("Flat") == ("False", "PositionOpen")
    assert "runningGeneration" not in stage.status
    stage.edit(**MORE).settle()
    assert stage.said("Reconciling") == ("True", "UpdateWaits")
    stage.edit(state="Running").settle()
    assert stage.running == 1  # the edit still waits, though no pod was there meanwhile
    stage.gateway.flat = True
    assert stage.settle().running == 4


def test_new_strategy_that_is_stopped_gets_no_pod_at_all() -> None:
    stage = Stage().surround().edit(state="Stopped").settle()
    assert "StatefulSet" not in stage.objects
    assert stage.edit(state="Running").settle().running == 2


@pytest.mark.parametrize("policy", ["WhenFlat", "Immediate", "Manual"])
def test_upgrade_touches_no_running_bot(policy: str) -> None:
    stage = staged(updatePolicy=policy)
    stage.writes.clear()
    stage.settings = type(stage.settings)(image="tradewinds:2", node_selector={"disk": "fast"})
    assert stage.settle().writes == []
    stage.lose_pod().settle()
    assert stage.status["image"] == "tradewinds:1"
    assert stage.edit(**MORE).ask().settle().status["image"] == "tradewinds:2"


def test_statefulset_that_somebody_deletes_is_made_as_it_traded() -> None:
    stage = staged()
    stage.gateway.flat = False
    stage.edit(**MORE).settle()
    for kind in ("StatefulSet", "ConfigMap", "Pod"):
        stage.objects[kind].clear()
    stage.gateway.speaks = False
    stage.settle()
    assert stage.pod is None
    stage.gateway.speaks = True
    assert stage.settle().running == 1
    assert stage.said("Reconciling") == ("True", "UpdateWaits")


def test_template_that_somebody_writes_is_put_back() -> None:
    stage = staged()
    stage.gateway.flat = False
    template = stage.set["spec"]["template"]
    container = {**template["spec"]["containers"][0], "image": "elsewhere"}
    stage.set["spec"]["template"] = {
        **template,
        "spec": {**template["spec"], "containers": [container]},
    }
    stage.happen().lose_pod().settle()
    assert stage.status["image"] == "tradewinds:1"
    assert stage.set["spec"]["template"] == template
    assert (stage.running, stage.partition) == (1, 1)


def test_restart_that_somebody_asks_of_the_statefulset_changes_nothing() -> None:
    stage = staged()
    annotations = stage.set["spec"]["template"]["metadata"]["annotations"]
    annotations["kubectl.kubernetes.io/restartedAt"] = "2026-01-05T09:00:00Z"
    stage.writes.clear()
    stage.happen().settle()
    assert (stage.writes, stage.pods) == ([], 1)


def test_spec_that_somebody_deletes_is_made_again() -> None:
    stage = staged()
    stage.gateway.flat = False
    before = dict(stage.objects["ConfigMap"])
    stage.edit(**MORE)
    stage.objects["ConfigMap"].clear()
    stage.settle()
    assert {name: one["data"] for name, one in stage.objects["ConfigMap"].items()} == {
        name: one["data"] for name, one in before.items()
    }


def test_only_the_spec_that_runs_is_kept_as_a_configmap() -> None:
    stage = staged()
    for capital in ("1 USDT", "2 USDT"):
        stage.edit(capital=capital).settle()
    assert len(stage.objects["ConfigMap"]) == 1


def test_bot_moves_to_the_feed_that_its_gateway_follows() -> None:
    stage = staged()
    stage.gateway.flat = False
    stage.put("MarketFeed", "a-feed", stage.objects["MarketFeed"]["bars"]["spec"])
    stage.settle()
    assert stage.pod is not None
    assert "http://feed-a-feed.desk.svc:8080" in stage.pod["spec"]["containers"][0]["args"]
    assert (stage.running, stage.partition) == (1, 1)


def test_last_specs_are_kept_and_the_one_that_runs_however_old() -> None:
    stage = staged()
    stage.settings = type(stage.settings)(image="tradewinds:1", history=3)
    stage.gateway.flat = False
    for capital in range(1, 7):
        stage.edit(capital=f"{capital} USDT").settle()
    kept = [name for name in stage.objects["ControllerRevision"] if name.startswith(f"{NAME}-")]
    assert sorted(kept) == [f"{NAME}-{generation}" for generation in (1, 5, 6, 7)]
    assert stage.get("Pod", POD) is not None
