"""An ExchangeAccount: which children it gets, why it stays, and what it says of itself."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import scenery
from scenery import (
    JUST_NOW,
    LONG_AGO,
    NAMESPACE,
    SETTINGS,
    message,
    ready,
    said,
    status_of,
    waiting,
)

from tradewinds_crds.names import FINALIZER_IN_USE
from tradewinds_operator.account.reconcile import reconcile
from tradewinds_operator.account.statefulset import statefulset
from tradewinds_operator.actions import Apply, Delete, Finalizer, SetStatus
from tradewinds_operator.world import Ref, Resource, World, ref_of, uid_of

ACCOUNT = scenery.account()
LEAVING = {"finalizers": [FINALIZER_IN_USE], "deletionTimestamp": LONG_AGO}
ANSWER: dict[str, Any] = {"viewComplete": True, "halts": [], "strategies": []}


def serving(*more: Resource, answer: Any = ANSWER, account: Resource = ACCOUNT) -> World:
    """Return a world whose gateway is ready and answers."""
    world = scenery.world(account, *more)
    world, _ = scenery.applied(world, reconcile(world, account))
    world = scenery.with_all(world, [scenery.pod(world, account, **ready())])
    return replace(world, accounts={} if answer is None else {uid_of(account): answer})


def latched(name: str, *strategies: str) -> dict[str, Any]:
    return {"name": name, "uid": "h", "reason": "maintenance", "strategies": list(strategies)}


def edited(world: World, resource: Resource, **changes: Any) -> World:
    return scenery.with_all(world, [{**resource, **changes}])


def test_account_becomes_a_gateway_with_its_volume_its_service_and_its_network() -> None:
    children = scenery.children(reconcile(scenery.world(ACCOUNT), ACCOUNT))
    assert set(children) == {"ConfigMap", "StatefulSet", "Service", "NetworkPolicy"}
    spec = children["StatefulSet"]["spec"]
    pod = spec["template"]["spec"]
    (gateway,) = pod["containers"]
    assert gateway["args"] == [
        "gateway", "--spec", "/etc/tradewinds/spec/object.json", "--kubernetes",
        "--store", f"{SETTINGS.gateway_store.dsn}?password_file=/etc/tradewinds/store/password",
        "--listen", "tcp:0.0.0.0:8080", "--desk", "tcp:0.0.0.0:8081",
        "--head", f"/var/lib/tradewinds/head-{uid_of(ACCOUNT)}.json",
    ]  # fmt: skip
    assert [port["containerPort"] for port in gateway["ports"]] == [8080, 8081]
    assert gateway["resources"] == SETTINGS.resources["gateway"]
    assert pod["serviceAccountName"] == "tradewinds-gateway"
    assert pod["automountServiceAccountToken"] is True
    assert spec["persistentVolumeClaimRetentionPolicy"]["whenDeleted"] == "Retain"
    assert "keys" not in {volume["name"] for volume in pod["volumes"]}


def test_spec_is_canonical_and_named_by_its_content() -> None:
    made = scenery.children(reconcile(scenery.world(ACCOUNT), ACCOUNT))["ConfigMap"]
    assert made["immutable"] is True
    body = json.loads(made["data"]["object.json"])
    assert body["metadata"] == {
        "name": "paper", "namespace": NAMESPACE, "uid": uid_of(ACCOUNT), "generation": 1,
    }  # fmt: skip
    assert body["spec"]["paper"]["costs"]["slippage"] == "0.02%"
    labelled = scenery.account(metadata={"labels": {"argocd.argoproj.io/instance": "x"}})
    again = scenery.children(reconcile(scenery.world(labelled), labelled))
    assert again["ConfigMap"]["metadata"]["name"] == made["metadata"]["name"]


def test_keys_are_mounted_by_their_items_and_into_no_other_container() -> None:
    keys = {"name": "binance-keys", "apiKey": "key", "password": "phrase"}
    live = scenery.account("live", environment="Live", credentialsSecretRef=keys)
    pod = statefulset(SETTINGS, live, "spec", None)["spec"]["template"]["spec"]
    (volume,) = [one for one in pod["volumes"] if one["name"] == "keys"]
    assert volume["secret"]["secretName"] == "binance-keys"
    assert volume["secret"]["items"] == [
        {"key": "key", "path": "apiKey"},
        {"key": "secret", "path": "secret"},
        {"key": "phrase", "path": "password"},
    ]


def test_live_account_is_refused_by_name_and_gets_no_pod() -> None:
    live = scenery.account("live", environment="Live", credentialsSecretRef={"name": "keys"})
    actions = reconcile(scenery.world(live), live)
    assert not scenery.only(actions, Apply)
    assert said(actions) == ("False", "Unsupported")
    assert said(actions, "Stalled") == ("True", "Unsupported")
    assert "spec.environment was Live, which is not executed yet. Use Paper" in message(actions)


def test_gateway_that_runs_is_left_alone_when_an_edit_is_refused() -> None:
    world = serving()
    risky = scenery.account(risk={"maxDailyLoss": "2%"}, metadata={"generation": 2})
    actions = reconcile(edited(world, risky), risky)
    assert not scenery.only(actions, Apply)
    assert not scenery.only(actions, Delete)
    assert said(actions) == ("False", "Unsupported")


def test_spec_that_an_older_contract_let_in_is_refused_with_its_field() -> None:
    old = {**ACCOUNT, "spec": {**ACCOUNT["spec"], "environment": "Demo"}}
    actions = reconcile(scenery.world(old), old)
    assert said(actions) == ("False", "InvalidSpec")
    assert "spec.environment" in message(actions)


@pytest.mark.parametrize(("users", "stands", "wanted"), [(1, False, True), (0, True, False)])
def test_finalizer_follows_the_use(users: int, stands: bool, wanted: bool) -> None:
    account = scenery.account(metadata={"finalizers": [FINALIZER_IN_USE] if stands else []})
    strategies = [scenery.strategy(f"s{number}") for number in range(users)]
    actions = reconcile(scenery.world(account, *strategies), account)
    assert scenery.only(actions, Finalizer) == [
        Finalizer(ref_of(account), FINALIZER_IN_USE, present=wanted)
    ]
    assert actions[0] == scenery.only(actions, Finalizer)[0]


def test_deleted_account_stays_whole_while_strategies_name_it() -> None:
    account = scenery.account(metadata=LEAVING)
    users = [scenery.strategy("trend"), scenery.strategy("dca"), scenery.strategy("x", "other")]
    actions = reconcile(scenery.world(account, *users), account)
    assert set(scenery.children(actions)) >= {"StatefulSet", "Service"}
    assert not scenery.only(actions, Finalizer)
    assert said(actions, "Stalled") == ("True", "InUse")
    assert "Strategies name it: dca, trend. Delete those" in message(actions)
    assert reconcile(scenery.world(account), account) == [
        Finalizer(ref_of(account), FINALIZER_IN_USE, present=False)
    ]


def test_deletion_starts_no_gateway_again_though_it_counts_as_a_generation() -> None:
    before = scenery.account(metadata={"finalizers": [FINALIZER_IN_USE]})
    world = serving(scenery.strategy("trend"), account=before)
    account = scenery.account(metadata={**LEAVING, "generation": 2})
    actions = reconcile(scenery.with_all(world, [account]), account)
    _, effective = scenery.applied(world, [one for one in actions if isinstance(one, Apply)])
    assert effective == []


def test_gateway_of_a_deleted_account_is_not_taken_by_a_foreground_deletion() -> None:
    for child in scenery.children(reconcile(scenery.world(ACCOUNT), ACCOUNT)).values():
        (owner,) = child["metadata"]["ownerReferences"]
        assert owner["blockOwnerDeletion"] is False


def test_volume_keeps_the_size_that_it_was_made_with() -> None:
    world = serving()
    larger = replace(world, settings=replace(SETTINGS, gateway_volume="8Gi", storage_class="ssd"))
    claim = scenery.children(reconcile(larger, ACCOUNT))["StatefulSet"]["spec"][
        "volumeClaimTemplates"
    ][0]["spec"]
    assert claim["resources"]["requests"] == {"storage": "1Gi"}
    assert "storageClassName" not in claim


def test_specs_that_nobody_runs_are_removed_and_the_running_one_is_kept() -> None:
    world = serving()
    running = next(iter(world.of("ConfigMap")))
    costs = {"costs": {"slippage": "0.01%"}}
    cheap = scenery.account(paper=costs, metadata={"generation": 2})
    world, _ = scenery.applied(edited(world, cheap), reconcile(edited(world, cheap), cheap))
    assert said(reconcile(world, cheap)) == ("False", "RollingOut")
    assert len(list(world.of("ConfigMap"))) == 2
    world = scenery.with_all(world, [scenery.pod(world, cheap, **ready())])
    deletions = scenery.only(reconcile(world, cheap), Delete)
    assert deletions == [Delete(ref_of(running), uid_of(running))]


@pytest.mark.parametrize(
    ("status", "answer", "expected"),
    [
        (ready(), ANSWER, ("True", "Serving")),
        (ready(), None, ("False", "GatewaySilent")),
        (ready(yes=False), {**ANSWER, "viewComplete": False}, ("False", "ViewIncomplete")),
        (ready(yes=False), None, ("False", "Unready")),
        (
            waiting("CreateContainerConfigError", 'secret "x" not found'),
            None,
            ("False", "SecretMissing"),
        ),
    ],
)
def test_ready_is_a_pod_that_is_ready_and_a_gateway_that_answers(
    status: dict[str, Any], answer: Any, expected: tuple[str, str]
) -> None:
    world = serving(answer=answer)
    world = scenery.with_all(world, [scenery.pod(world, ACCOUNT, **status)])
    actions = reconcile(world, ACCOUNT)
    assert said(actions) == expected
    stalled = expected[1] == "SecretMissing"
    assert said(actions, "Stalled")[0] == str(stalled)
    assert said(actions, "Reconciling")[0] == str(expected[0] == "False" and not stalled)


def test_new_account_says_two_things_until_it_serves() -> None:
    seen, said_before = scenery.world(ACCOUNT), []
    begun = {"startTime": JUST_NOW, **ready(yes=False, since=JUST_NOW)}
    booting = {**begun, "containerStatuses": [{"state": {"running": {}}, "started": False}]}
    steps = [None, waiting("ContainerCreating", since=JUST_NOW), booting, begun]
    for step in [*steps, ready(since=JUST_NOW), "answer"]:
        if step == "answer":
            seen = replace(seen, accounts={uid_of(ACCOUNT): ANSWER})
        elif isinstance(step, dict):
            seen = scenery.with_all(seen, [scenery.pod(seen, ACCOUNT, **step)])
        actions = reconcile(seen, _account_in(seen))
        seen, effective = scenery.applied(seen, actions)
        said_before += [said(actions) for one in effective if isinstance(one, SetStatus)]
    assert said_before == [("False", "Starting"), ("True", "Serving")]


@pytest.mark.parametrize(
    ("rows", "names", "condition"),
    [
        ([], [], ("False", "NoHalt")),
        ([latched("desk-stop", "trend")], ["desk-stop"], ("True", "HaltActive")),
        ([latched("everything")], ["everything"], ("True", "HaltActive")),
        ([latched("elsewhere")], [], ("False", "NoHalt")),
        ([latched("gone-but-held", "trend")], ["gone-but-held"], ("True", "HaltActive")),
    ],
)
def test_halts_are_those_that_concern_the_account(
    rows: list[dict[str, Any]], names: list[str], condition: tuple[str, str]
) -> None:
    halts = [
        scenery.halt("everything"),
        scenery.halt("elsewhere", selector={"namespaces": ["other"]}),
    ]
    actions = reconcile(serving(*halts, answer={**ANSWER, "halts": rows}), ACCOUNT)
    assert status_of(actions)["halts"] == names
    assert said(actions, "Halted") == condition
    assert said(actions) == ("True", "Serving")
    if names:
        assert f"kubectl tradewinds resume {names[0]}" in message(actions, "Halted")


def test_halts_of_a_gateway_that_fell_silent_stay() -> None:
    halted = {**ACCOUNT, "status": {"halts": ["desk-stop"]}}
    actions = reconcile(serving(answer=None, account=halted), halted)
    assert status_of(actions)["halts"] == ["desk-stop"]
    assert said(actions, "Halted") == ("True", "GatewaySilent")


def test_network_lets_bots_trade_and_the_operator_look_and_a_paper_account_nowhere_else() -> None:
    policy = scenery.children(reconcile(scenery.world(ACCOUNT), ACCOUNT))["NetworkPolicy"]["spec"]
    http, desk = policy["ingress"]
    components = [
        peer["podSelector"]["matchLabels"]["app.kubernetes.io/component"] for peer in http["from"]
    ]
    assert (components, http["ports"][0]["port"]) == (["bot", "collector"], 8080)
    assert desk["from"] == [
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "tradewinds-system"}}}
    ]
    ports = [[port["port"] for port in rule["ports"]] for rule in policy["egress"]]
    assert ports == [[53, 53], [5432], [443, 6443], [8080]]


def test_network_is_the_administrators_where_policies_are_off() -> None:
    world = replace(scenery.world(ACCOUNT), settings=replace(SETTINGS, network_policies=False))
    assert "NetworkPolicy" not in scenery.children(reconcile(world, ACCOUNT))


@pytest.mark.parametrize("users", [0, 2])
@pytest.mark.parametrize("begin", [scenery.world, serving])
def test_second_reconcile_changes_nothing(begin: Callable[..., World], users: int) -> None:
    strategies = [scenery.strategy(f"s{number}") for number in range(users)]
    seen = begin(*strategies) if begin is serving else begin(ACCOUNT, *strategies)
    seen, effective = scenery.applied(seen, reconcile(seen, _account_in(seen)))
    assert effective
    again, nothing = scenery.applied(seen, reconcile(seen, _account_in(seen)))
    assert (nothing, again) == ([], seen)


def _account_in(world: World) -> Resource:
    found = world.get(*Ref("ExchangeAccount", NAMESPACE, "paper"))
    assert found is not None
    return found
