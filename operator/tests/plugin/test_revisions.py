"""Old specs of a Strategy: what is kept, what changed, and who may bring one back."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from plugin_stage import NAMESPACE, Stage, strategy

from tradewinds_crds.names import ANNOTATION_ROLL_OUT, LABEL_STRATEGY
from tradewinds_operator.plugin.revisions import changes, merge_patch

STRATEGIES = "strategies.tradewinds.dev"
JSON = st.recursive(
    st.integers() | st.text(max_size=3) | st.booleans(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=8,
)
SPECS = st.dictionaries(st.text(max_size=2), JSON, max_size=4)


@pytest.fixture
def edited(stage: Stage) -> Iterator[Stage]:
    """Lend a Strategy that had n=20, then n=30, both of which are kept."""
    stage.apply(strategy("edited"))
    keep(stage, 1)
    changed = {"parameters": {"n": 30}, "long": {"entry": "close > sma(close, n)"}}
    stage.apply(strategy("edited", rules=changed, warmup="90 bars"))
    keep(stage, 2)
    yield stage
    for resource in (STRATEGIES, "controllerrevisions.apps"):
        stage.server.kubectl("delete", resource, "--all", "-n", NAMESPACE)


def keep(stage: Stage, generation: int) -> None:
    """Keep the present spec as the operator does."""
    found = stage.get(STRATEGIES, "edited")
    assert found["metadata"]["generation"] == generation
    owner = {key: found[key] for key in ("apiVersion", "kind")} | {
        "name": "edited",
        "uid": found["metadata"]["uid"],
        "controller": True,
    }
    metadata = {
        "name": f"edited-{generation}",
        "namespace": NAMESPACE,
        "labels": {LABEL_STRATEGY: "edited"},
        "ownerReferences": [owner],
    }
    revision = {"apiVersion": "apps/v1", "kind": "ControllerRevision", "metadata": metadata}
    stage.apply(revision | {"revision": generation, "data": {"spec": found["spec"]}})


def test_history_says_what_changed_and_which_one_runs(edited: Stage) -> None:
    edited.set_status(STRATEGIES, "edited", {"runningGeneration": 1})
    _, first, second, hint = edited.run("history", "edited").out.splitlines()
    assert (first.split()[0], first.split()[2]) == ("1", "runs")
    assert "rules.parameters.n: 20 → 30, warmup: - → 90 bars" in second
    assert hint == "next: kubectl tradewinds rollback edited --to 1"
    edited.set_status(STRATEGIES, "edited", {"runningGeneration": 2})
    assert edited.run("history", "edited").out.splitlines()[-1] == hint
    kept = edited.run("history", "edited", "--json").json["revisions"]
    assert [one["spec"]["rules"]["parameters"]["n"] for one in kept] == [20, 30]


def test_rollback_gives_the_old_spec_again_as_a_new_generation(edited: Stage) -> None:
    said = edited.run("rollback", "edited", "--to", "1")
    assert said.code == 0, said.err
    assert "rules.parameters.n: 30 → 20" in said.out
    assert "it takes over once no position is open" in said.out
    found = edited.get(STRATEGIES, "edited")
    assert found["spec"]["rules"]["parameters"] == {"n": 20}
    assert "warmup" not in found["spec"]
    assert found["metadata"]["generation"] == 3
    again = edited.run("rollback", "edited", "--to", "1")
    assert "has the spec of generation 1 already" in again.out


@pytest.mark.parametrize(
    ("mark", "owner"),
    [
        ({"annotations": {"argocd.argoproj.io/tracking-id": "bots:x/y:z"}}, "Argo CD (bots)"),
        ({"labels": {"kustomize.toolkit.fluxcd.io/name": "bots"}}, "Flux (bots)"),
    ],
)
def test_rollback_of_what_git_owns_prints_the_patch_and_changes_nothing(
    edited: Stage, mark: Mapping[str, Any], owner: str
) -> None:
    patch = json.dumps({"metadata": mark})
    edited.server.kubectl(
        *("patch", STRATEGIES, "edited", "-n", NAMESPACE, "--type=merge", "-p", patch)
    )
    said = edited.run("rollback", "edited", "--to", "1")
    assert said.code == 0
    assert f"strategy/edited comes from Git by {owner}, so nothing was changed here" in said.err
    printed = yaml.safe_load(said.out)
    assert printed["spec"] == {"rules": {"parameters": {"n": 20}}, "warmup": None}
    assert edited.get(STRATEGIES, "edited")["spec"]["warmup"] == "90 bars"


def test_rollback_of_what_git_applies_by_its_own_field_manager_changes_nothing(
    edited: Stage,
) -> None:
    body = json.dumps(strategy("edited", warmup="90 bars"))
    apply = ("apply", "--server-side", "--force-conflicts", "--field-manager=argocd-controller")
    edited.server.kubectl(*apply, "-f", "-", stdin=body)
    said = edited.run("rollback", "edited", "--to", "2", "--json")
    assert (said.json["owner"], said.json["applied"]) == ("Argo CD", False)
    assert said.json["patch"] == {"rules": {"parameters": {"n": 30}}}


def test_generation_that_is_not_kept_names_those_that_are(edited: Stage) -> None:
    said = edited.run("rollback", "edited", "--to", "7")
    assert (said.code, said.err) == (2, "--to was 7, expected one of 1, 2\n")


def test_roll_out_names_the_generation_that_may_take_over(edited: Stage) -> None:
    refused = edited.run("roll-out", "edited")
    assert refused.code == 2
    assert "updatePolicy was WhenFlat" in refused.err
    edited.apply(strategy("edited", updatePolicy="Manual"))
    assert edited.run("roll-out", "edited").out == "strategy/edited: generation 3 takes over\n"
    found = edited.get(STRATEGIES, "edited")["metadata"]
    assert (found["annotations"][ANNOTATION_ROLL_OUT], found["generation"]) == ("3", 3)


@given(before=SPECS, after=SPECS)
def test_merge_patch_makes_the_one_of_the_other(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    patch = merge_patch(before, after)
    assert merged(before, patch) == after
    assert bool(patch) == bool(list(changes(before, after)))


def merged(target: Any, patch: Any) -> Any:
    """RFC 7396, as the API server reads a merge patch."""
    if not isinstance(patch, dict):
        return patch
    made = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            made.pop(name, None)
        else:
            made[name] = merged(made.get(name), value)
    return made
