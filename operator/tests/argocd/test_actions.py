"""What a person may do with a resource in Argo CD, and what comes of it."""

from collections.abc import Callable
from typing import Any

import pytest
import yaml
from argocd_scripts import Run

from tradewinds_crds.manifests import canonical_spec
from tradewinds_crds.names import ANNOTATION_ROLL_OUT, API_VERSION, GROUP, Kind

Act = Callable[[str, dict[str, Any]], Any]


def strategy(status: dict[str, Any] | None = None, **spec: Any) -> dict[str, Any]:
    metadata = {"name": "trend", "namespace": "trading", "generation": 3}
    made = {"apiVersion": API_VERSION, "kind": "Strategy", "metadata": metadata, "spec": spec}
    return made if status is None else made | {"status": status}


def actions_of(customizations: dict[str, str], kind: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(
        customizations[f"resource.customizations.actions.{GROUP}_{kind}"]
    )
    return found


@pytest.fixture
def offered(run: Run, customizations: dict[str, str]) -> Callable[[dict[str, Any]], set[str]]:
    def discovered(obj: dict[str, Any]) -> set[str]:
        found = run(actions_of(customizations, obj["kind"])["discovery.lua"], obj)
        return {name for name, one in found.items() if not one.get("disabled")}

    return discovered


@pytest.fixture
def act(run: Run, customizations: dict[str, str]) -> Act:
    def done(name: str, obj: dict[str, Any]) -> Any:
        definitions = actions_of(customizations, obj["kind"])["definitions"]
        script = next(one["action.lua"] for one in definitions if one["name"] == name)
        return run(script, obj)

    return done


def test_actions_are_offered_where_they_change_something(offered: Any) -> None:
    assert offered(strategy()) == {"pause", "stop", "halt"}
    assert offered(strategy(state="Running")) == {"pause", "stop", "halt"}
    assert offered(strategy(state="Paused")) == {"resume", "stop", "halt"}
    assert offered(strategy(state="Stopped")) == {"resume", "halt"}


def test_roll_out_is_offered_to_an_edit_that_waits_for_it(offered: Any) -> None:
    behind, level = {"runningGeneration": 2}, {"runningGeneration": 3}
    assert "roll-out" in offered(strategy(behind, updatePolicy="Manual"))
    assert "roll-out" not in offered(strategy(level, updatePolicy="Manual"))
    assert "roll-out" not in offered(strategy(behind, updatePolicy="WhenFlat"))
    assert "roll-out" not in offered(strategy({}, updatePolicy="Manual"))


@pytest.mark.parametrize("kind", ["Strategy", "ExchangeAccount"])
def test_every_action_that_is_offered_is_defined(
    run: Run, customizations: dict[str, str], kind: str
) -> None:
    actions = actions_of(customizations, kind)
    discovered = run(actions["discovery.lua"], strategy() | {"kind": kind})
    assert set(discovered) == {one["name"] for one in actions["definitions"]}


@pytest.mark.parametrize(
    ("name", "state"), [("pause", "Paused"), ("resume", "Running"), ("stop", "Stopped")]
)
def test_state_is_set_and_nothing_else(act: Act, name: str, state: str) -> None:
    before = strategy(symbols=["BTC/USDT"], adopt=False)
    spec = before["spec"] | {"state": state}
    assert act(name, before) == before | {"spec": spec}


def test_roll_out_names_the_generation_beside_what_stands_there(act: Act) -> None:
    bare = act("roll-out", strategy())
    assert bare["metadata"]["annotations"] == {ANNOTATION_ROLL_OUT: "3"}
    marked = strategy()
    marked["metadata"]["annotations"] = {"team": "one"}
    found = act("roll-out", marked)["metadata"]["annotations"]
    assert found == {"team": "one", ANNOTATION_ROLL_OUT: "3"}


@pytest.mark.parametrize(
    ("kind", "selector"),
    [
        ("Strategy", {"namespaces": ["trading"], "strategies": ["trend"]}),
        ("ExchangeAccount", {"namespaces": ["trading"], "accounts": ["trend"]}),
    ],
)
def test_halt_makes_a_halt_that_the_contract_takes(
    act: Act, kind: str, selector: dict[str, Any]
) -> None:
    (made,) = act("halt", strategy() | {"kind": kind})
    assert made["operation"] == "create"
    halt = made["resource"]
    assert (halt["apiVersion"], halt["kind"]) == (API_VERSION, "TradingHalt")
    assert len(halt["metadata"]["name"]) <= 40
    assert halt["spec"]["selector"] == selector
    assert canonical_spec(Kind.TRADING_HALT, halt["spec"])["reason"] == halt["spec"]["reason"]
