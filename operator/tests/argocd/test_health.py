"""The health of our kinds in Argo CD: good, bad and missing status."""

from typing import Any

import pytest
from argocd_scripts import Run

from tradewinds_crds.names import GROUP, Kind

KINDS = [kind.value for kind in Kind]
UNSEEN: list[Any] = [None, {}, {"conditions": []}, "text", {"conditions": "text"}]
Conditions = dict[str, tuple[str, str]]


def resource(kind: str, conditions: Conditions, **status: Any) -> dict[str, Any]:
    stated = [
        {"type": name, "status": holds, "reason": reason, "message": f"about {name}"}
        for name, (holds, reason) in conditions.items()
    ]
    return {
        "kind": kind,
        "metadata": {"name": "one", "generation": 2},
        "spec": {"updatePolicy": "WhenFlat"},
        "status": {"observedGeneration": 2, "conditions": stated, **status},
    }


@pytest.fixture
def health(run: Run, customizations: dict[str, str]) -> Any:
    def judged(obj: dict[str, Any]) -> tuple[str, str]:
        key = f"resource.customizations.health.{GROUP}_{obj['kind']}"
        found = run(customizations[key], obj)
        return found["status"], found["message"]

    return judged


@pytest.mark.parametrize("kind", KINDS)
def test_resource_that_no_operator_has_seen_is_progressing(health: Any, kind: str) -> None:
    for status in UNSEEN:
        obj = resource(kind, {}) | {"status": status}
        assert health(obj) == ("Progressing", "The operator has not looked at it yet")
    del obj["status"]
    assert health(obj)[0] == "Progressing"


@pytest.mark.parametrize("kind", KINDS)
def test_old_verdict_on_a_new_spec_is_progressing(health: Any, kind: str) -> None:
    said: Conditions = {
        "Ready": ("True", "Running"),
        "Stalled": ("True", "SecretMissing"),
        "Complete": ("True", "Finished"),
        "Failed": ("True", "RunFailed"),
    }
    seen = resource(kind, said, observedGeneration=1)
    assert health(seen) == ("Progressing", "The operator has not seen its newest spec yet")


@pytest.mark.parametrize("kind", KINDS)
def test_stalled_is_degraded_with_the_operators_own_words(health: Any, kind: str) -> None:
    said: Conditions = {
        "Ready": ("False", "FeedMissing"),
        "Reconciling": ("False", "FeedMissing"),
        "Stalled": ("True", "FeedMissing"),
    }
    assert health(resource(kind, said)) == ("Degraded", "FeedMissing: about Stalled")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != Kind.BACKTEST])
def test_ready_is_healthy_and_reconciling_is_not_yet(health: Any, kind: str) -> None:
    ready: Conditions = {"Ready": ("True", "Serving"), "Stalled": ("False", "Serving")}
    assert health(resource(kind, ready)) == ("Healthy", "Serving: about Ready")
    underway = ready | {"Reconciling": ("True", "RollingOut")}
    assert health(resource(kind, underway)) == ("Progressing", "RollingOut: about Reconciling")
    unknown: Conditions = {"Ready": ("Unknown", "GatewaySilent")}
    assert health(resource(kind, unknown)) == ("Progressing", "GatewaySilent: about Ready")


@pytest.mark.parametrize("reason", ["Paused", "Stopped", "HaltedByDeskStop", "HaltedBy2"])
def test_strategy_that_a_person_holds_back_is_suspended(health: Any, reason: str) -> None:
    said: Conditions = {"Ready": ("False", reason), "Reconciling": ("True", "RollingOut")}
    assert health(resource("Strategy", said)) == ("Suspended", f"{reason}: about Ready")


@pytest.mark.parametrize("reason", ["HaltedB", "HaltedC", "Stoppedish", "Starting"])
def test_other_reasons_are_not_mistaken_for_a_person(health: Any, reason: str) -> None:
    said: Conditions = {"Ready": ("False", reason), "Reconciling": ("True", reason)}
    assert health(resource("Strategy", said))[0] == "Progressing"


def test_halted_account_is_suspended_with_the_command_that_resumes(health: Any) -> None:
    said: Conditions = {"Ready": ("True", "Serving"), "Halted": ("True", "HaltActive")}
    found = health(resource("ExchangeAccount", said))
    assert found == ("Suspended", "HaltActive: about Halted")


def test_edit_that_waits_for_a_person_is_suspended_and_one_that_waits_to_be_flat_is_not(
    health: Any,
) -> None:
    said: Conditions = {"Ready": ("True", "Running"), "Reconciling": ("True", "UpdateWaits")}
    waits = resource("Strategy", said)
    assert health(waits)[0] == "Progressing"
    assert health(waits | {"spec": {"updatePolicy": "Manual"}})[0] == "Suspended"


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"Complete": ("False", "Queued"), "Reconciling": ("True", "Queued")}, "Progressing"),
        ({"Complete": ("False", "Running"), "Ready": ("False", "Running")}, "Progressing"),
        ({"Complete": ("True", "Finished"), "Ready": ("True", "Finished")}, "Healthy"),
        ({"Complete": ("True", "Finished"), "Accepted": ("True", "AllMet")}, "Healthy"),
        ({"Complete": ("True", "TooFewTrades"), "Accepted": ("False", "TooFewTrades")}, "Degraded"),
        ({"Failed": ("True", "DataMissing"), "Complete": ("False", "DataMissing")}, "Degraded"),
        ({}, "Progressing"),
    ],
)
def test_backtest_is_healthy_only_once_complete_and_not_refused(
    health: Any, said: Conditions, status: str
) -> None:
    assert health(resource("Backtest", said))[0] == status


def test_unmet_acceptance_says_which_demand(health: Any) -> None:
    said: Conditions = {
        "Complete": ("True", "TooFewTrades"),
        "Ready": ("True", "TooFewTrades"),
        "Accepted": ("False", "TooFewTrades"),
    }
    assert health(resource("Backtest", said)) == ("Degraded", "TooFewTrades: about Accepted")
